import assert from "node:assert/strict";
import { test } from "node:test";
import type { SheetOutcome, VisitSheet } from "$api/surface";
import { action, amendments, choose, emptyForm, flow, fromDraft, fromVisit, hint, isDirty, toggle } from "./lib";

const label = (word: string) => ({ id: word, en: word });
const outcome = (fields: Partial<SheetOutcome>): SheetOutcome => ({
  code: "mengajar", label: label("Bertemu dan mengajar"), group: "bertemu", tile: true, saves_at_once: false, asks: [], follow_up_days: 2,
  taught: false, contact: true, stall_effect: null, ...fields,
});
const taught = outcome({ taught: true, asks: ["topik_latihan", "langkah", "kebutuhan"] });
const sheet = {
  trader: { id: "t", name: "Bu Carmi", stall: "B-07", goods: null },
  outcomes: [taught, outcome({ code: "pergi", saves_at_once: true })],
  topics: [{ code: "latih.foto", label: label("foto"), required: true, done: false }, { code: "latih.promosi", label: label("promosi"), required: false, done: false }],
  days: [{ date: "2019-08-07", label: "tomorrow" }, { date: "2019-08-08", label: "day_after" }],
  phrases: [{ code: "perlu_kuota", label: label("Perlu kuota"), need: "kuota" }],
} as unknown as VisitSheet;
const say = (code: string, why?: string) => (why ? `${code}: ${why}` : code);

test("each result is finished in its own way", () => {
  assert.equal(flow(outcome({ saves_at_once: true })), "at_once");
  assert.equal(flow(outcome({ asks: ["janji"] })), "day");
  assert.equal(flow(outcome({ asks: ["alasan_menolak"] })), "reason");
  assert.equal(flow(outcome({ asks: ["lapak_baru"] })), "stall");
  assert.equal(flow(outcome({ asks: ["janji"], taught: true })), "full");
  assert.equal(hint(taught), "steps");
});
test("teaching ticks the required topics and sets the usual day", () => {
  const form = choose(emptyForm(), taught, sheet);
  assert.deepEqual(form.topics, ["latih.foto"]);
  assert.equal(form.follow_up_date, "2019-08-08");
});
test("a topic that was left out stays left out", () => {
  const form = { ...choose(emptyForm(), taught, sheet), topics: [] as string[], steps: ["shopee.akun"] };
  assert.deepEqual(action(form, sheet, "mengajar", say).steps, ["shopee.akun"]);
});
test("a result that saves at once carries no steps", () => {
  assert.deepEqual(action({ ...emptyForm(), steps: ["shopee.akun"] }, sheet, "pergi", say).steps, []);
});
test("phrases become the note and the need that they name", () => {
  const saved = action({ ...emptyForm(), phrases: ["perlu_kuota"], note: " siang saja " }, sheet, "mengajar", say);
  assert.equal(saved.note, "perlu_kuota. siang saja");
  assert.deepEqual(saved.needs, ["kuota"]);
});
test("a step that is opened again says why", () => {
  const saved = action({ ...emptyForm(), reopened: { "shopee.akun": "salah orang" } }, sheet, "mengajar", say);
  assert.deepEqual(saved.undo_steps, ["shopee.akun"]);
  assert.equal(saved.note, "shopee.akun: salah orang");
});
test("an hour without a day is not sent", () => {
  assert.deepEqual(action({ ...emptyForm(), hour: "09:30" }, sheet, "mengajar", say).answers, {});
  assert.deepEqual(action({ ...emptyForm(), hour: "09:30", follow_up_date: "2019-08-07" }, sheet, "mengajar", say).answers, { janji_jam: "09:30" });
});
test("a draft comes back whole, and a strange one does no harm", () => {
  const form = { ...emptyForm(), outcome: "mengajar", steps: ["a"], consent: true, answers: { kemauan: "ragu" } };
  assert.deepEqual(fromDraft(JSON.parse(JSON.stringify(form))), form);
  assert.deepEqual(fromDraft({ steps: [1, 2], outcome: 7, answers: null }), emptyForm());
  assert.equal(fromDraft(null), null);
  assert.equal(isDirty(emptyForm()), false);
});
test("only what differs is amended", () => {
  const visit = { id: "v", at: "", outcome: "mengajar", note: "a", reason: null, follow_up_date: "2019-08-07", answers: {}, returns: [] };
  const form = { ...fromVisit(visit), note: "b", follow_up_date: null };
  assert.deepEqual(amendments(form, visit), [["note", "b"], ["follow_up_date", ""]]);
});
test("a tick is taken back by the next touch", () => assert.deepEqual(toggle(toggle([], "a"), "a"), []));
