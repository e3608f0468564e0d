// Makes a screenshot smaller: 256 colours chosen by use, which pages of flat colours hardly show. Only what Chromium
// writes is read: eight bits a channel, not interlaced.
import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const COLOURS = 256;

/** The same picture with a palette, or as it came where that would be larger. */
export function smaller(png) {
  const picture = read(png);
  const written = write(picture, palette(picture));
  return written.length < png.length ? written : png;
}

function chunks(png) {
  const found = [];
  for (let at = SIGNATURE.length; at < png.length; ) {
    const length = png.readUInt32BE(at);
    found.push({ kind: png.toString("latin1", at + 4, at + 8), data: png.subarray(at + 8, at + 8 + length) });
    at += length + 12;
  }
  return found;
}

/** Width, height and the pixels as 0xRRGGBB. */
export function read(png) {
  const all = chunks(png);
  const head = all.find((chunk) => chunk.kind === "IHDR").data;
  const [width, height, depth, kind] = [head.readUInt32BE(0), head.readUInt32BE(4), head[8], head[9]];
  const channels = { 2: 3, 6: 4 }[kind];
  if (depth !== 8 || !channels || head[12] !== 0) throw new Error(`a PNG of depth ${depth} and kind ${kind} is not read here`);
  const lines = inflateSync(Buffer.concat(all.filter((chunk) => chunk.kind === "IDAT").map((chunk) => chunk.data)));
  const row = width * channels;
  const bytes = Buffer.alloc(height * row);
  for (let y = 0; y < height; y++) unfilter(lines[y * (row + 1)], lines.subarray(y * (row + 1) + 1), bytes, y * row, row, channels);
  const pixels = new Uint32Array(width * height);
  for (let at = 0; at < pixels.length; at++) pixels[at] = bytes.readUIntBE(at * channels, 3);
  return { width, height, pixels };
}

/** One line of the picture, by the five filters of the PNG specification. */
function unfilter(filter, line, bytes, start, row, channels) {
  for (let x = 0; x < row; x++) {
    const left = x >= channels ? bytes[start + x - channels] : 0;
    const up = start > 0 ? bytes[start + x - row] : 0;
    const corner = x >= channels && start > 0 ? bytes[start + x - row - channels] : 0;
    const guess = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter];
    bytes[start + x] = (line[x] + guess) & 0xff;
  }
}

function paeth(left, up, corner) {
  const guess = left + up - corner;
  const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

const channel = (colour, at) => (colour >> (16 - 8 * at)) & 0xff;

/** The most used colours, and for every other one the place of the nearest of them. */
export function palette({ pixels }) {
  const uses = new Map();
  for (const colour of pixels) uses.set(colour, (uses.get(colour) ?? 0) + 1);
  const byUse = [...uses.keys()].sort((a, b) => uses.get(b) - uses.get(a));
  const kept = spread(byUse);
  const places = new Map(kept.map((colour, place) => [colour, place]));
  for (const colour of byUse) if (!places.has(colour)) places.set(colour, nearest(kept, colour));
  return { kept, places };
}

/** Colours by use, without those that are all but the same as one kept already. */
function spread(byUse) {
  const kept = [];
  for (const apart of [60, 12, 0]) {
    for (const colour of byUse) {
      if (kept.length === COLOURS) return kept;
      if (!kept.some((known) => distance(known, colour) <= apart)) kept.push(colour);
    }
  }
  return kept;
}

function distance(a, b) {
  return [0, 1, 2].reduce((sum, at) => sum + (channel(a, at) - channel(b, at)) ** 2, 0);
}

function nearest(kept, colour) {
  let best = 0;
  for (let place = 1; place < kept.length; place++) if (distance(kept[place], colour) < distance(kept[best], colour)) best = place;
  return best;
}

function write({ width, height, pixels }, { kept, places }) {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(kept.flatMap((colour) => [0, 1, 2].map((at) => channel(colour, at))));
  const lines = Buffer.alloc(height * (width + 1));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) lines[y * (width + 1) + 1 + x] = places.get(pixels[y * width + x]);
  }
  const body = deflateSync(lines, { level: 9, memLevel: 9 });
  return Buffer.concat([SIGNATURE, chunk("IHDR", head), chunk("PLTE", colours), chunk("IDAT", body), chunk("IEND", Buffer.alloc(0))]);
}

function chunk(kind, data) {
  const named = Buffer.concat([Buffer.from(kind, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
