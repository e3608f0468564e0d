import assert from "node:assert/strict";
import { test } from "node:test";
import type { TodayReply } from "$api/surface";
import { blockOf, chips, emptiness, marketsHere, nextBlock } from "./lib";

const block = (name: string, count: number, assigned = false) => ({ block: name, count, assigned });
const blocks = [block("A", 4), block("B", 12, true), block("C", 9), block("D", 0)];
const today = (fields: Partial<TodayReply>) =>
  ({ blocks, block: "B", groups: [], total: 1, first_fill: { complete: true, have: 1, expected: 1 }, ...fields }) as TodayReply;

test("the assigned block is looked at until another is chosen", () => {
  assert.equal(blockOf(false, null, blocks), "B");
  assert.equal(blockOf(true, null, blocks), null);
  assert.equal(blockOf(true, "C", blocks), "C");
  assert.equal(blockOf(false, null, [block("A", 1)]), null);
});
test("the chosen block is among the chips, and all of them last", () => {
  const found = chips(today({}), 2);
  assert.deepEqual(found.chips.map((chip) => [chip.block, chip.on]), [["B", true], ["C", false], [null, false]]);
  assert.equal(found.more, 2);
  assert.deepEqual(chips(today({ block: "D" }), 2).chips.map((chip) => chip.block), ["C", "D", null]);
});
test("after a finished block comes the next with work", () => {
  assert.equal(nextBlock(today({ block: "B" })), "C");
  assert.equal(nextBlock(today({ block: "C" })), "A");
});
test("while a market is still fetched, those that are here already are offered", () => {
  const market = (code: string, count: number) => ({ code, name: code, count });
  const found = marketsHere({ market: { code: "KNM", name: "Kanoman" }, markets: [market("DRJ", 306), market("KNM", 0), market("PGI", 0)] });
  assert.deepEqual(found.map(({ code }) => code), ["DRJ"]);
});
test("an empty list says why it is empty", () => {
  assert.equal(emptiness(today({ total: 0 })), "none");
  assert.equal(emptiness(today({ total: 0, first_fill: { complete: false, have: 0, expected: null } })), "filling");
  assert.equal(emptiness(today({ groups: [{ code: "sudah", count: 3 }] })), "block_done");
  assert.equal(emptiness(today({ groups: [{ code: "sudah", count: 3 }], block: null })), "all_done");
  assert.equal(emptiness(today({ groups: [{ code: "janji", count: 1 }] })), "list");
});
