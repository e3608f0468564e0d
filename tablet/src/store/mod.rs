//! The local store: one SQLite file in the tablet's folder, opened by one process at a time.

pub mod batch;
pub mod cache;
pub mod copy;
pub mod definition;
pub mod draft;
pub mod facts;
pub mod fill;
pub mod meta;
mod migrate;
mod open;
pub mod own;
pub mod page;
pub mod pin;
pub mod record;
pub mod renumber;
#[cfg(test)]
pub(crate) mod tests;
pub mod view;
pub mod visiting;
pub mod wipe;
pub mod work;

use crate::error::{Result, TabletError};
use crate::home::Home;
use copy::{Copy, Kept};
use grebeg_core::definition::Definition;
use meta::Enrolment;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::Path;
use std::sync::Arc;
use work::Work;

/// An open tablet.
#[derive(Debug)]
pub struct Store {
    pub conn: Connection,
    pub home: Home,
    copy: Copy,
    definition: Option<Arc<Definition>>,
    /// Grows with each transaction, so that what was made from the records is known to be old.
    version: u64,
    /// The day's list, as long as nothing changes.
    pub(crate) day_list: Option<Arc<crate::command::DayList>>,
}

impl Store {
    /// Opens the folder, making what is missing. What the database lost since it was last open is put back from the copy.
    pub fn open(folder: &Path) -> Result<Self> {
        let home = Home::open(folder)?;
        let key = home.key()?;
        if home.has_lost_database() {
            return Err(TabletError::Damaged("it is missing or empty".into()));
        }
        let (mut store, kept) = Self::over(home, &key)?;
        match store.fill_new_columns() {
            // Lists can be made later; what was saved has to be within reach now.
            Err(TabletError::DiskFull) => {}
            filled => filled?,
        }
        store.compare(&kept)?;
        Ok(store)
    }

    /// Opens a folder without a database, with an empty one.
    fn open_anew(folder: &Path) -> Result<Self> {
        let home = Home::open(folder)?;
        let key = home.key()?;
        Ok(Self::over(home, &key)?.0)
    }

    fn over(home: Home, key: &[u8; 32]) -> Result<(Self, Kept)> {
        // On a full disk opening may need a page of its own; the reserve is for this.
        let conn = match open::open_database(&home, key) {
            Err(TabletError::DiskFull) if home.release_reserve() => {
                open::open_database(&home, key)?
            }
            conn => conn?,
        };
        let (copy, kept) = Copy::open(&home, key);
        let store = Self {
            conn,
            home,
            copy,
            definition: None,
            version: 0,
            day_list: None,
        };
        Ok((store, kept))
    }

    /// After a migration the lists lack what the new columns hold.
    fn fill_new_columns(&mut self) -> Result<()> {
        if !meta::flag(&self.conn, "rebuild_lists")? {
            return Ok(());
        }
        let definition = self.definition()?;
        self.transaction(|tx| {
            cache::rebuild(tx, &definition)?;
            meta::set_flag(tx, "rebuild_lists", false)
        })
    }

    /// Grows whenever something was written.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The campaign definition, read once and again after it changed.
    pub fn definition(&mut self) -> Result<Arc<Definition>> {
        if let Some(definition) = &self.definition {
            return Ok(Arc::clone(definition));
        }
        let definition = Arc::new(definition::load(&self.conn)?);
        self.definition = Some(Arc::clone(&definition));
        Ok(definition)
    }

    pub fn forget_definition(&mut self) {
        self.definition = None;
    }

    /// The enrolment. Errors: `not_enrolled`.
    pub fn enrolment(&self) -> Result<Enrolment> {
        meta::enrolment(&self.conn)?.ok_or(TabletError::NotEnrolled)
    }

    /// One transaction that is durable when it ends well and leaves nothing when it does not.
    pub fn transaction<T>(&mut self, run: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        self.version += 1;
        let transaction = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = run(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }

    /// A transaction of work on records, whose overlay and caches agree with them when it ends.
    pub fn work<T>(
        &mut self,
        run: impl FnOnce(&mut Work<'_>, &Definition) -> Result<T>,
    ) -> Result<T> {
        let before = self.definition()?;
        self.version += 1;
        let transaction = self
            .conn
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut work = Work::begin(&transaction)?;
        let result = run(&mut work, &before)?;
        let changed = work.definition_changed;
        let now = if changed {
            Arc::new(definition::load(&transaction)?)
        } else {
            before
        };
        work.finish(&now)?;
        transaction.commit()?;
        if changed {
            self.definition = Some(now);
        }
        Ok(result)
    }
}
