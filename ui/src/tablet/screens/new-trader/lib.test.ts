import assert from "node:assert/strict";
import { test } from "node:test";
import type { Question } from "$api/surface";
import { answersOf, carried, emptyForm, missing, placeOf, toAdd, worthChecking } from "./lib";

test("what was typed in the search goes into its field", () => {
  assert.deepEqual(carried("b18"), { stall: "B-18" });
  assert.deepEqual(carried("0812 2140"), { phone: "0812 2140" });
  assert.deepEqual(carried("bu tasmi"), { name: "Bu Tasmi" });
  assert.deepEqual(carried(" "), {});
});
test("only stall and name are required", () => {
  assert.equal(missing(emptyForm()), "stall");
  assert.equal(missing(emptyForm({ stall: "B-1" })), "name");
  assert.equal(missing(emptyForm({ stall: "B-1", name: "Bu Tasmi" })), null);
});
test("a likeness never stops the save", () => {
  const added = toAdd(emptyForm({ stall: " B-1 ", name: "Bu Tasmi", phone: " ", not_same_as: ["x"] }), null);
  assert.equal(added.new_anyway, true);
  assert.deepEqual(added.not_same_as, ["x"]);
  assert.equal(added.stall, "B-1");
  assert.equal(added.phone, null);
});
test("readiness answers the campaign's own questions", () => {
  const question = { code: "kemauan", choices: [{ code: "mau_sekarang" }, { code: "belum_mau" }] } as unknown as Question;
  assert.deepEqual(answersOf("yes", question), { kemauan: "mau_sekarang", hp_pintar: "true" });
  assert.deepEqual(answersOf("no", question), { kemauan: "belum_mau" });
  assert.deepEqual(answersOf(null, question), {});
});
test("the card stands under the field that agrees", () => {
  const known = (why: string[]) => ({ id: "a", name: null, stall: "", goods: null, last_visit: null, why });
  assert.equal(placeOf(known(["same_stall", "same_phone"])), "phone");
  assert.equal(placeOf(known(["close_name"])), "stall");
  assert.equal(worthChecking(emptyForm({ phone: "0812" })), false);
});
