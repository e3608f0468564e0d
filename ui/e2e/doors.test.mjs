// Who may look at the pages: one browser for a token, one session for a person, and a line that mends itself.
import assert from "node:assert/strict";
import { row, signIn } from "./lib/desk.mjs";
import { name, traders } from "./lib/people.mjs";
import { story } from "./lib/story.mjs";

story("a tablet's token opens once, and a browser without the cookie is refused", async (world) => {
  const tablet = world.office.unpacked();
  const first = await world.open(tablet);
  const { origin } = new URL(first.url());
  assert.ok(!first.url().includes("token"), "the token stays in the address");
  const [cookie] = await first.context().cookies();
  assert.deepEqual([cookie?.httpOnly, cookie?.sameSite], [true, "Strict"]);
  const token = /** @type {string} */ (tablet.address?.split("token=")[1]);

  const other = await world.page({});
  other.watch.allow(/status of 403/, /favicon\.ico/);
  for (const path of ["/", "/tablet.html", `/?token=${token}`]) {
    const answer = await other.goto(origin + path);
    assert.equal(answer?.status(), 403, path);
    await other.getByText(/sudah dipakai/).waitFor();
  }
  // The first one goes on, in a second tab too.
  const second = await first.context().newPage();
  await second.goto(origin);
  await second.locator("body[data-ready]").waitFor();
});

story("the office's page ends with the session of who was taken off the work", async (world) => {
  const dewi = await world.office.person("Dewi Nurlaela", { role: "lead", login: "dewi" });
  const page = await world.visitOffice();
  page.watch.allow(/status of 401/);
  await signIn(page, "dewi");
  await page.getByText("Belum ada kunjungan hari ini.").waitFor();
  await world.office.ask(["person", "set", dewi, "--active", "false"]);
  await page.getByText(/^Sesi berakhir/).waitFor();
  assert.equal(await page.getByText("Belum ada kunjungan hari ini.").count(), 0);
});

story("a session that ends is told over the open line, to a page that asks nothing", async (world) => {
  const dewi = await world.office.person("Dewi Nurlaela", { role: "lead", login: "dewi" });
  const page = await world.visitOffice();
  page.watch.allow(/net::ERR_/, /status of 401/);
  await signIn(page, "dewi");
  await page.getByText("Belum ada kunjungan hari ini.").waitFor();
  // From here on no question of the page is answered; what it hears, it hears over the line that is open already.
  await page.route("**/api/**", (route) => route.abort());
  await world.office.ask(["person", "set", dewi, "--active", "false"]);
  await page.getByText(/^Sesi berakhir/).waitFor();
});

story("after a restart of the server the office's page hears of news by itself", async (world) => {
  const { office } = world;
  await office.register(traders(3));
  await office.person("Dewi Nurlaela", { role: "lead", login: "dewi" });
  const tablet = await office.tablet([await office.person("Ade Nugraha")]);
  const page = await world.visitOffice();
  page.watch.allow(/net::ERR_/);
  await signIn(page, "dewi");
  await page.getByText("Belum ada kunjungan hari ini.").waitFor();
  await office.stop();
  await page.getByText(/^Sambungan terputus/).first().waitFor();
  await office.serve();
  await page.getByText(/^Sambungan terputus/).first().waitFor({ state: "hidden" });
  const [trader] = await tablet.records("trader");
  await tablet.ask(["visit", trader.id, "--outcome", "penjelasan"]);
  await tablet.ask(["sync"]);
  await row(page, trader.name).waitFor();
  assert.ok([0, 1, 2].some((n) => name(n) === trader.name));
});
