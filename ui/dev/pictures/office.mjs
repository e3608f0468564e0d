// The office's pages: signing in, a day's review (O1), the campaign (O2).
const LARGE = [1440, 900];
const SMALL = [1024, 768];

async function signedIn(browser, world, size, { login, password }) {
  const page = await browser.page(size);
  const answer = await page.context().request.post(`${world.office}/api/session`, {
    data: { login, password }, headers: { origin: world.office },
  });
  if (!answer.ok()) throw new Error(`${login} cannot sign in: ${answer.status()}`);
  return page;
}

async function open(page, world, hash) {
  await page.goto(`${world.office}/${hash}`);
  await page.waitForSelector("body[data-ready]");
  await page.waitForSelector("main h1");
  await page.waitForLoadState("networkidle").catch(() => undefined);
}

export async function office(browser, world) {
  const stranger = await browser.page(LARGE);
  await open(stranger, world, "");
  await browser.take(stranger, "kantor-masuk");

  const lead = await signedIn(browser, world, LARGE, world.lead);
  await open(lead, world, `#/day/${world.yesterday}`);
  await browser.take(lead, "o1-tinjau");
  await lead.keyboard.press("r");
  await browser.take(lead, "o1-tinjau-alasan");

  const admin = await signedIn(browser, world, LARGE, world.admin);
  await open(admin, world, "#/campaign");
  await browser.take(admin, "o2-ringkasan");
  const small = await signedIn(browser, world, SMALL, world.admin);
  await open(small, world, "#/campaign");
  await browser.take(small, "o2-ringkasan-1024");
}
