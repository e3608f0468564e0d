import { strict as assert } from "node:assert";
import { test } from "node:test";
import { read, write } from "./route";

test("an address leads to a page and a day, and back", () => {
  for (const [hash, role, expected] of [
    ["", "lead", "#/day"],
    ["", "viewer", "#/campaign"],
    ["#/campaign/2019-08-05", "lead", "#/campaign/2019-08-05"],
    ["#/day/2019-08-05", "admin", "#/day/2019-08-05"],
    ["#/day/2019-08-05", "viewer", "#/campaign"],
    ["#/day/yesterday", "lead", "#/day"],
    ["#/nothing/2019-08-05", "lead", "#/day"],
  ] as const) {
    assert.equal(write(read(hash, role)), expected, `${hash} as ${role}`);
  }
});
