// The visit sheet's thinking: what a chosen result asks for, and the action that is handed to the tablet.
import type { AmendedVisit, ChannelSteps, SheetOutcome, VisitAction, VisitSheet } from "$api/surface";

/** What is filled in. Plain values only: it is also the draft that survives a lock or a flat battery. */
export interface Form {
  outcome: string | null;
  topics: string[];
  steps: string[];
  /** Done steps that are opened again, with the reason. */
  reopened: Record<string, string>;
  phrases: string[];
  needs: string[];
  note: string;
  reason: string | null;
  follow_up_date: string | null;
  hour: string | null;
  new_stall: string;
  answers: Record<string, unknown>;
  consent: boolean | null;
}

export const emptyForm = (): Form => ({
  outcome: null, topics: [], steps: [], reopened: {}, phrases: [], needs: [], note: "", reason: null, follow_up_date: null, hour: null,
  new_stall: "", answers: {}, consent: null,
});

/** A saved draft as a form; a value of another shape is left out, not trusted. */
export function fromDraft(draft: unknown): Form | null {
  if (typeof draft !== "object" || draft === null) return null;
  const form = emptyForm();
  const known = draft as Record<string, unknown>;
  for (const [key, empty] of Object.entries(form)) {
    const value = known[key];
    const fits = Array.isArray(empty) ? Array.isArray(value) && value.every((one) => typeof one === "string")
      : empty === null ? value === null || typeof value === "string" || typeof value === "boolean"
      : typeof value === typeof empty && value !== null;
    if (fits && value !== undefined) Object.assign(form, { [key]: value });
  }
  return form;
}

export type Flow = "at_once" | "day" | "reason" | "stall" | "full";

/** How a result is finished: by its own touch, by a day, by a reason, by the new stall, or with the whole sheet. */
export function flow(outcome: SheetOutcome): Flow {
  if (outcome.saves_at_once) return "at_once";
  if (outcome.asks.includes("alasan_menolak")) return "reason";
  if (outcome.asks.includes("janji") && !outcome.taught) return "day";
  if (outcome.asks.includes("lapak_baru")) return "stall";
  return "full";
}

/** What the tile says about what happens next. */
export function hint(outcome: SheetOutcome): "saves" | "day" | "refusal" | "steps" | "topics" | "fix" | "plain" {
  const asked = flow(outcome);
  if (asked === "at_once") return "saves";
  if (asked === "day") return "day";
  if (asked === "reason") return "refusal";
  if (asked === "stall") return "fix";
  return outcome.asks.includes("langkah") ? "steps" : outcome.taught ? "topics" : "plain";
}

/** The day that is usual for a result, when it is among the days offered. */
export function usualDay(outcome: SheetOutcome, days: VisitSheet["days"]): string | null {
  const { follow_up_days: ahead } = outcome;
  return ahead === null || ahead < 1 ? null : (days[ahead - 1]?.date ?? null);
}

/** A form after a result was chosen: required topics are ticked where it teaches, and the usual day is set. */
export function choose(form: Form, outcome: SheetOutcome, sheet: VisitSheet): Form {
  const topics = outcome.taught ? (form.topics.length > 0 ? form.topics : sheet.topics.filter((topic) => topic.required).map((topic) => topic.code)) : [];
  const full = flow(outcome) === "full";
  return { ...form, outcome: outcome.code, topics, reason: null, follow_up_date: full ? usualDay(outcome, sheet.days) : null, hour: null };
}

export const toggle = (list: string[], code: string): string[] => (list.includes(code) ? list.filter((one) => one !== code) : [...list, code]);

/** Open steps of a channel, and those that were done before. */
export function split(channel: ChannelSteps): { open: ChannelSteps["steps"]; done: ChannelSteps["steps"] } {
  return { open: channel.steps.filter((step) => !step.done), done: channel.steps.filter((step) => step.done) };
}

/** The visit as it is handed to the tablet; `say` puts phrases and reasons into words. */
export function action(form: Form, sheet: VisitSheet, outcome: string, say: (code: string, why?: string) => string): VisitAction {
  const chosen = sheet.outcomes.find((known) => known.code === outcome);
  const full = chosen ? flow(chosen) === "full" : true;
  const reopened = Object.entries(form.reopened).map(([code, why]) => say(code, why));
  const note = [...form.phrases.map((code) => say(code)), form.note.trim(), ...reopened].filter(Boolean).join(". ");
  const needs = [...form.needs, ...sheet.phrases.filter((phrase) => form.phrases.includes(phrase.code)).flatMap((phrase) => phrase.need ?? [])];
  const answers: Record<string, unknown> = { ...form.answers };
  if (form.follow_up_date && form.hour) answers["janji_jam"] = form.hour;
  if (form.new_stall.trim()) answers["lapak_baru"] = form.new_stall.trim();
  return {
    trader: sheet.trader.id,
    outcome,
    steps: full ? [...(chosen?.taught ? form.topics : []), ...form.steps] : [],
    undo_steps: Object.keys(form.reopened),
    answers,
    consent: form.consent === null ? {} : { pendampingan: form.consent },
    reason: form.reason,
    needs: [...new Set(needs)],
    check: {},
    note: note || null,
    follow_up_date: form.follow_up_date,
  };
}

/** Steps named in the words after saving: training topics are not counted among them. */
export const stepCount = (form: Form): number => form.steps.length;

/** Whether anything is filled in that would be missed. */
export function isDirty(form: Form): boolean {
  return JSON.stringify(form) !== JSON.stringify(emptyForm());
}

/** The form of a visit that is to be corrected, and afterwards the fields that differ, as `amend` takes them. */
export function fromVisit(visit: AmendedVisit): Form {
  const { janji_jam: hour, lapak_baru: stall, ...answers } = visit.answers;
  return { ...emptyForm(), outcome: visit.outcome, note: visit.note ?? "", reason: visit.reason, follow_up_date: visit.follow_up_date, hour: typeof hour === "string" ? hour : null, new_stall: typeof stall === "string" ? stall : "", answers };
}
export function amendments(form: Form, visit: AmendedVisit): [string, string][] {
  const before = fromVisit(visit);
  const fields: [string, string][] = [];
  const compare = (field: string, now: string | null, then: string | null) => { if ((now ?? "") !== (then ?? "")) fields.push([field, now ?? ""]); };
  compare("outcome", form.outcome, before.outcome);
  compare("note", form.note.trim(), before.note);
  compare("reason", form.reason, before.reason);
  compare("follow_up_date", form.follow_up_date, before.follow_up_date);
  for (const [code, value] of Object.entries(form.answers)) {
    if (value !== before.answers[code]) fields.push([`answers.${code}`, String(value)]);
  }
  return fields;
}
