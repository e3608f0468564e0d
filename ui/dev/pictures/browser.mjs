// A browser that takes pictures and keeps what the console said.
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { smaller } from "./png.mjs";

const ARGUMENTS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
];
/** A second touch within 600 ms is not heard by the pages: a script waits as a finger would. */
const FINGER_MS = 650;
const PATIENCE_MS = 15_000;

export class Browser {
  /** What went wrong, a line each. */
  said = [];
  #chromium;
  #out;

  static async launch(out) {
    const browser = new Browser();
    browser.#out = out;
    browser.#chromium = await chromium.launch({
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", headless: true, args: ARGUMENTS,
    });
    return browser;
  }

  close() {
    return this.#chromium.close();
  }

  /** A page of its own with an empty cookie jar. `touch`: a tablet's or phone's. */
  async page([width, height], { touch = false } = {}) {
    const context = await this.#chromium.newContext({
      viewport: { width, height }, hasTouch: touch, isMobile: touch, locale: "id-ID", timezoneId: "Asia/Jakarta",
      reducedMotion: "reduce",
    });
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("pageerror", (error) => this.said.push(`page: ${error}`));
    page.on("console", (message) => {
      // Answers 401 and 422 are what the pages ask for: who is not signed in, what was not found.
      if (message.type() === "error" && !/status of 4(01|22)/.test(message.text())) this.said.push(`console: ${message.text()}`);
    });
    return page;
  }

  /** Takes the picture once fonts and pages are there and nothing is being fetched. */
  async take(page, name) {
    await page.evaluate(() => document.fonts.ready);
    await page.waitForFunction(() => document.querySelectorAll(".skeleton").length === 0);
    await page.evaluate(() => new Promise((shown) => requestAnimationFrame(() => requestAnimationFrame(shown))));
    const path = join(this.#out, `${name}.png`);
    writeFileSync(path, smaller(await page.screenshot({ animations: "disabled", caret: "hide" })));
    console.log(`  ${name}.png (${Math.round(statSync(path).size / 1024)} KB)`);
  }
}

/** Touches as a finger does. */
export async function touch(page, what) {
  await page.waitForTimeout(FINGER_MS);
  const control = typeof what === "string" ? page.locator(what).first() : what.first();
  await control.click();
}
