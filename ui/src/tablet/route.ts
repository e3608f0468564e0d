// Where one is: a tab, and a full page over it or beside it. Written into the address after `#`, so Back and reload work.

export type Tab = "today" | "search" | "plan" | "outbox";
export type Detail =
  | { page: "trader"; id: string }
  | { page: "visit"; trader: string; visit?: string; step?: string; appointment?: boolean }
  | { page: "new"; stall?: string }
  | { page: "returned"; id: string }
  | { page: "day" };
export interface Route { tab: Tab; detail: Detail | null }

const TABS: Tab[] = ["today", "search", "plan", "outbox"];

export function parse(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
  const [first, page, id, more] = path.split("/").map(decodeURIComponent);
  const tab = TABS.find((known) => known === first) ?? "today";
  const asked = new URLSearchParams(query);
  const optional = <K extends string>(key: K) => (asked.get(key) ? { [key]: asked.get(key) as string } : {}) as Partial<Record<K, string>>;
  switch (page) {
    case "trader":
      return { tab, detail: id ? { page, id } : null };
    case "visit":
      return { tab, detail: id ? { page, trader: id, ...(more ? { visit: more } : {}), ...optional("step"), ...(asked.has("appointment") ? { appointment: true } : {}) } : null };
    case "new":
      return { tab, detail: { page, ...optional("stall") } };
    case "returned":
      return { tab, detail: id ? { page, id } : null };
    case "day":
      return { tab, detail: { page } };
    default:
      return { tab, detail: null };
  }
}

export function address(route: Route): string {
  const { tab, detail } = route;
  if (!detail) return `#/${tab}`;
  const parts: string[] = [tab, detail.page];
  const query = new URLSearchParams();
  if (detail.page === "trader" || detail.page === "returned") parts.push(detail.id);
  if (detail.page === "visit") {
    parts.push(detail.trader, ...(detail.visit ? [detail.visit] : []));
    if (detail.step) query.set("step", detail.step);
    if (detail.appointment) query.set("appointment", "");
  }
  if (detail.page === "new" && detail.stall) query.set("stall", detail.stall);
  const asked = query.toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${asked ? `?${asked}` : ""}`;
}
