//! The answer to `session`: it works before the enrolment, while locked, and on a stopped tablet.

use super::{Desk, pins};
use crate::clock;
use crate::command::{
    self, CampaignName, Label, Mended, SessionReply, SyncState, TabletPerson, first_fill,
    markets_of,
};
use crate::error::Result;
use crate::store::meta::{Enrolment, Person};
use crate::store::own::{self, OwnState};
use crate::store::{Store, meta, pin, record};
use grebeg_core::definition::Definition;
use grebeg_core::kinds::Role;
use grebeg_core::stamp::Clocks;
use rusqlite::Connection;
use std::collections::BTreeMap;
use uuid::Uuid;

impl Desk {
    pub(super) fn session(&self) -> Result<SessionReply> {
        self.lock_where_due();
        let active = (*self.lock_active()).map(|active| active.person.0);
        let sync = self.sync_state();
        let mut store = self.lock_store();
        reply(&mut store, active, sync)
    }
}

fn reply(store: &mut Store, active: Option<Uuid>, mut sync: SyncState) -> Result<SessionReply> {
    let definition = store.definition()?;
    let enrolment = meta::enrolment(&store.conn)?;
    let revoked = meta::flag(&store.conn, "revoked")?;
    let waiting = own::in_state(&store.conn, OwnState::Waiting)?;
    let mut by_person: BTreeMap<Uuid, u64> = BTreeMap::new();
    for own in &waiting {
        *by_person.entry(own.change.author.0).or_default() += 1;
    }
    sync.waiting = waiting.len() as u64;
    if sync.at.is_none() {
        sync.at = meta::moment(&store.conn, "last_sync")?.map(grebeg_core::wire::json::time);
    }
    let now = clock::read();
    let mut people = Vec::new();
    let known = enrolment.as_ref().map(|e| e.people.as_slice());
    for person in known.unwrap_or_default() {
        let waiting = by_person.get(&person.person_id.0).copied().unwrap_or(0);
        people.push(tablet_person(store, &definition, person, waiting, &now)?);
    }
    Ok(SessionReply {
        enrolled: enrolment.is_some(),
        revoked,
        unknown_device: meta::flag(&store.conn, "unknown_device")?,
        unsent: waiting.len() as u64,
        campaign: campaign(store, &definition)?,
        tablet_name: tablet_name(store, enrolment.as_ref())?,
        server: enrolment.map(|enrolment| enrolment.server),
        people,
        active,
        first_fill_complete: first_fill(&store.conn)?.complete,
        settings: command::settings(&store.conn)?,
        sync,
        clock: command::clock(&store.conn)?,
        mended: mended(&store.conn)?,
        app_version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

fn mended(conn: &Connection) -> Result<Option<Mended>> {
    let times = meta::mended(conn)?.len() as u64;
    let changes = meta::mended_changes(conn)?;
    Ok((times > 0).then_some(Mended { times, changes }))
}

/// What the office calls this tablet, where its people may read that; else what it called itself.
fn tablet_name(store: &Store, enrolment: Option<&Enrolment>) -> Result<Option<String>> {
    let Some(enrolment) = enrolment else {
        return Ok(None);
    };
    let device = record::shown(&store.conn, "device", enrolment.device.0)?;
    let name = device.and_then(|device| device.text("name").map(str::to_owned));
    Ok(name.or_else(|| Some(enrolment.name.clone()).filter(|name| !name.is_empty())))
}

fn tablet_person(
    store: &mut Store,
    definition: &Definition,
    person: &Person,
    waiting: u64,
    now: &Clocks,
) -> Result<TabletPerson> {
    let mut row = pin::get(&store.conn, person.person_id)?;
    if let Some(row) = &mut row
        && pins::carry_over(row, now)
    {
        store.keep_pin(person.person_id, row)?;
    }
    let role = Role::parse(&person.role).unwrap_or(Role::Viewer);
    let markets = markets_of(&store.conn, definition, person.person_id, role)?;
    let name = |code: String| match definition.market(&code) {
        Some(market) => market.name.clone(),
        None => code,
    };
    let standing = row.as_ref().map(|row| pins::standing(row, now));
    Ok(TabletPerson {
        person_id: person.person_id.0,
        name: person.name.clone(),
        role: person.role.clone(),
        markets: markets.into_iter().map(name).collect(),
        has_pin: row.is_some(),
        waiting,
        pin_wait_s: standing.map_or(0, |s| s.wait_s),
        pin_tries_left: standing.map_or(5, |s| s.tries_left),
        needs_lead: standing.is_some_and(|s| s.needs_lead),
    })
}

/// The campaign's name, once its record has come.
fn campaign(store: &Store, definition: &Definition) -> Result<Option<CampaignName>> {
    let campaign = &definition.campaign;
    if campaign.name_id.is_empty() {
        return Ok(None);
    }
    let mut records = record::of_kind(&store.conn, "campaign")?.into_iter();
    Ok(Some(CampaignName {
        name: Label::new(&campaign.name_id, &campaign.name_en),
        city: campaign.city.clone(),
        rehearsal: records.any(|(_, record)| record.flag("rehearsal")),
    }))
}
