//! Who is at the tablet: PINs, the idle lock, and what a lead may do.

use super::*;
use crate::command::Pin;
use crate::store::meta::Person;
use crate::store::tests::office::{Office, Tablet};
use uuid::Uuid;

const LEAD: PersonId = PersonId(Uuid::from_u128(21));
const ADE: PersonId = PersonId(Uuid::from_u128(11));

fn desk() -> (tempfile::TempDir, Desk) {
    let mut office = Office::new();
    office.trader(1, "KNM", "Pedagang 1");
    let mut tablet = office.tablet();
    tablet.sync(&mut office);
    let Tablet { folder, mut store } = tablet;
    let person = |person_id, name: &str, role: &str| Person {
        person_id,
        name: name.into(),
        role: role.into(),
    };
    let people = [
        person(ADE, "Ade", "canvasser"),
        person(LEAD, "Dewi", "lead"),
    ];
    store
        .transaction(|tx| meta::set_people(tx, &people))
        .unwrap();
    (folder, Desk::over(store))
}

fn pin(digits: &str) -> Pin {
    Pin(digits.into())
}

fn code(result: Result<Reply>) -> &'static str {
    result.map_or_else(|error| error.code(), |_| "ok")
}

fn unlock(desk: &Desk, person: PersonId, digits: &str) -> &'static str {
    let person = person.0;
    code(desk.run(Command::Unlock {
        person,
        pin: pin(digits),
    }))
}

fn set_pin(desk: &Desk, person: PersonId, digits: &str) -> &'static str {
    let person = person.0;
    code(desk.run(Command::SetPin {
        person,
        pin: pin(digits),
    }))
}

#[test]
fn after_ten_wrong_pins_a_person_waits_for_a_lead_and_the_others_go_on() {
    let (_folder, desk) = desk();
    assert_eq!(unlock(&desk, ADE, "111111"), "pin_missing");
    assert_eq!(set_pin(&desk, ADE, "111111"), "ok");
    assert_eq!(set_pin(&desk, LEAD, "222222"), "ok");
    let mut said = Vec::new();
    for _ in 0..10 {
        said.push(unlock(&desk, ADE, "000000"));
        // The pause passes.
        let mut store = desk.lock_store();
        let mut row = crate::store::pin::get(&store.conn, ADE).unwrap().unwrap();
        row.wait_ms = 0;
        store
            .transaction(|tx| crate::store::pin::put(tx, ADE, &row))
            .unwrap();
    }
    assert_eq!(said[..9], ["pin_wrong"; 9]);
    assert_eq!(said[9], "pin_needs_lead");
    assert_eq!(unlock(&desk, ADE, "111111"), "pin_needs_lead");
    assert_eq!(
        code(desk.run(Command::ClearPin { person: ADE.0 })),
        "unlock_needed"
    );

    assert_eq!(unlock(&desk, LEAD, "222222"), "ok");
    assert_eq!(code(desk.run(Command::ClearPin { person: ADE.0 })), "ok");
    assert_eq!(set_pin(&desk, ADE, "333333"), "ok");
    assert_eq!(unlock(&desk, ADE, "333333"), "ok");
    assert_eq!(
        code(desk.run(Command::ClearPin { person: LEAD.0 })),
        "field_not_allowed"
    );
    let nobody = PersonId(Uuid::from_u128(99));
    assert_eq!(unlock(&desk, nobody, "333333"), "person_unknown");
}

#[test]
fn a_right_pin_ends_the_count() {
    let (_folder, desk) = desk();
    set_pin(&desk, ADE, "111111");
    for _ in 0..3 {
        for _ in 0..4 {
            assert_eq!(unlock(&desk, ADE, "000000"), "pin_wrong");
        }
        assert_eq!(unlock(&desk, ADE, "111111"), "ok");
    }
}

#[test]
fn a_tablet_that_nobody_touches_locks_itself() {
    let (_folder, desk) = desk();
    let mut events = desk.events().listen();
    set_pin(&desk, ADE, "111111");
    unlock(&desk, ADE, "111111");
    assert_eq!(code(desk.run(Command::SendBox)), "ok");
    let long_ago = Instant::now().checked_sub(IDLE_MAX);
    if let (Some(active), Some(long_ago)) = (desk.lock_active().as_mut(), long_ago) {
        active.last_used = long_ago;
    }
    assert_eq!(code(desk.run(Command::SendBox)), "unlock_needed");
    assert_eq!(events.try_recv().unwrap(), r#"{"event":"locked"}"#);
}

#[test]
fn whoever_no_longer_shares_the_tablet_is_locked_out() {
    let (_folder, desk) = desk();
    set_pin(&desk, ADE, "111111");
    unlock(&desk, ADE, "111111");
    desk.lock_store()
        .transaction(|tx| meta::set_people(tx, &[]))
        .unwrap();
    let Reply::Session(session) = desk.run(Command::Session).unwrap() else {
        panic!("no session");
    };
    assert_eq!(session.active, None);
    assert_eq!(code(desk.run(Command::SendBox)), "unlock_needed");
}

#[test]
fn at_the_end_of_the_process_nobody_uses_or_closes_the_store_any_more() {
    let (_folder, desk) = desk();
    let desk = Arc::new(desk);
    let background = Arc::downgrade(&desk);
    Arc::clone(&desk).rest();
    assert!(desk.store.try_lock().is_err());
    drop(desk);
    // Whoever held it last has let it go, and it is open still.
    assert!(background.upgrade().is_some());
}

#[test]
fn pages_over_a_damaged_database_go_on_with_all_that_waited() {
    let mut office = Office::new();
    let trader = office.trader(1, "KNM", "Pedagang 1");
    let mut tablet = office.tablet();
    tablet.sync(&mut office);
    let visit = format!(r#"{{"trader":"{trader}","outcome":"tutup"}}"#);
    let visit = Command::Visit(serde_json::from_str(&visit).unwrap());
    command::run(&mut tablet.store, visit).unwrap();
    let Tablet { folder, store } = tablet;
    let database = store.home.database();
    drop(store);
    let mut bytes = std::fs::read(&database).unwrap();
    // One bit is enough where pages are sealed; SQLite alone sees only what cannot be a page.
    if cfg!(feature = "sqlcipher") {
        let last = bytes.len() - 1_000;
        bytes[last] ^= 1;
    } else {
        bytes[4_096..].fill(0xff);
    }
    std::fs::write(&database, bytes).unwrap();

    let desk = Desk::open(folder.path()).unwrap();
    let Reply::Session(session) = desk.run(Command::Session).unwrap() else {
        panic!("no session");
    };
    assert!(session.enrolled);
    assert_eq!(session.sync.waiting, 1);
    let mended = session.mended.unwrap();
    assert_eq!((mended.times, mended.changes), (1, 1));
}

#[test]
fn whoever_deletes_the_database_can_neither_choose_a_pin_nor_try_more_often() {
    let (folder, desk) = desk();
    assert_eq!(set_pin(&desk, ADE, "111111"), "ok");
    for _ in 0..5 {
        assert_eq!(unlock(&desk, ADE, "000000"), "pin_wrong");
    }
    let database = desk.lock_store().home.database();
    drop(desk);
    std::fs::remove_file(database).unwrap();

    let desk = Desk::open(folder.path()).unwrap();
    assert_eq!(set_pin(&desk, ADE, "222222"), "pin_exists");
    assert_eq!(unlock(&desk, ADE, "111111"), "pin_wait");
}
