//! `trader_page`: one trader, with the way it has come and what is open.

use super::look::{self, Look};
use super::parts::{Label, MarketName, SentState};
use super::today::{self, Tile};
use super::trader;
use crate::error::{Result, TabletError, Unknown};
use crate::store::facts::{self, Whole};
use crate::store::own::{self, OwnState};
use crate::store::{draft, view, visiting};
use grebeg_core::definition::{CHANNEL_PREPARATION, CHANNEL_TRAINING, Step};
use grebeg_core::gather::visit_at_ms;
use grebeg_core::kinds;
use grebeg_core::merge::ERASED;
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::rules::consent::{self, ConsentState};
use grebeg_core::rules::funnel::{self, FunnelStatus};
use grebeg_core::rules::{layers, priority};
use grebeg_core::wire::json::time;
use serde::Serialize;
use std::cmp::Reverse;
use std::sync::Arc;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct TraderPage {
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub name: Option<String>,
    pub nickname: Option<String>,
    pub stall: String,
    pub market: MarketName,
    /// The normalised number, for calling; null where none can be made of what was typed.
    pub phone: Option<String>,
    pub phone_typed: Option<String>,
    pub goods: Option<String>,
    pub goods_label: Option<Label>,
    pub stage: StageName,
    pub tile: Tile,
    /// All stages of the campaign, in order.
    pub stages: Vec<StageReached>,
    /// The trader gives no name.
    pub anonymous: bool,
    /// Refused to be recorded: name, phone and notes are not shown.
    pub withheld: bool,
    pub erased: bool,
    pub withdrawn: bool,
    pub channels: Vec<ChannelSteps>,
    /// Newest first.
    pub visits: Vec<VisitLine>,
    pub needs: Vec<NeedLine>,
    pub consent: Vec<ConsentLine>,
    pub conflicts: Vec<ConflictLine>,
    pub appointment: Option<Appointment>,
    /// Code of the first step that is open.
    pub next_step: Option<String>,
    /// The trader under whom this merged one is shown.
    #[cfg_attr(test, ts(type = "Id | null"))]
    pub shown_under: Option<Uuid>,
    /// A half-filled sheet of this person.
    pub has_draft: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StageName {
    pub code: String,
    pub label: Label,
    #[cfg_attr(test, ts(type = "Layer"))]
    pub layer: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StageReached {
    pub code: String,
    pub label: Label,
    #[cfg_attr(test, ts(type = "Layer"))]
    pub layer: u8,
    /// This stage or a later one holds.
    pub reached: bool,
    /// Working day on which its own rule first held.
    pub at: Option<String>,
}

/// A channel's checklist, or preparation (`prep`) and training (`latih`), with what is done of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChannelSteps {
    pub code: String,
    pub name: Label,
    pub done: u32,
    /// Steps that are not optional or are done.
    pub total: u32,
    /// Open for new traders, or this trader has begun it.
    pub on: bool,
    /// This trader has begun it.
    pub begun: bool,
    pub steps: Vec<StepLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct StepLine {
    pub code: String,
    pub label: Label,
    pub done: bool,
    /// `terbuka`, `selesai` or `tidak_perlu`.
    pub state: String,
    pub by: Option<String>,
    pub at: Option<String>,
    pub mine: bool,
    pub optional: bool,
    pub hint: Option<Label>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct VisitLine {
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub at: String,
    pub day: String,
    pub outcome: String,
    pub outcome_label: Label,
    pub by: Option<String>,
    pub mine: bool,
    pub note: Option<String>,
    pub steps: Vec<Label>,
    pub sent: SentState,
    pub void: bool,
    /// The open return of this visit, where the person can answer it.
    #[cfg_attr(test, ts(type = "Id | null"))]
    pub return_id: Option<Uuid>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct NeedLine {
    pub code: String,
    pub label: Label,
    pub state: String,
    pub state_label: Label,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ConsentAnswer {
    NotAsked,
    Yes,
    No,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConsentLine {
    pub purpose: String,
    pub label: Label,
    pub state: ConsentAnswer,
    pub at: Option<String>,
    pub method: Option<String>,
    pub method_label: Option<Label>,
}

/// A field that two people filled in at once.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ConflictLine {
    pub kind: String,
    #[cfg_attr(test, ts(type = "Id"))]
    pub id: Uuid,
    pub field: String,
    pub label: Label,
    #[cfg_attr(test, ts(type = "unknown"))]
    pub kept: serde_json::Value,
    /// The words of a code; what has none is shown as it is.
    pub kept_label: Option<Label>,
    pub lost: Vec<LostValue>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct LostValue {
    #[cfg_attr(test, ts(type = "unknown"))]
    pub value: serde_json::Value,
    pub label: Option<Label>,
    pub at: String,
    pub by: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Appointment {
    pub date: String,
    /// `HH:MM`
    pub at: Option<String>,
    pub note: Option<String>,
}

/// Errors: `trader_unknown`.
pub fn trader_page(look: &mut Look<'_>, typed: &str) -> Result<TraderPage> {
    let id = view::trader_id(look.conn(), typed)?;
    let unknown = || TabletError::unknown(Unknown::Trader, typed);
    let whole = facts::whole(look.conn(), id)?.ok_or_else(unknown)?;
    let definition = Arc::clone(&look.definition);
    let facts = whole.facts(&definition);
    let status = funnel::status(&definition, &facts);
    let withheld = facts::wishes(look.conn(), &definition, &whole)?.unnamed;
    let visiting = visiting::of(&definition, &whole, &facts);
    let day = own::label(look.day_in(whole.market()));
    let due = |a: &visiting::Appointment| own::label(a.date) <= day;
    let trader = &whole.registers;
    let text = |field: &str| trader.text(field).map(str::to_owned);
    let personal = |field: &str| text(field).filter(|_| !withheld);
    let goods = facts
        .commodity
        .as_deref()
        .and_then(|c| definition.commodity(c));
    let channels = channels(look, &whole)?;
    let root = facts::root_of(look.conn(), id)?;
    let last = visiting.last.as_ref();
    Ok(TraderPage {
        id,
        name: personal("name"),
        nickname: personal("nickname"),
        stall: text("stall").unwrap_or_default(),
        market: look.market_name(whole.market()),
        phone: personal("phone"),
        phone_typed: personal("phone_typed"),
        goods: text("commodity"),
        goods_label: goods.map(|group| Label::new(&group.label_id, &group.label_en)),
        tile: today::tile(
            look,
            &today::TileFacts {
                stage: &status.code,
                class: priority::of_facts(&definition, &facts).class.code(),
                outcome: last.map_or("", |visit| visit.outcome.as_str()),
                met: visiting.met,
                visited: last.is_some(),
                due: visiting.appointment.as_ref().is_some_and(due),
            },
        ),
        stage: StageName {
            label: look.stage_label(&status.code),
            layer: layers::layer(&definition, &status.code),
            code: status.code.clone(),
        },
        stages: stages(look, &status),
        anonymous: trader.flag("anonymous"),
        withheld,
        erased: trader.flag(ERASED),
        withdrawn: trader.flag("withdrawn"),
        next_step: next_step(&channels),
        channels,
        visits: visits(look, &whole, withheld)?,
        needs: needs(look, &whole),
        consent: consent_lines(look, &whole),
        conflicts: conflicts(look, &whole, withheld)?,
        appointment: visiting.appointment.map(|appointment| Appointment {
            date: own::label(appointment.date),
            at: Some(appointment.at).filter(|at| !at.is_empty()),
            note: Some(appointment.note).filter(|note| !note.is_empty() && !withheld),
        }),
        shown_under: (root != id).then_some(root),
        has_draft: draft::get(look.conn(), look.me.person_id, id)?.is_some(),
    })
}

fn stages(look: &Look<'_>, status: &FunnelStatus) -> Vec<StageReached> {
    let stage = |stage: &funnel::StageStatus| StageReached {
        code: stage.code.clone(),
        label: look.stage_label(&stage.code),
        layer: layers::layer(&look.definition, &stage.code),
        reached: stage.n <= status.stage,
        at: stage.since.map(own::label),
    };
    status.stages.iter().map(stage).collect()
}

/// Preparation, training and every channel, with what is done of each.
pub fn channels(look: &Look<'_>, whole: &Whole) -> Result<Vec<ChannelSteps>> {
    let definition = &look.definition;
    let today = look.day_in(whole.market());
    let mut lines = vec![
        (
            CHANNEL_PREPARATION,
            Label::new("Persiapan", "Preparation"),
            true,
        ),
        (CHANNEL_TRAINING, Label::new("Pelatihan", "Training"), true),
    ];
    for channel in definition.channels() {
        let state = definition.channel_state_on(&channel.code, today);
        let open = matches!(state, Some("open" | "unknown")) && channel.default_on;
        lines.push((&channel.code, Label::same(&channel.name), open));
    }
    let mut channels = Vec::new();
    for (code, name, open) in lines {
        let touched: Vec<(&str, &Registers)> = whole
            .of_kind("step")
            .filter_map(|(_, step)| Some((step.text("code")?, step)))
            .filter(|(step, _)| definition.step(step).is_some_and(|s| s.channel == code))
            .collect();
        let begun = touched
            .iter()
            .any(|(_, step)| step.text("state") == Some("selesai"));
        let first_ms = touched
            .iter()
            .filter_map(|(_, step)| step.origin("state").map(|o| o.stamp.ms()))
            .min();
        let started = first_ms.map_or(today, |ms| definition.working_day(whole.market(), ms));
        let version = definition.checklist_version_on(code, started);
        let mut steps = Vec::new();
        for step in definition.steps_in_version(code, version) {
            let known = touched.iter().find(|(known, _)| *known == step.code);
            steps.push(step_line(look, step, known.map(|(_, r)| *r))?);
        }
        if steps.is_empty() {
            continue;
        }
        let count = |wanted: &dyn Fn(&StepLine) -> bool| {
            u32::try_from(steps.iter().filter(|step| wanted(step)).count()).unwrap_or(u32::MAX)
        };
        channels.push(ChannelSteps {
            code: code.to_owned(),
            name,
            done: count(&|step| step.done),
            total: count(&|step| step.done || !(step.optional || step.state == "tidak_perlu")),
            on: open || begun,
            begun,
            steps,
        });
    }
    Ok(channels)
}

fn step_line(look: &Look<'_>, step: &Step, known: Option<&Registers>) -> Result<StepLine> {
    let state = known.and_then(|r| r.text("state")).unwrap_or("terbuka");
    let origin = known.and_then(|r| r.origin("state"));
    let by = match origin {
        Some(origin) => look.person_name(origin.author.0)?,
        None => None,
    };
    let hint = match (
        step.own_phone_only,
        step.evidence.as_str(),
        step.min,
        step.max,
    ) {
        (true, ..) => Some(Label::new(
            "di HP pedagang sendiri",
            "on the trader's own phone",
        )),
        (_, "photo", Some(min), Some(max)) => Some(Label::new(
            format!("{min} sampai {max} foto"),
            format!("{min} to {max} photos"),
        )),
        (_, "photo", ..) => Some(Label::new("dengan foto", "with a photo")),
        _ => None,
    };
    Ok(StepLine {
        code: step.code.clone(),
        label: Label::new(&step.label_id, &step.label_en),
        done: state == "selesai",
        state: state.to_owned(),
        by,
        at: origin.map(|o| time(o.stamp.ms())),
        mine: origin.is_some_and(|o| look.is_me(o.author.0)),
        optional: step.optional,
        hint,
    })
}

/// The first open step of what is begun; else of the preparation; else of the first channel that is on.
fn next_step(channels: &[ChannelSteps]) -> Option<String> {
    let own =
        |c: &&ChannelSteps| ![CHANNEL_PREPARATION, CHANNEL_TRAINING].contains(&c.code.as_str());
    let begun = channels.iter().filter(own).filter(|c| c.begun);
    let preparation = channels.iter().filter(|c| c.code == CHANNEL_PREPARATION);
    let others = channels.iter().filter(own).filter(|c| c.on);
    begun
        .chain(preparation)
        .chain(others)
        .flat_map(|channel| &channel.steps)
        .find(|step| step.state == "terbuka" && !step.optional)
        .map(|step| step.code.clone())
}

fn visits(look: &Look<'_>, whole: &Whole, withheld: bool) -> Result<Vec<VisitLine>> {
    let returned = look::returns_to(look)?;
    let mut lines: Vec<(i64, VisitLine)> = Vec::new();
    for (id, visit) in whole.of_kind("visit") {
        let (Some(origin), Some(at_ms)) = (visit.origin("trader"), visit_at_ms(visit)) else {
            continue;
        };
        let outcome = visit.text("outcome").unwrap_or_default();
        let market = visit.text("market").unwrap_or_default();
        let steps = whole.of_kind("step").filter_map(|(_, step)| {
            let state = step.origin("state")?;
            let same = state.device == origin.device && state.n == origin.n;
            (same && step.text("state") == Some("selesai"))
                .then(|| look.step_label(step.text("code").unwrap_or_default()))
        });
        let open_return = returned.iter().find(|open| open.visit == id);
        let line = VisitLine {
            id,
            at: time(at_ms),
            day: own::label(look.definition.working_day(market, at_ms)),
            outcome: outcome.to_owned(),
            outcome_label: look.outcome_label(outcome),
            by: look.person_name(origin.author.0)?,
            mine: look.is_me(origin.author.0),
            note: visit.text("note").filter(|_| !withheld).map(str::to_owned),
            steps: steps.collect(),
            sent: match open_return {
                Some(_) => SentState::Returned,
                None => sent(look, id)?,
            },
            void: look.definition.is_void(outcome),
            return_id: open_return.map(|open| open.id),
        };
        lines.push((at_ms, line));
    }
    lines.sort_by_key(|(at_ms, line)| (Reverse(*at_ms), line.id));
    Ok(lines.into_iter().map(|(_, line)| line).collect())
}

/// Where a visit stands: what another tablet recorded is here because it was sent.
fn sent(look: &Look<'_>, visit: Uuid) -> Result<SentState> {
    let open = own::open_touching(look.conn(), &RecordKey::new("visit", visit))?;
    Ok(match open.as_slice() {
        [] => SentState::Sent,
        open if open
            .iter()
            .any(|own| own.state != OwnState::Waiting && own.state.is_open()) =>
        {
            SentState::Held
        }
        _ => SentState::Tablet,
    })
}

fn needs(look: &Look<'_>, whole: &Whole) -> Vec<NeedLine> {
    whole
        .of_kind("need")
        .filter_map(|(_, need)| {
            let code = need.text("code")?;
            let state = need.text("state").unwrap_or("terbuka");
            let known = look.definition.need(code);
            Some(NeedLine {
                label: known.map_or(Label::same(code), |n| Label::new(&n.label_id, &n.label_en)),
                state_label: look.code_label("need_states", state),
                code: code.to_owned(),
                state: state.to_owned(),
            })
        })
        .collect()
}

fn consent_lines(look: &Look<'_>, whole: &Whole) -> Vec<ConsentLine> {
    let given = whole.consents(&look.definition);
    let purposes = look.definition.code_values("consent_purposes").iter();
    purposes
        .filter_map(|purpose| purpose.get("code")?.as_str())
        .map(|purpose| {
            let latest = given
                .iter()
                .filter(|consent| consent.purposes.contains_key(purpose))
                .max_by_key(|consent| (consent.at_ms, consent.id));
            let method = latest.and_then(|latest| {
                let (_, record) = whole.of_kind("consent").find(|(id, _)| *id == latest.id)?;
                record.text("method")
            });
            ConsentLine {
                label: look.code_label("consent_purposes", purpose),
                state: match consent::state(&given, purpose) {
                    ConsentState::NotAsked => ConsentAnswer::NotAsked,
                    ConsentState::Yes => ConsentAnswer::Yes,
                    ConsentState::No => ConsentAnswer::No,
                },
                at: latest.map(|consent| time(consent.at_ms)),
                method_label: method.map(|code| look.code_label("consent_methods", code)),
                method: method.map(str::to_owned),
                purpose: purpose.to_owned(),
            }
        })
        .collect()
}

/// The words of a value that is a code: an answer's choice, a group of goods, a market.
fn value_label(look: &Look<'_>, field: &str, value: &serde_json::Value) -> Option<Label> {
    let code = value.as_str()?;
    match field {
        "commodity_code" => {
            let group = look.definition.commodity(code)?;
            Some(Label::new(&group.label_id, &group.label_en))
        }
        "market" => Some(Label::same(&look.definition.market(code)?.name)),
        _ => {
            let weights = &look.definition.priority;
            let mut asks = weights.willingness.iter().chain(&weights.ability);
            let ask = asks.find(|ask| ask.code == field)?;
            let choice = ask.choices.iter().find(|choice| choice.code == code)?;
            Some(Label::new(&choice.label_id, &choice.label_en))
        }
    }
}

fn conflicts(look: &Look<'_>, whole: &Whole, withheld: bool) -> Result<Vec<ConflictLine>> {
    let mut lines = Vec::new();
    for conflict in trader::conflicts(look.conn(), whole, withheld)? {
        let field = kinds::kind(&conflict.kind).and_then(|kind| kind.field(&conflict.field));
        let mut lost = Vec::new();
        for value in conflict.lost {
            lost.push(LostValue {
                by: look.person_name(value.by)?,
                label: value_label(look, &conflict.field, &value.value),
                value: value.value,
                at: time(value.at_ms),
            });
        }
        lines.push(ConflictLine {
            label: field.map_or(Label::same(&conflict.field), |f| {
                Label::new(f.label_id, f.label_en)
            }),
            kept_label: value_label(look, &conflict.field, &conflict.kept),
            kind: conflict.kind,
            id: conflict.id,
            field: conflict.field,
            kept: conflict.kept,
            lost,
        });
    }
    Ok(lines)
}
