import assert from "node:assert/strict";
import { test } from "node:test";
import { dayBefore, inside } from "./format";
import { i18n } from "./index.svelte";

const now = new Date("2019-08-06T03:00:00Z");

test("a label within a sentence begins small, and keeps what is written with capitals", () => {
  assert.deepEqual(["Bertemu dan mengajar", "HP pintar siap", "WhatsApp Business", "3 foto", "Suaminya pegang HP", ""].map(inside), ["bertemu dan mengajar", "HP pintar siap", "WhatsApp Business", "3 foto", "suaminya pegang HP", ""]);
});
test("the day before goes over the end of a month and of a year", () => {
  assert.equal(dayBefore("2019-08-01"), "2019-07-31");
  assert.equal(dayBefore("2020-01-01"), "2019-12-31");
  assert.equal(dayBefore("2020-03-01"), "2020-02-29");
});

test("a moment of today and of yesterday is said as people say it", () => {
  assert.equal(i18n.moment("2019-08-06T08:20:00+07:00", false, now), "Hari ini 08.20");
  assert.equal(i18n.moment("2019-08-05T19:05:00+07:00", false, now), "Kemarin 19.05");
  assert.equal(i18n.moment("2019-08-05T19:05:00+07:00", true, now), "kemarin 19.05");
  assert.equal(i18n.moment("2019-08-04T19:05:00+07:00", true, now), "4 Agu, 19.05");
});

test("the day of a moment is the campaign's, not the one of Greenwich", () => {
  assert.equal(i18n.moment("2019-08-05T18:00:00Z", false, now), "Hari ini 01.00");
});
