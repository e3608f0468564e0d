//! Oddities of one visit, found from itself and what is known of its trader.

use std::collections::BTreeSet;

use chrono::{NaiveDate, Timelike};

use super::{Oddity, PaceLimits, SAME_NOTE_MIN, comparable_note, find_private_numbers};
use crate::definition::value::whole;
use crate::definition::{Channel, Definition, Outcome, Step};
use crate::rules::facts::{Answers, Facts, counted_visits, is_empty};

/// The milestones of a sales channel in the order in which they are reached.
const MILESTONES: [&str; 4] = ["account", "verified", "listed", "first_order"];
/// So long before opening and after closing work is still normal.
const HOURS_TOLERANCE_MIN: i64 = 60;
/// Fewer steps done at once are no reason to look.
const STEPS_AT_ONCE_MIN: usize = 5;

/// A step ticked in the visit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StepTick {
    pub code: String,
    pub before_campaign: bool,
    /// The evidence: a text, link or number, or the hash of a picture; empty without.
    pub evidence: String,
}

/// The visit as it is about to be saved, or as it was.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct VisitDraft {
    pub outcome: String,
    /// Market code, where it takes place.
    pub market: String,
    /// Corrected time in UTC milliseconds.
    pub at_ms: i64,
    /// Working day.
    pub day: NaiveDate,
    pub steps: Vec<StepTick>,
    pub undone_steps: Vec<String>,
    pub answers: Answers,
    pub check: Answers,
    /// Some consent was asked in this visit.
    pub consent_asked: bool,
    /// Code of the reason, if one was given.
    pub reason: String,
    pub needs: Vec<String>,
    pub follow_up_date: Option<NaiveDate>,
    pub note: String,
}

/// What is known around the visit.
#[derive(Debug, Clone, Default)]
pub struct VisitContext<'a> {
    /// The trader before this visit.
    pub facts: Facts,
    pub stall: &'a str,
    pub commodity: &'a str,
    /// How many other traders in the reader's scope have this trader's phone number.
    pub same_phone_others: usize,
    /// Times (UTC milliseconds) of the author's other visits of this working day that count.
    pub author_times_ms: &'a [i64],
    /// The notes of those visits.
    pub author_notes: &'a [String],
    pub clock_doubtful: bool,
    /// The author no longer held the market when the visit was made.
    pub former_holder: bool,
    /// The office had withdrawn the trader when the visit was made, and has not brought it back.
    pub trader_withdrawn: bool,
    pub limits: PaceLimits,
}

/// Everything odd about a visit, flags first, without doubles.
///
/// Nothing here refuses a visit: only trader and outcome are needed.
pub fn check_visit(
    definition: &Definition,
    visit: &VisitDraft,
    context: &VisitContext<'_>,
) -> Vec<Oddity> {
    let mut found: BTreeSet<Oddity> = BTreeSet::new();
    let outcome = definition.outcome(&visit.outcome);
    if definition.is_void(&visit.outcome) {
        return Vec::new();
    }
    match outcome {
        None => {
            found.insert(Oddity::warning("outcome_unknown", &visit.outcome));
        }
        Some(outcome) => {
            found.extend(missing_answers(outcome, visit));
            found.extend(trained_twice(definition, outcome, context));
        }
    }
    found.extend(about_the_trader(context));
    found.extend(pace(visit, context));
    found.extend(time(definition, visit, context));
    found.extend(steps(definition, visit));
    found.extend(order(definition, visit, context));
    found.extend(all_at_once(definition, visit, context));
    found.extend(private_numbers(visit));
    found.extend(same_note(visit, context));
    let mut found: Vec<Oddity> = found.into_iter().collect();
    found.sort_by_key(|oddity| oddity.level);
    found
}

fn about_the_trader(context: &VisitContext<'_>) -> Vec<Oddity> {
    let mut found = Vec::new();
    if context.stall.trim().is_empty() {
        found.push(Oddity::flag("tanpa_lapak", ""));
    }
    if context.commodity.trim().is_empty() {
        found.push(Oddity::flag("tanpa_barang", ""));
    }
    if context.same_phone_others > 0 {
        found.push(Oddity::flag(
            "hp_sama",
            context.same_phone_others.to_string(),
        ));
    }
    if context.former_holder {
        found.push(Oddity::flag("bekas_pemegang", ""));
    }
    if context.trader_withdrawn {
        found.push(Oddity::flag("pedagang_ditarik", ""));
    }
    found
}

fn pace(visit: &VisitDraft, context: &VisitContext<'_>) -> Option<Oddity> {
    let limits = context.limits;
    let within = |ms: i64| {
        context
            .author_times_ms
            .iter()
            .filter(|at| (0..ms).contains(&visit.at_ms.saturating_sub(**at)))
            .count()
            + 1
    };
    let about = if context
        .author_times_ms
        .iter()
        .any(|at| visit.at_ms.abs_diff(*at) < limits.gap_min_ms.unsigned_abs())
    {
        format!("gap_s<{}", limits.gap_min_ms / 1000)
    } else if within(3_600_000) > limits.visits_per_hour_max {
        format!("per_hour>{}", limits.visits_per_hour_max)
    } else if within(limits.burst_ms) > limits.visits_per_burst_max {
        format!("per_burst>{}", limits.visits_per_burst_max)
    } else if context.author_times_ms.len() + 1 > limits.visits_per_day_max {
        format!("per_day>{}", limits.visits_per_day_max)
    } else {
        return None;
    };
    Some(Oddity::flag("terlalu_cepat", about))
}

fn time(definition: &Definition, visit: &VisitDraft, context: &VisitContext<'_>) -> Vec<Oddity> {
    let mut found = Vec::new();
    if context.clock_doubtful {
        found.push(Oddity::flag("jam_tablet", ""));
    }
    let campaign = &definition.campaign;
    let before = campaign
        .training_date
        .or(campaign.field_from)
        .is_some_and(|from| visit.day < from);
    if before || campaign.field_to.is_some_and(|to| visit.day > to) {
        found.push(Oddity::warning("outside_campaign", visit.day.to_string()));
    }
    let opening = definition
        .market(&visit.market)
        .map(|market| market.opening)
        .unwrap_or_default();
    if let (Some(open), Some(close)) = (opening.open, opening.close) {
        let minutes = |time: chrono::NaiveTime| i64::from(time.num_seconds_from_midnight() / 60);
        let (from, to) = (
            minutes(open) - HOURS_TOLERANCE_MIN,
            minutes(close) + HOURS_TOLERANCE_MIN,
        );
        let local = definition.local_time(visit.at_ms).time();
        let now = minutes(local);
        // A market may close after midnight; then the hours wrap around.
        let length = (to - from).rem_euclid(24 * 60);
        let open_all_day = to - from >= 24 * 60;
        if !open_all_day && (now - from).rem_euclid(24 * 60) > length {
            found.push(Oddity::flag(
                "di_luar_jam",
                local.format("%H:%M").to_string(),
            ));
        }
    }
    found
}

fn missing_answers(outcome: &Outcome, visit: &VisitDraft) -> Vec<Oddity> {
    let answered = |question: &str| {
        visit
            .answers
            .get(question)
            .is_some_and(|answer| !is_empty(answer))
    };
    let given = |question: &str| match question {
        "topik_latihan" => visit
            .steps
            .iter()
            .any(|step| step.code.starts_with("latih.")),
        "langkah" => !visit.steps.is_empty() || !visit.undone_steps.is_empty(),
        "kebutuhan" => !visit.needs.is_empty(),
        "persetujuan" => visit.consent_asked,
        "cek_aktivitas" => visit.check.values().any(|value| !is_empty(value)),
        "alasan_menolak" | "alasan_tertunda" | "hambatan" => !visit.reason.is_empty(),
        "janji" | "kapan_pemilik_ada" | "perkiraan_buka" => visit.follow_up_date.is_some(),
        _ => false,
    };
    let asks = outcome
        .asks
        .iter()
        .filter(|question| !answered(question) && !given(question));
    asks.map(|question| Oddity::warning("answer_missing", question))
        .collect()
}

fn trained_twice(
    definition: &Definition,
    outcome: &Outcome,
    context: &VisitContext<'_>,
) -> Option<Oddity> {
    let facts = &context.facts;
    let required = definition.steps_of(crate::definition::CHANNEL_TRAINING);
    let mut required = required.iter().filter(|topic| topic.required).peekable();
    let all_done = required.peek().is_some()
        && required.all(|topic| {
            facts
                .steps
                .iter()
                .any(|step| step.is_done() && step.code == topic.code)
        });
    let earlier = counted_visits(definition, &facts.visits);
    let earlier = earlier.iter().find(|visit| {
        definition
            .outcome(&visit.outcome)
            .is_some_and(|outcome| outcome.taught)
    });
    earlier
        .filter(|_| outcome.taught && all_done)
        .map(|visit| Oddity::flag("dilatih_dua_kali", visit.day.to_string()))
}

/// Channel, evidence and range of each step that was ticked.
fn steps(definition: &Definition, visit: &VisitDraft) -> Vec<Oddity> {
    let mut found = Vec::new();
    for tick in &visit.steps {
        let Some(step) = definition.step(&tick.code) else {
            found.push(Oddity::warning("step_unknown", &tick.code));
            continue;
        };
        if let Some(channel) = definition
            .channel(&step.channel)
            .filter(|_| !tick.before_campaign)
        {
            match definition.channel_state_on(&channel.code, visit.day) {
                Some("closed" | "closing") => {
                    found.push(Oddity::warning("channel_closed", &channel.code))
                }
                None => found.push(Oddity::warning("channel_not_open", &channel.code)),
                Some(_) => {}
            }
        }
        found.extend(evidence(step, tick));
    }
    found
}

fn evidence(step: &Step, tick: &StepTick) -> Option<Oddity> {
    // What the trader does on the own phone leaves no evidence here on purpose.
    if step.evidence == "none" || step.own_phone_only || tick.before_campaign {
        return None;
    }
    let given = tick.evidence.trim();
    if given.is_empty() {
        let code_for = if step.milestone.is_empty() {
            Oddity::warning
        } else {
            Oddity::flag
        };
        let code = if step.milestone.is_empty() {
            "evidence_missing"
        } else {
            "tahap_tanpa_bukti"
        };
        return Some(code_for(code, step.code.clone()));
    }
    if step.evidence != "number" {
        return None;
    }
    let number = whole(&serde_json::Value::String(given.to_owned()));
    let outside = number.is_none_or(|number| {
        step.min.is_some_and(|min| number < min) || step.max.is_some_and(|max| number > max)
    });
    outside.then(|| Oddity::warning("value_out_of_range", step.code.clone()))
}

/// Milestones that were ticked although an earlier one of the same channel is open.
fn order(definition: &Definition, visit: &VisitDraft, context: &VisitContext<'_>) -> Vec<Oddity> {
    let undone = |code: &str| visit.undone_steps.iter().any(|undone| undone == code);
    let before = context
        .facts
        .steps
        .iter()
        .filter(|step| step.is_done() && !undone(&step.code))
        .map(|step| step.code.as_str());
    let done: BTreeSet<&str> = before
        .chain(visit.steps.iter().map(|tick| tick.code.as_str()))
        .collect();
    let reached = |channel: &Channel, milestone: &str| {
        done.iter()
            .filter_map(|code| definition.step(code))
            .any(|step| step.channel == channel.code && step.milestone == milestone)
    };
    let mut found = Vec::new();
    for tick in &visit.steps {
        let Some(step) = definition.step(&tick.code) else {
            continue;
        };
        let Some(channel) = definition
            .channel(&step.channel)
            .filter(|channel| channel.is_sales())
        else {
            continue;
        };
        let Some(place) = MILESTONES
            .iter()
            .position(|milestone| *milestone == step.milestone)
        else {
            continue;
        };
        let needed = MILESTONES
            .iter()
            .take(place)
            .filter(|milestone| **milestone != "verified" || channel.verification != "none");
        if let Some(missing) = needed
            .into_iter()
            .find(|milestone| !reached(channel, milestone))
        {
            found.push(Oddity::flag(
                "urutan",
                format!("{} before {missing}", step.code),
            ));
        }
    }
    let products = visit
        .check
        .get("produk_tayang")
        .and_then(whole)
        .unwrap_or(0);
    let any_account = definition
        .channels()
        .iter()
        .any(|channel| channel.is_sales() && reached(channel, "account"));
    if products > 0 && !any_account {
        found.push(Oddity::flag("urutan", "cek_aktivitas before account"));
    }
    found
}

/// A whole checklist of a channel done in this one visit.
fn all_at_once(
    definition: &Definition,
    visit: &VisitDraft,
    context: &VisitContext<'_>,
) -> Vec<Oddity> {
    let ticked: BTreeSet<&str> = visit
        .steps
        .iter()
        .filter(|tick| !tick.before_campaign)
        .map(|tick| tick.code.as_str())
        .collect();
    let channels: BTreeSet<&str> = ticked
        .iter()
        .filter_map(|code| definition.step(code))
        .map(|step| step.channel.as_str())
        .filter(|code| definition.channel(code).is_some())
        .collect();
    let whole_list = |channel: &&&str| {
        let version = definition.checklist_version_on(channel, visit.day);
        let steps = definition.steps_in_version(channel, version);
        let needed: Vec<&&Step> = steps.iter().filter(|step| !step.optional).collect();
        let done_before = context
            .facts
            .steps
            .iter()
            .any(|step| step.is_done() && needed.iter().any(|needed| needed.code == step.code));
        needed.len() >= STEPS_AT_ONCE_MIN
            && !done_before
            && needed
                .iter()
                .all(|step| ticked.contains(step.code.as_str()))
    };
    channels
        .iter()
        .filter(whole_list)
        .map(|channel| Oddity::flag("langkah_serentak", *channel))
        .collect()
}

fn private_numbers(visit: &VisitDraft) -> Vec<Oddity> {
    let answers = visit
        .answers
        .iter()
        .chain(&visit.check)
        .filter_map(|(question, answer)| Some((question.as_str(), answer.as_str()?)));
    let evidence = visit
        .steps
        .iter()
        .map(|tick| (tick.code.as_str(), tick.evidence.as_str()));
    // The hash of a picture is a long row of letters and digits and no text that somebody typed.
    let evidence = evidence.filter(|(_, text)| {
        !(text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()))
    });
    let texts = std::iter::once(("note", visit.note.as_str()))
        .chain(answers)
        .chain(evidence);
    texts
        .filter(|(_, text)| !find_private_numbers(text).is_empty())
        .map(|(place, _)| Oddity::flag("nomor_pribadi", place))
        .collect()
}

fn same_note(visit: &VisitDraft, context: &VisitContext<'_>) -> Option<Oddity> {
    let note = comparable_note(&visit.note)?;
    let times = context
        .author_notes
        .iter()
        .filter(|earlier| comparable_note(earlier).as_ref() == Some(&note))
        .count()
        + 1;
    (times >= SAME_NOTE_MIN).then(|| Oddity::flag("catatan_sama", times.to_string()))
}

#[cfg(test)]
#[path = "visit_tests.rs"]
mod tests;
