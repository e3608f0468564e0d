// Dirty glass makes double touches: a second touch on the same control, or at the same place on the page that has just
// appeared there, within 600 ms is not heard. Controls that are meant to be struck fast (PIN keys) carry `data-repeat`.

export const QUIET_MS = 600;
const NEAR_PX = 28;

export interface Touch { at: number; x: number; y: number; target: unknown; keyboard: boolean }

/** Whether `next` is an echo of `last`. */
export function isEcho(last: Touch | null, next: Touch): boolean {
  if (!last || next.at - last.at >= QUIET_MS) return false;
  if (next.target === last.target) return true;
  if (next.keyboard || last.keyboard) return false;
  return Math.hypot(next.x - last.x, next.y - last.y) < NEAR_PX;
}

/** Watches all clicks of the page. */
export function guardTouches(page: Document): void {
  let last: Touch | null = null;
  const hear = (event: MouseEvent) => {
    const control = (event.target as Element | null)?.closest?.("button, a, [role=button], summary");
    if (!control || control.closest("[data-repeat]")) return;
    const touch = { at: event.timeStamp, x: event.clientX, y: event.clientY, target: control, keyboard: event.detail === 0 };
    if (isEcho(last, touch)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    last = touch;
  };
  page.addEventListener("click", hear, { capture: true });
}
