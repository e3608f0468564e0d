// Every page of the tablet in every state that a person can bring it into, at every size: readable, large enough to touch, nothing
// cut, nothing that moves by itself, nothing that axe finds; with text twice as large and words of a longer language too.
import { Hand } from "./lib/hand.mjs";
import { atWork, lookAt } from "./lib/look.mjs";
import { LONG_NAME, LONG_NOTE, name, traders } from "./lib/people.mjs";
import { measureShift, stillNow } from "./lib/still.mjs";
import { story } from "./lib/story.mjs";

for (const lang of ["id", "en"]) {
  story(`the tablet's pages at work fit, read and hold still in every state (${lang})`, async (world) => {
    const { office } = world;
    const ade = await office.person("Ade Nugraha", { markets: "KNM,PGI" });
    const dewi = await office.person("Dewi Nurlaela", { role: "lead", login: "dewi" });
    await office.register([...traders(30), ...traders(9, "C"), { stall: "B-77", name: LONG_NAME, goods: "kerupuk udang, terasi, ikan asin jambal roti dan aneka oleh-oleh khas Cirebon" }, { market: "PGI", stall: "A-01", name: "Bu Tarkimah" }]);
    const tablet = await office.tablet([ade]);
    const known = await tablet.records("trader");
    const long = known.find((one) => one.name === LONG_NAME);
    const fresh = known.find((one) => one.name === name(9));
    const back = await tablet.ask(["visit", long.id, "--outcome", "mengajar", "--note", LONG_NOTE, "--step", "prep.hp"]);
    await tablet.ask(["sync"]);
    await office.giveBack(back.visit_id, dewi, LONG_NOTE, ["note", "step.prep.hp", "outcome"]);
    await tablet.ask(["sync"]);
    const [{ return_id }] = await tablet.ask(["returned"]);

    const noSignal = lang === "id" ? /(Tanpa|Belum ada) sinyal/ : /(No|Still no) signal/;
    const hand = await atWork(world, tablet, lang);
    const { page } = hand;
    page.watch.allow(/status of 422 .*\/invoke/);

    const to = async (/** @type {string} */ hash, /** @type {string} */ seen) => {
      // By way of another page, so that each begins anew.
      await page.evaluate(() => { location.hash = "#/plan"; });
      await page.locator(".detail .page").waitFor({ state: "detached" });
      await page.evaluate((next) => { location.hash = next; }, hash);
      await page.locator(seen).first().waitFor();
    };
    const sheet = async (/** @type {string} */ trader, /** @type {number | null} */ outcome) => {
      await to(`#/today/visit/${trader}`, ".outcome");
      if (outcome !== null) await hand.tap(page.locator(".outcome").nth(outcome));
    };
    const shut = async () => { await page.keyboard.press("Escape"); await page.locator("dialog").waitFor({ state: "detached" }); };
    await lookAt(page, lang, [
      { name: "today", open: () => to("#/today", ".row .name") },
      { name: "today, why", open: () => hand.tap(page.locator(".heading button").first()) },
      { name: "today, settings", open: async () => { await shut(); await hand.tap(page.locator(".who")); } },
      { name: "today, places", open: async () => { await shut(); await hand.tap(page.locator(".more")); } },
      { name: "search, recent", open: async () => { await shut(); await to("#/search", ".card"); } },
      // What comes for the typed letters is their answer, however busy the machine is that gives it.
      { name: "search, hits", open: async () => { await page.locator(".search input").pressSequentially("ro"); await page.locator(".hit").first().waitFor(); await stillNow(page); } },
      { name: "search, none", open: async () => { await page.locator(".search input").pressSequentially("qqqqqq"); await page.locator(".hit").first().waitFor({ state: "detached" }); await stillNow(page); } },
      { name: "plan", open: () => to("#/plan", ".plan, .row, .list") },
      { name: "new trader", open: () => to("#/search/new", ".detail .field input") },
      { name: "new trader, lacking", open: () => hand.tap(page.locator("footer button").last()) },
      { name: "new trader, alike", open: async () => { await page.locator(".detail .field input").nth(0).fill("B-10"); await page.locator(".detail .field input").nth(1).pressSequentially(name(9)); await page.locator(".dup").waitFor(); await stillNow(page); } },
      { name: "trader, never visited", open: () => to(`#/today/trader/${fresh.id}`, ".journey") },
      { name: "trader, long", open: () => to(`#/today/trader/${long.id}`, ".journey") },
      { name: "sheet", open: () => sheet(fresh.id, null) },
      { name: "sheet, taught", open: () => sheet(fresh.id, 0) },
      { name: "sheet, not saved", open: async () => { await tablet.faults({ fail: "disk_full" }); await hand.tap(page.locator("footer button").first()); await page.locator("footer [role=alert]").waitFor(); await tablet.faults(null); } },
      { name: "sheet, day", open: () => sheet(fresh.id, 1) },
      { name: "sheet, reason", open: () => sheet(fresh.id, 4) },
      { name: "sheet, long and others", open: async () => { await sheet(long.id, null); await hand.tap(page.locator(".head button").last()); await page.locator("dialog").waitFor(); } },
      { name: "returned", open: async () => { await shut(); await to(`#/outbox/returned/${return_id}`, ".fix"); } },
      { name: "returned, not saved", open: async () => { await tablet.faults({ fail: "disk_full" }); await hand.tap(page.locator("footer .primary")); await page.locator("footer [role=alert]").waitFor(); await tablet.faults(null); } },
      { name: "returned, unknown", open: () => to(`#/outbox/returned/${fresh.id}`, ".problem") },
      { name: "trader, unknown", open: () => to(`#/today/trader/${return_id}`, ".problem") },
      { name: "day, ready", open: () => to("#/today/day", ".ticket") },
      { name: "send box", open: () => to("#/outbox", ".line") },
      { name: "send box, no server", open: async () => {
        await office.stop();
        await to("#/outbox", ".line");
        await hand.tap(page.locator(".head .send"));
        await page.getByText(noSignal).first().waitFor();
      } },
      { name: "today, no server", open: async () => { await to("#/today", ".row .name"); await page.locator(".strip", { hasText: noSignal }).first().waitFor(); } },
      { name: "saved", open: async () => { await sheet(known.find((one) => one.name === name(3)).id, 3); await page.locator(".snack").waitFor(); } },
      { name: "day, not sent", open: () => to("#/today/day", ".ticket .send") },
      { name: "day, closed, not sent", open: () => hand.tap(page.locator("footer button").last()) },
      { name: "day, closed", open: async () => { await office.serve(); await hand.tap(page.locator(".ticket .send button")); await page.locator(".receipt").waitFor(); } },
    ]);
  });
}

story("the tablet's pages before work and without work fit, read and hold still", async (world) => {
  const { office } = world;
  const people = [];
  for (const one of ["Ade Nugraha", LONG_NAME, "Rudi Hermawan", "Wasih"]) people.push(await office.person(one, { markets: "KNM" }));

  const boxed = new Hand(await world.open(office.unpacked()));
  boxed.page.watch.allow(/status of 422 .*\/invoke/);
  await measureShift(boxed.page);
  await boxed.page.reload();
  await lookAt(boxed.page, "id", [
    { name: "enrol", open: () => boxed.page.locator(".enrol").waitFor() },
    { name: "enrol, short", open: async () => { await boxed.tap(boxed.button("Sambungkan")); await boxed.page.locator("[role=alert]").waitFor(); } },
    { name: "enrol, refused", open: async () => {
      await boxed.page.getByLabel(/^Alamat server/).fill(office.url);
      await boxed.page.getByLabel(/^Kode sambung/).fill("KNM7Q4TR8W");
      await boxed.tap(boxed.button("Sambungkan"));
      await boxed.page.getByText(/Kode tidak dikenal/).waitFor();
    } },
  ]);

  const idle = await office.tablet(people);
  const hand = new Hand(await world.open(idle));
  hand.page.watch.allow(/status of 422 .*\/invoke/);
  await measureShift(hand.page);
  await hand.page.reload();
  await lookAt(hand.page, "id", [
    { name: "unlock, first time", open: () => hand.page.locator(".pad").waitFor() },
    { name: "unlock, again", open: async () => { await hand.pin(); await hand.page.getByText("Ketik PIN sekali lagi").waitFor(); } },
    { name: "today, nothing assigned", open: async () => { await hand.pin(); await hand.page.locator(".shell").waitFor(); } },
    { name: "search, nobody", open: () => hand.tab("Cari") },
    { name: "send box, empty", open: () => hand.tab("Kirim") },
    { name: "day, nothing done", open: async () => { await hand.page.evaluate(() => { location.hash = "#/today/day"; }); await hand.page.locator(".ticket").waitFor(); } },
    { name: "unlock, wrong", open: async () => {
      await hand.page.evaluate(() => { location.hash = "#/today"; });
      await hand.tap(hand.page.locator(".who"));
      await hand.tap(hand.button("Ganti orang"));
      await hand.page.locator(".pad").waitFor();
      await hand.pin("111222");
      await hand.page.getByText(/^PIN salah/).waitFor();
    } },
  ]);
  const [{ device_id }] = (await office.ask(["device", "list"]));
  await hand.pin();
  await hand.page.locator(".shell").waitFor();
  await office.ask(["device", "revoke", device_id, "--why", "hilang"]);
  await hand.tab("Kirim");
  await hand.tap(hand.button("Kirim sekarang"));
  await lookAt(hand.page, "id", [{ name: "stopped", open: () => hand.page.locator(".stopped").waitFor() }]);
});
