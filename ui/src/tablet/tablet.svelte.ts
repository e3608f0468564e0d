// What the whole tablet app knows: who is here, where one is, what was saved last, and how sending stands.
import { asFailure, Failure, type Client } from "$api/client";
import type { Args, CommandName, Lang, Reply, SessionReply, Settings, SyncState, TabletEvent } from "$api/surface";
import { i18n } from "$i18n/index.svelte";
import { address, parse, type Detail, type Route, type Tab } from "./route";

const UNDO_MS = 60_000;
const IDLE_LOCK_MS = 10 * 60_000;
const REMEMBERED = "grebeg.settings";

/** What waited and what came now; once a number is not known, neither is their sum. */
export function together(before: { records: number } | null, records: number): { records: number } {
  return { records: before?.records === 0 || records === 0 ? 0 : (before?.records ?? 0) + records };
}

export interface Snack { title: string; sub: string; tone: "saved" | "plain" | "failed"; undo: (() => Promise<void>) | null }

/** The look that was last set, so that the first paint is right before the tablet has answered. */
export function rememberedSettings(): Settings {
  try {
    return { theme: "light", lang: "id", left_hand: false, ...JSON.parse(localStorage.getItem(REMEMBERED) ?? "{}") };
  } catch {
    return { theme: "light", lang: "id", left_hand: false };
  }
}

export async function applySettings(settings: Settings): Promise<void> {
  const { dataset } = document.documentElement;
  dataset["theme"] = settings.theme;
  dataset["hand"] = settings.left_hand ? "left" : "right";
  await i18n.set(settings.lang as Lang);
}

export class Tablet {
  readonly client: Client;
  session = $state.raw<SessionReply | null>(null);
  failure = $state.raw<Failure | null>(null);
  sync = $state.raw<SyncState>({ state: "idle", at: null, code: null, waiting: 0, next_try_at: null, same_as_server: false });
  route = $state.raw<Route>(parse(location.hash));
  snack = $state.raw<Snack | null>(null);
  undoing = $state(false);
  settingsOpen = $state(false);
  /** Grows when records changed here: pages fetch anew. */
  version = $state(0);
  /** Changes of others that wait until the person asks for them; 0 records when it is not known how many. */
  news = $state.raw<{ records: number } | null>(null);
  /** What is looked at on *Hari ini* and *Denah*. */
  place = $state.raw<{ market: string | null; block: string | null; chosen: boolean }>({ market: null, block: null, chosen: false });
  /** What *Hari ini* showed last: the block that other pages offer as a filter. */
  here = $state.raw<{ market: string; block: string | null } | null>(null);
  /** The first row of the day's list, which a wide screen shows beside it until another is opened; undefined: not known yet. */
  next = $state.raw<{ trader: string; returned: string | null } | null | undefined>(undefined);
  /** Typed text that goes along to the next page, and a new trader's half-filled form. */
  carried: { name?: string; form?: unknown } = {};
  readonly me = $derived(this.session?.people.find((person) => person.person_id === this.session?.active) ?? null);

  private snackTimer: ReturnType<typeof setTimeout> | undefined;
  private idleTimer: ReturnType<typeof setTimeout> | undefined;
  private openers: (HTMLElement | null)[] = [];

  constructor(client: Client) {
    this.client = client;
  }

  async start(): Promise<void> {
    addEventListener("hashchange", () => { this.route = parse(location.hash); });
    for (const sign of ["pointerdown", "keydown"]) addEventListener(sign, () => this.awake(), { passive: true, capture: true });
    this.client.events((event) => this.hear(event));
    await this.refresh();
    this.awake();
  }

  /** Asks again who is here; also what the badge and the strip show. */
  async refresh(): Promise<void> {
    try {
      const session = await this.client.invoke("session", {});
      localStorage.setItem(REMEMBERED, JSON.stringify(session.settings));
      // First the words and colours, then the page, so that nothing moves when it appears.
      await applySettings(session.settings);
      this.session = session;
      this.sync = session.sync;
      this.failure = null;
    } catch (thrown) {
      this.failure = asFailure(thrown);
    }
  }

  /** Like the client's, but a tablet that locked itself meanwhile goes to its lock page. */
  async invoke<C extends CommandName>(command: C, args: Args<C>): Promise<Reply<C>> {
    try {
      return await this.client.invoke(command, args);
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (["unlock_needed", "revoked", "not_enrolled"].includes(failure.code)) void this.refresh();
      throw failure;
    }
  }

  go(tab: Tab, detail: Detail | null = null, replace = false): void {
    const depth = (history.state?.depth ?? 0) as number;
    const focused = document.activeElement as HTMLElement | null;
    if (replace) history.replaceState({ depth }, "", address({ tab, detail }));
    else {
      this.openers.push(focused);
      history.pushState({ depth: depth + 1 }, "", address({ tab, detail }));
    }
    this.route = { tab, detail };
  }

  open(detail: Detail, replace = false): void {
    this.go(this.route.tab, detail, replace);
  }

  /** Closes the page on top; the control that opened it has the focus again. */
  back(): void {
    const opener = this.openers.pop();
    if (((history.state?.depth ?? 0) as number) > 0) history.back();
    else this.go(this.route.tab, null, true);
    setTimeout(() => { if (opener?.isConnected) opener.focus({ preventScroll: true }); }, 60);
  }

  /** Only after the store's answer: says that it is saved, and offers to undo it for a minute. */
  saved(sub: string, visit: string | null, name: string): void {
    navigator.vibrate?.(40);
    const undo = visit === null ? null : async () => {
      try {
        await this.invoke("undo", { visit });
        this.say({ title: i18n.t.saved.undone, sub: i18n.t.saved.undoneSub(name), tone: "plain", undo: null });
        this.changed();
      } catch {
        this.say({ title: i18n.t.saved.undoFailed, sub: "", tone: "failed", undo });
      }
    };
    this.say({ title: i18n.t.saved.title, sub, tone: "saved", undo });
    this.changed();
  }

  say(snack: Snack): void {
    clearTimeout(this.snackTimer);
    this.snack = snack;
    this.snackTimer = setTimeout(() => { this.snack = null; }, snack.undo ? UNDO_MS : 8_000);
  }

  async undo(): Promise<void> {
    const act = this.snack?.undo;
    if (!act || this.undoing) return;
    this.undoing = true;
    await act();
    this.undoing = false;
  }

  /** Records changed here. */
  changed(): void {
    this.news = null;
    this.version += 1;
    void this.refresh();
  }

  async lock(): Promise<void> {
    await this.client.invoke("lock", {}).catch(() => undefined);
    // First the pages go, then what they looked at: a page that is still there would ask again and be refused.
    await this.refresh();
    this.snack = null;
    this.settingsOpen = false;
    this.place = { market: null, block: null, chosen: false };
    this.here = null;
    this.next = undefined;
    this.carried = {};
    history.replaceState({ depth: 0 }, "", "#/today");
    this.route = { tab: "today", detail: null };
  }

  async set(settings: Partial<Settings>): Promise<void> {
    await this.invoke("set_settings", settings);
    await this.refresh();
  }

  private hear(event: TabletEvent): void {
    if (event.event === "locked") void this.refresh();
    else if (event.event === "changed") {
      // While the markets are fetched for the first time, and while nobody is at the tablet, nothing can move under a finger.
      if (!this.session?.active || !this.session.first_fill_complete) this.changed();
      else this.news = together(this.news, event.records);
    }
    else {
      const ended = this.sync.state === "sending" && event.state !== "sending";
      this.sync = event;
      // What was sent carries another mark now; nothing moves, unless others' changes wait to be loaded.
      if (ended && this.news === null) this.version += 1;
      if (event.code === "revoked" || event.code === "unknown_device") void this.refresh();
    }
  }

  private awake(): void {
    clearTimeout(this.idleTimer);
    this.idleTimer = setTimeout(() => { if (this.session?.active) void this.lock(); }, IDLE_LOCK_MS);
  }
}
