// What *Hari ini* shows from the tablet's answer; nothing is counted or ordered here.
import type { TodayReply } from "$api/surface";

export interface BlockChip { block: string | null; count: number; on: boolean }

/** The block looked at: the one that was chosen, else the first that is assigned, else all. */
export function blockOf(chosen: boolean, block: string | null, blocks: TodayReply["blocks"]): string | null {
  if (chosen) return block;
  return blocks.find((known) => known.assigned)?.block ?? null;
}

/** At most `room` chips: the chosen block first among its neighbours, *Semua* last; `more` blocks stand in the sheet. */
export function chips(today: Pick<TodayReply, "blocks" | "block">, room: number): { chips: BlockChip[]; more: number } {
  const all = today.blocks.reduce((sum, block) => sum + block.count, 0);
  const index = today.blocks.findIndex((block) => block.block === today.block);
  const from = Math.max(0, Math.min(index, today.blocks.length - room));
  const shown = today.blocks.slice(from, from + room);
  return {
    chips: [
      ...shown.map(({ block, count }) => ({ block, count, on: block === today.block })),
      { block: null, count: all, on: today.block === null },
    ],
    more: today.blocks.length - shown.length,
  };
}

/** The next block in walking order that still has somebody to visit. */
export function nextBlock(today: Pick<TodayReply, "blocks" | "block">): string | null {
  const index = today.blocks.findIndex((block) => block.block === today.block);
  const later = [...today.blocks.slice(index + 1), ...today.blocks.slice(0, Math.max(index, 0))];
  return later.find((block) => block.count > 0)?.block ?? null;
}

/** Other markets that are here already, while the one that is looked at is not. */
export function marketsHere(today: Pick<TodayReply, "market" | "markets">): TodayReply["markets"] {
  return today.markets.filter((market) => market.count > 0 && market.code !== today.market.code);
}

/** What stands where the list would be. */
export function emptiness(today: TodayReply): "list" | "filling" | "none" | "block_done" | "all_done" {
  const open = today.groups.filter((group) => group.code !== "sudah").reduce((sum, group) => sum + group.count, 0);
  const done = today.groups.find((group) => group.code === "sudah")?.count ?? 0;
  if (today.total === 0 && !today.first_fill.complete) return "filling";
  if (today.total === 0) return "none";
  if (open > 0) return "list";
  return done > 0 && today.block !== null && nextBlock(today) !== null ? "block_done" : done > 0 ? "all_done" : "list";
}
