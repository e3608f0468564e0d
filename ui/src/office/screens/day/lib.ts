// The thinking of the day review, without a page: what is to be looked at, what comes next, what a return asks for.
import type { DayPage, Flag, Group, Mark, Reason, Visit } from "$api/office";

/** The beginning of a seed that a heading has room for; the whole of it is in the dialog behind it. */
export const seedShort = (seed: string): string => seed.slice(0, 8);

/** `Fajar Hidayat` as a list has room for it: `Fajar H.` */
export function shortName(name: string): string {
  const [first = name, ...rest] = name.trim().split(/\s+/);
  const last = rest.at(-1);
  return last ? `${first} ${last.charAt(0).toUpperCase()}.` : first;
}

/** Seconds that one visit takes until a person's own pace is known. */
const SECONDS_USUAL = 30;
/** An even scale under a timeline. */
const MARK_MS = 30 * 60_000;
/** The longest that a gap is drawn as a visit. */
const LESSON_MS = 25 * 60_000;
/** The shortest usual lesson: the time before the first visit of a hurried stretch was not hurried itself. */
const LESSON_SHORT_MS = 9 * 60_000;

export function inGroup(page: DayPage, group: Group): Visit[] {
  return page.visits.filter((visit) => visit.group === group);
}

/** Decided, or at least passed by on purpose. */
export function isSeen(visit: Visit, seen: ReadonlySet<string>): boolean {
  return visit.state !== "belum" || seen.has(visit.visit_id);
}

/** Exceptions that nobody has decided: the number beside the page's name. */
export function unseen(page: DayPage): number {
  return inGroup(page, "exception").filter((visit) => visit.state === "belum").length;
}

export interface Progress { must: number; seen: number; left: number; minutes: number }

/** How far the part of the day is that has to be looked at. `pace`: seconds a visit, where known. */
export function progress(page: DayPage, seen: ReadonlySet<string>, pace: number | null = null): Progress {
  const must = page.visits.filter((visit) => visit.group !== "rest");
  const done = must.filter((visit) => isSeen(visit, seen)).length;
  const left = must.length - done;
  return { must: must.length, seen: done, left, minutes: Math.ceil((left * (pace ?? SECONDS_USUAL)) / 60) };
}

/** The middle of the last times between verdicts, in seconds; null until there are three. */
export function paceOf(times: readonly number[]): number | null {
  const gaps = times.slice(1).map((at, index) => (at - times[index]!) / 1000).filter((gap) => gap < 180).slice(-9).sort((a, b) => a - b);
  return gaps.length < 3 ? null : gaps[Math.floor(gaps.length / 2)]!;
}

/** Visits without a flag that are approved together. */
export function restOf(page: DayPage): Visit[] {
  return inGroup(page, "rest").filter((visit) => visit.state === "belum");
}

/** The one beside, in the order of the list; null at its ends. */
export function beside(list: readonly Visit[], id: string | null, step: 1 | -1): Visit | null {
  const at = list.findIndex((visit) => visit.visit_id === id);
  if (at < 0) return list[0] ?? null;
  return list[at + step] ?? null;
}

/** Where to go after a verdict: the next one to look at, from the start again at the end; null when there is none. */
export function nextOpen(list: readonly Visit[], id: string | null, seen: ReadonlySet<string>): Visit | null {
  const at = list.findIndex((visit) => visit.visit_id === id);
  const turned = [...list.slice(at + 1), ...list.slice(0, Math.max(at, 0))];
  return turned.find((visit) => !isSeen(visit, seen)) ?? null;
}

/** The same visits in the same places. */
export function sameOrder(one: DayPage, other: DayPage): boolean {
  return one.visits.length === other.visits.length && one.visits.every((visit, at) => samePlace(visit, other.visits[at]));
}

const samePlace = (visit: Visit, other: Visit | undefined) => visit.visit_id === other?.visit_id && visit.group === other.group && visit.corrected === other.corrected;

/** What is new in the list of the server beside the one that is looked at. */
export function freshCount(shown: DayPage, found: DayPage): number {
  const known = new Map(shown.visits.map((visit) => [visit.visit_id, visit]));
  return found.visits.filter((visit) => !known.has(visit.visit_id) || (visit.corrected && !known.get(visit.visit_id)!.corrected)).length;
}

/** The list as it is looked at, with totals and states as the server has them now. */
export function newerThan(shown: DayPage, found: DayPage): DayPage {
  const now = new Map(found.visits.map((visit) => [visit.visit_id, visit]));
  const visits = shown.visits.map((visit) => ({ ...visit, state: now.get(visit.visit_id)?.state ?? visit.state }));
  return { ...shown, visits, counts: found.counts, complete: found.complete, tablets_missing: found.tablets_missing, as_of: found.as_of };
}

/** A flag's words: the head with its figure, and why it is asked. Words come from `t`. */
export function flagWords(flag: Flag, t: FlagTexts, label: string, about: string): { head: string; why: string } {
  switch (flag.code) {
    case "terlalu_cepat":
      return { head: t.terlalu_cepat(flag.evidence.visits ?? 1, flag.evidence.minutes ?? 1), why: t.terlalu_cepat_why };
    case "hp_sama":
      return { head: t.hp_sama(flag.evidence.others?.length ?? 1), why: t.hp_sama_why };
    case "catatan_sama":
      return { head: label, why: t.catatan_sama(flag.about) };
    case "dilatih_dua_kali":
      return { head: label, why: t.dilatih_dua_kali(about) };
  }
  const words = t[flag.code as keyof FlagTexts];
  const why = typeof words === "string" ? words : "";
  const hasAbout = about !== "" && !["nomor_pribadi", "jam_tablet"].includes(flag.code);
  return { head: label, why: [why, hasAbout ? t.about(about) : ""].filter(Boolean).join(" ") };
}
export interface FlagTexts {
  terlalu_cepat: (visits: number, minutes: number) => string; terlalu_cepat_why: string;
  hp_sama: (others: number) => string; hp_sama_why: string; catatan_sama: (times: string) => string; dilatih_dua_kali: (day: string) => string;
  about: (text: string) => string;
  [code: string]: unknown;
}

/** What a return for a reason asks the canvasser to look at, among what the visit has. */
export function fieldsFor(reason: string, visit: Visit): string[] {
  const steps = visit.steps.filter((step) => step.done && !step.training);
  const unproven = steps.filter((step) => step.needs_evidence && !step.evidence);
  switch (reason) {
    case "bukti_kurang":
      return (unproven.length > 0 ? unproven : steps).map((step) => `step.${step.code}`);
    case "hasil_keliru":
    case "waktu_rapat":
      return ["outcome"];
    case "catatan_kurang":
    case "nomor_pribadi":
      return ["note"];
    case "janji_keliru":
      return ["follow_up_date"];
    default:
      return [];
  }
}

/** The words that travel with a quick reason; the last one, *another*, has none of its own. */
export function wordsOf(reason: Reason): string | null {
  return reason.code === "lainnya" ? null : reason.label.id;
}

export interface Block { id: string; from: number; to: number; fast: boolean; own: boolean }
export interface Timeline { blocks: Block[]; ticks: { at: number; place: number }[]; from: number; to: number }

/** The author's visits around one, on a scale from 0 to 1. A visit ends when it was saved, and began after the one before. */
export function timeline(marks: readonly Mark[], own: string): Timeline | null {
  if (marks.length === 0) return null;
  const times = marks.map((mark) => Date.parse(mark.at));
  const begin = (at: number, gap: number | null) => at - Math.min(gap === null ? LESSON_MS : gap * 1000, LESSON_MS);
  const starts = marks.map((mark, index) => begin(times[index]!, mark.gap_s));
  const from = Math.floor(Math.min(...starts) / MARK_MS) * MARK_MS;
  const to = Math.max(Math.ceil(Math.max(...times) / MARK_MS) * MARK_MS, from + MARK_MS);
  const place = (at: number) => (at - from) / (to - from);
  const ticks: Timeline["ticks"] = [];
  for (let at = from; at <= to; at += MARK_MS) ticks.push({ at, place: place(at) });
  // Marks of one hour each where half hours would stand too close.
  const few = ticks.length > 5 ? ticks.filter((_, index) => index % 2 === 0) : ticks;
  const blocks = marks.map((mark, index) => ({
    id: mark.visit_id, from: Math.max(0, place(starts[index]!)), to: place(times[index]!), fast: mark.fast && times[index]! - starts[index]! < LESSON_SHORT_MS, own: mark.visit_id === own,
  }));
  return { blocks, ticks: few, from, to };
}
