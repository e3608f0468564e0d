// What a finger or a pointer has to hit: large enough, apart from its neighbour, and the main one on the screen without scrolling.
import assert from "node:assert/strict";

/** @typedef {import("./story.mjs").Page} Page */
/** @typedef {{ side: number, gap: number, scrolls?: boolean }} Reach least side of a target and least distance of two, in CSS pixels; with `scrolls` one may have to scroll to the main action */
/** @type {Reach} */
export const FINGER = { side: 48, gap: 8 };
/** @type {Reach} */
export const POINTER = { side: 24, gap: 0 };
/** A row of a list follows the one before it without a gap: as high as this it has the gap within itself. */
const ROW = 64;

/** @typedef {{ small: string[], near: string[], away: string[] }} Found */

/** @param {Page} page @param {Reach} reach @returns {Promise<Found>} */
function look(page, reach) {
  return page.evaluate(({ side, gap, row }) => {
    const modal = [...document.querySelectorAll("dialog[open]")].at(-1);
    const said = (/** @type {Element} */ one) => `${one.tagName}.${one.className} "${(one.getAttribute("aria-label") ?? one.textContent ?? "").trim().slice(0, 30)}"`;
    /** The part of a box that is not scrolled out of its surroundings. */
    const visible = (/** @type {Element} */ one, /** @type {DOMRect} */ whole) => {
      let [left, top, right, bottom] = [whole.left, whole.top, whole.right, whole.bottom];
      const cut = (/** @type {DOMRect} */ by) => { left = Math.max(left, by.left); top = Math.max(top, by.top); right = Math.min(right, by.right); bottom = Math.min(bottom, by.bottom); };
      for (let up = one.parentElement; up && up !== modal?.parentElement; up = up.parentElement) if (!/visible/.test(getComputedStyle(up).overflow)) cut(up.getBoundingClientRect());
      cut(new DOMRect(0, 0, innerWidth, innerHeight));
      return { left, top, right, bottom, width: right - left, height: bottom - top };
    };
    /** Where the page itself scrolls, what floats or sticks to an edge does not go along. */
    const whole = document.documentElement.scrollHeight > innerHeight + 1 ? document.documentElement : null;
    const scrollerOf = (/** @type {Element} */ one) => {
      for (let up = one.parentElement; up; up = up.parentElement) {
        const { overflowY, position } = getComputedStyle(up);
        if (/auto|scroll/.test(overflowY) && up.scrollHeight > up.clientHeight + 1) return up;
        if (whole && /fixed|sticky/.test(position)) return up;
      }
      return whole;
    };
    const all = [...document.querySelectorAll("a, button, input, select, textarea, summary, [role=button], [role=checkbox], [role=tab]")]
      .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert]") && !one.matches(".skip:not(:focus)") && (!modal || modal.contains(one)))
      .map((one) => ({ one, hit: one.closest("label") ?? one, whole: (one.closest("label") ?? one).getBoundingClientRect() }))
      .filter(({ whole }) => whole.width > 0);
    const small = all.filter(({ whole }) => whole.width < side - 0.5 || whole.height < side - 0.5).map(({ one, whole }) => `${said(one)} ${Math.round(whole.width)}×${Math.round(whole.height)}`);

    // Only what can be touched has a neighbour: not what is scrolled away, nor what lies under a bar.
    const touched = all.map((target) => ({ ...target, box: visible(target.hit, target.whole), scroller: scrollerOf(target.hit) })).filter(({ hit, box }) => {
      if (box.width < 1 || box.height < 1) return false;
      const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
      return top !== null && (hit.contains(top) || top.contains(hit));
    });
    const inside = (/** @type {any} */ a, /** @type {any} */ b) => a.left >= b.left - 1 && a.right <= b.right + 1 && a.top >= b.top - 1 && a.bottom <= b.bottom + 1;
    const inset = (/** @type {any} */ { hit, whole, box }) => (hit.closest("li, [data-index], .notice") && whole.height >= row ? { ...box, top: box.top + gap, bottom: box.bottom - gap } : box);
    const near = [];
    for (const [n, a] of touched.entries()) for (const b of touched.slice(n + 1)) {
      // What is scrolled comes as near to a bar as one scrolls it; a button may lie on a card that is itself one.
      if (a.scroller !== b.scroller || a.hit.contains(b.hit) || b.hit.contains(a.hit) || inside(a.box, b.box) || inside(b.box, a.box)) continue;
      const [one, other] = [inset(a), inset(b)];
      const dx = Math.max(one.left - other.right, other.left - one.right);
      const dy = Math.max(one.top - other.bottom, other.top - one.bottom);
      const apart = dx > 0 && dy > 0 ? Math.hypot(dx, dy) : Math.max(dx, dy);
      if (apart < gap - 0.5) near.push(`${Math.round(apart)} px: ${said(a.one)} and ${said(b.one)}`);
    }

    // The main action: that of the foot of the page on top, else the first one.
    const main = all.filter(({ one }) => one.matches(".primary") && !(/** @type {any} */ (one).disabled));
    const foot = main.filter(({ one }) => one.closest("footer"));
    const away = (foot.length > 0 ? foot : main.slice(0, 1))
      .filter(({ hit, whole }) => { const box = visible(hit, whole); return box.width < whole.width - 1 || box.height < whole.height - 1; })
      .map(({ one, whole }) => `${said(one)} at ${Math.round(whole.top)} to ${Math.round(whole.bottom)} of ${innerHeight}`);
    return { small, near, away };
  }, { ...reach, row: ROW });
}

/** @param {Page} page @param {Reach} reach @param {string} where */
export async function targetsHold(page, reach, where) {
  const { small, near, away } = await look(page, reach);
  assert.deepEqual(small, [], `smaller than ${reach.side} px: ${where}`);
  assert.deepEqual(near, [], `nearer to each other than ${reach.gap} px: ${where}`);
  if (!reach.scrolls) assert.deepEqual(away, [], `the main action is not on the screen: ${where}`);
}
