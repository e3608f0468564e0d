//! The server's part of one exchange: what a request brings, and the answer to it. Two transactions, one after the other.
//!
//! Whoever asks was let in by somebody else: tokens, codes and the reports of days belong to the server's own books.

use super::access::Sender;
use super::acknowledge::{Moment, take};
use super::messages::{Ack, Answer, Position, Request, State};
use super::pull::{self, Scope, Telling};
use super::recovered::take_recovered;
use super::store::{DeviceRow, Store};
use crate::change::ChangeName;
use crate::id::{DeviceId, PersonId};
use crate::kinds::{Role, Roles};
use crate::register::RecordKey;
use crate::stamp::Contact;
use crate::value::Value;
use std::collections::HashSet;
use uuid::Uuid;

/// The tablet that asks, as the server's books know it.
#[derive(Debug, Clone, PartialEq)]
pub struct Caller {
    pub enrolment: Uuid,
    pub people: Vec<PersonId>,
    /// It was stopped and may hand in what it still holds.
    pub rescue: bool,
    /// The clocks of its last exchange.
    pub contact: Option<Contact>,
}

/// Whether a request speaks for a device of this enrolment, or for a new one that succeeds one of them.
pub fn speaks_for<S: Store>(
    store: &mut S,
    enrolment: Uuid,
    device: DeviceId,
    succeeds: Option<DeviceId>,
) -> Result<bool, S::Error> {
    if let Some(row) = store.device(device)? {
        return Ok(row.enrolment == enrolment);
    }
    let before = succeeds.map(|before| store.device(before)).transpose()?;
    Ok(before
        .flatten()
        .is_some_and(|row| row.enrolment == enrolment))
}

/// Takes all that a request brings, within the writer's transaction, which has [begun](super::acknowledge::begin).
/// `wall_ms`: the server's clock. The contact is for the server's books.
pub fn receive<S: Store>(
    store: &mut S,
    caller: &Caller,
    wall_ms: i64,
    request: &Request,
) -> Result<(Vec<Ack>, Contact), S::Error> {
    let head = store.head()?;
    if store.device(request.device)?.is_none() {
        store.add_device(&DeviceRow {
            device: request.device,
            enrolment: caller.enrolment,
            succeeds: request.succeeds,
        })?;
    }
    let sender = Sender {
        enrolment: caller.enrolment,
        people: caller.people.clone(),
        server: false,
        rescue: caller.rescue,
    };
    let contact = Contact {
        server_ms: head.last_ms,
        clocks: request.clocks,
    };
    let holds = caller
        .contact
        .is_none_or(|before| before.mono_holds_until(&contact));
    let moment = Moment {
        server_ms: head.last_ms,
        wall_ms,
        clocks: if holds {
            request.clocks
        } else {
            request.clocks.wall_only()
        },
        read: request.position.as_ref().map(Position::read_so_far),
    };
    let acks = take(store, &sender, moment, &request.changes)?;
    if !sender.rescue {
        take_recovered(store, moment, &request.recovered)?;
    }
    Ok((acks, contact))
}

/// What an answer is made for.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    pub enrolment: Uuid,
    pub device: DeviceId,
    pub position: Option<&'a Position>,
    pub acks: Vec<Ack>,
    /// What the tablet may see now.
    pub scope: &'a Scope,
    /// Records in one page at most.
    pub page_records: usize,
    /// A client that keeps no homes and is sent its own writes as well.
    pub simple: bool,
    /// The server's clock, Unix milliseconds.
    pub now_ms: i64,
}

/// The next answer, within one read transaction.
pub fn answer<S: Store>(store: &mut S, asked: Asked<'_>) -> Result<Answer, S::Error> {
    let own: HashSet<ChangeName> = asked
        .acks
        .iter()
        .filter(|ack| ack.state == State::Accepted && !asked.simple)
        .map(|ack| ack.name)
        .collect();
    let telling = Telling {
        page_records: asked.page_records,
        own: &own,
        simple: asked.simple,
    };
    let page = pull::page(store, asked.scope, asked.enrolment, asked.position, telling)?;
    let head = store.head()?;
    let mut answer = Answer {
        device: Some(asked.device),
        epoch: head.epoch,
        position: page.position,
        more: page.more,
        server_ms: head.last_ms.max(asked.now_ms),
        acks: asked.acks,
        settled: page.settled,
        fills: page.fills,
        records: page.records,
        left: page.left,
        conflicts: page.conflicts,
        elsewhere: page.elsewhere,
        digest: page.digest,
        ..Answer::default()
    };
    for row in store.devices_of(asked.enrolment)? {
        answer.high_n.insert(row.device, store.high_n(row.device)?);
    }
    Ok(answer)
}

/// What the people on one tablet may see together: the union over them, by their roles and markets as they are now.
pub fn scope_of<S: Store>(store: &mut S, people: &[PersonId]) -> Result<Scope, S::Error> {
    let mut scope = Scope {
        roles: Roles::NONE,
        markets: Vec::new(),
    };
    for person in people {
        let Some(record) = store.record(&RecordKey::new("person", person.0))? else {
            continue;
        };
        if record.registers.value("active").and_then(Value::as_bool) == Some(false) {
            continue;
        }
        let Some(role) = record.registers.text("role").and_then(Role::parse) else {
            continue;
        };
        scope.roles = scope.roles.and(role.bit());
        match role {
            Role::Admin => {
                let markets = store.records_of_kind("market")?;
                let codes = markets.iter().filter_map(|(_, m)| m.registers.text("code"));
                scope.markets.extend(codes.map(str::to_owned));
            }
            Role::Viewer => {}
            Role::Canvasser | Role::Lead => {
                let markets = record.registers.value("markets");
                let markets = markets.and_then(Value::as_list).unwrap_or_default();
                let codes = markets.iter().filter_map(Value::as_text);
                scope.markets.extend(codes.map(str::to_owned));
            }
        }
    }
    scope.markets.sort();
    scope.markets.dedup();
    Ok(scope)
}
