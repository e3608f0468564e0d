//! The server's store: each step is a transaction of the writer or a reader, as in the program.

use super::{figures, folder, words};
use crate::beside::{Done, Exchange, Figures, RealServer, ServerHolds};
use crate::office::{CAMPAIGN, Fault, Refusal};
use grebeg_core::change::{ChangeName, Hash, Patch};
use grebeg_core::id::{DeviceId, PersonId};
use grebeg_core::register::RecordKey;
use grebeg_core::sync::exchange::speaks_for;
use grebeg_core::sync::messages::{Ack, Request, State};
use grebeg_core::sync::settle::{self, office_change};
use grebeg_core::sync::store::{DeviceRow, Filed, Store};
use grebeg_core::wire::compact;
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use sync_server::exchange::{self, Taken, Telling};
use sync_server::office::desk::Desk;
use sync_server::office::error::OfficeError;
use sync_server::office::refusal;
use sync_server::office::verify::verify;
use sync_server::store::rows::{CampaignRow, EnrolmentRow};
use sync_server::store::sqlite::{SqliteDirectory, SqliteStore, StoreError, open};
use sync_server::store::{Directory, Registry};
use sync_server::writer::{Turn, once_at};
use tempfile::TempDir;
use uuid::Uuid;

/// What is written to a store on its own, beside the commit times.
const NO_TIME: i64 = 0;

/// See the module.
#[derive(Debug)]
pub struct Server {
    connection: Connection,
    file: PathBuf,
    backups: Vec<PathBuf>,
    files: usize,
    folder: TempDir,
}

fn token_hash(token: Uuid) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// A store with all of its log, as it lies on the disk at this moment.
fn copy_store(from: &Path, to: &Path) -> std::io::Result<()> {
    let log = |path: &Path| PathBuf::from(format!("{}-wal", path.display()));
    std::fs::copy(from, to)?;
    if log(from).exists() {
        std::fs::copy(log(from), log(to))?;
    }
    Ok(())
}

impl Server {
    pub fn new(epoch: Uuid, device: DeviceId) -> Done<Self> {
        let folder = folder()?;
        let file = folder.path().join("office-0.db");
        let connection = open(&file).map_err(words)?;
        let row = CampaignRow {
            campaign: CAMPAIGN,
            code: "CRB".to_owned(),
            definition_name: "cirebon".to_owned(),
            export_key: [7; 32],
        };
        let added = SqliteDirectory(&connection).add_campaign(&row, epoch, device);
        added.map_err(words)?;
        Ok(Self {
            connection,
            file,
            backups: Vec::new(),
            files: 1,
            folder,
        })
    }

    fn next_file(&mut self) -> PathBuf {
        self.files += 1;
        self.folder.path().join(format!("office-{}.db", self.files))
    }

    /// A transaction of the writer.
    fn write<T>(
        &mut self,
        now_ms: i64,
        work: impl FnOnce(&mut Turn<'_>) -> Result<T, StoreError>,
    ) -> Done<T> {
        once_at(&mut self.connection, now_ms, work).map_err(words)
    }

    /// A transaction that is no change of the campaign.
    fn note<T>(
        &mut self,
        work: impl FnOnce(&mut SqliteStore<'_>) -> Result<T, StoreError>,
    ) -> Done<T> {
        self.write(NO_TIME, |turn| {
            work(&mut SqliteStore::new(turn.connection()?, CAMPAIGN))
        })
    }

    /// The machine is switched off within a transaction: what lies on the disk at that moment is all that there is.
    fn switch_off(&mut self, now_ms: i64, token: Uuid, request: &Request) -> Done<()> {
        let (from, to) = (self.file.clone(), self.next_file());
        let ended = self.write(now_ms, |turn| {
            exchange::receive(turn, CAMPAIGN, token, request)?;
            // What waits to be written is.
            turn.connection()?;
            copy_store(&from, &to).map_err(|error| StoreError::Other(error.to_string()))?;
            Err::<(), _>(StoreError::Other("switched off".to_owned()))
        });
        match ended {
            Err(said) if said == "switched off" => self.take_place(to),
            ended => ended,
        }
    }

    /// The store goes on in another file.
    fn take_place(&mut self, file: PathBuf) -> Done<()> {
        self.connection = open(&file).map_err(words)?;
        self.file = file;
        Ok(())
    }

    fn answer(
        &mut self,
        row: EnrolmentRow,
        request: Request,
        acks: Vec<Ack>,
        asked: &Exchange<'_>,
    ) -> Done<Vec<u8>> {
        let reading = self.connection.transaction().map_err(words)?;
        let taken = Taken {
            device: request.device,
            position: request.position,
            acks,
        };
        let telling = Telling {
            page_records: asked.page_records,
            simple: false,
            now_ms: asked.now_ms,
        };
        let answer = exchange::answer(&reading, row, taken, telling).map_err(words)?;
        Ok(compact::write_answer(&answer, CAMPAIGN, 1))
    }
}

fn read(connection: &Connection) -> Result<ServerHolds, StoreError> {
    let mut store = SqliteStore::new(connection, CAMPAIGN);
    let mut filed = store.changes_in_order(0)?;
    for state in [State::HeldBack, State::Discarded, State::Superseded] {
        filed.extend(store.changes_in_state(state)?);
    }
    let filed = filed.into_iter().map(|f| ((f.name, f.hash), f));
    Ok(ServerHolds {
        head: store.head()?,
        past: store.past_epochs()?,
        records: store.all_records()?.into_iter().collect(),
        filed: filed.collect(),
    })
}

impl RealServer for Server {
    fn enrol(&mut self, device: &DeviceRow, people: &[PersonId], now_ms: i64) -> Done<()> {
        let row = EnrolmentRow {
            enrolment: device.enrolment,
            campaign: CAMPAIGN,
            first_device: device.device,
            people: people.to_vec(),
            device_name: "tablet".to_owned(),
            app_version: "sim".to_owned(),
            enrolled_ms: now_ms,
            last_seen_ms: now_ms,
            contact: None,
            revoked_ms: None,
            revoked_why: None,
            rescue_until_ms: 0,
        };
        self.note(|store| {
            store.add_enrolment(&row, &token_hash(device.enrolment))?;
            store.add_device(device)
        })
    }

    fn exchange(&mut self, asked: &Exchange<'_>) -> Done<Result<Vec<u8>, Refusal>> {
        let hash = token_hash(asked.token);
        let known = SqliteDirectory(&self.connection).enrolment_by_token(&hash);
        let Some(row) = known.map_err(words)? else {
            return Ok(Err(Refusal::UnknownDevice));
        };
        if row.is_shut(asked.now_ms) {
            return Ok(Err(Refusal::Revoked));
        }
        let Ok(request) = compact::read_request(asked.message) else {
            return Ok(Err(Refusal::Malformed));
        };
        let mut store = SqliteStore::new(&self.connection, CAMPAIGN);
        let speaks = speaks_for(&mut store, row.enrolment, request.device, request.succeeds);
        if !speaks.map_err(words)? {
            return Ok(Err(Refusal::UnknownDevice));
        }
        let hands_in_nothing = row.revoked_ms.is_some() && request.changes.is_empty();
        if asked.fault == Fault::BeforeCommit && !hands_in_nothing {
            self.switch_off(asked.now_ms, row.enrolment, &request)?;
            return Ok(Err(Refusal::Malformed));
        }
        let acks = self.write(asked.now_ms, |turn| {
            exchange::receive(turn, CAMPAIGN, row.enrolment, &request)
        })?;
        match acks {
            None => Ok(Err(Refusal::Revoked)),
            Some(acks) => self.answer(row, request, acks, asked).map(Ok),
        }
    }

    fn change(&mut self, now_ms: i64, salt: [u8; 16], patches: Vec<Patch>) -> Done<Filed> {
        self.write(now_ms, |turn| {
            office_change(&mut turn.store(CAMPAIGN)?, None, salt, patches)
        })
    }

    fn decide(&mut self, now_ms: i64, held: &Filed, accept: bool) -> Done<bool> {
        self.write(now_ms, |turn| {
            let store = &mut turn.store(CAMPAIGN)?;
            Ok(match accept {
                true => settle::accept_held(store, held, None, "")?.is_ok(),
                false => settle::discard(store, held, None, "")?.is_ok(),
            })
        })
    }

    fn stop(&mut self, enrolment: Uuid, now_ms: i64) -> Done<()> {
        self.note(|store| store.revoke(enrolment, now_ms, "lost"))
    }

    fn rescue(&mut self, enrolment: Uuid) -> Done<()> {
        self.note(|store| {
            let row = store.enrolment(enrolment)?;
            match row.is_some_and(|row| row.revoked_ms.is_some()) {
                true => store.set_rescue(enrolment, i64::MAX),
                false => Ok(()),
            }
        })
    }

    fn refile(&mut self, name: ChangeName, hash: &Hash, bytes: &[u8]) -> Done<()> {
        self.note(|store| store.refile_bytes(name, hash, bytes))
    }

    fn erase_ahead(&mut self, key: &RecordKey) -> Done<()> {
        self.note(|store| store.erase_ahead(key))
    }

    fn back_up(&mut self) -> Done<()> {
        let to = self.next_file();
        copy_store(&self.file, &to).map_err(words)?;
        self.backups.push(to);
        Ok(())
    }

    fn restore(&mut self, behind: usize, epoch: Uuid, device: DeviceId) -> Done<()> {
        let kept = self.backups.len().saturating_sub(behind);
        self.backups.truncate(kept);
        let from = self.backups.last().cloned();
        let from = from.ok_or("there is no such backup")?;
        let to = self.next_file();
        copy_store(&from, &to).map_err(words)?;
        self.take_place(to)?;
        self.note(|store| {
            let mut head = store.head()?;
            store.past_epoch_add(head.epoch, head.seq)?;
            (head.epoch, head.device) = (epoch, device);
            store.set_head(&head)
        })
    }

    fn holds(&mut self) -> Done<ServerHolds> {
        let reading = self.connection.transaction().map_err(words)?;
        read(&reading).map_err(words)
    }

    fn figures(&mut self, now_ms: i64) -> Done<Figures> {
        let out = self.folder.path().join("visits.csv");
        let reading = self.connection.transaction().map_err(words)?;
        let mut desk = Desk::read(&reading, None, None).map_err(words)?;
        figures::read(&mut desk, &out, now_ms).map_err(words)
    }

    fn swept(&mut self, now_ms: i64) -> Done<ServerHolds> {
        let mut swept = None;
        let ended = once_at(&mut self.connection, now_ms, |turn| {
            let mut desk = Desk::open(turn, None, None)?;
            refusal::sweep(&mut desk)?;
            swept = Some(read(turn.connection()?)?);
            Err::<(), _>(OfficeError::from(StoreError::Other(
                "taken back".to_owned(),
            )))
        });
        swept.ok_or_else(|| ended.map_or_else(words, |()| "nothing was read".to_owned()))
    }

    fn verify(&mut self) -> Done<Option<String>> {
        let reading = self.connection.transaction().map_err(words)?;
        let report = verify(&reading, None).map_err(words)?;
        let first = report.findings.first();
        Ok(first.map(|finding| format!("{}: {}", finding.code, finding.message)))
    }
}
