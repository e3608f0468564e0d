//! Takes the changes of a request one by one: known already, accepted, held back, or not yet (after a gap).

use super::accept::{Accepted, accept};
use super::access::{Judgement, Sender, judge, seen_seq};
use super::messages::{Ack, HeldReason, Offered, State};
use super::recovered::supersede_recovered;
use super::settle;
use super::store::{Filed, FiledVisit, Head, Store};
use crate::change::{Change, ChangeName, Hash, Patch, Seen};
use crate::id::{PersonId, nameless_visit_id};
use crate::kinds::{self, Personal};
use crate::limits;
use crate::merge::ERASED;
use crate::planted::{self, Bug};
use crate::register::RecordKey;
use crate::stamp::{Clocks, Placing, Stamp, place};
use crate::value::Value;
use crate::wire::json::glimpse;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// The moment and the clocks of the exchange.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The server's time: the commit time of this transaction, Unix milliseconds.
    pub server_ms: i64,
    /// The server's wall clock, which commit times can be a little ahead of.
    pub wall_ms: i64,
    pub clocks: Clocks,
    /// What the sender's position says it has read; it stands in for a change that does not say it of itself.
    pub read: Option<Seen>,
}

impl Moment {
    /// What counts as now when a stamp is judged. Stamps that are believed may be ahead of the wall clock, and commit times
    /// follow them; judged by commit times alone, a tablet could push the server's time on and on.
    fn now_ms(&self) -> i64 {
        let stepped_back =
            self.server_ms.saturating_sub(self.wall_ms) > 2 * limits::STAMP_TOLERANCE_MS;
        if stepped_back {
            self.server_ms
        } else {
            self.wall_ms.min(self.server_ms)
        }
    }
}

/// Takes every change that can be taken; what stands after a gap is not in the answer.
pub fn take<S: Store>(
    store: &mut S,
    sender: &Sender,
    moment: Moment,
    offered: &[Offered],
) -> Result<Vec<Ack>, S::Error> {
    let mut acks = Vec::with_capacity(offered.len());
    let mut in_order: Vec<&Offered> = offered.iter().collect();
    in_order.sort_by_key(|offer| offer.name());
    for offer in in_order {
        if let Some(ack) = take_one(store, sender, moment, offer)? {
            acks.push(ack);
        }
    }
    Ok(acks)
}

fn take_one<S: Store>(
    store: &mut S,
    sender: &Sender,
    moment: Moment,
    offer: &Offered,
) -> Result<Option<Ack>, S::Error> {
    let name = offer.name();
    let (hash, prev, given_stamp) = match offer {
        Offered::Whole(change) => (change.hash(), change.prev, change.stamp),
        Offered::Damaged { bytes, .. } => (Sha256::digest(bytes).into(), None, Stamp::default()),
    };
    let filed = store.filed(name)?;
    let own_device = match store.device(name.device)? {
        Some(row) => sender.server || row.enrolment == sender.enrolment,
        None => false,
    };
    let known = filed.iter().find(|f| f.hash == hash);
    // What another tablet sent in this one's name is no answer to this one.
    let another = known.filter(|f| own_device && f.reason.is_some_and(HeldReason::is_anothers));
    if let (Some(known), None) = (known, another)
        && !planted::alive(Bug::NoDeduplication)
    {
        return Ok(Some(present_state(known, given_stamp)));
    }
    let mut held = Held {
        reason: Some(HeldReason::DeviceMismatch),
        in_chain: false,
        waits_for: &[],
        before: another,
    };
    if !own_device {
        return file_held(store, moment, offer, hash, held).map(Some);
    }
    // The office has decided about what came in another way: so it stays.
    let decided = another.filter(|f| f.state != State::HeldBack);
    let high = store.high_n(name.device)?;
    // No device has a change 0.
    let repeated = name.n <= high && !planted::alive(Bug::NoDeduplication);
    if repeated || follows_fork(store, offer, prev)? {
        if let Some(decided) = decided {
            return Ok(Some(present_state(decided, given_stamp)));
        }
        held.reason = Some(HeldReason::ForkedDevice);
        return file_held(store, moment, offer, hash, held).map(Some);
    }
    let after_gap = name.n > high + 1 && !planted::alive(Bug::GapTaken);
    if after_gap && sender.rescue {
        // It kept only what it had not sent, and a restored server may lack what came before. All of it is held anyway.
        held.reason = Some(HeldReason::AfterRevocation);
        return file_held(store, moment, offer, hash, held).map(Some);
    }
    if after_gap {
        return Ok(None);
    }
    held.in_chain = true;
    if let Some(decided) = decided {
        return take_number(store, decided, given_stamp).map(Some);
    }
    let change = match offer {
        Offered::Damaged { .. } => {
            held.reason = Some(HeldReason::BadId);
            return file_held(store, moment, offer, hash, held).map(Some);
        }
        Offered::Whole(change) => change,
    };
    let twins = settle::twins(store, change, &hash)?;
    if twins.iter().any(|twin| twin.state != State::HeldBack) {
        held.reason = None;
        return file_held(store, moment, offer, hash, held).map(Some);
    }
    match judge(store, sender, change, change.seen.or(moment.read))? {
        Judgement::Hold { reason, waits_for } => {
            held.reason = Some(reason);
            held.waits_for = &waits_for;
            file_held(store, moment, offer, hash, held).map(Some)
        }
        Judgement::Accept => {
            let mut change = change.clone();
            change.stamp = placed(store, moment, &change)?;
            let own = another.map(|another| Filed {
                in_chain: true,
                reason: None,
                ..another.clone()
            });
            let filing = Filing {
                read: moment.read,
                held: own.as_ref(),
                twins: &twins,
                ..Filing::default()
            };
            let filed = accept_and_file(store, change, hash, given_stamp, filing)?;
            Ok(Some(present_state(&filed, given_stamp)))
        }
    }
}

/// What was decided before its own tablet brought it has its number in the chain from now on.
fn take_number<S: Store>(store: &mut S, decided: &Filed, sent: Stamp) -> Result<Ack, S::Error> {
    let at_ms = match decided.seq {
        0 => store.head()?.last_ms,
        seq => store.commit_ms_at(seq)?,
    };
    let filed = Filed {
        in_chain: true,
        ..decided.clone()
    };
    store.file(&filed, at_ms, None, "")?;
    Ok(present_state(&filed, sent))
}

fn present_state(filed: &Filed, sent: Stamp) -> Ack {
    let stamp = (filed.stamp != sent).then_some(filed.stamp);
    let reason = if filed.state == State::HeldBack {
        filed.reason
    } else {
        None
    };
    Ack {
        name: filed.name,
        state: filed.state,
        reason,
        stamp,
    }
}

/// A `prev` that is not the hash held at `n`−1: the tablet was copied, or lost its tail and counted anew.
fn follows_fork<S: Store>(
    store: &mut S,
    offer: &Offered,
    prev: Option<Hash>,
) -> Result<bool, S::Error> {
    let name = offer.name();
    let (Some(prev), true) = (prev, name.n > 1) else {
        return Ok(false);
    };
    let before = store.filed(ChangeName {
        device: name.device,
        n: name.n - 1,
    })?;
    if planted::alive(Bug::ForkTaken) {
        return Ok(false);
    }
    if before.iter().any(|f| !f.in_chain && f.hash == prev) {
        return Ok(true);
    }
    Ok(before.iter().any(|f| f.in_chain && f.hash != prev))
}

/// The stamp under which the server takes the change.
pub(super) fn placed<S: Store>(
    store: &mut S,
    moment: Moment,
    change: &Change,
) -> Result<Stamp, S::Error> {
    // Only what the change itself says: a client that does not say what it had seen may have read on since it was made.
    let seen = seen_seq(store, change.seen)?;
    let seen_at_ms = store.commit_ms_at(seen)?;
    let previous = previous_stamp(store, change)?;
    let placing = Placing {
        server_now_ms: moment.now_ms(),
        seen_at_ms,
        previous,
        request: moment.clocks,
    };
    Ok(place(change.stamp, change.clocks, &placing))
}

fn previous_stamp<S: Store>(store: &mut S, change: &Change) -> Result<Stamp, S::Error> {
    if change.n <= 1 {
        return Ok(Stamp::default());
    }
    let before = store.filed(ChangeName {
        device: change.device,
        n: change.n - 1,
    })?;
    Ok(before
        .iter()
        .find(|f| f.in_chain)
        .map_or(Stamp::default(), |f| f.stamp))
}

/// How a change is held back.
struct Held<'a> {
    /// `None`: there is nothing against it but that it was decided about under another name.
    reason: Option<HeldReason>,
    in_chain: bool,
    waits_for: &'a [RecordKey],
    /// The entry that it has already, by somebody else's sending.
    before: Option<&'a Filed>,
}

/// Files a change as held back. Where the same action stands under another name it is superseded at once, if it was decided
/// about there or this is somebody else's sending; else the other gives way to it.
fn file_held<S: Store>(
    store: &mut S,
    moment: Moment,
    offer: &Offered,
    hash: Hash,
    held: Held<'_>,
) -> Result<Ack, S::Error> {
    let mut filed = blank(offer.name(), hash, Stamp::default(), moment.server_ms);
    filed.in_chain = held.in_chain;
    filed.reason = held.reason;
    if let Some(before) = held.before {
        filed.received_ms = before.received_ms;
    }
    let (mut twins, mut erased) = (Vec::new(), Vec::new());
    match offer {
        Offered::Damaged { name, bytes } => {
            let mut seen = glimpse(*name, bytes, moment.clocks);
            seen.stamp = placed(store, moment, &seen)?;
            describe(store, &mut filed, &seen)?;
            filed.content_hash = hash;
            filed.bytes = bytes.clone();
        }
        Offered::Whole(change) => {
            let mut change = change.clone();
            filed.given_stamp = change.stamp;
            change.stamp = placed(store, moment, &change)?;
            erased = redact_erased(store, &mut change)?;
            twins = settle::twins(store, &change, &hash)?;
            describe(store, &mut filed, &change)?;
        }
    }
    let is_anothers = held.reason.is_some_and(HeldReason::is_anothers);
    let gives_way = |twin: &Filed| twin.state != State::HeldBack || is_anothers;
    if twins.iter().any(gives_way) {
        filed.state = State::Superseded;
    }
    store.file(&filed, moment.server_ms, None, "")?;
    if filed.state == State::HeldBack {
        if !held.waits_for.is_empty() {
            store.set_waits_for(&filed, held.waits_for)?;
        }
        settle::supersede(store, &twins)?;
    }
    redact_before(store, &erased)?;
    Ok(present_state(&filed, filed.given_stamp))
}

/// Files what another tablet held of a change that this server has lost.
pub(super) fn file_recovered<S: Store>(
    store: &mut S,
    moment: Moment,
    mut change: Change,
) -> Result<(), S::Error> {
    let mut filed = blank(change.name(), change.hash(), change.stamp, moment.server_ms);
    filed.in_chain = false;
    filed.reason = Some(HeldReason::Recovered);
    redact_erased(store, &mut change)?;
    describe(store, &mut filed, &change)?;
    store.file(&filed, moment.server_ms, None, "")
}

/// How an accepted change is filed where it is not simply the sender's next.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Filing<'a> {
    /// See [`Moment::read`].
    pub read: Option<Seen>,
    /// The held entry that it was until now.
    pub held: Option<&'a Filed>,
    /// Held entries of the same action, which give way to it.
    pub twins: &'a [Filed],
    pub by: Option<PersonId>,
    pub why: &'a str,
}

/// Accepts a change at a new place in the order and files it; also for held changes and the office's own.
pub(super) fn accept_and_file<S: Store>(
    store: &mut S,
    mut change: Change,
    hash: Hash,
    given_stamp: Stamp,
    filing: Filing<'_>,
) -> Result<Filed, S::Error> {
    let mut head = store.head()?;
    head.seq += 1;
    store.set_head(&head)?;
    // First of all: what was erased is not even written into a record on its way out.
    redact_erased(store, &mut change)?;
    let accepted = accept(store, &mut head, &change, change.seen.or(filing.read))?;
    // The server's time is never below a stamp that it accepted.
    head.last_ms = head.last_ms.max(change.stamp.ms());
    store.set_head(&head)?;
    let mut filed = blank(change.name(), hash, given_stamp, head.last_ms);
    filed.state = State::Accepted;
    filed.seq = head.seq;
    if let Some(held) = filing.held {
        filed.in_chain = held.in_chain;
        // Why it once was: it tells for ever whose sending it was.
        filed.reason = held.reason;
        filed.received_ms = held.received_ms;
        filed.settled_seq = head.seq;
    }
    describe(store, &mut filed, &change)?;
    store.file(&filed, head.last_ms, filing.by, filing.why)?;
    follow_up(store, &filed, filing.twins, accepted)?;
    Ok(filed)
}

/// An entry about which nothing is known yet but its name.
fn blank(name: ChangeName, hash: Hash, given_stamp: Stamp, received_ms: i64) -> Filed {
    Filed {
        name,
        hash,
        in_chain: true,
        state: State::HeldBack,
        reason: None,
        stamp: given_stamp,
        given_stamp,
        seq: 0,
        settled_seq: 0,
        received_ms,
        content_hash: hash,
        bytes: Vec::new(),
        author: None,
        visit: None,
        touches: Vec::new(),
    }
}

/// Begins a transaction's work: one commit time for all of it, later than every commit before and every stamp accepted.
pub fn begin<S: Store>(store: &mut S, wall_ms: i64) -> Result<Head, S::Error> {
    let mut head = store.head()?;
    head.last_ms = wall_ms.max(head.last_ms + 1);
    store.set_head(&head)?;
    Ok(head)
}

fn follow_up<S: Store>(
    store: &mut S,
    filed: &Filed,
    twins: &[Filed],
    accepted: Accepted,
) -> Result<(), S::Error> {
    for key in &accepted.redact {
        redact_filed(store, key)?;
    }
    settle::supersede(store, twins)?;
    supersede_recovered(store, filed)?;
    settle::release_waiting(store, &accepted.created)?;
    if !accepted.erase.is_empty() {
        // No personal value is in it, so nothing has to be guarded by chance.
        settle::office_change(store, None, [0; 16], accepted.erase)?;
    }
    Ok(())
}

/// Takes the values that an erasure ended out of every filed change of a record.
pub(super) fn redact_filed<S: Store>(store: &mut S, key: &RecordKey) -> Result<(), S::Error> {
    if planted::alive(Bug::FiledNotRedacted) {
        return Ok(());
    }
    for filed in store.changes_touching(key)? {
        let Ok(mut change) = Change::from_bytes(&filed.bytes) else {
            continue;
        };
        let gone = |patch: &Patch, field: &str| {
            patch.id == key.id
                && patch.kind == key.kind
                && kinds::personal(&patch.kind, field) != Personal::No
        };
        if change.redact(gone) {
            store.refile_bytes(filed.name, &filed.hash, &change.to_bytes())?;
        }
    }
    Ok(())
}

/// A late change about somebody who is erased: the personal values are not even stored. Returns the records that it is about.
fn redact_erased<S: Store>(store: &mut S, change: &mut Change) -> Result<Vec<RecordKey>, S::Error> {
    let mut erased = Vec::new();
    for patch in &change.patches {
        let own = RecordKey::new(&patch.kind, patch.id);
        for key in std::iter::once(own.clone()).chain(hangs_on(store, patch)?) {
            let is_erased = match store.record(&key)? {
                Some(stored) => stored.registers.flag(ERASED),
                None => store.erased_ahead(&key)?,
            };
            if is_erased {
                erased.push(own.clone());
            }
        }
    }
    if !erased.is_empty() {
        change.redact(|patch, field| {
            let is_erased = |key: &RecordKey| key.kind == patch.kind && key.id == patch.id;
            erased.iter().any(is_erased) && kinds::personal(&patch.kind, field) != Personal::No
        });
    }
    Ok(erased)
}

/// The traders and visits on which a record hangs: as the patch says, or, where the record's creation is not accepted, as
/// what was filed of it says.
fn hangs_on<S: Store>(store: &mut S, patch: &Patch) -> Result<Vec<RecordKey>, S::Error> {
    let mut keys = named_by(patch);
    if keys.is_empty() {
        keys = named_of_missing(store, &RecordKey::new(&patch.kind, patch.id))?;
    }
    for key in keys.clone() {
        if key.kind == "visit" {
            keys.extend(named_of_missing(store, &key)?);
        }
    }
    Ok(keys)
}

fn named_by(patch: &Patch) -> Vec<RecordKey> {
    let named = ["trader", "visit"].into_iter().filter_map(|field| {
        let id = patch.value(field)?.as_id()?;
        Some(RecordKey::new(field, id))
    });
    named.collect()
}

fn named_of_missing<S: Store>(store: &mut S, key: &RecordKey) -> Result<Vec<RecordKey>, S::Error> {
    if store.record(key)?.is_some() {
        return Ok(Vec::new());
    }
    let mut named = Vec::new();
    for filed in store.changes_touching(key)? {
        let Ok(change) = Change::from_bytes(&filed.bytes) else {
            continue;
        };
        let patches = change.patches.iter();
        let same = patches.filter(|p| p.kind == key.kind && p.id == key.id);
        named.extend(same.flat_map(named_by));
    }
    Ok(named)
}

/// Somebody erased is named by a change that is held back: what came before of the same records, and of what waits for
/// them, could not be known to be about that person.
fn redact_before<S: Store>(store: &mut S, keys: &[RecordKey]) -> Result<(), S::Error> {
    for key in keys {
        redact_filed(store, key)?;
        for filed in store.waiting_for(key)? {
            let Ok(mut change) = Change::from_bytes(&filed.bytes) else {
                continue;
            };
            let gone = |patch: &Patch, field: &str| {
                named_by(patch).contains(key) && kinds::personal(&patch.kind, field) != Personal::No
            };
            if change.redact(gone) {
                store.refile_bytes(filed.name, &filed.hash, &change.to_bytes())?;
            }
        }
    }
    Ok(())
}

/// Fills in what the filing needs to know of a change.
pub(super) fn describe<S: Store>(
    store: &mut S,
    filed: &mut Filed,
    change: &Change,
) -> Result<(), S::Error> {
    filed.stamp = change.stamp;
    filed.content_hash = change.content_hash();
    filed.bytes = change.to_bytes();
    filed.author = author_in(change);
    filed.touches = change
        .patches
        .iter()
        .map(|p| RecordKey::new(&p.kind, p.id))
        .collect();
    filed.touches.sort();
    filed.touches.dedup();
    if let Some(named) = visit_in(change) {
        let market = match (named.market, named.trader) {
            (Some(market), _) => market,
            (None, None) => String::new(),
            (None, Some(trader)) => {
                let stored = store.record(&RecordKey::new("trader", trader))?;
                stored.map_or_else(String::new, |s| s.home)
            }
        };
        filed.visit = Some(FiledVisit {
            visit: named.visit,
            trader: named.trader,
            market,
        });
    }
    Ok(())
}

/// The visit that a change creates, as far as its content says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedVisit {
    pub visit: Uuid,
    pub trader: Option<Uuid>,
    /// `None`: the market where the trader is.
    pub market: Option<String>,
}

/// The (last) visit that a change creates. Only its creation names the trader; a name that is no id is still a visit that
/// somebody recorded.
pub fn visit_in(change: &Change) -> Option<NamedVisit> {
    let visits = change.patches.iter().enumerate().rev();
    visits
        .filter(|(_, patch)| patch.kind == "visit")
        .find_map(|(number, patch)| {
            let trader = patch.value("trader")?.as_id();
            let market = patch.value("market").and_then(Value::as_text);
            let visit = match patch.is_nameless() {
                true => nameless_visit_id(&change.device, change.n, number),
                false => patch.id,
            };
            Some(NamedVisit {
                visit,
                trader,
                market: market.map(str::to_owned),
            })
        })
}

/// Whom a change is filed under; nobody for a nil author.
pub fn author_in(change: &Change) -> Option<PersonId> {
    Some(change.author).filter(|author| !author.0.is_nil())
}
