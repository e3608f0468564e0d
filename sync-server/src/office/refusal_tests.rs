//! What a refusal takes, when, and what it leaves.

use super::test_office::{MARKET, Office, Tablet, consent, trader, visit};
use super::verify::verify;
use super::{duplicates, refusal, review};
use crate::clock;
use grebeg_core::change::{Change, Patch};
use grebeg_core::register::RecordKey;
use grebeg_core::sync::store::Store;
use uuid::Uuid;

const HOUR_MS: i64 = 3_600_000;

fn office() -> (Office, Tablet) {
    let mut office = Office::new();
    let sari = office.person("Sari", "canvasser", &[MARKET]);
    let tablet = office.tablet(sari);
    (office, tablet)
}

fn name(office: &mut Office, trader: Uuid) -> Option<String> {
    let id = trader.to_string();
    let (_, stored) = office.desk(|desk| desk.record("trader", &id));
    stored.registers.text("name").map(str::to_owned)
}

/// Whether a word stands anywhere in the filed changes of a trader.
fn is_filed(office: &mut Office, trader: Uuid, word: &str) -> bool {
    office.desk(|desk| {
        let filed = desk
            .store
            .changes_touching(&RecordKey::new("trader", trader))?;
        let says = |bytes: &[u8]| format!("{:?}", Change::from_bytes(bytes)).contains(word);
        Ok(filed.iter().any(|f| says(&f.bytes)))
    })
}

#[test]
fn a_refusal_takes_name_and_number_after_a_day_and_not_before() {
    for (hours, gone) in [(1, false), (25, true)] {
        let (mut office, mut tablet) = office();
        let at_ms = clock::now_ms() - hours * HOUR_MS;
        let (id, new) = trader("Rokayah", "+628123456789");
        let (_, no) = consent(id, "pendampingan", false, &[]);
        tablet.send(&mut office, at_ms, vec![new, no]);
        let taken = office.desk(refusal::sweep);
        assert_eq!(taken > 0, gone, "{hours} h");
        assert_eq!(name(&mut office, id).is_none(), gone, "{hours} h");
        assert_eq!(!is_filed(&mut office, id, "Rokayah"), gone, "{hours} h");
        assert_eq!(office.desk(refusal::sweep), 0);
        let report = verify(&office.connection, None).unwrap();
        assert!(report.ok(), "{:?}", report.findings);
    }
}

#[test]
fn approving_the_day_takes_them_at_once() {
    let (mut office, mut tablet) = office();
    let at_ms = clock::now_ms() - 1_000;
    let (id, new) = trader("Rokayah", "+628123456789");
    let (visit_id, new_visit) = visit(id, "tutup");
    let (_, no) = consent(id, "pendampingan", false, &[]);
    tablet.send(&mut office, at_ms, vec![new, new_visit, no]);
    office.desk(|desk| review::approve(desk, &[visit_id.to_string()]));
    assert_eq!(name(&mut office, id), None);
    assert!(!is_filed(&mut office, id, "Rokayah"));
}

#[test]
fn a_yes_that_follows_keeps_everything() {
    let (mut office, mut tablet) = office();
    let at_ms = clock::now_ms() - 30 * HOUR_MS;
    let (id, new) = trader("Rokayah", "+628123456789");
    let (no_id, no) = consent(id, "pendampingan", false, &[]);
    let (_, yes) = consent(id, "pendampingan", true, &[no_id]);
    tablet.send(&mut office, at_ms, vec![new, no]);
    tablet.send(&mut office, at_ms + 60_000, vec![yes]);
    assert_eq!(office.desk(refusal::sweep), 0);
    assert_eq!(name(&mut office, id).as_deref(), Some("Rokayah"));
}

#[test]
fn what_a_merged_record_says_of_the_same_person_goes_too_and_nobody_elses() {
    let (mut office, mut tablet) = office();
    let at_ms = clock::now_ms() - 30 * HOUR_MS;
    let (id, new) = trader("Rokayah", "+628123456789");
    let (other, second) = trader("Yu Rokayah", "+628123456789");
    let (third, same_too) = trader("Rokayah bt. Karta", "+628123456789");
    let (bystander, stranger) = trader("Kartini", "+628123456780");
    for patch in [new, second, same_too, stranger] {
        tablet.send(&mut office, at_ms, vec![patch]);
    }
    for (keep, gone) in [(other, id), (third, other)] {
        let (keep, gone) = (keep.to_string(), gone.to_string());
        office.desk(|desk| duplicates::merge(desk, &keep, &gone, &[]));
    }
    let (_, no) = consent(other, "pendampingan", false, &[]);
    tablet.send(&mut office, at_ms + 1_000, vec![no]);
    assert!(office.desk(refusal::sweep) > 0);
    for refused in [id, other, third] {
        assert_eq!(name(&mut office, refused), None);
    }
    assert_eq!(name(&mut office, bystander).as_deref(), Some("Kartini"));
}

#[test]
fn what_a_late_tablet_brings_is_taken_as_well() {
    let (mut office, mut tablet) = office();
    let at_ms = clock::now_ms() - 30 * HOUR_MS;
    let (id, new) = trader("Rokayah", "+628123456789");
    let (_, no) = consent(id, "pendampingan", false, &[]);
    tablet.send(&mut office, at_ms, vec![new, no]);
    office.desk(refusal::sweep);
    let late = Patch::new("trader", id, [("nickname", "Yu Rok".into())]);
    tablet.send(&mut office, at_ms + HOUR_MS, vec![late]);
    assert_eq!(office.desk(refusal::sweep), 1);
    assert!(!is_filed(&mut office, id, "Yu Rok"));
}

#[test]
fn who_asked_not_to_be_visited_loses_the_name_unless_a_consent_holds() {
    for (consented, outcome, hours, gone) in [
        (false, "menolak_tetap", 25, true),
        (false, "menolak_tetap", 1, false),
        (false, "tanpa_data", 25, true),
        (false, "menolak", 25, false),
        (true, "menolak_tetap", 25, false),
    ] {
        let (mut office, mut tablet) = office();
        let at_ms = clock::now_ms() - hours * HOUR_MS;
        let (id, new) = trader("Rokayah", "+628123456789");
        let (_, yes) = consent(id, "kontak", consented, &[]);
        let (visit_id, last) = visit(id, outcome);
        tablet.send(&mut office, at_ms, vec![new, yes]);
        tablet.send(&mut office, at_ms + 60_000, vec![last]);
        office.desk(refusal::sweep);
        let case = format!("{outcome} {hours} h, {consented}");
        assert_eq!(name(&mut office, id).is_none(), gone, "{case}");
        assert_eq!(!is_filed(&mut office, id, "Rokayah"), gone, "{case}");
        office.desk(|desk| review::approve(desk, &[visit_id.to_string()]));
        let wished = outcome != "menolak" && !consented;
        assert_eq!(name(&mut office, id).is_none(), wished, "approved: {case}");
    }
}
