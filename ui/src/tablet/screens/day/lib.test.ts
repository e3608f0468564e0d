import assert from "node:assert/strict";
import { test } from "node:test";
import { headline, remaining } from "./lib";

test("a day is sent only when nothing of it waits and it is closed", () => {
  assert.equal(headline({ closed: true, waiting: 0 }), "sent");
  assert.equal(headline({ closed: true, waiting: 2 }), "waiting");
  assert.equal(headline({ closed: false, waiting: 0 }), "ready");
});

test("what is left is that of the block one works in, and names the next one with work", () => {
  const block = (name: string, count: number, assigned = false) => ({ block: name, count, assigned });
  const blocks = [block("A", 0), block("B", 5, true), block("C", 9)];
  assert.deepEqual(remaining({ blocks, block: "B" }), { block: "B", count: 5, next: "C" });
  assert.deepEqual(remaining({ blocks, block: null }), { block: "B", count: 5, next: "C" });
  assert.deepEqual(remaining({ blocks, block: "C" }), { block: "C", count: 9, next: "B" });
  assert.equal(remaining({ blocks: [block("A", 4)], block: null }), null);
  assert.deepEqual(remaining({ blocks: [block("A", 4, true), block("B", 0)], block: null }), { block: "A", count: 4, next: null });
});
