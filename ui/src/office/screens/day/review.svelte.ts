// One sitting over one day: which visit is open, what was seen, the last verdict, and what each key does.
import { asFailure } from "$api/client";
import type { DayPage, Reason, Verdict, Visit } from "$api/office";
import type { Office } from "../../office.svelte";
import { words } from "../../words/index.svelte";
import { beside, fieldsFor, inGroup, isSeen, nextOpen, paceOf, progress, restOf, wordsOf } from "./lib";

/** How long a verdict can be taken back with one press. */
const UNDO_MS = 60_000;

export class Review {
  readonly app: Office;
  chosen = $state<string | null>(null);
  seen = $state.raw<ReadonlySet<string>>(new Set());
  /** Where there is no room for both, the visit is shown in place of the list. */
  reading = $state(false);
  /** The reasons of a return are shown. */
  returning = $state(false);
  own = $state("");
  restShown = $state(false);
  help = $state(false);
  busy = $state(false);
  said = $state<{ text: string; undo: string[] | null; bad: boolean } | null>(null);
  #times: number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #place = "";

  constructor(app: Office) {
    this.app = app;
  }

  get page(): DayPage | null {
    return this.app.day;
  }
  get visit(): Visit | null {
    return this.page?.visits.find((visit) => visit.visit_id === this.chosen) ?? null;
  }
  /** The visits in the order of the list, as far as it is unfolded. */
  get list(): Visit[] {
    if (!this.page) return [];
    const must = [...inGroup(this.page, "exception"), ...inGroup(this.page, "sample")];
    return this.restShown ? [...must, ...inGroup(this.page, "rest")] : must;
  }
  get progress() {
    return progress(this.page!, this.seen, paceOf(this.#times));
  }
  /** Whether *approve the rest* is open. */
  get restOpen(): boolean {
    return this.page !== null && this.progress.left === 0 && restOf(this.page).length > 0;
  }

  /** Begins with a day: what was passed by in this sitting is remembered, the first open visit is shown. */
  begin(page: DayPage) {
    const place = `grebeg-seen/${this.app.session?.person.id}/${page.date}`;
    if (place !== this.#place) {
      this.#place = place;
      this.#times = [];
      this.said = null;
      this.restShown = false;
      this.reading = false;
      try {
        this.seen = new Set(JSON.parse(sessionStorage.getItem(place) ?? "[]") as string[]);
      } catch {
        this.seen = new Set();
      }
      this.chosen = null;
    }
    if (!this.visit) {
      const first = nextOpen(this.list, null, this.seen) ?? this.list[0] ?? null;
      this.chosen = first?.visit_id ?? null;
    }
  }

  choose(id: string | null, focus: "title" | "row" | null = null) {
    this.chosen = id;
    this.returning = false;
    this.own = "";
    if (focus === "title") {
      this.reading = true;
      focusSoon("detail-title");
    }
    if (focus === "row" && id) focusSoon(`row-${id}`);
  }

  /** A row was touched: it keeps the focus, unless the visit takes the place of the list. */
  open(id: string) {
    this.choose(id);
    this.reading = true;
    requestAnimationFrame(() => { if (!inSight(`row-${id}`)) focusSoon("detail-title"); });
  }

  /** Back from the visit to its row. */
  showList() {
    this.reading = false;
    if (this.chosen) focusSoon(`row-${this.chosen}`);
  }

  step(by: 1 | -1) {
    const next = beside(this.list, this.chosen, by);
    if (next) this.choose(next.visit_id, "title");
  }

  #note(id: string) {
    this.seen = new Set(this.seen).add(id);
    this.#times.push(Date.now());
    try {
      sessionStorage.setItem(this.#place, JSON.stringify([...this.seen]));
    } catch {
      // Then it is forgotten with the page, and seen again: no harm.
    }
  }

  #goOn(from: string) {
    const next = nextOpen(this.list, from, this.seen);
    if (next) this.choose(next.visit_id, "title");
    else this.choose(from, "title");
  }

  skip() {
    const visit = this.visit;
    if (!visit) return;
    this.#note(visit.visit_id);
    this.#goOn(visit.visit_id);
  }

  async approve() {
    const visit = this.visit;
    if (!visit || visit.state === "disetujui") return;
    const seq = this.page?.seq;
    const done = await this.#judge({ verdict: "approve", visits: [visit.visit_id], ...(seq === undefined ? {} : { seq }) }, words.t.day.approved(nameOf(visit)), [visit.visit_id]);
    if (done) { this.#note(visit.visit_id); this.#goOn(visit.visit_id); }
  }

  async approveRest() {
    const page = this.page;
    if (!page || !this.restOpen) return;
    const ids = restOf(page).map((visit) => visit.visit_id);
    await this.#judge({ verdict: "approve", visits: ids, seq: page.seq }, words.t.day.approvedMany(words.number(ids.length)), ids);
  }

  askReason() {
    if (!this.visit || this.visit.state === "dikembalikan") return;
    this.returning = true;
    focusSoon("reasons-title");
  }

  async give(reason: Reason) {
    const visit = this.visit;
    if (!visit) return;
    const why = wordsOf(reason) ?? this.own.trim();
    if (!why) {
      focusSoon("own-reason");
      return;
    }
    const verdict: Verdict = { verdict: "return", visit: visit.visit_id, reason: reason.code, why, fields: fieldsFor(reason.code, visit) };
    const done = await this.#judge(verdict, words.t.day.returned(nameOf(visit)), [visit.visit_id]);
    if (done) { this.#note(visit.visit_id); this.#goOn(visit.visit_id); }
  }

  closeReasons() {
    this.returning = false;
    this.own = "";
    focusSoon("detail-title");
  }

  async undo() {
    const ids = this.said?.undo;
    if (!ids) return;
    const done = await this.#judge({ verdict: "reopen", visits: ids }, words.t.day.undone2(ids.length), null);
    if (!done) return;
    const seen = new Set(this.seen);
    for (const id of ids) seen.delete(id);
    this.seen = seen;
    this.choose(ids.length === 1 ? ids[0]! : this.chosen, "title");
  }

  async #judge(verdict: Verdict, text: string, undo: string[] | null): Promise<boolean> {
    if (this.busy || !this.app.online) return false;
    this.busy = true;
    try {
      await this.app.judge(verdict);
      this.#say({ text, undo, bad: false });
      this.returning = false;
      return true;
    } catch (thrown) {
      const failure = asFailure(thrown);
      const t = words.t.problem;
      this.#say({ text: t.words[failure.code] ?? t.other, undo: null, bad: true });
      this.app.refresh(true);
      return false;
    } finally {
      this.busy = false;
    }
  }

  #say(said: NonNullable<Review["said"]>) {
    clearTimeout(this.#timer);
    this.said = said;
    this.#timer = setTimeout(() => (this.said = null), UNDO_MS);
  }

  /** Single letters act only where no text field has the focus and nobody holds a modifier. */
  key(event: KeyboardEvent) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const target = event.target as HTMLElement;
    const typing = target.matches("input, textarea, select, [contenteditable]");
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      if (this.returning) { event.preventDefault(); this.closeReasons(); }
      else if (this.chosen && (target.closest(".detail") || !inSight(`row-${this.chosen}`))) { event.preventDefault(); this.showList(); }
      return;
    }
    if (typing || !this.app.settings.keys || !this.page) return;
    const act = this.#actOf(event.key);
    if (!act) return;
    event.preventDefault();
    // Nothing is decided about a visit that is not to be seen: the first press opens it.
    if ("ars".includes(event.key.toLowerCase()) && this.chosen && !inSight("detail-title")) this.choose(this.chosen, "title");
    else act();
  }

  #actOf(key: string): (() => void) | null {
    const reason = this.page?.reasons.find((reason) => reason.key === key);
    if (this.returning && reason) return () => void this.give(reason);
    switch (key.toLowerCase()) {
      case "j": return () => this.step(1);
      case "k": return () => this.step(-1);
      case "a": return () => void this.approve();
      case "r": return () => this.askReason();
      case "s": return () => this.skip();
      case "b": return () => void this.approveRest();
      case "z": return () => void this.undo();
      case "?": return () => (this.help = true);
      default: return null;
    }
  }

  isSeen(visit: Visit): boolean {
    return isSeen(visit, this.seen);
  }
}

export function nameOf(visit: Visit): string {
  return visit.trader.name ?? words.t.day.withheld;
}

const inSight = (id: string) => document.getElementById(id)?.checkVisibility() ?? false;

function focusSoon(id: string) {
  requestAnimationFrame(() => {
    const found = document.getElementById(id);
    found?.focus({ preventScroll: id === "detail-title" });
    if (id === "reasons-title") found?.closest(".reasons")?.scrollIntoView({ block: "nearest" });
    document.querySelector(".list [aria-current='true']")?.scrollIntoView({ block: "nearest" });
    if (id === "detail-title") {
      document.querySelector(".detail .scroll")?.scrollTo({ top: 0 });
      document.querySelector(".detail")?.scrollIntoView({ block: "start" });
    }
  });
}
