// Puts the tablet's pages on the page, over whichever client is behind them.
import "../styles/tokens.css";
import "../styles/base.css";
import { mount } from "svelte";
import type { Client } from "$api/client";
import { fontsReady } from "$components/fonts";
import { guardTouches } from "$components/guard";
import App from "./App.svelte";
import { pages } from "./pages.svelte";
import { applySettings, rememberedSettings, Tablet } from "./tablet.svelte";

export async function start(client: Client): Promise<void> {
  guardTouches(document);
  const app = new Tablet(client);
  await Promise.all([applySettings(rememberedSettings()), fontsReady()]);
  const target = document.getElementById("app");
  if (!target) throw new Error("the page has no #app");
  mount(App, { target, props: { app } });
  await app.start();
  document.body.dataset["ready"] = "1";
  setTimeout(() => void pages.fetchAll(), 300);
}
