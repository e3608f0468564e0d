// In which state the day is, from the tablet's answer.
import type { DayPage } from "$api/surface";

/** `waiting`: something of the day is not sent; `sent`: closed and all of it sent; `ready`: still open. */
export function headline(day: Pick<DayPage, "closed" | "waiting">): "sent" | "waiting" | "ready" {
  if (day.waiting > 0) return "waiting";
  return day.closed ? "sent" : "ready";
}
