// Waiting for something to become true, never for a fixed time.
import { setTimeout as pause } from "node:timers/promises";

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
