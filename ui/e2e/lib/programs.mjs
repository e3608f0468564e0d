// The two programs under test: where they are, how one asks them something, and how one starts and stops them.
//
// `GREBEG_BIN_DIR` names a folder with ready programs; without it those of cargo's debug profile are taken. Only builds for
// development can be made to fail on purpose (`tablet.faults`).
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { within } from "./wait.mjs";

const root = fileURLToPath(new URL("../../..", import.meta.url));
export const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
/** A command, a start or an end that takes longer hangs: it is ended by force and told. */
const PATIENCE_MS = 100_000;
const folder = process.env.GREBEG_BIN_DIR ?? join(target, "debug");
/** @param {"tablet" | "sync-server"} name */
const path = (name) => join(folder, name);
/** `GREBEG_PAGES` names a folder with pages that are shown in place of those in the programs. */
export const pages = process.env.GREBEG_PAGES;

/**
 * Runs a program to its end; its answer is a JSON document, or one a line.
 * @param {"tablet" | "sync-server"} name @param {string[]} args @param {string} [input] what it reads on stdin @param {Record<string, string>} [env] beside this process's own
 * @returns {Promise<any>}
 */
export async function ask(name, args, input, env = {}) {
  const child = spawn(path(name), [...args, "--json"], { stdio: ["pipe", "pipe", "pipe"], env: { ...process.env, ...env } });
  const [out, err] = [text(child.stdout), text(child.stderr)];
  // A program that reads nothing may be gone before this is written; its exit code says how it went.
  child.stdin.on("error", () => {});
  child.stdin.end(input ?? "");
  const code = await orKilled(`${name} ${args.join(" ")}`, child, ended(child));
  if (code !== 0) throw new Error(`${name} ${args.join(" ")} ended with ${code}: ${await out} ${await err}`);
  return parsed((await out).trim());
}

/** One document, or a list of those on the lines. @param {string} said */
function parsed(said) {
  try {
    return JSON.parse(said);
  } catch {
    return said.split("\n").map((line) => JSON.parse(line));
  }
}

/** A program that keeps running until it is stopped. */
export class Running {
  /** @param {import("node:child_process").ChildProcess} child @param {string} url */
  constructor(child, url) {
    this.child = child;
    /** The address that it named when it was ready. */
    this.url = url;
  }

  /** Starts it and waits for the line that names its address. @param {"tablet" | "sync-server"} name @param {string[]} args */
  static start(name, args) {
    return Running.#listening(path(name), args);
  }

  /** The pages of a folder over a server, at an address of their own. @param {string} folder @param {string} server */
  static pages(folder, server) {
    return Running.#listening(process.execPath, [fileURLToPath(new URL("../../dev/office-serve.mjs", import.meta.url)), server, "0", folder]);
  }

  /** @param {string} program @param {string[]} args */
  static async #listening(program, args) {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
    const log = text(child.stderr);
    const named = new Promise((found) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        const at = /listening on (http:\S+)/.exec(line);
        if (at) found(at[1]);
      });
      child.once("exit", () => found(null));
      child.once("error", () => found(null));
    });
    const url = await orKilled(`the start of ${program} ${args.join(" ")}`, child, named);
    if (url === null) throw new Error(`${program} ${args.join(" ")} did not start: ${await log}`);
    return new Running(child, url);
  }

  /** Asks it to stop and waits until it has. */
  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const over = ended(this.child);
    this.child.kill("SIGTERM");
    await orKilled(`the end of the program at ${this.url}`, this.child, over);
  }

  /** Takes the power away. */
  async kill9() {
    const over = ended(this.child);
    this.child.kill("SIGKILL");
    await over;
  }
}

/**
 * What is waited for, or the program's end by force and an error that names it.
 * @template T @param {string} what @param {import("node:child_process").ChildProcess} child @param {Promise<T>} work
 */
async function orKilled(what, child, work) {
  try {
    return await within(what, work, PATIENCE_MS);
  } catch (thrown) {
    child.kill("SIGKILL");
    throw thrown;
  }
}

/** @param {import("node:child_process").ChildProcess} child @returns {Promise<number | null>} */
function ended(child) {
  return new Promise((told, failed) => {
    child.once("exit", (code) => told(code));
    child.once("error", failed);
  });
}

/** @param {import("node:stream").Readable} stream */
async function text(stream) {
  let all = "";
  for await (const part of stream) all += part;
  return all;
}
