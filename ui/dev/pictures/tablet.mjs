// The tablet's pages over a real home, without a signal, as canvassers mostly see them.
import { touch } from "./browser.mjs";

const UPRIGHT = [800, 1280];
const SIZES = { "": UPRIGHT, "-8inci": [600, 960], "-datar": [1280, 800], "-hp": [390, 844] };

/** A command over the page's own line. */
function ask(page, command, body = {}) {
  return page.evaluate(async ([command, body]) => {
    const answer = await fetch("/invoke", {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ command, ...body }),
    });
    return answer.json();
  }, [command, body]);
}

async function enter(browser, url) {
  const page = await browser.page(UPRIGHT, { touch: true });
  await page.goto(url);
  await page.waitForSelector("body[data-ready]");
  return page;
}

async function unlock(page, pin) {
  for (const digit of pin) await page.locator(".keys .key", { hasText: digit }).click();
  await page.waitForSelector(".shell");
}

/** The page anew: what it said about the last save goes with it. */
async function again(page) {
  await page.reload();
  await page.waitForSelector("body[data-ready]");
  await page.waitForSelector(".shell");
}

/** Another page of the tablet; `ready` is what has to be there. */
async function go(page, hash, ready) {
  await page.evaluate((hash) => { location.hash = hash; }, hash);
  await page.waitForSelector(ready);
  await page.waitForLoadState("networkidle").catch(() => undefined);
}

/** The same page at the sizes of the references; `ready`: what comes only at a size. */
async function inSizes(browser, page, name, sizes, ready = {}) {
  for (const size of sizes) {
    const [width, height] = SIZES[size];
    await page.setViewportSize({ width, height });
    if (ready[size]) await page.waitForSelector(ready[size]);
    await browser.take(page, `${name}${size}`);
  }
  await page.setViewportSize({ width: UPRIGHT[0], height: UPRIGHT[1] });
}

/** The closed day with its receipt; needs the server. */
export async function closing(browser, world) {
  const page = await enter(browser, world.tablets[1]);
  await unlock(page, world.pin);
  await go(page, "#/today/day", ".ticket h1, .ticket .state");
  await touch(page, ".day .main");
  await page.waitForSelector(".receipt, .qr, .ticket svg");
  await page.waitForFunction(() => !document.querySelector(".day [aria-busy=true]"));
  await browser.take(page, "t11-tutup-hari");
}

export async function tablet(browser, world) {
  const fresh = await enter(browser, world.fresh);
  await fresh.locator("input").first().fill("KNM7Q4");
  await fresh.locator("input[inputmode=url], input[type=url]").fill("https://pasar.example");
  await fresh.locator("input").first().focus();
  await inSizes(browser, fresh, "t03-masuk", [""]);

  const page = await enter(browser, world.tablets[0]);
  for (const digit of "24") await page.locator(".keys .key", { hasText: digit }).click();
  await inSizes(browser, page, "t02-kunci", ["", "-8inci"]);
  await unlock(page, world.pin.slice(2));
  await ask(page, "sync");
  await page.waitForSelector(".strip:has-text('Tanpa sinyal')");
  await again(page);
  const block = await today(browser, page);
  await search(browser, page);
  await newTrader(browser, page);
  await trader(browser, page, block);
  await visit(browser, page, block);
  await outbox(browser, page, block);
}

/** T3 in a block that has something of everything, in all themes and sizes. */
async function today(browser, page) {
  const blocks = (await ask(page, "today")).blocks;
  const richest = await fullest(page, blocks.map((block) => block.block));
  await go(page, "#/today", ".blocks .more");
  await touch(page, ".blocks .more");
  await touch(page, page.locator("dialog button", { hasText: new RegExp(`^Blok ${richest} ·`) }));
  await page.waitForSelector(`h1:has-text("Blok ${richest}")`);
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => document.activeElement?.blur());
  await inSizes(browser, page, "t01-hari-ini", ["", "-8inci", "-hp", "-datar"], { "-datar": ".detail h1" });
  for (const [theme, name] of [["dark", "gelap"], ["sun", "matahari"]]) {
    await inTheme(page, theme);
    await browser.take(page, `t01-hari-ini-${name}`);
  }
  await inTheme(page, "light");
  return richest;
}

async function inTheme(page, theme) {
  await touch(page, ".who, .me");
  const place = ["light", "dark", "sun"].indexOf(theme);
  await touch(page, page.locator("dialog .chips").first().locator("button").nth(place));
  await page.waitForSelector(`html[data-theme=${theme}]`);
  await page.keyboard.press("Escape");
  await page.waitForSelector("dialog[open]", { state: "detached" });
  await page.evaluate(() => document.activeElement?.blur());
}

/** The block with the most groups that have somebody in them, one with an appointment first. */
async function fullest(page, blocks) {
  let best = { block: null, groups: -1 };
  for (const block of blocks.slice(0, 40)) {
    const found = await ask(page, "today", { block });
    const there = found.groups.filter((group) => group.count > 0).map((group) => group.code);
    const groups = (there.includes("janji") ? 1000 : 0) + there.length * 100 + Math.min(found.total, 60);
    if (groups > best.groups) best = { block, groups };
  }
  return best.block;
}

async function search(browser, page) {
  await go(page, "#/search", ".search input");
  await page.locator(".search input").fill("siti");
  await page.waitForSelector(".hit");
  await inSizes(browser, page, "t05-cari", [""]);
}

/** T6: somebody alike is there already. */
async function newTrader(browser, page) {
  const rows = (await ask(page, "search", { query: "bu", limit: 20 })).hits;
  const known = rows.find((row) => row.name && /-/.test(row.stall)) ?? rows[0];
  await go(page, "#/search/new", ".page input");
  await page.locator(".page input").nth(0).fill(known.stall);
  await page.locator(".page input").nth(1).fill(known.name.split(" ").slice(0, 2).join(" "));
  await page.waitForSelector(".dup");
  await inSizes(browser, page, "t06-tambah-data-ganda", [""]);
}

/** The trader of the day's list with the longest history. */
async function known(page, block) {
  const { rows } = await ask(page, "today_rows", { block, from: 0, count: 60 });
  let best = { id: rows[0].id, visits: -1 };
  for (const row of rows) {
    const found = await ask(page, "trader_page", { id: row.id });
    const steps = found.channels.reduce((sum, channel) => sum + channel.done, 0);
    const visits = found.visits.length * 2 + Math.min(steps, 10) + (found.appointment ? 2 : 0) + (found.name ? 0 : -100);
    if (visits > best.visits) best = { id: row.id, visits };
  }
  return best.id;
}

async function trader(browser, page, block) {
  await go(page, `#/today/trader/${await known(page, block)}`, ".detail .page, .detail .trader");
  await page.waitForSelector(".detail h1, .detail h2");
  await inSizes(browser, page, "t07-pedagang", [""]);
}

/** T8: empty, filled in, saved. */
async function visit(browser, page, block) {
  const { rows } = await ask(page, "today_rows", { block, from: 0, count: 60 });
  const chosen = rows.find((row) => row.group === "janji") ?? rows.find((row) => row.group === "dahulukan");
  await go(page, `#/today/visit/${chosen.id}`, ".outcome");
  await browser.take(page, "t08-kunjungan-kosong");
  await touch(page, ".outcome");
  await page.waitForSelector("[role=checkbox]");
  await touch(page, page.locator("[role=checkbox]").nth(0));
  await touch(page, page.locator("[role=checkbox]").nth(1));
  await inSizes(browser, page, "t08-kunjungan", ["", "-hp"]);
  await touch(page, "footer .save");
  await page.waitForSelector(".snack");
  await browser.take(page, "t08-tersimpan");
}

async function outbox(browser, page, block) {
  const { rows } = await ask(page, "today_rows", { block, from: 0, count: 60 });
  const closed = rows.find((row) => row.tile === "belum") ?? rows[1];
  await go(page, `#/today/visit/${closed.id}`, ".outcome");
  await touch(page, page.locator(".outcome", { hasText: /tutup/i }));
  await page.waitForSelector(".snack");
  await again(page);
  await go(page, "#/outbox", ".outbox:has-text('Tanpa sinyal')");
  await browser.take(page, "t09-kirim");
  const box = await ask(page, "send_box");
  const returned = box.fix.find((fix) => fix.kind === "returned");
  if (!returned) throw new Error("nothing was returned to this tablet");
  await go(page, `#/outbox/returned/${returned.return_id}`, ".detail .fix, .detail .reason");
  await browser.take(page, "t10-dikembalikan");
  await go(page, "#/today/day", ".ticket");
  await browser.take(page, "t11-tutup-hari-menunggu");
}
