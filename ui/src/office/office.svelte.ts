// The state of the office's pages: who is signed in, which page, what the server said last, and whether the line stands.
import { asFailure, Failure } from "$api/client";
import type { CampaignPage, Day, DayPage, Instant, OfficeClient, Session, Told, Verdict } from "$api/office";
import { newerThan, sameOrder } from "./screens/day/lib";
import { mayOpen, read, write, type Route } from "./route";
import { Settings } from "./settings.svelte";

/** Changes that come close together are fetched once. */
const GATHER_MS = 400;
/** A page is fetched anew at most this often by itself. */
const FETCH_EVERY_MS = 2_000;

export class Office {
  readonly settings = new Settings();
  readonly client: OfficeClient;
  view = $state<"starting" | "signin" | "in">("starting");
  session = $state.raw<Session | null>(null);
  /** Why the sign-in page is shown, if for more than not being signed in. */
  ended = $state(false);
  route = $state.raw<Route>({ page: "day", date: null });
  day = $state.raw<DayPage | null>(null);
  /** What the server says now, while the list that is looked at stays as it is. */
  dayWaiting = $state.raw<DayPage | null>(null);
  campaign = $state.raw<CampaignPage | null>(null);
  failure = $state.raw<Failure | null>(null);
  /** The line stands; without it the pages show what they had. */
  online = $state(true);
  /** When what is shown was true. */
  shownAt = $state<Instant | null>(null);
  /** Counts up with each set of figures that came by itself, for the short tint. */
  refreshed = $state(0);
  #stop: (() => void) | null = null;
  #seq = -1;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #fetchedAt = 0;
  #asked = 0;

  constructor(client: OfficeClient) {
    this.client = client;
  }

  async start(): Promise<void> {
    window.addEventListener("hashchange", () => this.#follow());
    window.addEventListener("online", () => void this.refresh(true));
    try {
      this.#enter(await this.client.session());
      await this.load();
    } catch (thrown) {
      this.#failed(asFailure(thrown));
    }
  }

  async signIn(login: string, password: string): Promise<void> {
    this.#enter(await this.client.signIn(login, password));
    // A cookie that the browser did not take (plain http on a real address) shows at the next request.
    try {
      await this.client.session();
    } catch {
      this.#leave(false);
      throw new Failure("no_cookie");
    }
    await this.load();
  }

  async signOut(): Promise<void> {
    await this.client.signOut().catch(() => undefined);
    this.#leave(false);
    location.hash = "";
  }

  #enter(session: Session) {
    this.session = session;
    this.view = "in";
    this.ended = false;
    this.route = read(location.hash, session.person.role);
    if (!mayOpen(session.person.role, this.route.page)) return;
    this.#stop?.();
    this.#stop = this.client.events((told) => this.#hear(told), (up) => this.#line(up));
  }

  #leave(ended: boolean) {
    this.#stop?.();
    this.#stop = null;
    clearTimeout(this.#timer);
    this.session = this.day = this.dayWaiting = this.campaign = this.failure = null;
    this.ended = ended;
    this.online = true;
    this.view = "signin";
  }

  go(route: Route) {
    location.hash = write(route);
  }

  #follow() {
    if (!this.session) return;
    const next = read(location.hash, this.session.person.role);
    const moved = next.page !== this.route.page || next.date !== this.route.date;
    this.route = next;
    if (!moved) return;
    this.failure = null;
    if (next.page === "day" && this.day?.date !== next.date && !(next.date === null && this.day?.date === this.day?.today)) this.day = null;
    if (next.page === "campaign" && (this.campaign?.then === null) !== (next.date === null)) this.campaign = null;
    this.dayWaiting = null;
    void this.load();
  }

  /** Fetches the page that is shown. */
  async load(): Promise<void> {
    const { page, date } = this.route;
    const role = this.session?.person.role;
    if (!role || !mayOpen(role, page)) return;
    const asked = ++this.#asked;
    try {
      if (page === "campaign") {
        const found = await this.client.campaign(date);
        if (asked === this.#asked) this.#show(() => (this.campaign = found), found.now);
        if (mayOpen(role, "day") && !this.day) void this.#badge();
      } else {
        const found = await this.client.day(date);
        if (asked === this.#asked) this.#show(() => { this.day = found; this.dayWaiting = null; }, found.as_of);
      }
    } catch (thrown) {
      if (asked === this.#asked) this.#failed(asFailure(thrown));
    }
  }

  /** The number beside *Tinjau hari*, while another page is open. */
  async #badge() {
    this.day = await this.client.day(null, true).catch(() => null);
  }

  #show(set: () => void, at: Instant) {
    set();
    this.failure = null;
    this.online = true;
    this.shownAt = at;
    this.#fetchedAt = Date.now();
  }

  #failed(failure: Failure) {
    if (failure.details["status"] === 401) {
      this.#leave(this.view === "in");
      return;
    }
    const shown = this.route.page === "day" ? this.day : this.campaign;
    // With something to show the bar says that it is old; without, the page says what is wrong.
    if (failure.code === "no_line" && shown) this.online = false;
    else this.failure = failure;
    if (this.view === "starting") this.view = failure.code === "no_line" ? "in" : "signin";
  }

  #hear(told: Told) {
    if ("ended" in told) {
      this.#leave(true);
      return;
    }
    const first = this.#seq < 0;
    this.#seq = told.seq;
    if (!first || !this.online) void this.refresh(false);
  }

  #line(up: boolean) {
    if (up && !this.online) void this.refresh(true);
    if (!up && this.view === "in") {
      // The line may be down, or the session over: the answer to a question tells.
      this.client.session().then(() => undefined, (thrown: unknown) => this.#failed(asFailure(thrown)));
    }
  }

  /** Fetches by itself what has changed; the list that somebody looks at does not move. */
  refresh(now: boolean): void {
    clearTimeout(this.#timer);
    const wait = now ? 0 : Math.max(GATHER_MS, FETCH_EVERY_MS - (Date.now() - this.#fetchedAt));
    this.#timer = setTimeout(() => void this.#fetchLive(), wait);
  }

  async #fetchLive() {
    const role = this.session?.person.role;
    const { page, date } = this.route;
    if (!role || !mayOpen(role, page)) return;
    const asked = ++this.#asked;
    try {
      if (page === "campaign") {
        const found = await this.client.campaign(date, true);
        if (asked !== this.#asked) return;
        this.#show(() => (this.campaign = found), found.now);
        this.refreshed += 1;
        if (mayOpen(role, "day")) void this.#badge();
      } else {
        const found = await this.client.day(date, true);
        if (asked !== this.#asked) return;
        this.#show(() => this.#take(found), found.as_of);
        this.refreshed += 1;
      }
    } catch (thrown) {
      if (asked === this.#asked) this.#failed(asFailure(thrown));
    }
  }

  /** Same visits in the same places: taken at once. Else what is looked at stays, and the new waits behind its bar. */
  #take(found: DayPage) {
    const shown = this.day;
    if (!shown || shown.visits.length === 0 || shown.date !== found.date || sameOrder(shown, found)) {
      this.day = found;
      this.dayWaiting = null;
      return;
    }
    this.day = newerThan(shown, found);
    this.dayWaiting = found;
  }

  showWaiting() {
    if (this.dayWaiting) this.day = this.dayWaiting;
    this.dayWaiting = null;
  }

  /** Carries a verdict out, shows it at once, then what the server made of it. */
  async judge(verdict: Verdict): Promise<void> {
    await this.client.judge(verdict);
    const ids = new Set("visits" in verdict ? verdict.visits : [verdict.visit]);
    const state = verdict.verdict === "approve" ? "disetujui" : verdict.verdict === "return" ? "dikembalikan" : "belum";
    if (this.day) this.day = { ...this.day, visits: this.day.visits.map((visit) => (ids.has(visit.visit_id) ? { ...visit, state } : visit)) };
    this.refresh(false);
  }

  dateOf(page: Route["page"]): Day | null {
    return this.route.page === page ? this.route.date : null;
  }
}
