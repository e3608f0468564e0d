// The one way from the tablet's pages to the tablet. Which implementation is behind it is chosen once, at the start.
import type { Args, CommandName, Reply, TabletEvent } from "./surface";

export interface Client {
  /** Does one command. Rejects with a `Failure`; nothing of the command was done then. */
  invoke<C extends CommandName>(command: C, args: Args<C>): Promise<Reply<C>>;
  /** Calls `hear` for everything that happens without being asked for; returns how to stop. */
  events(hear: (event: TabletEvent) => void): () => void;
}

/** Why a command was not done: a stable code, words in both languages, and what a page may need beside them. */
export class Failure extends Error {
  readonly code: string;
  readonly details: Record<string, unknown>;

  constructor(code: string, details: Record<string, unknown> = {}) {
    super(code);
    this.code = code;
    this.details = details;
  }

  sentence(lang: "id" | "en"): string | null {
    const words = this.details[`sentence_${lang}`];
    return typeof words === "string" ? words : null;
  }

  /** What somebody reads out to whoever helps: `E-DISK-FULL`. */
  get support(): string {
    return `E-${this.code.toUpperCase().replaceAll("_", "-")}`;
  }

  number(name: string): number | null {
    const value = this.details[name];
    return typeof value === "number" ? value : null;
  }
}

/** The failure inside an answer `{error: {code, …}}`, if it is one. */
export function failureOf(answer: unknown): Failure | null {
  if (typeof answer !== "object" || answer === null || !("error" in answer)) return null;
  const error = (answer as { error: unknown }).error;
  if (typeof error !== "object" || error === null) return new Failure("unknown");
  // What a command adds may stand inside the error or beside it.
  const details: Record<string, unknown> = { ...answer, ...error };
  return new Failure(typeof details["code"] === "string" ? details["code"] : "unknown", details);
}

/** Any thrown value as a failure, so that pages show one kind of thing. */
export function asFailure(thrown: unknown): Failure {
  return thrown instanceof Failure ? thrown : new Failure("page", { message: String(thrown) });
}
