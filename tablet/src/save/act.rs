//! Who acts: only the people who share this tablet, and one of them by name where there are several.

use crate::error::{Result, TabletError, Unknown};
use crate::store::Store;
use crate::store::meta::{self, Person};
use grebeg_core::kinds::Role;
use uuid::Uuid;

/// The person who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    pub person: Person,
    pub role: Role,
}

/// `named`: the id, or the name, of a person. Errors: `not_enrolled`, `revoked`, `as_needed`, `person_unknown`.
pub fn actor(store: &Store, named: Option<&str>) -> Result<Actor> {
    let enrolment = store.enrolment()?;
    if meta::flag(&store.conn, "revoked")? {
        return Err(TabletError::Locked);
    }
    let person = match named {
        Some(named) => {
            let by_id = Uuid::try_parse(named).ok();
            let matches = |person: &&Person| {
                by_id == Some(person.person_id.0)
                    || person.name.to_lowercase() == named.trim().to_lowercase()
            };
            let mut found = enrolment.people.iter().filter(matches);
            match (found.next(), found.next()) {
                (Some(person), None) => person,
                _ => return Err(TabletError::unknown(Unknown::Person, named)),
            }
        }
        None => match enrolment.people.as_slice() {
            [person] => person,
            [] => return Err(TabletError::NotEnrolled),
            people => {
                let describe = |p: &Person| format!("{} ({})", p.name, p.person_id);
                return Err(TabletError::AsNeeded {
                    people: people.iter().map(describe).collect(),
                });
            }
        },
    };
    Ok(Actor {
        person: person.clone(),
        role: Role::parse(&person.role).unwrap_or(Role::Viewer),
    })
}
