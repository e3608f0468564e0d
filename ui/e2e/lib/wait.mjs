// Waiting for something to become true, never for a fixed time.
import { setTimeout as pause } from "node:timers/promises";

/**
 * What `work` gives, or an error that names what did not end. The work itself is not stopped by it.
 * @template T @param {string} what in words @param {Promise<T>} work @param {number} patience ms @returns {Promise<T>}
 */
export async function within(what, work, patience) {
  const over = new AbortController();
  const late = pause(patience, undefined, { signal: over.signal }).then(() => { throw new Error(`${what} has not ended after ${patience / 1000} s`); });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}

const PATIENCE_MS = 20_000;
const BETWEEN_MS = 50;

/**
 * Asks again and again until the answer is truthy, and gives it.
 * @template T @param {string} what is waited for, in words @param {() => Promise<T> | T} seen @param {number} [patience] ms
 */
export async function until(what, seen, patience = PATIENCE_MS) {
  const last = Date.now() + patience;
  for (;;) {
    const found = await seen();
    if (found) return found;
    if (Date.now() > last) throw new Error(`waited ${patience / 1000} s in vain: ${what}`);
    await pause(BETWEEN_MS);
  }
}
