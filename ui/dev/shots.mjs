// Takes pictures of the pages over the invented tablet: node dev/shots.mjs OUT [name…]. Says what the console said.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [out = "/tmp/shots", ...only] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const ui = fileURLToPath(new URL("..", import.meta.url));
const served = spawn(process.execPath, [join(ui, "dev/serve.mjs"), "0"], { stdio: ["ignore", "pipe", "inherit"] });
const base = await new Promise((found) => served.stdout.on("data", (data) => { const at = /http:\/\/[\d.:]+/.exec(String(data)); if (at) found(at[0]); }));
const axeSource = readFileSync(join(ui, "node_modules/axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const SIZES = { "": [800, 1280], "-8": [600, 960], "-datar": [1280, 800], "-hp": [390, 844] };
const open = (hash, scenario = "x=1") => ({ hash, scenario });
const SHOTS = {
  today: open("#/today"), search: { ...open("#/search"), act: async (page) => { await page.keyboard.type("bu s"); } }, trader: open("#/today/trader/t6"), visit: { ...open("#/today/visit/t6"), act: async (page) => { await page.click(".outcome >> nth=0"); } },
  outbox: open("#/outbox"), returned: open("#/outbox/returned/r1"), day: open("#/today/day", "done=true,evening=true"), daywait: open("#/today/day"), plan: open("#/plan"), new: { ...open("#/search/new"), act: async (page) => { await page.fill(".detail input >> nth=0", "B-07"); await page.fill(".detail input >> nth=1", "Bu Tasmi"); } },
  enrol: { ...open("#/", "enrolled=false"), act: async (page) => { await page.keyboard.press("Tab"); await page.fill("input >> nth=0", "KNM7Q4"); } }, unlock: { ...open("#/", "unlocked=false"), act: async (page) => { await page.keyboard.type("27"); } },
  empty: open("#/today", "empty=true"), filling: open("#/today", "filling=true"), done: open("#/today", "done=true,evening=true"), long: open("#/today", "long=true"), revoked: open("#/", "revoked=true"), settings: { ...open("#/today"), act: async (page) => { await page.click(".who, .me"); } },
  saved: { ...open("#/today/visit/t8"), act: async (page) => { await page.click(".outcome >> nth=2"); await page.waitForSelector(".snack"); } }, full: { ...open("#/today/visit/t6", "full=true"), act: async (page) => { await page.click(".outcome >> nth=0"); await page.click("footer button"); await page.waitForSelector("[role=alert]"); } },
  janji: { ...open("#/today/visit/t6"), act: async (page) => { await page.click(".outcome >> nth=1"); } }, menolak: { ...open("#/today/visit/t6"), act: async (page) => { await page.click(".outcome >> nth=4"); } }, emptybox: open("#/outbox", "empty=true,offline=false"),
};
const themes = (process.env.THEMES ?? "light").split(",");
const sizes = (process.env.SIZES ?? ",-8,-datar,-hp").split(",");
let bad = 0;
for (const [name, shot] of Object.entries(SHOTS)) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const size of sizes) for (const theme of themes) {
    const [width, height] = SIZES[size];
    const context = await browser.newContext({ viewport: { width, height }, hasTouch: true, isMobile: true, locale: "id-ID", timezoneId: "Asia/Jakarta" });
    const page = await context.newPage();
    if (process.env.FONT) await (await context.newCDPSession(page)).send("Page.setFontSizes", { fontSizes: { standard: Number(process.env.FONT) } });
    page.setDefaultTimeout(5000);
    const said = [];
    page.on("console", (message) => { if (["error", "warning"].includes(message.type()) && !message.text().includes("422")) said.push(message.text()); });
    page.on("pageerror", (error) => said.push(String(error)));
    const lang = process.env.UI_LANG ? `,lang=${process.env.UI_LANG}` : "";
    await page.addInitScript(() => { window.__shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value; }).observe({ type: "layout-shift", buffered: true }); });
    await page.goto(`${base}/${shot.scenario},theme=${theme}${lang},n=${name}${size}/tablet.html${shot.hash}`);
    await page.waitForSelector("body[data-ready]");
    await page.waitForTimeout(350);
    if (shot.act) { await shot.act(page).catch((error) => said.push(`act ${String(error).split("\n")[0]}`)); await page.waitForTimeout(500); }
    await page.screenshot({ path: `${out}/${name}${size}${theme === "light" ? "" : `-${theme}`}.png` });
    if (process.env.AXE) {
      // Axe is given to the page by the debugger, past its content policy.
      const client = await context.newCDPSession(page);
      await client.send("Runtime.evaluate", { expression: axeSource });
      const found = await page.evaluate(async () => (await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })).violations.map((v) => `${v.id}: ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 130) + " // " + (n.any[0]?.message ?? n.failureSummary ?? "").slice(0, 160)).join(" | ")}`));
      said.push(...found.map((line) => `axe ${line}`));
    }
    const facts = await page.evaluate(() => {
      const small = []; const seen = (e) => { const s = getComputedStyle(e); return s.visibility !== "hidden" && s.display !== "none" && !e.closest("[inert]"); };
      for (const e of document.querySelectorAll("a, button, input, select, textarea, summary, [role=checkbox]")) { if (!seen(e)) continue; const r = e.getBoundingClientRect(); if (r.width === 0) continue; if (r.width < 48 || r.height < 48) small.push(`${e.tagName}.${e.className} ${Math.round(r.width)}x${Math.round(r.height)} ${e.textContent.slice(0, 20)}`); }
      const clipped = []; for (const e of document.querySelectorAll("button, h1, h2, p, b, span, dt, dd")) { if (!seen(e) || e.closest(".only-heard") || e.matches(".only-heard")) continue; if (e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).display !== "inline" && getComputedStyle(e).textOverflow !== "ellipsis") clipped.push(`${e.tagName}.${e.className} ${e.scrollWidth}>${e.clientWidth} ${e.textContent.slice(0, 30)}`); }
      return { overflow: document.documentElement.scrollWidth > innerWidth, small: small.slice(0, 6), clipped: clipped.slice(0, 6), shift: Math.round(window.__shift * 1000) / 1000, nodes: document.querySelectorAll(".list *").length };
    });
    const wrong = [...said, ...(facts.overflow ? ["OVERFLOW"] : []), ...facts.small.map((s) => `small ${s}`), ...facts.clipped.map((s) => `clipped ${s}`), ...(facts.shift > 0.02 ? [`shift ${facts.shift}`] : []), ...(facts.nodes > 400 ? [`nodes ${facts.nodes}`] : [])];
    bad += wrong.length;
    console.log(`${name}${size} ${theme} nodes=${facts.nodes} shift=${facts.shift}${wrong.map((line) => `\n    ${line}`).join("")}`);
    await context.close();
  }
}
await browser.close();
served.kill();
console.log(bad ? `${bad} findings` : "no findings");
process.exit(bad ? 1 : 0);
