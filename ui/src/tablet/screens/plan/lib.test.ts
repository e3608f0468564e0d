import assert from "node:assert/strict";
import { test } from "node:test";
import type { TraderRow } from "$api/surface";
import { byStall } from "./lib";

test("stalls stand as people count them", () => {
  const rows = ["B-10", "B-2", "A-31"].map((stall) => ({ stall }) as TraderRow);
  assert.deepEqual(byStall(rows).map((row) => row.stall), ["A-31", "B-2", "B-10"]);
});
