//! The sealed copy where a program ends between two steps: nothing is lost, and nothing stays that has to go.

use super::office::{Office, Tablet, ready_with_one};
use crate::command::{self, Command};
use crate::error::{Result, SyncFault, TabletError};
use crate::save::visit::VisitAction;
use crate::store::copy::frame::Seal;
use crate::store::copy::{Copy, Kept, salvage};
use crate::store::own::{self, OwnState};
use crate::store::pin::{self, PinRow};
use crate::store::{Store, meta, renumber, wipe};
use crate::sync::{Carried, Line, Refused, run_over};
use grebeg_core::change::Change;
use grebeg_core::id::PersonId;
use grebeg_core::sync::messages::Request;
use grebeg_core::value::Value;
use std::path::PathBuf;
use tempfile::TempDir;
use uuid::Uuid;

const NOTE: &str = "catatan rahasia";

fn visit(tablet: &mut Tablet, trader: Uuid) {
    let action = VisitAction {
        trader: trader.to_string(),
        outcome: "tutup".into(),
        note: Some(NOTE.into()),
        ..VisitAction::default()
    };
    command::run(&mut tablet.store, Command::Visit(action)).unwrap();
}

fn kept(store: &Store) -> Kept {
    let key = store.home.key().unwrap();
    Copy::open(&store.home, &key).1
}

/// Everything that the copy says, to look for words in.
fn words(store: &Store) -> String {
    let bytes: Vec<u8> = kept(store)
        .changes
        .iter()
        .flat_map(Change::to_bytes)
        .collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn waiting(store: &Store) -> u64 {
    own::count(&store.conn, OwnState::Waiting).unwrap()
}

/// A file as it is now, to be brought back: what a program that ended here would have left.
struct Left(PathBuf, Vec<u8>);

impl Left {
    fn copy_of(tablet: &Tablet) -> Self {
        let path = tablet.store.home.copy();
        let bytes = std::fs::read(&path).unwrap();
        Self(path, bytes)
    }

    fn bring_back(self) {
        std::fs::write(self.0, self.1).unwrap();
    }
}

fn closed(tablet: Tablet) -> TempDir {
    let Tablet { folder, store } = tablet;
    drop(store);
    folder
}

fn opened(folder: TempDir) -> Tablet {
    let store = Store::open(folder.path()).unwrap();
    Tablet { folder, store }
}

fn damage(folder: &TempDir) -> String {
    match Store::open(folder.path()) {
        Err(TabletError::Damaged(words)) => words,
        other => panic!("{other:?}"),
    }
}

/// A line that breaks after the first page; until then it only looks at the copy.
struct BrokenOff<'o> {
    office: &'o mut Office,
    copy: PathBuf,
    key: [u8; 32],
    pages: usize,
    /// Whether the note stood in the copy when the second page was asked for.
    stood: Option<bool>,
}

impl Line for BrokenOff<'_> {
    fn carry(&mut self, request: &Request) -> Result<Carried, Refused> {
        self.pages += 1;
        if self.pages == 1 {
            return self.office.carry(request);
        }
        let frames = Seal::new(&self.key).open(&std::fs::read(&self.copy).unwrap());
        let text = String::from_utf8_lossy(&frames.contents.concat()).into_owned();
        self.stood = Some(text.contains(NOTE));
        Err(TabletError::sync(SyncFault::Cut, "broken off").into())
    }
}

#[test]
fn an_erasure_leaves_nothing_in_the_copy_also_where_the_sync_broke_off_after_its_first_page() {
    let (mut office, mut tablet, trader) = ready_with_one();
    visit(&mut tablet, trader);
    assert!(words(&tablet.store).contains(NOTE));
    office.set("trader", trader, "erased", Value::Bool(true));
    for n in 2..40 {
        office.trader(n, "KNM", "Pedagang");
    }
    office.page_records = 4;
    let mut line = BrokenOff {
        copy: tablet.store.home.copy(),
        key: tablet.store.home.key().unwrap(),
        office: &mut office,
        pages: 0,
        stood: None,
    };
    let ended = run_over(&mut tablet.store, &mut line);
    assert_eq!(ended.unwrap_err().code(), "cut");
    assert_eq!(line.stood, Some(false));
    assert!(!words(&tablet.store).contains(NOTE));
}

#[test]
fn an_erasure_leaves_nothing_in_the_copy_of_a_program_that_was_killed_before_it_wrote_it_anew() {
    let (mut office, mut tablet, trader) = ready_with_one();
    visit(&mut tablet, trader);
    let left = Left::copy_of(&tablet);
    office.hold_next = true;
    office.set("trader", trader, "erased", Value::Bool(true));
    tablet.sync(&mut office);
    left.bring_back();
    let tablet = tablet.reopened();
    assert!(!words(&tablet.store).contains(NOTE));
}

#[test]
fn an_erasure_takes_what_was_set_aside_as_damaged() {
    let (mut office, mut tablet, trader) = ready_with_one();
    visit(&mut tablet, trader);
    let folder = closed(tablet);
    salvage::begin_anew(folder.path(), "a test").unwrap();
    let aside = folder.path().join("damaged-1.db");
    let mut tablet = opened(folder);
    tablet.sync(&mut office);
    assert!(aside.exists());
    office.set("trader", trader, "erased", Value::Bool(true));
    tablet.sync(&mut office);
    assert!(!aside.exists());
}

#[test]
fn a_lock_whose_copy_was_not_written_any_more_puts_nothing_back() {
    let (mut office, mut tablet, trader) = ready_with_one();
    visit(&mut tablet, trader);
    let left = Left::copy_of(&tablet);
    tablet.sync(&mut office);
    wipe::lock(&mut tablet.store).unwrap();
    left.bring_back();
    let device = tablet.store.enrolment().unwrap().device;
    let tablet = tablet.reopened();
    assert_eq!(waiting(&tablet.store), 0);
    assert_eq!(kept(&tablet.store).changes.len(), 0);
    assert_eq!(tablet.store.enrolment().unwrap().device, device);
    assert!(meta::mended(&tablet.store.conn).unwrap().is_empty());
}

#[test]
fn a_lock_leaves_what_waits_and_no_pin_in_the_copy_and_nothing_that_was_set_aside() {
    let (_office, mut tablet, trader) = ready_with_one();
    let person = PersonId(Uuid::from_u128(11));
    tablet.store.keep_pin(person, &pin_row()).unwrap();
    visit(&mut tablet, trader);
    let folder = closed(tablet);
    salvage::begin_anew(folder.path(), "a test").unwrap();
    let mut tablet = opened(folder);
    wipe::lock(&mut tablet.store).unwrap();
    let kept = kept(&tablet.store);
    assert_eq!((kept.changes.len(), kept.pins.len()), (1, 0));
    assert!(!tablet.folder.path().join("damaged-1.db").exists());
}

#[test]
fn a_repair_that_was_broken_off_before_the_new_database_was_filled_goes_on() {
    let (mut office, mut tablet, trader) = ready_with_one();
    visit(&mut tablet, trader);
    let folder = closed(tablet);
    std::fs::remove_file(folder.path().join("tablet.db")).unwrap();
    assert_eq!(damage(&folder), "it is missing or empty");
    // A whole database with nothing in it.
    let other = tempfile::tempdir().unwrap();
    std::fs::copy(folder.path().join("key"), other.path().join("key")).unwrap();
    drop(Store::open(other.path()).unwrap());
    std::fs::copy(
        other.path().join("tablet.db"),
        folder.path().join("tablet.db"),
    )
    .unwrap();

    assert_eq!(damage(&folder), "it does not know whose tablet this is");
    let salvaged = salvage::begin_anew(folder.path(), "a test").unwrap();
    assert_eq!((salvaged.waiting, salvaged.enrolled), (1, true));
    let mut tablet = opened(folder);
    let result = tablet.sync(&mut office);
    assert_eq!((result.accepted, result.waiting), (1, 0));
}

#[test]
fn a_wal_that_is_all_that_is_left_is_set_aside_too() {
    let (_office, tablet, _) = ready_with_one();
    let folder = closed(tablet);
    let database = folder.path().join("tablet.db");
    std::fs::rename(&database, folder.path().join("tablet.db-wal")).unwrap();
    salvage::begin_anew(folder.path(), "a test").unwrap();
    assert!(folder.path().join("damaged-1.db-wal").exists());
}

#[test]
fn a_database_from_before_a_new_device_id_goes_on_under_another() {
    let (mut office, mut tablet, trader) = ready_with_one();
    visit(&mut tablet, trader);
    let database = tablet.store.home.database();
    wipe::checkpoint(&tablet.store).unwrap();
    let before = std::fs::read(&database).unwrap();
    let first = tablet.store.enrolment().unwrap().device;
    let renumbered = tablet
        .store
        .work(|work, definition| renumber::fork(work, definition, renumber::new_device()?, &[]));
    renumbered.unwrap();
    tablet.store.copy_anew();
    visit(&mut tablet, trader);
    let second = tablet.store.enrolment().unwrap().device;
    tablet.sync(&mut office);
    let folder = closed(tablet);
    std::fs::write(&database, before).unwrap();

    let mut tablet = opened(folder);
    let third = tablet.store.enrolment().unwrap();
    assert!(third.device != first && third.device != second);
    assert_eq!(third.succeeds, Some(second));
    visit(&mut tablet, trader);
    tablet.sync(&mut office);
    let visits = office
        .memory
        .records
        .keys()
        .filter(|key| key.kind == "visit");
    assert_eq!(visits.count(), 3);
    assert_eq!(waiting(&tablet.store), 0);
}

fn pin_row() -> PinRow {
    PinRow {
        hash: "$argon2id$…".into(),
        wrong: 7,
        wait_ms: 300_000,
        boot: Some(5),
        mono_ms: Some(-3),
    }
}

#[test]
fn pins_and_their_errors_outlive_the_database() {
    let (_office, mut tablet, _) = ready_with_one();
    let [ade, ani, asep] = [11, 12, 13].map(|n| PersonId(Uuid::from_u128(n)));
    let mut row = pin_row();
    tablet.store.keep_pin(asep, &row).unwrap();
    tablet.store.forget_pin(asep).unwrap();
    tablet
        .store
        .keep_pin(
            ani,
            &PinRow {
                boot: None,
                mono_ms: None,
                ..pin_row()
            },
        )
        .unwrap();
    tablet.store.keep_pin(ade, &row).unwrap();
    row.wrong = 8;
    tablet.store.keep_pin(ade, &row).unwrap();
    let folder = closed(tablet);
    std::fs::remove_file(folder.path().join("tablet.db")).unwrap();
    salvage::begin_anew(folder.path(), "a test").unwrap();
    let tablet = opened(folder);
    let there = pin::all(&tablet.store.conn).unwrap();
    let people: Vec<_> = there
        .iter()
        .map(|(person, row)| (*person, row.wrong))
        .collect();
    assert_eq!(people, [(ade, 8), (ani, 7)]);
    assert_eq!(there[0].1, row);
}

#[test]
fn errors_that_a_database_lost_with_its_newest_commits_are_counted_still() {
    let (_office, mut tablet, _) = ready_with_one();
    let ade = PersonId(Uuid::from_u128(11));
    let mut row = pin_row();
    row.wrong = 0;
    tablet.store.keep_pin(ade, &row).unwrap();
    let database = tablet.store.home.database();
    wipe::checkpoint(&tablet.store).unwrap();
    let before = std::fs::read(&database).unwrap();
    row.wrong = 9;
    tablet.store.keep_pin(ade, &row).unwrap();
    let folder = closed(tablet);
    std::fs::write(&database, before).unwrap();
    let tablet = opened(folder);
    assert_eq!(pin::get(&tablet.store.conn, ade).unwrap(), Some(row));
}

#[test]
fn changes_are_read_page_by_page_where_the_way_to_them_is_damaged() {
    let (_office, mut tablet, trader) = ready_with_one();
    for _ in 0..40 {
        visit(&mut tablet, trader);
    }
    let sql = "select rootpage from sqlite_schema where name = 'my_change'";
    let root: i64 = tablet
        .store
        .conn
        .query_row(sql, [], |row| row.get(0))
        .unwrap();
    let home = &tablet.store.home;
    let (database, copies) = (home.database(), [home.copy(), home.second_copy()]);
    let folder = closed(tablet);
    let mut bytes = std::fs::read(&database).unwrap();
    let from = (usize::try_from(root).unwrap() - 1) * 4_096;
    bytes[from..from + 4_096].fill(0x5a);
    std::fs::write(&database, bytes).unwrap();
    for copy in copies {
        std::fs::write(copy, b"nothing of it is left").unwrap();
    }
    let salvaged = salvage::begin_anew(folder.path(), "a test").unwrap();
    assert_eq!((salvaged.waiting, salvaged.only_database), (40, 40));
    assert!(salvaged.enrolled);
}
