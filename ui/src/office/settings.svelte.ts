// What a person chose for this browser: language, screen, single-letter keys. Kept in the browser, nothing of it is a secret.
import { words, type Lang } from "./words/index.svelte";

export type Theme = "light" | "dark";
const PLACE = "grebeg-office";

export class Settings {
  lang = $state<Lang>("id");
  theme = $state<Theme>("light");
  /** Single letters act (WCAG 2.1.4 asks that this can be switched off). */
  keys = $state(true);

  constructor() {
    try {
      const kept = JSON.parse(localStorage.getItem(PLACE) ?? "{}") as Record<string, unknown>;
      if (kept["lang"] === "en") this.lang = "en";
      if (kept["theme"] === "dark") this.theme = "dark";
      if (kept["keys"] === false) this.keys = false;
    } catch {
      // A browser that keeps nothing starts as everybody does.
    }
  }

  async apply(): Promise<void> {
    document.documentElement.dataset["theme"] = this.theme;
    await words.set(this.lang);
    try {
      localStorage.setItem(PLACE, JSON.stringify({ lang: this.lang, theme: this.theme, keys: this.keys }));
    } catch {
      // Then it holds until the page is closed.
    }
  }
}
