//! The pages' TypeScript types of commands and replies, made from the Rust ones. This test compares what is committed, and
//! writes it where `GREBEG_WRITE_TYPES` is set (`cargo xtask types`).

use super::*;
use std::path::Path;
use ts_rs::{Config, TS};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../ui/src/api/commands.ts");

const HEAD: &str = "// generated, do not edit: `cargo xtask types`
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
export type TabletEvent = ({ event: \"sync\" } & SyncState) | { event: \"changed\"; records: number } | { event: \"locked\" };
";

/// The declarations of types, each once and in the given order.
fn declarations(config: &Config) -> Vec<String> {
    macro_rules! all {
        ($($name:ty),* $(,)?) => {
            vec![$(declaration::<$name>(config)),*]
        };
    }
    all![
        parts::Label,
        parts::Coded,
        parts::MarketName,
        parts::Who,
        parts::SentState,
        parts::SyncPhase,
        parts::SyncState,
        status::ClockReply,
        settings::Theme,
        settings::Language,
        settings::Settings,
        settings::SettingsChange,
        session::CampaignName,
        session::Mended,
        session::TabletPerson,
        SessionReply,
        today::TodayQuery,
        today::RowsQuery,
        today::BlockCount,
        today::MarketCount,
        today::Group,
        today::GroupCount,
        today::FirstFill,
        today::DraftName,
        TodayReply,
        today::Tile,
        today::ReasonIcon,
        today::Reason,
        today::TraderRow,
        RowsReply,
        SearchQuery,
        search::MatchedField,
        search::How,
        search::Matched,
        search::SearchHit,
        SearchReply,
        trader_page::StageName,
        trader_page::StageReached,
        trader_page::StepLine,
        trader_page::ChannelSteps,
        trader_page::VisitLine,
        trader_page::NeedLine,
        trader_page::ConsentAnswer,
        trader_page::ConsentLine,
        trader_page::LostValue,
        trader_page::ConflictLine,
        trader_page::Appointment,
        TraderPage,
        visit_sheet::SheetTrader,
        visit_sheet::SheetOutcome,
        visit_sheet::Topic,
        visit_sheet::SheetReason,
        visit_sheet::QuestionKind,
        visit_sheet::QuestionAbout,
        visit_sheet::Question,
        visit_sheet::Phrase,
        visit_sheet::DayName,
        visit_sheet::SheetDay,
        visit_sheet::AmendedVisit,
        VisitSheet,
        visit_sheet::Warning,
        CheckReply,
        VisitAction,
        NewTraderForm,
        Typed,
        new_trader::LastVisit,
        new_trader::KnownTrader,
        DuplicatesReply,
        AddTrader,
        crate::store::view::Books,
        send_box::ToFix,
        send_box::WaitingIcon,
        send_box::WaitingLine,
        send_box::SentBatch,
        SendBox,
        day_page::TomorrowLine,
        DayPage,
        returned_page::ReturnedVisitLine,
        returned_page::Lead,
        returned_page::FieldKind,
        returned_page::FieldToFix,
        returned_page::OtherField,
        ReturnedPage,
        ChangeReply,
        WarningReply,
        PossibleDuplicate,
        Person,
        crate::sync::HeldChange,
        SyncResult,
        StatusReply,
        Order,
        TradersQuery,
        TraderEntry,
        OutboxEntry,
        ReturnedVisit,
        DayReply,
        Command,
    ]
}

/// The reply to each command.
const REPLIES: &[(&str, &str)] = &[
    (
        "enrol",
        "{ device_id: Id; campaign: Id; people: Person[]; first_sync_failed?: string }",
    ),
    ("sync", "{ started: true }"),
    ("status", "StatusReply"),
    ("traders", "TraderEntry[]"),
    ("trader", "Record<string, unknown>"),
    (
        "add_trader",
        "{ id: Id; change: ChangeReply; possible_duplicates: PossibleDuplicate[] }",
    ),
    ("set_trader", "{ change: ChangeReply }"),
    (
        "visit",
        "{ visit_id: Id; change: ChangeReply; warnings: WarningReply[] }",
    ),
    ("consent", "{ consent_id: Id; change: ChangeReply }"),
    ("amend", "{ change: ChangeReply }"),
    ("undo", "{ change: ChangeReply }"),
    ("returned", "ReturnedVisit[]"),
    ("outbox", "OutboxEntry[]"),
    ("close_day", "DayReply"),
    (
        "digest",
        "{ digest: string; counts: Record<string, number> }",
    ),
    ("doctor", "{ ok: boolean; findings: string[] }"),
    ("session", "SessionReply"),
    ("set_pin", "Record<string, never>"),
    ("unlock", "Record<string, never>"),
    ("clear_pin", "Record<string, never>"),
    ("lock", "Record<string, never>"),
    ("set_settings", "Record<string, never>"),
    ("today", "TodayReply"),
    ("today_rows", "RowsReply"),
    ("search", "SearchReply"),
    ("trader_page", "TraderPage"),
    ("visit_sheet", "VisitSheet"),
    ("check_visit", "CheckReply"),
    ("save_draft", "Record<string, never>"),
    ("new_trader_form", "NewTraderForm"),
    ("check_duplicates", "DuplicatesReply"),
    ("send_box", "SendBox"),
    ("day_page", "DayPage"),
    ("reopen_day", "Record<string, never>"),
    ("returned_page", "ReturnedPage"),
];

fn declaration<T: TS>(config: &Config) -> String {
    let docs = T::docs().unwrap_or_default();
    let text = format!("{docs}export {}", T::decl(config));
    // Comments of one line on one line, and any JSON is what a page has to look at first.
    let text = text
        .replace("/**\n * ", "/** ")
        .replace("\n */\n", " */\n")
        .replace("JsonValue", "unknown");
    text.replace(", \n/**", ",\n/**")
        .replace("{ \n/**", "{\n/**")
}

fn generated() -> String {
    let config = Config::new().with_large_int("number");
    let mut text = HEAD.to_owned();
    for declaration in declarations(&config) {
        text.push('\n');
        text.push_str(&declaration);
        text.push('\n');
    }
    text.push_str("\n/** The reply to each command. */\nexport interface Replies {\n");
    for (command, reply) in REPLIES {
        text.push_str(&format!("  {command}: {reply};\n"));
    }
    text.push_str("}\n");
    text
}

#[test]
fn the_committed_types_are_what_the_commands_give() {
    let wanted = generated();
    if std::env::var_os("GREBEG_WRITE_TYPES").is_some() {
        std::fs::write(Path::new(FILE), &wanted).unwrap();
    }
    let found = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(found == wanted, "run `cargo xtask types`");
}

#[test]
fn every_command_has_a_reply() {
    let config = Config::new().with_large_int("number");
    let union = Command::decl(&config);
    for (command, _) in REPLIES {
        assert!(
            union.contains(&format!("\"command\": \"{command}\"")),
            "{command}"
        );
    }
    assert_eq!(union.matches("\"command\":").count(), REPLIES.len());
}
