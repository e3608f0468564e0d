// The office's pages and their server: shapes of the answers (`/openapi.json` describes them) and the one way to ask.
import { Failure } from "./client";

export type Day = string;
export type Instant = string;
export type Label = { id: string; en: string };
export type Role = "canvasser" | "lead" | "admin" | "viewer";
export type ReviewState = "belum" | "disetujui" | "dikembalikan";
export type Group = "exception" | "sample" | "rest";
export type Books = { recorded: number; counted: number; waiting: number; held_back: number; set_aside: number };
export type MissingTablet = { device_id: string; name: string; people: string[]; last_seen_at: Instant };
export type Stage = { code: string; label: Label; layer: number };

export interface Session {
  person: { id: string; name: string | null; role: Role; role_label: Label; markets: { code: string; name: string }[] };
  campaign: { id: string; code: string; name: Label; city: string; from: Day | null; to: Day | null; timezone: string };
  server_time: Instant;
}

export interface Flag {
  code: string;
  label: Label;
  about: string;
  about_label: Label | null;
  evidence: { visits?: number; minutes?: number; others?: { stall: string | null; name: string | null }[] };
}
export interface RecordedStep { code: string; label: Label; training: boolean; channel: string | null; done: boolean; evidence: string | null; needs_evidence: boolean }
export interface Mark { visit_id: string; at: Instant; gap_s: number | null; fast: boolean }
export interface Return { return_id: string; reason: string | null; reason_text: string | null; fields: string[]; by: string | null; at: Instant | null; answered: boolean }
export interface Past { visit_id: string; at: Instant; day: Day; author: string | null; outcome_label: Label; gap_s: number | null; state: ReviewState | null; void: boolean }

export interface Visit {
  visit_id: string;
  code: string;
  trader: { id: string; name: string | null; withheld: boolean; stall: string | null; market: string; market_name: string | null; goods: string | null; goods_label: Label | null };
  author: { id: string | null; name: string | null };
  at: Instant;
  gap_s: number | null;
  received_at: Instant | null;
  outcome: string;
  outcome_label: Label;
  outcome_group: string | null;
  taught: boolean;
  reason: Label | null;
  steps: RecordedStep[];
  note: string | null;
  follow_up_date: Day | null;
  follow_up_hour: string | null;
  stage_before: Stage | null;
  stage_after: Stage | null;
  state: ReviewState;
  flags: Flag[];
  warnings: { code: string; about: Label | null }[];
  timeline: Mark[];
  consent: { state: "yes" | "no" | "not_asked"; at: Instant | null };
  clock: { off_s: number | null };
  returns: Return[];
  history: Past[];
  group: Group;
  corrected: boolean;
}
export interface Reason { code: string; label: Label; key: string }

export interface DayPage {
  date: Day;
  today: Day;
  as_of: Instant;
  seq: number;
  markets: { code: string; name: string }[];
  complete: boolean;
  tablets_missing: MissingTablet[];
  counts: { visits: number; people: number; open: number; approved: number; returned: number; books: Books };
  sample: { seed: string; size: number; visits: string[] };
  visits: Visit[];
  days: { date: Day; visits: number }[];
  reasons: Reason[];
}

export interface FunnelStage { code: string; label: Label; layer: number; reached: number; implied: number; with_before: number; lost: number; share_of_previous: number | null; main: boolean }
export interface CohortCell { code: string; from: Day; known: boolean; active: number; ready: number; not_active: number; open: number; late: number }
export interface Cohorts { stage: Label | null; checks: { code: string; day: number; label: Label }[]; rows: { date: Day; traders: number; cells: CohortCell[] }[] }
export interface MarketRow { code: string; name: string; goal: number | null; reached: number; even_share: number; totals: Books; tablets_missing: number }
export interface PersonRow {
  person_id: string; name: string; markets: string[]; taught: number | null; visits: number | null;
  held_back: number; waiting: number; sent: "nothing" | "part" | "closed" | "no_tablet"; sent_at: Instant | null;
}
export interface BurnDay { date: Day; reached: number | null; complete: boolean }

export interface CampaignPage {
  date: Day;
  today: Day;
  as_of: Instant;
  then: Instant | null;
  now: Instant;
  names: boolean;
  scope: { all: boolean; markets: string[] };
  calendar: { from: Day; to: Day; official: boolean; day_number: number; days: number; days_left: number; even_share: number };
  totals: Books;
  provisional: boolean;
  tablets_missing_count: number;
  tablets_missing: MissingTablet[];
  target: { stage: { code: string; label: Label | null; layer: number }; goal: number | null; reached: number; needed_per_day: number | null; pace: number | null; days_left: number; forecast: number | null };
  burn_up: { before: number; days: BurnDay[] };
  funnel: FunnelStage[];
  online_before: number;
  cohorts: Cohorts;
  markets: MarketRow[];
  people: PersonRow[];
}

export type Verdict =
  | { verdict: "approve"; visits: string[]; seq?: number }
  | { verdict: "return"; visit: string; reason: string; why: string; fields: string[] }
  | { verdict: "reopen"; visits: string[] };
export type Told = { seq: number } | { ended: true };

/** Longest wait for an answer: after it the line counts as broken. */
const PATIENCE_MS = 20_000;

export interface OfficeClient {
  session(): Promise<Session>;
  signIn(login: string, password: string): Promise<Session>;
  signOut(): Promise<void>;
  /** `live`: the page asks by itself, nobody pressed anything. */
  day(date: Day | null, live?: boolean): Promise<DayPage>;
  campaign(date: Day | null, live?: boolean): Promise<CampaignPage>;
  judge(verdict: Verdict): Promise<void>;
  /** Hears of changes; `up` says whether the line stands. Returns how to stop. */
  events(hear: (told: Told) => void, up: (up: boolean) => void): () => void;
}

/** The office over HTTP, on the address that the page came from. Rejects with a `Failure`. */
export function office(): OfficeClient {
  return {
    session: () => ask("session"),
    signIn: (login, password) => ask("session", { method: "POST", body: { login, password } }),
    signOut: () => ask("session", { method: "DELETE" }),
    day: (date, live = false) => ask(`day${query(date)}`, { live }),
    campaign: (date, live = false) => ask(`campaign${query(date)}`, { live }),
    judge: (verdict) => ask("review", { method: "POST", body: verdict }),
    events(hear, up) {
      const source = new EventSource("api/events");
      source.onopen = () => up(true);
      source.onerror = () => up(false);
      source.onmessage = (message) => hear(JSON.parse(message.data) as Told);
      return () => source.close();
    },
  };
}

const query = (date: Day | null) => (date ? `?date=${encodeURIComponent(date)}` : "");

interface Asked { method?: "POST" | "DELETE"; body?: unknown; live?: boolean }

async function ask<T>(path: string, { method, body, live = false }: Asked = {}): Promise<T> {
  const headers: Record<string, string> = {};
  if (method) headers["content-type"] = "application/json";
  if (live) headers["grebeg-live"] = "1";
  let response: Response;
  try {
    response = await fetch(`api/${path}`, {
      method: method ?? "GET",
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new Failure("no_line");
  }
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer as T;
  const problem = (answer ?? {}) as Record<string, unknown>;
  const code = typeof problem["code"] === "string" ? problem["code"] : "no_line";
  const wait = Number(response.headers.get("retry-after"));
  throw new Failure(code, { ...problem, status: response.status, ...(wait > 0 ? { wait_s: wait } : {}) });
}
