//! The server's HTTP side: who may ask is decided before a body is read.

pub mod body;
pub mod door;
pub mod enrol;
pub mod files;
pub mod form;
pub mod health;
pub mod line;
pub mod listen;
pub mod live;
pub mod office;
pub mod openapi;
pub mod pages;
pub mod problem;
pub mod rights;
pub mod router;
pub mod session;
pub mod sync;
pub mod tries;

#[cfg(test)]
mod rights_tests;

use self::problem::Problem;
use crate::data_dir::DataDir;
use crate::store::sqlite::{StoreError, open_reader};
use crate::writer::Writer;
use rusqlite::Connection;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, SemaphorePermit};

/// Requests that work at the same time.
const WORK_MAX: usize = 64;

/// Requests that wait for their turn; the surplus is told to come back.
const LINE_MAX: usize = 2_000;

/// Answers that are built at the same time: each takes tens of megabytes while it is, and no core builds more than one.
const BUILD_MIN: usize = 2;
const BUILD_MAX: usize = 8;

/// Connections that read beside those of the answers being built, so that small questions never wait for large ones.
const READERS_MORE: usize = 4;

/// What all handlers share.
#[derive(Clone)]
pub struct App(Arc<Inner>);

pub struct Inner {
    pub data: DataDir,
    pub writer: Writer,
    readers: Mutex<Vec<Connection>>,
    reading: Arc<Semaphore>,
    building: Arc<Semaphore>,
    work: Semaphore,
    in_line: AtomicUsize,
    pub counters: Counters,
    pub metrics_public: bool,
    pub codes: enrol::Guesses,
    pub office: session::OfficeDoor,
}

/// Counts for `/metrics`; no names, no ids.
#[derive(Default)]
pub struct Counters {
    pub syncs: AtomicU64,
    pub changes_accepted: AtomicU64,
    pub changes_held_back: AtomicU64,
    pub refused: AtomicU64,
    /// Homes that tablets read anew because their digest was not ours.
    pub homes_repaired: AtomicU64,
    pub bytes_in: AtomicU64,
    pub bytes_out: AtomicU64,
}

impl std::ops::Deref for App {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl App {
    pub fn new(data: DataDir, writer: Writer, metrics_public: bool) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let answers = cores.clamp(BUILD_MIN, BUILD_MAX);
        Self(Arc::new(Inner {
            data,
            writer,
            readers: Mutex::default(),
            reading: Arc::new(Semaphore::new(answers + READERS_MORE)),
            building: Arc::new(Semaphore::new(answers)),
            work: Semaphore::new(WORK_MAX),
            in_line: AtomicUsize::new(0),
            counters: Counters::default(),
            metrics_public,
            codes: enrol::Guesses::default(),
            office: session::OfficeDoor::default(),
        }))
    }

    /// A place to work in; `Problem::busy` when the line is too long already.
    pub async fn turn(&self) -> Result<SemaphorePermit<'_>, Problem> {
        struct InLine<'a>(&'a AtomicUsize);
        impl Drop for InLine<'_> {
            fn drop(&mut self) {
                self.0.fetch_sub(1, Ordering::Relaxed);
            }
        }
        let before = self.in_line.fetch_add(1, Ordering::Relaxed);
        let _leaves_when_dropped = InLine(&self.in_line);
        if before >= LINE_MAX {
            return Err(Problem::busy());
        }
        self.work.acquire().await.map_err(|_| Problem::busy())
    }

    /// Whether whoever comes now has to wait for a place to work in.
    pub fn is_crowded(&self) -> bool {
        self.work.available_permits() == 0
    }

    /// A place to build an answer in; whoever builds takes it along into the thread that does it.
    pub async fn build(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let place = self.building.clone().acquire_owned().await;
        place.map_err(|_| Problem::busy())
    }

    /// Runs `work` on a reading connection, within one read transaction, off the async threads.
    pub async fn read<T, E>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        self.read_and(work, |value| value).await
    }

    /// The same, and `then` on the same thread once the connection is free for others: each change of threads costs a small
    /// exchange as much as its reading.
    pub async fn read_and<T, U, E>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E> + Send + 'static,
        then: impl FnOnce(T) -> U + Send + 'static,
    ) -> Result<U, E>
    where
        U: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let app = self.clone();
        let place = self.reading.clone().acquire_owned().await;
        let result = tokio::task::spawn_blocking(move || {
            // Held while it reads, also when nobody waits for it any more: there are never more connections than places.
            let place = place;
            let value = app.on_reader(work)?;
            drop(place);
            Ok(then(value))
        });
        result
            .await
            .unwrap_or_else(|_| Err(StoreError::Damaged("a reader broke off".to_owned()).into()))
    }

    fn on_reader<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let readers = || self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = readers().pop();
        let connection = match kept {
            Some(connection) => connection,
            None => open_reader(&self.data.store())?,
        };
        let value = {
            let transaction = connection
                .unchecked_transaction()
                .map_err(StoreError::from)?;
            work(&transaction)
        };
        readers().push(connection);
        value
    }
}
