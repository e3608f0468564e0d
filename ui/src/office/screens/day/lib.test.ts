import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { DayPage, Group, ReviewState, Visit } from "$api/office";
import { beside, fieldsFor, freshCount, newerThan, nextOpen, paceOf, progress, restOf, sameOrder, shortName, timeline, unseen } from "./lib";

const visit = (id: string, group: Group = "exception", state: ReviewState = "belum", corrected = false): Visit =>
  ({ visit_id: id, group, state, corrected, steps: [], timeline: [] }) as unknown as Visit;
const page = (...visits: Visit[]): DayPage => ({ visits, counts: {}, tablets_missing: [] }) as unknown as DayPage;
const none = new Set<string>();

test("progress counts what has to be looked at, and no visit without a flag", () => {
  const day = page(visit("a"), visit("b", "exception", "disetujui"), visit("c", "sample"), visit("d", "rest"));
  assert.deepEqual(progress(day, none), { must: 3, seen: 1, left: 2, minutes: 1 });
  assert.deepEqual(progress(day, new Set(["a"]), 150), { must: 3, seen: 2, left: 1, minutes: 3 });
  assert.equal(unseen(day), 1);
  assert.deepEqual(restOf(day).map((v) => v.visit_id), ["d"]);
});

test("after a verdict comes the next one that nobody has seen, from the start again at the end", () => {
  const list = [visit("a"), visit("b", "exception", "disetujui"), visit("c"), visit("d")];
  assert.equal(nextOpen(list, "a", none)?.visit_id, "c");
  assert.equal(nextOpen(list, "d", none)?.visit_id, "a");
  assert.equal(nextOpen(list, "c", new Set(["a", "d"])), null);
  assert.equal(beside(list, "a", -1), null);
  assert.equal(beside(list, "a", 1)?.visit_id, "b");
  assert.equal(beside(list, null, 1)?.visit_id, "a");
});

test("a list that is looked at keeps its places while others send", () => {
  const shown = page(visit("a"), visit("b"));
  const found = page(visit("n"), visit("a", "exception", "disetujui"), visit("b", "exception", "belum", true));
  assert.equal(sameOrder(shown, shown), true);
  assert.equal(sameOrder(shown, found), false);
  assert.equal(freshCount(shown, found), 2);
  assert.deepEqual(newerThan(shown, found).visits.map((v) => [v.visit_id, v.state]), [["a", "disetujui"], ["b", "belum"]]);
});

test("a person's own pace is the middle of the last gaps, breaks left out", () => {
  assert.equal(paceOf([0, 10_000]), null);
  assert.equal(paceOf([0, 10_000, 30_000, 34_000, 900_000]), 10);
});

test("a return asks for what its reason is about", () => {
  const step = (code: string, needs_evidence: boolean, evidence: string | null) => ({ code, label: { id: "", en: "" }, training: false, channel: null, done: true, evidence, needs_evidence });
  const with_steps = { ...visit("a"), steps: [step("shopee.akun", true, null), step("prep.hp", false, null), step("shopee.tayang", true, "https://x")] };
  assert.deepEqual(fieldsFor("bukti_kurang", with_steps), ["step.shopee.akun"]);
  assert.deepEqual(fieldsFor("catatan_kurang", with_steps), ["note"]);
  assert.deepEqual(fieldsFor("lainnya", with_steps), []);
});

test("a timeline draws each visit between the one before and its saving", () => {
  const at = (minute: number) => new Date(Date.UTC(2019, 7, 5, 3, minute)).toISOString();
  const found = timeline([{ visit_id: "a", at: at(10), gap_s: null, fast: false }, { visit_id: "b", at: at(11), gap_s: 60, fast: true }], "b")!;
  assert.deepEqual(found.blocks.map((b) => [b.id, b.own, b.fast]), [["a", false, false], ["b", true, true]]);
  assert.ok(Math.abs((found.blocks[1]!.to - found.blocks[1]!.from) * (found.to - found.from) - 60_000) < 1);
  assert.equal(found.ticks[0]!.place, 0);
  assert.equal(timeline([], "x"), null);
});

test("the lesson before a hurried stretch is not drawn as hurried", () => {
  const mark = (id: string, hhmm: string, gap_s: number | null) => ({ visit_id: id, at: `2019-08-05T${hhmm}:00+07:00`, gap_s, fast: true });
  const found = timeline([mark("a", "09:30", 1200), mark("b", "09:31", 60), mark("c", "09:32", 60)] as Visit["timeline"], "c");
  assert.deepEqual(found?.blocks.map((block) => block.fast), [false, true, true]);
});

test("a name in a list is the first one and the letter of the last", () => {
  assert.deepEqual(["Fajar Hidayat", "Wasih", "Siti Nur rahmawati", " "].map(shortName), ["Fajar H.", "Wasih", "Siti R.", ""]);
});
