// What both picture takers need: a browser, axe-core past the content policy, and the facts of a page that people would stumble over.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const AXE = readFileSync(fileURLToPath(new URL("../node_modules/axe-core/axe.min.js", import.meta.url)), "utf8");
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const QUIET = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = () =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: QUIET });

/** The values of a list in the environment: `THEMES=light,sun`. */
export const listed = (name, usual) => (process.env[name] ?? usual).split(",");

/** Counts layout shifts from the first paint on. */
export const watchShifts = (context) =>
  context.addInitScript(() => {
    window.__shift = 0;
    const seen = (list) => {
      for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value;
    };
    new PerformanceObserver(seen).observe({ type: "layout-shift", buffered: true });
  });

/** Collects what console and page complain about. `excused(text)`: expected in this picture. */
export function listen(page, excused = () => false) {
  const said = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type()) && !excused(message.text())) said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(String(error)));
  return said;
}

/** axe-core's findings, one a line. The script is given by the debugger, past the content policy. */
export async function axe(page) {
  const client = await page.context().newCDPSession(page);
  await client.send("Runtime.evaluate", { expression: AXE });
  return page.evaluate(async (rules) => {
    const { violations } = await window.axe.run(document, { runOnly: rules });
    const where = (node) => `${node.html.slice(0, 130)} // ${(node.any[0]?.message ?? node.failureSummary ?? "").slice(0, 160)}`;
    return violations.map((found) => `axe ${found.id}: ${found.nodes.slice(0, 3).map(where).join(" | ")}`);
  }, RULES);
}

/** What is too small to touch, cut off, beyond the edge, or has moved. `floor`: smallest side of a target in px; `most`: nodes in a list. */
export async function stumbles(page, floor, most = Infinity) {
  const facts = await page.evaluate((least) => {
    const shown = (element) => {
      const style = getComputedStyle(element);
      return style.visibility !== "hidden" && style.display !== "none" && style.opacity !== "0" && !element.closest("[inert]");
    };
    const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
    const named = (element) => `${element.tagName}.${element.className} ${element.textContent.trim().slice(0, 24)}`;
    const heardOnly = (element) => element.closest(".only-heard, .skip") !== null;
    const small = [];
    const beyond = [];
    for (const element of all("a, button, input, select, textarea, summary, [role=checkbox]")) {
      const box = element.getBoundingClientRect();
      if (box.width === 0 || heardOnly(element)) continue;
      if (box.width < least || box.height < least) small.push(`${Math.round(box.width)}x${Math.round(box.height)} ${named(element)}`);
      if (box.left < -1 || box.right > innerWidth + 1) beyond.push(named(element));
      const room = element.closest("dialog, main, .tab, .detail")?.getBoundingClientRect();
      if (room && (box.left < room.left - 1 || box.right > room.right + 1)) beyond.push(named(element));
    }
    const clipped = all("button, h1, h2, h3, p, b, span, dt, dd, td, th")
      .filter((element) => !heardOnly(element) && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1)
      .filter((element) => getComputedStyle(element).display !== "inline" && getComputedStyle(element).textOverflow !== "ellipsis")
      .map((element) => `${element.scrollWidth}>${element.clientWidth} ${named(element)}`);
    const sideways = document.documentElement.scrollWidth > innerWidth;
    return { small, beyond, clipped, sideways, shift: window.__shift, nodes: document.querySelectorAll(".list *").length };
  }, floor);
  const few = (word, list) => list.slice(0, 5).map((line) => `${word} ${line}`);
  return [
    ...(facts.sideways ? ["scrolls sideways"] : []),
    ...few("small", facts.small),
    ...few("beyond the edge", facts.beyond),
    ...few("clipped", facts.clipped),
    ...(facts.shift > 0.02 ? [`moved by ${facts.shift.toFixed(3)}`] : []),
    ...(facts.nodes > most ? [`${facts.nodes} nodes in a list`] : []),
  ];
}
