// Everything by keyboard alone: a lead's whole day, and a canvasser's main path. What has the focus is always seen.
import assert from "node:assert/strict";
import { row, title } from "./lib/desk.mjs";
import { PIN } from "./lib/hand.mjs";
import { name, traders } from "./lib/people.mjs";
import { PASSWORD } from "./lib/office.mjs";
import { story } from "./lib/story.mjs";

/** What has the focus is on the screen, is not covered, and shows that it has it. @param {import("./lib/story.mjs").Page} page @param {string} where */
async function focusIsSeen(page, where) {
  const found = await page.evaluate(() => {
    const one = document.activeElement;
    if (!one || one === document.body) return "nothing has the focus";
    const { left, top, width, height } = one.getBoundingClientRect();
    const [x, y] = [left + width / 2, top + Math.min(height / 2, 20)];
    const onTop = document.elementFromPoint(x, y);
    if (!onTop || !(one.contains(onTop) || onTop.contains(one) || onTop.closest("label")?.contains(one))) return `covered by ${onTop?.outerHTML.slice(0, 80)}`;
    const shows = [one, one.parentElement, one.closest("label")].some((near) => {
      const look = near && getComputedStyle(near);
      return look && (look.outlineStyle !== "none" || look.boxShadow !== "none");
    });
    return shows || one.matches("h1, h2, h3") ? "" : `no ring: ${one.outerHTML.slice(0, 120)}`;
  });
  assert.equal(found, "", where);
}

/** Goes on with Tab until `name` has the focus. @param {import("./lib/story.mjs").Page} page @param {RegExp} words */
async function tabTo(page, words) {
  for (let n = 0; n < 120; n += 1) {
    await page.keyboard.press("Tab");
    const said = await page.evaluate(() => { const one = /** @type {any} */ (document.activeElement); return one === document.body ? "" : one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent || ""; });
    if (!words.test(said.trim())) continue;
    await focusIsSeen(page, String(words));
    return;
  }
  throw new Error(`Tab never came to ${words}`);
}

story("a lead signs in, judges a whole day and takes a verdict back, by keyboard alone", async (world) => {
  const { office } = world;
  await office.register(traders(14));
  await office.person("Dewi Nurlaela", { role: "lead", login: "dewi" });
  const tablet = await office.tablet([await office.person("Ade Nugraha")]);
  await tablet.record((await tablet.records("trader")).map((trader) => ({ trader: trader.id, outcome: "penjelasan" })));
  await tablet.ask(["sync"]);

  const page = await world.visitOffice();
  await page.getByLabel("Nama masuk").and(page.locator(":focus")).waitFor();
  await page.keyboard.type("dewi");
  await tabTo(page, /^Kata sandi/);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await title(page).waitFor();

  /** The visit that is looked at. */
  const now = () => title(page).innerText();
  const said = (/** @type {RegExp} */ words) => page.locator(".said").getByText(words).waitFor();
  // Approved, and the next one has the focus.
  const first = await now();
  await page.keyboard.press("a");
  await said(/^Disetujui: /);
  await title(page).filter({ hasNotText: first }).and(page.locator(":focus")).waitFor();
  // Taken back, and approved again.
  await page.keyboard.press("z");
  await said(/^Putusan dibatalkan/);
  await title(page).filter({ hasText: first.split(" KNM")[0] }).waitFor();
  await row(page, first.split(" KNM")[0]).getByText("Disetujui").waitFor({ state: "detached" });
  await page.keyboard.press("a");
  await row(page, first.split(" KNM")[0]).getByText("Disetujui").waitFor();
  // Returned with the first quick reason.
  const second = (await now()).split(" KNM")[0];
  await page.keyboard.press("r");
  await page.locator("#reasons-title:focus").waitFor();
  await page.keyboard.press("1");
  await said(/^Dikembalikan: /);
  await row(page, second).getByText("Dikembalikan").waitFor();
  // Returned with words of one's own.
  const third = (await now()).split(" KNM")[0];
  await page.keyboard.press("r");
  await page.locator("#reasons-title:focus").waitFor();
  await tabTo(page, /Tulis alasan/);
  await page.keyboard.type("Toko apa? a r s b z");
  await page.keyboard.press("Enter");
  await row(page, third).getByText("Dikembalikan").waitFor();
  // The rest one by one: looked at and passed by, then all of it is decided.
  const skipped = (await now()).split(" KNM")[0];
  await page.keyboard.press("s");
  await title(page).filter({ hasNotText: skipped }).waitFor();
  for (const key of ["k", "j", "k"]) {
    const before = await now();
    await page.keyboard.press(key);
    await title(page).filter({ hasNotText: before }).and(page.locator(":focus")).waitFor();
  }
  for (let n = 0; n < 14 && !(await page.getByText("Semua sudah dilihat").isVisible()); n += 1) {
    const before = await now();
    const at = page.locator(".row[aria-current=true]");
    if (await at.getByText(/Disetujui|Dikembalikan/).count()) { await page.keyboard.press("j"); await title(page).filter({ hasNotText: before }).waitFor(); continue; }
    await page.keyboard.press("a");
    await row(page, before.split(" KNM")[0]).getByText("Disetujui").waitFor();
  }
  await page.getByText("Semua sudah dilihat").waitFor();
  if (await page.getByRole("button", { name: /^Setujui \d+ sekaligus/ }).isEnabled()) {
    await page.keyboard.press("b");
    await said(/kunjungan disetujui/);
  }
  await tabTo(page, /Ringkasan/);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { level: 1, name: "Ringkasan kegiatan" }).waitFor();
});

story("a canvasser unlocks, finds a trader and records a visit by keyboard alone", async (world) => {
  await world.office.register(traders(8));
  const tablet = await world.office.tablet([await world.office.person("Ade Nugraha")]);
  const page = await world.open(tablet);
  await page.locator(".pad").waitFor();
  await page.keyboard.type(PIN);
  await page.getByText("Ketik PIN sekali lagi").waitFor();
  await page.keyboard.type(PIN);
  await page.locator(".row .name").first().waitFor();
  await tabTo(page, new RegExp(`^Catat ${name(1)}$`));
  await page.keyboard.press("Enter");
  await page.locator("[data-title]:focus").waitFor();
  await tabTo(page, /^Bertemu dan mengajar/);
  await page.keyboard.press("Space");
  await page.locator(".outcome[aria-pressed=true]").waitFor();
  for (const step of [0, 1]) {
    const box = page.getByRole("checkbox").nth(step);
    await tabTo(page, new RegExp(`^${(await box.innerText()).split("\n")[0].slice(0, 12)}`));
    await page.keyboard.press("Space");
    await box.and(page.locator("[aria-checked=true]")).waitFor();
  }
  await tabTo(page, /^Simpan$/);
  await page.keyboard.press("Enter");
  await page.locator(".snack", { hasText: `${name(1)}, ` }).waitFor();
});
