//! The local store: one SQLite file in the tablet's folder, opened by one process at a time.

pub mod cache;
pub mod definition;
pub mod facts;
pub mod fill;
pub mod meta;
mod migrate;
mod open;
pub mod own;
pub mod page;
pub mod record;
pub mod renumber;
#[cfg(test)]
mod tests;
pub mod view;
pub mod visiting;
pub mod wipe;
pub mod work;

use crate::error::{Result, TabletError};
use crate::home::Home;
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
    definition: Option<Arc<Definition>>,
}

impl Store {
    /// Opens the folder, making what is missing.
    pub fn open(folder: &Path) -> Result<Self> {
        let home = Home::open(folder)?;
        // On a full disk opening may need a page of its own; the reserve is for this.
        let conn = match open::open_database(&home) {
            Err(TabletError::DiskFull) if home.release_reserve() => open::open_database(&home)?,
            conn => conn?,
        };
        let mut store = Self {
            conn,
            home,
            definition: None,
        };
        match store.fill_new_columns() {
            // Lists can be made later; what was saved has to be within reach now.
            Err(TabletError::DiskFull) => {}
            filled => filled?,
        }
        Ok(store)
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
