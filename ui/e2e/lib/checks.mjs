// What has to hold on every page at every size: axe finds nothing, everything tappable is large enough, nothing is wider than
// the screen, nothing is cut, nothing moves by itself.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** @typedef {import("./story.mjs").Page} Page */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const MOST_SHIFT = 0.02;
/** Hit areas of the tablet and of the office, in CSS pixels. */
export const FINGER = 48;
export const POINTER = 24;
const axe = readFile(fileURLToPath(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url)), "utf8");

/** Until the page has been drawn, its fonts are there and nothing moves any more. @param {Page} page */
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

/** @param {Page} page @param {string} where */
export async function axeFindsNothing(page, where) {
  // The debugger hands axe to the page, past its content policy.
  const debug = await page.context().newCDPSession(page);
  if (!(await page.evaluate(() => "axe" in window))) await debug.send("Runtime.evaluate", { expression: await axe });
  await debug.detach();
  const found = await page.evaluate(async (tags) => {
    const { violations } = await /** @type {any} */ (window).axe.run(document, { runOnly: tags, resultTypes: ["violations"] });
    return violations.map((/** @type {any} */ one) => `${one.id}: ${one.nodes.slice(0, 3).map((/** @type {any} */ node) => `${node.html.slice(0, 120)} (${(node.any[0]?.message ?? node.failureSummary ?? "").slice(0, 160)})`).join(" | ")}`);
  }, TAGS);
  assert.deepEqual(found, [], where);
}

/** @param {Page} page @param {string} where */
export async function noOverflow(page, where) {
  const wide = await page.evaluate(() => {
    const over = [document.documentElement, ...document.querySelectorAll("body, main, .body, .results, .scroll, dialog")];
    return over.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => `${one.tagName}.${one.className} ${one.scrollWidth} > ${one.clientWidth}`);
  });
  assert.deepEqual(wide, [], `wider than the screen: ${where}`);
}

/** Words that are cut without an ellipsis; a clamp of lines sets one, and what it hides may be wider than the box. @param {Page} page @param {string} where */
export async function nothingCut(page, where) {
  const cut = await page.evaluate(() => [...document.querySelectorAll("button, h1, h2, h3, p, b, dt, dd, label, legend")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".only-heard, [inert]") && one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1)
    .filter((one) => { const { display, textOverflow, webkitLineClamp } = getComputedStyle(one); return display !== "inline" && textOverflow !== "ellipsis" && webkitLineClamp === "none"; })
    .map((one) => `${one.tagName}.${one.className} ${one.scrollWidth} > ${one.clientWidth}: ${(one.textContent ?? "").trim().slice(0, 40)}`));
  assert.deepEqual(cut, [], `cut: ${where}`);
}

/** @param {Page} page @param {number} least @param {string} where */
export async function targetsAreLarge(page, least, where) {
  const small = await page.evaluate((px) => [...document.querySelectorAll("a, button, input, select, textarea, summary, [role=button], [role=checkbox], [role=tab]")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest("[inert]") && !one.matches(".skip:not(:focus)"))
    .map((one) => ({ one, box: (one.closest("label") ?? one).getBoundingClientRect() }))
    .filter(({ box }) => box.width > 0 && (box.width < px - 0.5 || box.height < px - 0.5))
    .map(({ one, box }) => `${one.tagName}.${one.className} ${Math.round(box.width)}×${Math.round(box.height)} ${(one.textContent ?? "").trim().slice(0, 30)}`), least);
  assert.deepEqual(small, [], `smaller than ${least} px: ${where}`);
}

/** Begins to add up what moves by itself, from the next page load on. @param {Page} page */
export function measureShift(page) {
  return page.addInitScript(() => {
    const seen = /** @type {any} */ (window);
    seen.__shift = { sum: 0, what: [] };
    new PerformanceObserver((list) => {
      for (const entry of /** @type {any[]} */ (list.getEntries())) {
        if (entry.hadRecentInput) continue;
        seen.__shift.sum += entry.value;
        seen.__shift.what.push(...entry.sources.slice(0, 3).map((/** @type {any} */ { node }) => `${node?.nodeName}.${node?.className ?? ""}`));
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** Forgets what moved so far: turning the screen moves things, and may. @param {Page} page */
export async function stillNow(page) {
  await settled(page);
  await page.evaluate(() => { /** @type {any} */ (window).__shift = { sum: 0, what: [] }; });
}

/** @param {Page} page @param {string} where */
export async function nothingShifted(page, where) {
  const { sum, what } = await page.evaluate(() => /** @type {any} */ (window).__shift);
  assert.ok(sum <= MOST_SHIFT, `moved by itself: ${sum.toFixed(3)} ${what.join(", ")}: ${where}`);
}

/** All that can be measured without axe. @param {Page} page @param {number} least @param {string} where */
export async function holds(page, least, where) {
  await settled(page);
  await noOverflow(page, where);
  await nothingCut(page, where);
  await targetsAreLarge(page, least, where);
}
