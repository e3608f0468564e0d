// A lead at the office's pages.
import { PASSWORD } from "./office.mjs";

/** Signs in on the page that asks for it. @param {import("./story.mjs").Page} page @param {string} login */
export async function signIn(page, login) {
  await page.getByLabel("Nama masuk").fill(login);
  await page.getByLabel("Kata sandi", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: "Masuk", exact: true }).click();
  await page.getByRole("navigation").waitFor();
}

/** A visit in the list of the day. @param {import("./story.mjs").Page} page @param {string} name */
export const row = (page, name) => page.locator(".row", { has: page.locator(".name", { hasText: name }) });

/** The title of the visit that is looked at. @param {import("./story.mjs").Page} page */
export const title = (page) => page.locator("#detail-title");
