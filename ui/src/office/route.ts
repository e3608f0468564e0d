// Where in the office a person is; the address after `#` says it, so that Back works and a page can be handed on.
import type { Day, Role } from "$api/office";

export type Route = { page: "day" | "campaign"; date: Day | null };

/** The page with which a role begins. */
export function home(role: Role): Route["page"] {
  return role === "viewer" ? "campaign" : "day";
}

/** Whether a role may see a page; the server decides, this only avoids dead links. */
export function mayOpen(role: Role, page: Route["page"]): boolean {
  return role === "lead" || role === "admin" || (role === "viewer" && page === "campaign");
}

/** `#/day/2019-08-05`; what is not understood is the first page of the role. */
export function read(hash: string, role: Role): Route {
  const [page, date] = hash.replace(/^#\/?/, "").split("/");
  const found = page === "day" || page === "campaign" ? page : home(role);
  const day = /^\d{4}-\d{2}-\d{2}$/.test(date ?? "") ? (date as Day) : null;
  const open = mayOpen(role, found) ? found : home(role);
  return { page: open, date: page === open ? day : null };
}

export function write(route: Route): string {
  return `#/${route.page}${route.date ? `/${route.date}` : ""}`;
}
