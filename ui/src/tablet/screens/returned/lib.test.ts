import assert from "node:assert/strict";
import { test } from "node:test";
import type { FieldToFix } from "$api/surface";
import { shownValue, toAmend, words } from "./lib";

const label = (words: { id: string }) => words.id;
const field = (value: unknown, choices: FieldToFix["choices"] = []): FieldToFix => ({ field: "reason", label: { id: "Sebab", en: "Reason" }, value, kind: "choice", choices });
test("only answered fields are amended", () => assert.deepEqual(toAmend({ "step.shopee.akun": "true" }), [["step.shopee.akun", "true"]]));
test("a choice is shown in words, and nothing for what was not filled", () => {
  assert.equal(shownValue(field("x", [{ code: "x", label: { id: "Belum ada HP", en: "" } }]), label), "Belum ada HP");
  assert.equal(shownValue(field(null), label), "");
});
test("the lead's words are said once", () => {
  const reason = { id: "Foto buram", en: "" };
  assert.equal(words({ reason_label: reason, reason_text: "Tolong ulang" }, label), "Foto buram\nTolong ulang");
  assert.equal(words({ reason_label: reason, reason_text: "Foto buram" }, label), "Foto buram");
});
