//! What a tablet lacks: rows of its homes after its position, in the order of the greater of seq and scope_seq, in pages.

use super::messages::{
    Ack, CAMPAIGN_HOME, Cursor, Elsewhere, Fill, Left, Position, SentConflict, SentRecord, State,
};
use super::store::{Head, Store, Stored};
use crate::change::ChangeName;
use crate::digest::Sum;
use crate::gather::visit_at_ms;
use crate::id::DeviceId;
use crate::kinds::{KINDS, Roles};
use crate::limits;
use crate::planted::{self, Bug};
use crate::register::{RecordKey, Register};
use std::collections::{BTreeMap, HashSet};
use uuid::Uuid;

/// What a tablet may see: the union over the people who share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    pub roles: Roles,
    /// Market codes; the campaign's own home is always part of it.
    pub markets: Vec<String>,
}

impl Scope {
    /// All homes, the campaign's first: definitions come before what they explain.
    pub fn homes(&self) -> Vec<String> {
        let mut homes = vec![CAMPAIGN_HOME.to_owned()];
        let mut markets = self.markets.clone();
        markets.sort();
        markets.dedup();
        homes.extend(markets);
        homes
    }

    /// Kinds that are sent at all.
    pub fn kinds(&self) -> Vec<&'static str> {
        KINDS
            .iter()
            .filter(|k| k.read.has(self.roles))
            .map(|k| k.name)
            .collect()
    }

    /// Readership classes whose digests add up to what this scope sees.
    pub fn readerships(&self) -> Vec<u8> {
        let mut classes: Vec<u8> = KINDS
            .iter()
            .map(|k| k.read)
            .filter(|r| r.has(self.roles))
            .map(|r| r.0)
            .collect();
        classes.sort_unstable();
        classes.dedup();
        classes
    }
}

/// One page.
#[derive(Debug, Default)]
pub struct Page {
    pub position: Position,
    pub more: bool,
    pub fills: Vec<Fill>,
    pub records: Vec<SentRecord>,
    pub left: Vec<Left>,
    pub settled: Vec<Ack>,
    pub conflicts: Option<Vec<SentConflict>>,
    pub elsewhere: Vec<Elsewhere>,
    pub digest: Option<BTreeMap<String, Sum>>,
}

/// What a client wants to be told beside what changed.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// Records in one page at most.
    pub page_records: usize,
    /// See [`page`].
    pub own: &'a HashSet<ChangeName>,
    /// A client that keeps no homes: it is told each record of a home that left its scope, and every open conflict each time.
    pub simple: bool,
}

/// Reads the next page after `position`, within one read transaction.
///
/// `telling.own`: the sender's changes acknowledged in this very answer; their writes are not sent back, except into a home that
/// is being filled. The tablet merges them itself once the round is complete, into the records that it then holds.
pub fn page<S: Store>(
    store: &mut S,
    scope: &Scope,
    enrolment: Uuid,
    position: Option<&Position>,
    telling: Telling<'_>,
) -> Result<Page, S::Error> {
    let own = telling.own;
    let head = store.head()?;
    let mut cursors = start(store, &head, scope, position)?;
    let kinds = scope.kinds();
    let mut page = Page::default();
    let mut room = telling.page_records.clamp(1, limits::PAGE_RECORDS_MAX);
    let campaign_base = cursors.get(CAMPAIGN_HOME).map_or(0, |c| c.base);
    let oldest_base = scope
        .homes()
        .iter()
        .map(|h| cursors.get(h).map_or(0, |c| c.base))
        .min()
        .unwrap_or(0);
    let mut homes = scope.homes();
    if planted::alive(Bug::ScopeFromTablet) {
        homes.extend(position.into_iter().flat_map(|p| p.homes.keys().cloned()));
        homes.sort();
        homes.dedup();
    }
    for home in homes {
        let cursor = cursors.entry(home.clone()).or_default();
        if cursor.is_complete() && cursor.seq >= head.seq {
            continue;
        }
        if room == 0 {
            page.more = true;
            continue;
        }
        // Also within a round: what was sent on an earlier page may have left since, at a place after that page's last row.
        if cursor.seq > 0 {
            leave(store, &home, cursor.seq, &mut page.left)?;
        }
        if cursor.base == 0 {
            page.fills.push(Fill {
                home: home.clone(),
                begins: *cursor == Cursor::default(),
            });
        }
        let rows = store.rows_after(&home, &kinds, (cursor.seq, cursor.row), room)?;
        let full = rows.len() == room;
        room -= rows.len();
        if let Some((_, last)) = rows.last().filter(|_| full) {
            (cursor.seq, cursor.row) = (last.ord, last.row);
            if planted::alive(Bug::CursorSkips) {
                cursor.row = u64::MAX - 1;
            }
            page.more = true;
        }
        let base = cursor.base;
        page.records.extend(
            rows.into_iter()
                .filter_map(|(key, stored)| sent(key, stored, base, own)),
        );
        if !full {
            *cursor = Cursor::complete(head.seq);
        }
    }
    if telling.simple {
        let gone = position.into_iter().flat_map(|p| p.homes.keys());
        for home in gone.filter(|home| !cursors.contains_key(*home)) {
            leave_home(store, home, &mut page.left)?;
        }
    }
    page.position = Position {
        epoch: head.epoch,
        roles: scope.roles.0,
        homes: cursors,
    };
    page.settled = settled(store, enrolment, campaign_base)?;
    if !page.more {
        let sees_conflicts = scope
            .roles
            .has(Roles::LEAD.and(Roles::ADMIN).and(Roles::CANVASSER));
        if sees_conflicts && (telling.simple || head.conflict_seq > oldest_base) {
            page.conflicts = Some(conflicts(store, scope)?);
        }
        page.elsewhere = elsewhere(store, scope, enrolment)?;
        page.digest = Some(digests(store, scope)?);
    }
    Ok(page)
}

/// The cursors to go on from. What this server cannot continue starts at nothing: a new home, other roles,
/// or a position beyond the place where an older epoch branched off.
fn start<S: Store>(
    store: &mut S,
    head: &Head,
    scope: &Scope,
    position: Option<&Position>,
) -> Result<BTreeMap<String, Cursor>, S::Error> {
    let mut cursors = BTreeMap::new();
    let Some(position) = position.filter(|p| p.roles == scope.roles.0) else {
        return Ok(cursors);
    };
    let same_epoch = position.epoch == head.epoch || planted::alive(Bug::EpochIgnored);
    let branch = if same_epoch {
        head.seq
    } else {
        let past = store.past_epochs()?;
        match past.iter().position(|p| p.epoch == position.epoch) {
            Some(from) => past
                .iter()
                .skip(from)
                .map(|p| p.branch_seq)
                .min()
                .unwrap_or(0),
            None => return Ok(cursors),
        }
    };
    // A round that the restore broke off was read from a state that is no more, and what one home's rows told of it has taken
    // rows of others: a position of an older epoch holds as a whole or not at all.
    let holds = |cursor: &Cursor| cursor.seq <= branch && cursor.base <= cursor.seq;
    let before = |cursor: &Cursor| cursor.is_complete() && holds(cursor);
    if !same_epoch && !position.homes.values().all(before) {
        return Ok(cursors);
    }
    for home in scope.homes() {
        if let Some(cursor) = position.homes.get(&home)
            && holds(cursor)
        {
            cursors.insert(home, *cursor);
        }
    }
    Ok(cursors)
}

fn sent(
    key: RecordKey,
    stored: Stored,
    base: u64,
    own: &HashSet<ChangeName>,
) -> Option<SentRecord> {
    let all = stored.scope_seq > base;
    let wanted = |register: &Register| {
        let name = ChangeName {
            device: register.origin.device,
            n: register.origin.n,
        };
        (all || register.seq > base)
            && !((base > 0 || planted::alive(Bug::OwnLeftOutOfFill)) && own.contains(&name))
    };
    let fields: BTreeMap<_, _> = stored
        .registers
        .0
        .into_iter()
        .filter(|(_, r)| wanted(r))
        .collect();
    // A record that is new in its home is told even when all its fields are the sender's own: where it is, only we know.
    (!fields.is_empty() || all && base > 0).then_some(SentRecord {
        key,
        home: stored.home,
        fields,
    })
}

/// Rows that left a home after `seq`, wherever they went: each home's rows are kept true by its own stream alone.
fn leave<S: Store>(
    store: &mut S,
    home: &str,
    seq: u64,
    left: &mut Vec<Left>,
) -> Result<(), S::Error> {
    if planted::alive(Bug::LeftNotTold) {
        return Ok(());
    }
    let mut told: HashSet<RecordKey> = HashSet::new();
    for key in store.left_after(home, seq)? {
        let now = store.record(&key)?.map(|s| s.home);
        if now.as_deref() != Some(home) && told.insert(key.clone()) {
            left.push(Left {
                home: home.to_owned(),
                key,
            });
        }
    }
    Ok(())
}

/// Everything in a home that a client held and may not see any more.
fn leave_home<S: Store>(store: &mut S, home: &str, left: &mut Vec<Left>) -> Result<(), S::Error> {
    let kinds: Vec<&str> = KINDS.iter().map(|k| k.name).collect();
    for (key, _) in store.rows_after(home, &kinds, (0, 0), isize::MAX as usize)? {
        left.push(Left {
            home: home.to_owned(),
            key,
        });
    }
    Ok(())
}

fn settled<S: Store>(store: &mut S, enrolment: Uuid, base: u64) -> Result<Vec<Ack>, S::Error> {
    if planted::alive(Bug::SettledNotTold) {
        return Ok(Vec::new());
    }
    let filed = store.settled_after(enrolment, base)?;
    let mut acks = Vec::with_capacity(filed.len());
    for f in filed {
        // A copy's change under a number that another change holds: the tablet that has that number would take it for its
        // own, and the copy knows its change under a new number by now.
        if !f.in_chain && store.filed(f.name)?.iter().any(|other| other.in_chain) {
            continue;
        }
        let held = f.state == State::HeldBack;
        acks.push(Ack {
            name: f.name,
            state: f.state,
            reason: f.reason.filter(|_| held),
            stamp: Some(f.stamp),
        });
    }
    Ok(acks)
}

fn conflicts<S: Store>(store: &mut S, scope: &Scope) -> Result<Vec<SentConflict>, S::Error> {
    let open = store.conflicts_in(&scope.homes())?;
    let mut list = Vec::with_capacity(open.len());
    for (key, field, siblings) in open {
        let mut registers: Vec<Register> = siblings.into_iter().map(|s| s.register).collect();
        registers.sort_by_key(|r| (r.origin.stamp, r.origin.device));
        registers.pop();
        list.push(SentConflict {
            key,
            field,
            lost: registers,
        });
    }
    Ok(list)
}

/// Own visits that left the scope and in which another's word holds; where an own one does, the tablet knows it.
fn elsewhere<S: Store>(
    store: &mut S,
    scope: &Scope,
    enrolment: Uuid,
) -> Result<Vec<Elsewhere>, S::Error> {
    let visits = store.own_visits_elsewhere(enrolment, &scope.homes())?;
    if visits.is_empty() {
        return Ok(Vec::new());
    }
    let devices = store.devices_of(enrolment)?;
    let own = |device: DeviceId| devices.iter().any(|row| row.device == device);
    let amended = visits.into_iter().filter_map(|(key, stored)| {
        let registers = stored.registers;
        let mut origins = ["outcome", "at"].iter().filter_map(|f| registers.origin(f));
        origins
            .any(|origin| !own(origin.device))
            .then_some(Elsewhere {
                visit: key.id,
                outcome: registers.text("outcome").unwrap_or_default().to_owned(),
                at_ms: visit_at_ms(&registers)?,
            })
    });
    Ok(amended.collect())
}

/// The sums of what this scope sees, home by home.
pub fn digests<S: Store>(store: &mut S, scope: &Scope) -> Result<BTreeMap<String, Sum>, S::Error> {
    let mut sums = BTreeMap::new();
    for home in scope.homes() {
        let mut sum = Sum::default();
        for readership in scope.readerships() {
            sum.add(store.digest(&home, readership)?);
        }
        sums.insert(home, sum);
    }
    Ok(sums)
}
