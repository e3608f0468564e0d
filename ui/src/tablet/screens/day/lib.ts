// In which state the day is and what is left for tomorrow, from the tablet's answers.
import type { DayPage, TodayReply } from "$api/surface";
import { nextBlock } from "../today/lib";

/** `waiting`: something of the day is not sent; `sent`: closed and all of it sent; `ready`: still open. */
export function headline(day: Pick<DayPage, "closed" | "waiting">): "sent" | "waiting" | "ready" {
  if (day.waiting > 0) return "waiting";
  return day.closed ? "sent" : "ready";
}

export interface Remaining { block: string; count: number; next: string | null }

/** The block one works in (the one looked at, else the first assigned), who is left there, and the block after it. */
export function remaining(today: Pick<TodayReply, "blocks" | "block">): Remaining | null {
  const mine = today.blocks.find((known) => known.block === today.block) ?? today.blocks.find((known) => known.assigned);
  if (!mine) return null;
  return { block: mine.block, count: mine.count, next: nextBlock({ blocks: today.blocks, block: mine.block }) };
}
