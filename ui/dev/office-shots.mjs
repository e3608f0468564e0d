// Takes pictures of the office's pages over a running server, and says what is wrong with them:
// node dev/office-shots.mjs URL LOGIN PASSWORD OUT [name…]   SIZES=1440x900,… LANGS=id,en THEMES=light,dark FONT=32 AXE=1
import { mkdirSync } from "node:fs";
import { axe, launch, listed, listen, stumbles, watchShifts } from "./browser.mjs";

const POINTER_FLOOR = 24;
const [url, login, password, out = "/tmp/office-shots", ...only] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const browser = await launch();

const press = (...keys) => async (page) => {
  for (const key of keys) {
    await page.keyboard.press(key);
    await page.waitForTimeout(60);
  }
};

async function allFigures(page) {
  const closed = page.locator("main [aria-expanded=false]");
  while (await closed.count()) await closed.first().click();
}

async function withoutNetwork(page, context) {
  await context.setOffline(true);
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await page.waitForTimeout(400);
}

const SHOTS = {
  signin: { signedOut: true },
  campaign: { hash: "#/campaign" },
  figures: { hash: "#/campaign", act: allFigures },
  day: { hash: "#/day" },
  flagged: { hash: "#/day", act: press("j", "j", "j", "j") },
  visit: { hash: "#/day", act: (page) => page.locator(".row").nth(1).click() },
  reasons: { hash: "#/day", act: async (page) => { await page.locator(".row").nth(1).click(); await press("r")(page); } },
  help: { hash: "#/day", act: press("?") },
  seed: { hash: "#/day", act: (page) => page.click(".seed") },
  profile: { hash: "#/day", act: (page) => page.click(".me") },
  missing: { hash: "#/campaign", act: (page) => page.click("button.chip") },
  empty: { hash: "#/day/2011-01-01" },
  then: { hash: "#/campaign/2011-01-01" },
  offline: { hash: "#/campaign", act: withoutNetwork },
};

async function signIn(context) {
  const answer = await context.request.post(`${url}/api/session`, { data: { login, password }, headers: { origin: url } });
  if (!answer.ok()) throw new Error(`sign-in: ${answer.status()}`);
}

/** One picture; answers what was wrong. */
async function take(name, shot, size, theme, lang) {
  const [width, height] = size.split("x").map(Number);
  const context = await browser.newContext({ viewport: { width, height }, locale: "id-ID", timezoneId: "Asia/Jakarta" });
  const settings = JSON.stringify({ theme, lang, keys: true });
  await context.addInitScript((kept) => localStorage.setItem("grebeg-office", kept), settings);
  await watchShifts(context);
  if (!shot.signedOut) await signIn(context);
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  if (process.env.FONT) {
    const client = await context.newCDPSession(page);
    await client.send("Page.setFontSizes", { fontSizes: { standard: Number(process.env.FONT) } });
  }
  const said = listen(page, (text) => name === "offline" || (shot.signedOut && text.includes("401")));
  page.on("request", (request) => {
    if (!request.url().startsWith(url)) said.push(`asks ${request.url()}`);
  });
  await page.goto(`${url}/${shot.hash ?? ""}`);
  await page.waitForSelector("body[data-ready]");
  await page.waitForTimeout(500);
  if (shot.act) {
    await shot.act(page, context).catch((error) => said.push(`act: ${String(error).split("\n")[0]}`));
    await page.waitForTimeout(450);
  }
  const variant = [theme === "light" ? "" : theme, lang === "id" ? "" : lang, process.env.FONT].filter(Boolean);
  await page.screenshot({ path: `${out}/${[name, size, ...variant].join("-")}.png` });
  if (process.env.AXE) said.push(...(await axe(page)));
  said.push(...(await stumbles(page, POINTER_FLOOR)));
  await context.close();
  return said;
}

let bad = 0;
for (const [name, shot] of Object.entries(SHOTS)) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const size of listed("SIZES", "1440x900,1280x800,1024x768")) {
    for (const theme of listed("THEMES", "light")) {
      for (const lang of listed("LANGS", "id")) {
        const wrong = await take(name, shot, size, theme, lang);
        bad += wrong.length;
        console.log([`${name} ${size} ${theme} ${lang}`, ...wrong].join("\n    "));
      }
    }
  }
}
await browser.close();
console.log(bad ? `${bad} findings` : "no findings");
process.exit(bad ? 1 : 0);
