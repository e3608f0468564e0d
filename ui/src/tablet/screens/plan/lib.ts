// The traders of a block by stall.
import type { TraderRow } from "$api/surface";

/** Rows asked for at once, and the most that are put into one order here. */
export const WINDOW = 200;
export const MOST_ROWS = 2_000;

/** By stall the way people count them: B-2 before B-10. */
export function byStall(rows: TraderRow[]): TraderRow[] {
  const order = new Intl.Collator("id", { numeric: true });
  return [...rows].sort((a, b) => order.compare(a.stall, b.stall));
}
