// The tablet's pages start here: in their own window, else over the local bridge.
import { bridge } from "$api/bridge";
import { inWindow, ipc } from "$api/ipc";
import { start } from "./start";

void start(inWindow() ? ipc() : bridge());
