// The language of the office's pages. `words.t` is the dictionary; English is fetched when it is first asked for.
import type { Day, Instant, Label } from "$api/office";
import * as format from "$i18n/format";
import { id, type Dictionary } from "./id";

export type Lang = "id" | "en";

class Words {
  lang = $state<Lang>("id");
  t = $state.raw<Dictionary>(id);

  async set(lang: Lang): Promise<void> {
    const t = lang === "en" ? (await import("./en")).en : id;
    this.lang = lang;
    this.t = t;
    if (typeof document !== "undefined") document.documentElement.lang = lang;
  }
  /** A word of the campaign definition. */
  label(label: Label | null | undefined): string {
    return label ? label[this.lang] || label.id : "";
  }
  time(at: Instant | null): string {
    return format.time(at, this.lang);
  }
  hour(hhmm: string): string {
    return format.clock(hhmm, this.lang);
  }
  long(day: Day): string {
    return format.dayLong(day, this.lang);
  }
  short(day: Day): string {
    return format.dayShort(day, this.lang);
  }
  number(value: number): string {
    return format.number(value, this.lang);
  }
  percent(share: number): string {
    return `${Math.round(share * 100)}%`;
  }
  /** `09.30` of the day that is shown, else `kemarin 17.02` or `3 Agu 17.02`. */
  when(at: Instant | null, today: Day): string {
    if (at === null) return this.t.common.unknown;
    const day = format.dayOf(at);
    if (day === today) return this.time(at);
    return `${day === format.dayBefore(today) ? this.t.common.yesterday : this.short(day)} ${this.time(at)}`;
  }
  /** Seconds as people say them: `40 dtk`, `4 menit`, `1 jam 10 mnt`. */
  span(seconds: number): string {
    const s = Math.abs(Math.round(seconds));
    const id = this.lang === "id";
    if (s < 60) return id ? `${s} detik` : `${s} s`;
    const minutes = Math.round(s / 60);
    if (minutes < 60) return id ? `${minutes} menit` : `${minutes} min`;
    const hours = Math.floor(minutes / 60);
    if (hours >= 48) return id ? `${Math.floor(hours / 24)} hari` : `${Math.floor(hours / 24)} days`;
    return id ? `${hours} jam ${minutes % 60} menit` : `${hours} h ${minutes % 60} min`;
  }
}

export const words = new Words();
