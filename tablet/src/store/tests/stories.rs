//! What happens to saved work and to the confirmed layer.

use super::office::{Office, Tablet, ready};
use crate::command::{self, Command, DigestReply, Reply, dump_lines};
use crate::save::visit::VisitAction;
use crate::store::own::{self, OwnState};
use crate::store::view::{self, Books};
use crate::store::{meta, record};
use grebeg_core::change::Patch;
use grebeg_core::register::RecordKey;
use grebeg_core::stamp::Stamp;
use grebeg_core::sync::messages::{Answer, State};
use grebeg_core::value::Value;
use uuid::Uuid;

pub fn visit(tablet: &mut Tablet, trader: Uuid, outcome: &str) -> Uuid {
    let action = VisitAction {
        trader: trader.to_string(),
        outcome: outcome.into(),
        note: Some("catatan rahasia".into()),
        ..VisitAction::default()
    };
    match command::run(&mut tablet.store, Command::Visit(action)).unwrap() {
        Reply::Visited { visit_id, .. } => visit_id,
        reply => panic!("{reply:?}"),
    }
}

fn set(tablet: &mut Tablet, trader: Uuid, field: &str, value: &str) {
    let command = Command::SetTrader {
        id: trader.to_string(),
        fields: vec![(field.into(), value.into())],
        as_person: None,
    };
    command::run(&mut tablet.store, command).unwrap();
}

pub fn books(tablet: &mut Tablet) -> Books {
    let definition = tablet.store.definition().unwrap();
    view::books(&tablet.store.conn, &definition, None).unwrap()
}

fn shown(tablet: &Tablet, trader: Uuid, field: &str) -> Option<String> {
    let registers = record::shown(&tablet.store.conn, "trader", trader).unwrap()?;
    registers.text(field).map(str::to_owned)
}

fn dump(tablet: &Tablet) -> String {
    let mut text = String::new();
    dump_lines(&tablet.store, |_, line| {
        text.push_str(line);
        text.push('\n');
    })
    .unwrap();
    text
}

#[track_caller]
pub fn assert_healthy(tablet: &mut Tablet) {
    let reply = command::run(&mut tablet.store, Command::Doctor { repair: false }).unwrap();
    let Reply::Doctor(doctor) = reply else {
        panic!("{reply:?}")
    };
    assert_eq!(doctor.findings, Vec::<String>::new());
    let Reply::Digest(DigestReply { digest, .. }) =
        command::run(&mut tablet.store, Command::Digest).unwrap()
    else {
        panic!("a digest")
    };
    use sha2::{Digest, Sha256};
    let bytes = Sha256::digest(dump(tablet).as_bytes());
    assert_eq!(digest, grebeg_core::wire::json::to_hex(&bytes));
}

#[test]
fn a_saved_visit_is_there_after_the_program_ended() {
    let (_, mut tablet, traders) = ready(1);
    let id = visit(&mut tablet, traders[0], "mengajar");
    let mut tablet = tablet.reopened();
    assert_eq!(books(&mut tablet).waiting, 1);
    let row = record::get(&tablet.store.conn, &RecordKey::new("visit", id))
        .unwrap()
        .unwrap();
    assert!(row.confirmed.is_none() && row.screen.is_some());
    assert_healthy(&mut tablet);
}

#[test]
fn an_acknowledged_visit_is_confirmed_and_both_sides_agree() {
    let (mut office, mut tablet, traders) = ready(2);
    visit(&mut tablet, traders[0], "mengajar");
    set(&mut tablet, traders[1], "stall", "C-7");
    let before = dump(&tablet);
    let result = tablet.sync(&mut office);
    assert_eq!((result.pushed, result.accepted, result.waiting), (2, 2, 0));
    assert!(result.same_as_server && result.receipt.is_some());
    assert_eq!(result.round_trips, 1);
    assert_eq!(books(&mut tablet).counted, 1);
    // The real clock is not the server's of this story, so stamps were corrected; the rest is the same.
    assert_eq!(dump(&tablet).lines().count(), before.lines().count());
    assert_healthy(&mut tablet);
}

#[test]
fn lost_answers_double_nothing_and_lose_nothing() {
    let (mut office, mut tablet, traders) = ready(3);
    for trader in &traders {
        visit(&mut tablet, *trader, "tutup");
    }
    office.lose_answers = 3;
    for _ in 0..3 {
        assert_eq!(tablet.try_sync(&mut office), "cut");
        assert_eq!(books(&mut tablet).waiting, 3);
    }
    assert_eq!(tablet.sync(&mut office).accepted, 3);
    assert_eq!(
        books(&mut tablet),
        Books {
            recorded: 3,
            counted: 3,
            ..Books::default()
        }
    );
    assert_healthy(&mut tablet);
}

#[test]
fn a_corrected_stamp_rewrites_the_change_and_the_clock_comes_back() {
    let (mut office, mut tablet, traders) = ready(1);
    let far = Stamp::at_ms(4_000_000_000_000);
    tablet
        .store
        .transaction(|tx| meta::set_stamp(tx, far))
        .unwrap();
    visit(&mut tablet, traders[0], "tutup");
    let result = tablet.sync(&mut office);
    assert_eq!((result.accepted, result.restamped), (1, 1));
    assert!(result.same_as_server);
    let own = own::all(&tablet.store.conn).unwrap();
    assert!(own[0].change.stamp < far);
    assert!(meta::stamp(&tablet.store.conn).unwrap() < far);
    assert_healthy(&mut tablet);
}

#[test]
fn what_is_held_back_stays_on_the_screen_and_out_of_the_dump() {
    let (mut office, mut tablet, traders) = ready(1);
    // Another's market: the trader moved away before the tablet knew.
    set(&mut tablet, traders[0], "stall", "C-9");
    let mut forbidden = own::all(&tablet.store.conn).unwrap().remove(0);
    forbidden.change.patches[0] = Patch::new("trader", traders[0], [("withdrawn", true.into())]);
    forbidden.hash = forbidden.change.hash();
    tablet
        .store
        .transaction(|tx| own::update(tx, &forbidden))
        .unwrap();
    let result = tablet.sync(&mut office);
    assert_eq!(result.held_back.len(), 1);
    assert_eq!(result.held_back[0].reason, "field-not-allowed");
    assert!(
        result.same_as_server,
        "held back work is not in the confirmed layer"
    );
    let row = record::shown(&tablet.store.conn, "trader", traders[0])
        .unwrap()
        .unwrap();
    assert!(row.flag("withdrawn"));
    assert!(!dump(&tablet).contains(r#""withdrawn":true"#));
}

#[test]
fn a_discarded_change_leaves_the_screen_and_an_accepted_one_is_confirmed() {
    for accepted in [false, true] {
        let (mut office, mut tablet, traders) = ready(1);
        let id = visit(&mut tablet, traders[0], "tutup");
        // The person lost the market before the visit arrived, for all that the office knows.
        office.hold_next = true;
        let result = tablet.sync(&mut office);
        assert_eq!(result.held_back.len(), 1, "{result:?}");
        assert_eq!(
            books(&mut tablet),
            Books {
                recorded: 1,
                held_back: 1,
                ..Books::default()
            }
        );
        assert!(
            record::shown(&tablet.store.conn, "visit", id)
                .unwrap()
                .is_some()
        );
        office.settle_held(accepted);
        assert!(tablet.sync(&mut office).same_as_server);
        let books = books(&mut tablet);
        assert_eq!(
            (books.counted, books.set_aside),
            (u64::from(accepted), u64::from(!accepted))
        );
        let there = record::shown(&tablet.store.conn, "visit", id)
            .unwrap()
            .is_some();
        assert_eq!(there, accepted);
        assert_healthy(&mut tablet);
    }
}

#[test]
fn an_acknowledgement_of_something_never_sent_voids_the_whole_answer() {
    let (mut office, mut tablet, traders) = ready(1);
    visit(&mut tablet, traders[0], "tutup");
    office.trader(9, "KNM", "Nama Baru");
    office.tamper = Some(|answer: &mut Answer| {
        let mut extra = answer.acks[0].clone();
        extra.name.n = 99;
        answer.acks.push(extra);
    });
    assert_eq!(tablet.try_sync(&mut office), "not_our_server");
    assert_eq!(books(&mut tablet).waiting, 1);
    assert!(shown(&tablet, Uuid::from_u128(1_009), "name").is_none());
}

#[test]
fn a_copied_tablet_numbers_its_work_anew_and_everything_counts_once() {
    let (mut office, mut tablet, traders) = ready(6);
    visit(&mut tablet, traders[0], "tutup");
    tablet.sync(&mut office);
    let (mut first, mut copy) = tablet.copied();
    for n in 0..3 {
        visit(&mut first, traders[n], "mengajar");
        visit(&mut copy, traders[n + 3], "penjelasan");
    }
    first.sync(&mut office);
    let before: Vec<_> = own::in_state(&copy.store.conn, OwnState::Waiting).unwrap();
    let result = copy.sync(&mut office);
    assert_eq!(result.waiting, 0);
    assert!(result.same_as_server, "{result:?}");
    assert_eq!(
        books(&mut copy),
        Books {
            recorded: 4,
            counted: 4,
            ..Books::default()
        }
    );
    let after = own::all(&copy.store.conn).unwrap();
    let enrolment = copy.store.enrolment().unwrap();
    assert_ne!(Some(enrolment.device), enrolment.succeeds);
    for (n, was) in before.iter().enumerate() {
        let now = after.iter().find(|own| own.key == was.key).unwrap();
        assert_eq!(
            (now.change.device, now.change.n),
            (enrolment.device, n as u64 + 1)
        );
        assert_eq!(now.change.patches, was.change.patches, "ids stay");
        assert_eq!(now.change.clocks, was.change.clocks);
    }
    assert_eq!(
        after[1].change.prev,
        Some(after[0].hash),
        "the chain goes on"
    );
    assert!(first.sync(&mut office).same_as_server);
    assert_healthy(&mut copy);
    assert_healthy(&mut first);
}

#[test]
fn a_first_fill_is_shown_when_it_is_whole_and_goes_on_where_it_was_cut() {
    let mut office = Office::new();
    for n in 1..=30 {
        office.trader(n, "KNM", &format!("Pedagang {n}"));
    }
    office.page_records = 20;
    let mut tablet = office.tablet();
    for cut in 0..8 {
        office.lose_answers = 0;
        let carried = office.requests.len();
        // One page is taken, then the line breaks.
        office.tamper = None;
        let mut line = CutAfter {
            office: &mut office,
            pages: 1,
        };
        let end = crate::sync::run_over(&mut tablet.store, &mut line);
        assert!(end.is_err(), "cut {cut} after {carried}");
        let traders = record::trader_ids(&tablet.store.conn).unwrap().len();
        assert!(traders == 0 || traders == 30, "{traders} of 30 are shown");
        tablet = tablet.reopened();
    }
    assert!(tablet.sync(&mut office).same_as_server);
    assert_eq!(record::trader_ids(&tablet.store.conn).unwrap().len(), 30);
    assert_healthy(&mut tablet);
}

/// A line that ends after a number of pages.
struct CutAfter<'o> {
    office: &'o mut Office,
    pages: usize,
}

impl crate::sync::Line for CutAfter<'_> {
    fn carry(
        &mut self,
        request: &grebeg_core::sync::messages::Request,
    ) -> Result<crate::sync::Carried, crate::sync::Refused> {
        if self.pages == 0 {
            return Err(
                crate::error::TabletError::sync(crate::error::SyncFault::Offline, "cut").into(),
            );
        }
        self.pages -= 1;
        self.office.carry(request)
    }
}

#[test]
fn a_home_that_differs_is_read_anew_beside_what_is_shown() {
    let (mut office, mut tablet, traders) = ready(2);
    let key = RecordKey::new("trader", traders[0]);
    tablet
        .store
        .work(|work, _| {
            let row = record::get(work.conn, &key)?.unwrap_or_default();
            let mut registers = row.confirmed.unwrap_or_default();
            registers.0.remove("name");
            work.set_confirmed(&key, &row.home, row.owner, Some(registers))
        })
        .unwrap();
    assert_eq!(shown(&tablet, traders[0], "name"), None);
    assert!(tablet.sync(&mut office).same_as_server);
    assert_eq!(
        shown(&tablet, traders[0], "name").as_deref(),
        Some("Pedagang 1")
    );
    assert_healthy(&mut tablet);
}

#[test]
fn an_erasure_takes_the_values_out_of_records_lists_and_saved_changes() {
    let (mut office, mut tablet, traders) = ready(2);
    set(&mut tablet, traders[0], "name", "Nama Sangat Pribadi");
    office.set("trader", traders[0], "erased", Value::Bool(true));
    let result = tablet.sync(&mut office);
    assert!(result.same_as_server, "{result:?}");
    assert_eq!(shown(&tablet, traders[0], "name"), None);
    let own = own::all(&tablet.store.conn).unwrap();
    assert_eq!(own[0].change.patches[0].value("name"), None);
    assert_eq!(
        own[0].change.hash(),
        own[0].hash,
        "the chain still verifies"
    );
    assert_healthy(&mut tablet);
    let folder = tablet.folder;
    drop(tablet.store);
    for entry in std::fs::read_dir(folder.path()).unwrap().flatten() {
        let bytes = std::fs::read(entry.path()).unwrap();
        let found = bytes.windows(14).any(|w| w == b"Sangat Pribadi");
        assert!(!found, "{:?} still holds the name", entry.path());
    }
}

#[test]
fn a_trader_that_moves_between_markets_takes_everything_along() {
    let (mut office, mut tablet, traders) = ready(2);
    let id = visit(&mut tablet, traders[0], "mengajar");
    tablet.sync(&mut office);
    office.set("trader", traders[0], "market", "PGI".into());
    assert!(tablet.sync(&mut office).same_as_server);
    let row = record::get(&tablet.store.conn, &RecordKey::new("visit", id))
        .unwrap()
        .unwrap();
    assert_eq!(row.home, "PGI");
    office.set("trader", traders[0], "market", "JGS".into());
    visit(&mut tablet, traders[0], "tutup");
    assert!(tablet.sync(&mut office).same_as_server);
    assert!(
        record::shown(&tablet.store.conn, "trader", traders[0])
            .unwrap()
            .is_none()
    );
    assert_eq!(books(&mut tablet).recorded, 2);
    assert_healthy(&mut tablet);
}

#[test]
fn a_market_that_leaves_the_scope_leaves_the_tablet_and_comes_back_whole() {
    let (mut office, mut tablet, _) = ready(3);
    let other = office.trader(50, "PGI", "Pedagang Pagi");
    tablet.sync(&mut office);
    let keep = office.markets.clone();
    office.markets = vec!["KNM".into()];
    assert!(tablet.sync(&mut office).same_as_server);
    assert_eq!(shown(&tablet, other, "name"), None);
    office.markets = keep;
    assert!(tablet.sync(&mut office).same_as_server);
    assert_eq!(
        shown(&tablet, other, "name").as_deref(),
        Some("Pedagang Pagi")
    );
    assert_healthy(&mut tablet);
}

#[test]
fn a_server_from_an_older_backup_gets_everything_again() {
    let (mut office, mut tablet, traders) = ready(4);
    visit(&mut tablet, traders[0], "tutup");
    tablet.sync(&mut office);
    let backup = office.memory.clone();
    visit(&mut tablet, traders[1], "tutup");
    visit(&mut tablet, traders[2], "mengajar");
    tablet.sync(&mut office);
    office.restore(backup);
    let result = tablet.sync(&mut office);
    assert!(result.same_as_server && result.waiting == 0, "{result:?}");
    assert_eq!(
        books(&mut tablet),
        Books {
            recorded: 3,
            counted: 3,
            ..Books::default()
        }
    );
    assert_healthy(&mut tablet);
}

#[test]
fn a_record_that_comes_in_another_market_brings_nothing_along_from_one_that_left_the_scope() {
    let (mut office, mut tablet, traders) = ready(1);
    office.set("person", office.person.0, "role", "lead".into());
    tablet.sync(&mut office);
    let backup = office.memory.clone();
    set(&mut tablet, traders[0], "market", "PGI");
    tablet.sync(&mut office);
    // Moved on, and changed, both of which the restore undoes; meanwhile this tablet sees that market only.
    office.set("trader", traders[0], "market", "DRJ".into());
    office.set("trader", traders[0], "stall", "Z-9".into());
    office.markets = vec!["DRJ".into()];
    tablet.sync(&mut office);
    assert_eq!(shown(&tablet, traders[0], "stall").as_deref(), Some("Z-9"));
    office.restore(backup);
    office.markets = vec!["PGI".into()];
    let result = tablet.sync(&mut office);
    assert!(
        result.same_as_server && result.repaired == 0 && result.waiting == 0,
        "{result:?}"
    );
    assert_eq!(shown(&tablet, traders[0], "stall").as_deref(), Some("A-1"));
    assert_healthy(&mut tablet);
}

#[test]
fn a_locked_tablet_keeps_only_what_was_not_sent() {
    let (_, mut tablet, traders) = ready(2);
    visit(&mut tablet, traders[0], "tutup");
    crate::store::wipe::lock(&mut tablet.store).unwrap();
    assert_eq!(
        books(&mut tablet),
        Books {
            recorded: 1,
            waiting: 1,
            ..Books::default()
        }
    );
    assert!(record::all(&tablet.store.conn).unwrap().is_empty());
    let action = VisitAction {
        trader: traders[0].to_string(),
        outcome: "tutup".into(),
        ..VisitAction::default()
    };
    let failed = command::run(&mut tablet.store, Command::Visit(action)).unwrap_err();
    assert_eq!(failed.code(), "revoked");
}

#[test]
fn a_stopped_tablets_correction_says_whose_visit_it_is_also_to_a_server_that_lost_the_visit() {
    let (mut office, mut tablet, traders) = ready(1);
    let backup = office.memory.clone();
    let id = visit(&mut tablet, traders[0], "tutup");
    tablet.sync(&mut office);
    let amend = Command::Amend {
        visit: id.to_string(),
        fields: vec![("note".into(), "rahasia lagi".into())],
        answers: None,
        as_person: None,
    };
    command::run(&mut tablet.store, amend).unwrap();
    crate::store::wipe::lock(&mut tablet.store).unwrap();
    let kept = own::all(&tablet.store.conn).unwrap();
    let kept: Vec<_> = kept.iter().map(|own| own.change.to_bytes()).collect();
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
    assert_eq!(kept.len(), 2, "the visit and its correction");
    assert!(!holds(&kept[0], "rahasia") && holds(&kept[1], "rahasia"));
    // The server lost the visit, and the trader is erased before the tablet is found.
    office.restore(backup);
    office.set("trader", traders[0], "erased", true.into());
    office.rescue = true;
    tablet.sync(&mut office);
    let filed = office.memory.filed.values();
    let held: Vec<_> = filed.filter(|f| f.state == State::HeldBack).collect();
    assert_eq!(held.len(), 2, "nothing that was saved is lost");
    assert!(held.iter().all(|filed| !holds(&filed.bytes, "rahasia")));
}

#[test]
fn a_second_process_is_told_that_the_folder_is_in_use() {
    let (_, tablet, _) = ready(1);
    let second = crate::store::Store::open(tablet.folder.path()).unwrap_err();
    assert_eq!(second.code(), "home_busy");
}
