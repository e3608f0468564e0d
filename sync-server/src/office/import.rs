//! Importing a market operator's register: which trader a row means, and what of it is news from the register.
//!
//! A value is written only where the register itself says something else than the last time, so that corrections made
//! at the stall stay. Only keyed hashes of what a register said are kept for that. An empty cell says nothing.

use super::desk::Desk;
use super::error::OfficeError;
use super::family::refused_traders;
use super::import_rows::{Said, Target, targets};
use super::pairs;
use super::state::Snapshot;
use crate::register::{Finding, Judged, RegisterTable, judge_all};
use crate::store::Registry;
use crate::store::rows::RegisterValue;
use grebeg_core::change::Patch;
use grebeg_core::definition::Definition;
use grebeg_core::kinds::{self, Personal, Role};
use grebeg_core::limits::TEXT_CHARS_MAX;
use grebeg_core::merge::ERASED;
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::rules::phone;
use grebeg_core::sync::store::Store;
use grebeg_core::value::Value;
use serde_json::{Value as Json, json};
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// What an import did, in rows of the file.
#[derive(Debug, Default)]
pub struct Imported {
    pub created: u64,
    pub updated: u64,
    pub unchanged: u64,
    pub refused_rows: u64,
    pub refused: Vec<Finding>,
    pub warnings: Vec<Finding>,
    pub possible_duplicates: Vec<Json>,
    pub register: String,
}

impl Imported {
    pub fn rows(&self) -> u64 {
        self.created + self.updated + self.unchanged + self.refused_rows
    }

    pub fn to_json(&self) -> Json {
        let list = |findings: &[Finding]| -> Json {
            let one = |f: &Finding| json!({ "row": f.row, "column": f.column, "reason": f.reason, "code": f.code });
            findings.iter().map(one).collect()
        };
        json!({
            "rows": self.rows(), "created": self.created, "updated": self.updated, "unchanged": self.unchanged,
            "refused_rows": self.refused_rows, "refused": list(&self.refused), "warnings": list(&self.warnings),
            "possible_duplicates": self.possible_duplicates, "register": self.register,
        })
    }
}

/// An import under way: its rows are taken in parts, each in a transaction of its own, so that tablets can sync in between.
///
/// Each row is a change by itself, and an import that was broken off is finished by doing it again.
pub struct Import {
    definition: Definition,
    register: String,
    demo: bool,
    /// Traders who refused to be recorded by name: the register does not bring the name back.
    refusing: HashSet<Uuid>,
    rows: Vec<(Said, Uuid)>,
    next: usize,
    /// New traders and the lines that they came from.
    created: HashMap<Uuid, usize>,
    /// What a rehearsal would have written.
    unwritten: Option<Vec<Patch>>,
    answer: Imported,
}

/// Imports a register that was read; all of it within the desk's transaction. See [`Import::plan`].
pub fn import(
    desk: &mut Desk<'_>,
    table: &RegisterTable,
    register: Option<&str>,
    demo: bool,
) -> Result<Imported, OfficeError> {
    let mut import = Import::plan(desk, table, register, demo)?;
    import.take(desk, Duration::MAX)?;
    import.finish(desk)
}

impl Import {
    /// Judges a register that was read, and finds whom its rows mean. Only reads.
    ///
    /// `register`: its name, part of every id; without one the campaign's operator. `demo`: the traders are invented.
    /// Errors: `NotAllowed`, a bad register name, the store's. Rows that cannot be taken are no errors, they are in the answer.
    pub fn plan(
        desk: &mut Desk<'_>,
        table: &RegisterTable,
        register: Option<&str>,
        demo: bool,
    ) -> Result<Self, OfficeError> {
        desk.needs(&[Role::Admin], "an admin")?;
        let definition = desk.definition()?;
        let register = register_name(&definition, register)?;
        let resolve = |typed: &str| definition.market_by_name(typed).map(|m| m.code.clone());
        let judged = judge_all(table, &resolve, &|typed| phone::normalise(typed));
        let mut answer = Imported {
            warnings: table.warnings.clone(),
            register: register.clone(),
            ..Imported::default()
        };
        let mut said = Vec::new();
        for judged in judged {
            match judged {
                Judged::Taken(taken) => said.push(Said::new(&desk.row.export_key, *taken)),
                Judged::Refused(findings) => {
                    answer.refused_rows += 1;
                    answer.refused.extend(findings);
                }
            }
        }
        let refusing = refused_traders(desk, &definition)?;
        let known = desk.store.register_values(&register)?;
        let targets = targets(desk, &register, &said, &known)?;
        let mut rows = Vec::with_capacity(said.len());
        for (said, target) in said.into_iter().zip(targets) {
            match target {
                Target::Trader(id) => rows.push((said, id)),
                Target::Refused(finding) => {
                    answer.refused_rows += 1;
                    answer.refused.push(finding);
                }
            }
        }
        Ok(Self {
            definition,
            register,
            demo,
            refusing,
            rows,
            next: 0,
            created: HashMap::new(),
            unwritten: None,
            answer,
        })
    }

    /// Rows that are taken so far, and all that will be.
    pub fn progress(&self) -> (usize, usize) {
        (self.next, self.rows.len())
    }

    /// Takes rows within the desk's transaction for about so long, one at least; whether any are left.
    pub fn take(&mut self, desk: &mut Desk<'_>, time: Duration) -> Result<bool, OfficeError> {
        let begun = Instant::now();
        let rows = std::mem::take(&mut self.rows);
        while let Some((said, id)) = rows.get(self.next) {
            self.take_row(desk, said, *id)?;
            self.next += 1;
            if begun.elapsed() >= time {
                break;
            }
        }
        self.rows = rows;
        Ok(self.next < self.rows.len())
    }

    /// Goes through all rows and writes nothing: the answer is what would have been.
    pub fn rehearse(&mut self, desk: &mut Desk<'_>) -> Result<(), OfficeError> {
        self.unwritten = Some(Vec::new());
        self.take(desk, Duration::MAX)?;
        Ok(())
    }

    /// The answer, with who may be there twice now. Only reads.
    pub fn finish(self, desk: &mut Desk<'_>) -> Result<Imported, OfficeError> {
        let mut answer = self.answer;
        if !self.demo && !self.created.is_empty() {
            let snapshot = Snapshot::take(desk, None)?.with(self.unwritten.unwrap_or_default());
            answer.possible_duplicates =
                possible_duplicates(&snapshot, &self.definition, &self.created);
        }
        answer.refused.sort_by_key(|f| f.row);
        answer.warnings.sort_by_key(|f| f.row);
        Ok(answer)
    }
}

fn register_name(definition: &Definition, name: Option<&str>) -> Result<String, OfficeError> {
    let name = match name {
        Some(name) => name.trim(),
        None => definition.campaign.operator.trim(),
    };
    if name.chars().count() > TEXT_CHARS_MAX {
        return Err(OfficeError::TooLong {
            field: "register",
            max: TEXT_CHARS_MAX,
        });
    }
    Ok(if name.is_empty() { "operator" } else { name }.to_owned())
}

impl Import {
    fn take_row(&mut self, desk: &mut Desk<'_>, said: &Said, id: Uuid) -> Result<(), OfficeError> {
        let warnings = &mut self.answer.warnings;
        warnings.extend(said.taken.warnings.iter().cloned());
        let stored = desk.store.record(&RecordKey::new("trader", id))?;
        let registers = stored.as_ref().map(|stored| &stored.registers);
        if registers.is_some_and(|r| r.flag(ERASED)) {
            self.answer.unchanged += 1;
            warnings.push(said.finding(
                "erased",
                "this trader's data were erased on request; the row was left aside".to_owned(),
            ));
            return Ok(());
        }
        let known = desk.store.register_value(&self.register, id)?;
        let mut marks = known.as_ref().map(|k| k.marks.clone()).unwrap_or_default();
        let nothing = Registers::default();
        let current = registers.unwrap_or(&nothing);
        let news = said
            .values
            .iter()
            .filter(|(field, _)| marks.get(*field) != said.marks.get(*field));
        let refused = self.refusing.contains(&id);
        let mut fields: Vec<(&str, Value)> = news
            .filter(|(field, _)| !refused || kinds::personal("trader", field) != Personal::Refusal)
            .flat_map(|(field, text)| said.fields_of(field, text))
            .filter(|(field, value)| {
                current.value(field) != Some(value).filter(|value| !value.is_null())
            })
            .collect();
        if registers.is_none() {
            fields.push(("register", Value::text(self.register.as_str())));
            if let Some(no) = &said.taken.register_no {
                fields.push(("register_no", Value::text(no.as_str())));
            }
            if self.demo {
                fields.push(("demo", Value::Bool(true)));
            }
            self.answer.created += 1;
            self.created.insert(id, said.taken.row);
        } else if fields.is_empty() {
            self.answer.unchanged += 1;
        } else {
            self.answer.updated += 1;
        }
        let patch = (!fields.is_empty()).then(|| Patch::new("trader", id, fields));
        if let Some(unwritten) = &mut self.unwritten {
            unwritten.extend(patch);
            return Ok(());
        }
        if let Some(patch) = patch {
            desk.change(vec![patch])?;
        }
        marks.extend(said.marks.clone());
        let value = RegisterValue {
            trader: id,
            match_key: said.match_key,
            marks,
        };
        if known.as_ref() != Some(&value) {
            desk.store.put_register_value(&self.register, &value)?;
        }
        Ok(())
    }
}

fn possible_duplicates(
    snapshot: &Snapshot,
    definition: &Definition,
    created: &HashMap<Uuid, usize>,
) -> Vec<Json> {
    let traders = pairs::comparable(snapshot, definition, None);
    let among: HashSet<Uuid> = created.keys().copied().collect();
    let mut list = Vec::new();
    for pair in pairs::pairs(&traders, Some(&among)) {
        // The row's own trader first; of two new ones the later line.
        let by_line = |id: &Uuid| created.get(id).copied().unwrap_or(0);
        let (new, old) = if by_line(&pair.trader) > by_line(&pair.other) {
            (pair.trader, pair.other)
        } else {
            (pair.other, pair.trader)
        };
        let (Some(new), Some(old)) = (traders.get(&new), traders.get(&old)) else {
            continue;
        };
        list.push(json!({
            "row": by_line(&new.id), "id": new.id.to_string(), "name": new.name, "stall": new.stall,
            "market": new.market, "other": old.to_json(), "score": pair.score, "why": pair.why,
        }));
    }
    list
}
