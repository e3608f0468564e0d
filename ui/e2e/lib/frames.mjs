// Keeps a browser drawing. Without a screen Chromium now and then stops to draw a page that is visible and whose timers run (seen
// once in some eighty scrolls through nine thousand rows); a picture taken from outside sets it going again. That the page itself
// hangs is something else: then its timers do not run either, and nothing is done about it here.
import { setTimeout as pause } from "node:timers/promises";

const BETWEEN_MS = 2_000;
/** A page that draws needs a sixtieth of a second, on a loaded machine some more. */
const FRAME_MS = 3_000;

/** Looks after a page until it is closed. @param {import("playwright-core").Page} page @param {(words: string) => void} tell */
export async function keepDrawing(page, tell) {
  while (!page.isClosed()) {
    await pause(BETWEEN_MS, undefined, { ref: false });
    // A page that is just going elsewhere, or gone, answers nothing.
    const stalled = await page.evaluate(noFrame, FRAME_MS).catch(() => false);
    if (!stalled) continue;
    tell(`no frame was drawn for ${FRAME_MS / 1000} s on ${page.url()}; a picture was taken so that drawing goes on`);
    await page.screenshot({ clip: { x: 0, y: 0, width: 1, height: 1 }, timeout: 10_000 }).catch(() => undefined);
  }
}

/** In the page: whether its timers run and nothing is drawn. @param {number} patience ms @returns {Promise<boolean>} */
function noFrame(patience) {
  return new Promise((told) => {
    const late = setTimeout(() => told(document.visibilityState === "visible"), patience);
    requestAnimationFrame(() => { clearTimeout(late); told(false); });
  });
}
