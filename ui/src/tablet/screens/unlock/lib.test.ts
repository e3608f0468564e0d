import assert from "node:assert/strict";
import { test } from "node:test";
import { isWeak, made, pause, push } from "./lib";

test("six digits and no more", () => {
  assert.equal(push("12345", "6"), "123456");
  assert.equal(push("123456", "7"), "123456");
  assert.equal(push("1", "x"), "1");
});
test("a PIN that everybody tries is not taken", () => {
  for (const pin of ["111111", "123456", "654321"]) assert.equal(isWeak(pin), true);
  assert.equal(isWeak("271828"), false);
});
test("a new PIN is typed twice", () => {
  assert.equal(made({ first: null }, "271828"), "again");
  assert.equal(made({ first: "271828" }, "271828"), "done");
  assert.equal(made({ first: "271828" }, "271829"), "differ");
});
test("a pause is told in minutes or seconds", () => {
  assert.deepEqual(pause(30), [0, 30]);
  assert.deepEqual(pause(61), [2, 0]);
});
