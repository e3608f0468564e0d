// Pages beside the first one come in files of their own: the first paint does not wait for them, and they are all fetched
// as soon as it is done, so that no touch waits for them either.
import type { Component } from "svelte";

type AnyPage = Component<any>;

const FILES = {
  enrol: () => import("./screens/enrol/Page.svelte"),
  search: () => import("./screens/search/Page.svelte"),
  plan: () => import("./screens/plan/Page.svelte"),
  outbox: () => import("./screens/outbox/Page.svelte"),
  trader: () => import("./screens/trader/Page.svelte"),
  visit: () => import("./screens/visit/Page.svelte"),
  new: () => import("./screens/new-trader/Page.svelte"),
  returned: () => import("./screens/returned/Page.svelte"),
  day: () => import("./screens/day/Page.svelte"),
  settings: () => import("./screens/settings/Sheet.svelte"),
} satisfies Record<string, () => Promise<{ default: AnyPage }>>;
export type LazyPage = keyof typeof FILES;

class Pages {
  #here = $state.raw<Partial<Record<LazyPage, AnyPage>>>({});
  failed = $state(false);

  /** The page when it is here; otherwise it is on its way and what reads this is told when it comes. */
  get(name: LazyPage): AnyPage | undefined {
    return this.#here[name];
  }

  async fetch(name: LazyPage): Promise<void> {
    if (this.#here[name]) return;
    try {
      const file = await FILES[name]();
      this.#here = { ...this.#here, [name]: file.default };
    } catch {
      this.failed = true;
    }
  }

  async fetchAll(): Promise<void> {
    for (const name of ["visit", "trader", "search", "outbox", "settings", "new", "day", "plan", "returned"] as const) await this.fetch(name);
  }
}

export const pages = new Pages();
