//! A tablet's store in a folder of its own, saved to and synced by the tablet's own code.

use super::{folder, words};
use crate::beside::{
    Carrier, Done, Enrolled, Heard, Kill, Layer, OwnHeld, RealTablet, TabletHolds,
};
use crate::office::{CAMPAIGN, Refusal};
use grebeg_core::change::{Change, Patch};
use grebeg_core::id::{DeviceId, PersonId};
use grebeg_core::stamp::Clocks;
use grebeg_core::sync::messages::Request;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tablet::error::{SyncFault, TabletError};
use tablet::save;
use tablet::store::own::{self, OwnState};
use tablet::store::{Store, fill, meta, record};
use tablet::sync::enrol::{self, Answer, AnswerPerson};
use tablet::sync::{Carried, Line, Refused, Shelf, run_over};
use tempfile::TempDir;

/// The server's address, which nothing is ever sent to.
const NOWHERE: &str = "https://kantor.invalid";

/// See the module.
#[derive(Debug)]
pub struct Tablet {
    /// `None` only while another store takes its place.
    store: Option<Store>,
    place: PathBuf,
    folders: usize,
    folder: TempDir,
}

fn answer_of(enrolled: &Enrolled) -> Answer {
    let people = enrolled.people.iter().map(|person| AnswerPerson {
        person_id: *person,
        name: String::new(),
        role: String::new(),
    });
    Answer {
        device_id: enrolled.device,
        token: enrolled.enrolment.to_string(),
        campaign_id: CAMPAIGN,
        people: people.collect(),
    }
}

/// All files of a tablet's folder. What nobody writes into is the same file.
fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        match entry.file_name() == "reserve.bin" {
            true => std::fs::hard_link(entry.path(), target)?,
            false => drop(std::fs::copy(entry.path(), target)?),
        }
    }
    Ok(())
}

impl Tablet {
    pub fn new(enrolled: &Enrolled) -> Done<Self> {
        let folder = folder()?;
        let place = folder.path().join("0");
        let mut store = Store::open(&place).map_err(words)?;
        enrol::take(&mut store, NOWHERE, answer_of(enrolled)).map_err(words)?;
        Ok(Self {
            store: Some(store),
            place,
            folders: 1,
            folder,
        })
    }

    fn store(&mut self) -> Done<&mut Store> {
        self.store.as_mut().ok_or_else(|| "no store".to_owned())
    }

    fn image_path(&self, number: usize) -> PathBuf {
        self.folder.path().join(number.to_string())
    }
}

impl RealTablet for Tablet {
    fn save(
        &mut self,
        author: PersonId,
        clocks: Clocks,
        salt: [u8; 16],
        patches: Vec<Patch>,
    ) -> Done<Change> {
        let store = self.store()?;
        let moment = save::moment_at(&store.conn, clocks).map_err(words)?;
        let name = save::save(store, author, moment, salt, patches).map_err(words)?;
        let own = own::find(&store.conn, name).map_err(words)?;
        own.map(|own| own.change)
            .ok_or_else(|| "what was saved is not there".to_owned())
    }

    fn sync(&mut self, line: &mut dyn Carrier) -> Done<()> {
        self.folders += 1;
        let image = self.image_path(self.folders);
        let dying = Cell::new(Dying::No);
        let (place, store) = (self.place.clone(), self.store()?);
        let disk = Disk {
            place: &place,
            image: &image,
            dying: &dying,
        };
        let mut steps = Steps { store, disk };
        let mut over = Over { line, disk };
        // What it ends with is told by what it holds then.
        drop(run_over(&mut steps, &mut over));
        match dying.get() {
            Dying::No => Ok(()),
            Dying::AfterStep => Err("it was to be killed, and did not take the answer".to_owned()),
            Dying::Failed => Err("the disk could not be copied".to_owned()),
            Dying::Dead => self.put_back(self.folders),
        }
    }

    fn enrol_again(&mut self, enrolled: &Enrolled) -> Done<()> {
        let taken = enrol::take(self.store()?, NOWHERE, answer_of(enrolled));
        taken.map(|_| ()).map_err(words)
    }

    fn image(&mut self) -> Done<usize> {
        self.folders += 1;
        let image = self.image_path(self.folders);
        copy_folder(&self.place, &image).map_err(words)?;
        Ok(self.folders)
    }

    fn put_back(&mut self, image: usize) -> Done<()> {
        let image = self.image_path(image);
        self.folders += 1;
        let place = self.image_path(self.folders);
        copy_folder(&image, &place).map_err(words)?;
        self.store = None;
        // Where it cannot go, it stays until the whole folder goes.
        drop(std::fs::remove_dir_all(&self.place));
        self.store = Some(Store::open(&place).map_err(words)?);
        self.place = place;
        Ok(())
    }

    fn copy(&self) -> Done<Box<dyn RealTablet>> {
        let folder = folder()?;
        let place = folder.path().join("0");
        copy_folder(&self.place, &place).map_err(words)?;
        Ok(Box::new(Self {
            store: Some(Store::open(&place).map_err(words)?),
            place,
            folders: 1,
            folder,
        }))
    }

    fn holds(&mut self) -> Done<TabletHolds> {
        holds(self.store()?).map_err(words)
    }
}

fn holds(store: &Store) -> tablet::error::Result<TabletHolds> {
    let conn = &store.conn;
    let enrolment = store.enrolment()?;
    let unconfirmed: Vec<i64> = own::unconfirmed(conn)?.iter().map(|own| own.key).collect();
    let own = own::all(conn)?.into_iter().map(|own| OwnHeld {
        said: match own.state {
            OwnState::Waiting => None,
            OwnState::Said(state) => Some(state),
        },
        unconfirmed: unconfirmed.contains(&own.key),
        change: own.change,
        hash: own.hash,
        reason: own.reason,
    });
    let own = own.collect();
    let (mut confirmed, mut screens) = (Layer::new(), BTreeMap::new());
    for (key, row) in record::all(conn)? {
        match row.confirmed {
            Some(registers) => drop(confirmed.insert(key, (row.home, registers))),
            None => drop(screens.insert(key, row.home)),
        }
    }
    let mut filled = Layer::new();
    for home in record::homes(conn)? {
        let rows = fill::of_home(conn, &home.home)?.into_iter();
        filled.extend(rows.map(|(key, row)| (key, (row.home, row.registers))));
    }
    Ok(TabletHolds {
        device: enrolment.device,
        succeeds: enrolment.succeeds,
        own,
        confirmed,
        fill: filled,
        screens,
        position: meta::position(conn)?,
        contact: meta::contact(conn)?,
        stamp: meta::stamp(conn)?,
        recovered: meta::recovered(conn)?,
        locked: meta::flag(conn, "revoked")?,
        unknown_device: meta::flag(conn, "unknown_device")?,
    })
}

/// How far a program is on its way to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dying {
    No,
    AfterStep,
    /// The image is what is left; whatever it still does is undone.
    Dead,
    Failed,
}

/// What is left of a program that is killed: its disk at that moment.
#[derive(Debug, Clone, Copy)]
struct Disk<'a> {
    place: &'a Path,
    image: &'a Path,
    dying: &'a Cell<Dying>,
}

impl Disk<'_> {
    fn die(&self) {
        let copied = copy_folder(self.place, self.image);
        self.dying.set(match copied {
            Ok(()) => Dying::Dead,
            Err(_) => Dying::Failed,
        });
    }
}

/// The store, step by step: what a step did is committed, and what comes after it may never be.
struct Steps<'a> {
    store: &'a mut Store,
    disk: Disk<'a>,
}

impl Shelf for Steps<'_> {
    fn with<T>(&mut self, step: impl FnOnce(&mut Store) -> T) -> T {
        let done = step(self.store);
        if self.disk.dying.get() == Dying::AfterStep {
            self.disk.die();
        }
        done
    }
}

/// The played line, in the tablet's own words.
struct Over<'a> {
    line: &'a mut dyn Carrier,
    disk: Disk<'a>,
}

fn refused(fault: SyncFault) -> Refused {
    TabletError::sync(fault, "played").into()
}

impl Line for Over<'_> {
    fn carry(&mut self, request: &Request) -> Result<Carried, Refused> {
        if self.disk.dying.get() != Dying::No {
            return Err(refused(SyncFault::Offline));
        }
        let answer = match self.line.carry(request) {
            Heard::Answer(answer) => answer,
            Heard::Killed(answer, Kill::AfterCommit) => {
                self.disk.dying.set(Dying::AfterStep);
                answer
            }
            Heard::Killed(answer, Kill::BeforeCommit) => {
                self.disk.die();
                answer
            }
            Heard::Nothing => return Err(refused(SyncFault::Offline)),
            Heard::NotOurs | Heard::Refused(Refusal::Malformed) => {
                return Err(refused(SyncFault::NotOurServer));
            }
            Heard::Refused(Refusal::UnknownDevice) => {
                return Err(refused(SyncFault::UnknownDevice));
            }
            Heard::Refused(Refusal::Revoked) => return Err(refused(SyncFault::Revoked)),
        };
        Ok(Carried {
            answer: *answer,
            update_needed: false,
            bytes_up: 0,
            bytes_down: 0,
        })
    }

    fn clocks(&mut self) -> Clocks {
        self.line.clocks()
    }

    fn new_device(&mut self) -> tablet::error::Result<DeviceId> {
        Ok(self.line.new_device())
    }
}
