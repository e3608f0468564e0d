import assert from "node:assert/strict";
import { test } from "node:test";
import type { ChannelSteps, Layer } from "$api/surface";
import { chatAddress, firstChannel, layersOf, readable, tabs } from "./lib";

const stage = (code: string, layer: Layer, reached: boolean) => ({ code, layer, reached, at: null, label: { id: code, en: code } });
test("two stages of one layer are one capsule with the name of the further one that is reached", () => {
  const layers = layersOf([stage("terdata", 1, true), stage("dikunjungi", 2, true), stage("bersedia", 2, true), stage("dilatih", 3, false)]);
  assert.deepEqual(layers.map((l) => [l.layer, l.label.id, l.reached]), [[1, "terdata", true], [2, "bersedia", true], [3, "dilatih", false]]);
  assert.equal(layersOf([stage("dikunjungi", 2, true), stage("bersedia", 2, false)])[0]?.label.id, "dikunjungi");
});
const channel = (code: string, begun: boolean, steps: string[] = ["open"], done = false) =>
  ({ code, begun, on: true, steps: steps.map((step) => ({ code: step, done, optional: false })) }) as unknown as ChannelSteps;
test("the channel with the next step is shown at first", () => {
  const all = [channel("prep", false, ["prep.hp"]), channel("shopee", true), channel("wa", false, ["wa.akun"])];
  assert.equal(firstChannel(all, "wa.akun")?.code, "wa");
  assert.equal(firstChannel(all, null)?.code, "shopee");
  assert.equal(firstChannel([channel("prep", true, ["prep.hp"], true), channel("wa", false)], null)?.code, "wa");
});
test("begun channels and the chosen one stand as tabs, in their order", () => {
  const all = [channel("prep", false), channel("shopee", true), channel("wa", false), channel("gofood", false)];
  const found = tabs(all, "gofood", 2);
  assert.deepEqual(found.tabs.map((c) => c.code), ["shopee", "gofood"]);
  assert.deepEqual(found.others.map((c) => c.code), ["prep", "wa"]);
});
test("a chat address has digits only", () => assert.equal(chatAddress("+62 812-2140"), "https://wa.me/628122140"));
test("any value can be read", () => {
  const words = ["Ya", "Tidak"] as const;
  assert.equal(readable(null, words), "–");
  assert.equal(readable(false, words), "Tidak");
  assert.equal(readable(true, words), "Ya");
  assert.equal(readable(["terasi", "kerupuk"], words), "terasi, kerupuk");
});
