// The office's pages start here.
import "../styles/tokens.css";
import "../styles/base.css";
import "./print.css";
import { mount } from "svelte";
import { office } from "$api/office";
import { fontsReady } from "$components/fonts";
import App from "./App.svelte";
import { Office } from "./office.svelte";

const target = document.getElementById("app");
if (!target) throw new Error("the page has no #app");
const app = new Office(office());
await Promise.all([app.settings.apply(), fontsReady()]);
mount(App, { target, props: { app } });
await app.start();
document.body.dataset["ready"] = "1";
