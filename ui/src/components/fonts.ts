// The fonts are there before the first word is. A line that was laid out in another one moves when its own comes.

/** One of each file; every weight is in it. */
const FACES = ['1em "Atkinson Hyperlegible Next"', '1em "Plus Jakarta Sans"', '1em "Atkinson Hyperlegible Mono"'];
/** Without an answer the page begins all the same: words that move are better than none. */
const PATIENCE_MS = 1_500;

/** Fetches them, and resolves when they are there or are not to be had. */
export function fontsReady(): Promise<unknown> {
  const fetched = Promise.all(FACES.map((face) => document.fonts.load(face))).catch(() => undefined);
  return Promise.race([fetched, new Promise((tired) => setTimeout(tired, PATIENCE_MS))]);
}
