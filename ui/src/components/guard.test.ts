import assert from "node:assert/strict";
import { test } from "node:test";
import { isEcho, type Touch } from "./guard";

const touch = (at: number, target: string, x = 0, keyboard = false): Touch => ({ at, target, x, y: 0, keyboard });

test("a second touch on the same control within 600 ms is an echo", () => {
  assert.equal(isEcho(touch(0, "save"), touch(599, "save", 200)), true);
  assert.equal(isEcho(touch(0, "save"), touch(600, "save")), false);
});
test("a second touch at the same place hits what has just appeared there", () => {
  assert.equal(isEcho(touch(0, "record"), touch(200, "tile", 10)), true);
  assert.equal(isEcho(touch(0, "record"), touch(200, "tile", 90)), false);
});
test("keys on two controls are two wishes", () => {
  assert.equal(isEcho(touch(0, "a", 0, true), touch(50, "b", 0, true)), false);
});
test("the first touch is always heard", () => assert.equal(isEcho(null, touch(0, "a")), false));
