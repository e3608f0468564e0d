//! Structured input: values, changes and requests made from the fuzzer's bytes. Raw bytes seldom get past the first checks.
#![forbid(unsafe_code)]

use arbitrary::{Result, Unstructured};
use grebeg_core::change::{Change, Content, Patch, Seen};
use grebeg_core::id::{CampaignId, DeviceId, PersonId};
use grebeg_core::kinds::KINDS;
use grebeg_core::stamp::{Clocks, Stamp};
use grebeg_core::sync::messages::{Offered, Report, ReportPart, Request};
use grebeg_core::value::Value;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The campaign of every message.
pub const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(1));

/// Ids come from a small set, so that records meet.
pub fn id(u: &mut Unstructured<'_>) -> Result<Uuid> {
    Ok(Uuid::from_u128(u128::from(u.int_in_range(0..=9u8)?)))
}

fn list<T>(
    u: &mut Unstructured<'_>,
    max: usize,
    mut one: impl FnMut(&mut Unstructured<'_>) -> Result<T>,
) -> Result<Vec<T>> {
    let count = u.int_in_range(0..=max)?;
    (0..count).map(|_| one(u)).collect()
}

/// A value of at most three levels.
pub fn value(u: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    Ok(match u.int_in_range(0..=if depth == 0 { 5 } else { 7 })? {
        0 => Value::Null,
        1 => Value::Bool(u.arbitrary()?),
        2 => Value::Int(u.arbitrary()?),
        3 => Value::Real(finite(u.arbitrary()?)),
        4 => Value::Text(u.arbitrary()?),
        5 => Value::id(id(u)?),
        6 => Value::List(list(u, 3, |u| value(u, depth - 1))?),
        _ => {
            let pairs = list(u, 3, |u| {
                Ok((u.arbitrary::<String>()?, value(u, depth - 1)?))
            })?;
            Value::Map(pairs.into_iter().collect())
        }
    })
}

/// JSON has no other numbers, and what is not equal to itself cannot be compared.
fn finite(number: f64) -> f64 {
    if number.is_finite() { number } else { 0.5 }
}

fn content(u: &mut Unstructured<'_>) -> Result<Content> {
    Ok(match u.int_in_range(0..=7u8)? {
        0 => Content::Salted(value(u, 1)?, u.arbitrary()?),
        1 => Content::Commitment(u.arbitrary()?),
        _ => Content::Value(value(u, 2)?),
    })
}

/// A patch of a known kind and its fields, or now and then of an unknown one.
pub fn patch(u: &mut Unstructured<'_>) -> Result<Patch> {
    let kind = u.choose(KINDS)?;
    let known = u.ratio(9u8, 10u8)?;
    let mut fields = BTreeMap::new();
    for _ in 0..u.int_in_range(0..=4u8)? {
        let name = match u.ratio(9u8, 10u8)? {
            true => u.choose(kind.fields)?.name.to_owned(),
            false => u.arbitrary()?,
        };
        fields.insert(name, content(u)?);
    }
    Ok(Patch {
        kind: if known {
            kind.name.to_owned()
        } else {
            u.arbitrary()?
        },
        id: id(u)?,
        bad_id: None,
        fields,
    })
}

fn clocks(u: &mut Unstructured<'_>) -> Result<Clocks> {
    let known: bool = u.arbitrary()?;
    Ok(Clocks {
        wall_ms: u.arbitrary()?,
        boot: if known { Some(u.arbitrary()?) } else { None },
        mono_ms: if known { Some(u.arbitrary()?) } else { None },
    })
}

pub fn change(u: &mut Unstructured<'_>) -> Result<Change> {
    Ok(Change {
        device: DeviceId(id(u)?),
        n: u.arbitrary()?,
        stamp: Stamp(u.arbitrary()?),
        clocks: clocks(u)?,
        author: PersonId(id(u)?),
        seen: match u.arbitrary()? {
            true => Some(Seen {
                epoch: id(u)?,
                seq: u.arbitrary()?,
            }),
            false => None,
        },
        prev: u.arbitrary()?,
        salt: u.arbitrary()?,
        patches: list(u, 4, patch)?,
    })
}

fn report(u: &mut Unstructured<'_>) -> Result<Report> {
    Ok(Report {
        date: u
            .choose(&["2019-07-29", "2019-08-12", "2019-13-41", ""])?
            .to_string(),
        recorded: u.arbitrary()?,
        waiting: u.arbitrary()?,
        closed: u.arbitrary()?,
        by: list(u, 2, |u| {
            Ok(ReportPart {
                market: u.choose(&["KNM", "JGS", ""])?.to_string(),
                author: PersonId(id(u)?),
                waiting: u.arbitrary()?,
            })
        })?,
    })
}

/// A request as a tablet, or something like one, may send it.
pub fn request(u: &mut Unstructured<'_>) -> Result<Request> {
    Ok(Request {
        protocol: u.arbitrary()?,
        device: DeviceId(id(u)?),
        succeeds: match u.arbitrary()? {
            true => Some(DeviceId(id(u)?)),
            false => None,
        },
        position: None,
        clocks: clocks(u)?,
        reports: list(u, 2, report)?,
        changes: list(u, 4, |u| Ok(Offered::Whole(change(u)?)))?,
        acked_n: u.arbitrary()?,
        repaired: u.arbitrary()?,
        recovered: list(u, 1, change)?,
    })
}

/// Changes one byte of a message, or cuts it: what a bad line does.
pub fn damage(u: &mut Unstructured<'_>, bytes: &mut Vec<u8>) -> Result<()> {
    for _ in 0..u.int_in_range(0..=3u8)? {
        if bytes.is_empty() {
            return Ok(());
        }
        let at = u.choose_index(bytes.len())?;
        match u.ratio(1u8, 8u8)? {
            true => bytes.truncate(at),
            false => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte = u.arbitrary()?;
                }
            }
        }
    }
    Ok(())
}
