// The built pages of the office over a running server: node dev/office-serve.mjs SERVER [port] [pages]. What the pages ask for under
// /api goes on to SERVER (http://127.0.0.1:8787), so that the pages can be worked on without building the server again.
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, request as ask } from "node:http";
import { extname, join, normalize, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { HEADERS, TYPES } from "./pages.mjs";

const [server, port = "0", folder = fileURLToPath(new URL("../dist", import.meta.url))] = process.argv.slice(2);
const backend = new URL(server);
const dist = resolve(folder);

/** Hands the question on as if it had been asked of the server itself: it compares `Origin` with `Host`. */
function handOn(request, response) {
  const headers = { ...request.headers, host: backend.host };
  if (headers.origin) headers.origin = backend.origin;
  const onward = ask(new URL(request.url, backend), { method: request.method, headers }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    answer.pipe(response);
  });
  onward.on("error", () => response.destroy());
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}

const pages = createServer((request, response) => {
  const { pathname } = new URL(request.url, "http://pages");
  if (pathname.startsWith("/api/")) return handOn(request, response);
  const file = join(dist, normalize(pathname === "/" ? "/office.html" : pathname));
  const found = existsSync(file) && statSync(file).isFile();
  response.writeHead(found ? 200 : 404, { ...HEADERS, "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
  return found ? createReadStream(file).pipe(response) : response.end();
});
pages.listen(Number(port), "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${pages.address().port}/`));
