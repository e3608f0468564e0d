//! Saving: one action of one person becomes one change, durable with all that follows from it before it answers.

pub mod act;
pub mod amend;
pub mod check;
pub mod consent;
pub mod trader;
pub mod visit;

use crate::clock;
use crate::error::{Result, TabletError};
use crate::home::random;
use crate::store::{Store, draft, meta, own, renumber};
use grebeg_core::change::{Change, ChangeName, Patch, Salt, Seen};
use grebeg_core::definition::Definition;
use grebeg_core::id::PersonId;
use grebeg_core::limits;
use grebeg_core::register::RecordKey;
use grebeg_core::stamp::{Clocks, Stamp, StampClock};
use grebeg_core::sync::messages::CAMPAIGN_HOME;
use rusqlite::Connection;

/// The moment of a save.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub clocks: Clocks,
    /// The stamp that the change gets.
    pub stamp: Stamp,
    /// The clock reads something else than the corrected time.
    pub doubtful: bool,
}

/// The moment of now: past everything that this tablet has made or seen.
pub fn moment(conn: &Connection) -> Result<Moment> {
    moment_at(conn, clock::read())
}

/// The moment at which the clocks say this.
pub fn moment_at(conn: &Connection, clocks: Clocks) -> Result<Moment> {
    let contact = meta::contact(conn)?;
    let mut stamps = StampClock {
        last: meta::stamp(conn)?,
    };
    let stamp = stamps.tick(clock::corrected_ms(contact.as_ref(), &clocks));
    Ok(Moment {
        clocks,
        stamp,
        doubtful: clock::is_doubtful(contact.as_ref(), &clocks),
    })
}

/// The only function that saves. `patches` makes the change's patches from its salt, of which ids of new records follow.
///
/// Errors: `revoked` on a locked tablet, `disk_full`; whatever fails, nothing of the change is kept.
pub fn save(
    store: &mut Store,
    author: PersonId,
    moment: Moment,
    salt: Salt,
    patches: Vec<Patch>,
) -> Result<ChangeName> {
    if meta::flag(&store.conn, "revoked")? {
        return Err(TabletError::Locked);
    }
    let enrolment = store.enrolment()?;
    check_size(&patches)?;
    let last_wall = meta::moment(&store.conn, "last_save_wall")?;
    let went_back = last_wall.is_some_and(|last| {
        moment.clocks.wall_ms < last.saturating_sub(limits::STAMP_TOLERANCE_MS)
    });
    let change = store.work(|work, definition| {
        let conn = work.conn;
        let change = Change {
            device: enrolment.device,
            n: 0,
            stamp: moment.stamp,
            clocks: moment.clocks,
            author,
            seen: seen(conn, &patches)?,
            prev: None,
            salt: Some(salt),
            patches,
        };
        let change = renumber::next(conn, change)?;
        meta::set_stamp(conn, change.stamp)?;
        meta::set_moment(conn, "last_save_wall", change.clocks.wall_ms)?;
        if went_back {
            meta::set_flag(conn, "clock_back", true)?;
        }
        file(work, &change, definition)?;
        Ok(change)
    })?;
    store.copy_change(&change);
    Ok(change.name())
}

fn file(
    work: &mut crate::store::work::Work<'_>,
    change: &Change,
    definition: &Definition,
) -> Result<()> {
    own::insert(work.conn, change, definition)?;
    for key in own::touches(change) {
        work.touch(&key);
    }
    // What was half filled is saved now: with the visit, so that after a kill it is not offered to be saved again.
    for patch in change.patches.iter().filter(|patch| patch.kind == "visit") {
        if let Some(trader) = patch.value("trader").and_then(|value| value.as_id()) {
            draft::forget(work.conn, change.author, trader)?;
        }
    }
    Ok(())
}

/// A fresh salt.
pub fn salt() -> Result<Salt> {
    random::<16>()
}

fn check_size(patches: &[Patch]) -> Result<()> {
    if patches.len() > limits::TABLET_CHANGE_PATCHES_MAX {
        return Err(TabletError::TooLong {
            field: "steps".into(),
            max: limits::TABLET_CHANGE_PATCHES_MAX,
        });
    }
    for patch in patches {
        if patch.fields.len() > limits::PATCH_FIELDS_MAX {
            return Err(TabletError::TooLong {
                field: patch.kind.clone(),
                max: limits::PATCH_FIELDS_MAX,
            });
        }
    }
    Ok(())
}

/// The place in the server's order that this tablet had reached for the homes of the records: of several the smallest.
fn seen(conn: &Connection, patches: &[Patch]) -> Result<Option<Seen>> {
    let Some(position) = meta::position(conn)? else {
        return Ok(None);
    };
    let mut seq: Option<u64> = None;
    for patch in patches {
        let key = RecordKey::new(&patch.kind, patch.id);
        let trader = patch.value("trader").and_then(|v| v.as_id());
        let mut home = crate::store::record::get(conn, &key)?.map(|row| row.home);
        if home.is_none()
            && let Some(trader) = trader
        {
            let row = crate::store::record::get(conn, &RecordKey::new("trader", trader))?;
            home = row.map(|row| row.home);
        }
        let named = patch.value("market").and_then(|v| v.as_text());
        let home = home.or_else(|| named.map(str::to_owned));
        let home = home.unwrap_or_else(|| CAMPAIGN_HOME.to_owned());
        let base = position.homes.get(&home).map_or(0, |cursor| cursor.base);
        seq = Some(seq.map_or(base, |least| least.min(base)));
    }
    Ok(seq.map(|seq| Seen {
        epoch: position.epoch,
        seq,
    }))
}
