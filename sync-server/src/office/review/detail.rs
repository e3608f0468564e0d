//! What a lead judges one visit by: what was recorded, when beside the author's other visits, and this trader's history.

use super::list::{Reviewed, content};
use super::worst::place;
use crate::office::desk::Desk;
use crate::office::error::OfficeError;
use crate::office::family::{ASSISTANCE, Families, is_refused};
use crate::office::state::Snapshot;
use crate::store::Registry;
use crate::store::rows::{EnrolmentRow, VisitRow};
use grebeg_core::change::Change;
use grebeg_core::definition::Definition;
use grebeg_core::gather;
use grebeg_core::id::PersonId;
use grebeg_core::merge::ERASED;
use grebeg_core::register::Registers;
use grebeg_core::rules::consent::{self, ConsentState};
use grebeg_core::rules::facts::Facts;
use grebeg_core::rules::funnel;
use grebeg_core::rules::layers::layer;
use grebeg_core::rules::visit_checks::{Level, Oddity};
use grebeg_core::value::Value;
use grebeg_core::wire::json::time;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// How far around a visit its author's other visits are shown.
const AROUND_MS: i64 = 45 * 60_000;
/// Flags that only the author's other visits explain.
const PACE: [&str; 3] = ["terlalu_cepat", "langkah_serentak", "catatan_sama"];
/// Visits of a trader that are shown, newest first.
const HISTORY_MAX: usize = 12;

/// Everything that is looked up once for a day.
pub struct Details<'a> {
    definition: &'a Definition,
    snapshot: &'a Snapshot,
    families: &'a Families,
    filed: HashMap<Uuid, VisitRow>,
    /// What created each visit.
    changes: HashMap<Uuid, Change>,
    /// Each author's visits of the day by time.
    days: BTreeMap<Option<PersonId>, Vec<(i64, Uuid)>>,
    /// Visits that were flagged as too fast.
    fast: BTreeSet<Uuid>,
    states: HashMap<Uuid, &'static str>,
}

impl<'a> Details<'a> {
    pub fn new(
        desk: &mut Desk<'_>,
        definition: &'a Definition,
        snapshot: &'a Snapshot,
        families: &'a Families,
        visits: &[&Reviewed],
    ) -> Result<Self, OfficeError> {
        let ids: BTreeSet<Uuid> = visits.iter().map(|v| v.visit).collect();
        let filed = desk.store.filed_visits()?.into_iter();
        let filed = filed
            .filter(|f| f.seq > 0 && f.seq <= snapshot.seq)
            .map(|f| (f.visit.visit, f))
            .filter(|(id, _)| ids.contains(id));
        let filed: HashMap<Uuid, VisitRow> = filed.collect();
        let mut changes = HashMap::new();
        for (id, row) in &filed {
            if let Some(change) = content(desk, row)? {
                changes.insert(*id, change);
            }
        }
        let mut days: BTreeMap<Option<PersonId>, Vec<(i64, Uuid)>> = BTreeMap::new();
        for visit in visits {
            days.entry(visit.author)
                .or_default()
                .push((visit.at_ms, visit.visit));
        }
        days.values_mut().for_each(|day| day.sort_unstable());
        let fast = |v: &&&Reviewed| v.codes(Level::Flag).contains(&"terlalu_cepat");
        Ok(Self {
            definition,
            snapshot,
            families,
            filed,
            changes,
            days,
            fast: visits.iter().filter(fast).map(|v| v.visit).collect(),
            states: visits.iter().map(|v| (v.visit, v.state.code())).collect(),
        })
    }

    pub fn visit(&self, v: &Reviewed) -> Json {
        let nothing = Registers::default();
        let visit = self.snapshot.get("visit", v.visit).unwrap_or(&nothing);
        let root = self.families.root(v.trader);
        let trader = self.snapshot.get("trader", root).unwrap_or(&nothing);
        let facts = self
            .families
            .facts(self.snapshot, self.definition, v.trader);
        let saved_ms = self.filed.get(&v.visit).map_or(v.at_ms, |f| f.stamp.ms());
        let outcome = self.definition.outcome(&v.outcome);
        let mut flags: Vec<&Oddity> = v
            .oddities
            .iter()
            .filter(|o| o.level == Level::Flag)
            .collect();
        flags.sort_by_key(|o| place(o.code));
        let warnings = v.oddities.iter().filter(|o| o.level == Level::Warning);
        let withheld = trader.flag(ERASED) || is_refused(self.definition, &facts);
        let goods = gather::commodity(self.definition, trader).and_then(|code| {
            self.definition
                .commodity(&code)
                .map(|c| pair(&c.label_id, &c.label_en))
        });
        let answers = visit.value("answers").and_then(Value::as_map);
        let hour = answers
            .and_then(|map| map.get("janji_jam"))
            .and_then(Value::as_text);
        json!({
            "visit_id": v.visit.to_string(),
            "trader": {
                "id": root.to_string(),
                "name": v.trader_name,
                "withheld": withheld,
                "stall": trader.text("stall"),
                "market": v.market,
                "market_name": self.definition.market(&v.market).map(|m| m.name.as_str()),
                "goods": trader.text("commodity").filter(|_| !withheld),
                "goods_label": goods,
            },
            "author": { "id": v.author.map(|a| a.to_string()), "name": v.author_name },
            "at": time(v.at_ms),
            "gap_s": self.gap_s(v.author, v.visit),
            "received_at": self.filed.get(&v.visit).map(|f| time(f.received_ms)),
            "outcome": v.outcome,
            "outcome_label": outcome.map_or_else(|| pair(&v.outcome, &v.outcome), |o| pair(&o.label_id, &o.label_en)),
            "outcome_group": outcome.map(|o| o.group.as_str()),
            "taught": outcome.is_some_and(|o| o.taught),
            "reason": visit.text("reason").map(|code| self.reason(code)),
            "steps": self.steps(v.visit),
            "note": visit.text("note"),
            "follow_up_date": visit.text("follow_up_date"),
            "follow_up_hour": hour,
            "stage_before": self.stage(&facts, |at_ms, id| (at_ms, id) < (v.at_ms, v.visit), |at_ms| at_ms < saved_ms),
            "stage_after": self.stage(&facts, |at_ms, id| (at_ms, id) <= (v.at_ms, v.visit), |at_ms| at_ms <= saved_ms),
            "state": v.state.code(),
            "flags": flags.iter().map(|o| self.flag(v, o, trader)).collect::<Vec<_>>(),
            "warnings": warnings.map(|o| json!({ "code": o.code, "about": self.about(o) })).collect::<Vec<_>>(),
            "timeline": if flags.iter().any(|o| PACE.contains(&o.code)) { self.timeline(v) } else { Vec::new() },
            "consent": consent_json(&facts),
            "clock": self.clock(v.visit, visit, v.at_ms),
            "returns": self.returns(v.visit),
            "history": self.history(&facts),
        })
    }

    /// Seconds since the same author's visit before, on the same day: the visit took at most that long.
    fn gap_s(&self, author: Option<PersonId>, visit: Uuid) -> Option<i64> {
        let day = self.days.get(&author)?;
        let at = day.iter().position(|(_, id)| *id == visit)?;
        let (before, _) = day.get(at.checked_sub(1)?)?;
        let (own, _) = day.get(at)?;
        Some((own - before) / 1_000)
    }

    /// The author's visits around this one.
    fn timeline(&self, v: &Reviewed) -> Vec<Json> {
        let day = self.days.get(&v.author).map_or(&[][..], Vec::as_slice);
        let near = day
            .iter()
            .filter(|(at_ms, _)| (at_ms - v.at_ms).abs() <= AROUND_MS);
        near.map(|(at_ms, id)| {
            json!({
                "visit_id": id.to_string(), "at": time(*at_ms), "gap_s": self.gap_s(v.author, *id),
                "fast": self.fast.contains(id),
            })
        })
        .collect()
    }

    fn flag(&self, v: &Reviewed, oddity: &Oddity, trader: &Registers) -> Json {
        let mut evidence = json!({});
        match oddity.code {
            "terlalu_cepat" => {
                let run = self.run_of(v);
                evidence = json!({ "visits": run.len(), "minutes": span_minutes(&run) });
            }
            "hp_sama" => evidence = json!({ "others": self.same_phone(v, trader) }),
            _ => {}
        }
        json!({
            "code": oddity.code,
            "label": pair(
                self.definition.code_label("quality_flags", oddity.code, "id"),
                self.definition.code_label("quality_flags", oddity.code, "en"),
            ),
            "about": oddity.about,
            "about_label": self.about(oddity),
            "evidence": evidence,
        })
    }

    /// The stretch of fast visits, one after the other, that this one stands in.
    fn run_of(&self, v: &Reviewed) -> Vec<i64> {
        let day = self.days.get(&v.author).map_or(&[][..], Vec::as_slice);
        let mut run: Vec<i64> = Vec::new();
        let mut holds = false;
        for (at_ms, id) in day {
            if self.fast.contains(id) {
                run.push(*at_ms);
                holds |= *id == v.visit;
            } else if holds {
                break;
            } else {
                run.clear();
            }
        }
        run
    }

    /// Other traders with the same number, by stall; never the number itself.
    fn same_phone(&self, v: &Reviewed, trader: &Registers) -> Vec<Json> {
        let Some(phone) = trader.text("phone") else {
            return Vec::new();
        };
        let root = self.families.root(v.trader);
        let others = self.snapshot.of_kind("trader").filter(|(id, other)| {
            other.text("phone") == Some(phone)
                && other.text("market") == trader.text("market")
                && self.families.root(*id) == *id
                && *id != root
        });
        others
            .take(20)
            .map(|(_, other)| json!({ "stall": other.text("stall"), "name": other.text("name") }))
            .collect()
    }

    /// What an oddity is about, in words where there are some.
    fn about(&self, oddity: &Oddity) -> Option<Json> {
        let about = oddity.about.as_str();
        if about.is_empty() {
            return None;
        }
        if let Some(step) = self.definition.step(about) {
            return Some(pair(&step.label_id, &step.label_en));
        }
        if let Some(channel) = self.definition.channel(about) {
            return Some(pair(&channel.name, &channel.name));
        }
        Some(pair(about, about))
    }

    fn reason(&self, code: &str) -> Json {
        let known = self.definition.obstacle(code);
        known.map_or_else(|| pair(code, code), |o| pair(&o.label_id, &o.label_en))
    }

    /// Steps that the visit's own change set to done, and those that it opened again.
    fn steps(&self, visit: Uuid) -> Vec<Json> {
        let change = self.changes.get(&visit);
        let mut steps = Vec::new();
        for patch in change.into_iter().flat_map(|c| &c.patches) {
            let said = |field: &str| patch.value(field).and_then(Value::as_text);
            if patch.kind != "step" || said("state").is_none() {
                continue;
            }
            let known = self.snapshot.get("step", patch.id);
            let code = said("code").or_else(|| known.and_then(|r| r.text("code")));
            let Some(step) = code.and_then(|code| self.definition.step(code)) else {
                continue;
            };
            let channel = self.definition.channel(&step.channel);
            steps.push(json!({
                "code": step.code, "label": pair(&step.label_id, &step.label_en), "training": step.is_training(),
                "channel": channel.map(|c| c.name.as_str()), "done": said("state") == Some("selesai"),
                "evidence": said("evidence"), "needs_evidence": step.evidence != "none" && !step.evidence.is_empty(),
            }));
        }
        steps
    }

    /// The stage through the visits and other records that are wanted.
    fn stage(
        &self,
        facts: &Facts,
        visit: impl Fn(i64, Uuid) -> bool,
        other: impl Fn(i64) -> bool,
    ) -> Option<Json> {
        let mut facts = facts.clone();
        facts.visits.retain(|f| visit(f.at_ms, f.id));
        facts.steps.retain(|f| other(f.at_ms));
        facts.consents.retain(|f| other(f.at_ms));
        let status = funnel::current(self.definition, &facts);
        let stage = self.definition.stage(&status.code)?;
        Some(json!({
            "code": stage.code, "label": pair(&stage.label_id, &stage.label_en),
            "layer": layer(self.definition, &stage.code),
        }))
    }

    /// Whether the tablet's clock was right, and by how much not.
    fn clock(&self, id: Uuid, visit: &Registers, at_ms: i64) -> Json {
        let raw = visit.text("at_raw").and_then(parse_ms);
        let moved = self.filed.get(&id);
        let moved = moved.map(|f| f.given_stamp.ms().saturating_sub(f.stamp.ms()));
        let off_ms = raw.map(|raw| raw.saturating_sub(at_ms)).or(moved);
        json!({ "off_s": off_ms.map(|ms| ms / 1_000) })
    }

    fn returns(&self, visit: Uuid) -> Vec<Json> {
        let own = self
            .snapshot
            .of_kind("return")
            .filter(|(_, r)| r.id("visit") == Some(visit));
        let mut list: Vec<(u64, Json)> = own
            .map(|(id, r)| {
                let origin = r.origin("visit");
                let by = origin.and_then(|o| self.person(o.author));
                let seq = r.0.get("visit").map_or(0, |v| v.seq);
                let fields: Vec<&str> = r
                    .value("fields")
                    .and_then(Value::as_list)
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_text)
                    .collect();
                let told = json!({
                    "return_id": id.to_string(), "reason": r.text("reason"), "reason_text": r.text("reason_text"),
                    "fields": fields, "by": by, "at": origin.map(|o| time(o.stamp.ms())), "answered": r.flag("answered"),
                });
                (seq, told)
            })
            .collect();
        list.sort_by_key(|(seq, _)| *seq);
        list.into_iter().map(|(_, told)| told).collect()
    }

    fn history(&self, facts: &Facts) -> Vec<Json> {
        let mut visits: Vec<_> = facts
            .visits
            .iter()
            .filter(|v| !v.outcome.is_empty())
            .collect();
        visits.sort_by_key(|v| std::cmp::Reverse((v.at_ms, v.id)));
        visits
            .into_iter()
            .take(HISTORY_MAX)
            .map(|v| {
                let outcome = self.definition.outcome(&v.outcome);
                let label = outcome.map_or_else(
                    || pair(&v.outcome, &v.outcome),
                    |o| pair(&o.label_id, &o.label_en),
                );
                json!({
                    "visit_id": v.id.to_string(), "at": time(v.at_ms), "day": v.day,
                    "author": self.person(PersonId(v.author)), "outcome_label": label,
                    "gap_s": self.gap_s(Some(PersonId(v.author)), v.id),
                    "state": self.states.get(&v.id), "void": self.definition.is_void(&v.outcome),
                })
            })
            .collect()
    }

    pub fn person(&self, id: PersonId) -> Option<String> {
        let person = self.snapshot.get("person", id.0)?;
        person.text("name").map(str::to_owned)
    }

    /// Whether one of these people holds one of these markets.
    pub fn holds(&self, people: &[PersonId], markets: &[String]) -> bool {
        people
            .iter()
            .any(|p| person_markets(self.snapshot, *p).any(|m| markets.iter().any(|own| own == m)))
    }

    /// A tablet that has not sent its day.
    pub fn tablet(&self, row: &EnrolmentRow) -> Json {
        let people = row.people.iter().filter_map(|p| self.person(*p));
        json!({
            "device_id": row.first_device.to_string(), "name": row.device_name,
            "people": people.collect::<Vec<_>>(), "last_seen_at": time(row.last_seen_ms),
        })
    }
}

/// Codes of the markets that a person holds now.
pub fn person_markets(snapshot: &Snapshot, person: PersonId) -> impl Iterator<Item = &str> {
    let record = snapshot.get("person", person.0);
    let markets = record
        .and_then(|r| r.value("markets"))
        .and_then(Value::as_list);
    markets.into_iter().flatten().filter_map(Value::as_text)
}

fn consent_json(facts: &Facts) -> Json {
    let state = consent::state(&facts.consents, ASSISTANCE);
    let code = match state {
        ConsentState::Yes => "yes",
        ConsentState::No => "no",
        ConsentState::NotAsked => "not_asked",
    };
    let asked = facts
        .consents
        .iter()
        .filter(|c| c.purposes.contains_key(ASSISTANCE));
    let last = asked.max_by_key(|c| (c.at_ms, c.id));
    json!({ "state": code, "at": last.map(|c| time(c.at_ms)) })
}

fn span_minutes(at_ms: &[i64]) -> i64 {
    let span = at_ms.last().zip(at_ms.first()).map_or(0, |(b, a)| b - a);
    (span as u64).div_ceil(60_000).max(1) as i64
}

fn parse_ms(text: &str) -> Option<i64> {
    chrono::DateTime::parse_from_rfc3339(text)
        .ok()
        .map(|at| at.timestamp_millis())
}

/// A label in both languages.
pub fn pair(id: &str, en: &str) -> Json {
    json!({ "id": id, "en": en })
}
