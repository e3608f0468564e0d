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
    const over = [document.documentElement, ...document.querySelectorAll("body, main, .body, .results, .scroll, .cards, dialog")];
    return over.filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => {
      const edge = one.getBoundingClientRect().left + one.clientWidth + 1;
      const beyond = [...one.querySelectorAll("*")].filter((inner) => inner.getBoundingClientRect().right > edge && inner.clientWidth > 0);
      return `${one.tagName}.${one.className} ${one.scrollWidth} > ${one.clientWidth}: ${beyond.slice(-3).map((inner) => `${inner.tagName}.${inner.className} ${(inner.textContent ?? "").trim().slice(0, 30)}`).join(", ")}`;
    });
  });
  assert.deepEqual(wide, [], `wider than the screen: ${where}`);
}

/** Each part of the page scrolls by itself, and the page as a whole does not. @param {Page} page @param {string} where */
export async function staysPut(page, where) {
  const beyond = await page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  assert.ok(beyond <= 0, `the document can be scrolled by ${beyond} px: ${where}`);
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

/**
 * Words that lie over other words. What floats or sticks to an edge may lie over what is scrolled below it.
 * @param {Page} page @param {string} where
 */
export async function nothingOverlaps(page, where) {
  const over = await page.evaluate(() => {
    const modal = [...document.querySelectorAll("dialog[open]")].at(-1);
    /** The nearest part of the page that lies over others on purpose. */
    const floor = (/** @type {Element | null} */ one) => { 
      for (let up = one; up; up = up.parentElement) {
        const { position, zIndex } = getComputedStyle(up);
        if (/fixed|sticky/.test(position) || (position === "absolute" && zIndex !== "auto") || up.matches("dialog")) return up;
      }
      return null;
    };
    const texts = document.createTreeWalker(modal ?? document.body, NodeFilter.SHOW_TEXT);
    /** @type {{ node: Node, on: Element | null, left: number, top: number, right: number, bottom: number }[]} */
    const found = [];
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const one = node.parentElement;
      if (!one || !node.nodeValue?.trim() || one.closest("script, style, option, .only-heard, [inert], .skip") || !one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      for (const line of range.getClientRects()) {
        // Letters fill the middle of their line.
        let [left, top, right, bottom] = [line.left + 1, line.top + line.height * 0.25, line.right - 1, line.bottom - line.height * 0.25];
        for (let up = one; up && up !== modal?.parentElement; up = /** @type {HTMLElement} */ (up.parentElement)) {
          const { clipPath, overflow } = getComputedStyle(up);
          if (clipPath !== "none") right = left;
          if (/visible/.test(overflow) || up.matches("svg, svg *")) continue;
          const by = up.getBoundingClientRect();
          [left, top, right, bottom] = [Math.max(left, by.left), Math.max(top, by.top), Math.min(right, by.right), Math.min(bottom, by.bottom)];
        }
        if (right - left > 1 && bottom - top > 1) found.push({ node, on: floor(one), left, top, right, bottom });
      }
    }
    const said = (/** @type {Node} */ node) => `"${(node.nodeValue ?? "").trim().slice(0, 30)}"`;
    return found.flatMap((a, n) => found.slice(n + 1)
      .filter((b) => a.node !== b.node && a.on === b.on && Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
      .map((b) => `${said(a.node)} and ${said(b.node)} at ${Math.round(b.left)},${Math.round(b.top)}`));
  });
  assert.deepEqual(over, [], `words over words: ${where}`);
}

/**
 * Words that end at an edge beyond which nobody can scroll, and words of headings and controls that are broken in their middle.
 * @param {Page} page @param {string} where
 */
export async function wordsWhole(page, where) {
  const { ended, broken } = await page.evaluate(() => {
    const modal = [...document.querySelectorAll("dialog[open]")].at(-1);
    const texts = document.createTreeWalker(modal ?? document.body, NodeFilter.SHOW_TEXT);
    /** @type {string[]} */
    const ended = [];
    /** @type {string[]} */
    const broken = [];
    const range = document.createRange();
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      const one = node.parentElement;
      const text = node.nodeValue ?? "";
      if (!one || !text.trim() || one.closest("script, style, option, .only-heard, [inert], .skip") || !one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      range.selectNodeContents(node);
      const box = range.getBoundingClientRect();
      let [left, right, meant] = [0, innerWidth, false];
      for (let up = /** @type {Element | null} */ (one); up && !meant; up = up.parentElement) {
        const { overflowX, textOverflow, webkitLineClamp } = getComputedStyle(up);
        meant = textOverflow === "ellipsis" || webkitLineClamp !== "none" || /auto|scroll/.test(overflowX);
        if (/hidden|clip/.test(overflowX)) { const by = up.getBoundingClientRect(); [left, right] = [Math.max(left, by.left), Math.min(right, by.right)]; }
      }
      if (!meant && (box.left < left - 1 || box.right > right + 1)) ended.push(`"${text.trim().slice(0, 40)}" ${Math.round(box.left)} to ${Math.round(box.right)} of ${Math.round(left)} to ${Math.round(right)}`);
      if (!one.closest("h1, h2, h3, button, a, thead th, dt, label")) continue;
      for (const word of text.matchAll(/\p{L}{2,}/gu)) {
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size > 1) broken.push(word[0]);
      }
    }
    return { ended, broken };
  });
  assert.deepEqual(ended, [], `words beyond the edge: ${where}`);
  assert.deepEqual(broken, [], `words broken in their middle: ${where}`);
}

/** All that can be measured without axe. @param {Page} page @param {import("./targets.mjs").Reach} reach @param {string} where */
export async function holds(page, reach, where) {
  await settled(page);
  await noOverflow(page, where);
  await nothingCut(page, where);
  await nothingOverlaps(page, where);
  await targetsHold(page, reach, where);
}
