// Dates, times and numbers as people in the market write them: 09.30, 6 Agu, 1.087.
import type { Day, Instant, Lang } from "$api/surface";

const DAYS = {
  id: ["Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"],
  en: ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"],
};
const MONTHS = {
  id: ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November", "Desember"],
  en: ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"],
};
const MONTHS_SHORT = {
  id: ["Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"],
  en: ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
};
const ZONE = "Asia/Jakarta";
const zoned = new Intl.DateTimeFormat("en-GB", {
  timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
});

function parts(at: Instant): Record<string, string> | null {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return null;
  return Object.fromEntries(zoned.formatToParts(date).map((part) => [part.type, part.value]));
}

/** The time of day in the campaign's zone: `09.30`, in English `09:30`. */
export function time(at: Instant | null, lang: Lang): string {
  const found = at === null ? null : parts(at);
  return found ? clock(`${found["hour"]}:${found["minute"]}`, lang) : "–";
}

/** `HH:MM` as it is written in the language. */
export function clock(hhmm: string, lang: Lang): string {
  return lang === "id" ? hhmm.replace(":", ".") : hhmm;
}

/** The calendar day of an instant in the campaign's zone. */
export function dayOf(at: Instant): Day {
  const found = parts(at);
  return found ? `${found["year"]}-${found["month"]}-${found["day"]}` : "";
}

function split(day: Day): { weekday: number; date: number; month: number } | null {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (!found) return null;
  const date = new Date(Date.UTC(Number(found[1]), Number(found[2]) - 1, Number(found[3])));
  return { weekday: date.getUTCDay(), date: date.getUTCDate(), month: date.getUTCMonth() };
}

/** `Selasa, 6 Agustus`. */
export function dayLong(day: Day, lang: Lang): string {
  const found = split(day);
  return found ? `${DAYS[lang][found.weekday]}, ${found.date} ${MONTHS[lang][found.month]}` : day;
}

/** `6 Agu`. */
export function dayShort(day: Day, lang: Lang): string {
  const found = split(day);
  return found ? `${found.date} ${MONTHS_SHORT[lang][found.month]}` : day;
}

/** The calendar day before. */
export function dayBefore(day: Day): Day {
  const found = split(day);
  return found ? new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10) : day;
}

/** `Kamis`. */
export function weekday(day: Day, lang: Lang): string {
  const found = split(day);
  return found ? (DAYS[lang][found.weekday] ?? "") : day;
}

/** `1.087`, in English `1,087`. */
export function number(value: number, lang: Lang): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, lang === "id" ? "." : ",");
}

/** `Kanoman` for `Pasar Kanoman`: in a line of facts that are all about markets. */
export const shortMarket = (name: string): string => name.replace(/^Pasar (?=\S)/i, "");

/** A label within a sentence: `Diajari` becomes `diajari`; what is written with capitals stays: `HP pintar`, `WhatsApp`. */
export function inside(text: string): string {
  const word = /^\p{L}+/u.exec(text)?.[0] ?? "";
  return /^\p{Lu}\p{Ll}+$/u.test(word) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** Size of what travels: `4 KB`, never less than 1. */
export function kilobytes(bytes: number, lang: Lang): string {
  return `${number(Math.max(1, Math.ceil(bytes / 1024)), lang)} KB`;
}
