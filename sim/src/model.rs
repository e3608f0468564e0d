//! The reference: what must be true, said as plainly as it can be said, without the product's merge, homes, scope or digests.
//!
//! It knows what people did (each action once, as it was saved) and what the server filed. Everything else it works out
//! anew each time, slowly.

use crate::office::Office;
use grebeg_core::change::{Change, Hash};
use grebeg_core::id::{DeviceId, PersonId};
use grebeg_core::kinds::{self, HomeRule, MergeRule, Personal, Role};
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::stamp::Stamp;
use grebeg_core::sync::messages::State;
use grebeg_core::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Something that a screen called saved, or that the office did.
#[derive(Debug, Clone)]
pub struct Action {
    pub change: Change,
    /// The true time.
    pub at_ms: i64,
    /// The last copy went with a store that was lost, which somebody was told.
    pub gone: bool,
    /// It was sent by a tablet that was stopped, which keeps it without what names anybody, and may be all that is left of it.
    pub bare: bool,
    /// The tablet on which it was saved; `None`: the office.
    pub tablet: Option<usize>,
}

/// All that was ever done, by content.
pub type Actions = BTreeMap<Hash, Action>;

/// A field's value with the stamp and device of its write.
pub type Field = (Stamp, DeviceId, Value);
/// What the accepted changes add up to.
pub type Records = BTreeMap<RecordKey, BTreeMap<String, Field>>;

/// Adds up every accepted change, in the order in which they happen to be filed: the order must not matter.
pub fn records(actions: &Actions, office: &Office) -> Records {
    let mut records = Records::new();
    for filed in office.filed().filter(|f| f.state == State::Accepted) {
        let change = match actions.get(&filed.content_hash) {
            Some(action) if !action.bare => action.change.clone(),
            _ => match Change::from_bytes(&filed.bytes) {
                Ok(change) => change,
                Err(_) => continue,
            },
        };
        for patch in &change.patches {
            let record = records
                .entry(RecordKey::new(&patch.kind, patch.id))
                .or_default();
            for (field, content) in &patch.fields {
                let Some(value) = content.value() else {
                    continue;
                };
                let write = (filed.stamp, filed.name.device, value.clone());
                put(record, &patch.kind, field, write);
            }
        }
    }
    for (key, record) in &mut records {
        let erased = matches!(record.get("erased"), Some((_, _, Value::Bool(true))));
        if erased {
            record.retain(|field, _| kinds::personal(&key.kind, field) == Personal::No);
        }
    }
    records
}

fn put(record: &mut BTreeMap<String, Field>, kind: &str, field: &str, write: Field) {
    let rule = kinds::kind(kind)
        .and_then(|k| k.field(field))
        .map(|f| f.merge);
    if rule == Some(MergeRule::Forever) && write.2 != Value::Bool(true) {
        return;
    }
    let holds = match record.get(field) {
        None => true,
        Some(held) if rule == Some(MergeRule::Once) => (write.0, write.1) < (held.0, held.1),
        Some(held) => (write.0, write.1) > (held.0, held.1),
    };
    if holds {
        record.insert(field.to_owned(), write);
    }
}

/// Where a record belongs: `*`, or a market's code.
pub fn home(records: &Records, key: &RecordKey) -> String {
    let text = |key: &RecordKey, field: &str| match records.get(key)?.get(field)? {
        (_, _, Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let named = |key: &RecordKey, field: &str| text(key, field)?.parse::<Uuid>().ok();
    let campaign = || "*".to_owned();
    let of_trader = |key: &RecordKey| {
        let trader = named(key, "trader").map(|id| RecordKey::new("trader", id));
        trader
            .and_then(|trader| text(&trader, "market"))
            .unwrap_or_else(campaign)
    };
    match kinds::kind(&key.kind).map(|k| k.home) {
        None | Some(HomeRule::Campaign) => campaign(),
        Some(HomeRule::OwnMarket | HomeRule::MarketOrCampaign) => {
            text(key, "market").unwrap_or_else(campaign)
        }
        Some(HomeRule::Trader) => of_trader(key),
        Some(HomeRule::Visit) => match named(key, "visit") {
            Some(visit) => of_trader(&RecordKey::new("visit", visit)),
            None => campaign(),
        },
    }
}

/// The roles and markets of the people on a tablet, as the office has them now.
pub fn sight(office: &Office, people: &[PersonId]) -> (u8, BTreeSet<String>) {
    let mut roles = 0;
    let mut homes = BTreeSet::from(["*".to_owned()]);
    for person in people {
        let Some(record) = office.registers("person", person.0) else {
            continue;
        };
        let active = record.value("active") != Some(&Value::Bool(false));
        let Some(role) = record.text("role").and_then(Role::parse).filter(|_| active) else {
            continue;
        };
        roles |= role.bit().0;
        match role {
            Role::Admin => {
                let markets = office
                    .records()
                    .iter()
                    .filter(|(key, _)| key.kind == "market");
                homes.extend(
                    markets.filter_map(|(_, m)| m.registers.text("code").map(str::to_owned)),
                );
            }
            Role::Viewer => {}
            Role::Canvasser | Role::Lead => {
                let markets = record
                    .value("markets")
                    .and_then(Value::as_list)
                    .unwrap_or_default();
                homes.extend(
                    markets
                        .iter()
                        .filter_map(|m| m.as_text().map(str::to_owned)),
                );
            }
        }
    }
    (roles, homes)
}

/// What a tablet of these people must hold, no more and no less.
pub fn expected<'r>(
    records: &'r Records,
    roles: u8,
    homes: &BTreeSet<String>,
) -> BTreeMap<&'r RecordKey, &'r BTreeMap<String, Field>> {
    let reads = |kind: &str| kinds::kind(kind).is_some_and(|k| k.read.0 & roles != 0);
    records
        .iter()
        .filter(|(key, _)| reads(&key.kind) && homes.contains(&home(records, key)))
        .collect()
}

/// The first field that differs, in words.
pub fn difference(expected: &BTreeMap<String, Field>, held: &Registers) -> Option<String> {
    for (field, (stamp, device, value)) in expected {
        match held.0.get(field) {
            None => return Some(format!("{field} is missing, {value:?} was expected")),
            Some(register) => {
                let is_same = register.value == *value
                    && register.origin.stamp == *stamp
                    && register.origin.device == *device;
                if !is_same {
                    return Some(format!(
                        "{field} is {:?} of {}, {value:?} of {stamp} was expected",
                        register.value, register.origin.stamp
                    ));
                }
            }
        }
    }
    let extra = held.0.keys().find(|field| !expected.contains_key(*field));
    extra.map(|field| format!("{field} should not be there"))
}
