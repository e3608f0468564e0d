//! `visit_sheet` and `check_visit`: what a visit can be, and what is odd about one before it is saved.

use super::look::Look;
use super::parts::{Coded, Label};
use super::trader_page::{ChannelSteps, channels};
use crate::error::{Result, TabletError, Unknown};
use crate::save::amend;
use crate::save::visit::{self, VisitAction};
use crate::store::{draft, facts, own, record, view};
use chrono::{Days, NaiveDate};
use grebeg_core::definition::value::yes_no;
use grebeg_core::definition::{Ask, CHANNEL_TRAINING, Definition, Outcome};
use grebeg_core::gather::visit_at_ms;
use grebeg_core::rules::consent::{self, ConsentState};
use grebeg_core::rules::facts::{Answers, latest_answers};
use grebeg_core::rules::visit_checks::Oddity;
use grebeg_core::rules::wishes::ASSISTANCE;
use grebeg_core::wire::json::time;
use serde::Serialize;
use std::sync::Arc;
use uuid::Uuid;

/// What the sheet offers. The time of an appointment is the answer `janji_jam` (`HH:MM`) beside `follow_up_date`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VisitSheet {
    pub trader: SheetTrader,
    /// RFC 3339, corrected.
    pub now: String,
    pub outcomes: Vec<SheetOutcome>,
    pub topics: Vec<Topic>,
    pub channels: Vec<ChannelSteps>,
    pub reasons: Vec<SheetReason>,
    pub needs: Vec<Coded>,
    pub questions: Vec<Question>,
    /// Quick phrases for the note, which may also set an answer or a need.
    pub phrases: Vec<Phrase>,
    /// Days on which to come back: tomorrow and the six after it.
    pub days: Vec<SheetDay>,
    /// Whether the trader has answered whether it may be recorded.
    pub consent_asked: bool,
    /// The text that is read out.
    pub consent_text: Option<Label>,
    #[cfg_attr(test, ts(type = "unknown"))]
    pub draft: Option<serde_json::Value>,
    /// The visit that is to be corrected.
    pub amend: Option<AmendedVisit>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SheetTrader {
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub name: Option<String>,
    pub stall: String,
    pub goods: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SheetOutcome {
    pub code: String,
    pub label: Label,
    /// `bertemu`, `menolak`, `tidak_bertemu` or `lapak`.
    pub group: String,
    /// One of the six that stand on tiles.
    pub tile: bool,
    /// A tap saves.
    pub saves_at_once: bool,
    pub asks: Vec<String>,
    /// Days until the usual follow-up.
    pub follow_up_days: Option<i64>,
    pub taught: bool,
    pub contact: bool,
    /// What it does to the stall, such as `closed_now`.
    pub stall_effect: Option<String>,
}

/// A training topic; required ones are ticked with the outcome that teaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Topic {
    pub code: String,
    pub label: Label,
    pub required: bool,
    pub done: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SheetReason {
    pub code: String,
    pub label: Label,
    /// `menolak`, `tertunda`, `langkah`, `tidak_aktif`.
    pub used_for: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum QuestionKind {
    YesNo,
    Choice,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Question {
    pub code: String,
    pub label: Label,
    #[serde(rename = "type")]
    pub kind: QuestionKind,
    pub choices: Vec<Coded>,
    /// The latest answer: true, false or the code of a choice; null: nobody answered.
    #[cfg_attr(test, ts(type = "boolean | string | null"))]
    pub value: Option<serde_json::Value>,
    /// One of ability or willingness.
    pub about: QuestionAbout,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum QuestionAbout {
    Ability,
    Willingness,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Phrase {
    pub code: String,
    pub label: Label,
    /// The need that it also records.
    pub need: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum DayName {
    Tomorrow,
    DayAfter,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SheetDay {
    pub date: String,
    pub label: Option<DayName>,
}

/// A visit as it stands, for a sheet that corrects it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct AmendedVisit {
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub at: String,
    pub outcome: String,
    pub note: Option<String>,
    pub reason: Option<String>,
    pub follow_up_date: Option<String>,
    #[cfg_attr(test, ts(type = "Record<string, unknown>"))]
    pub answers: serde_json::Value,
    /// Open returns of it.
    #[cfg_attr(test, ts(type = "Id[]"))]
    pub returns: Vec<Uuid>,
}

/// What is odd about a visit that is not saved yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CheckReply {
    pub warnings: Vec<Warning>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Warning {
    pub code: String,
    /// A step, question, channel or figure.
    pub about: String,
    pub label: Label,
}

/// Outcomes on tiles, in their order; the others stand behind them.
const TILES: [&str; 6] = [
    "mengajar",
    "diminta_kembali",
    "pergi",
    "tutup",
    "menolak",
    "pindah",
];
/// Of these a tap saves: there is nothing to ask.
const SAVE_AT_ONCE: [&str; 2] = ["pergi", "tutup"];
/// Days on which to come back.
const DAYS: u64 = 7;

/// Quick phrases: code, words, and the need that each records.
const PHRASES: [(&str, &str, &str, Option<&str>); 5] = [
    ("perlu_kuota", "Perlu kuota", "Needs data", Some("hp_data")),
    (
        "perlu_foto",
        "Perlu foto",
        "Needs photos",
        Some("foto_produk"),
    ),
    ("anak_membantu", "Anak membantu", "A child helps", None),
    (
        "ramai_pembeli",
        "Sedang ramai pembeli",
        "Busy with buyers",
        None,
    ),
    (
        "minta_contoh",
        "Minta contoh dulu",
        "Wants to see an example",
        None,
    ),
];

/// Errors: `trader_unknown`, `visit_unknown`.
pub fn visit_sheet(look: &mut Look<'_>, typed: &str, visit: Option<&str>) -> Result<VisitSheet> {
    let id = view::trader_id(look.conn(), typed)?;
    let unknown = || TabletError::unknown(Unknown::Trader, typed);
    let whole = facts::whole(look.conn(), id)?.ok_or_else(unknown)?;
    let definition = Arc::clone(&look.definition);
    let facts = whole.facts(&definition);
    let withheld = facts::wishes(look.conn(), &definition, &whole)?.unnamed;
    let text = |field: &str| whole.registers.text(field).map(str::to_owned);
    let all = channels(look, &whole)?;
    let (topics, channels): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|c| c.code == CHANNEL_TRAINING);
    let answers = latest_answers(&definition, &facts.visits);
    let amend = match visit {
        Some(visit) => Some(amended(
            look,
            view::visit_id(look.conn(), visit)?,
            withheld,
        )?),
        None => None,
    };
    let consent_text = match (definition.consent_text("id"), definition.consent_text("en")) {
        (Some(id), Some(en)) => Some(Label::new(&id.text, &en.text)),
        (Some(only), None) | (None, Some(only)) => Some(Label::same(&only.text)),
        (None, None) => None,
    };
    Ok(VisitSheet {
        trader: SheetTrader {
            id,
            name: text("name").filter(|_| !withheld),
            stall: text("stall").unwrap_or_default(),
            goods: text("commodity"),
        },
        now: time(look.now_ms),
        outcomes: outcomes(&definition),
        topics: topics
            .into_iter()
            .flat_map(|channel| channel.steps)
            .map(|step| Topic {
                required: definition.step(&step.code).is_some_and(|s| s.required),
                code: step.code,
                label: step.label,
                done: step.done,
            })
            .collect(),
        channels,
        reasons: definition
            .obstacles()
            .iter()
            .map(|reason| SheetReason {
                code: reason.code.clone(),
                label: Label::new(&reason.label_id, &reason.label_en),
                used_for: reason.used_for.clone(),
            })
            .collect(),
        needs: definition
            .needs()
            .iter()
            .map(|need| Coded {
                code: need.code.clone(),
                label: Label::new(&need.label_id, &need.label_en),
            })
            .collect(),
        questions: questions(&definition, &answers),
        phrases: phrases(&definition),
        days: days(look.day_in(whole.market())),
        consent_asked: consent::state(&facts.consents, ASSISTANCE) != ConsentState::NotAsked,
        consent_text,
        draft: draft::get(look.conn(), look.me.person_id, id)?,
        amend,
    })
}

/// The tiles first, in their order, then the others as the definition has them; voiding is no outcome to choose.
fn outcomes(definition: &Definition) -> Vec<SheetOutcome> {
    let place = |code: &str| TILES.iter().position(|tile| *tile == code);
    let mut outcomes: Vec<&Outcome> = definition.outcomes();
    outcomes.retain(|outcome| !definition.is_void(&outcome.code));
    outcomes.sort_by_key(|outcome| place(&outcome.code).unwrap_or(TILES.len()));
    outcomes
        .into_iter()
        .map(|outcome| SheetOutcome {
            code: outcome.code.clone(),
            label: Label::new(&outcome.label_id, &outcome.label_en),
            group: outcome.group.clone(),
            tile: place(&outcome.code).is_some(),
            saves_at_once: SAVE_AT_ONCE.contains(&outcome.code.as_str()),
            asks: outcome.asks.clone(),
            follow_up_days: outcome.follow_up.as_ref().map(|f| f.in_days),
            taught: outcome.taught,
            contact: outcome.contact,
            stall_effect: Some(outcome.stall_effect.clone()).filter(|effect| !effect.is_empty()),
        })
        .collect()
}

fn phrases(definition: &Definition) -> Vec<Phrase> {
    PHRASES
        .iter()
        .map(|(code, id, en, need)| Phrase {
            code: (*code).to_owned(),
            label: Label::new(*id, *en),
            need: need
                .filter(|need| definition.need(need).is_some())
                .map(str::to_owned),
        })
        .collect()
}

fn days(today: NaiveDate) -> Vec<SheetDay> {
    (1..=DAYS)
        .filter_map(|days| Some((days, today.checked_add_days(Days::new(days))?)))
        .map(|(days, date)| SheetDay {
            date: own::label(date),
            label: match days {
                1 => Some(DayName::Tomorrow),
                2 => Some(DayName::DayAfter),
                _ => None,
            },
        })
        .collect()
}

fn questions(definition: &Definition, answers: &Answers) -> Vec<Question> {
    let weights = &definition.priority;
    let ability = weights.ability.iter().map(|a| (a, QuestionAbout::Ability));
    let willingness = weights
        .willingness
        .iter()
        .map(|a| (a, QuestionAbout::Willingness));
    willingness
        .chain(ability)
        .map(|(ask, about)| question(ask, about, answers))
        .collect()
}

/// A question with the answer that stands.
pub fn question(ask: &Ask, about: QuestionAbout, answers: &Answers) -> Question {
    let given = answers.get(&ask.code);
    let value = if ask.choices.is_empty() {
        given.and_then(yes_no).map(serde_json::Value::Bool)
    } else {
        given.filter(|answer| answer.is_string()).cloned()
    };
    Question {
        code: ask.code.clone(),
        label: Label::new(&ask.label_id, &ask.label_en),
        kind: if ask.choices.is_empty() {
            QuestionKind::YesNo
        } else {
            QuestionKind::Choice
        },
        choices: ask
            .choices
            .iter()
            .map(|choice| Coded {
                code: choice.code.clone(),
                label: Label::new(&choice.label_id, &choice.label_en),
            })
            .collect(),
        value,
        about,
    }
}

fn amended(look: &Look<'_>, id: Uuid, withheld: bool) -> Result<AmendedVisit> {
    let visit = record::shown(look.conn(), "visit", id)?.unwrap_or_default();
    let text = |field: &str| visit.text(field).map(str::to_owned);
    let answers = visit.value("answers").map(|answers| answers.to_json());
    Ok(AmendedVisit {
        id,
        at: time(visit_at_ms(&visit).unwrap_or_default()),
        outcome: text("outcome").unwrap_or_default(),
        note: text("note").filter(|_| !withheld),
        reason: text("reason"),
        follow_up_date: text("follow_up_date"),
        answers: answers.unwrap_or_else(|| serde_json::json!({})),
        returns: amend::open_returns(look.conn(), id)?,
    })
}

/// What is odd about a visit, in words; nothing is saved. Errors: those of saving it.
pub fn check_visit(look: &mut Look<'_>, action: &VisitAction) -> Result<CheckReply> {
    let oddities = visit::preview(look.store, action, look.me.person_id)?;
    let warnings = oddities
        .into_iter()
        .map(|oddity| Warning {
            label: oddity_label(look, &oddity),
            code: oddity.code.to_owned(),
            about: oddity.about,
        })
        .collect();
    Ok(CheckReply { warnings })
}

/// Words for what is odd: of what a step, question or channel is named, the words of the definition.
fn oddity_label(look: &Look<'_>, oddity: &Oddity) -> Label {
    let definition = &look.definition;
    let about = if definition.step(&oddity.about).is_some() {
        look.step_label(&oddity.about)
    } else if let Some(channel) = definition.channel(&oddity.about) {
        Label::same(&channel.name)
    } else {
        let asks = definition.priority.ability.iter();
        let mut asks = asks.chain(&definition.priority.willingness);
        asks.find(|ask| ask.code == oddity.about)
            .map_or_else(Label::default, |ask| {
                Label::new(&ask.label_id, &ask.label_en)
            })
    };
    let head = match oddity.code {
        "terlalu_cepat" => Label::new(
            "Baru saja ada catatan lain. Benar?",
            "Another visit was recorded just now. Right?",
        ),
        "channel_closed" => Label::new("Saluran sudah ditutup", "The channel is closed"),
        "channel_not_open" => Label::new("Saluran belum dibuka", "The channel is not open"),
        "answer_missing" => Label::new("Belum dijawab", "Not answered yet"),
        "evidence_missing" => Label::new("Bukti belum ada", "Evidence is missing"),
        "outside_campaign" => Label::new("Di luar hari kegiatan", "Outside the campaign's days"),
        "value_out_of_range" => Label::new("Angka di luar batas", "A figure out of range"),
        code => look.code_label("quality_flags", code),
    };
    if about.is_empty() {
        return head;
    }
    Label::new(
        format!("{}: {}", head.id, about.id),
        format!("{}: {}", head.en, about.en),
    )
}
