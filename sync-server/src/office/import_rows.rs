//! Whom the rows of a register mean: by number, else by what they say.

use super::desk::Desk;
use super::error::OfficeError;
use crate::clock;
use crate::register::{Finding, Taken};
use crate::store::rows::RegisterValue;
use grebeg_core::rules::{names, stall};
use grebeg_core::value::Value;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// One taken row with what the register says in it.
pub struct Said {
    pub taken: Taken,
    pub values: Vec<(&'static str, String)>,
    pub marks: BTreeMap<String, String>,
    pub match_key: [u8; 16],
}

/// Whom a row means.
pub enum Target {
    Trader(Uuid),
    Refused(Finding),
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
    pub fn new(key: &[u8], taken: Taken) -> Self {
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
pub fn targets(
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
    pub fn finding(&self, code: &'static str, reason: String) -> Finding {
        Finding {
            row: self.taken.row,
            column: "register_no".to_owned(),
            reason,
            code,
        }
    }

    /// The record's fields that a register's field stands for.
    pub fn fields_of(&self, field: &'static str, text: &str) -> Vec<(&'static str, Value)> {
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
