// What has to hold on every page at every size: axe finds nothing, everything tappable can be hit, nothing is wider than the
// screen, nothing is cut.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { settled } from "./still.mjs";
import { targetsHold } from "./targets.mjs";

/** @typedef {import("./story.mjs").Page} Page */
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const axe = readFile(fileURLToPath(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url)), "utf8");

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
    return over.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => {
      const edge = one.getBoundingClientRect().left + one.clientWidth + 1;
      const beyond = [...one.querySelectorAll("*")].filter((inner) => inner.getBoundingClientRect().right > edge && inner.clientWidth > 0);
      return `${one.tagName}.${one.className} ${one.scrollWidth} > ${one.clientWidth}: ${beyond.slice(-3).map((inner) => `${inner.tagName}.${inner.className} ${(inner.textContent ?? "").trim().slice(0, 30)}`).join(", ")}`;
    });
  });
  assert.deepEqual(wide, [], `wider than the screen: ${where}`);
}

/**
 * Words that are cut without an ellipsis; a clamp of lines sets one, and what it hides may be wider than the box. A row of a list
 * has one height: what is higher lies on the next one.
 * @param {Page} page @param {string} where
 */
export async function nothingCut(page, where) {
  const cut = await page.evaluate(() => {
    const shown = (/** @type {Element} */ one) => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".only-heard, [inert]") && one.clientWidth > 0;
    const said = (/** @type {Element} */ one, /** @type {number} */ is, /** @type {number} */ room) => `${one.tagName}.${one.className} ${is} > ${room}: ${(one.textContent ?? "").trim().slice(0, 40)}`;
    const wide = [...document.querySelectorAll("button, a, h1, h2, h3, p, b, dt, dd, label, legend, span, td, th, code")]
      .filter((one) => shown(one) && one.scrollWidth > one.clientWidth + 1)
      .filter((one) => { const { display, textOverflow, webkitLineClamp } = getComputedStyle(one); return display !== "inline" && textOverflow !== "ellipsis" && webkitLineClamp === "none"; })
      .map((one) => said(one, one.scrollWidth, one.clientWidth));
    const high = [...document.querySelectorAll("[data-index]")].filter((one) => shown(one) && one.scrollHeight > one.clientHeight + 1).map((one) => said(one, one.scrollHeight, one.clientHeight));
    return [...wide, ...high];
  });
  assert.deepEqual(cut, [], `cut: ${where}`);
}

/** All that can be measured without axe. @param {Page} page @param {import("./targets.mjs").Reach} reach @param {string} where */
export async function holds(page, reach, where) {
  await settled(page);
  await noOverflow(page, where);
  await nothingCut(page, where);
  await targetsHold(page, reach, where);
}
