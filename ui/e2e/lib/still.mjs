// Whether anything on a page moves by itself, from its first paint until it has come to rest.
import assert from "node:assert/strict";
import { until } from "./wait.mjs";

/** @typedef {import("./story.mjs").Page} Page */
const MOST_SHIFT = 0.02;
/** A page is at rest when nothing in it has changed for so long; whoever comes later than that is on the page of another moment. */
const QUIET_MS = 500;
const PATIENCE_MS = 15_000;
/** What a touch sets in motion is done or under way after this. */
const ANSWER_MS = 500;

/** Until the page has been drawn, its fonts are there and no transition runs any more. @param {Page} page */
export function settled(page) {
  return page.evaluate(async () => {
    await document.fonts.ready;
    const frame = () => new Promise((drawn) => requestAnimationFrame(() => drawn(undefined)));
    await frame();
    await frame();
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().iterations !== Infinity);
    await Promise.allSettled(ending.map((one) => one.finished));
  });
}

/** Until no request is open and nothing has been put in, taken out, fetched or moved for a while. @param {Page} page */
export async function atRest(page) {
  await settled(page);
  for (;;) {
    await until(`no request is open: ${[...page.watch.open].map((one) => `${one.method()} ${one.url()} ${one.postData() ?? ""}`).join(", ")}`, () => page.watch.open.size === 0);
    const rested = await page.evaluate(async ({ quiet, patience }) => {
      const began = performance.now();
      let last = began;
      const note = () => { last = performance.now(); };
      const dom = new MutationObserver(note);
      dom.observe(document, { subtree: true, childList: true, characterData: true, attributes: true });
      const seen = new PerformanceObserver(note);
      for (const type of ["resource", "layout-shift"]) seen.observe({ type });
      while (performance.now() - last < quiet && performance.now() - began < patience) await new Promise((drawn) => requestAnimationFrame(drawn));
      dom.disconnect();
      seen.disconnect();
      return performance.now() - last >= quiet;
    }, { quiet: QUIET_MS, patience: PATIENCE_MS });
    assert.ok(rested, `the page never came to rest: ${page.url()}`);
    if (page.watch.open.size === 0) return;
  }
}

/**
 * Begins to add up what moves by itself, from the next page load on. What follows a touch or a key within half a second is its
 * answer. The browser's own word for that (`hadRecentInput`) is of no use here: on an emulated touch screen it also holds for the
 * first half second of every page.
 * @param {Page} page
 */
export function measureShift(page) {
  return page.addInitScript((answer) => {
    const seen = /** @type {any} */ (window);
    seen.__shift = { sum: 0, what: [] };
    let touched = -Infinity;
    for (const sign of ["pointerdown", "pointerup", "keydown"]) addEventListener(sign, (event) => { touched = event.timeStamp; }, { capture: true, passive: true });
    const named = (/** @type {any} */ { node, previousRect: from, currentRect: to }) =>
      `${node?.nodeName}.${node?.className?.baseVal ?? node?.className ?? node?.textContent?.slice(0, 20) ?? ""} ${Math.round(from.x)},${Math.round(from.y)} ${Math.round(from.width)}×${Math.round(from.height)} → ${Math.round(to.x)},${Math.round(to.y)} ${Math.round(to.width)}×${Math.round(to.height)}`;
    new PerformanceObserver((list) => {
      for (const entry of /** @type {any[]} */ (list.getEntries())) {
        if (entry.startTime >= touched && entry.startTime - touched < answer) continue;
        seen.__shift.sum += entry.value;
        seen.__shift.what.push(`${entry.value.toFixed(3)} at ${Math.round(entry.startTime)} ms: ${entry.sources.slice(0, 4).map(named).join("; ")}`);
      }
    }).observe({ type: "layout-shift", buffered: true });
  }, ANSWER_MS);
}

/** Forgets what moved so far: turning the screen moves things, and may. @param {Page} page */
export async function stillNow(page) {
  await settled(page);
  await page.evaluate(() => { /** @type {any} */ (window).__shift = { sum: 0, what: [] }; });
}

/** Nothing moved from when one began to look until the page came to rest. @param {Page} page @param {string} where */
export async function nothingShifted(page, where) {
  await atRest(page);
  const { sum, what } = await page.evaluate(() => /** @type {any} */ (window).__shift);
  assert.ok(sum <= MOST_SHIFT, `moved by itself: ${sum.toFixed(3)}: ${where}\n${what.join("\n")}`);
}
