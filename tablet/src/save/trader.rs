//! Traders: adding one after a look for duplicates, and changing what a person may change.

use super::{act, check, moment, salt, save};
use crate::error::{PossibleDuplicate, Result, TabletError, Unknown};
use crate::store::{Store, view};
use grebeg_core::change::{ChangeName, Patch};
use grebeg_core::id::{created_id, not_duplicate_id};
use grebeg_core::kinds::Roles;
use grebeg_core::rules::duplicates::{self, Candidate};
use grebeg_core::rules::phone;
use grebeg_core::value::Value;
use rusqlite::{Connection, named_params};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Duplicates that are named at once.
const DUPLICATES_MAX: usize = 5;

/// A trader to be added.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct AddTrader {
    pub market: String,
    pub stall: String,
    /// `None`: the trader gives no name.
    pub name: Option<String>,
    pub phone: Option<String>,
    pub commodity: Option<String>,
    /// Answers to the questions of ability and willingness, as far as they stand on a trader.
    #[cfg_attr(test, ts(as = "Option<BTreeMap<String, String>>", optional))]
    pub answers: BTreeMap<String, serde_json::Value>,
    /// Saved although a trader like this is listed.
    #[cfg_attr(test, ts(as = "Option<bool>", optional))]
    pub new_anyway: bool,
    /// Listed traders of whom the person said that they are somebody else.
    #[cfg_attr(test, ts(as = "Option<Vec<String>>", optional))]
    pub not_same_as: Vec<Uuid>,
    #[serde(rename = "as")]
    pub as_person: Option<String>,
}

/// An added trader.
#[derive(Debug, Clone, PartialEq)]
pub struct AddedTrader {
    pub id: Uuid,
    pub name: ChangeName,
    pub possible_duplicates: Vec<PossibleDuplicate>,
}

/// Errors: `possible_duplicate` (nothing saved), `market_unknown` also for a market out of scope, `too_long`.
pub fn add(store: &mut Store, action: &AddTrader) -> Result<AddedTrader> {
    let actor = act::actor(store, action.as_person.as_deref())?;
    let definition = store.definition()?;
    let market = view::market_code(&store.conn, &definition, &action.market)?;
    let name = action.name.as_deref().and_then(check::trimmed);
    let mut fields = vec![("market", Value::text(market.as_str()))];
    let mut text = |field, text: Option<&str>| -> Result<()> {
        if let Some(text) = text.and_then(check::trimmed) {
            fields.push(check::field("trader", field, Value::text(text))?);
        }
        Ok(())
    };
    text("stall", Some(&action.stall))?;
    text("name", name)?;
    text("commodity", action.commodity.as_deref())?;
    if name.is_none() {
        fields.push(("anonymous", Value::Bool(true)));
    }
    if let Some(typed) = action.phone.as_deref().and_then(check::trimmed) {
        fields.extend(phone_fields(typed)?);
    }
    for (question, answer) in &action.answers {
        let typed = match answer {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let value = check::typed("trader", question, &typed, actor.role.bit())?;
        fields.push((question.as_str(), value));
    }
    let candidate = Candidate::new(
        &market,
        name.unwrap_or_default(),
        &action.stall,
        action.phone.as_deref().unwrap_or_default(),
        action.commodity.as_deref().unwrap_or_default(),
    );
    let possible_duplicates = find_duplicates(&store.conn, &candidate)?;
    if !possible_duplicates.is_empty() && !action.new_anyway {
        return Err(TabletError::PossibleDuplicate(possible_duplicates));
    }
    let salt = salt()?;
    let id = created_id(&salt, 0);
    let mut patches = vec![Patch::new("trader", id, fields)];
    // Only a lead may say so for good; from others the pair reaches the lead through the server's own search.
    if actor.role.bit().has(Roles::LEAD) || actor.role.bit().has(Roles::ADMIN) {
        patches.extend(action.not_same_as.iter().map(|other| not_same(id, *other)));
    }
    let moment = moment(&store.conn)?;
    let name = save(store, actor.person.person_id, moment, salt, patches)?;
    Ok(AddedTrader {
        id,
        name,
        possible_duplicates,
    })
}

/// That two traders are two people.
fn not_same(trader: Uuid, other: Uuid) -> Patch {
    let fields = [
        ("trader", Value::id(trader)),
        ("other", Value::id(other)),
        ("state", Value::Bool(true)),
    ];
    Patch::new("not_duplicate", not_duplicate_id(&trader, &other), fields)
}

/// A phone is kept as typed, and as a number where it is one.
fn phone_fields(typed: &str) -> Result<Vec<(&'static str, Value)>> {
    let number = check::trimmed(typed).and_then(phone::normalise);
    let typed = check::trimmed(typed).map_or(Value::Null, Value::text);
    Ok(vec![
        check::field("trader", "phone_typed", typed)?,
        ("phone", number.map_or(Value::Null, Value::text)),
    ])
}

/// The traders here who may be the same person, the likeliest first.
pub fn find_duplicates(conn: &Connection, candidate: &Candidate) -> Result<Vec<PossibleDuplicate>> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/trader/all_rows.sql"))?;
    let params = named_params! { ":market": candidate.market(), ":phone": candidate.phone() };
    let mut rows = statement.query(params)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let text = |index: usize| row.get_ref(index).ok().and_then(|v| v.as_str().ok());
        let [market, name, stall, phone, goods] = [1, 2, 3, 4, 5].map(|i| text(i).unwrap_or(""));
        let other = Candidate::new(market, name, stall, phone, goods);
        let Some(found_match) = duplicates::score(candidate, &other) else {
            continue;
        };
        if found_match.is_offered() {
            found.push((
                found_match.score,
                PossibleDuplicate {
                    id: row.get(0)?,
                    name: name.to_owned(),
                    stall: stall.to_owned(),
                    why: found_match.why,
                },
            ));
        }
    }
    found.sort_by_key(|(score, duplicate)| (std::cmp::Reverse(*score), duplicate.id));
    found.truncate(DUPLICATES_MAX);
    Ok(found.into_iter().map(|(_, duplicate)| duplicate).collect())
}

/// Sets fields of a trader, each `field` with the text typed for it; an empty text clears the field.
pub fn set(
    store: &mut Store,
    trader: &str,
    fields: &[(String, String)],
    as_person: Option<&str>,
) -> Result<ChangeName> {
    let actor = act::actor(store, as_person)?;
    let definition = store.definition()?;
    let id = view::trader_id(&store.conn, trader)?;
    let mut values: Vec<(&str, Value)> = Vec::new();
    for (field, typed) in fields {
        match field.as_str() {
            "phone" | "phone_typed" => {
                check::typed("trader", "phone_typed", typed, actor.role.bit())?;
                values.extend(phone_fields(typed)?);
            }
            "market" => {
                let value = check::typed("trader", "market", typed, actor.role.bit())?;
                let unknown = || TabletError::unknown(Unknown::Market, typed);
                let named = value.as_text().ok_or_else(unknown)?;
                let market = definition.market_by_name(named).ok_or_else(unknown)?;
                values.push(("market", Value::text(market.code.as_str())));
            }
            name => {
                let value = check::typed("trader", name, typed, actor.role.bit())?;
                values.push((name, value));
            }
        }
    }
    if values.is_empty() {
        return Err(TabletError::bad("FIELD=VALUE", "is missing"));
    }
    let patches = vec![Patch::new("trader", id, values)];
    let moment = moment(&store.conn)?;
    save(store, actor.person.person_id, moment, salt()?, patches)
}
