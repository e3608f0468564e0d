// generated, do not edit: `cargo xtask types`
// What a page can ask of a tablet, and what it answers; from tablet/src/command.

/** UUID of a record or person. */
export type Id = string;
/** One of the seven layers, the darker the further. */
export type Layer = 1 | 2 | 3 | 4 | 5 | 6 | 7;

/** Why a command did nothing. The bridge answers it with 200 like any other; 4xx there means that it was not understood. */
export interface Failed {
  error: {
    code: string;
    message: string;
    hint: string;
    sentence_id: string;
    sentence_en: string;
    /** Of `pin_wrong`, `pin_wait`: tries until the next pause, and seconds to wait now. */
    tries_left?: number;
    wait_s?: number;
  };
  /** Of `possible_duplicate`. */
  possible_duplicates?: PossibleDuplicate[];
}

/** What the process tells without being asked: server-sent at the bridge, `grebeg` in the window. */
export type TabletEvent = ({ event: "sync" } & SyncState) | { event: "changed"; records: number } | { event: "locked" };

/** Words in both languages. */
export type Label = { id: string, en: string, };

/** A code with its words. */
export type Coded = { code: string, label: Label, };

/** A market. */
export type MarketName = { code: string, name: string, };

/** A trader as a line names one; `name` is null where it must not be shown or is not known. */
export type Who = { trader: string | null, name: string | null, stall: string, };

/** Where something recorded on this tablet stands. */
export type Sent = "tablet" | "sent" | "held" | "returned";

/** What the tablet is doing about sending. */
export type SyncPhase = "idle" | "sending" | "failed";

/** Where sending stands; also the body of the event `sync`. */
export type SyncState = { state: SyncPhase,
/** RFC 3339: when the last exchange ended well. */
at: string | null,
/** Code of why the last try failed: `offline`, `server_busy`, … */
code: string | null,
/** Changes that wait. */
waiting: number,
/** RFC 3339: when the next try is due by itself. */
next_try_at: string | null,
/** The last exchange ended with both sides the same. */
same_as_server: boolean, };

/** The tablet's clock less the server's, and whether a person should look at it. */
export type ClockReply = { offset_ms: number, doubtful: boolean, };

export type Theme = "light" | "dark" | "sun";

export type Language = "id" | "en";

export type Settings = { theme: Theme, lang: Language, left_hand: boolean, };

/** What is to be changed of them. */
export type SettingsChange = { theme?: Theme | null, lang?: Language | null, left_hand?: boolean | null, };

export type CampaignName = { name: Label, city: string,
/** A campaign for practice: nothing of it counts. */
rehearsal: boolean, };

/** Damage that was noticed and mended. */
export type Mended = { times: number,
/** Changes that came back from the sealed copy. */
changes: number, };

/** A person who shares this tablet. */
export type TabletPerson = { person_id: Id, name: string, role: string,
/** Names of the person's markets. */
markets: Array<string>, has_pin: boolean,
/** This person's changes that wait. */
waiting: number,
/** Seconds until the next try of a PIN is taken; 0: now. */
pin_wait_s: number,
/** Tries until the next pause. */
pin_tries_left: number,
/** Ten wrong PINs: this person waits for a lead. */
needs_lead: boolean, };

/** What the first page needs to know. */
export type SessionReply = { enrolled: boolean,
/** The office stopped this tablet: what was not sent is kept, the rest is gone. */
revoked: boolean,
/** The server no longer knows this tablet: it has to be enrolled again, and keeps everything. */
unknown_device: boolean,
/** Changes that the server does not have yet. */
unsent: number, campaign: CampaignName | null, tablet_name: string | null,
/** The server's address, as it was typed at the enrolment. */
server: string | null, people: Array<TabletPerson>,
/** Who is unlocked. */
active: Id | null, first_fill_complete: boolean, settings: Settings, sync: SyncState, clock: ClockReply,
/** What was mended in the tablet's own files since somebody last looked into it (`doctor --repair`). */
mended: Mended | null, app_version: string, };

/** What is to be looked at: without a market the one of the latest own visit, else the first of the person's. */
export type TodayQuery = { market?: string | null,
/** Label of a block as `blocks` gives it; without one all of them. */
block?: string | null, };

/** A window of the day's list. */
export type RowsQuery = { market?: string | null, block?: string | null,
/** Place of the first row, from 0. */
from: number,
/** Rows wanted, at most 200. */
count: number, };

/** Traders of a block who are still to be visited today. */
export type BlockCount = { block: string, count: number,
/** Assigned to this person today. */
assigned: boolean, };

export type MarketCount = { code: string, name: string, count: number, };

/** A group of the day's list, in its order. */
export type Group = "returned" | "janji" | "dahulukan" | "pendamping" | "lain" | "sudah";

export type GroupCount = { code: Group, count: number, };

/** How far the first fetch of the markets has come. */
export type FirstFill = { complete: boolean,
/** Traders that have arrived. */
have: number, expected: number | null, };

export type DraftName = { trader: Id, name: string | null, stall: string, };

export type TodayReply = {
/** Working day of the market, `YYYY-MM-DD`. */
date: string,
/** Day of the field work, from 1; null outside it. */
day_number: number | null, days: number | null, market: MarketName, block: string | null,
/** RFC 3339, corrected. */
now: string,
/** Traders whom the person taught today, and how many a person has to teach a day to reach the target. */
taught_today: number, target_today: number,
/** Local time is past 15.00: the row that closes the day is due. */
after_closing: boolean, day_closed: boolean,
/** In the order in which they are walked. */
blocks: Array<BlockCount>, markets: Array<MarketCount>,
/** In the order of the list; none is empty. */
groups: Array<GroupCount>,
/** Rows of the list as asked for: the sum of `groups`. */
total: number, first_fill: FirstFill, draft: DraftName | null,
/** Whom to ask for work: the lead of the market. */
lead: string | null, };

/** What a stall's tile shows. */
export type Tile = "belum" | "janji" | "didatangi" | "diajari" | "akun" | "tayang" | "aktif" | "tutup" | "menolak" | "pendamping" | "pindah";

export type ReasonIcon = "thumb" | "clock" | "cap" | "calendar" | "question" | "check" | "return";

/** Why a trader stands where it stands. */
export type Reason = { icon: ReasonIcon, head: Label,
/** May be empty. */
detail: Label, };

/** One trader in a list. */
export type TraderRow = { id: Id, name: string | null, stall: string,
/** The goods as typed. */
goods: string | null,
/** The goods group that they belong to. */
goods_label: Label | null,
/** Name of the market. */
market: string,
/** Code and words of the exact stage. */
stage: string, stage_label: Label, layer: Layer, tile: Tile, reason: Reason, group: Group, sent: Sent | null,
/** `HH:MM` of an appointment that has a time. */
appointment_at: string | null,
/** The return to answer, in the group `returned`. */
return_id: Id | null, };

export type RowsReply = { rows: Array<TraderRow>, };

/** An empty query gives the eight traders that this person saw last. */
export type SearchQuery = { query: string, market?: string | null, block?: string | null,
/** Only those whom nobody has met yet. */
unvisited?: boolean | null,
/** Hits wanted; 50 unless said, at most 200. */
limit?: number | null, };

export type MatchedField = "name" | "nickname" | "stall" | "phone" | "goods";

export type How = "same" | "begins" | "part" | "similar_sound" | "one_letter";

export type Matched = { field: MatchedField, how: How,
/** The text in which it was found. A phone shows only what was typed and the end of the number. */
text: string,
/** Where in `text`, as [from, to) in UTF-16 units, the way a page cuts text. */
marks: [number, number][], };

export type SearchHit = {
/** Why it was found: the best reason; null for the recent ones. */
matched: Matched | null, id: Id, name: string | null, stall: string,
/** The goods as typed. */
goods: string | null,
/** The goods group that they belong to. */
goods_label: Label | null,
/** Name of the market. */
market: string,
/** Code and words of the exact stage. */
stage: string, stage_label: Label, layer: Layer, tile: Tile, reason: Reason, group: Group, sent: Sent | null,
/** `HH:MM` of an appointment that has a time. */
appointment_at: string | null,
/** The return to answer, in the group `returned`. */
return_id: Id | null, };

export type SearchReply = {
/** Traders that were searched. */
total_traders: number, hits: Array<SearchHit>,
/** There are more than were asked for. */
more: boolean, };

export type StageName = { code: string, label: Label, layer: Layer, };

export type StageReached = { code: string, label: Label, layer: Layer,
/** This stage or a later one holds. */
reached: boolean,
/** Working day on which its own rule first held. */
at: string | null, };

export type StepLine = { code: string, label: Label, done: boolean,
/** `terbuka`, `selesai` or `tidak_perlu`. */
state: string, by: string | null, at: string | null, mine: boolean, optional: boolean, hint: Label | null, };

/** A channel's checklist, or preparation (`prep`) and training (`latih`), with what is done of it. */
export type ChannelSteps = { code: string, name: Label, done: number,
/** Steps that are not optional or are done. */
total: number,
/** Open for new traders, or this trader has begun it. */
on: boolean,
/** This trader has begun it. */
begun: boolean, steps: Array<StepLine>, };

export type VisitLine = { id: Id, at: string, day: string, outcome: string, outcome_label: Label, by: string | null, mine: boolean, note: string | null, steps: Array<Label>, sent: Sent, void: boolean,
/** The open return of this visit, where the person can answer it. */
return_id: Id | null, };

export type NeedLine = { code: string, label: Label, state: string, state_label: Label, };

export type ConsentAnswer = "not_asked" | "yes" | "no";

export type ConsentLine = { purpose: string, label: Label, state: ConsentAnswer, at: string | null, method: string | null, method_label: Label | null, };

export type LostValue = { value: unknown, label: Label | null, at: string, by: string | null, };

/** A field that two people filled in at once. */
export type ConflictLine = { kind: string, id: Id, field: string, label: Label, kept: unknown,
/** The words of a code; what has none is shown as it is. */
kept_label: Label | null, lost: Array<LostValue>, };

export type Appointment = { date: string,
/** `HH:MM` */
at: string | null, note: string | null, };

export type TraderPage = { id: Id, name: string | null, nickname: string | null, stall: string, market: MarketName,
/** The normalised number, for calling; null where none can be made of what was typed. */
phone: string | null, phone_typed: string | null, goods: string | null, goods_label: Label | null, stage: StageName, tile: Tile,
/** All stages of the campaign, in order. */
stages: Array<StageReached>,
/** The trader gives no name. */
anonymous: boolean,
/** Refused to be recorded: name, phone and notes are not shown. */
withheld: boolean, erased: boolean, withdrawn: boolean, channels: Array<ChannelSteps>,
/** Newest first. */
visits: Array<VisitLine>, needs: Array<NeedLine>, consent: Array<ConsentLine>, conflicts: Array<ConflictLine>, appointment: Appointment | null,
/** Code of the first step that is open. */
next_step: string | null,
/** The trader under whom this merged one is shown. */
shown_under: Id | null,
/** A half-filled sheet of this person. */
has_draft: boolean, };

export type SheetTrader = { id: Id, name: string | null, stall: string, goods: string | null, };

export type SheetOutcome = { code: string, label: Label,
/** `bertemu`, `menolak`, `tidak_bertemu` or `lapak`. */
group: string,
/** One of the six that stand on tiles. */
tile: boolean,
/** A tap saves. */
saves_at_once: boolean, asks: Array<string>,
/** Days until the usual follow-up. */
follow_up_days: number | null, taught: boolean, contact: boolean,
/** What it does to the stall, such as `closed_now`. */
stall_effect: string | null, };

/** A training topic; required ones are ticked with the outcome that teaches. */
export type Topic = { code: string, label: Label, required: boolean, done: boolean, };

export type SheetReason = { code: string, label: Label,
/** `menolak`, `tertunda`, `langkah`, `tidak_aktif`. */
used_for: Array<string>, };

export type QuestionKind = "yes_no" | "choice";

export type QuestionAbout = "ability" | "willingness";

export type Question = { code: string, label: Label, type: QuestionKind, choices: Array<Coded>,
/** The latest answer: true, false or the code of a choice; null: nobody answered. */
value: boolean | string | null,
/** One of ability or willingness. */
about: QuestionAbout, };

export type Phrase = { code: string, label: Label,
/** The need that it also records. */
need: string | null, };

export type DayName = "tomorrow" | "day_after";

export type SheetDay = { date: string, label: DayName | null, };

/** A visit as it stands, for a sheet that corrects it. */
export type AmendedVisit = { id: Id, at: string, outcome: string, note: string | null, reason: string | null, follow_up_date: string | null, answers: Record<string, unknown>,
/** Open returns of it. */
returns: Id[], };

/** What the sheet offers. The time of an appointment is the answer `janji_jam` (`HH:MM`) beside `follow_up_date`. */
export type VisitSheet = { trader: SheetTrader,
/** RFC 3339, corrected. */
now: string, outcomes: Array<SheetOutcome>, topics: Array<Topic>, channels: Array<ChannelSteps>, reasons: Array<SheetReason>, needs: Array<Coded>, questions: Array<Question>,
/** Quick phrases for the note, which may also set an answer or a need. */
phrases: Array<Phrase>,
/** Days on which to come back: tomorrow and the six after it. */
days: Array<SheetDay>,
/** Whether the trader has answered whether it may be recorded. */
consent_asked: boolean,
/** The text that is read out. */
consent_text: Label | null, draft: unknown,
/** The visit that is to be corrected. */
amend: AmendedVisit | null, };

export type Warning = { code: string,
/** A step, question, channel or figure. */
about: string, label: Label, };

/** What is odd about a visit that is not saved yet. */
export type CheckReply = { warnings: Array<Warning>, };

/** A visit as it is told; all but trader and outcome may be left out. */
export type VisitAction = { trader: string, outcome: string, steps?: Array<string>, undo_steps?: Array<string>, answers?: { [key in string]: unknown },
/** `yes`, `no`, true or false by purpose. */
consent?: { [key in string]: boolean }, reason?: string | null, needs?: Array<string>, check?: { [key in string]: string }, note?: string | null, follow_up_date?: string | null, as?: string | null, };

export type NewTraderForm = { markets: Array<MarketName>,
/** The market that is chosen at first. */
market: string | null, goods: Array<Coded>,
/** The block in which the person is now. */
block_hint: string | null,
/** The answers to the question of willingness, for the readiness tiles. */
readiness: Question | null, };

/** A trader as far as it is typed. */
export type Typed = { market: string, stall?: string | null, name?: string | null, phone?: string | null, commodity?: string | null, };

export type LastVisit = { by: string | null, day: string, };

/** Somebody listed who may be the one. */
export type KnownTrader = { id: Id, name: string | null, stall: string, goods: string | null, last_visit: LastVisit | null,
/** What agrees: `same_phone`, `same_stall`, … */
why: Array<string>, };

export type DuplicatesReply = { possible_duplicates: Array<KnownTrader>, };

/** A trader to be added. */
export type AddTrader = { market: string, stall: string,
/** `None`: the trader gives no name. */
name?: string | null, phone?: string | null, commodity?: string | null,
/** Answers to the questions of ability and willingness, as far as they stand on a trader. */
answers?: { [key in string]: string },
/** Saved although a trader like this is listed. */
new_anyway?: boolean,
/** Listed traders of whom the person said that they are somebody else. */
not_same_as?: Array<string>, as?: string | null, };

/** Visits by what has become of them: `recorded = counted + waiting + held_back + set_aside`. */
export type Books = { recorded: number, counted: number, waiting: number, held_back: number, set_aside: number, };

/** Something that a person has to do. */
export type ToFix = { "kind": "held", n: number, at: string, who: Who, what: Label, reason: string, reason_label: Label, } | { "kind": "returned", visit_id: Id, return_id: Id, who: Who, by: string | null, reason_label: Label | null, reason_text: string | null, at: string | null, };

export type WaitingIcon = "taught" | "visit" | "appointment" | "away" | "closed" | "refused" | "moved" | "new_trader" | "trader" | "consent" | "correction" | "undone";

export type WaitingLine = { n: number, at: string, who: Who, what: Label, icon: WaitingIcon, steps: number,
/** Recorded by the person who looks. */
mine: boolean,
/** Who recorded it, where that is somebody else. */
by: string | null, };

export type SentBatch = { at: string, count: number,
/** The day's code as it was after this exchange; null while something waited. */
receipt: string | null, same_as_server: boolean, };

export type SendBox = {
/** Visits of this working day. */
books_today: Books, fix: Array<ToFix>,
/** Newest first. */
waiting: Array<WaitingLine>,
/** One line for each exchange of this working day that carried something, newest first. */
sent_today: Array<SentBatch>,
/** Bytes that would go over the line now, about. */
bytes_waiting: number, last_sync_at: string | null, sync: SyncState, };

export type TomorrowLine = { trader: Id,
/** `HH:MM` */
at: string | null, name: string | null, stall: string, what: Label, };

export type DayPage = { date: string,
/** Its name. */
market: string, closed: boolean, books: Books, receipt: string | null,
/** The receipt as a QR code, row by row; true is dark. */
receipt_qr: Array<Array<boolean>> | null,
/** When the server took the last of this day. */
received_at: string | null,
/** Visits of the person on this day, without those set aside. */
visits: number, taught: number, target: number,
/** Traders whose first product went live on this day. */
listed: number, new_traders: number, tomorrow: Array<TomorrowLine>,
/** Changes of this day that wait. */
waiting: number, lead: string | null,
/** The person who looks. */
person: string | null, };

export type ReturnedVisitLine = { id: Id, at: string, outcome: string, outcome_label: Label, follow_up_date: string | null, note: string | null, };

export type Lead = { name: string, role: Label, };

export type FieldKind = "step" | "text" | "choice" | "date" | "photo";

/** A field that the lead asks about. `field` is the name that `amend` takes; for a step it is `step.CODE`. */
export type FieldToFix = { field: string, label: Label, value: unknown, kind: FieldKind, choices: Array<Coded>, };

export type OtherField = { label: Label, value: Label, };

export type ReturnedPage = { return_id: Id, visit: ReturnedVisitLine, who: Who, by: Lead | null, at: string | null, reason_label: Label | null, reason_text: string | null,
/** The fields in question, in the lead's order. */
fields: Array<FieldToFix>,
/** What stays as it is. */
others: Array<OtherField>,
/** Place among the open returns, from 1. */
index: number, of: number,
/** Already answered. */
answered: boolean, };

/** The name of a change as answers give it. */
export type ChangeReply = { device_id: Id, n: number, };

/** What is odd about a visit. */
export type WarningReply = { code: string, about: string, };

/** A trader who may be the one that is about to be added. */
export type PossibleDuplicate = { id: string, name: string, stall: string,
/** Codes of `core::rules::duplicates`. */
why: Array<string>, };

/** A person who works with this tablet. */
export type Person = { person_id: Id, name: string, role: string, };

/** A change that the server holds back. */
export type HeldChange = { n: number, reason: string, };

/** What a sync did; numbers are counts of changes, bytes and requests. */
export type SyncResult = { pushed: number, accepted: number, restamped: number, held_back: Array<HeldChange>, received_records: number, bytes_up: number, bytes_down: number, round_trips: number, waiting: number, same_as_server: boolean,
/** Homes that were not the server's and were read anew; never more than 0 unless something is broken. */
repaired: number, receipt: string | null, };

/** `waiting`, `held_back` and `returned` count changes and returns, `visits` visits. */
export type StatusReply = { campaign: Id | null, device_id: Id | null, waiting: number, held_back: number, returned: number, visits: Books, last_sync_at: string | null, clock: ClockReply, locked: boolean, };

/** In which order a list stands. */
export type Order = "route" | "name" | "stall";

export type TradersQuery = { market?: string | null, search?: string | null,
/** All unless a number is asked for. */
limit?: number | null,
/** Else a list stands in the order of the day, and a search gives the best first. */
order?: Order | null, };

/** A trader in a list; unknown texts are null. */
export type TraderEntry = { id: string, name: string | null, market: string, stall: string | null, phone: string | null, commodity: string | null, stage: string | null,
/** The class by which the list is ordered, and the points in it. */
priority: string, score: number, why: string, why_en: string, last_visit_at: string | null, };

/** A change that waits or is held back. */
export type OutboxEntry = { n: number, at: string, summary: string, state: string,
/** Code of the reason of one that is held back, and its words. */
reason: string | null, reason_text: string | null, };

/** A visit that a lead sent back. */
export type ReturnedVisit = { visit_id: string, return_id: string, trader: string | null, reason: string | null, reason_text: string | null, by: string | null, at: string | null, };

/** Visits of a day; `receipt` is null while anything of that day waits. */
export type DayReply = { date: string, receipt: string | null, recorded: number, counted: number, waiting: number, held_back: number, set_aside: number, };

/** What a tablet can be asked to do. */
export type Command = { "command": "enrol", server: string, code: string, } | { "command": "sync" } | { "command": "status" } | { "command": "traders" } & TradersQuery | { "command": "trader", id: string, } | { "command": "add_trader" } & AddTrader | { "command": "set_trader", id: string, fields: Array<[string, string]>, as?: string | null, } | { "command": "visit" } & VisitAction | { "command": "consent", trader: string, purpose: string, answer: boolean, method?: string | null, as?: string | null, } | { "command": "amend", visit: string, fields: Array<[string, string]>, answers?: string | null, as?: string | null, } | { "command": "undo", visit: string, as?: string | null, } | { "command": "returned" } | { "command": "outbox" } | { "command": "close_day", date?: string | null, } | { "command": "digest" } | { "command": "doctor", repair: boolean, } | { "command": "session" } | { "command": "set_pin", person: Id, pin: string, } | { "command": "unlock", person: Id, pin: string, } | { "command": "clear_pin", person: Id, } | { "command": "lock" } | { "command": "set_settings" } & SettingsChange | { "command": "today" } & TodayQuery | { "command": "today_rows" } & RowsQuery | { "command": "search" } & SearchQuery | { "command": "trader_page", id: string, } | { "command": "visit_sheet", trader: string,
/** The visit that is to be corrected. */
visit?: string | null, } | { "command": "check_visit", action: VisitAction, } | { "command": "save_draft", trader: string, draft: unknown, } | { "command": "new_trader_form", market?: string | null, stall?: string | null, } | { "command": "check_duplicates" } & Typed | { "command": "send_box" } | { "command": "day_page", date?: string | null, } | { "command": "reopen_day", date?: string | null, } | { "command": "returned_page", return_id: string, };

/** The reply to each command. */
export interface Replies {
  enrol: { device_id: Id; campaign: Id; people: Person[]; first_sync_failed?: string };
  sync: { started: true };
  status: StatusReply;
  traders: TraderEntry[];
  trader: Record<string, unknown>;
  add_trader: { id: Id; change: ChangeReply; possible_duplicates: PossibleDuplicate[] };
  set_trader: { change: ChangeReply };
  visit: { visit_id: Id; change: ChangeReply; warnings: WarningReply[] };
  consent: { consent_id: Id; change: ChangeReply };
  amend: { change: ChangeReply };
  undo: { change: ChangeReply };
  returned: ReturnedVisit[];
  outbox: OutboxEntry[];
  close_day: DayReply;
  digest: { digest: string; counts: Record<string, number> };
  doctor: { ok: boolean; findings: string[] };
  session: SessionReply;
  set_pin: Record<string, never>;
  unlock: Record<string, never>;
  clear_pin: Record<string, never>;
  lock: Record<string, never>;
  set_settings: Record<string, never>;
  today: TodayReply;
  today_rows: RowsReply;
  search: SearchReply;
  trader_page: TraderPage;
  visit_sheet: VisitSheet;
  check_visit: CheckReply;
  save_draft: Record<string, never>;
  new_trader_form: NewTraderForm;
  check_duplicates: DuplicatesReply;
  send_box: SendBox;
  day_page: DayPage;
  reopen_day: Record<string, never>;
  returned_page: ReturnedPage;
}
