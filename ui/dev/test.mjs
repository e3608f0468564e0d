// Runs every src/**/*.test.ts without a browser: the tests are built by Vite and handed to node's own runner.
import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const ui = fileURLToPath(new URL("..", import.meta.url));
const out = join(ui, "node_modules/.tests");
const tests = readdirSync(join(ui, "src"), { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".test.ts"));
rmSync(out, { recursive: true, force: true });
await build({
  configFile: join(ui, "vite.config.ts"),
  logLevel: "warn",
  publicDir: false,
  build: {
    ssr: true,
    outDir: out,
    rolldownOptions: { input: Object.fromEntries(tests.map((path) => [path.replace(/\W+/g, "-"), join(ui, "src", path)])) },
  },
});
const files = readdirSync(out).filter((name) => name.endsWith("-test-ts.js")).map((name) => join(out, name));
process.exit(spawnSync(process.execPath, ["--test", "--test-reporter=spec", ...process.argv.slice(2), ...files], { stdio: "inherit" }).status ?? 1);
