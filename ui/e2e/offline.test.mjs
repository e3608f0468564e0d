// A market has no network: every page of the tablet opens, works and says so, and nothing of it goes on the console or leaves the
// origin (which every story watches for).
import assert from "node:assert/strict";
import { Hand } from "./lib/hand.mjs";
import { name, traders } from "./lib/people.mjs";
import { story } from "./lib/story.mjs";

story("without any network every page of the tablet opens and work goes on", async (world) => {
  const { office } = world;
  await office.register(traders(12));
  const ade = await office.person("Ade Nugraha");
  const dewi = await office.person("Dewi Nurlaela", { role: "lead", login: "dewi" });
  const tablet = await office.tablet([ade, await office.person("Rudi Hermawan")]);
  const [given] = await tablet.records("trader");
  const { visit_id } = await tablet.ask(["visit", given.id, "--outcome", "penjelasan", "--as", ade]);
  await tablet.ask(["sync"]);
  await office.giveBack(visit_id, dewi, "Toko apa?", ["note"]);
  await tablet.ask(["sync"]);
  await office.stop();

  const hand = new Hand(await world.open(tablet));
  const { page } = hand;
  // The browser itself has no line but the one to the program on its own tablet.
  const { origin } = new URL(page.url());
  await page.context().route((url) => url.origin !== origin, (route) => route.abort());
  await hand.tap(hand.button(/^Ade Nugraha/));
  await hand.unlock();
  await hand.tab("Kirim");
  await hand.tap(hand.button("Kirim sekarang"));
  await page.getByText("Belum ada sinyal. Tidak ada yang berubah.").waitFor();
  await hand.tab("Hari ini");
  await page.locator(".strip", { hasText: "Tanpa sinyal. Semua tersimpan di tablet." }).waitFor();

  const others = Array.from({ length: 12 }, (_, n) => name(n)).filter((one) => one !== given.name);
  const [first, second, third] = /** @type {[string, string, string]} */ (others);
  await hand.tap(hand.button(`Catat ${first}`));
  await hand.tap(hand.outcome("Bertemu dan mengajar"));
  await hand.tap(hand.step(0));
  await hand.tap(hand.button("Simpan"));
  await page.locator(".snack", { hasText: first }).waitFor();
  await hand.tap(hand.button("Urungkan"));
  await page.locator(".snack", { hasText: "Diurungkan" }).waitFor();
  await hand.tap(hand.button(`Catat ${second}`));
  await hand.tap(hand.outcome("Pedagang sedang pergi"));
  await page.locator(".snack", { hasText: second }).waitFor();
  await hand.tap(hand.button(`Perbaiki ${given.name}`));
  await page.getByRole("textbox").first().fill("Shopee");
  await hand.tap(hand.button("Kirim perbaikan"));
  await page.locator(".snack", { hasText: given.name }).waitFor();
  await hand.find(third, third);
  await hand.tap(hand.button("Kembali"));
  await hand.tap(hand.button("Pedagang baru"));
  await page.getByLabel(/^Kios/).fill("C-19");
  await page.getByLabel(/^Nama panggilan/).fill("Bu Wastinah");
  await hand.tap(hand.button("Simpan"));
  await page.locator(".snack", { hasText: "Bu Wastinah" }).waitFor();
  await hand.tap(hand.button("Kembali"));
  await hand.tab("Denah");
  await page.locator(".plan, .row, .list").first().waitFor();
  await hand.tab("Hari ini");
  await hand.tap(page.locator(".who"));
  await hand.tap(page.locator("dialog").getByRole("button", { name: "Matahari" }));
  await page.locator("html[data-theme=sun]").waitFor();
  await hand.tap(page.locator("dialog").getByRole("button", { name: "Tutup hari" }));
  await hand.tap(hand.button("Tutup hari"));
  await hand.title("Terima kasih, Ade Nugraha.").waitFor();
  await page.getByText(/Kode terima keluar sesudah terkirim/).first().waitFor();
  await hand.tap(hand.button(/^Kunci/));
  await page.locator(".pad").waitFor();

  await page.close();
  await tablet.close();
  const visits = await tablet.records("visit");
  assert.deepEqual(visits.map((visit) => visit.outcome).sort(), ["batal", "penjelasan", "pergi"], "the answered one, the one taken back and the one of who was away");
});
