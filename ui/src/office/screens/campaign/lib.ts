// The thinking of the campaign page, without a page: scales, shares and orders of its charts.
import type { BurnDay, CampaignPage, CohortCell, Cohorts, Day, PersonRow } from "$api/office";

/** Steps of an axis that people count in: 1, 2 or 5 times a power of ten. */
export function steps(most: number, count = 4): number[] {
  const top = Math.max(most, 1);
  const rough = top / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough - 1e-9) ?? rough);
  const list: number[] = [];
  for (let at = 0; at < top + step * 0.5 && list.length < 12; at += step) list.push(at);
  if (list.at(-1)! < top) list.push(list.at(-1)! + step);
  return list;
}

export interface Point { x: number; y: number; day: BurnDay }
export interface BurnUp {
  width: number; height: number; left: number; right: number; top: number; bottom: number;
  axis: { value: number; y: number }[];
  /** The stretch whose days are all complete, and the one after it that is not. */
  solid: Point[]; dotted: Point[];
  now: Point | null;
  days: { date: Day; x: number; shown: boolean; now: boolean }[];
  goal: { y: number; value: number } | null;
  even: { x1: number; y1: number; x2: number; y2: number } | null;
  forecast: { x: number; y: number; value: number } | null;
}

/** What the number of a day needs under the chart. */
const DAY_WIDTH = 26;

/** The burn-up as places in a drawing of this size, in the pixels in which it is shown. */
export function burnUp(page: CampaignPage, width: number, height: number): BurnUp {
  const [left, right, top, bottom] = [48, 76, 16, 30];
  const { days } = page.burn_up;
  const { goal, forecast } = page.target;
  const most = Math.max(goal ?? 0, forecast ?? 0, page.burn_up.before, ...days.map((day) => day.reached ?? 0), 10);
  const axis = steps(most);
  // A little room above the highest, and not a whole step of it.
  const high = most * 1.04;
  const last = Math.max(days.length - 1, 1);
  const x = (at: number) => left + (at / last) * (width - left - right);
  const y = (value: number) => top + (1 - value / high) * (height - top - bottom);
  const known = days.flatMap((day, at) => (day.reached === null ? [] : [{ x: x(at), y: y(day.reached), day }]));
  // The line is solid as far as every day up to there is complete.
  const firstOpen = known.findIndex((point) => !point.day.complete);
  const solid = firstOpen < 0 ? known : known.slice(0, firstOpen);
  const dotted = firstOpen < 0 ? [] : known.slice(Math.max(firstOpen - 1, 0));
  const now = known.at(-1) ?? null;
  const every = Math.max(1, Math.ceil((days.length * DAY_WIDTH) / Math.max(width - left - right, 1)));
  const nowAt = known.length - 1;
  return {
    width, height, left, right, top, bottom,
    axis: axis.filter((value) => value <= high).map((value) => ({ value, y: y(value) })),
    solid, dotted, now,
    days: days.map((day, at) => ({ date: day.date, x: x(at), shown: at === nowAt || (at % every === 0 && Math.abs(at - nowAt) >= every) , now: at === nowAt })),
    goal: goal === null ? null : { y: y(goal), value: goal },
    even: goal === null || days.length < 2 ? null : { x1: x(0), y1: y(0), x2: x(last), y2: y(goal) },
    forecast: forecast === null || days.length < 2 ? null : { x: x(last), y: y(forecast), value: forecast },
  };
}

export const path = (points: readonly { x: number; y: number }[]) => points.map(({ x, y }, at) => `${at ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

/** What a cell of the cohorts says: not yet, nobody looked yet, or the share of all that still sell. */
export type CohortSays = { kind: "later"; from: Day } | { kind: "unchecked" } | { kind: "share"; share: number; active: number; open: number };

export function cohortSays(cell: CohortCell, traders: number): CohortSays {
  if (!cell.known) return { kind: "later", from: cell.from };
  const checked = cell.active + cell.ready + cell.not_active;
  if (checked === 0) return { kind: "unchecked" };
  return { kind: "share", share: traders === 0 ? 0 : cell.active / traders, active: cell.active, open: cell.open };
}

/** The rows that say most: the newest of which something is known, and those about to be known. */
export function cohortRows(rows: Cohorts["rows"], count: number): Cohorts["rows"] {
  const known = rows.findLastIndex((row) => row.cells.some((cell) => cell.known));
  const from = Math.max(0, Math.min(known, rows.length - count));
  return rows.slice(from, from + count);
}

/** Part of a whole for a bar, never beyond it. */
export const part = (value: number, whole: number) => (whole <= 0 ? 0 : Math.min(1, Math.max(0, value / whole)));

/** Whether somebody has to be asked for what is missing. */
export const isLate = (row: PersonRow) => row.sent === "nothing" || row.sent === "part";

/** The day after. */
export function nextDay(day: Day): Day {
  return new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
