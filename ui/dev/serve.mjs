// The built pages over the invented tablet, with the headers of the real bridge: `npm run dev [port]`, then open
// http://127.0.0.1:PORT/SCENARIO/tablet.html. A scenario is `normal` or `key=value` pairs joined by `,` (see dev/mock.ts).
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { createServer as createVite } from "vite";
import { HEADERS, TYPES } from "./pages.mjs";

const ui = fileURLToPath(new URL("..", import.meta.url));
const vite = await createVite({
  configFile: join(ui, "vite.config.ts"),
  server: { middlewareMode: true, hmr: false, ws: false, watch: null },
  appType: "custom",
  optimizeDeps: { noDiscovery: true },
  logLevel: "error",
});
const { MockTablet, NORMAL } = await vite.ssrLoadModule("/dev/mock.ts");
const tablets = new Map();

/** `empty=true,traders=38` as a scenario. */
function read(name) {
  const value = (text) => (text === "true" ? true : text === "false" ? false : /^\d+$/.test(text) ? Number(text) : text);
  const pairs = name.split(",").filter((pair) => pair.includes("="));
  return Object.fromEntries(pairs.map((pair) => pair.split("=")).map(([key, text]) => [key, value(text)]));
}

function tabletOf(name) {
  if (!tablets.has(name)) tablets.set(name, new MockTablet({ ...NORMAL, ...read(name) }));
  return tablets.get(name);
}

/** A command that was refused is answered like one that was done: what went wrong stands in the answer. */
async function invoke(tablet, request, response) {
  let body = "";
  for await (const part of request) body += part;
  const answer = await tablet.invoke(JSON.parse(body));
  response.writeHead(200, { "content-type": "application/json" });
  response.end(JSON.stringify(answer));
}

function events(tablet, request, response) {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(":\n\n");
  const hear = (event) => response.write(`data: ${JSON.stringify(event)}\n\n`);
  tablet.listeners.add(hear);
  request.on("close", () => tablet.listeners.delete(hear));
}

const server = createServer(async (request, response) => {
  const [, scenario = "normal", ...rest] = new URL(request.url, "http://pages").pathname.split("/");
  const path = rest.join("/");
  for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
  if (request.method === "POST" && path === "invoke") return invoke(tabletOf(scenario), request, response);
  if (path === "events") return events(tabletOf(scenario), request, response);
  const file = join(ui, "dist", normalize(`/${path || "tablet.html"}`));
  const found = existsSync(file) && statSync(file).isFile();
  response.writeHead(found ? 200 : 404, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  return found ? createReadStream(file).pipe(response) : response.end();
});
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/normal/tablet.html`);
});
