// The built pages over the invented tablet, with the headers of the real bridge: `npm run dev [port]`, then open
// http://127.0.0.1:PORT/SCENARIO/tablet.html. A scenario is `normal` or `key=value` pairs joined by `,` (see dev/mock.ts).
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { createServer as createVite } from "vite";

const ui = fileURLToPath(new URL("..", import.meta.url));
const vite = await createVite({ configFile: join(ui, "vite.config.ts"), server: { middlewareMode: true, hmr: false, ws: false, watch: null }, appType: "custom", optimizeDeps: { noDiscovery: true }, logLevel: "error" });
const { MockTablet, NORMAL } = await vite.ssrLoadModule("/dev/mock.ts");
const tablets = new Map();
const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".txt": "text/plain" };
const CSP = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html";

function tabletOf(name) {
  if (!tablets.has(name)) {
    const given = Object.fromEntries(name.split(",").filter((pair) => pair.includes("=")).map((pair) => { const [key, value] = pair.split("="); return [key, value === "true" ? true : value === "false" ? false : /^\d+$/.test(value) ? Number(value) : value]; }));
    tablets.set(name, new MockTablet({ ...NORMAL, ...given }));
  }
  return tablets.get(name);
}

const server = createServer(async (request, response) => {
  const [, scenario = "normal", ...rest] = new URL(request.url, "http://x").pathname.split("/");
  const path = rest.join("/");
  response.setHeader("content-security-policy", CSP);
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("referrer-policy", "no-referrer");
  response.setHeader("cache-control", "no-store");
  if (request.method === "POST" && path === "invoke") {
    let body = "";
    for await (const part of request) body += part;
    const answer = await tabletOf(scenario).invoke(JSON.parse(body));
    response.writeHead(answer?.error ? 422 : 200, { "content-type": "application/json" });
    return response.end(JSON.stringify(answer));
  }
  if (path === "events") {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(":\n\n");
    const hear = (event) => response.write(`data: ${JSON.stringify(event)}\n\n`);
    tabletOf(scenario).listeners.add(hear);
    return request.on("close", () => tabletOf(scenario).listeners.delete(hear));
  }
  const file = join(ui, "dist", normalize(`/${path || "tablet.html"}`));
  if (!existsSync(file) || !statSync(file).isFile()) { response.writeHead(404); return response.end(); }
  response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  createReadStream(file).pipe(response);
});
server.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}/normal/tablet.html`));
