// A canvasser's finger on a tablet's page: it taps what it sees, and pauses as a finger does, because the pages do not hear
// the echo of a touch (`components/guard.ts`).
import { setTimeout as pause } from "node:timers/promises";

/** As long as the pages take a second touch for an echo, and how near it has to be. */
const ECHO_MS = 650;
const NEAR_PX = 40;
export const PIN = "384756";

export class Hand {
  /** Touches so far. */
  taps = 0;
  #last = { at: 0, x: -1000, y: -1000 };

  /** @param {import("./story.mjs").Page} page */
  constructor(page) {
    this.page = page;
  }

  /** @param {import("playwright-core").Locator} what */
  async tap(what) {
    await what.scrollIntoViewIfNeeded();
    const box = await what.boundingBox();
    if (!box) throw new Error(`cannot be touched: ${what}`);
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const since = Date.now() - this.#last.at;
    if (since < ECHO_MS && Math.hypot(x - this.#last.x, y - this.#last.y) < NEAR_PX) await pause(ECHO_MS - since);
    await what.tap();
    this.taps += 1;
    this.#last = { at: Date.now(), x, y };
  }

  /** @param {string | RegExp} name */
  button(name) {
    return this.page.getByRole("button", { name, exact: typeof name === "string" });
  }

  /** Goes to one of the four main pages. @param {"Hari ini" | "Cari" | "Denah" | "Kirim"} name */
  async tab(name) {
    await this.tap(this.page.getByRole("navigation").getByRole("button", { name: new RegExp(`^${name}`) }));
  }

  /** Types a PIN on the pad. @param {string} [pin] */
  async pin(pin = PIN) {
    for (const digit of pin) await this.tap(this.button(digit));
  }

  /** Makes a PIN for who has none, or unlocks with it. */
  async unlock() {
    const pad = this.page.locator(".pad h2");
    await pad.waitFor();
    await this.pin();
    await this.page.getByText("Ketik PIN sekali lagi").or(this.page.locator(".shell")).first().waitFor();
    if (await this.page.getByText("Ketik PIN sekali lagi").isVisible()) await this.pin();
    await this.page.locator(".shell").waitFor();
  }

  /** Sets the language behind the profile chip. @param {string} lang */
  async speak(lang) {
    await this.tap(this.page.locator(".who"));
    await this.tap(this.page.locator(`dialog button:has([lang=${lang}])`));
    await this.page.locator(`html[lang=${lang}]`).waitFor();
    await this.page.keyboard.press("Escape");
  }

  /** Searches, which opens the page of the only one that is meant. @param {string} words @param {string} name */
  async find(words, name) {
    await this.tab("Cari");
    await this.page.getByLabel("Cari pedagang").fill(words);
    await this.page.locator(".hit mark").first().waitFor();
    await this.tap(this.page.locator(".hit", { hasText: name }).first());
    await this.title(name).waitFor();
  }

  /** The title of the page on top. @param {string} name */
  title(name) {
    return this.page.getByRole("heading", { level: 1, name, exact: true });
  }

  /** The words that say that something is saved. */
  get saved() {
    return this.page.locator(".snack", { hasText: "Tersimpan di tablet" });
  }

  /** One of the results on the visit sheet. @param {string} label */
  outcome(label) {
    return this.page.locator(".outcome", { hasText: label });
  }

  /** Ticks the n-th open step on the visit sheet. @param {number} n */
  step(n) {
    return this.page.getByRole("checkbox").nth(n);
  }
}
