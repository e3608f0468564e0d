// What the tablet's pages ask and what comes back: one entry per command, by its name.
import type { Label } from "./label";

export type { Label };
export type Id = string;
/** YYYY-MM-DD, a working day of the campaign. */
export type Day = string;
/** RFC 3339 with zone. */
export type Instant = string;
export type Theme = "light" | "dark" | "sun";
export type Lang = "id" | "en";

export type PersonHere = {
  person_id: Id; name: string; role: string; markets: string[]; has_pin: boolean; waiting: number;
  pin_wait_s: number; pin_tries_left: number; needs_lead: boolean;
};
export type Settings = { theme: Theme; lang: Lang; left_hand: boolean };
export type Session = {
  enrolled: boolean; revoked: boolean; unknown_device: boolean; unsent: number;
  campaign: { name: Label; city: string; rehearsal: boolean } | null;
  tablet_name: string | null; people: PersonHere[]; active: Id | null; first_fill_complete: boolean; settings: Settings;
};

export type Tile =
  | "belum" | "janji" | "didatangi" | "diajari" | "akun" | "tayang" | "aktif" | "tutup" | "menolak" | "pendamping" | "pindah";
export type GroupCode = "returned" | "janji" | "dahulukan" | "pendamping" | "lain" | "sudah";
export type ReasonIcon = "thumb" | "clock" | "cap" | "calendar" | "question" | "check" | "return";
export type Sent = "tablet" | "sent" | "held" | "returned";
export type MarketName = { code: string; name: string };
export type TraderRow = {
  id: Id; name: string | null; stall: string; goods: string | null; goods_label: Label | null; market: string;
  stage: string; layer: number; tile: Tile; reason: { icon: ReasonIcon; head: Label; detail: Label };
  group: string; sent: Sent | null; appointment_at: string | null;
};
export type Today = {
  date: Day; day_number: number | null; days: number | null; market: MarketName; block: string | null; now: Instant;
  taught_today: number; target_today: number; after_closing: boolean; day_closed: boolean;
  blocks: { block: string; count: number }[]; markets: (MarketName & { count: number })[];
  groups: { code: GroupCode; count: number }[]; total: number;
  first_fill: { complete: boolean; have: number; expected: number | null };
  draft: { trader: Id; name: string } | null;
};
export type Matched = {
  field: "name" | "nickname" | "stall" | "phone" | "goods";
  how: "same" | "begins" | "part" | "similar_sound" | "one_letter";
  text: string; marks: [number, number][];
};
export type Hit = TraderRow & { matched: Matched | null };

export type ChannelStep = {
  code: string; label: Label; done: boolean; state: string; by: string | null; at: Instant | null; mine: boolean;
  optional: boolean; hint: Label | null;
};
export type ChannelState = { code: string; name: string; done: number; total: number; on: boolean; steps: ChannelStep[] };
export type PastVisit = {
  id: Id; at: Instant; day: Day; outcome: string; outcome_label: Label; by: string | null; mine: boolean; note: string | null;
  steps: Label[]; sent: Sent; void: boolean;
};
export type Conflict = {
  kind: string; id: Id; field: string; label: Label; kept: unknown; lost: { value: unknown; at: Instant; by: string | null }[];
};
export type TraderPage = {
  id: Id; name: string | null; nickname: string | null; stall: string; market: MarketName; phone: string | null;
  phone_typed: string | null; goods: string | null; goods_label: Label | null;
  stage: { code: string; label: Label; layer: number };
  stages: { code: string; label: Label; layer: number; reached: boolean; at: Instant | null }[];
  anonymous: boolean; withheld: boolean; erased: boolean; withdrawn: boolean;
  channels: ChannelState[]; visits: PastVisit[]; needs: { code: string; label: Label; state: string }[];
  consent: { purpose: string; label: Label; state: "not_asked" | "yes" | "no"; at: Instant | null; method: string | null }[];
  conflicts: Conflict[]; appointment: { date: Day; at: string | null } | null; next_step: string | null; shown_under: Id | null;
};

export type Outcome = {
  code: string; label: Label; group: string; tile: boolean; saves_at_once: boolean; asks: string[];
  follow_up_days: number | null; taught: boolean; contact: boolean;
};
export type Question = {
  code: string; label: Label; type: "yes_no" | "choice"; choices?: { code: string; label: Label }[]; value: unknown;
};
export type VisitSheet = {
  trader: { id: Id; name: string | null; stall: string; goods: string | null }; now: Instant; outcomes: Outcome[];
  topics: { code: string; label: Label; required: boolean }[]; channels: ChannelState[];
  reasons: { code: string; label: Label; used_for: string[] }[]; needs: { code: string; label: Label }[];
  questions: Question[]; phrases: { code: string; label: Label }[];
  days: { date: Day; label: "tomorrow" | "day_after" | null }[]; consent_asked: boolean; draft: unknown;
};
export type VisitAction = {
  trader: Id; outcome: string; steps: string[]; undo_steps: string[]; answers: Record<string, unknown>;
  consent: Record<string, unknown>; reason: string | null; needs: string[]; check: Record<string, unknown>;
  note: string | null; follow_up_date: Day | null;
};
export type Warning = { code: string; about: string; label?: Label };
export type Change = { device_id: Id; n: number };
export type Duplicate = {
  id: Id; name: string | null; stall: string; goods: string | null; last_visit: { by: string | null; day: Day } | null; why: string[];
};

export type Books = { recorded: number; counted: number; waiting: number; held_back: number; set_aside: number };
export type SyncState = {
  state: "idle" | "sending" | "failed"; at: Instant | null; code: string | null; waiting: number;
  next_try_at: Instant | null; same_as_server: boolean;
};
export type Who = { name: string | null; stall: string; trader: Id };
export type ToFix =
  | { kind: "held"; n: number; at: Instant; who: Who | null; what: Label; reason: string; reason_label: Label }
  | { kind: "returned"; visit_id: Id; return_id: Id; who: Who | null; by: string | null; reason_label: Label | null; reason_text: string | null; at: Instant };
export type SendBox = {
  books_today: Books; fix: ToFix[]; waiting: { n: number; at: Instant; who: Who | null; what: Label; icon: string; steps: number }[];
  sent_today: { at: Instant; count: number; receipt: string | null; same_as_server: boolean }[];
  bytes_waiting: number; last_sync_at: Instant | null; sync: SyncState;
};
export type DayPage = {
  date: Day; market: string; closed: boolean; books: Books; receipt: string | null; receipt_qr: boolean[][] | null;
  received_at: Instant | null; visits: number; taught: number; target: number; listed: number; new_traders: number;
  tomorrow: { at: string | null; name: string | null; stall: string; what: Label }[]; waiting: number;
};
export type ReturnedField = {
  field: string; label: Label; value: unknown; kind: "step" | "text" | "choice" | "date" | "photo";
  choices?: { code: string; label: Label }[];
};
export type ReturnedPage = {
  return_id: Id; visit: { id: Id; at: Instant; outcome_label: Label; follow_up_date: Day | null; note: string | null };
  who: Who | null; by: { name: string; role: string } | null; at: Instant; reason_label: Label | null; reason_text: string | null;
  fields: ReturnedField[]; others: { label: Label; value: string }[]; index: number; of: number;
};

/** Arguments and reply of every command. */
export interface Surface {
  session: [Record<never, never>, Session];
  enrol: [{ server: string; code: string }, { device_id: Id; campaign: Id; people: { person_id: Id; name: string }[]; first_sync_failed?: string }];
  set_pin: [{ person: Id; pin: string }, Record<never, never>];
  unlock: [{ person: Id; pin: string }, Record<never, never>];
  lock: [Record<never, never>, Record<never, never>];
  set_settings: [Partial<Settings>, Record<never, never>];
  today: [{ market?: string; block?: string }, Today];
  today_rows: [{ market?: string; block?: string; from: number; count: number }, { rows: TraderRow[] }];
  search: [{ query: string; market?: string; block?: string; unvisited?: boolean; limit?: number }, { total_traders: number; hits: Hit[] }];
  trader_page: [{ id: Id }, TraderPage];
  visit_sheet: [{ trader: Id; visit?: Id }, VisitSheet];
  check_visit: [{ action: VisitAction }, { warnings: Warning[] }];
  visit: [VisitAction, { visit_id: Id; change: Change; warnings: Warning[] }];
  undo: [{ visit: Id }, { change: Change }];
  amend: [{ visit: Id; fields: [string, string][]; answers?: string }, { change: Change }];
  consent: [{ trader: Id; purpose: string; answer: boolean; method: string | null }, { consent_id: Id; change: Change }];
  save_draft: [{ trader: Id; draft: unknown }, Record<never, never>];
  new_trader_form: [{ market?: string; stall?: string }, { markets: MarketName[]; goods: { code: string; label: Label }[]; block_hint: string | null }];
  check_duplicates: [{ market: string; stall: string; name: string | null; phone: string | null; commodity: string | null }, { possible_duplicates: Duplicate[] }];
  add_trader: [
    { market: string; stall: string; name: string | null; phone: string | null; commodity: string | null; new_anyway: boolean; not_same_as: Id[] },
    { id: Id; change: Change; possible_duplicates: unknown[] },
  ];
  send_box: [Record<never, never>, SendBox];
  day_page: [{ date?: Day }, DayPage];
  close_day: [{ date?: Day }, { date: Day; receipt: string | null }];
  reopen_day: [{ date?: Day }, Record<never, never>];
  returned_page: [{ return_id: Id }, ReturnedPage];
  sync: [Record<never, never>, { started: boolean }];
}
export type CommandName = keyof Surface;
export type Args<C extends CommandName> = Surface[C][0];
export type Reply<C extends CommandName> = Surface[C][1];

export type TabletEvent = ({ event: "sync" } & SyncState) | { event: "changed"; count?: number } | { event: "locked" };
