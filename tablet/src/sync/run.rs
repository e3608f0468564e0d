//! The rounds of one sync: offer, apply, and again while something waits or more is to come.

use super::http::{self, Received, Sending};
use super::{problem, reports, tls};
use crate::clock;
use crate::error::{Result, SyncFault, TabletError};
use crate::store::meta::Token;
use crate::store::own::{self, OwnState};
use crate::store::{Store, batch, meta, page, record, renumber, view, wipe};
use grebeg_core::change::ChangeName;
use grebeg_core::digest::Sum;
use grebeg_core::id::{CampaignId, DeviceId};
use grebeg_core::limits;
use grebeg_core::stamp::{Clocks, Contact};
use grebeg_core::sync::messages::{Answer, PROTOCOL, Request, State};
use grebeg_core::sync::offer::{self, Ready};
use grebeg_core::sync::receive::{self, Own};
use grebeg_core::wire::{COMPACT_TYPE, compact};
use reqwest::blocking::Client;
use reqwest::{StatusCode, Url};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Requests in one sync; a first fill of a whole campaign takes a few dozen.
const ROUNDS_MAX: usize = 400;
/// Times that a home whose digest differs is read anew within one sync.
const REPAIRS_MAX: usize = 1;

/// New device ids that one sync takes; a server that calls every one of them a copy is not asked again.
const FORKS_MAX: usize = 2;

/// A change that the server holds back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct HeldChange {
    pub n: u64,
    pub reason: String,
}

/// What a sync did; numbers are counts of changes, bytes and requests.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SyncResult {
    pub pushed: u64,
    pub accepted: u64,
    pub restamped: u64,
    pub held_back: Vec<HeldChange>,
    pub received_records: u64,
    /// Of those, the ones that read otherwise than before: what others did. Not told as JSON.
    #[serde(skip)]
    pub news: u64,
    pub bytes_up: u64,
    pub bytes_down: u64,
    pub round_trips: u64,
    pub waiting: u64,
    pub same_as_server: bool,
    /// Homes that were not the server's and were read anew; never more than 0 unless something is broken.
    pub repaired: u64,
    pub receipt: Option<String>,
}

/// How a sync reaches the store: one step at a time, and never while the network is asked.
pub trait Shelf {
    fn with<T>(&mut self, step: impl FnOnce(&mut Store) -> T) -> T;
}

/// The command line's own store: nobody else waits for it.
impl Shelf for Store {
    fn with<T>(&mut self, step: impl FnOnce(&mut Store) -> T) -> T {
        step(self)
    }
}

/// A store that saves and screens share.
impl Shelf for &Mutex<Store> {
    fn with<T>(&mut self, step: impl FnOnce(&mut Store) -> T) -> T {
        // A step that panicked left no transaction open; the store is as it was before it.
        let mut store = self.lock().unwrap_or_else(PoisonError::into_inner);
        step(&mut store)
    }
}

/// What carries a request to the server and an answer back; on a tablet HTTP, in tests a server in memory. With it comes what
/// else a sync takes from outside, which the simulator plays.
pub trait Line {
    /// Errors: the documented codes. The answer comes with whether the program is too old for the server.
    fn carry(&mut self, request: &Request) -> Result<Carried, Refused>;

    /// What the tablet's clocks say now.
    fn clocks(&mut self) -> Clocks {
        clock::read()
    }

    /// A device id that nobody has.
    fn new_device(&mut self) -> Result<DeviceId> {
        renumber::new_device()
    }
}

/// Why no page came back.
#[derive(Debug)]
pub struct Refused {
    pub error: TabletError,
    /// Seconds after which a busy server wants to be asked again.
    pub retry_after_s: Option<i64>,
}

impl From<TabletError> for Refused {
    fn from(error: TabletError) -> Self {
        Self {
            error,
            retry_after_s: None,
        }
    }
}

/// What came back, and what it took.
#[derive(Debug)]
pub struct Carried {
    pub answer: Answer,
    pub update_needed: bool,
    pub bytes_up: u64,
    pub bytes_down: u64,
}

/// One full exchange, until nothing waits. A locked tablet asks too: the office may have allowed it to hand in, once, what
/// it still holds. Errors: the documented codes; what waits still waits after each.
pub fn run(shelf: &mut impl Shelf) -> Result<SyncResult> {
    run_by(shelf, None)
}

/// The same where people wait since a while already: `by` then the first answer has to be here.
pub fn run_by(shelf: &mut impl Shelf, by: Option<Instant>) -> Result<SyncResult> {
    let mut line = shelf.with(|store| {
        let enrolment = store.enrolment()?;
        let token = meta::token(&store.conn)?.ok_or(TabletError::Locked)?;
        Ok::<_, TabletError>(HttpLine {
            client: tls::client(meta::contact(&store.conn)?)?,
            url: http::endpoint(&enrolment.server, "/v1/sync")?,
            campaign: enrolment.campaign,
            token,
            by,
        })
    })?;
    run_over(shelf, &mut line)
}

/// The same over any line.
pub fn run_over(shelf: &mut impl Shelf, line: &mut dyn Line) -> Result<SyncResult> {
    let mut session = Session {
        line,
        result: SyncResult::default(),
        pushed: BTreeSet::new(),
        forks: 0,
        repairs: 0,
        repaired: 0,
    };
    let ended = session.rounds(shelf);
    let result = session.result;
    shelf.with(|store| close(store, result, ended))
}

/// The end of a sync, however it ended.
fn close(store: &mut Store, mut result: SyncResult, ended: Result<()>) -> Result<SyncResult> {
    let locked = match meta::flag(&store.conn, "revoked")? && result.round_trips > 0 {
        // What a rescue took is no longer needed here.
        true => wipe::lock(store),
        false => Ok(()),
    };
    // Whatever failed: it keeps nothing that was sent, or that an erasure or the lock took.
    store.copy_anew();
    locked?;
    ended?;
    let today = crate::command::today(store)?;
    let at_ms = meta::moment(&store.conn, "last_sync")?;
    if let (Some(at_ms), 1..) = (at_ms, result.pushed) {
        store.transaction(|tx| {
            batch::add(tx, &today, at_ms, result.pushed, result.same_as_server)
        })?;
    }
    result.waiting = own::count(&store.conn, OwnState::Waiting)?;
    result.receipt = view::latest_receipt(store, &today)?;
    // Where the WAL stays long the next opening is slow; a full disk may forbid to shorten it now.
    drop(wipe::checkpoint(store));
    store.home.keep_reserve();
    Ok(result)
}

struct Session<'l> {
    line: &'l mut dyn Line,
    result: SyncResult,
    pushed: BTreeSet<ChangeName>,
    forks: usize,
    repairs: usize,
    /// Homes that the next request asks for anew.
    repaired: u64,
}

/// One request as it went out.
struct Sent {
    request: Request,
    names: Vec<ChangeName>,
    clocks: Clocks,
}

impl Session<'_> {
    fn rounds(&mut self, shelf: &mut impl Shelf) -> Result<()> {
        for _ in 0..ROUNDS_MAX {
            let clocks = self.line.clocks();
            let mut sent = shelf.with(|store| prepare(store, clocks))?;
            sent.request.repaired = std::mem::take(&mut self.repaired);
            let carried = match self.line.carry(&sent.request) {
                Ok(carried) => carried,
                Err(refused) => return Err(shelf.with(|store| note(store, refused))?),
            };
            let goes_on = shelf.with(|store| self.round(store, &sent, carried))?;
            if !goes_on {
                return Ok(());
            }
        }
        match shelf.with(|store| own::count(&store.conn, OwnState::Waiting))? {
            0 => Ok(()),
            waiting => Err(unsaid(waiting)),
        }
    }

    /// Takes in what one request brought; whether another has to follow.
    fn round(&mut self, store: &mut Store, sent: &Sent, carried: Carried) -> Result<bool> {
        let contact = contact(&carried.answer, &sent.clocks, &self.line.clocks());
        self.result.round_trips += 1;
        self.result.bytes_up += carried.bytes_up;
        self.result.bytes_down += carried.bytes_down;
        let (answer, update_needed) = (carried.answer, carried.update_needed);
        let applied = self.take(store, sent, &answer, contact)?;
        offered_back(store, &sent.request)?;
        if update_needed {
            return Err(TabletError::sync(
                SyncFault::UpdateNeeded,
                "the server serves newer programs only",
            ));
        }
        if applied.again || !meta::recovered(&store.conn)?.is_empty() {
            return Ok(true);
        }
        let locked = meta::flag(&store.conn, "revoked")?;
        if answer.more && !locked {
            return Ok(true);
        }
        let waiting = own::count(&store.conn, OwnState::Waiting)?;
        if waiting > 0 && !sent.names.is_empty() && !answer.acks.is_empty() {
            return Ok(true);
        }
        if locked {
            return Ok(false);
        }
        if waiting > 0 && !sent.names.is_empty() {
            return Err(unsaid(waiting));
        }
        match differing(store, answer.digest.as_ref())? {
            None => Ok(false),
            Some(homes) if homes.is_empty() => {
                self.result.same_as_server = true;
                Ok(false)
            }
            Some(_) if self.repairs == REPAIRS_MAX => Ok(false),
            Some(homes) => {
                self.repairs += 1;
                self.repaired = homes.len() as u64;
                self.result.repaired += self.repaired;
                store.work(|work, _| page::refill(work, Some(&homes)))?;
                Ok(true)
            }
        }
    }

    /// Checks and applies an answer.
    fn take(
        &mut self,
        store: &mut Store,
        sent: &Sent,
        answer: &Answer,
        contact: Contact,
    ) -> Result<Taken> {
        let device = sent.request.device;
        let past_epochs = meta::past_epochs(&store.conn)?;
        let own = Own {
            device,
            offered: &sent.names,
            last_n: own::last(&store.conn, device)?.map_or(0, |(n, _)| n),
            acked_n: sent.request.acked_n,
            position: sent.request.position.as_ref(),
            server_ms: meta::contact(&store.conn)?.map_or(i64::MIN, |c| c.server_ms),
            past_epochs: &past_epochs,
        };
        let mut plan = receive::plan(answer, &own)
            .map_err(|refused| TabletError::sync(SyncFault::NotOurServer, refused.to_string()))?;
        // What an earlier sync left held as a copy's, with no id left to take, has its turn now.
        plan.forked |= own::any_forked(&store.conn)?;
        plan.forked &= self.forks < FORKS_MAX;
        let fork = match plan.forked {
            true => Some(self.line.new_device()?),
            false => None,
        };
        let applied = match page::apply(store, answer, &plan, contact, fork) {
            // The reserve is for this: what waits can be acknowledged even on a full disk.
            Err(TabletError::DiskFull) if store.home.release_reserve() => {
                page::apply(store, answer, &plan, contact, fork)?
            }
            applied => applied?,
        };
        if applied.erased {
            // Not only at the end: the next page may be long in coming.
            store.copy_anew();
            store.home.forget_damaged();
        }
        self.count(sent, answer);
        self.result.news += applied.news;
        self.forks += usize::from(plan.forked);
        Ok(Taken {
            again: plan.forked || applied.new_epoch || applied.waits_again,
        })
    }

    fn count(&mut self, sent: &Sent, answer: &Answer) {
        self.pushed.extend(sent.names.iter().copied());
        self.result.pushed = self.pushed.len() as u64;
        self.result.received_records += answer.records.len() as u64;
        for ack in &answer.acks {
            match ack.state {
                State::Accepted => {
                    self.result.accepted += 1;
                    self.result.restamped += u64::from(ack.stamp.is_some());
                }
                State::HeldBack => self.result.held_back.push(HeldChange {
                    n: ack.name.n,
                    reason: ack.reason.map_or("", |r| r.code()).to_owned(),
                }),
                State::Discarded | State::Superseded => {}
            }
        }
    }
}

struct HttpLine {
    client: Client,
    token: Token,
    url: Url,
    campaign: CampaignId,
    by: Option<Instant>,
}

impl Line for HttpLine {
    fn carry(&mut self, request: &Request) -> Result<Carried, Refused> {
        let sending = Sending {
            url: self.url.clone(),
            content_type: COMPACT_TYPE,
            token: Some(&self.token),
            body: compact::write_request(request),
            by: self.by.take(),
        };
        let received = http::post(&self.client, sending)?;
        let update_needed = received.status == StatusCode::UPGRADE_REQUIRED;
        let is_ours = received.content_type.starts_with(COMPACT_TYPE);
        if is_ours && (update_needed || received.status == StatusCode::OK) {
            let answer = compact::read_answer(&received.body, self.campaign);
            let answer = answer
                .map_err(|error| TabletError::sync(SyncFault::NotOurServer, error.to_string()))?;
            return Ok(Carried {
                answer,
                update_needed,
                bytes_up: received.bytes_up,
                bytes_down: received.bytes_down,
            });
        }
        Err(refused(&received))
    }
}

struct Taken {
    /// Something has to be sent again at once.
    again: bool,
}

/// The next request.
fn prepare(store: &mut Store, clocks: Clocks) -> Result<Sent> {
    let enrolment = store.enrolment()?;
    let definition = store.definition()?;
    let conn = &store.conn;
    // Also those of an earlier device id: a restored server may have lost them.
    let waiting: Vec<_> = own::in_state(conn, OwnState::Waiting)?
        .into_iter()
        .map(|own| (own.change, own.size))
        .collect();
    let ready = Ready {
        protocol: PROTOCOL,
        device: enrolment.device,
        succeeds: enrolment.succeeds,
        position: meta::position(conn)?,
        clocks,
        reports: Vec::new(),
        acked_n: own::acked_n(conn, enrolment.device)?,
        waiting,
    };
    let (mut request, names) = offer::request(ready);
    request.recovered = meta::recovered(conn)?;
    request.recovered.truncate(limits::RECOVERED_CHANGES_MAX);
    request.reports = reports::of(conn, &definition, &names)?;
    request.reports.sort_by(|a, b| b.date.cmp(&a.date));
    request.reports.truncate(limits::REPORTS_MAX);
    Ok(Sent {
        request,
        names,
        clocks,
    })
}

/// What was offered back has arrived; whatever became of it is the office's to decide.
fn offered_back(store: &mut Store, request: &Request) -> Result<()> {
    if request.recovered.is_empty() {
        return Ok(());
    }
    let mut kept = meta::recovered(&store.conn)?;
    kept.retain(|change| !request.recovered.contains(change));
    store.transaction(|tx| meta::set_recovered(tx, &kept))
}

/// The server's time and the tablet's at the middle of the exchange.
fn contact(answer: &Answer, before: &Clocks, after: &Clocks) -> Contact {
    let half = |from: i64, to: i64| from.saturating_add(to.saturating_sub(from) / 2);
    let mono_ms = match (before.mono_ms, after.mono_ms) {
        (Some(from), Some(to)) => Some(half(from, to)),
        (_, to) => to,
    };
    Contact {
        server_ms: answer.server_ms,
        clocks: Clocks {
            wall_ms: half(before.wall_ms, after.wall_ms),
            boot: after.boot,
            mono_ms,
        },
    }
}

/// The homes whose digest is not the server's; `None` when the answer told none.
fn differing(store: &Store, theirs: Option<&BTreeMap<String, Sum>>) -> Result<Option<Vec<String>>> {
    let Some(theirs) = theirs else {
        return Ok(None);
    };
    let mine: BTreeMap<String, Sum> = record::homes(&store.conn)?
        .into_iter()
        .filter(|home| home.shown && !home.filling)
        .map(|home| (home.home, home.sum))
        .collect();
    let differing = theirs
        .iter()
        .filter(|(home, sum)| mine.get(*home).copied().unwrap_or_default() != **sum);
    Ok(Some(differing.map(|(home, _)| home.clone()).collect()))
}

/// What was offered is neither taken nor held back: that is no sync.
fn unsaid(waiting: u64) -> TabletError {
    let words = format!("the server said nothing about {waiting} changes");
    TabletError::sync(SyncFault::NotOurServer, words)
}

/// What an answer that is no page means.
fn refused(received: &Received) -> Refused {
    let code = problem::code_of(&received.content_type, &received.body);
    let is_success = received.status.is_success();
    let error = if is_success {
        let words = "what answered is not our server";
        TabletError::sync(SyncFault::NotOurServer, words)
    } else {
        problem::of_status(received.status, code.as_deref())
    };
    Refused {
        error,
        retry_after_s: received.retry_after_s,
    }
}

/// What a refusal does to this tablet; gives its error back.
fn note(store: &mut Store, refused: Refused) -> Result<TabletError> {
    let Refused {
        error,
        retry_after_s,
    } = refused;
    if let TabletError::Sync { fault, .. } = &error {
        match fault {
            SyncFault::Revoked if !meta::flag(&store.conn, "revoked")? => wipe::lock(store)?,
            SyncFault::UnknownDevice => {
                store.transaction(|tx| meta::set_flag(tx, "unknown_device", true))?
            }
            SyncFault::ServerBusy => {
                let wait_ms = retry_after_s.unwrap_or(0).clamp(0, 86_400) * 1_000;
                let until = clock::read().wall_ms.saturating_add(wait_ms);
                store.transaction(|tx| meta::set_moment(tx, "not_before", until))?;
            }
            _ => {}
        }
    }
    Ok(error)
}
