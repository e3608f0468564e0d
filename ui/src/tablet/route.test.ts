import assert from "node:assert/strict";
import { test } from "node:test";
import { address, parse, type Route } from "./route";

const routes: Route[] = [
  { tab: "today", detail: null },
  { tab: "search", detail: { page: "trader", id: "0192-a" } },
  { tab: "today", detail: { page: "visit", trader: "t", step: "shopee.akun" } },
  { tab: "plan", detail: { page: "visit", trader: "t", visit: "v", appointment: true } },
  { tab: "search", detail: { page: "new", stall: "B-18/A" } },
  { tab: "outbox", detail: { page: "returned", id: "r" } },
  { tab: "today", detail: { page: "day" } },
];
test("every place comes back from its address", () => {
  for (const route of routes) assert.deepEqual(parse(address(route)), route);
});
test("an unknown address is today", () => {
  assert.deepEqual(parse("#/whatever/x"), { tab: "today", detail: null });
  assert.deepEqual(parse(""), { tab: "today", detail: null });
  assert.deepEqual(parse("#/today/trader"), { tab: "today", detail: null });
});
