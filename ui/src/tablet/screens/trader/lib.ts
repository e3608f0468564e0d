// What the trader's page shows from the tablet's answer.
import type { ChannelSteps, Label, TraderPage } from "$api/surface";

export interface LayerView { layer: number; label: Label; reached: boolean }

/** The stages of the campaign as seven layers: of two stages in one layer the furthest that is reached gives the name. */
export function layersOf(stages: TraderPage["stages"]): LayerView[] {
  const layers: LayerView[] = [];
  for (const stage of stages) {
    const known = layers.find((layer) => layer.layer === stage.layer);
    if (!known) layers.push({ layer: stage.layer, label: stage.label, reached: stage.reached });
    else if (stage.reached) Object.assign(known, { label: stage.label, reached: true });
  }
  return layers.sort((a, b) => a.layer - b.layer);
}

/** The channel shown at first: the one with the next open step, else one that is begun, else the first that is on. */
export function firstChannel(channels: ChannelSteps[], nextStep: string | null): ChannelSteps | null {
  const selling = channels.filter((channel) => channel.on && channel.code !== "latih");
  return (
    selling.find((channel) => channel.steps.some((step) => step.code === nextStep)) ??
    selling.find((channel) => channel.begun && channel.steps.some((step) => !step.done && !step.optional)) ??
    selling.find((channel) => channel.steps.some((step) => !step.done && !step.optional)) ??
    selling[0] ??
    channels[0] ??
    null
  );
}

/** The channels that stand as tabs: begun ones and the chosen one, filled up to `room`; the others stand behind *+*. */
export function tabs(channels: ChannelSteps[], chosen: string | null, room: number): { tabs: ChannelSteps[]; others: ChannelSteps[] } {
  const on = channels.filter((channel) => channel.on || channel.begun);
  const wanted = [...on.filter((channel) => channel.code === chosen), ...on.filter((channel) => channel.begun && channel.code !== chosen), ...on.filter((channel) => !channel.begun && channel.code !== chosen)].slice(0, room);
  return { tabs: on.filter((channel) => wanted.includes(channel)), others: on.filter((channel) => !wanted.includes(channel)) };
}

/** `https://wa.me/62…`, from a normalised number. */
export const chatAddress = (phone: string): string => `https://wa.me/${phone.replace(/\D/g, "")}`;

/** A value of a field as it can be read by a person; yes and no in the words of the language. */
export function readable(value: unknown, [yes, no]: readonly [string, string]): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "boolean") return value ? yes : no;
  if (Array.isArray(value)) return value.map((one) => readable(one, [yes, no])).join(", ");
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
