//! Carrying out one page of an answer: acknowledgements, records, what left, conflicts and the position, in one transaction.

use super::fill::FillRow;
use super::own::{self, OwnChange, OwnState};
use super::work::Work;
use super::{Store, meta, record, renumber};
use crate::error::Result;
use grebeg_core::change::ChangeName;
use grebeg_core::codec::Writer;
use grebeg_core::definition::Definition;
use grebeg_core::id::DeviceId;
use grebeg_core::kinds;
use grebeg_core::kinds::HomeRule;
use grebeg_core::merge::{self, ERASED};
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::stamp::{Contact, Stamp};
use grebeg_core::sync::messages::{
    Ack, Answer, CAMPAIGN_HOME, Position, SentConflict, SentRecord, State,
};
use grebeg_core::sync::receive::Plan;
use grebeg_core::sync::recovered::Lost;
use rusqlite::named_params;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// The server was restored, and this round of pages is the first of its new epoch.
const NEW_EPOCH: &str = "new_epoch";

/// What a page did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Applied {
    /// Records that read otherwise than before. What comes back of one's own writes is none of them.
    pub news: u64,
    /// The server was restored since the last answer: everything is sent again.
    pub new_epoch: bool,
    /// Something that the server had spoken about waits again.
    pub waits_again: bool,
    /// It told of somebody's erasure.
    pub erased: bool,
}

/// Applies a checked answer. `contact`: the clocks of the exchange; `fork`: the device id to go on under, where this tablet is
/// called a copy.
pub fn apply(
    store: &mut Store,
    answer: &Answer,
    plan: &Plan,
    contact: Contact,
    fork: Option<DeviceId>,
) -> Result<Applied> {
    store.work(|work, definition| {
        let mut applied = Applied::default();
        meta::set_contact(work.conn, &contact)?;
        meta::set_flag(work.conn, "clock_back", false)?;
        for ack in &plan.acks {
            acknowledge(work, definition, ack)?;
        }
        for ack in &plan.settled {
            settle(work, definition, ack)?;
        }
        let device = meta::enrolment(work.conn)?.map(|enrolment| enrolment.device);
        if let Some(device) = fork {
            // First, so that only what the server never took gets new numbers: what it took is sent again by its own name.
            renumber::fork(work, definition, device, &plan.after_gap)?;
        }
        // What this very answer names is known there, and would not be sent back if it were named again.
        let said: BTreeSet<ChangeName> = plan.acks.iter().map(|ack| ack.name).collect();
        let epoch = meta::position(work.conn)?.map(|position| position.epoch);
        let ended = epoch.filter(|epoch| *epoch != answer.epoch);
        applied.new_epoch = ended.is_some();
        if let Some(ended) = ended {
            meta::add_past_epoch(work.conn, ended)?;
            meta::set_flag(work.conn, NEW_EPOCH, true)?;
            // All of it, under whatever device id and whatever was said of it: the name under which an action stood may be
            // lost with the restore and with another copy of this store. One action stands there once, however often it comes.
            send_again(work, |own| !said.contains(&own.change.name()))?;
        } else if let Some(after) = plan.send_again_after {
            applied.waits_again = send_again(work, |own| {
                Some(own.change.device) == device
                    && own.change.n > after
                    && !said.contains(&own.change.name())
            })?;
        }
        applied.news = take_page(work, answer)?;
        if !answer.more {
            end_round(work)?;
            own::set_elsewhere(work.conn, &answer.elsewhere)?;
            meta::set_flag(work.conn, "filled", true)?;
            meta::set_flag(work.conn, NEW_EPOCH, false)?;
        }
        meta::set_position(work.conn, Some(&answer.position))?;
        refresh_people(work)?;
        move_clock(work, answer)?;
        meta::set_moment(work.conn, "last_sync", answer.server_ms)?;
        applied.erased = work.erased;
        Ok(applied)
    })
}

/// Drops the cursors of homes (of all: `None`), so that they are read anew beside what is shown.
pub fn refill(work: &mut Work<'_>, homes: Option<&[String]>) -> Result<()> {
    let all = work.homes();
    for home in homes.unwrap_or(&all) {
        work.home(home).filling = true;
        work.filling.clear(home)?;
    }
    let position = match homes {
        None => None,
        Some(homes) => meta::position(work.conn)?.map(|mut position| {
            for home in homes {
                position.homes.remove(home);
            }
            position
        }),
    };
    meta::set_position(work.conn, position.as_ref())
}

/// What the server said about one own change.
fn acknowledge(work: &mut Work<'_>, definition: &Definition, ack: &Ack) -> Result<()> {
    let Some(mut own) = own::find(work.conn, ack.name)? else {
        return Ok(());
    };
    own.state = OwnState::Said(ack.state);
    own.reason = ack.reason.map(|reason| reason.code().to_owned());
    own::restamp(&mut own, ack.stamp, definition);
    own::update(work.conn, &own)?;
    // Its writes are not sent back. They join the confirmed layer at the end of the round, when it is known which of its
    // records are here; until then they lie over it as before.
    own::set_unconfirmed(work.conn, own.key, ack.state == State::Accepted)?;
    let mut touched = own::touches(&own.change);
    for key in touched.clone() {
        work.touch(&key);
        touched.extend(own::traders_of(work.conn, &key)?);
    }
    for key in touched {
        // Recorded about somebody who was erased already: the server took the values out, and so do we.
        let known = record::get(work.conn, &key)?.and_then(|row| row.confirmed);
        if known.is_some_and(|known| known.flag(ERASED)) {
            work.redact_own(&key)?;
        }
    }
    Ok(())
}

/// What the office decided about a change that is held back. Of one that waits nothing was decided yet: its own
/// acknowledgement will tell; and what is held as a copy's gets a new number, so that a word about the old one is another's.
fn settle(work: &mut Work<'_>, definition: &Definition, ack: &Ack) -> Result<()> {
    let known = own::find(work.conn, ack.name)?;
    let open = |own: OwnChange| own.state == OwnState::Said(State::HeldBack) && !own.is_forked();
    if known.is_some_and(open) {
        acknowledge(work, definition, ack)?;
    }
    Ok(())
}

/// The server holds less than it once acknowledged: the chosen changes wait again, under their present stamps.
/// Returns whether there was any of which the server had spoken.
fn send_again(work: &mut Work<'_>, chosen: impl Fn(&OwnChange) -> bool) -> Result<bool> {
    let mut any = false;
    for mut own in own::all(work.conn)? {
        if !chosen(&own) {
            continue;
        }
        any |= own.state != OwnState::Waiting;
        own.state = OwnState::Waiting;
        own.reason = None;
        own::update(work.conn, &own)?;
        own::set_unconfirmed(work.conn, own.key, false)?;
        for key in own::touches(&own.change) {
            work.touch(&key);
        }
    }
    Ok(any)
}

/// All pages of a round are here: what they acknowledged becomes part of what the server has said.
fn end_round(work: &mut Work<'_>) -> Result<()> {
    for own in own::unconfirmed(work.conn)? {
        own::set_unconfirmed(work.conn, own.key, false)?;
        work.confirm(&own.change)?;
    }
    Ok(())
}

/// Answers how many records read otherwise than before.
fn take_page(work: &mut Work<'_>, answer: &Answer) -> Result<u64> {
    for part in &answer.fills {
        if part.begins {
            work.filling.clear(&part.home)?;
        }
        work.home(&part.home).filling = true;
    }
    let mut news = answer.left.len() as u64;
    for left in &answer.left {
        work.leave(&left.home, &left.key)?;
    }
    for record in &answer.records {
        news += u64::from(take_record(work, record)?);
    }
    adopt_hanging(work)?;
    if let Some(conflicts) = &answer.conflicts {
        take_conflicts(work, conflicts)?;
    }
    for (home, cursor) in &answer.position.homes {
        if cursor.is_complete() && work.is_filling(home) {
            complete_fill(work, home)?;
        }
    }
    leave_homes(work, &answer.position)?;
    Ok(news)
}

/// Whether it brought anything that was not shown already.
fn take_record(work: &mut Work<'_>, sent: &SentRecord) -> Result<bool> {
    if work.is_filling(&sent.home) {
        let known = (work.filling.take(&sent.key)?).filter(|row| row.home == sent.home);
        let mut row = known.unwrap_or(FillRow {
            home: sent.home.clone(),
            owner: None,
            registers: Registers::default(),
        });
        merge_sent(&mut row.registers, sent);
        row.owner = owner_of(work, &sent.key, &row.registers)?;
        work.filling.put(sent.key.clone(), row);
        return Ok(true);
    }
    let row = record::get(work.conn, &sent.key)?.unwrap_or_default();
    let shown = |field: &String| row.shown().and_then(|registers| registers.0.get(field));
    let news = (sent.fields.iter())
        .any(|(field, register)| shown(field).map(|known| &known.value) != Some(&register.value));
    // A home that went out of scope tells nobody what left it: what was known there is not this home's.
    let known = row.confirmed.filter(|_| row.home == sent.home);
    let mut registers = known.unwrap_or_default();
    merge_sent(&mut registers, sent);
    let owner = owner_of(work, &sent.key, &registers)?;
    work.set_confirmed(&sent.key, &sent.home, owner, Some(registers))?;
    Ok(news)
}

fn merge_sent(registers: &mut Registers, sent: &SentRecord) {
    for (field, register) in &sent.fields {
        let mut register = register.clone();
        // Places in the order are the server's own affair; here they would only tell the same records apart.
        register.seq = 0;
        merge::merge_register(registers, &sent.key.kind, field, register);
    }
}

/// The trader to whom a record belongs.
fn owner_of(work: &Work<'_>, key: &RecordKey, registers: &Registers) -> Result<Option<Uuid>> {
    if key.kind == "trader" {
        return Ok(Some(key.id));
    }
    Ok(match kinds::kind(&key.kind).map(|k| k.home) {
        Some(HomeRule::Trader) => registers.id("trader"),
        Some(HomeRule::Visit) => match registers.id("visit") {
            None => None,
            Some(visit) => {
                let visit = RecordKey::new("visit", visit);
                match work.filling.owner(&visit)? {
                    Some(owner) => Some(owner),
                    None => record::get(work.conn, &visit)?.and_then(|row| row.owner),
                }
            }
        },
        _ => None,
    })
}

/// Reviews and returns may come before the visit on which they hang.
fn adopt_hanging(work: &mut Work<'_>) -> Result<()> {
    for key in record::unowned(work.conn)? {
        let Some(row) = record::get(work.conn, &key)? else {
            continue;
        };
        let registers = row.confirmed.clone().unwrap_or_default();
        if let Some(owner) = owner_of(work, &key, &registers)? {
            work.set_confirmed(&key, &row.home, Some(owner), row.confirmed)?;
        }
    }
    Ok(())
}

fn take_conflicts(work: &mut Work<'_>, conflicts: &[SentConflict]) -> Result<()> {
    work.conn
        .execute(include_str!("../../sql/record/conflict_clear.sql"), [])?;
    let mut put = work
        .conn
        .prepare_cached(include_str!("../../sql/record/conflict_put.sql"))?;
    for conflict in conflicts {
        let mut out = Writer::new();
        for (number, register) in conflict.lost.iter().enumerate() {
            // The lost values as one record of registers, so that the stored form is the one of records.
            let fields = BTreeMap::from([(number.to_string(), register.clone())]);
            let bytes = Registers(fields).to_bytes();
            out.varint(bytes.len() as u64);
            out.raw(&bytes);
        }
        put.execute(named_params! {
            ":kind": conflict.key.kind,
            ":id": conflict.key.id,
            ":field": conflict.field,
            ":lost": out.bytes,
        })?;
    }
    Ok(())
}

/// What was filled takes the place of what was shown, in the transaction that completes it.
fn complete_fill(work: &mut Work<'_>, home: &str) -> Result<()> {
    let mut filled = work.filling.take_home(home)?;
    own_hanging(&mut filled);
    if meta::flag(work.conn, NEW_EPOCH)? {
        keep_lost(work, home, &filled)?;
    }
    let mut gone: BTreeSet<RecordKey> =
        record::keys_of_home(work.conn, home)?.into_iter().collect();
    for (key, mut row) in filled {
        gone.remove(&key);
        if row.owner.is_none() {
            row.owner = owner_of(work, &key, &row.registers)?;
        }
        work.set_confirmed(&key, home, row.owner, Some(row.registers))?;
    }
    for key in gone {
        work.leave_one(&key)?;
    }
    let row = work.home(home);
    row.filling = false;
    row.shown = true;
    Ok(())
}

/// Reviews and returns belong to the trader of the visit with which they came.
fn own_hanging(filled: &mut BTreeMap<RecordKey, FillRow>) {
    let hanging = filled.iter().filter(|(_, row)| row.owner.is_none());
    let owners: Vec<(RecordKey, Option<Uuid>)> = (hanging)
        .filter_map(|(key, row)| Some((key, RecordKey::new("visit", row.registers.id("visit")?))))
        .filter_map(|(key, visit)| Some((key.clone(), filled.get(&visit)?.owner)))
        .collect();
    for (key, owner) in owners {
        if let Some(row) = filled.get_mut(&key) {
            row.owner = owner;
        }
    }
}

/// What a fill in a new epoch takes away was lost with the restore, where it is others': it is offered back.
fn keep_lost(work: &Work<'_>, home: &str, filled: &BTreeMap<RecordKey, FillRow>) -> Result<()> {
    let own: BTreeSet<ChangeName> = own::all(work.conn)?
        .iter()
        .map(|own| own.change.name())
        .collect();
    let mut lost = Lost::default();
    for key in record::keys_of_home(work.conn, home)? {
        let row = record::get(work.conn, &key)?;
        if let Some(held) = row.and_then(|row| row.confirmed) {
            lost.add(
                &key,
                &held,
                filled.get(&key).map(|row| &row.registers),
                |name| own.contains(&name),
            );
        }
    }
    let mut kept = meta::recovered(work.conn)?;
    kept.extend(lost.into_changes());
    meta::set_recovered(work.conn, &kept)
}

/// The people who share this tablet, as their records name them now.
fn refresh_people(work: &Work<'_>) -> Result<()> {
    let Some(enrolment) = meta::enrolment(work.conn)? else {
        return Ok(());
    };
    let mut people = enrolment.people.clone();
    for person in &mut people {
        let Some(known) = record::shown(work.conn, "person", person.person_id.0)? else {
            continue;
        };
        for (field, text) in [("name", &mut person.name), ("role", &mut person.role)] {
            if let Some(now) = known.text(field) {
                now.clone_into(text);
            }
        }
    }
    if people != enrolment.people {
        meta::set_people(work.conn, &people)?;
    }
    Ok(())
}

/// Homes that are no longer in scope leave once nothing waits.
fn leave_homes(work: &mut Work<'_>, position: &Position) -> Result<()> {
    if own::count(work.conn, OwnState::Waiting)? > 0 {
        return Ok(());
    }
    for home in work.homes() {
        if home == CAMPAIGN_HOME || position.homes.contains_key(&home) {
            continue;
        }
        for key in record::keys_of_home(work.conn, &home)? {
            work.leave_one(&key)?;
        }
        work.filling.clear(&home)?;
        work.forget_home(&home)?;
    }
    Ok(())
}

/// The clock goes on from the server's time, past what still waits here: a clock that ran ahead comes back.
fn move_clock(work: &mut Work<'_>, answer: &Answer) -> Result<()> {
    let mut last = Stamp::at_ms(answer.server_ms);
    for own in own::in_state(work.conn, OwnState::Waiting)? {
        last = last.max(own.change.stamp);
    }
    meta::set_stamp(work.conn, last)
}
