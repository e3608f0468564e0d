// One tablet: a home folder, the command line over it, and its pages' door.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ask, pages, Running } from "./programs.mjs";

export class Tablet {
  /** @type {Running | null} */
  #door = null;

  /** @param {string} home */
  constructor(home) {
    this.home = home;
  }

  /** The command line, which works while the pages are closed. @param {string[]} args */
  ask(args) {
    return ask("tablet", [...args, "--home", this.home]);
  }

  /** Enrols it with a one-time code. @param {string} server @param {string} code @param {string} [name] as which the office knows it */
  enrol(server, code, name) {
    return ask("tablet", ["enrol", "--server", server, "--code", code, "--home", this.home], "", name ? { TABLET_NAME: name } : {});
  }

  /** Records visits, all with one open store. @param {({ trader: string, outcome: string } & Record<string, unknown>)[]} visits @returns {Promise<{ visit_id: string }[]>} */
  async record(visits) {
    return [await ask("tablet", ["record", "--home", this.home], visits.map((visit) => JSON.stringify(visit)).join("\n"))].flat();
  }

  /** All records of a kind in the store, while the pages are closed. @param {string} kind @returns {Promise<any[]>} */
  async records(kind) {
    return [await this.ask(["dump"])].flat().filter((record) => record.kind === kind);
  }

  /** Opens the pages' door and gives the address with its one-time token. */
  async open() {
    this.#door = await Running.start("tablet", ["ui", "--home", this.home, "--listen", "127.0.0.1:0", ...(pages ? ["--pages", pages] : [])]);
    return this.#door.url;
  }

  /** The address that the open door named. */
  get address() {
    return this.#door?.url;
  }

  async close() {
    await this.#door?.stop();
    this.#door = null;
  }

  /** Takes the tablet's power away. */
  async kill9() {
    await this.#door?.kill9();
    this.#door = null;
  }

  /** How saving goes wrong from now on; null: no more. @param {{ delay_ms?: number, fail?: "disk_full" } | null} faults */
  async faults(faults) {
    const file = join(this.home, "faults.json");
    await mkdir(this.home, { recursive: true });
    if (faults) await writeFile(file, JSON.stringify(faults));
    else await rm(file, { force: true });
  }
}
