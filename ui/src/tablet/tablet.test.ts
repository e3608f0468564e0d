import assert from "node:assert/strict";
import { test } from "node:test";
import { together } from "./tablet.svelte";

test("changes of others add up until they are loaded", () => {
  assert.deepEqual(together(null, 3), { records: 3 });
  assert.deepEqual(together({ records: 3 }, 2), { records: 5 });
});

test("a number that is not known makes the sum unknown too", () => {
  assert.deepEqual(together(null, 0), { records: 0 });
  assert.deepEqual(together({ records: 0 }, 2), { records: 0 });
  assert.deepEqual(together({ records: 2 }, 0), { records: 0 });
});
