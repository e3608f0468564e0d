// Which rows of a long list are in the document: all rows have one height, group headings another.

/** A group of rows below one heading. `count` rows; a group without rows takes no room. */
export interface Section { key: string; count: number }

/** Where a group lies: first row's number in the whole list, top and height in pixels. */
export interface Placed extends Section { first: number; top: number; height: number }

export interface Sizes { row: number; head: number; gap: number }

export function place(sections: Section[], sizes: Sizes): { placed: Placed[]; height: number; total: number } {
  const placed: Placed[] = [];
  let top = 0;
  let first = 0;
  for (const section of sections) {
    if (section.count === 0) continue;
    const height = sizes.head + section.count * sizes.row;
    placed.push({ ...section, first, top, height });
    top += height + sizes.gap;
    first += section.count;
  }
  return { placed, height: Math.max(0, top - sizes.gap), total: first };
}

/**
 * Rows of one group that lie between `from` and `to` (pixels of the whole list), and `kept` when it is one of the group:
 * the row that has the focus never leaves the document. Numbers count within the group, in order.
 */
export function window(section: Placed, sizes: Sizes, from: number, to: number, kept: number | null): number[] {
  const start = section.top + sizes.head;
  const first = Math.max(0, Math.floor((from - start) / sizes.row));
  const last = Math.min(section.count - 1, Math.ceil((to - start) / sizes.row) - 1);
  const rows: number[] = [];
  for (let index = first; index <= last; index += 1) rows.push(index);
  const own = kept === null ? -1 : kept - section.first;
  if (own >= 0 && own < section.count && (own < first || own > last)) {
    if (own < first) rows.unshift(own);
    else rows.push(own);
  }
  return rows;
}

/** Numbers of the pages of `size` rows that hold these rows. */
export function pagesOf(rows: number[], size: number): number[] {
  return [...new Set(rows.map((row) => Math.floor(row / size)))];
}
