//! Corrections of a visit: amendments, the answer to a return, and voiding.

use super::act::Actor;
use super::{act, check, moment, salt, save, visit};
use crate::error::{Result, TabletError, Unknown};
use crate::store::{Store, record, view};
use grebeg_core::change::{ChangeName, Patch};
use grebeg_core::definition::Definition;
use grebeg_core::kinds::Roles;
use grebeg_core::register::Registers;
use grebeg_core::value::Value;
use rusqlite::Connection;
use uuid::Uuid;

/// The outcome that voids a visit.
const VOID: &str = "batal";

/// Amends a visit, and closes the return that it answers: the one named, else the only open one.
pub fn amend(
    store: &mut Store,
    visit: &str,
    fields: &[(String, String)],
    answers: Option<&str>,
    as_person: Option<&str>,
) -> Result<ChangeName> {
    let actor = act::actor(store, as_person)?;
    let definition = store.definition()?;
    let id = view::visit_id(&store.conn, visit)?;
    let roles = rights(store, id, &actor)?;
    let known = record::shown(&store.conn, "visit", id)?.unwrap_or_default();
    let mut values: Vec<(&str, Value)> = Vec::new();
    let mut steps = Vec::new();
    for (field, typed) in fields {
        if let Some(code) = field.strip_prefix("step.") {
            let trader = known.id("trader").unwrap_or(id);
            steps.push(step(&definition, trader, code, typed)?);
            continue;
        }
        if let Some((map, question)) = field.split_once('.') {
            let value = answer_within(&values, &known, map, question, typed, roles)?;
            values.retain(|(name, _)| *name != map);
            values.push((map, value));
            continue;
        }
        let value = check::typed("visit", field, typed, roles)?;
        let unknown = |what| TabletError::unknown(what, typed);
        match (field.as_str(), value.as_text()) {
            ("outcome", code) => {
                let code = code.ok_or_else(|| unknown(Unknown::Outcome))?;
                definition
                    .outcome(code)
                    .ok_or_else(|| unknown(Unknown::Outcome))?;
            }
            ("reason", Some(code)) => {
                definition
                    .obstacle(code)
                    .ok_or_else(|| unknown(Unknown::Reason))?;
            }
            _ => {}
        }
        values.push((field.as_str(), value));
    }
    let mut patches = Vec::new();
    if !values.is_empty() {
        patches.push(Patch::new("visit", id, values));
    }
    patches.extend(steps);
    // Who amends another's visit leaves its returns open: they ask its author.
    let is_author = roles.has(Roles::OWNER);
    if answers.is_some() && !is_author {
        check::typed("return", "answered", "ya", roles)?;
    }
    if is_author && let Some(answered) = answered_return(&store.conn, id, answers)? {
        let fields = [("answered", Value::Bool(true))];
        patches.push(Patch::new("return", answered, fields));
    }
    if patches.is_empty() {
        return Err(TabletError::bad("FIELD=VALUE", "is missing"));
    }
    let moment = moment(&store.conn)?;
    save(store, actor.person.person_id, moment, salt()?, patches)
}

/// Voids a visit.
pub fn undo(store: &mut Store, visit: &str, as_person: Option<&str>) -> Result<ChangeName> {
    let actor = act::actor(store, as_person)?;
    let id = view::visit_id(&store.conn, visit)?;
    let roles = rights(store, id, &actor)?;
    let value = check::typed("visit", "outcome", VOID, roles)?;
    let patches = vec![Patch::new("visit", id, [("outcome", value)])];
    let moment = moment(&store.conn)?;
    save(store, actor.person.person_id, moment, salt()?, patches)
}

/// A step of the visit's trader, done or open again (`step.CODE=selesai`, `=terbuka`, or yes and no).
fn step(definition: &Definition, trader: Uuid, code: &str, typed: &str) -> Result<Patch> {
    let unknown = || TabletError::unknown(Unknown::Step, code);
    definition.step(code).ok_or_else(unknown)?;
    let state = match typed.trim().to_lowercase().as_str() {
        "selesai" | "yes" | "ya" | "true" => "selesai",
        "terbuka" | "no" | "tidak" | "false" => "terbuka",
        "tidak_perlu" => "tidak_perlu",
        _ => {
            return Err(TabletError::bad(
                code,
                "takes selesai, terbuka or tidak_perlu",
            ));
        }
    };
    Ok(visit::step_patch(trader, code, state))
}

/// One answer of a map (`answers.kemauan=ya`), the others kept.
fn answer_within(
    values: &[(&str, Value)],
    known: &Registers,
    map: &str,
    question: &str,
    typed: &str,
    roles: Roles,
) -> Result<Value> {
    if !matches!(map, "answers" | "check" | "flag_reasons") {
        return Err(TabletError::unknown(Unknown::Field, map));
    }
    check::typed("visit", map, "", roles)?;
    let before = values.iter().find(|(name, _)| *name == map).map(|(_, v)| v);
    let mut all = before
        .or(known.value(map))
        .and_then(Value::as_map)
        .cloned()
        .unwrap_or_default();
    match check::trimmed(typed) {
        Some(text) => all.insert(question.to_owned(), check::answer(text)),
        None => all.remove(question),
    };
    Ok(check::field("visit", map, Value::Map(all))?.1)
}

/// The rights over a visit: those of the role, and of its owner for the author.
fn rights(store: &Store, visit: Uuid, actor: &Actor) -> Result<Roles> {
    let registers = record::shown(&store.conn, "visit", visit)?;
    let origin = registers.as_ref().and_then(|r| r.origin("trader"));
    let own = origin.is_some_and(|o| o.author == actor.person.person_id);
    let role = actor.role.bit();
    Ok(if own { role.and(Roles::OWNER) } else { role })
}

/// Open returns of a visit.
pub fn open_returns(conn: &Connection, visit: Uuid) -> Result<Vec<Uuid>> {
    let returns = record::of_kind(conn, "return")?;
    Ok(returns
        .into_iter()
        .filter(|(_, r)| r.id("visit") == Some(visit) && !r.flag("answered"))
        .map(|(id, _)| id)
        .collect())
}

fn answered_return(conn: &Connection, visit: Uuid, named: Option<&str>) -> Result<Option<Uuid>> {
    let open = open_returns(conn, visit)?;
    match named {
        Some(named) => {
            let id = Uuid::try_parse(named.trim()).ok();
            id.filter(|id| open.contains(id))
                .map(Some)
                .ok_or_else(|| TabletError::unknown(Unknown::Return, named))
        }
        None => match open.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            several => Err(TabletError::ReturnNeeded {
                returns: several.iter().map(Uuid::to_string).collect(),
            }),
        },
    }
}
