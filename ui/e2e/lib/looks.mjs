// The looks in which a page has to hold: themes, text at twice its size, words of a longer language.

/** @typedef {import("./story.mjs").Page} Page */
/** Whether every look is asked about, rather than the telling ones. */
export const thorough = process.env.GREBEG_LONG === "1";
export const THEMES = ["light", "dark", "sun"];
/** Share of letters that another language may need beyond ours. */
const LONGER = 0.4;
/** The browser's own text size, and the one of a person who needs it twice as large. */
const TEXT_PX = 16;

/** @param {Page} page @param {string} theme */
export const dress = (page, theme) => page.evaluate((look) => { document.documentElement.dataset["theme"] = look; }, theme);

/** Does `act` while the text of the system is twice as large. @param {Page} page @param {() => Promise<void>} act */
export async function withLargeText(page, act) {
  const debug = await page.context().newCDPSession(page);
  const size = (/** @type {number} */ standard) => debug.send("Page.setFontSizes", { fontSizes: { standard, fixed: standard } });
  // Scripts hear of it with the next size of the window; a tablet has it from the start.
  const window = /** @type {{ width: number, height: number }} */ (page.viewportSize());
  const hear = async () => { await page.setViewportSize({ ...window, height: window.height + 1 }); await page.setViewportSize(window); };
  await size(2 * TEXT_PX);
  await hear();
  try {
    await act();
  } finally {
    await size(TEXT_PX);
    await hear();
    await debug.detach();
  }
}

/**
 * Does `act` while every word is 40 % longer than it is: vowels are said again. What stands for itself (codes of stalls, times,
 * numbers) has no longer form in any language.
 * @param {Page} page @param {() => Promise<void>} act
 */
export async function withLongWords(page, act) {
  await page.evaluate((more) => {
    const longer = (/** @type {string} */ word) => {
      if (!/^\p{L}{3,}\p{P}*$/u.test(word)) return word;
      const letters = [...word];
      const vowels = letters.flatMap((letter, at) => (/[aeiou]/i.test(letter) ? [at] : []));
      if (vowels.length === 0) return word;
      for (let n = Math.ceil(letters.length * more); n > 0; n -= 1) {
        const at = /** @type {number} */ (vowels[n % vowels.length]);
        letters[at] += /** @type {string} */ (letters[at])[0]?.toLowerCase();
      }
      return letters.join("");
    };
    /** @type {[Node, string][]} */
    const put = [];
    /** @type {any} */ (window).__put = put;
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) {
      if (node.parentElement?.closest("script, style, option, code, svg")) continue;
      const before = node.nodeValue ?? "";
      const after = before.split(/(\s+)/).map(longer).join("");
      if (after === before) continue;
      put.push([node, before]);
      node.nodeValue = after;
    }
  }, LONGER);
  try {
    await act();
  } finally {
    await page.evaluate(() => { for (const [node, before] of /** @type {any} */ (window).__put) node.nodeValue = before; });
  }
}
