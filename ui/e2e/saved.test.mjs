// The words "Tersimpan di tablet" are true: they come after the store's durable answer, never without it, and what they speak of
// is there after the power was taken.
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { Hand } from "./lib/hand.mjs";
import { name, traders } from "./lib/people.mjs";
import { story } from "./lib/story.mjs";
import { until } from "./lib/wait.mjs";

const NOTE = "anaknya membantu, punya dua HP";
const SLOW_MS = 2_000;

/** A canvasser at the pages of a tablet with its traders. @param {import("./lib/story.mjs").World} world */
async function atWork(world) {
  await world.office.register(traders(6));
  const tablet = await world.office.tablet([await world.office.person("Ade Nugraha")]);
  const hand = new Hand(await world.open(tablet));
  await hand.unlock();
  return { tablet, hand };
}

/** Opens the sheet from *Hari ini* and fills it in, up to the save. @param {Hand} hand @param {string} trader */
async function fillIn(hand, trader) {
  await hand.tap(hand.button(`Catat ${trader}`));
  await hand.tap(hand.outcome("Bertemu dan mengajar"));
  await hand.tap(hand.step(0));
  await hand.tap(hand.button("Tulis"));
  await hand.page.getByLabel(/^Catatan/).fill(NOTE);
}

/** What the sheet holds. @param {Hand} hand */
async function fields(hand) {
  return {
    outcome: await hand.page.locator(".outcome[aria-pressed=true]").innerText(),
    steps: await hand.page.locator("[role=checkbox][aria-checked=true]").count(),
    note: await hand.page.getByLabel(/^Catatan/).inputValue(),
  };
}

story("the words come no sooner than the answer of a slow store, and a second touch makes no second visit", async (world) => {
  const { tablet, hand } = await atWork(world);
  await fillIn(hand, name(0));
  await tablet.faults({ delay_ms: SLOW_MS });
  // What the page shows is noted in the page itself, moment by moment.
  await hand.page.evaluate(() => {
    const seen = /** @type {any} */ (window);
    seen.answeredAt = seen.saidAt = 0;
    const { fetch } = window;
    window.fetch = async (...args) => {
      const answer = await fetch(...args);
      if (String(args[1]?.body).includes('"command":"visit"')) seen.answeredAt = performance.now();
      return answer;
    };
    new MutationObserver(() => { if (!seen.saidAt && document.querySelector(".snack")) seen.saidAt = performance.now(); }).observe(document.body, { childList: true, subtree: true });
  });
  const began = Date.now();
  await hand.tap(hand.button("Simpan"));
  await hand.page.getByRole("button", { name: "Menyimpan…" }).tap();
  await hand.saved.waitFor();
  assert.ok(Date.now() - began >= SLOW_MS, "the words came before the store had answered");
  const { answeredAt, saidAt } = await hand.page.evaluate(() => ({ answeredAt: /** @type {any} */ (window).answeredAt, saidAt: /** @type {any} */ (window).saidAt }));
  assert.ok(answeredAt > 0 && saidAt >= answeredAt, `said at ${saidAt}, answered at ${answeredAt}`);
  await tablet.faults(null);
  await hand.page.close();
  await tablet.close();
  assert.equal((await tablet.records("visit")).length, 1);
});

story("a store that fails keeps every field and says so, and saving again works", async (world) => {
  const { tablet, hand } = await atWork(world);
  hand.page.watch.allow(/status of 422 .*\/invoke/);
  await fillIn(hand, name(0));
  const before = await fields(hand);
  await tablet.faults({ fail: "disk_full" });
  await hand.tap(hand.button("Simpan"));
  await hand.page.getByRole("alert").filter({ hasText: "Belum tersimpan. Memori tablet penuh. Isian masih di layar ini." }).waitFor();
  assert.equal(await hand.page.locator(".snack").count(), 0, "nothing may say that it is saved");
  assert.deepEqual(await fields(hand), before);
  await tablet.faults(null);
  await hand.tap(hand.button("Simpan"));
  await hand.saved.waitFor();
  await hand.page.close();
  await tablet.close();
  const visits = await tablet.records("visit");
  assert.deepEqual(visits.map((visit) => visit.note), [NOTE]);
});

story("the power taken right after the words loses nothing and doubles nothing", async (world) => {
  const { tablet, hand } = await atWork(world);
  hand.page.watch.allow(/net::ERR_/);
  for (const n of [0, 1]) {
    await fillIn(hand, name(n));
    await hand.tap(hand.button("Simpan"));
    await hand.page.locator(".snack", { hasText: name(n) }).waitFor();
  }
  await tablet.kill9();
  const again = new Hand(await world.open(tablet));
  await again.unlock();
  await again.tab("Kirim");
  await again.page.getByText(`${name(1)} · bertemu dan mengajar`).or(again.page.getByText("catatan diterima server")).first().waitFor();
  await again.page.close();
  await tablet.close();
  assert.equal((await tablet.records("visit")).length, 2);
});

story("a half-filled sheet comes back after a kill and after the lock", async (world) => {
  const { tablet, hand } = await atWork(world);
  hand.page.watch.allow(/net::ERR_/);
  const kept = hand.page.waitForResponse((answer) => (answer.request().postData() ?? "").includes("save_draft") && (answer.request().postData() ?? "").includes(NOTE));
  await fillIn(hand, name(2));
  const before = await fields(hand);
  await kept;
  await tablet.kill9();

  const again = new Hand(await world.open(tablet));
  await again.unlock();
  await again.tap(again.button(/^Lanjutkan isian/));
  assert.deepEqual(await fields(again), before, "after the kill");
  await again.tap(again.button("Tutup"));
  await again.tap(again.button(/^Profil|^Pengaturan|Ade Nugraha/));
  await again.tap(again.button(/^Ganti orang/));
  await again.unlock();
  await again.tap(again.button(/^Lanjutkan isian/));
  assert.deepEqual(await fields(again), before, "after the lock");
  await again.tap(again.button("Simpan"));
  await again.saved.waitFor();
  await until("no draft is offered", async () => (await again.button(/^Lanjutkan isian/).count()) === 0);
});

story("a database that is gone comes back with what was not sent and with its PIN, and the settings say so", async (world) => {
  const { tablet, hand } = await atWork(world);
  await world.office.stop();
  await fillIn(hand, name(0));
  await hand.tap(hand.button("Simpan"));
  await hand.saved.waitFor();
  await hand.page.close();
  await tablet.close();
  await Promise.all(["tablet.db", "tablet.db-wal"].map((file) => rm(join(tablet.home, file), { force: true })));

  const again = new Hand(await world.open(tablet));
  await again.page.locator(".pad h2").waitFor();
  await again.pin();
  await again.page.locator(".shell").waitFor();
  await again.tap(again.page.locator(".who"));
  await again.page.getByText("Data tablet rusak, sudah diperbaiki: 1 catatan dikembalikan.").scrollIntoViewIfNeeded();
  await again.page.close();
  await tablet.close();
  assert.equal((await tablet.records("visit")).length, 1);
});
