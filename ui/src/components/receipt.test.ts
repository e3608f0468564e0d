import assert from "node:assert/strict";
import { test } from "node:test";
import { receiptGroups } from "./receipt";

test("a receipt code is read in two groups of one length", () => {
  assert.deepEqual(receiptGroups("7Q4K0824"), ["7Q4K", "0824"]);
});

test("of an odd code the first group is the longer one, and nothing is lost", () => {
  assert.deepEqual(receiptGroups("7Q4K082"), ["7Q4K", "082"]);
  assert.equal(receiptGroups("").join(""), "");
});
