// The language of the pages. `i18n.t` is the dictionary; English is fetched when it is first asked for.
import type { Label, Lang } from "$api/surface";
import * as format from "./format";
import { id, type Dictionary } from "./id";

class I18n {
  lang = $state<Lang>("id");
  t = $state.raw<Dictionary>(id);

  async set(lang: Lang): Promise<void> {
    const words = lang === "en" ? (await import("./en")).en : id;
    this.lang = lang;
    this.t = words;
    if (typeof document !== "undefined") document.documentElement.lang = lang;
  }

  /** A word of the campaign definition. */
  label(label: Label | null | undefined): string {
    return label ? label[this.lang] || label.id : "";
  }
  time(at: string | null): string {
    return format.time(at, this.lang);
  }
  clock(hhmm: string): string {
    return format.clock(hhmm, this.lang);
  }
  dayLong(day: string): string {
    return format.dayLong(day, this.lang);
  }
  dayShort(day: string): string {
    return format.dayShort(day, this.lang);
  }
  /** `Hari ini 10.20`, `Kemarin 19.05`, else `5 Agu, 19.05`. `inside`: within a sentence. */
  moment(at: string, inside = false, now: Date = new Date()): string {
    const day = format.dayOf(at);
    const today = format.dayOf(now.toISOString());
    if (day !== today && day !== format.dayBefore(today)) return `${this.dayShort(day)}, ${this.time(at)}`;
    const word = day === today ? this.t.common.today : this.t.common.yesterday;
    return `${inside ? word.toLowerCase() : word} ${this.time(at)}`;
  }
  weekday(day: string): string {
    return format.weekday(day, this.lang);
  }
  number(value: number): string {
    return format.number(value, this.lang);
  }
  inside(text: string | null | undefined): string {
    return format.inside(text ?? "");
  }
  shortMarket(name: string): string {
    return format.shortMarket(name);
  }
  kilobytes(bytes: number): string {
    return format.kilobytes(bytes, this.lang);
  }
}

export const i18n = new I18n();
