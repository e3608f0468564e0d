//! An office in a folder of its own, with the built-in campaign loaded.
#![allow(dead_code)]

use grebeg_core::change::Patch;
use grebeg_core::register::Registers;
use grebeg_core::value::Value;
use rusqlite::Connection;
use std::path::Path;
use sync_server::office::campaign;
use sync_server::office::desk::Desk;
use sync_server::office::error::OfficeError;
use sync_server::office::import::{Imported, import};
use sync_server::office::state::Snapshot;
use sync_server::register;
use sync_server::store::sqlite::open;
use sync_server::writer::once;
use uuid::Uuid;

pub struct Office {
    pub folder: tempfile::TempDir,
    pub connection: Connection,
}

impl Office {
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut connection = open(&folder.path().join("office.db")).unwrap();
        let (name, entries) = campaign::entries_of("cirebon-2019").unwrap();
        once(&mut connection, |turn| {
            campaign::load(turn, &name, &entries, None)
        })
        .unwrap();
        Self { folder, connection }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn write<T>(
        &mut self,
        work: impl FnOnce(&mut Desk<'_>) -> Result<T, OfficeError>,
    ) -> Result<T, OfficeError> {
        once(&mut self.connection, |turn| {
            work(&mut Desk::open(turn, None, None)?)
        })
    }

    pub fn import(&mut self, csv: &str) -> Imported {
        let table = register::read(csv.as_bytes(), "traders.csv", &[]).unwrap();
        self.write(|desk| import(desk, &table, None, false))
            .unwrap()
    }

    /// One change of the office on one record.
    pub fn set(&mut self, kind: &str, id: Uuid, fields: &[(&str, Value)]) {
        let patch = Patch::new(kind, id, fields.iter().cloned());
        self.write(|desk| desk.change(vec![patch])).unwrap();
    }

    pub fn snapshot(&mut self) -> Snapshot {
        self.write(|desk| Snapshot::take(desk, None)).unwrap()
    }

    /// The trader with this name.
    pub fn named(&mut self, name: &str) -> (Uuid, Registers) {
        let snapshot = self.snapshot();
        let found = snapshot
            .of_kind("trader")
            .find(|(_, r)| r.text("name") == Some(name));
        let (id, registers) = found.unwrap_or_else(|| panic!("no trader {name}"));
        (id, registers.clone())
    }

    pub fn seq(&mut self) -> u64 {
        use grebeg_core::sync::store::Store;
        self.write(|desk| Ok(desk.store.head()?.seq)).unwrap()
    }

    /// Whether a text stands anywhere in the files of the folder.
    pub fn holds(&self, text: &str) -> bool {
        let files = std::fs::read_dir(self.path()).unwrap();
        files.map(|file| file.unwrap().path()).any(|path| {
            path.is_file()
                && std::fs::read(&path)
                    .unwrap()
                    .windows(text.len())
                    .any(|part| part == text.as_bytes())
        })
    }
}
