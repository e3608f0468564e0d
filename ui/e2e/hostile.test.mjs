// Whatever people type is shown as text on every page: nothing runs, nothing is loaded, the layout holds.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { noOverflow } from "./lib/checks.mjs";
import { row, signIn, title } from "./lib/desk.mjs";
import { Hand } from "./lib/hand.mjs";
import { HOSTILE } from "./lib/hostile.mjs";
import { story } from "./lib/story.mjs";

const NOT_COUNTED = /example\.invalid/;

/** @param {import("./lib/story.mjs").Page} page @param {string} where */
async function unharmed(page, where) {
  assert.equal(await page.evaluate(() => /** @type {any} */ (window).__ran), undefined, `something ran: ${where}`);
  assert.equal(await page.locator("#app :is(script, iframe, base, meta, form[action], style, img)").count(), 0, `markup was made: ${where}`);
  assert.ok(!NOT_COUNTED.test(page.url()), `led away: ${where}`);
  await noOverflow(page, where);
}

/** Every text is somewhere on the page, letter for letter. @param {import("./lib/story.mjs").Page} page @param {string[]} texts @param {string} where */
async function shown(page, texts, where) {
  const all = (await page.locator("#app").evaluate((app) => app.textContent ?? ""));
  for (const text of texts) assert.ok(all.includes(text), `not shown as typed: ${text} (${where})`);
}

/** A tablet of this name that was enrolled and then never heard of. @param {import("./lib/office.mjs").Office} office @param {string[]} people @param {string} name */
async function calledIn(office, people, name) {
  const body = JSON.stringify({ code: await office.code(people), device_name: name, app_version: "0.1.0" });
  const answer = await fetch(`${office.url}/v1/enrol`, { method: "POST", headers: { "content-type": "application/json" }, body });
  assert.equal(answer.status, 200, await answer.text());
}

test("there are forty hostile texts, each a different one", () => {
  assert.equal(new Set(HOSTILE).size, 40);
});

test("no source of the pages makes markup or code from a text", async () => {
  const src = fileURLToPath(new URL("../src", import.meta.url));
  const files = (await readdir(src, { recursive: true })).filter((path) => /\.(svelte|ts)$/.test(path));
  assert.ok(files.length > 100);
  for (const file of files) {
    const text = await readFile(`${src}/${file}`, "utf8");
    assert.doesNotMatch(text, /\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function\(/, file);
  }
});

story("forty hostile texts as names, stalls, goods, notes and reasons are only text, on the tablet and at the office", async (world) => {
  const { office } = world;
  const typed = HOSTILE.map((text) => text.trim());
  const taken = await office.register(HOSTILE.map((text, n) => ({ stall: `A-${n + 1}`, name: text, goods: text })));
  assert.equal(taken.created, HOSTILE.length, JSON.stringify(taken.refused));
  // Stalls are short; each of these texts that fits is one too.
  await office.register(HOSTILE.filter((text) => [...text].length <= 40).map((text, n) => ({ market: "KNM", stall: text, name: `Kios aneh ${n}` })));
  const ade = await office.person(HOSTILE[2]);
  const dewi = await office.person(HOSTILE[4], { role: "lead", login: "dewi" });
  const tablet = await office.tablet([ade], HOSTILE[3]);
  for (const text of HOSTILE) await calledIn(office, [ade], text);
  const traders = (await tablet.records("trader")).filter((trader) => typed.includes(trader.name));
  assert.equal(traders.length, HOSTILE.length);
  const visits = (await tablet.record(traders.map((trader) => ({ trader: trader.id, outcome: "penjelasan", note: trader.name })))).map((saved) => saved.visit_id);
  await tablet.ask(["sync"]);
  // Each text is a reason too; of the first visit it is the lead's own hand that types it, below.
  for (const [n, visit] of visits.entries()) if (n > 0) await office.giveBack(visit, dewi, HOSTILE[n], ["note"]);
  await tablet.ask(["sync"]);
  const returned = await tablet.ask(["returned"]);
  assert.equal(returned.length, HOSTILE.length - 1);

  const hand = new Hand(await world.open(tablet));
  const { page } = hand;
  await shown(page, [HOSTILE[2], HOSTILE[3]], "unlock");
  await unharmed(page, "unlock");
  await hand.unlock();
  await unharmed(page, "today");
  await hand.tap(page.locator(".who"));
  await shown(page, [HOSTILE[2]], "settings");
  await unharmed(page, "settings");
  await page.keyboard.press("Escape");
  for (const trader of traders) {
    const where = `trader ${trader.name}`;
    await page.goto(new URL(`#/search/trader/${trader.id}`, page.url()).href);
    await page.locator("[data-title]").waitFor();
    await page.locator(".body li").first().waitFor();
    await shown(page, [trader.name], where);
    await unharmed(page, where);
    await page.goto(new URL(`#/search/visit/${trader.id}`, page.url()).href);
    await page.locator(".outcome").first().waitFor();
    await shown(page, [trader.name], `sheet of ${where}`);
    await unharmed(page, `sheet of ${where}`);
  }
  await page.goto(new URL("#/search", page.url()).href);
  for (const text of [HOSTILE[0], HOSTILE[21], HOSTILE[24], HOSTILE[30]]) {
    await page.getByLabel("Cari pedagang").fill(text);
    await page.locator(".hit", { hasText: text }).first().waitFor();
    await shown(page, [text], "search");
    await unharmed(page, "search");
  }
  await page.goto(new URL("#/outbox", page.url()).href);
  await page.locator(".line").first().waitFor();
  await shown(page, typed.slice(1), "send box");
  await unharmed(page, "send box");
  for (const { return_id } of returned) {
    await page.goto(new URL(`#/outbox/returned/${return_id}`, page.url()).href);
    await page.locator(".fix").first().waitFor();
    await unharmed(page, `returned ${return_id}`);
  }

  const lead = await world.visitOffice();
  await signIn(lead, "dewi");
  await lead.locator(".row").first().waitFor();
  if (await lead.locator(".unfold[aria-expanded=false]").count()) await lead.locator(".unfold[aria-expanded=false]").click();
  await shown(lead, typed, "the day's list");
  await unharmed(lead, "the day's list");
  await lead.getByRole("button", { name: /^Sementara/ }).click();
  await shown(lead, typed, "missing tablets");
  await unharmed(lead, "missing tablets");
  await lead.keyboard.press("Escape");
  await row(lead, traders[0].name).first().click();
  await lead.getByRole("button", { name: /^Kembalikan/ }).click();
  await lead.getByLabel(/Tulis alasan/).fill(HOSTILE[0]);
  await lead.getByRole("button", { name: "Kirim", exact: true }).click();
  await row(lead, traders[0].name).first().getByText("Dikembalikan").waitFor();
  for (const text of typed) {
    await row(lead, text).first().click();
    await title(lead).filter({ hasText: text }).waitFor();
    await lead.locator(".back").first().waitFor();
    await shown(lead, [text], "detail");
    await unharmed(lead, `detail ${text}`);
  }
  await lead.goto(`${office.pages}/#/campaign`);
  await lead.getByRole("heading", { level: 1 }).waitFor();
  await lead.getByText(HOSTILE[2]).first().waitFor();
  await unharmed(lead, "campaign");
});
