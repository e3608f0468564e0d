import assert from "node:assert/strict";
import { test } from "node:test";
import { isWhole, tidyCode, tidyServer } from "./lib";

test("spaces, hyphens and small letters do not matter", () => {
  assert.equal(tidyCode(" knm7q-4tr8w "), "KNM7Q4TR8W");
  assert.equal(isWhole(tidyCode("knm7q 4tr8")), false);
});
test("a QR text stays as it is", () => {
  assert.equal(tidyCode("GREBEG:00ff"), "GREBEG:00ff");
  assert.equal(isWhole("GREBEG:00ff"), true);
});
test("an address gets its scheme", () => {
  assert.equal(tidyServer("grebeg.example/"), "https://grebeg.example");
  assert.equal(tidyServer("127.0.0.1:8080"), "http://127.0.0.1:8080");
  assert.equal(tidyServer("http://x"), "http://x");
});
