// A thin line between tablets and their office: it carries so many answers and then breaks, until it is mended.
import { createServer, request as ask } from "node:http";

export class Line {
  /** Answers that still come through. */
  #left = Infinity;

  /** @param {import("node:http").Server} server */
  constructor(server) {
    this.server = server;
  }

  /** Opens a line to an office. @param {string} office its address */
  static async to(office) {
    const { host } = new URL(office);
    const line = new Line(createServer((request, response) => {
      if (line.#left <= 0) return void response.destroy();
      line.#left -= 1;
      const onward = ask(new URL(request.url ?? "/", office), { method: request.method, headers: { ...request.headers, host } }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      onward.on("error", () => response.destroy());
      request.pipe(onward);
    }));
    await new Promise((ready) => { line.server.listen(0, "127.0.0.1", () => ready(undefined)); });
    return line;
  }

  get url() {
    return `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (this.server.address()).port}`;
  }

  /** It breaks after so many answers more. @param {number} answers */
  breakAfter(answers) {
    this.#left = answers;
  }

  mend() {
    this.#left = Infinity;
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
