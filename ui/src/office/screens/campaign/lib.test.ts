import { strict as assert } from "node:assert";
import { test } from "node:test";
import type { CampaignPage, CohortCell } from "$api/office";
import { burnUp, cohortRows, cohortSays, nextDay, part, steps } from "./lib";

const page = (reached: (number | null)[], complete: boolean[], goal: number | null = 2000, forecast: number | null = null) =>
  ({
    target: { goal, forecast },
    burn_up: { before: 0, days: reached.map((value, at) => ({ date: `2019-08-${String(at + 1).padStart(2, "0")}`, reached: value, complete: complete[at] ?? false })) },
  }) as unknown as CampaignPage;

test("an axis counts in ones, twos and fives", () => {
  assert.deepEqual(steps(2000), [0, 500, 1000, 1500, 2000]);
  assert.deepEqual(steps(2300, 2000), [0, 500, 1000, 1500, 2000, 2500]);
  assert.deepEqual(steps(9000, 2000), [0, 2000, 4000, 6000, 8000, 10000]);
  assert.deepEqual(steps(620), [0, 200, 400, 600, 800]);
  assert.deepEqual(steps(3), [0, 1, 2, 3]);
  assert.equal(steps(0)[0], 0);
});

test("the line is solid up to the first day that is not complete", () => {
  const drawn = burnUp(page([1, 2, 3, null], [true, false, true, false]), 560, 290);
  assert.deepEqual(drawn.solid.map((p) => p.day.reached), [1]);
  assert.deepEqual(drawn.dotted.map((p) => p.day.reached), [1, 2, 3]);
  assert.equal(drawn.now?.day.reached, 3);
  const all = burnUp(page([1, 2], [true, true]), 560, 290);
  assert.deepEqual([all.solid.length, all.dotted.length], [2, 0]);
});

test("the target is a line of the axis, however far the forecast goes", () => {
  for (const forecast of [1900, 2300, 2900, 9000]) {
    const drawn = burnUp(page([100, 300, null, null], [true, true], 2000, forecast), 560, 290);
    assert.deepEqual(drawn.axis.map(({ value }) => value), [0, 500, 1000, 1500, 2000, ...(forecast > 2500 ? [2500] : [])]);
    assert.equal(drawn.forecast!.beyond, forecast > 2600);
    assert.ok(drawn.forecast!.x <= 560 - 76 && drawn.forecast!.y >= 16);
  }
});

test("the words of the even pace lie where nothing else is drawn", () => {
  const lineAt = (drawn: ReturnType<typeof burnUp>) => drawn.even!.y1 + ((drawn.paceWords!.x - drawn.even!.x1) / (drawn.even!.x2 - drawn.even!.x1)) * (drawn.even!.y2 - drawn.even!.y1);
  const behind = burnUp(page([50, 100, null, null, null], [true, true], 2000, 900), 560, 290);
  assert.ok(behind.paceWords!.x > behind.now!.x && behind.paceWords!.y < lineAt(behind));
  const ahead = burnUp(page([500, 900, null, null, null], [true, true], 2000, 2400), 560, 290);
  assert.ok(ahead.paceWords!.x > ahead.now!.x && ahead.paceWords!.y > lineAt(ahead));
  const late = burnUp(page([500, 900, 1300, 1700, 1900], [true, true, true, true, true], 2000, 1900), 560, 290);
  assert.ok(late.paceWords!.x < late.now!.x);
});

test("places are within the drawing, also without a goal and on the first day", () => {
  for (const drawn of [burnUp(page([0], [false], null), 560, 290), burnUp(page([5, null], [false], 10, 40), 560, 290), burnUp(page([], []), 560, 290)]) {
    const ys = [...drawn.axis.map((a) => a.y), drawn.goal?.y ?? 0, drawn.forecast?.y ?? 0, drawn.now?.y ?? 0];
    assert.ok(ys.every((y) => Number.isFinite(y) && y >= 0 && y <= 290), JSON.stringify(drawn));
  }
});

test("what cannot be known yet is no failure", () => {
  const cell = (more: Partial<CohortCell>): CohortCell => ({ code: "hari_7", from: "2019-08-13", known: true, active: 0, ready: 0, not_active: 0, open: 0, late: 0, ...more });
  assert.deepEqual(cohortSays(cell({ known: false }), 52), { kind: "later", from: "2019-08-13" });
  assert.deepEqual(cohortSays(cell({ open: 52 }), 52), { kind: "unchecked" });
  assert.deepEqual(cohortSays(cell({ active: 21, ready: 10, open: 21 }), 52), { kind: "share", share: 21 / 52, active: 21, open: 21 });
});

test("bars end at their frame, and August has 31 days", () => {
  assert.deepEqual([part(3, 2), part(1, 4), part(1, 0)], [1, 0.25, 0]);
  assert.equal(nextDay("2019-08-31"), "2019-09-01");
});

test("the cohorts that are shown are the ones that say something", () => {
  const row = (date: string, known: boolean) => ({ date, traders: 1, cells: [{ code: "hari_7", from: date, known, active: 0, ready: 0, not_active: 0, open: 0, late: 0 }] });
  const dates = (rows: ReturnType<typeof row>[]) => cohortRows(rows, 2).map((r) => r.date);
  assert.deepEqual(dates([row("a", true), row("b", true), row("c", false), row("d", false)]), ["b", "c"]);
  assert.deepEqual(dates([row("a", false), row("b", false), row("c", false)]), ["a", "b"]);
  assert.deepEqual(dates([row("a", true), row("b", true)]), ["a", "b"]);
  assert.deepEqual(dates([]), []);
});

test("the drawing leaves little room above the highest, and no line of the axis lies outside", () => {
  const drawn = burnUp(page([100, 556], [true, true], 1160), 580, 300);
  assert.deepEqual(drawn.axis.map((line) => line.value), [0, 500, 1000]);
  assert.ok(drawn.goal!.y < 40, `${drawn.goal!.y}`);
});

test("a narrow drawing names fewer days, and always the present one", () => {
  const shown = (width: number) => burnUp(page(Array.from({ length: 16 }, (_, n) => n), [], 20), width, 300).days.filter((day) => day.shown);
  assert.equal(shown(580).length, 16);
  assert.ok(shown(380).length <= 9, `${shown(380).length}`);
  assert.ok(shown(380).some((day) => day.now));
});
