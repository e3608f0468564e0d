//! One thread writes. It takes all that waits into one transaction, commits once, and only then answers anybody.
//!
//! Each job runs in a savepoint of its own: one that fails takes nothing of the others with it.

use crate::clock;
use crate::store::kept::{Kept, Waiting};
use crate::store::sqlite::{SqliteStore, StoreError};
use grebeg_core::id::CampaignId;
use grebeg_core::sync::acknowledge;
use rusqlite::{Connection, TransactionBehavior};
use std::collections::{HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc;
use std::thread::JoinHandle;

/// Jobs that share one commit at most.
const GROUP_MAX: usize = 64;
/// Jobs that may wait; beyond that a request is told to come back.
pub const QUEUE_MAX: usize = 2_000;

/// What a job has in hand: the transaction, and one commit time for each campaign.
pub struct Turn<'c> {
    connection: &'c Connection,
    wall_ms: i64,
    begun: HashSet<CampaignId>,
    /// What the transaction's exchanges have read and not written yet.
    kept: HashMap<CampaignId, Kept<'c>>,
}

/// What waited to be written before a job: to come back to when its writes are taken back.
type Mark = HashMap<CampaignId, Waiting>;

impl<'c> Turn<'c> {
    pub fn new(connection: &'c Connection) -> Self {
        Self::at(connection, clock::now_ms())
    }

    /// The same by another clock.
    pub fn at(connection: &'c Connection, wall_ms: i64) -> Self {
        Self {
            connection,
            wall_ms,
            begun: HashSet::new(),
            kept: HashMap::new(),
        }
    }

    pub fn wall_ms(&self) -> i64 {
        self.wall_ms
    }

    /// The connection in its transaction, with all that was done in it so far.
    pub fn connection(&mut self) -> Result<&'c Connection, StoreError> {
        self.settle()?;
        // Whoever has the connection may write what is kept.
        self.kept.clear();
        Ok(self.connection)
    }

    /// The campaign's store, its commit time moved on once for this transaction.
    pub fn store(&mut self, campaign: CampaignId) -> Result<SqliteStore<'c>, StoreError> {
        let mut store = SqliteStore::new(self.connection()?, campaign);
        if self.begun.insert(campaign) {
            acknowledge::begin(&mut store, self.wall_ms)?;
        }
        Ok(store)
    }

    /// The same for an exchange, which many share a transaction of.
    pub fn kept(&mut self, campaign: CampaignId) -> Result<&mut Kept<'c>, StoreError> {
        let new = || Kept::new(SqliteStore::new(self.connection, campaign));
        let kept = self.kept.entry(campaign).or_insert_with(new);
        if self.begun.insert(campaign) {
            acknowledge::begin(kept, self.wall_ms)?;
        }
        Ok(kept)
    }

    /// Runs a job in a savepoint of its own: one that fails leaves nothing. `Err`: the transaction itself is lost.
    pub(crate) fn job<T, E>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, E>,
    ) -> Result<Result<T, E>, StoreError> {
        let say = |words: &str| self.connection.prepare_cached(words)?.execute([]);
        say("savepoint job")?;
        let mark = self.mark();
        let done = work(self);
        let say = |words: &str| self.connection.prepare_cached(words)?.execute([]);
        if done.is_ok() {
            say("release job")?;
            return Ok(done);
        }
        // Without room SQLite gives up the whole transaction by itself; then nobody's work is in it.
        if self.connection.is_autocommit() {
            return Err(StoreError::DiskFull);
        }
        say("rollback to job")?;
        say("release job")?;
        self.back_to(mark);
        Ok(done)
    }

    /// Writes what waits to be written.
    pub(crate) fn settle(&mut self) -> Result<(), StoreError> {
        self.kept.values_mut().try_for_each(Kept::settle)
    }

    fn mark(&self) -> Mark {
        let marks = self.kept.iter();
        marks.map(|(of, kept)| (*of, kept.mark())).collect()
    }

    /// As it was at the mark, whatever a job that was taken back did.
    fn back_to(&mut self, mark: Mark) {
        self.kept.clear();
        for (campaign, waiting) in mark {
            let mut kept = Kept::new(SqliteStore::new(self.connection, campaign));
            kept.back_to(waiting);
            self.kept.insert(campaign, kept);
        }
        // The commit time may have been set inside what was taken back.
        self.begun.clear();
    }
}

trait Job: Send {
    fn run(&mut self, turn: &mut Turn<'_>) -> Result<(), ()>;
    fn finish(self: Box<Self>, committed: &Result<(), StoreError>);
}

struct Call<T, F> {
    work: Option<F>,
    result: Option<Result<T, StoreError>>,
    reply: tokio::sync::oneshot::Sender<Result<T, StoreError>>,
}

impl<T: Send, F: FnOnce(&mut Turn<'_>) -> Result<T, StoreError> + Send> Job for Call<T, F> {
    fn run(&mut self, turn: &mut Turn<'_>) -> Result<(), ()> {
        let Some(work) = self.work.take() else {
            return Err(());
        };
        let result = work(turn);
        let done = if result.is_ok() { Ok(()) } else { Err(()) };
        self.result = Some(result);
        done
    }

    fn finish(self: Box<Self>, committed: &Result<(), StoreError>) {
        let result = match (self.result, committed) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Err(error)), _) => Err(error),
            (_, Err(StoreError::DiskFull)) => Err(StoreError::DiskFull),
            (_, Err(StoreError::Busy)) => Err(StoreError::Busy),
            (_, Err(error)) => Err(StoreError::Other(error.to_string())),
            (None, Ok(())) => Err(StoreError::Other("a job broke off".to_owned())),
        };
        // Whoever asked may have gone; what is committed stays committed.
        let _gone = self.reply.send(result);
    }
}

/// Resolves when the writing thread has ended.
pub type Ended = tokio::sync::oneshot::Receiver<std::convert::Infallible>;

/// The door to the writing thread.
#[derive(Clone)]
pub struct Writer {
    jobs: mpsc::SyncSender<Box<dyn Job>>,
}

impl Writer {
    /// Starts the thread; it ends when the last `Writer` is gone. The receiver hears its end, whatever the cause.
    pub fn start(connection: Connection) -> std::io::Result<(Self, JoinHandle<()>, Ended)> {
        let (alive, ended) = tokio::sync::oneshot::channel();
        let (jobs, inbox) = mpsc::sync_channel(QUEUE_MAX);
        let thread = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || {
                let _dropped_at_the_end = alive;
                work(connection, &inbox);
            })?;
        Ok((Self { jobs }, thread, ended))
    }

    /// Runs `work` in the next transaction; the answer comes after its commit.
    pub async fn call<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Turn<'_>) -> Result<T, StoreError> + Send + 'static,
    {
        let (reply, answer) = tokio::sync::oneshot::channel();
        let call = Call {
            work: Some(work),
            result: None,
            reply,
        };
        self.jobs
            .try_send(Box::new(call))
            .map_err(|_| StoreError::Busy)?;
        answer.await.unwrap_or(Err(StoreError::Busy))
    }
}

fn work(mut connection: Connection, inbox: &mpsc::Receiver<Box<dyn Job>>) {
    while let Ok(first) = inbox.recv() {
        let mut group = vec![first];
        while group.len() < GROUP_MAX
            && let Ok(next) = inbox.try_recv()
        {
            group.push(next);
        }
        let committed = run_group(&mut connection, &mut group);
        for job in group {
            job.finish(&committed);
        }
    }
}

fn run_group(connection: &mut Connection, group: &mut [Box<dyn Job>]) -> Result<(), StoreError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut turn = Turn::new(&transaction);
    for job in group {
        // One that panics is one that failed: the others' work and the thread go on. It has its own result, or none.
        let run = |turn: &mut Turn<'_>| {
            let done = catch_unwind(AssertUnwindSafe(|| job.run(turn)));
            done.unwrap_or(Err(()))
        };
        let _of_the_job = turn.job(run)?;
    }
    turn.settle()?;
    drop(turn);
    transaction.commit()?;
    Ok(())
}

/// The same for a command of its own process: one transaction, committed before anything is said.
pub fn once<T, E: From<StoreError>>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Turn<'_>) -> Result<T, E>,
) -> Result<T, E> {
    once_at(connection, clock::now_ms(), work)
}

/// The same by another clock, for time that is played.
pub fn once_at<T, E: From<StoreError>>(
    connection: &mut Connection,
    wall_ms: i64,
    work: impl FnOnce(&mut Turn<'_>) -> Result<T, E>,
) -> Result<T, E> {
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(StoreError::from)?;
    let mut turn = Turn::at(&transaction, wall_ms);
    let value = work(&mut turn)?;
    turn.settle()?;
    drop(turn);
    transaction.commit().map_err(StoreError::from)?;
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_that_panics_takes_nothing_of_the_others_with_it() {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch("create table t (x)").unwrap();
        let (writer, thread, ended) = Writer::start(connection).unwrap();
        let add = |turn: &mut Turn<'_>| -> Result<i64, StoreError> {
            turn.connection()?.execute("insert into t values (1)", [])?;
            Ok(turn
                .connection()?
                .query_row("select count(*) from t", [], |row| row.get(0))?)
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap();
        runtime.block_on(async {
            assert_eq!(writer.call(add).await.unwrap(), 1);
            let broken = writer.call(move |turn| -> Result<(), StoreError> {
                add(turn)?;
                panic!("a job that breaks off");
            });
            assert_eq!(broken.await.unwrap_err().code(), "store_failed");
            assert_eq!(writer.call(add).await.unwrap(), 2);
            drop(writer);
            assert!(
                ended.await.is_err(),
                "it is heard that the thread has ended"
            );
        });
        thread.join().unwrap();
    }
}
