// Takes pictures of the pages over the invented tablet and says what is wrong with them: node dev/shots.mjs OUT [name…].
// SIZES=,-8,-datar,-hp THEMES=light,dark,sun UI_LANG=en FONT=32 HAND=left AXE=1
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { axe, launch, listed, listen, stumbles, watchShifts } from "./browser.mjs";
import { SHOTS } from "./tablet-shots.mjs";

const SIZES = { "": [800, 1280], "-8": [600, 960], "-datar": [1280, 800], "-hp": [390, 844] };
const TOUCH_FLOOR = 48;
const LIST_NODES_MOST = 400;

const [out = "/tmp/shots", ...only] = process.argv.slice(2);
mkdirSync(out, { recursive: true });
const served = spawn(process.execPath, [fileURLToPath(new URL("serve.mjs", import.meta.url)), "0"], {
  stdio: ["ignore", "pipe", "inherit"],
});
const base = await new Promise((found) => {
  served.stdout.on("data", (data) => {
    const address = /http:\/\/[\d.:]+/.exec(String(data));
    if (address) found(address[0]);
  });
});
const browser = await launch();

/** One picture; answers what was wrong. */
async function take(name, shot, size, theme) {
  const [width, height] = SIZES[size];
  const context = await browser.newContext({
    viewport: { width, height },
    hasTouch: true,
    isMobile: true,
    locale: "id-ID",
    timezoneId: "Asia/Jakarta",
  });
  await watchShifts(context);
  const page = await context.newPage();
  page.setDefaultTimeout(5000);
  if (process.env.FONT) {
    const client = await context.newCDPSession(page);
    await client.send("Page.setFontSizes", { fontSizes: { standard: Number(process.env.FONT) } });
  }
  const said = listen(page);
  const scenario = [
    shot.scenario ?? "normal",
    `theme=${theme}`,
    ...(process.env.UI_LANG ? [`lang=${process.env.UI_LANG}`] : []),
    ...(process.env.HAND ? [`left=${process.env.HAND === "left"}`] : []),
    `n=${name}${size}`,
  ];
  await page.goto(`${base}/${scenario.join(",")}/tablet.html${shot.hash}`);
  await page.waitForSelector("body[data-ready]");
  await page.waitForTimeout(350);
  if (shot.act) {
    await shot.act(page).catch((error) => said.push(`act: ${String(error).split("\n")[0]}`));
    await page.waitForTimeout(500);
  }
  const variant = [theme === "light" ? "" : theme, process.env.UI_LANG, process.env.FONT, process.env.HAND].filter(Boolean);
  await page.screenshot({ path: `${out}/${[`${name}${size}`, ...variant].join("-")}.png` });
  if (process.env.AXE) said.push(...(await axe(page)));
  said.push(...(await stumbles(page, TOUCH_FLOOR, LIST_NODES_MOST)));
  await context.close();
  return said;
}

let bad = 0;
for (const [name, shot] of Object.entries(SHOTS)) {
  if (only.length > 0 && !only.includes(name)) continue;
  for (const size of listed("SIZES", ",-8,-datar,-hp")) {
    for (const theme of listed("THEMES", "light")) {
      const wrong = await take(name, shot, size, theme);
      bad += wrong.length;
      console.log([`${name}${size} ${theme}`, ...wrong].join("\n    "));
    }
  }
}
await browser.close();
served.kill();
console.log(bad ? `${bad} findings` : "no findings");
process.exit(bad ? 1 : 0);
