// The tablet inside its own window. Only this file knows Tauri.
import { Failure, failureOf, type Client } from "./client";
import type { TabletEvent } from "./surface";

interface Tauri {
  core: { invoke(name: string, args: Record<string, unknown>): Promise<unknown> };
  event: { listen(name: string, hear: (event: { payload: unknown }) => void): Promise<() => void> };
}

const tauri = (): Tauri | undefined => (globalThis as { __TAURI__?: Tauri }).__TAURI__;

export const inWindow = (): boolean => tauri() !== undefined;

export function ipc(): Client {
  const window = tauri();
  if (!window) throw new Failure("page", { message: "not inside the window" });
  const invoke: Client["invoke"] = async (command, args) => {
    const answer = await window.core.invoke("invoke", { command: { ...args, command } }).catch((thrown: unknown) => {
      throw failureOf(thrown) ?? new Failure("page", { message: String(thrown) });
    });
    const failure = failureOf(answer);
    if (failure) throw failure;
    return answer as never;
  };
  return {
    invoke,
    events(hear) {
      const listening = window.event.listen("grebeg", (event) => hear(event.payload as TabletEvent));
      // As over the bridge, the first thing that is heard is where sending stands: what was told before is not missed.
      const first = async () => {
        await listening;
        const { sync } = await invoke("session", {});
        hear({ event: "sync", ...sync });
      };
      void first().catch(() => undefined);
      return () => void listening.then((stop) => stop());
    },
  };
}
