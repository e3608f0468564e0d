// Every page of tablet and office in every state that a person can bring it into, at every size: readable, large enough to
// touch, nothing cut, nothing that moves by itself, nothing that axe finds.
//
// `GREBEG_LONG=1` asks axe about every size × theme × language; without it about each theme at two sizes, and English at one.
import { axeFindsNothing, FINGER, holds, measureShift, nothingShifted, POINTER, settled, stillNow } from "./lib/checks.mjs";
import { signIn } from "./lib/desk.mjs";
import { Hand } from "./lib/hand.mjs";
import { name, traders } from "./lib/people.mjs";
import { OFFICE_SIZES, SIZES, story } from "./lib/story.mjs";

const thorough = process.env.GREBEG_LONG === "1";
const THEMES = ["light", "dark", "sun"];
const LONG_NAME = "Hajjah Siti Rokayah binti Sobari Nurhidayat Kusumawardani Lestari";
const LONG_NOTE = "Anaknya membantu sesudah pulang sekolah, jadi minta dijelaskan lagi pelan-pelan. ".repeat(5).trim();

/** @typedef {import("./lib/story.mjs").Page} Page */
/** @typedef {{ name: string, open: () => Promise<unknown> }} Screen */

/** The look in which axe is asked. @param {string} lang @param {string} size @param {string} theme */
const asked = (lang, size, theme) => thorough || (lang === "id" ? ["eight", "across"].includes(size) : size === "phone" && theme === "light");

/** @param {Page} page @param {string} theme */
const dress = (page, theme) => page.evaluate((look) => { document.documentElement.dataset["theme"] = look; }, theme);

/** Opens each screen and looks at it from everywhere. @param {Page} page @param {string} lang @param {Screen[]} screens */
async function lookAt(page, lang, screens) {
  for (const screen of screens) {
    await page.setViewportSize(SIZES.ten);
    await stillNow(page);
    await screen.open();
    await settled(page);
    await nothingShifted(page, screen.name);
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport);
      for (const theme of THEMES) {
        const where = `${screen.name}, ${size}, ${theme}, ${lang}`;
        await dress(page, theme);
        if (theme !== "dark") await holds(page, FINGER, where);
        if (asked(lang, size, theme)) { await settled(page); await axeFindsNothing(page, where); }
      }
      await dress(page, "light");
    }
  }
  await page.setViewportSize(SIZES.ten);
}

/** Sets the language behind the profile chip. @param {Hand} hand @param {string} lang */
async function speak(hand, lang) {
  await hand.tap(hand.page.locator(".who"));
  await hand.tap(hand.page.locator(`dialog button:has([lang=${lang}])`));
  await hand.page.locator(`html[lang=${lang}]`).waitFor();
  await hand.page.keyboard.press("Escape");
}

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

    const hand = new Hand(await world.open(tablet));
    const { page } = hand;
    page.watch.allow(/status of 422 .*\/invoke/);
    await measureShift(page);
    await hand.unlock();
    if (lang !== "id") await speak(hand, lang);
    await page.reload();
    await page.locator("body[data-ready]").waitFor();

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
      { name: "search, hits", open: async () => { await page.locator(".search input").fill("ro"); await page.locator(".hit").first().waitFor(); } },
      { name: "search, none", open: async () => { await page.locator(".search input").fill("qqqqqq"); await page.locator(".hit").first().waitFor({ state: "detached" }); } },
      { name: "plan", open: () => to("#/plan", ".plan, .row, .list") },
      { name: "new trader", open: () => to("#/search/new", ".detail .field input") },
      { name: "new trader, lacking", open: () => hand.tap(page.locator("footer button").last()) },
      { name: "new trader, alike", open: async () => { await page.locator(".detail .field input").nth(0).fill("B-10"); await page.locator(".detail .field input").nth(1).fill(name(9)); await page.locator(".dup").waitFor(); } },
      { name: "trader, never visited", open: () => to(`#/today/trader/${fresh.id}`, ".journey") },
      { name: "trader, long", open: () => to(`#/today/trader/${long.id}`, ".journey") },
      { name: "sheet", open: () => sheet(fresh.id, null) },
      { name: "sheet, taught", open: () => sheet(fresh.id, 0) },
      { name: "sheet, not saved", open: async () => { await tablet.faults({ fail: "disk_full" }); await hand.tap(page.locator("footer button").first()); await page.locator("footer [role=alert]").waitFor(); await tablet.faults(null); } },
      { name: "sheet, day", open: () => sheet(fresh.id, 1) },
      { name: "sheet, reason", open: () => sheet(fresh.id, 4) },
      { name: "sheet, long and others", open: async () => { await sheet(long.id, null); await hand.tap(page.locator(".head button").last()); await page.locator("dialog").waitFor(); } },
      { name: "returned", open: async () => { await shut(); await to(`#/outbox/returned/${return_id}`, ".fix"); } },
      { name: "day, ready", open: () => to("#/today/day", ".ticket") },
      { name: "send box", open: () => to("#/outbox", ".line") },
      { name: "saved", open: async () => { await sheet(known.find((one) => one.name === name(3)).id, 3); await page.locator(".snack").waitFor(); } },
      { name: "day, closed", open: async () => { await to("#/today/day", ".ticket"); await hand.tap(page.locator("footer button").last()); await page.locator(".receipt, .send").first().waitFor(); } },
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

story("the office's pages fit, read and hold still", async (world) => {
  const { office } = world;
  await office.person("Dewi Nurlaela", { role: "lead", login: "dewi" });
  await office.register([...traders(14), { stall: "B-77", name: LONG_NAME }]);
  const tablet = await office.tablet([await office.person(LONG_NAME)]);
  const page = await world.visitOffice();
  await measureShift(page);
  await page.reload();
  /** @param {string} screen */
  const look = async (screen) => {
    await settled(page);
    await nothingShifted(page, screen);
    for (const [n, size] of OFFICE_SIZES.entries()) {
      await page.setViewportSize(size);
      for (const theme of ["light", "dark"]) {
        const where = `${screen}, ${size.width}, ${theme}`;
        await dress(page, theme);
        await holds(page, POINTER, where);
        if (thorough || n === 0) await axeFindsNothing(page, where);
      }
      await dress(page, "light");
    }
    await stillNow(page);
  };
  await page.getByLabel("Nama masuk").waitFor();
  await look("sign in");
  page.watch.allow(/status of 401/);
  await page.getByLabel("Nama masuk").fill("dewi");
  await page.getByLabel("Kata sandi", { exact: true }).fill("bukan ini");
  await page.getByRole("button", { name: "Masuk", exact: true }).click();
  await page.getByText(/^Nama masuk atau kata sandi salah/).waitFor();
  await look("sign in, wrong");
  await signIn(page, "dewi");
  await page.getByText("Belum ada kunjungan hari ini.").waitFor();
  await look("day, empty");
  await tablet.record((await tablet.records("trader")).map((trader) => ({ trader: trader.id, outcome: "mengajar", steps: ["shopee.akun"], note: LONG_NOTE })));
  await tablet.ask(["sync"]);
  await page.locator(".row").first().waitFor();
  for (const lang of ["id", "en"]) {
    if (lang === "en") {
      await page.locator(".me").click();
      await page.locator("dialog").getByRole("button", { name: "English" }).click();
      await look("profile");
      await page.keyboard.press("Escape");
    }
    await page.goto(`${office.pages}/#/day`);
    await page.locator(".row").first().waitFor();
    await look(`day, full (${lang})`);
    await page.keyboard.press("r");
    await page.locator(".reasons").waitFor();
    await look(`day, reasons (${lang})`);
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.locator("dialog").waitFor();
    await look(`day, keys (${lang})`);
    await page.keyboard.press("Escape");
    await page.goto(`${office.pages}/#/campaign`);
    await page.locator("h1").waitFor();
    await look(`campaign (${lang})`);
  }
});

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
    await settled(page);
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
