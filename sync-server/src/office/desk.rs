//! The desk: one campaign, one transaction, one person who acts.

use super::error::OfficeError;
use crate::clock;
use crate::store::Directory;
use crate::store::Registry;
use crate::store::rows::CampaignRow;
use crate::store::sqlite::{SqliteDirectory, SqliteStore};
use crate::writer::Turn;
use grebeg_core::change::Patch;
use grebeg_core::definition::Definition;
use grebeg_core::id::{CONSOLE, PersonId};
use grebeg_core::kinds::{self, Role};
use grebeg_core::limits;
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::sync::access::role_of;
use grebeg_core::sync::settle::office_change;
use grebeg_core::sync::store::{Filed, Store, Stored};
use rusqlite::Connection;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use uuid::Uuid;

pub struct Desk<'c> {
    pub store: SqliteStore<'c>,
    pub row: CampaignRow,
    /// Who acts; `None` for the console.
    pub by: Option<PersonId>,
}

/// Finds a campaign by id, code or definition name; without a name the only one.
pub fn find_campaign(
    connection: &Connection,
    name: Option<&str>,
) -> Result<CampaignRow, OfficeError> {
    let mut rows = SqliteDirectory(connection).campaigns()?;
    let Some(name) = name else {
        return match rows.len() {
            0 => Err(OfficeError::NoCampaign),
            1 => Ok(rows.remove(0)),
            _ => Err(OfficeError::CampaignNeeded(
                rows.iter()
                    .map(|r| r.code.as_str())
                    .collect::<Vec<_>>()
                    .join(", "),
            )),
        };
    };
    let by_name = |row: &CampaignRow| {
        row.campaign.to_string() == name
            || row.code.eq_ignore_ascii_case(name)
            || row.definition_name == name
    };
    rows.into_iter()
        .find(by_name)
        .ok_or_else(|| OfficeError::CampaignUnknown(name.to_owned()))
}

impl<'c> Desk<'c> {
    /// For writing, within the turn's transaction.
    pub fn open(
        turn: &mut Turn<'c>,
        campaign: Option<&str>,
        by: Option<&str>,
    ) -> Result<Self, OfficeError> {
        let row = find_campaign(turn.connection()?, campaign)?;
        let store = turn.store(row.campaign)?;
        Self::with(store, row, by)
    }

    /// For reading, within the caller's read transaction.
    pub fn read(
        connection: &'c Connection,
        campaign: Option<&str>,
        by: Option<&str>,
    ) -> Result<Self, OfficeError> {
        let row = find_campaign(connection, campaign)?;
        Self::with(SqliteStore::new(connection, row.campaign), row, by)
    }

    fn with(
        store: SqliteStore<'c>,
        row: CampaignRow,
        by: Option<&str>,
    ) -> Result<Self, OfficeError> {
        let mut desk = Self {
            store,
            row,
            by: None,
        };
        if let Some(name) = by {
            let person = desk.person(name)?;
            if !is_active(&mut desk.store, person)? {
                return Err(OfficeError::PersonInactive(name.to_owned()));
            }
            desk.by = Some(person);
        }
        Ok(desk)
    }

    /// A person by id, code or log-in-like name of the campaign.
    pub fn person(&mut self, name: &str) -> Result<PersonId, OfficeError> {
        let unknown = || OfficeError::PersonUnknown(name.to_owned());
        if let Ok(id) = Uuid::try_parse(name) {
            return match self.store.record(&RecordKey::new("person", id))? {
                Some(_) => Ok(PersonId(id)),
                None => Err(unknown()),
            };
        }
        let people = self.store.records_of_kind("person")?;
        let mut found = people.iter().filter(|(_, p)| {
            p.registers
                .text("code")
                .is_some_and(|c| c.eq_ignore_ascii_case(name))
        });
        let (key, _) = found.next().ok_or_else(unknown)?;
        // Two tablets' stores, or an older version, may have given a code twice.
        match found.next() {
            Some(_) => Err(OfficeError::PersonAmbiguous(name.to_owned())),
            None => Ok(PersonId(key.id)),
        }
    }

    /// The role in which the desk acts.
    pub fn role(&mut self) -> Result<Role, OfficeError> {
        let by = self.by.unwrap_or(CONSOLE);
        role_of(&mut self.store, by)?.ok_or_else(|| OfficeError::PersonUnknown(by.to_string()))
    }

    /// Only these roles may go on.
    pub fn needs(&mut self, roles: &[Role], needed: &'static str) -> Result<(), OfficeError> {
        if roles.contains(&self.role()?) {
            return Ok(());
        }
        Err(OfficeError::NotAllowed {
            who: self.who(),
            needed,
        })
    }

    pub fn who(&self) -> String {
        self.by
            .map_or_else(|| "console".to_owned(), |p| p.to_string())
    }

    /// Markets that the acting person leads; `None` for all.
    pub fn markets(&mut self) -> Result<Option<Vec<String>>, OfficeError> {
        let (Some(by), true) = (self.by, self.role()? != Role::Admin) else {
            return Ok(None);
        };
        Ok(Some(self.store.markets_since(by, u64::MAX >> 1)?))
    }

    /// Refuses where the record is outside the acting person's markets.
    pub fn needs_home(&mut self, home: &str) -> Result<(), OfficeError> {
        match self.markets()? {
            Some(markets) if !markets.iter().any(|m| m == home) => Err(OfficeError::NotAllowed {
                who: self.who(),
                needed: "a lead of that market",
            }),
            _ => Ok(()),
        }
    }

    pub fn record(
        &mut self,
        kind: &'static str,
        id: &str,
    ) -> Result<(RecordKey, Stored), OfficeError> {
        let unknown = || OfficeError::RecordUnknown {
            kind,
            id: id.to_owned(),
        };
        let key = RecordKey::new(kind, Uuid::try_parse(id).map_err(|_| unknown())?);
        let stored = self.store.record(&key)?.ok_or_else(unknown)?;
        Ok((key, stored))
    }

    /// One change of the office.
    ///
    /// Errors: `too_long` or `bad_value` for a value that its field does not take.
    pub fn change(&mut self, patches: Vec<Patch>) -> Result<Filed, OfficeError> {
        for patch in &patches {
            let spec = kinds::kind(&patch.kind);
            for (field, content) in &patch.fields {
                if let Some(value) = content.value() {
                    kinds::check_field(field, spec.and_then(|s| s.field(field)), value)?;
                }
            }
        }
        Ok(office_change(
            &mut self.store,
            self.by,
            clock::random()?,
            patches,
        )?)
    }

    pub fn log(&mut self, what: &str, detail: &str) -> Result<(), OfficeError> {
        let (at_ms, who) = (self.store.head()?.last_ms, self.who());
        Ok(self.store.audit(at_ms, &who, what, detail)?)
    }

    /// The campaign's definition as its records have it now.
    pub fn definition(&mut self) -> Result<Definition, OfficeError> {
        let mut records = Vec::new();
        for kind in grebeg_core::definition::KINDS {
            records.extend(self.store.records_of_kind(kind)?);
        }
        let records = records.iter().map(|(key, s)| (key, &s.registers));
        Ok(definition_of(records))
    }
}

/// The definition that records of its kinds make.
pub fn definition_of<'r>(
    records: impl IntoIterator<Item = (&'r RecordKey, &'r Registers)>,
) -> Definition {
    let entries: Vec<(&str, BTreeMap<String, Json>)> = records
        .into_iter()
        .map(|(key, registers)| (key.kind.as_str(), fields_of(registers)))
        .collect();
    Definition::from_entries(entries.iter().map(|(kind, fields)| (*kind, fields)))
}

/// Whether a person still works here.
fn is_active(store: &mut SqliteStore<'_>, person: PersonId) -> Result<bool, OfficeError> {
    let record = store.record(&RecordKey::new("person", person.0))?;
    let active = record.and_then(|r| r.registers.value("active").and_then(|v| v.as_bool()));
    Ok(active != Some(false))
}

/// The words of a reason. Errors: `WhyNeeded`, `TooLong`.
pub fn reason(why: &str) -> Result<&str, OfficeError> {
    let why = why.trim();
    if why.is_empty() {
        return Err(OfficeError::WhyNeeded);
    }
    if why.chars().count() > limits::NOTE_CHARS_MAX {
        return Err(OfficeError::TooLong {
            field: "why",
            max: limits::NOTE_CHARS_MAX,
        });
    }
    Ok(why)
}

/// A record's values as JSON.
pub fn json_fields(stored: &Stored) -> BTreeMap<String, Json> {
    fields_of(&stored.registers)
}

fn fields_of(registers: &Registers) -> BTreeMap<String, Json> {
    let fields = registers.0.iter().filter(|(_, r)| !r.value.is_null());
    fields
        .map(|(field, register)| (field.clone(), register.value.to_json()))
        .collect()
}
