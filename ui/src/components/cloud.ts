// The cloud of Cirebon's cloth: one outline, drawn n times with falling stroke width. Always lying, never behind text.

/** One lying cloud with its tail to the right, about 220 × 100. */
export const CLOUD =
  "M14 62c-9-2-9-16 2-17 0-12 14-18 22-12 3-15 24-19 33-8 6-14 30-14 36 0 9-10 29-7 31 7 10-5 22 1 22 11 9-3 16 2 19 8 11 2 22 3 33-1-3 8-14 13-28 13-7 6-17 6-22 2-6 7-18 8-24 2-7 8-21 8-27 1-8 8-22 7-27-1-8 6-19 5-23-2-7 5-17 4-21-3-7 3-14 4-24 0z";

export interface Layer { stroke: string; width: number }

/** Strokes from the outermost to the innermost; the last colour fills the cloud. */
export function layers(colours: string[], step: number): Layer[] {
  return colours.map((stroke, index) => ({ stroke, width: (colours.length - 1 - index) * step }));
}

export const PALETTES = {
  light: ["#16366b", "#1b4a8f", "#3570b8", "#9cc1e8", "#e4eff9"],
  deep: ["#16366b", "#1b4a8f", "#2460ae", "#3570b8"],
  blue: ["#16366b", "#1b4a8f", "#2460ae"],
  soga: ["#5c1a0c", "#8a2b13", "#b5482a", "#f2c0ae"],
  // A ground that is barely seen: its edge melts into the header.
  quiet: [20, 40, 60, 80, 100].map((part) => `color-mix(in srgb, var(--head-cloud) ${part}%, var(--head))`),
} as const;
export type Palette = keyof typeof PALETTES;
