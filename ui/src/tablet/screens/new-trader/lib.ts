// The new trader's form: what may be saved, and what is handed to the tablet.
import type { AddTrader, KnownTrader, Question, Typed } from "$api/surface";

export interface Form { market: string; stall: string; name: string; phone: string; goods: string | null; other: string; ready: Ready | null; not_same_as: string[] }
export type Ready = "yes" | "help" | "no";

export const emptyForm = (fields: Partial<Form> = {}): Form => ({ market: "", stall: "", name: "", phone: "", goods: null, other: "", ready: null, not_same_as: [], ...fields });

/** Typed text that came along from the search: a stall, a phone number, or a name. */
export function carried(text: string): Partial<Form> {
  const typed = text.trim();
  if (!typed) return {};
  if (/^\+?[\d\s-]{4,}$/.test(typed)) return { phone: typed };
  if (/^[A-Za-z]{1,3}[\s.-]*\d+[A-Za-z]?$/.test(typed)) return { stall: typed.toUpperCase().replace(/^([A-Z]+)[\s.-]*(\d)/, "$1-$2") };
  return { name: typed.replace(/(^|\s)\p{Ll}/gu, (first) => first.toUpperCase()) };
}

/** What is missing before it can be saved. */
export const missing = (form: Form): "stall" | "name" | null => (!form.stall.trim() ? "stall" : !form.name.trim() ? "name" : null);

const orNull = (text: string): string | null => text.trim() || null;
const goodsOf = (form: Form): string | null => orNull(form.other) ?? form.goods;

export const typed = (form: Form): Typed => ({ market: form.market, stall: orNull(form.stall), name: orNull(form.name), phone: orNull(form.phone), commodity: goodsOf(form) });

/** Whether enough is typed to look for somebody alike. */
export const worthChecking = (form: Form): boolean => form.stall.trim().length >= 2 || form.name.trim().length >= 3 || form.phone.replace(/\D/g, "").length >= 6;

/** Readiness as answers to the campaign's questions; a code that the campaign does not have is left out. */
export function answersOf(ready: Ready | null, readiness: Question | null): Record<string, string> {
  if (!ready || !readiness) return {};
  const wanted = ready === "no" ? "belum_mau" : "mau_sekarang";
  const known = readiness.choices.some((choice) => choice.code === wanted);
  return { ...(known ? { [readiness.code]: wanted } : {}), ...(ready === "no" ? {} : { hp_pintar: String(ready === "yes") }) };
}

/** The trader to be added. A likeness never stops it: the pair is found again and goes to the lead. */
export const toAdd = (form: Form, readiness: Question | null): AddTrader => ({
  market: form.market, stall: form.stall.trim(), name: orNull(form.name), phone: orNull(form.phone), commodity: goodsOf(form),
  answers: answersOf(form.ready, readiness), new_anyway: true, not_same_as: form.not_same_as,
});

/** Under which field the card of a likely duplicate stands: below the lowest field that agrees. */
export const placeOf = (known: KnownTrader): "phone" | "stall" => (known.why.some((why) => why.includes("phone")) ? "phone" : "stall");
