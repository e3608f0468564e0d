// Nothing moves by itself, neither while a page appears nor when something happens to it; and what would move is noticed.
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { axeFindsNothing, holds } from "./lib/checks.mjs";
import { signIn } from "./lib/desk.mjs";
import { Hand } from "./lib/hand.mjs";
import { LONG_NOTE, name, traders } from "./lib/people.mjs";
import { measureShift, nothingShifted, stillNow } from "./lib/still.mjs";
import { OFFICE_SIZES, SIZES, story } from "./lib/story.mjs";
import { FINGER } from "./lib/targets.mjs";

/** How late a slow line brings a font: after everything else that a page asks for. */
const LATE_MS = 400;

/** @typedef {import("./lib/story.mjs").Page} Page */

story("a page that is loaded anew moves nothing while it appears, at any size", async (world) => {
  const { office } = world;
  await office.person("Dewi Nurlaela", { role: "lead", login: "dewi" });
  await office.register(traders(30));
  const tablet = await office.tablet([await office.person("Ade Nugraha")]);
  const [first, second] = await tablet.records("trader");
  await tablet.ask(["visit", first.id, "--outcome", "mengajar", "--note", LONG_NOTE]);
  await tablet.ask(["sync"]);

  const hand = new Hand(await world.open(tablet));
  await measureShift(hand.page);
  await hand.unlock();
  const lead = await world.visitOffice();
  await measureShift(lead);
  await signIn(lead, "dewi");

  /** @param {Page} page @param {{ width: number, height: number }} size @param {string} hash @param {string} seen */
  const afresh = async (page, size, hash, seen) => {
    await page.setViewportSize(size);
    await page.evaluate((next) => { location.hash = next; }, hash);
    await page.reload();
    await page.locator(seen).first().waitFor();
    await nothingShifted(page, `${hash}, ${size.width}×${size.height}`);
  };
  for (const size of Object.values(SIZES)) {
    await afresh(hand.page, size, "#/today", ".row .name");
    await afresh(hand.page, size, "#/search", ".card");
    await afresh(hand.page, size, "#/plan", ".plan, .row, .list");
    await afresh(hand.page, size, "#/outbox", ".line");
    await afresh(hand.page, size, "#/today/day", ".ticket");
    await afresh(hand.page, size, `#/today/trader/${first.id}`, ".journey");
    await afresh(hand.page, size, `#/today/visit/${second.id}`, ".outcome");
    await afresh(hand.page, size, "#/search/new", ".detail .field input");
  }
  for (const size of OFFICE_SIZES) {
    await afresh(lead, size, "#/day", ".row");
    await afresh(lead, size, "#/campaign", "h1");
  }
});

story("a page whose fonts come late is not laid out twice", async (world) => {
  const { office } = world;
  await office.person("Dewi Nurlaela", { role: "lead", login: "dewi" });
  await office.register(traders(30));
  const tablet = await office.tablet([await office.person("Ade Nugraha")]);
  const [first] = await tablet.records("trader");
  await tablet.ask(["visit", first.id, "--outcome", "mengajar", "--note", LONG_NOTE]);
  await tablet.ask(["sync"]);
  const hand = new Hand(await world.open(tablet));
  await hand.unlock();
  const lead = await world.visitOffice();
  await signIn(lead, "dewi");
  for (const [page, hashes] of /** @type {[Page, [string, string][]][]} */ ([
    [lead, [["#/day", ".row"], ["#/campaign", ".cards section"]]],
    [hand.page, [["#/today", ".row .name"], [`#/today/trader/${first.id}`, ".journey"]]],
  ])) {
    await measureShift(page);
    await page.route("**/*.woff2", async (route) => { await pause(LATE_MS); await route.continue(); });
    for (const [hash, seen] of hashes) {
      await page.evaluate((next) => { location.hash = next; }, hash);
      await page.reload();
      await page.locator(seen).first().waitFor();
      await nothingShifted(page, hash);
    }
  }
});

story("a save, a sync and work of others move nothing on the page that is looked at", async (world) => {
  const { office } = world;
  await office.person("Dewi Nurlaela", { role: "lead", login: "dewi" });
  await office.register(traders(12));
  const tablet = await office.tablet([await office.person("Ade Nugraha")]);
  const other = await office.tablet([await office.person("Rudi Hermawan")]);
  const known = (await other.records("trader")).sort((a, b) => a.stall.localeCompare(b.stall));
  await other.record(known.slice(0, 3).map((trader) => ({ trader: trader.id, outcome: "penjelasan" })));
  await other.ask(["sync"]);

  const hand = new Hand(await world.open(tablet));
  const { page } = hand;
  await measureShift(page);
  await page.reload();
  await hand.unlock();
  const lead = await world.visitOffice();
  await measureShift(lead);
  await lead.reload();
  await signIn(lead, "dewi");
  await lead.locator(".row").nth(2).waitFor();
  for (const [n, size] of Object.values(SIZES).entries()) {
    const where = `${size.width}×${size.height}`;
    const who = name(4 + n);
    await page.setViewportSize(size);
    await page.evaluate((id) => { location.hash = `#/today/visit/${id}`; }, /** @type {any} */ (known[4 + n]).id);
    await hand.tap(hand.outcome("Bertemu dan mengajar"));
    await stillNow(page);
    await hand.tap(hand.button("Simpan"));
    await page.locator(".snack", { hasText: who }).waitFor();
    await nothingShifted(page, `saved, ${where}`);

    const before = (await other.records("visit")).length;
    await stillNow(lead);
    await other.ask(["visit", /** @type {any} */ (known[8 + n]).id, "--outcome", "penjelasan", "--note", LONG_NOTE]);
    await other.ask(["sync"]);
    await lead.getByText("kunjungan baru").waitFor();
    await nothingShifted(lead, `a new visit waits, ${before}`);
    await lead.locator(".fresh").click();
    await lead.locator(".fresh").waitFor({ state: "detached" });

    await stillNow(page);
    const listed = await page.locator(".group h2, .row .name").allInnerTexts();
    await page.evaluate(() => fetch("invoke", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ command: "sync" }) }).then((answer) => answer.text()));
    await page.locator(".news").waitFor();
    await nothingShifted(page, `sent, and news of others, ${where}`);
    assert.deepEqual(await page.locator(".group h2, .row .name").allInnerTexts(), listed, "what others did waits until it is asked for");
    await hand.tap(page.locator(".news button"));
    await page.locator(".news").waitFor({ state: "detached" });
  }
});

story("what moves, crowds, hides or is cut on a page is noticed", async (world) => {
  await world.office.register(traders(30));
  const tablet = await world.office.tablet([await world.office.person("Ade Nugraha")]);
  const hand = new Hand(await world.open(tablet));
  const { page } = hand;
  await measureShift(page);
  // Planted where a slow answer would put it: above the list, a moment after the page was there.
  await page.addInitScript(() => {
    if (sessionStorage.getItem("plant")) addEventListener("load", () => setTimeout(() => {
      const box = document.createElement("div");
      box.style.height = "90px";
      document.querySelector(".list")?.before(box);
    }, 300));
  });
  await hand.unlock();
  await page.reload();
  await page.locator(".row .name").first().waitFor();
  await nothingShifted(page, "as it is");
  await page.evaluate(() => sessionStorage.setItem("plant", "1"));
  await page.reload();
  await page.locator(".row .name").first().waitFor();
  await assert.rejects(nothingShifted(page, "planted"), /moved by itself/);
  await page.evaluate(() => sessionStorage.removeItem("plant"));

  /** @type {[string, string, Record<string, string>, RegExp][]} */
  const plants = [
    ["#/today", ".who", { minHeight: "40px", height: "40px" }, /smaller than 48 px/],
    ["#/today", ".blocks", { gap: "2px" }, /nearer to each other than 8 px/],
    ["#/today/day", "footer .half", { position: "relative", left: "60px" }, /nearer to each other than 8 px/],
    ["#/today", "h1", { whiteSpace: "nowrap", overflow: "hidden", width: "60px" }, /^cut/],
    ["#/today", ".list [data-index]", { height: "40px" }, /^cut/],
    ["#/today", "main", { width: "1000px" }, /wider than the screen/],
    ["#/today/day", "footer .main", { position: "relative", top: "300px" }, /main action is not on the screen/],
    ["#/today", ".about", { color: "#ccc" }, /color-contrast/],
  ];
  for (const [hash, what, style, told] of plants) {
    const where = `${what} ${JSON.stringify(style)}`;
    await page.evaluate((next) => { location.hash = next; }, hash);
    await page.reload();
    await page.locator(what).first().waitFor();
    await holds(page, FINGER, where);
    await page.locator(what).first().evaluate((one, look) => { Object.assign(/** @type {HTMLElement} */ (one).style, look); }, style);
    await assert.rejects(async () => { await holds(page, FINGER, where); await axeFindsNothing(page, where); }, (/** @type {Error} */ thrown) => told.test(thrown.message), where);
  }
});
