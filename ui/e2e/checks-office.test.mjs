// Every page of the office in every state that a lead can bring it into, from 1024 to 1440 px, in both of its themes.
import { axeFindsNothing, holds } from "./lib/checks.mjs";
import { signIn } from "./lib/desk.mjs";
import { dress, thorough, withLongWords } from "./lib/looks.mjs";
import { LONG_NAME, LONG_NOTE, traders } from "./lib/people.mjs";
import { measureShift, nothingShifted, stillNow } from "./lib/still.mjs";
import { OFFICE_SIZES, story } from "./lib/story.mjs";
import { POINTER } from "./lib/targets.mjs";

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
      const where = `${screen}, ${size.width}`;
      await withLongWords(page, () => holds(page, POINTER, `${where}, long words`));
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
      await page.locator("dialog").waitFor({ state: "detached" });
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
  await look("day, judged");
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
