//! Consent: records that are only ever added, each naming those that it answers.

use super::{act, moment, salt, save};
use crate::error::{Result, TabletError, Unknown};
use crate::store::facts::{self, Whole};
use crate::store::{Store, view};
use grebeg_core::change::{ChangeName, Patch};
use grebeg_core::definition::Definition;
use grebeg_core::id::created_id;
use grebeg_core::rules::consent;
use grebeg_core::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The language in which the consent text is read out unless another is said.
const LANGUAGE: &str = "id";

/// Errors: `purpose_unknown`.
pub fn check_purpose(definition: &Definition, purpose: &str) -> Result<()> {
    if definition.has_code("consent_purposes", purpose) {
        Ok(())
    } else {
        Err(TabletError::unknown(Unknown::Purpose, purpose))
    }
}

/// The patch of a consent: its answers, the records that it follows and the text that was shown.
pub fn patch(
    definition: &Definition,
    whole: &Whole,
    id: Uuid,
    purposes: &BTreeMap<String, bool>,
    method: &str,
) -> Result<Patch> {
    if !definition.has_code("consent_methods", method) {
        return Err(TabletError::unknown(Unknown::Method, method));
    }
    let known = whole.consents(definition);
    let follows: BTreeSet<Uuid> = purposes
        .keys()
        .flat_map(|purpose| consent::heads(&known, purpose))
        .collect();
    let answers = purposes
        .iter()
        .map(|(purpose, yes)| (purpose.clone(), Value::Bool(*yes)));
    let mut fields = vec![
        ("trader", Value::id(whole.id)),
        ("purposes", Value::Map(answers.collect())),
        ("method", method.into()),
    ];
    if !follows.is_empty() {
        fields.push((
            "follows",
            Value::List(follows.into_iter().map(Value::id).collect()),
        ));
    }
    if let Some(text) = definition.consent_text(LANGUAGE) {
        fields.push(("text_version", Value::Int(text.version)));
        fields.push(("text_lang", text.lang.as_str().into()));
        fields.push(("text_sha256", text.sha256.as_str().into()));
    }
    Ok(Patch::new("consent", id, fields))
}

/// Saves one answer to one purpose; gives the consent's id.
pub fn record(
    store: &mut Store,
    trader: &str,
    purpose: &str,
    yes: bool,
    method: Option<&str>,
    as_person: Option<&str>,
) -> Result<(Uuid, ChangeName)> {
    let actor = act::actor(store, as_person)?;
    let definition = store.definition()?;
    let id = view::trader_id(&store.conn, trader)?;
    let whole = facts::whole(&store.conn, id)?
        .ok_or_else(|| TabletError::unknown(Unknown::Trader, trader))?;
    check_purpose(&definition, purpose)?;
    let salt = salt()?;
    let consent_id = created_id(&salt, 0);
    let purposes = BTreeMap::from([(purpose.to_owned(), yes)]);
    let patch = patch(
        &definition,
        &whole,
        consent_id,
        &purposes,
        method.unwrap_or("layar"),
    )?;
    let moment = moment(&store.conn)?;
    let name = save(store, actor.person.person_id, moment, salt, vec![patch])?;
    Ok((consent_id, name))
}
