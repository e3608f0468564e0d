// Words of a hit: which part of the name is marked, and why it was found.
import type { Hit, Matched } from "$api/surface";
import type { Dictionary } from "../../../i18n/id";

export interface Piece { text: string; marked: boolean }

/** Cuts a text at its marks, `[from, to)` in UTF-16 units; marks out of order or out of the text are left out. */
export function pieces(text: string, marks: [number, number][]): Piece[] {
  const out: Piece[] = [];
  let at = 0;
  for (const [from, to] of [...marks].sort((a, b) => a[0] - b[0])) {
    if (from < at || to > text.length || to <= from) continue;
    if (from > at) out.push({ text: text.slice(at, from), marked: false });
    out.push({ text: text.slice(from, to), marked: true });
    at = to;
  }
  if (at < text.length) out.push({ text: text.slice(at), marked: false });
  return out;
}

/** The reason of a hit, and the marks that belong on the name. */
export function shown(hit: Hit): { best: Matched | null; name: Piece[] } {
  const best = hit.matched;
  const onName = best?.field === "name" && best.text === hit.name;
  return { best, name: pieces(hit.name ?? "", onName ? best.marks : []) };
}

/** Why a hit was found, in words; what matched is cut out so that it can be marked. */
export function reason(match: Matched, t: Dictionary): { before: string; pieces: Piece[] } {
  if (match.field === "name") return { before: t.search.why.name[match.how], pieces: [] };
  const whole = t.search.why[match.field](match.text);
  const at = whole.lastIndexOf(match.text);
  return { before: whole.slice(0, at), pieces: pieces(match.text, match.marks) };
}
