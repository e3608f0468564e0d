// What comes seldom on a tablet and must be as good as the rest: two values for one field, a trader who refused, a list that is
// done, a first fetch that is not finished.
import assert from "node:assert/strict";
import { Line } from "./lib/line.mjs";
import { atWork, lookAt } from "./lib/look.mjs";
import { LONG_NAME, name } from "./lib/people.mjs";
import { story } from "./lib/story.mjs";

const MARKETS = "DRJ,HRJ,JGS,KNM,PGI,PRM";
/** More traders than one answer brings. */
const CROWD = 7_500;
const GOODS = "kerupuk udang, terasi dan ikan asin jambal roti";

for (const lang of ["id", "en"]) {
  story(`two values, a refusal and a list that is done are shown for what they are (${lang})`, async (world) => {
    const { office } = world;
    const says = (/** @type {string} */ id, /** @type {string} */ en) => (lang === "id" ? id : en);
    await office.register([{ stall: "B-01", name: LONG_NAME }, { stall: "B-02", name: name(2), phone: "0840-0000-1002" }, { stall: "C-01", name: name(3) }]);
    const tablet = await office.tablet([await office.person("Ade Nugraha")]);
    const other = await office.tablet([await office.person("Rudi Hermawan")]);
    const known = (await tablet.records("trader")).sort((a, b) => a.stall.localeCompare(b.stall));
    const [two, refused, last] = known;
    // Both write before either has heard of the other.
    await tablet.ask(["set", "trader", two.id, `commodity=${GOODS}`, "hp_pintar=true", "kemauan=mau_sekarang"]);
    await other.ask(["set", "trader", two.id, "commodity=pakaian anak", "hp_pintar=false", "kemauan=mau_nanti"]);
    for (const one of [tablet, other, tablet]) await one.ask(["sync"]);
    await tablet.ask(["consent", refused.id, "--purpose", "pendampingan", "--answer", "no", "--method", "layar"]);

    const hand = await atWork(world, tablet, lang);
    const { page } = hand;
    const to = async (/** @type {string} */ hash, /** @type {string} */ seen) => {
      await page.evaluate((next) => { location.hash = next; }, hash);
      await page.locator(seen).first().waitFor();
    };
    const values = page.locator(".detail details");
    const visited = async (/** @type {any} */ trader) => {
      await to(`#/today/visit/${trader.id}`, ".outcome");
      await hand.tap(page.locator(".outcome").nth(3));
      await page.locator(".outcome").first().waitFor({ state: "detached" });
    };

    await lookAt(page, lang, [
      { name: "trader, two values", open: async () => {
        await to(`#/today/trader/${two.id}`, ".journey");
        assert.equal(await values.count(), 3, "each field has its own mark");
        for (const mark of await values.all()) assert.match(await mark.locator("summary").innerText(), new RegExp(says("^Beda isian", "^Two values")));
      } },
      { name: "trader, both values", open: async () => {
        for (const mark of await values.all()) await hand.tap(mark.locator("summary"));
        const said = (await values.allInnerTexts()).join("\n");
        for (const value of [GOODS, "pakaian anak", "Ade Nugraha"]) assert.ok(said.includes(value), `${value} is shown: ${said}`);
        assert.doesNotMatch(said, /true|false|mau_/, "what a person answered is said in words");
      } },
      { name: "trader, refused", open: async () => {
        await to("#/plan", ".plan, .row, .list");
        await to(`#/today/trader/${refused.id}`, ".consent");
        assert.match(await page.locator(".detail .consent").innerText(), new RegExp(says("Tidak setuju datanya dicatat", "Not agreed")));
      } },
      { name: "sheet, refused", open: async () => { await to(`#/today/visit/${refused.id}`, ".outcome"); await hand.tap(page.locator(".outcome").first()); } },
    ]);
    await page.keyboard.press("Escape");
    await to("#/today", ".row .name");
    assert.equal(await page.getByText(name(2)).count(), 0, "no page names who refused");
    // Without a server each record keeps saying that it is on the tablet.
    await office.stop();
    await visited(two);
    await visited(refused);
    await lookAt(page, lang, [
      { name: "today, block done", open: async () => {
        await to("#/today", ".blocks");
        await hand.tap(page.locator(".blocks button", { hasText: /B · / }));
        await page.getByText(says("Blok B selesai.", "Block B")).first().waitFor();
      } },
    ]);
    await visited(last);
    await lookAt(page, lang, [
      { name: "today, all done", open: async () => { await to("#/today", ".empty"); await page.getByText(says("Semua selesai hari ini.", "All done")).first().waitFor(); } },
    ]);
  });

  story(`a first fetch that is not finished says how far it is, and the list comes by itself (${lang})`, async (world, t) => {
    const { office } = world;
    const line = await Line.to(office.url);
    t.after(() => line.close());
    await office.crowd(CROWD);
    const person = await office.person("Ade Nugraha", { markets: MARKETS });
    const tablet = office.unpacked();
    // The answer that makes it one of ours comes through, and then nothing does.
    line.breakAfter(1);
    await tablet.enrol(line.url, await office.code([person]));
    const hand = await atWork(world, tablet, lang);
    const { page } = hand;
    await lookAt(page, lang, [{ name: "today, nothing fetched", open: () => page.locator(".notice").waitFor() }]);
    line.breakAfter(1);
    await page.evaluate(() => { location.hash = "#/outbox"; });
    await hand.tap(page.locator(".head .send"));
    await page.evaluate(() => { location.hash = "#/today"; });
    const others = page.locator(".filling-here button");
    await lookAt(page, lang, [
      { name: "today, half fetched", open: async () => { await page.locator(".notice", { hasText: /\d[.,]\d{3}/ }).waitFor(); await others.first().waitFor(); } },
      { name: "today, a market that is here", open: async () => { await hand.tap(others.first()); await page.locator(".row .name").first().waitFor(); } },
    ]);
    assert.equal(await page.locator(".notice").count(), 1, "there is more to come");
    // Back in the market that is not here yet.
    await page.reload();
    await page.locator(".filling").waitFor();
    line.mend();
    await page.evaluate(() => { location.hash = "#/outbox"; });
    await hand.tap(page.locator(".head .send"));
    await page.evaluate(() => { location.hash = "#/today"; });
    await page.locator(".row .name").first().waitFor();
    assert.equal(await page.locator(".notice").count(), 0, "nothing is said of fetching any more");
  });
}
