// Looks at screens of the tablet from everywhere: every size and theme, text at 200 %, words 40 % longer.
//
// `GREBEG_LONG=1` asks axe about every size × theme × language; without it about each theme at two sizes, and English at one.
import { axeFindsNothing, holds } from "./checks.mjs";
import { Hand } from "./hand.mjs";
import { dress, THEMES, thorough, withLargeText, withLongWords } from "./looks.mjs";
import { measureShift, nothingShifted, settled, stillNow } from "./still.mjs";
import { SIZES } from "./story.mjs";
import { FINGER } from "./targets.mjs";

/** @typedef {import("./story.mjs").Page} Page */
/** @typedef {{ name: string, open: () => Promise<unknown> }} Screen */

/** The look in which axe is asked. @param {string} lang @param {string} size @param {string} theme */
const asked = (lang, size, theme) => thorough || (lang === "id" ? ["eight", "across"].includes(size) : size === "phone" && theme === "light");

/**
 * A tablet's pages, unlocked, in a language, and whatever moves by itself on them is added up from now on.
 * @param {import("./story.mjs").World} world @param {import("./tablet.mjs").Tablet} tablet @param {string} lang
 */
export async function atWork(world, tablet, lang) {
  const hand = new Hand(await world.open(tablet));
  await measureShift(hand.page);
  await hand.unlock();
  if (lang !== "id") await hand.speak(lang);
  await hand.page.reload();
  await hand.page.locator("body[data-ready]").waitFor();
  return hand;
}

/** Opens each screen and looks at it from everywhere. @param {Page} page @param {string} lang @param {Screen[]} screens */
export async function lookAt(page, lang, screens) {
  for (const screen of screens) {
    await page.setViewportSize(SIZES.ten);
    await stillNow(page);
    await screen.open();
    await nothingShifted(page, screen.name);
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      const where = `${screen.name}, ${size}, ${lang}`;
      for (const theme of THEMES) {
        await dress(page, theme);
        if (theme !== "dark") await holds(page, FINGER, `${where}, ${theme}`);
        if (asked(lang, size, theme)) { await settled(page); await axeFindsNothing(page, `${where}, ${theme}`); }
      }
      await dress(page, "light");
      if (lang === "id" || thorough) {
        await withLongWords(page, () => holds(page, FINGER, `${where}, long words`));
        await withLargeText(page, () => holds(page, { ...FINGER, scrolls: true }, `${where}, text at 200 %`));
      }
    }
  }
  await page.setViewportSize(SIZES.ten);
}
