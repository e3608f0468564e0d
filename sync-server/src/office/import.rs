//! Importing a market operator's register: which trader a row means, and what of it is news from the register.
//!
//! A value is written only where the register itself says something else than the last time, so that corrections made
//! at the stall stay. Only keyed hashes of what a register said are kept for that. An empty cell says nothing.

use super::desk::Desk;
use super::error::OfficeError;
use super::family::is_refused;
use super::pairs;
use super::refusal;
use super::state::Snapshot;
use crate::clock;
use crate::register::{Finding, Judged, RegisterTable, Taken, judge_all};
use crate::store::Registry;
use crate::store::rows::RegisterValue;
use grebeg_core::change::Patch;
use grebeg_core::definition::Definition;
use grebeg_core::kinds::{self, Personal, Role};
use grebeg_core::limits::TEXT_CHARS_MAX;
use grebeg_core::merge::ERASED;
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::rules::{names, phone, stall};
use grebeg_core::sync::store::Store;
use grebeg_core::value::Value;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value as Json, json};
use sha2::Sha256;
use std::collections::{BTreeMap, HashMap, HashSet};
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

/// One taken row with what the register says in it.
struct Said {
    taken: Taken,
    values: Vec<(&'static str, String)>,
    marks: BTreeMap<String, String>,
    match_key: [u8; 16],
}

/// Whom a row means.
enum Target {
    Trader(Uuid),
    Refused(Finding),
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
        let refusing = refusing(desk, &definition)?;
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

/// A keyed hash: equal for equal texts, and telling nothing without the campaign's key.
fn keyed(key: &[u8], parts: &[&str]) -> [u8; 16] {
    let mut short = [0; 16];
    // HMAC takes a key of any length; the error type is only there for other algorithms.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) {
        mac.update(b"grebeg register");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part.as_bytes());
        }
        let tag = mac.finalize().into_bytes();
        short
            .iter_mut()
            .zip(tag)
            .for_each(|(short, byte)| *short = byte);
    }
    short
}

impl Said {
    fn new(key: &[u8], taken: Taken) -> Self {
        let optional = [
            ("stall", &taken.stall),
            ("name", &taken.name),
            ("nickname", &taken.nickname),
            ("phone", &taken.phone_typed),
            ("commodity", &taken.commodity),
            ("zone", &taken.zone),
            ("stall_kind", &taken.stall_kind),
            ("block", &taken.block),
            ("floor", &taken.floor),
            ("note", &taken.note),
        ];
        let mut values = vec![("market", taken.market.clone())];
        values.extend(
            optional
                .into_iter()
                .filter_map(|(field, value)| Some((field, value.clone()?))),
        );
        let mark = |field: &str, text: &str| {
            // Another way of writing the same is no news that could undo a correction.
            let number = taken.phone.as_deref().filter(|_| field == "phone");
            let words: Vec<&str> = number.unwrap_or(text).split_whitespace().collect();
            let short = keyed(key, &["value", field, &words.join(" ")]);
            grebeg_core::wire::json::to_hex(short.get(..8).unwrap_or_default())
        };
        let marks = values
            .iter()
            .map(|(f, text)| ((*f).to_owned(), mark(f, text)))
            .collect();
        let place = stall::parse(taken.stall.as_deref().unwrap_or_default()).normal;
        let name = names::normal(taken.name.as_deref().unwrap_or_default());
        let match_key = keyed(key, &["match", &taken.market, &place, &name]);
        Self {
            taken,
            values,
            marks,
            match_key,
        }
    }
}

/// Whom each row means. Rows with a number have a derived id; the others are matched with earlier imports: first those
/// that say exactly the same as before, then, where one row and one trader are left of a match, that one.
fn targets(
    desk: &mut Desk<'_>,
    register: &str,
    said: &[Said],
    known: &[RegisterValue],
) -> Result<Vec<Target>, OfficeError> {
    let campaign = desk.row.campaign;
    let mut earlier: HashMap<[u8; 16], Vec<&RegisterValue>> = HashMap::new();
    for value in known {
        earlier.entry(value.match_key).or_default().push(value);
    }
    let mut rows_of: HashMap<[u8; 16], Vec<usize>> = HashMap::new();
    let mut targets: Vec<Option<Target>> = Vec::with_capacity(said.len());
    for (at, said) in said.iter().enumerate() {
        let numbered = said.taken.register_no.as_deref();
        targets.push(numbered.map(|no| Target::Trader(campaign.register_trader(register, no))));
        if numbered.is_none() {
            rows_of.entry(said.match_key).or_default().push(at);
        }
    }
    let numbered: HashSet<Uuid> = targets
        .iter()
        .filter_map(|target| match target {
            Some(Target::Trader(id)) => Some(*id),
            _ => None,
        })
        .collect();
    for (key, rows) in rows_of {
        let mut free: Vec<&RegisterValue> = earlier.get(&key).cloned().unwrap_or_default();
        free.retain(|value| !numbered.contains(&value.trader));
        let mut open: Vec<usize> = Vec::new();
        let mut lines: HashMap<&BTreeMap<String, String>, usize> = HashMap::new();
        for at in rows {
            let Some(row) = said.get(at) else { continue };
            let same = free.iter().position(|value| value.marks == row.marks);
            let target = match (lines.get(&row.marks), same) {
                (Some(first), _) => Some(Target::Refused(row.finding(
                    "row_twice",
                    format!("the row says the same as line {first}; give both a register number if they are two traders"),
                ))),
                (None, Some(same)) => Some(Target::Trader(free.remove(same).trader)),
                (None, None) => {
                    open.push(at);
                    None
                }
            };
            lines.entry(&row.marks).or_insert(row.taken.row);
            if let Some(place) = targets.get_mut(at) {
                *place = target;
            }
        }
        let single = match (free.as_slice(), open.len()) {
            ([one], 1) => Some(one.trader),
            _ => None,
        };
        for at in open {
            let (Some(row), Some(place)) = (said.get(at), targets.get_mut(at)) else {
                continue;
            };
            *place = Some(match (single, free.len()) {
                (Some(id), _) => Target::Trader(id),
                (None, 0) => Target::Trader(clock::random_uuid()?),
                (None, many) => Target::Refused(row.finding(
                    "ambiguous",
                    format!("ambiguous: {many} traders from earlier imports have this market, stall and name; give the row a register number"),
                )),
            });
        }
    }
    Ok(targets.into_iter().flatten().collect())
}

impl Said {
    fn finding(&self, code: &'static str, reason: String) -> Finding {
        Finding {
            row: self.taken.row,
            column: "register_no".to_owned(),
            reason,
            code,
        }
    }

    /// The record's fields that a register's field stands for.
    fn fields_of(&self, field: &'static str, text: &str) -> Vec<(&'static str, Value)> {
        let or_null = |text: Option<&str>| text.map_or(Value::Null, Value::text);
        match field {
            "phone" => {
                let phone = self.taken.phone.as_deref();
                vec![
                    ("phone", or_null(phone)),
                    (
                        "phone_typed",
                        or_null(Some(text).filter(|typed| phone != Some(*typed))),
                    ),
                ]
            }
            _ => vec![(field, Value::text(text))],
        }
    }
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

/// Traders who do not want to be recorded by name, with all that are merged with them.
fn refusing(desk: &mut Desk<'_>, definition: &Definition) -> Result<HashSet<Uuid>, OfficeError> {
    let asked = refusal::who_asked(desk, definition)?;
    let snapshot = Snapshot::of_traders(desk, asked)?;
    let mut refusing = HashSet::new();
    for (root, family) in snapshot.families() {
        if is_refused(definition, &snapshot.facts(definition, root, &family)) {
            refusing.extend(family);
        }
    }
    Ok(refusing)
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
