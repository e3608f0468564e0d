// generated, do not edit: `cargo xtask types`
// Record kinds and their fields, from core/src/kinds/table.

export interface Campaign {
  kind: "campaign";
  id: string;
  code?: string;
  definition_name?: string;
  name_id?: string;
  name_en?: string;
  city?: string;
  timezone?: string;
  training_date?: string;
  field_from?: string;
  field_to?: string;
  target_traders?: number;
  canvassers?: number;
  operator?: string;
  organisers?: unknown[];
  training_place?: string;
  target_markets?: number;
  rehearsal?: boolean;
  closed?: boolean;
}

export interface Market {
  kind: "market";
  id: string;
  code?: string;
  name?: string;
  aliases?: unknown[];
  target?: boolean;
  switched_on?: boolean;
  city?: string;
  opening?: Record<string, unknown>;
  day_starts_at?: unknown[];
  stall_kinds?: unknown[];
  zones?: unknown[];
  position?: number;
  lat?: unknown;
  lon?: unknown;
  point_source?: string;
  demo?: Record<string, unknown>;
}

export interface Channel {
  kind: "channel";
  id: string;
  code?: string;
  name?: string;
  channel_kind?: string;
  counts_as?: string;
  default_on?: boolean;
  verification?: string;
  status?: unknown[];
  prerequisites?: unknown[];
  position?: number;
}

export interface StepDef {
  kind: "step_def";
  id: string;
  code?: string;
  channel?: string;
  version?: number;
  versions?: unknown[];
  valid_from?: string;
  position?: number;
  label_id?: string;
  label_en?: string;
  evidence?: string;
  optional?: boolean;
  required?: boolean;
  milestone?: string;
  own_phone_only?: boolean;
  min?: number;
  max?: number;
}

export interface OutcomeDef {
  kind: "outcome_def";
  id: string;
  code?: string;
  group?: string;
  label_id?: string;
  label_en?: string;
  contact?: boolean;
  taught?: boolean;
  asks?: unknown[];
  follow_up?: unknown;
  stall_effect?: string;
  closes_visiting?: boolean;
  position?: number;
}

export interface Text {
  kind: "text";
  id: string;
  version?: number;
  lang?: string;
  text?: string;
  sha256?: string;
}

export interface Target {
  kind: "target";
  id: string;
  market?: string;
  traders?: number;
  canvassers?: number;
}

export interface Definition {
  kind: "definition";
  id: string;
  version?: number;
  funnel?: unknown;
  activity_checks?: unknown;
  priority?: unknown;
  needs?: unknown;
  obstacles?: unknown;
  commodities?: unknown;
  codes?: unknown;
}

export interface Person {
  kind: "person";
  id: string;
  name?: string;
  role?: string;
  code?: string;
  markets?: unknown[];
  team?: string;
  active?: boolean;
}

export interface Team {
  kind: "team";
  id: string;
  name?: string;
  lead?: string;
  markets?: unknown[];
}

export interface Device {
  kind: "device";
  id: string;
  name?: string;
  people?: unknown[];
  succeeds?: string;
  app_version?: string;
  revoked?: boolean;
  revoked_why?: string;
}

export interface Partner {
  kind: "partner";
  id: string;
  code?: string;
  name?: string;
  needs?: unknown[];
}

export interface Stall {
  kind: "stall";
  id: string;
  market?: string;
  number?: string;
  old_numbers?: unknown[];
  block?: string;
  floor?: string;
  zone?: string;
  stall_kind?: string;
  state?: string;
  plan_x?: number;
  plan_y?: number;
}

export interface Trader {
  kind: "trader";
  id: string;
  name?: string; // personal
  nickname?: string; // personal
  market?: string;
  stall?: string; // personal
  block?: string; // personal
  floor?: string; // personal
  zone?: string; // personal
  stall_kind?: string; // personal
  stall_name?: string; // personal
  place_note?: string; // personal
  phone?: string; // personal
  phone_typed?: string; // personal
  commodity?: string; // personal
  commodity_code?: string; // personal
  goods?: unknown[]; // personal
  note?: string; // personal
  register?: string;
  register_no?: string; // personal
  demo?: boolean;
  anonymous?: boolean;
  hp_pintar?: boolean; // personal
  internet?: boolean; // personal
  pakai_wa?: boolean; // personal
  kering_kemas?: boolean; // personal
  penerimaan?: boolean; // personal
  pendamping?: boolean; // personal
  daftar_harga?: boolean; // personal
  kemauan?: string; // personal
  ada_waktu?: boolean; // personal
  janji?: boolean; // personal
  pernah_coba?: boolean; // personal
  ajak_orang?: boolean; // personal
  withdrawn?: boolean;
  merged_into?: string;
  erased?: boolean;
}

export interface Class {
  kind: "class";
  id: string;
  market?: string;
  name?: string;
  date?: string;
  place?: string;
  partner?: string;
  note?: string;
}

export interface Assignment {
  kind: "assignment";
  id: string;
  market?: string;
  person?: string;
  block?: string;
  date?: string;
  active?: boolean;
  note?: string;
}

export interface Visit {
  kind: "visit";
  id: string;
  trader?: string;
  market?: string;
  outcome?: string;
  note?: string; // personal
  answers?: Record<string, unknown>;
  reason?: string;
  check?: Record<string, unknown>;
  follow_up_date?: string;
  at?: string;
  at_raw?: string;
  source?: string;
  paper_no?: string;
  flag_reasons?: Record<string, unknown>;
  erased?: boolean;
  author: string;
  device: string;
}

export interface Step {
  kind: "step";
  id: string;
  trader?: string;
  code?: string;
  state?: string;
  before_campaign?: boolean;
  evidence?: string; // personal
  checklist_version?: number;
  erased?: boolean;
  done: boolean;
  at?: string;
  by?: string;
}

export interface Need {
  kind: "need";
  id: string;
  trader?: string;
  code?: string;
  state?: string;
  referred_to?: string;
  class_date?: string;
  note?: string; // personal
  erased?: boolean;
}

export interface Consent {
  kind: "consent";
  id: string;
  trader?: string;
  purposes?: Record<string, unknown>; // personal
  follows?: unknown[];
  text_version?: number;
  text_lang?: string;
  text_sha256?: string;
  method?: string;
  paper_no?: string; // personal
  read_aloud?: boolean;
  erased?: boolean;
}

export interface Photo {
  kind: "photo";
  id: string;
  trader?: string;
  visit?: string;
  step?: string;
  sha256?: string; // personal
  size_bytes?: number;
  removed?: boolean;
  erased?: boolean;
}

export interface Attendance {
  kind: "attendance";
  id: string;
  class?: string;
  trader?: string;
  name?: string; // personal
  present?: boolean;
  erased?: boolean;
}

export interface Referral {
  kind: "referral";
  id: string;
  trader?: string;
  need?: string;
  partner?: string;
  class?: string;
  state?: string;
  answer?: string; // personal
  erased?: boolean;
}

export interface Request {
  kind: "request";
  id: string;
  trader?: string;
  request_kind?: string;
  received_at?: string;
  due_at?: string;
  done_at?: string;
  answer?: string; // personal
  refused_why?: string;
  erased?: boolean;
}

export interface Merge {
  kind: "merge";
  id: string;
  trader?: string;
  into?: string;
  picks?: Record<string, unknown>;
  undone?: boolean;
}

export interface NotDuplicate {
  kind: "not_duplicate";
  id: string;
  trader?: string;
  other?: string;
  state?: boolean;
}

export interface ConflictChoice {
  kind: "conflict_choice";
  id: string;
  trader?: string;
  record_kind?: string;
  record?: string;
  field?: string;
}

export interface Review {
  kind: "review";
  id: string;
  visit?: string;
  state?: string;
  note?: string; // personal
  erased?: boolean;
}

export interface Return {
  kind: "return";
  id: string;
  visit?: string;
  reason?: string;
  reason_text?: string; // personal
  fields?: unknown[];
  answered?: boolean;
  erased?: boolean;
}

export type Kind =
  | "campaign"
  | "market"
  | "channel"
  | "step_def"
  | "outcome_def"
  | "text"
  | "target"
  | "definition"
  | "person"
  | "team"
  | "device"
  | "partner"
  | "stall"
  | "trader"
  | "class"
  | "assignment"
  | "visit"
  | "step"
  | "need"
  | "consent"
  | "photo"
  | "attendance"
  | "referral"
  | "request"
  | "merge"
  | "not_duplicate"
  | "conflict_choice"
  | "review"
  | "return";

export type HeldReason =
  | "forked-device"
  | "device-mismatch"
  | "author-not-on-device"
  | "out-of-scope"
  | "field-not-allowed"
  | "unknown-kind"
  | "bad-id"
  | "depends-on-held"
  | "too-long"
  | "after-revocation"
  | "recovered"
  | "after-closing";
