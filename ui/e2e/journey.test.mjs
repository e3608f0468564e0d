// The main job by hand from end to end, on a tablet and at the office's page beside it.
import assert from "node:assert/strict";
import { row, signIn } from "./lib/desk.mjs";
import { Hand } from "./lib/hand.mjs";
import { name, traders } from "./lib/people.mjs";
import { story } from "./lib/story.mjs";

const WHY = "Catatan belum jelas, tolong dilengkapi";
const FIXED = "minta diajari lagi hari Senin";

story("a visit goes from the market to the office, is returned, corrected, and closed, and no page is loaded anew", async (world) => {
  const { office } = world;
  await office.register(traders(12));
  const ade = await office.person("Ade Nugraha");
  await office.person("Dewi Nurlaela", { role: "lead", login: "dewi" });
  const tablet = office.unpacked();

  const lead = await world.visitOffice();
  await signIn(lead, "dewi");
  await lead.getByText("Belum ada kunjungan hari ini.").waitFor();
  let loads = 0;
  lead.on("load", () => { loads += 1; });

  // The tablet comes out of its box.
  const hand = new Hand(await world.open(tablet));
  const { page } = hand;
  await page.getByLabel(/^Kode sambung/).fill(await office.code([ade]));
  await page.getByLabel(/^Alamat server/).fill(office.url);
  await hand.tap(hand.button("Sambungkan"));
  await hand.unlock();
  await page.getByRole("heading", { level: 1, name: /Kanoman/ }).waitFor();

  // Out in the market there is no server.
  for (const one of [lead, page]) one.watch.allow(/net::ERR_/);
  await office.stop();
  await lead.getByText(/Sambungan terputus/).waitFor();
  await hand.find(name(7).slice(0, 4), name(7));
  await hand.tap(hand.button("Catat kunjungan"));
  await hand.tap(hand.outcome("Bertemu dan mengajar"));
  await hand.tap(hand.step(0));
  await hand.tap(hand.step(1));
  await hand.tap(hand.button("Simpan"));
  await hand.saved.waitFor();
  assert.match(await hand.saved.innerText(), new RegExp(`${name(7)}, .* · 2 langkah`));

  // There is one again, and what was saved is sent.
  await office.serve();
  await hand.tap(hand.button("Kembali"));
  await hand.tab("Kirim");
  await hand.tap(hand.button("Kirim sekarang"));
  await page.getByText(/sama dengan server/).first().waitFor();
  await row(lead, name(7)).waitFor();
  await lead.getByText("1 kunjungan dari 1 canvasser").waitFor();

  // The lead sends it back.
  await row(lead, name(7)).click();
  await lead.getByRole("button", { name: /^Kembalikan/ }).click();
  await lead.getByLabel(/Tulis alasan/).fill(WHY);
  await lead.getByRole("button", { name: "Kirim", exact: true }).click();
  await row(lead, name(7)).getByText("Dikembalikan").waitFor();

  // It comes back to the tablet with the reason, is corrected there and sent.
  await hand.tap(hand.button("Kirim sekarang"));
  await page.getByText(`Dewi Nurlaela: “${WHY}”`).waitFor();
  await hand.tap(hand.button("Perbaiki"));
  await hand.title("Dikembalikan ketua").waitFor();
  await page.getByText(`“${WHY}”`, { exact: true }).waitFor();
  await page.getByLabel(/Jawaban untuk Dewi Nurlaela/).fill(FIXED);
  await hand.tap(hand.button("Kirim perbaikan"));
  await hand.saved.waitFor();
  await hand.tap(hand.button("Kirim sekarang"));

  // The office sees the correction and closes it.
  await row(lead, name(7)).getByText("Sudah diperbaiki").or(lead.getByText("1 kunjungan baru")).first().waitFor();
  if (await lead.getByText("1 kunjungan baru").isVisible()) await lead.getByText("1 kunjungan baru").click();
  await row(lead, name(7)).getByText("Sudah diperbaiki").waitFor();
  await lead.getByText(FIXED).waitFor();
  await lead.getByRole("button", { name: /^Setujui/ }).last().click();
  await row(lead, name(7)).getByText("Disetujui").waitFor();
  assert.equal(loads, 0, "the office's page was loaded anew");

  await page.close();
  await tablet.close();
  assert.deepEqual(await tablet.ask(["returned"]), [], "the correction answers the return");
  const visits = await tablet.records("visit");
  assert.deepEqual(visits.map((visit) => visit.note), [FIXED]);
});

story("of two questions about one visit the correction answers the one that it was written for", async (world) => {
  const { office } = world;
  await office.register(traders(3));
  const ade = await office.person("Ade Nugraha");
  const dewi = await office.person("Dewi Nurlaela", { role: "lead", login: "dewi" });
  const tablet = await office.tablet([ade]);
  const [trader] = await tablet.records("trader");
  const { visit_id } = await tablet.ask(["visit", trader.id, "--outcome", "penjelasan"]);
  await tablet.ask(["sync"]);
  await office.giveBack(visit_id, dewi, "Toko apa yang dibuka?", ["note"]);
  await office.giveBack(visit_id, dewi, "Kapan diajak lagi?", ["follow_up_date"]);
  await tablet.ask(["sync"]);
  const open = await tablet.ask(["returned"]);
  assert.equal(open.length, 2);
  const asked = open.find((/** @type {any} */ one) => JSON.stringify(one).includes("Toko apa"));

  const hand = new Hand(await world.open(tablet));
  await hand.unlock();
  await hand.page.evaluate((id) => { location.hash = `#/outbox/returned/${id}`; }, asked.return_id);
  await hand.page.getByText("“Toko apa yang dibuka?”", { exact: true }).waitFor();
  await hand.page.getByRole("textbox").first().fill("Shopee");
  await hand.tap(hand.button("Kirim perbaikan"));
  await hand.saved.waitFor();
  await hand.page.close();
  await tablet.close();
  const left = await tablet.ask(["returned"]);
  assert.deepEqual(left.map((/** @type {any} */ one) => one.return_id), open.filter((/** @type {any} */ one) => one !== asked).map((/** @type {any} */ one) => one.return_id));
});
