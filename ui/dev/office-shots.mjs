// Takes pictures of the office's pages over a running server: node dev/office-shots.mjs URL LOGIN PASSWORD OUT [name…].
// Says what the console, axe-core and the sizes said. SIZES=1440x900,… LANGS=id,en THEMES=light,dark AXE=1
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const [url, login, password, out = "/tmp/office-shots", ...only] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const ui = fileURLToPath(new URL("..", import.meta.url));
const axeSource = readFileSync(join(ui, "node_modules/axe-core/axe.min.js"), "utf8");
const list = (name, usual) => (process.env[name] ?? usual).split(",");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] });
const press = (...keys) => async (page) => { for (const key of keys) { await page.keyboard.press(key); await page.waitForTimeout(60); } };
const SHOTS = {
  signin: { signedOut: true },
  campaign: { hash: "#/campaign" },
  figures: { hash: "#/campaign", act: async (page) => { const all = page.locator("main [aria-expanded=false]"); while (await all.count()) await all.first().click(); } },
  day: { hash: "#/day" },
  flagged: { hash: "#/day", act: press("j", "j", "j", "j") },
  reasons: { hash: "#/day", act: press("r") },
  help: { hash: "#/day", act: press("?") },
  seed: { hash: "#/day", act: (page) => page.click(".seed") },
  profile: { hash: "#/day", act: (page) => page.click(".me") },
  missing: { hash: "#/campaign", act: (page) => page.click("button.chip") },
  empty: { hash: "#/day/2011-01-01" },
  then: { hash: "#/campaign/2011-01-01" },
  offline: { hash: "#/campaign", act: async (page, context) => { await context.setOffline(true); await page.evaluate(() => window.dispatchEvent(new Event("online"))); await page.waitForTimeout(400); } },
};
let bad = 0;
for (const [name, shot] of Object.entries(SHOTS)) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const size of list("SIZES", "1440x900,1280x800,1024x768")) for (const theme of list("THEMES", "light")) for (const lang of list("LANGS", "id")) {
    const [width, height] = size.split("x").map(Number);
    const context = await browser.newContext({ viewport: { width, height }, locale: "id-ID", timezoneId: "Asia/Jakarta" });
    await context.addInitScript(([theme, lang]) => localStorage.setItem("grebeg-office", JSON.stringify({ theme, lang, keys: true })), [theme, lang]);
    await context.addInitScript(() => { window.__shift = 0; new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.__shift += entry.value; }).observe({ type: "layout-shift", buffered: true }); });
    if (!shot.signedOut) {
      const answer = await context.request.post(`${url}/api/session`, { data: { login, password }, headers: { origin: url } });
      if (!answer.ok()) throw new Error(`sign-in: ${answer.status()}`);
    }
    const page = await context.newPage();
    page.setDefaultTimeout(8000);
    const said = [];
    page.on("console", (message) => { if (["error", "warning"].includes(message.type()) && name !== "offline" && !(shot.signedOut && message.text().includes("401"))) said.push(message.text()); });
    page.on("pageerror", (error) => said.push(String(error)));
    page.on("request", (request) => { if (!request.url().startsWith(url)) said.push(`asks ${request.url()}`); });
    await page.goto(`${url}/${shot.hash ?? ""}`);
    await page.waitForSelector("body[data-ready]");
    await page.waitForTimeout(500);
    if (shot.act) { await shot.act(page, context).catch((error) => said.push(`act ${String(error).split("\n")[0]}`)); await page.waitForTimeout(450); }
    await page.screenshot({ path: `${out}/${name}-${size}${theme === "light" ? "" : `-${theme}`}${lang === "id" ? "" : `-${lang}`}.png` });
    if (process.env.AXE) {
      const client = await context.newCDPSession(page);
      await client.send("Runtime.evaluate", { expression: axeSource });
      said.push(...(await page.evaluate(async () => (await window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })).violations.map((v) => `axe ${v.id}: ${v.nodes.slice(0, 3).map((n) => `${n.html.slice(0, 120)} // ${(n.any[0]?.message ?? n.failureSummary ?? "").slice(0, 160)}`).join(" | ")}`))));
    }
    const facts = await page.evaluate(() => {
      const seen = (e) => { const s = getComputedStyle(e); return s.visibility !== "hidden" && s.display !== "none" && s.opacity !== "0"; };
      const small = [...document.querySelectorAll("a, button, input, select, textarea, summary")].filter((e) => seen(e) && e.getBoundingClientRect().width > 0 && !e.matches(".skip") && (e.getBoundingClientRect().width < 24 || e.getBoundingClientRect().height < 24)).map((e) => `${e.tagName}.${e.className} ${Math.round(e.getBoundingClientRect().width)}x${Math.round(e.getBoundingClientRect().height)} ${e.textContent.slice(0, 20)}`);
      const clipped = [...document.querySelectorAll("button, h1, h2, h3, p, b, span, dt, dd, td, th")].filter((e) => seen(e) && !e.closest(".only-heard") && !e.matches(".only-heard") && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && getComputedStyle(e).display !== "inline" && getComputedStyle(e).textOverflow !== "ellipsis").map((e) => `${e.tagName}.${e.className} ${e.scrollWidth}>${e.clientWidth} ${e.textContent.slice(0, 30)}`);
      return { overflow: document.documentElement.scrollWidth > innerWidth, small: small.slice(0, 5), clipped: clipped.slice(0, 5), shift: Math.round(window.__shift * 1000) / 1000 };
    });
    const wrong = [...said, ...(facts.overflow ? ["OVERFLOW"] : []), ...facts.small.map((s) => `small ${s}`), ...facts.clipped.map((s) => `clipped ${s}`), ...(facts.shift > 0.02 ? [`shift ${facts.shift}`] : [])];
    bad += wrong.length;
    console.log(`${name} ${size} ${theme} ${lang} shift=${facts.shift}${wrong.map((line) => `\n    ${line}`).join("")}`);
    await context.close();
  }
}
await browser.close();
console.log(bad ? `${bad} findings` : "no findings");
process.exit(bad ? 1 : 0);
