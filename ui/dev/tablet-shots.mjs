// The pictures of the tablet's pages: where they are, over which invented tablet (dev/mock.ts), and what is touched first.

const key = (...keys) => async (page) => {
  for (const one of keys) await page.keyboard.press(one);
};
const type = (text) => (page) => page.keyboard.type(text);
const outcome = (nth) => (page) => page.click(`.outcome >> nth=${nth}`);

export const SHOTS = {
  // The screens as their references show them.
  enrol: {
    hash: "#/",
    scenario: "enrolled=false",
    act: async (page) => {
      await page.keyboard.press("Tab");
      await page.fill("input >> nth=0", "KNM7Q4");
    },
  },
  unlock: { hash: "#/", scenario: "unlocked=false", act: type("27") },
  today: { hash: "#/today", scenario: "traders=38" },
  search: {
    hash: "#/today",
    act: async (page) => {
      await page.click("nav button >> nth=1");
      await page.keyboard.type("sari");
    },
  },
  new: {
    hash: "#/search/new",
    act: async (page) => {
      await page.fill(".detail input >> nth=0", "B-07");
      await page.fill(".detail input >> nth=1", "Bu Tasmi");
    },
  },
  trader: { hash: "#/today/trader/t2" },
  visit: { hash: "#/today/visit/t2", act: outcome(0) },
  saved: {
    hash: "#/today/visit/t8",
    act: async (page) => {
      await page.click(".outcome >> nth=2");
      await page.waitForSelector(".snack");
    },
  },
  outbox: { hash: "#/outbox" },
  returned: { hash: "#/outbox/returned/r1" },
  day: { hash: "#/today/day", scenario: "done=true,evening=true" },
  plan: { hash: "#/plan" },
  // States of section 8 of the specification, and other ways through a page.
  many: { hash: "#/today" },
  "search-many": { hash: "#/search", act: type("bu s") },
  "search-recent": { hash: "#/search" },
  "search-none": { hash: "#/search", act: type("qqqq") },
  "trader-new": { hash: "#/today/trader/t6" },
  "trader-ask": { hash: "#/today/trader/t5" },
  "visit-new": { hash: "#/today/visit/t6", act: outcome(0) },
  "visit-empty": { hash: "#/today/visit/t6" },
  janji: { hash: "#/today/visit/t6", act: outcome(1) },
  menolak: { hash: "#/today/visit/t6", act: outcome(4) },
  others: { hash: "#/today/visit/t6", act: (page) => page.click(".body .head button") },
  daywait: { hash: "#/today/day" },
  empty: { hash: "#/today", scenario: "empty=true" },
  emptybox: { hash: "#/outbox", scenario: "empty=true,offline=false" },
  filling: { hash: "#/today", scenario: "filling=true" },
  "filling-first": { hash: "#/today", scenario: "filling=true,empty=true" },
  done: { hash: "#/today", scenario: "done=true,evening=true" },
  long: { hash: "#/today", scenario: "long=true" },
  "long-trader": { hash: "#/today/trader/t6", scenario: "long=true" },
  "long-visit": { hash: "#/today/visit/t6", scenario: "long=true", act: outcome(0) },
  "long-box": { hash: "#/outbox", scenario: "long=true" },
  nogoods: { hash: "#/today", scenario: "nogoods=true" },
  revoked: { hash: "#/", scenario: "revoked=true" },
  failed: { hash: "#/today", scenario: "fail=server_busy" },
  full: {
    hash: "#/today/visit/t6",
    scenario: "full=true",
    act: async (page) => {
      await page.click(".outcome >> nth=0");
      await page.click("footer button");
      await page.waitForSelector("[role=alert]");
    },
  },
  wrongpin: { hash: "#/", scenario: "unlocked=false", act: key(..."123456") },
  settings: { hash: "#/today", act: (page) => page.click(".who, .me") },
  why: { hash: "#/today", scenario: "traders=38", act: (page) => page.click(".group button").catch(() => undefined) },
};
