// The office's pages start here.
import "../styles/tokens.css";
import "../styles/base.css";
import "./print.css";
import { mount } from "svelte";
import { office } from "$api/office";
import App from "./App.svelte";
import { Office } from "./office.svelte";

const target = document.getElementById("app");
if (!target) throw new Error("the page has no #app");
const app = new Office(office());
// Words take their places once: a font that came after them would move what stands below.
const fonts = ["800 1em 'Plus Jakarta Sans'", "1em 'Atkinson Hyperlegible Next'", "1em 'Atkinson Hyperlegible Mono'"];
await Promise.all([app.settings.apply(), ...fonts.map((font) => document.fonts.load(font).catch(() => []))]);
mount(App, { target, props: { app } });
await app.start();
document.body.dataset["ready"] = "1";
