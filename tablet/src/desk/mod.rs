//! The tablet while its pages are open: who is unlocked, one store for screens and the background, and what is told
//! without being asked. Every door with pages (bridge, window) hands its commands to a [`Desk`].

mod enrolling;
mod events;
#[cfg(debug_assertions)]
pub mod faults;
mod pins;
mod sending;
mod session;
#[cfg(test)]
mod tests;

pub use events::{Event, Events};
pub use sending::pause_after;

use crate::command::{self, Command, Done, Reply, SyncPhase, SyncState, Viewer};
use crate::error::{Result, TabletError};
use crate::store::copy::salvage;
use crate::store::own::{self, OwnState};
use crate::store::{Store, meta};
use grebeg_core::id::PersonId;
use sending::Waker;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Without a command for so long the tablet locks.
const IDLE_MAX: Duration = Duration::from_secs(10 * 60);

/// See the module.
#[derive(Debug)]
pub struct Desk {
    store: Mutex<Store>,
    /// Who is unlocked; in the memory of this process only.
    active: Mutex<Option<Active>>,
    /// One PIN at a time, so that tries side by side are counted one after the other.
    trying: Mutex<()>,
    sync: Mutex<SyncState>,
    events: Events,
    waker: Waker,
}

#[derive(Debug, Clone, Copy)]
struct Active {
    person: PersonId,
    last_used: Instant,
}

impl Desk {
    /// Opens the folder and begins to send in the background. A damaged database begins anew at once: a canvasser in the market
    /// has nobody to ask, and nothing of it is deleted. Errors: those of [`Store::open`] otherwise.
    pub fn open(home: &Path) -> Result<Arc<Self>> {
        let store = match Store::open(home) {
            Err(TabletError::Damaged(damage)) => {
                salvage::begin_anew(home, &damage)?;
                Store::open(home)?
            }
            store => store?,
        };
        let desk = Arc::new(Self::over(store));
        sending::start(&desk);
        Ok(desk)
    }

    /// A desk without a background; nothing is sent unless somebody asks.
    fn over(store: Store) -> Self {
        let waiting = own::count(&store.conn, OwnState::Waiting).unwrap_or(0);
        Self {
            store: Mutex::new(store),
            active: Mutex::new(None),
            trying: Mutex::new(()),
            sync: Mutex::new(SyncState {
                waiting,
                ..SyncState::default()
            }),
            events: Events::default(),
            waker: Waker::default(),
        }
    }

    pub fn events(&self) -> &Events {
        &self.events
    }

    /// Ends the background; what is under way ends by itself and is safe.
    pub fn close(&self) {
        self.waker.close();
        self.events.close();
    }

    /// For the end of the process: waits until nobody is at the store, and lets nobody to it again. A process that exits takes the
    /// database library's memory away; a thread that used or closed the store at that moment would crash.
    pub fn rest(self: Arc<Self>) {
        self.close();
        std::mem::forget(self.lock_store());
        std::mem::forget(self);
    }

    /// Does what a page asks. Everything is said by the person who is unlocked, whatever the command names.
    pub fn run(&self, command: Command) -> Result<Reply> {
        match command {
            Command::Session => Ok(Reply::Session(Box::new(self.session()?))),
            Command::SetSettings(_) => self.work(command, None),
            Command::Enrol { server, code } => self.enrol(&server, &code),
            Command::SetPin { person, pin } => self.set_pin(PersonId(person), &pin),
            Command::Unlock { person, pin } => self.unlock(PersonId(person), &pin),
            Command::Lock => {
                self.lock();
                Ok(Reply::Done(Done {}))
            }
            // Handing in what a stopped tablet still holds needs nobody's PIN: there is nobody any more.
            Command::Sync => {
                self.waker.wake();
                Ok(Reply::Started { started: true })
            }
            Command::ClearPin { person } => self.clear_pin(self.active()?, PersonId(person)),
            command => {
                let person = self.active()?;
                let is_save = is_save(&command);
                let reply = self.work(as_said_by(command, person), Some(person))?;
                if is_save {
                    self.saved();
                }
                Ok(reply)
            }
        }
    }

    fn work(&self, command: Command, person: Option<PersonId>) -> Result<Reply> {
        #[cfg(debug_assertions)]
        if is_save(&command) {
            let folder = self.lock_store().home.folder().to_owned();
            faults::before_save(&folder)?;
        }
        let viewer = Viewer {
            person,
            sync: self.sync_state(),
        };
        command::run_for(&mut self.lock_store(), command, &viewer)
    }

    /// Something new waits: it is told, and sent when it can be.
    fn saved(&self) {
        let waiting = own::count(&self.lock_store().conn, OwnState::Waiting);
        if let Ok(waiting) = waiting {
            self.tell_sync(|state| state.waiting = waiting);
        }
        self.waker.hint();
    }

    fn lock_store(&self) -> MutexGuard<'_, Store> {
        // A command that panicked left no transaction open; the store is as it was before it.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_active(&self) -> MutexGuard<'_, Option<Active>> {
        self.active.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Where sending stands.
    pub fn sending(&self) -> SyncState {
        self.sync_state()
    }

    fn sync_state(&self) -> SyncState {
        let state = self.sync.lock().unwrap_or_else(PoisonError::into_inner);
        state.clone()
    }

    /// Changes what is known about sending, and tells it where that is something new.
    fn tell_sync(&self, change: impl FnOnce(&mut SyncState)) {
        let mut state = self.sync.lock().unwrap_or_else(PoisonError::into_inner);
        let before = state.clone();
        change(&mut state);
        if *state != before {
            self.events.tell(&Event::Sync(state.clone()));
        }
    }

    /// Who is unlocked. Errors: `unlock_needed`, also after ten minutes without a command.
    fn active(&self) -> Result<PersonId> {
        let mut active = self.lock_active();
        let Some(now) = active.as_mut() else {
            return Err(TabletError::UnlockNeeded);
        };
        if now.last_used.elapsed() >= IDLE_MAX {
            *active = None;
            self.events.tell(&Event::Locked);
            return Err(TabletError::UnlockNeeded);
        }
        now.last_used = Instant::now();
        Ok(now.person)
    }

    fn lock(&self) {
        if self.lock_active().take().is_some() {
            self.events.tell(&Event::Locked);
        }
    }

    /// Locks where nobody did anything for long, and where the person no longer belongs to this tablet.
    fn lock_where_due(&self) {
        let Some(active) = *self.lock_active() else {
            return;
        };
        let people = meta::enrolment(&self.lock_store().conn).map(|enrolment| {
            let people = enrolment.map(|e| e.people).unwrap_or_default();
            people.iter().any(|p| p.person_id == active.person)
        });
        let gone = matches!(people, Ok(false));
        if gone || active.last_used.elapsed() >= IDLE_MAX {
            self.lock();
        }
    }
}

/// Whether a command adds a change of its own.
fn is_save(command: &Command) -> bool {
    matches!(
        command,
        Command::AddTrader(_)
            | Command::SetTrader { .. }
            | Command::Visit(_)
            | Command::Consent { .. }
            | Command::Amend { .. }
            | Command::Undo { .. }
    )
}

/// The command with its author.
fn as_said_by(mut command: Command, person: PersonId) -> Command {
    let author = Some(person.0.to_string());
    match &mut command {
        Command::AddTrader(action) => action.as_person = author,
        Command::Visit(action) => action.as_person = author,
        Command::SetTrader { as_person, .. }
        | Command::Consent { as_person, .. }
        | Command::Amend { as_person, .. }
        | Command::Undo { as_person, .. } => *as_person = author,
        _ => {}
    }
    command
}
