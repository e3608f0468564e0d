// An office: a data folder with the campaign, its server, and the admin's command line.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ask, pages, Running } from "./programs.mjs";
import { Tablet } from "./tablet.mjs";

const CAMPAIGN = "cirebon-2019";
/** Every story's password at the office's pages. */
export const PASSWORD = "kopi tubruk pagi";

/** @typedef {{ market?: string, stall: string, name: string, phone?: string, goods?: string }} Entry a line of a register */

export class Office {
  /** @type {Running | null} */
  #server = null;
  /** @type {Running | null} */
  #front = null;
  #listen = "127.0.0.1:0";
  #registers = 0;
  #tablets = 0;

  /** @param {string} folder a folder of its own */
  constructor(folder) {
    this.folder = folder;
    this.data = join(folder, "office");
  }

  /** An office whose server runs. @param {string} folder */
  static async open(folder) {
    const office = new Office(folder);
    await office.ask(["campaign", "load", CAMPAIGN]);
    await office.serve();
    return office;
  }

  /** @param {string[]} args @param {string} [input] */
  ask(args, input) {
    return ask("sync-server", [...args, "--data", this.data], input);
  }

  /** Starts the server; after the first time at the same address as before. */
  async serve() {
    this.#server = await Running.start("sync-server", ["serve", "--data", this.data, "--listen", this.#listen]);
    this.#listen = new URL(this.#server.url).host;
    if (pages) this.#front ??= await Running.pages(pages, `http://${this.#listen}`);
  }

  async stop() {
    await this.#server?.stop();
    this.#server = null;
  }

  /** Stops it for good. */
  async close() {
    await Promise.all([this.stop(), this.#front?.stop()]);
  }

  /** Where tablets send to. */
  get url() {
    return `http://${this.#listen}`;
  }

  /** Where its pages are. */
  get pages() {
    return this.#front?.url.replace(/\/$/, "") ?? this.url;
  }

  /** Adds a person and gives the id; with `login` also one who may sign in. @param {string} name @param {{ role?: string, markets?: string, login?: string }} [as] */
  async person(name, { role = "canvasser", markets = "KNM", login } = {}) {
    const args = ["person", "add", "--campaign", CAMPAIGN, "--name", name, "--role", role, ...(markets ? ["--markets", markets] : [])];
    const added = login ? await this.ask([...args, "--login", login, "--password-stdin"], PASSWORD) : await this.ask(args);
    return /** @type {string} */ (added.person_id);
  }

  /** A one-time code for a tablet of these people. @param {string[]} people */
  async code(people) {
    return /** @type {string} */ ((await this.ask(["enrol", "--person", people.join(",")])).code);
  }

  /** A tablet out of the box. */
  unpacked() {
    this.#tablets += 1;
    return new Tablet(join(this.folder, `tablet-${this.#tablets}`));
  }

  /** A tablet of these people with its markets fetched. @param {string[]} people ids @param {string} [name] the tablet's */
  async tablet(people, name) {
    const tablet = this.unpacked();
    await tablet.enrol(this.url, await this.code(people), name);
    await tablet.ask(["sync"]);
    return tablet;
  }

  /** Takes a register in and gives the office's answer. @param {Entry[]} entries */
  async register(entries) {
    this.#registers += 1;
    const cell = (/** @type {string} */ text) => `"${text.replaceAll('"', '""')}"`;
    const lines = entries.map(({ market = "KNM", stall, name, phone = "", goods = "kerupuk" }, index) =>
      [`${this.#registers}-${index + 1}`, market, stall, name, phone, goods].map(cell).join(","));
    const file = join(this.folder, `register-${this.#registers}.csv`);
    await writeFile(file, ["register_no,market,stall,name,phone,commodity", ...lines, ""].join("\n"));
    return this.ask(["traders", "import", file, "--campaign", CAMPAIGN]);
  }

  /** Invented traders in all markets. @param {number} count */
  crowd(count) {
    return this.ask(["demo-data", "--campaign", CAMPAIGN, "--traders", String(count), "--seed", "7"]);
  }

  /** Returns a visit to its tablet. @param {string} visit @param {string} lead @param {string} why @param {string[]} [fields] */
  giveBack(visit, lead, why, fields = []) {
    return this.ask(["review", "return", visit, "--as", lead, "--why", why, ...fields.flatMap((field) => ["--field", field])]);
  }
}
