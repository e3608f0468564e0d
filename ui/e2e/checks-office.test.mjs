// Every page of the office in every state that a lead can bring it into, from 1024 to 1440 px, in both of its themes, with text at
// 200 % too.
import assert from "node:assert/strict";
import { axeFindsNothing, holds, staysPut, wordsWhole } from "./lib/checks.mjs";
import { signIn, title } from "./lib/desk.mjs";
import { dress, thorough, withLargeText, withLongWords } from "./lib/looks.mjs";
import { LONG_NAME, LONG_NOTE, traders } from "./lib/people.mjs";
import { atRest, measureShift, nothingShifted, stillNow } from "./lib/still.mjs";
import { OFFICE_SIZES, story } from "./lib/story.mjs";
import { POINTER } from "./lib/targets.mjs";
import { until } from "./lib/wait.mjs";

story("the office's pages fit, read and hold still", async (world) => {
  const { office } = world;
  await office.person("Dewi Nurlaela", { role: "lead", login: "dewi" });
  await office.register([...traders(14), { stall: "B-77", name: LONG_NAME }]);
  const tablet = await office.tablet([await office.person(LONG_NAME)]);
  const page = await world.visitOffice();
  await measureShift(page);
  await page.reload();
  /** @param {string} where @param {boolean} [large] */
  const fits = async (where, large = false) => {
    await holds(page, { ...POINTER, scrolls: large }, where);
    await wordsWhole(page, where);
  };
  /** @param {string} screen */
  const look = async (screen) => {
    await nothingShifted(page, screen);
    for (const [n, size] of OFFICE_SIZES.entries()) {
      await page.setViewportSize(size);
      for (const theme of ["light", "dark"]) {
        const where = `${screen}, ${size.width}, ${theme}`;
        await dress(page, theme);
        await fits(where);
        await staysPut(page, where);
        if (thorough || n === 0) await axeFindsNothing(page, where);
      }
      await dress(page, "light");
      const where = `${screen}, ${size.width}`;
      await withLongWords(page, () => fits(`${where}, long words`));
      await withLargeText(page, async () => {
        await fits(`${where}, text at 200 %`, true);
        if (thorough || n === 0) await axeFindsNothing(page, `${where}, text at 200 %`);
      });
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
  const known = await tablet.records("trader");
  await tablet.record(known.map((trader) => ({ trader: trader.id, outcome: "mengajar", steps: ["shopee.akun"], note: LONG_NOTE })));
  await tablet.ask(["sync"]);
  await page.locator(".row").first().waitFor();
  for (const lang of ["id", "en"]) {
    if (lang === "en") {
      await page.locator(".me").click();
      await page.locator("dialog").getByRole("button", { name: "English" }).click();
      await look("profile");
      await page.keyboard.press("Escape");
      await page.locator("dialog").waitFor({ state: "detached" });
    }
    await page.goto(`${office.pages}/#/day`);
    await page.locator(".row").first().waitFor();
    await look(`day, full (${lang})`);
    await page.locator(".row").nth(1).click();
    await look(`day, one visit (${lang})`);
    await page.keyboard.press("r");
    await page.locator(".reasons").waitFor();
    await look(`day, reasons (${lang})`);
    await page.keyboard.press("Escape");
    await page.locator(".reasons").waitFor({ state: "detached" });
    // That the reasons' place is given back is the answer to the key, however late it comes.
    await stillNow(page);
    await page.keyboard.press("?");
    await page.locator("dialog").waitFor();
    await look(`day, keys (${lang})`);
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    await page.locator(".head button.chip").click();
    await page.locator("dialog li").first().waitFor();
    await look(`day, who has not sent (${lang})`);
    await page.keyboard.press("Escape");
    await page.locator("dialog").waitFor({ state: "detached" });
    await page.goto(`${office.pages}/#/campaign`);
    await page.locator(".cards section").first().waitFor();
    await look(`campaign (${lang})`);
  }
  // The last of it in English, as it was left.
  await page.goto(`${office.pages}/#/day`);
  await page.locator(".row").first().waitFor();
  for (const [key, mark] of /** @type {const} */ ([["a", ".row .good"], ["r", ".reasons"], ["1", ".row .back"]])) {
    await page.keyboard.press(key);
    await page.locator(mark).first().waitFor();
  }
  await page.locator(".said p").waitFor();
  // The next visit in the place of the one that was judged is the answer to the key, however late it comes.
  await atRest(page);
  await stillNow(page);
  await look("day, judged");
  await tablet.record([{ trader: known[0].id, outcome: "tutup" }]);
  await tablet.ask(["sync"]);
  await page.locator(".fresh").waitFor();
  await look("day, others came");
  await page.watch.allow(/net::ERR_/, /status of 500/);
  await office.stop();
  await page.locator(".bar").waitFor();
  await look("day, line broken");
  await office.serve();
  await page.locator(".bar").waitFor({ state: "detached" });
  await page.route("**/api/day*", (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: JSON.stringify({ code: "internal" }) }));
  await page.reload();
  await page.locator(".problem").waitFor();
  await look("day, not to be had");
});

story("with text at 200 % list and visit take turns, and no key judges a visit that is not seen", async (world) => {
  const { office } = world;
  await office.person("Dewi Nurlaela", { role: "lead", login: "dewi" });
  await office.register(traders(4));
  const tablet = await office.tablet([await office.person("Ade Nugraha")]);
  await tablet.record((await tablet.records("trader")).map((trader) => ({ trader: trader.id, outcome: "mengajar", steps: ["shopee.akun"] })));
  await tablet.ask(["sync"]);
  const page = await world.visitOffice(OFFICE_SIZES[0]);
  await withLargeText(page, async () => {
    await signIn(page, "dewi");
    const rows = page.locator(".row");
    const focused = () => page.evaluate(() => document.activeElement?.id ?? "");
    await rows.first().waitFor();
    assert.equal(await title(page).isVisible(), false, "the list has the page for itself");
    const [first, second] = [await rows.nth(0).locator(".name").textContent(), await rows.nth(1).locator(".name").textContent()];

    await page.keyboard.press("a");
    await title(page).waitFor();
    assert.equal(await page.locator(".mark.good").count(), 0, "nobody judges what is not on the page");
    assert.match(await title(page).innerText(), new RegExp(`^${first}`));
    await until("the title has the focus", async () => (await focused()) === "detail-title");
    assert.equal(await rows.first().isVisible(), false, "the visit takes the place of the list");
    await page.keyboard.press("a");
    await title(page).getByText(String(second)).waitFor();

    await page.getByRole("button", { name: "Ke daftar" }).click();
    await page.locator(".row.disetujui", { hasText: String(first) }).waitFor();
    await until("the row that one left has the focus", async () => (await focused()) === (await rows.nth(1).getAttribute("id")));
    await rows.nth(2).click();
    await title(page).waitFor();
    await page.keyboard.press("Escape");
    await rows.first().waitFor();
    await until("the row has the focus again", async () => (await focused()) === (await rows.nth(2).getAttribute("id")));
  });
});
