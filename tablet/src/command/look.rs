//! What every screen starts from: who looks, when, at which markets, and the words of the definition.

use super::parts::{Label, MarketName, Who};
use crate::clock;
use crate::error::{Result, TabletError, Unknown};
use crate::save::act;
use crate::store::meta::{self, Person};
use crate::store::{Store, own, record};
use chrono::NaiveDate;
use grebeg_core::change::Change;
use grebeg_core::definition::Definition;
use grebeg_core::id::PersonId;
use grebeg_core::kinds::Role;
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::sync::messages::CAMPAIGN_HOME;
use grebeg_core::value::Value;
use rusqlite::{Connection, OptionalExtension, named_params};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

/// One person's look at the store.
#[derive(Debug)]
pub struct Look<'s> {
    pub store: &'s mut Store,
    pub definition: Arc<Definition>,
    pub me: Person,
    pub role: Role,
    /// Corrected, Unix milliseconds.
    pub now_ms: i64,
    /// Codes of the person's markets that are here, in route order.
    pub markets: Vec<String>,
}

impl<'s> Look<'s> {
    /// `person`: one of those who share the tablet. Errors: `not_enrolled`, `revoked`, `person_unknown`.
    pub fn new(store: &'s mut Store, person: Option<PersonId>) -> Result<Self> {
        let named = person.map(|person| person.0.to_string());
        let actor = act::actor(store, named.as_deref())?;
        let definition = store.definition()?;
        let contact = meta::contact(&store.conn)?;
        let now_ms = clock::corrected_ms(contact.as_ref(), &clock::read());
        let markets = markets_of(&store.conn, &definition, actor.person.person_id, actor.role)?;
        Ok(Self {
            store,
            definition,
            me: actor.person,
            role: actor.role,
            now_ms,
            markets,
        })
    }

    pub fn conn(&self) -> &Connection {
        &self.store.conn
    }

    /// The working day of now in a market.
    pub fn day_in(&self, market: &str) -> NaiveDate {
        self.definition.working_day(market, self.now_ms)
    }

    pub fn market_name(&self, code: &str) -> MarketName {
        let name = self.definition.market(code).map(|m| m.name.clone());
        MarketName {
            name: name.unwrap_or_else(|| code.to_owned()),
            code: code.to_owned(),
        }
    }

    /// The market that is meant: the one named, else that of the person's latest visit, else the first.
    ///
    /// Errors: `market_unknown` for one that is not the person's.
    pub fn market(&self, named: Option<&str>) -> Result<String> {
        if let Some(named) = named.filter(|named| !named.trim().is_empty()) {
            let unknown = || TabletError::unknown(Unknown::Market, named);
            let market = self.definition.market_by_name(named).ok_or_else(unknown)?;
            return Some(market.code.clone())
                .filter(|code| self.markets.contains(code))
                .ok_or_else(unknown);
        }
        let latest: Option<String> = self
            .conn()
            .prepare_cached(include_str!("../../sql/own/latest_market.sql"))?
            .query_row(named_params! { ":author": self.me.person_id.0 }, |row| {
                row.get(0)
            })
            .optional()?;
        let latest = latest.filter(|code| self.markets.contains(code));
        Ok(latest
            .or_else(|| self.markets.first().cloned())
            .unwrap_or_default())
    }

    pub fn person_name(&self, person: Uuid) -> Result<Option<String>> {
        if person == self.me.person_id.0 {
            return Ok(Some(self.me.name.clone()));
        }
        let known = record::shown(self.conn(), "person", person)?;
        Ok(known.and_then(|person| person.text("name").map(str::to_owned)))
    }

    /// Name of the lead of a market: whose team holds it, else who leads it without a team; of several the first by id.
    pub fn lead_of(&self, market: &str) -> Result<Option<String>> {
        for (_, team) in record::of_kind(self.conn(), "team")? {
            if codes(team.value("markets")).any(|code| code == market)
                && let Some(lead) = team.id("lead")
            {
                return self.person_name(lead);
            }
        }
        let people = record::of_kind(self.conn(), "person")?;
        let lead = people.into_iter().find(|(_, person)| {
            person.text("role") == Some(Role::Lead.code())
                && person.value("active").and_then(Value::as_bool) != Some(false)
                && codes(person.value("markets")).any(|code| code == market)
        });
        Ok(lead.and_then(|(_, person)| person.text("name").map(str::to_owned)))
    }

    pub fn is_me(&self, person: Uuid) -> bool {
        person == self.me.person_id.0
    }

    /// A trader as a line names one.
    pub fn who(&self, trader: Option<Uuid>) -> Result<Who> {
        let Some(id) = trader else {
            return Ok(Who::default());
        };
        let named: Option<(String, String)> = self
            .conn()
            .prepare_cached(include_str!("../../sql/trader/who.sql"))?
            .query_row(named_params! { ":id": id }, |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        let (name, stall) = named.unwrap_or_default();
        Ok(Who {
            trader: Some(id),
            name: Some(name).filter(|name| !name.is_empty()),
            stall,
        })
    }

    pub fn outcome_label(&self, code: &str) -> Label {
        match self.definition.outcome(code) {
            Some(outcome) => Label::new(&outcome.label_id, &outcome.label_en),
            None => Label::same(code),
        }
    }

    pub fn step_label(&self, code: &str) -> Label {
        match self.definition.step(code) {
            Some(step) => Label::new(&step.label_id, &step.label_en),
            None => Label::same(code),
        }
    }

    pub fn stage_label(&self, code: &str) -> Label {
        match self.definition.stage(code) {
            Some(stage) => Label::new(&stage.label_id, &stage.label_en),
            None => Label::same(code),
        }
    }

    pub fn reason_label(&self, code: &str) -> Label {
        self.known_reason(code).unwrap_or_else(|| Label::same(code))
    }

    /// The words of a reason that the definition has. Those of the office's own reasons travel with the return.
    pub fn known_reason(&self, code: &str) -> Option<Label> {
        let reason = self.definition.obstacle(code)?;
        Some(Label::new(&reason.label_id, &reason.label_en))
    }

    pub fn code_label(&self, list: &str, code: &str) -> Label {
        Label::new(
            self.definition.code_label(list, code, "id"),
            self.definition.code_label(list, code, "en"),
        )
    }
}

/// The texts of a list value.
pub fn codes(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let list = value.and_then(Value::as_list).unwrap_or_default();
    list.iter().filter_map(Value::as_text)
}

/// Codes of a person's markets that this tablet holds, in route order: assigned ones, those of a team, for an admin all.
/// Somebody without any sees what the tablet has.
pub fn markets_of(
    conn: &Connection,
    definition: &Definition,
    person: PersonId,
    role: Role,
) -> Result<Vec<String>> {
    let mut held: BTreeSet<String> = BTreeSet::new();
    if let Some(known) = record::shown(conn, "person", person.0)? {
        held.extend(codes(known.value("markets")).map(str::to_owned));
        if role == Role::Lead {
            for (id, team) in record::of_kind(conn, "team")? {
                if team.id("lead") == Some(person.0) || known.id("team") == Some(id) {
                    held.extend(codes(team.value("markets")).map(str::to_owned));
                }
            }
        }
    }
    let all = held.is_empty() || role == Role::Admin;
    let here: BTreeSet<String> = record::homes(conn)?
        .into_iter()
        .map(|home| home.home)
        .filter(|home| home != CAMPAIGN_HOME && (all || held.contains(home)))
        .collect();
    let place = |code: &String| {
        definition
            .markets()
            .iter()
            .position(|market| market.code == *code)
    };
    let mut markets: Vec<String> = here.into_iter().collect();
    markets.sort_by_key(|code| (place(code).is_none(), place(code)));
    Ok(markets)
}

/// The traders whom a change touches.
pub fn traders_of(conn: &Connection, change: &Change) -> Result<BTreeSet<Uuid>> {
    let mut traders = BTreeSet::new();
    for patch in &change.patches {
        if patch.kind == "trader" {
            traders.insert(patch.id);
        } else if let Some(trader) = patch.value("trader").and_then(Value::as_id) {
            traders.insert(trader);
        } else {
            let row = record::get(conn, &RecordKey::new(&patch.kind, patch.id))?;
            traders.extend(row.and_then(|row| row.owner));
        }
    }
    Ok(traders)
}

/// A return that nobody has answered.
#[derive(Debug, Clone)]
pub struct OpenReturn {
    pub id: Uuid,
    pub visit: Uuid,
    /// The trader under whom the visit is shown.
    pub trader: Uuid,
    pub record: Registers,
    pub at_ms: i64,
    pub by: Uuid,
}

/// Open returns of this person's visits, the oldest first.
pub fn returns_to(look: &Look<'_>) -> Result<Vec<OpenReturn>> {
    let conn = look.conn();
    let mut open = Vec::new();
    for (id, entry) in record::of_kind(conn, "return")? {
        let Some(visit) = entry.id("visit").filter(|_| !entry.flag("answered")) else {
            continue;
        };
        let Some(known) = record::shown(conn, "visit", visit)? else {
            continue;
        };
        let mine = known
            .origin("trader")
            .is_some_and(|o| look.is_me(o.author.0));
        let (Some(trader), Some(origin), true) = (known.id("trader"), entry.origin("visit"), mine)
        else {
            continue;
        };
        open.push(OpenReturn {
            id,
            visit,
            trader: crate::store::facts::root_of(conn, trader)?,
            at_ms: origin.stamp.ms(),
            by: origin.author.0,
            record: entry,
        });
    }
    open.sort_by_key(|entry| (entry.at_ms, entry.id));
    Ok(open)
}

/// The date that a person typed, else the working day of now.
pub fn date_or_today(look: &Look<'_>, typed: Option<&str>) -> Result<String> {
    match typed {
        Some(typed) => {
            let wrong = |_| TabletError::bad("date", "takes a date YYYY-MM-DD");
            let date: NaiveDate = typed.trim().parse().map_err(wrong)?;
            Ok(own::label(date))
        }
        None => Ok(own::label(look.day_in(&look.market(None)?))),
    }
}
