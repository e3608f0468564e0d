// The thinking of the campaign page, without a page: scales, shares and orders of its charts.
import type { BurnDay, CampaignPage, CohortCell, Cohorts, Day, PersonRow } from "$api/office";

/** Steps of an axis that people count in: 1, 2 or 5 times a power of ten, about four of them up to `about`. */
export function steps(most: number, about = most): number[] {
  const top = Math.max(most, 1);
  const rough = Math.max(about, top / 2) / 4;
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
  /** Where the dashed line ends: at the last day, or at the top of the drawing. `beyond`: it goes on from there. */
  forecast: { x: number; y: number; value: number; beyond: boolean } | null;
  /** Where the words of the even pace lie: on the line, turned with it, on the side that nothing else is drawn on. */
  paceWords: { x: number; y: number; degrees: number } | null;
}

/** A forecast far beyond the target leaves the drawing at its top: the target stays in the middle of what is looked at. */
const BEYOND = 1.25;
/** What the number of a day needs under the chart. */
const DAY_WIDTH = 26;

/** The burn-up as places in a drawing of this size, in the pixels in which it is shown. */
export function burnUp(page: CampaignPage, width: number, height: number): BurnUp {
  const [left, right, top, bottom] = [48, 76, 16, 30];
  const { days } = page.burn_up;
  const { goal, forecast } = page.target;
  const reached = Math.max(goal ?? 0, page.burn_up.before, ...days.map((day) => day.reached ?? 0), 10);
  const most = Math.max(reached, Math.min(forecast ?? 0, goal === null ? Infinity : goal * BEYOND));
  // Counted by the target, so that a round one is a line of its own.
  const axis = steps(most, goal ?? most);
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
  const even = goal === null || days.length < 2 ? null : { x1: x(0), y1: y(0), x2: x(last), y2: y(goal) };
  return {
    width, height, left, right, top, bottom,
    axis: axis.filter((value) => value <= high).map((value) => ({ value, y: y(value) })),
    solid, dotted, now,
    days: days.map((day, at) => ({ date: day.date, x: x(at), shown: at === nowAt || (at % every === 0 && Math.abs(at - nowAt) >= every) , now: at === nowAt })),
    goal: goal === null ? null : { y: y(goal), value: goal },
    even,
    forecast: forecast === null || days.length < 2 ? null : endOf(now ?? { x: x(0), y: y(0) }, { x: x(last), y: y(forecast) }, top, forecast),
    paceWords: even && wordsOn(even, now, forecast !== null && goal !== null && forecast > goal),
  };
}

/** The end of a line that may leave the drawing at its top. */
function endOf(from: { x: number; y: number }, to: { x: number; y: number }, top: number, value: number): BurnUp["forecast"] {
  const beyond = to.y < top && to.y < from.y;
  return beyond ? { x: from.x + ((from.y - top) / (from.y - to.y)) * (to.x - from.x), y: top, value, beyond } : { ...to, value, beyond };
}

/** Part of the line from which on the days to come have no room for words. */
const NO_ROOM = 0.72;

function wordsOn(even: NonNullable<BurnUp["even"]>, now: Point | null, ahead: boolean): BurnUp["paceWords"] {
  const [dx, dy] = [even.x2 - even.x1, even.y2 - even.y1];
  const part = now ? (now.x - even.x1) / dx : 0;
  const at = part > NO_ROOM ? part * 0.5 : (part + 1) / 2;
  // Over the days to come the forecast is on one side of the line, over those that passed what was reached.
  const below = part > NO_ROOM ? now !== null && now.y < even.y1 + part * dy : ahead;
  return { x: even.x1 + at * dx, y: even.y1 + at * dy + (below ? 17 : -7), degrees: (Math.atan2(dy, dx) * 180) / Math.PI };
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
