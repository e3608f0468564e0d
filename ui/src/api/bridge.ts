// The tablet behind the local bridge (`tablet ui`): a browser over a real home.
import { Failure, failureOf, type Client } from "./client";
import type { TabletEvent } from "./surface";

export function bridge(): Client {
  forgetToken();
  return {
    async invoke(command, args) {
      let response: Response;
      try {
        response = await fetch("invoke", {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ ...args, command }),
        });
      } catch {
        throw new Failure("bridge_gone");
      }
      const answer: unknown = await response.json().catch(() => null);
      const failure = failureOf(answer);
      if (failure) throw failure;
      if (!response.ok) throw new Failure("bridge_refused", { status: response.status });
      return answer as never;
    },
    events(hear) {
      const source = new EventSource("events");
      source.onmessage = (message) => hear(JSON.parse(message.data) as TabletEvent);
      return () => source.close();
    },
  };
}

/** The one-time token has become a cookie; it does not stay in the address or the history. */
function forgetToken() {
  const address = new URL(location.href);
  if (!address.searchParams.has("token")) return;
  address.searchParams.delete("token");
  history.replaceState(null, "", address);
}
