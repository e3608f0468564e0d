// Listens to a page for what must never happen: something said on the console, a script that fails, a report of the content
// policy, a request that leaves the origin, a dialog that nobody asked for.

/** @typedef {{ said: string[], open: Set<import("playwright-core").Request>, allow: (...patterns: RegExp[]) => void, wrong: () => string[] }} Watch `open`: requests that wait for their answer */

// Signing in begins with asking who is signed in; the answer "nobody" is one of status 401, which the browser notes down.
const ALWAYS = [/status of 401 .*\/api\/session/];

/** Names what a page itself reports; the page's own script never sees it. */
const TELL = "__report";

/** @param {import("playwright-core").Page} page @returns {Promise<Watch>} */
export async function watch(page) {
  /** @type {string[]} */
  const said = [];
  const allowed = [...ALWAYS];
  const note = (/** @type {string} */ text) => { said.push(text); };
  /** @type {Set<import("playwright-core").Request>} */
  const open = new Set();
  page.on("requestfinished", (request) => { open.delete(request); });
  page.on("requestfailed", (request) => { open.delete(request); });
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) note(`console ${message.type()}: ${message.text()} ${message.location().url}`);
  });
  page.on("pageerror", (error) => note(`script failed: ${error.stack ?? error}`));
  page.on("dialog", (dialog) => { note(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
  page.on("request", (request) => {
    const home = page.url();
    const { origin, protocol } = new URL(request.url());
    // News come over a line that never ends.
    if (request.resourceType() !== "eventsource") open.add(request);
    const first = request.isNavigationRequest() && home === "about:blank";
    if (!first && (protocol !== "http:" || origin !== new URL(home).origin)) note(`left the origin: ${request.url()}`);
  });
  await page.exposeBinding(TELL, (_, text) => note(String(text)));
  await page.addInitScript((tell) => {
    const report = /** @type {any} */ (window)[tell];
    document.addEventListener("securitypolicyviolation", (event) => report(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
  }, TELL);
  return { said, open, allow: (...patterns) => { allowed.push(...patterns); }, wrong: () => said.filter((text) => !allowed.some((pattern) => pattern.test(text))) };
}
