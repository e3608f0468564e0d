// A story: a test with an office of its own and browsers that are watched. What went wrong leaves a picture of every page and
// what the pages said in `target/e2e/`.
import { test } from "node:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { keepDrawing } from "./frames.mjs";
import { Office } from "./office.mjs";
import { target } from "./programs.mjs";
import { within } from "./wait.mjs";
import { watch } from "./watch.mjs";

/** CSS pixels of the screens that every page has to fit. */
export const SIZES = /** @type {const} */ ({
  eight: { width: 600, height: 960 }, ten: { width: 800, height: 1280 }, across: { width: 1280, height: 800 }, phone: { width: 390, height: 844 },
});
export const OFFICE_SIZES = /** @type {const} */ ([{ width: 1024, height: 768 }, { width: 1280, height: 800 }, { width: 1440, height: 900 }]);

/** A story takes a minute or two; one that hangs says where within the time that the runner gives it. */
const STORY_MS = 200_000;
const CLOSING_MS = 20_000;
/** How long a page may take to show what is waited for. */
const PATIENCE_MS = 15_000;
const CHROMIUM = { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"] };

/** @typedef {import("playwright-core").Page & { watch: import("./watch.mjs").Watch }} Page */

export class World {
  /** @type {Page[]} */
  pages = [];
  /** @type {import("./tablet.mjs").Tablet[]} */
  #tablets = [];

  /** @param {Office} office @param {import("playwright-core").Browser} browser @param {(words: string) => void} tell notes something about the run */
  constructor(office, browser, tell) {
    this.office = office;
    this.browser = browser;
    this.tell = tell;
  }

  /** A page of a browser of its own. @param {import("playwright-core").BrowserContextOptions} options */
  async page(options) {
    const context = await this.browser.newContext({ locale: "id-ID", timezoneId: "Asia/Jakarta", ...options });
    context.setDefaultTimeout(PATIENCE_MS);
    const page = /** @type {Page} */ (await context.newPage());
    page.watch = await watch(page);
    this.pages.push(page);
    void keepDrawing(page, this.tell);
    return page;
  }

  /** The tablet's pages on a touch screen, entered with the token. @param {import("./tablet.mjs").Tablet} tablet @param {{ width: number, height: number }} [size] */
  async open(tablet, size = SIZES.ten) {
    if (!this.#tablets.includes(tablet)) this.#tablets.push(tablet);
    const page = await this.page({ viewport: size, hasTouch: true, isMobile: true });
    await page.goto(await tablet.open());
    await page.locator("body[data-ready]").waitFor();
    return page;
  }

  /** The office's pages. @param {{ width: number, height: number }} [size] */
  async visitOffice(size = OFFICE_SIZES[1]) {
    const page = await this.page({ viewport: size });
    await page.goto(this.office.pages);
    await page.locator("main").first().waitFor();
    return page;
  }

  /** What no page may ever do. */
  wrong() {
    return this.pages.flatMap((page) => page.watch.wrong().map((text) => `${page.url()}: ${text}`));
  }

  async close() {
    await Promise.all(this.pages.map((page) => page.context().close()));
    await Promise.all(this.#tablets.map((tablet) => tablet.close()));
    await this.office.close();
  }
}

/**
 * @param {string} title a sentence that holds @param {(world: World, t: import("node:test").TestContext) => Promise<void>} body
 */
export function story(title, body) {
  test(title, async (t) => {
    const folder = await mkdtemp(join(tmpdir(), "grebeg-e2e-"));
    const [office, browser] = await Promise.all([Office.open(folder), chromium.launch(CHROMIUM)]);
    const world = new World(office, browser, (words) => t.diagnostic(words));
    try {
      await within("the story", body(world, t), STORY_MS);
      const wrong = world.wrong();
      if (wrong.length > 0) throw new Error(`the pages did what they must not:\n${wrong.join("\n")}`);
    } catch (thrown) {
      t.diagnostic(`pictures and consoles: ${await keepEvidence(title, world)}`);
      throw thrown;
    } finally {
      await within("the closing of its pages and programs", world.close(), CLOSING_MS);
      await within("the closing of the browser", browser.close(), CLOSING_MS);
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** @param {string} title @param {World} world */
async function keepEvidence(title, world) {
  const folder = join(target, "e2e", title.replace(/\W+/g, "-").slice(0, 80));
  await mkdir(folder, { recursive: true });
  for (const [n, page] of world.pages.entries()) {
    await page.screenshot({ path: join(folder, `page-${n + 1}.png`), timeout: 5_000 }).catch(() => undefined);
    await writeFile(join(folder, `page-${n + 1}.log`), [page.url(), ...page.watch.said, ""].join("\n"));
  }
  return folder;
}
