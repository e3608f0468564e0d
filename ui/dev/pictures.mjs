// Takes the pictures of the real pages: node dev/pictures.mjs office|tablet WORLD.json OUT. `cargo xtask pictures` makes the
// world (a server, tablets, a week of invented work), writes its addresses into the file, and stops the server before the
// tablet's pictures. Each picture is said with its size; what the console says is an error.
import { mkdirSync, readFileSync } from "node:fs";
import { Browser } from "./pictures/browser.mjs";
import { office } from "./pictures/office.mjs";
import { closing, tablet } from "./pictures/tablet.mjs";

const [what, worldFile, out] = process.argv.slice(2);
const PARTS = { office, closing, tablet };
const part = PARTS[what];
if (!part || !worldFile || !out) {
  console.error("node dev/pictures.mjs office|closing|tablet WORLD.json OUT");
  process.exit(2);
}
mkdirSync(out, { recursive: true });
const browser = await Browser.launch(out);
try {
  await part(browser, JSON.parse(readFileSync(worldFile, "utf8")));
} finally {
  await browser.close();
}
if (browser.said.length > 0) {
  console.error(browser.said.join("\n"));
  process.exit(1);
}
