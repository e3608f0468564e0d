import assert from "node:assert/strict";
import { test } from "node:test";
import { pagesOf, place, window } from "./virtual";

const sizes = { row: 100, head: 50, gap: 0 };

test("groups follow each other and empty ones take no room", () => {
  const { placed, height, total } = place([{ key: "a", count: 2 }, { key: "b", count: 0 }, { key: "c", count: 1 }], sizes);
  assert.deepEqual(placed.map((p) => [p.key, p.first, p.top, p.height]), [["a", 0, 0, 250], ["c", 2, 250, 150]]);
  assert.equal(height, 400);
  assert.equal(total, 3);
});

test("only rows between the edges are in the document", () => {
  const [all] = place([{ key: "a", count: 9000 }], sizes).placed;
  assert.deepEqual(window(all!, sizes, 450, 750, null), [4, 5, 6]);
  assert.equal(window(all!, sizes, 0, 1200, null).length, 12);
});

test("the focused row stays, in its place", () => {
  const [all] = place([{ key: "a", count: 9000 }], sizes).placed;
  assert.deepEqual(window(all!, sizes, 450, 650, 0), [0, 4, 5]);
  assert.deepEqual(window(all!, sizes, 450, 650, 8000), [4, 5, 8000]);
  assert.deepEqual(window(all!, sizes, 450, 650, 5), [4, 5]);
});

test("a focused row of another group is not drawn here", () => {
  const { placed } = place([{ key: "a", count: 3 }, { key: "b", count: 3 }], sizes);
  assert.deepEqual(window(placed[1]!, sizes, 0, 2000, 1), [0, 1, 2]);
});

test("pages are asked for once", () => {
  assert.deepEqual(pagesOf([48, 49, 50, 51], 50), [0, 1]);
});
