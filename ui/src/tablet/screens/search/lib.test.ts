import assert from "node:assert/strict";
import { test } from "node:test";
import type { Hit, Matched } from "$api/surface";
import { id } from "../../../i18n/id";
import { pieces, reason, shown } from "./lib";

test("a name is cut at its marks", () => {
  assert.deepEqual(pieces("Bu Tasmi", [[3, 8]]), [{ text: "Bu ", marked: false }, { text: "Tasmi", marked: true }]);
  assert.deepEqual(pieces("Tasmi", []), [{ text: "Tasmi", marked: false }]);
});
test("marks that do not fit are left out, the text stays whole", () => {
  assert.equal(pieces("abc", [[2, 9], [1, 1], [0, 2], [1, 3]]).map((piece) => piece.text).join(""), "abc");
});
const match = (fields: Partial<Matched>): Matched => ({ field: "name", how: "same", text: "Tasmi", marks: [[0, 5]], ...fields });
test("a hit says why it was found", () => {
  assert.equal(reason(match({ how: "similar_sound" }), id).before, "Bunyi mirip");
  assert.deepEqual(reason(match({ field: "nickname" }), id), { before: "Nama panggilan: ", pieces: [{ text: "Tasmi", marked: true }] });
});
test("only marks of the shown name stand on it", () => {
  const hit = { name: "Bu Sri", matched: match({ field: "nickname" }) } as unknown as Hit;
  assert.deepEqual(shown(hit).name, [{ text: "Bu Sri", marked: false }]);
});
