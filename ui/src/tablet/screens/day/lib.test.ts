import assert from "node:assert/strict";
import { test } from "node:test";
import { headline } from "./lib";

test("a day is sent only when nothing of it waits and it is closed", () => {
  assert.equal(headline({ closed: true, waiting: 0 }), "sent");
  assert.equal(headline({ closed: true, waiting: 2 }), "waiting");
  assert.equal(headline({ closed: false, waiting: 0 }), "ready");
});
