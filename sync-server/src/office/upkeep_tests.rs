//! Backup, restore, verify, doctor and editing by name, over real files.

use super::test_office::{MARKET, Office, Tablet, trader, visit};
use super::verify::{Report, verify};
use super::{
    backup, definition_file, doctor, erasure, forever, held, record_edit, restore, tablets,
};
use crate::clock;
use crate::data_dir::DataDir;
use crate::store::Directory;
use crate::store::Registry;
use crate::store::sqlite::SqliteDirectory;
use grebeg_core::register::RecordKey;
use grebeg_core::sync::messages::{HeldReason, State};
use grebeg_core::sync::store::{Filed, Store};
use rusqlite::Connection;
use uuid::Uuid;

fn office() -> (Office, Tablet, Uuid) {
    let mut office = Office::new();
    let sari = office.person("Sari", "canvasser", &[MARKET]);
    let mut tablet = office.tablet(sari);
    let id = record(&mut office, &mut tablet, "Rokayah");
    (office, tablet, id)
}

fn record(office: &mut Office, tablet: &mut Tablet, name: &str) -> Uuid {
    let (id, new) = trader(name, "+628123456789");
    let (_, new_visit) = visit(id, "tutup");
    let at_ms = clock::now_ms() - 1_000;
    let ack = tablet.send(office, at_ms, vec![new, new_visit]);
    assert_eq!(ack.state, State::Accepted);
    id
}

fn proven(office: &Office, head: Option<&str>) -> Report {
    verify(&office.connection, head).unwrap()
}

#[test]
fn an_encrypted_backup_shows_no_name_and_comes_back_into_a_new_epoch() {
    let (mut office, mut tablet, before) = office();
    let key = office.folder().join("key.txt");
    let public = backup::keygen(&key).unwrap();
    let out = office.folder().join("backup.age");
    let to = backup::recipient(&public).unwrap();
    let written = backup::write(&office.data, &out, Some(&to)).unwrap();
    let bytes = std::fs::read(&out).unwrap();
    assert_eq!(written.bytes, bytes.len() as u64);
    assert!(!bytes.windows(7).any(|part| part == b"Rokayah"));
    assert!(!bytes.windows(6).any(|part| part == b"SQLite"));

    let epoch = office.seen();
    let late = record(&mut office, &mut tablet, "Kartini");
    let head = proven(&office, None).head;
    let without_key = restore::restore(&office.data, &out, None, "console").unwrap_err();
    assert_eq!(without_key.code(), "identity_needed");
    let other = office.folder().join("other.txt");
    backup::keygen(&other).unwrap();
    let wrong_key = restore::restore(&office.data, &out, Some(&other), "console").unwrap_err();
    assert_eq!(wrong_key.code(), "not_decrypted");
    let restored = restore::restore(&office.data, &out, Some(&key), "console").unwrap();
    office.reopen();
    assert!(restored.set_aside.unwrap().exists());
    let now = office.seen();
    assert_ne!(now.epoch, epoch.epoch);
    let past = office.desk(|desk| Ok(desk.store.past_epochs()?));
    assert_eq!(past.len(), 1);
    assert_eq!(
        (past[0].epoch, past[0].branch_seq + 1),
        (epoch.epoch, epoch.seq + 1)
    );
    let there = |office: &mut Office, id: Uuid| {
        office.desk(|desk| Ok(desk.store.record(&RecordKey::new("trader", id))?.is_some()))
    };
    assert!(there(&mut office, before));
    assert!(!there(&mut office, late));
    let report = proven(&office, None);
    assert!(report.ok(), "{:?}", report.findings);
    let cut = proven(&office, Some(&head));
    assert_eq!(cut.findings[0].code, "tail_cut");
}

#[test]
fn erasures_and_revocations_outlive_a_restore() {
    let (mut office, mut tablet, erased) = office();
    let out = office.folder().join("backup.db");
    backup::write(&office.data, &out, None).unwrap();
    let never_in_backup = clock::random_uuid().unwrap();
    let data = office.data.clone();
    let enrolment = tablet.enrolment;
    office.desk(|desk| {
        let traders = erasure::erase(desk, erased)?;
        let campaign = desk.row.campaign;
        forever::append(
            &data,
            &forever::erased(campaign, &traders.traders, &traders.records, "now"),
        )?;
        forever::append(
            &data,
            &forever::erased(campaign, &[never_in_backup], &[], "now"),
        )?;
        tablets::revoke(desk, &enrolment.to_string(), "lost")?;
        let stopped = |enrolment, device, token| forever::Revoked {
            enrolment,
            why: "lost".to_owned(),
            campaign: Some(campaign),
            first_device: Some(device),
            token_hash: Some([token; 32]),
        };
        forever::append(
            &data,
            &forever::revoked(&stopped(enrolment, tablet.device.0, 7), "now"),
        )?;
        // One that enrolled and was stopped after the backup: it hears that it was stopped, and not that it is unknown.
        let (late, device) = (clock::random_uuid()?, clock::random_uuid()?);
        forever::append(&data, &forever::revoked(&stopped(late, device, 9), "now"))
    });
    std::fs::write(
        office.data.forever(),
        std::fs::read_to_string(office.data.forever()).unwrap() + "{\"erased\": [\"cut off",
    )
    .unwrap();
    let restored = restore::restore(&office.data, &out, None, "console").unwrap();
    assert_eq!((restored.erased, restored.revoked), (2, 2));
    office.reopen();
    let found = SqliteDirectory(&office.connection).enrolment_by_token(&[9; 32]);
    assert!(found.unwrap().unwrap().is_shut(clock::now_ms()));
    let id = erased.to_string();
    let (_, stored) = office.desk(|desk| desk.record("trader", &id));
    assert!(stored.registers.flag("erased"));
    assert_eq!(stored.registers.text("name"), None);
    let rows = office.desk(|desk| Ok(desk.store.enrolments()?));
    assert!(rows[0].revoked_ms.is_some());
    let file = std::fs::read(office.data.store()).unwrap();
    assert!(!file.windows(7).any(|part| part == b"Rokayah"));
    // A tablet that was away brings the trader whom the backup never knew: still nobody.
    let (_, mut new) = trader("Kartini", "+628111111111");
    new.id = never_in_backup;
    let ack = tablet.send(&mut office, clock::now_ms(), vec![new]);
    assert_eq!(ack.state, State::Accepted);
    let id = never_in_backup.to_string();
    let (_, stored) = office.desk(|desk| desk.record("trader", &id));
    assert_eq!(stored.registers.text("name"), None);
    assert_eq!(stored.home, MARKET);
    let report = proven(&office, None);
    assert!(report.ok(), "{:?}", report.findings);
}

#[test]
fn what_came_after_the_backup_comes_back_from_the_tablet_and_counts_once() {
    let (mut office, mut tablet, before) = office();
    let (_, first) = visit(before, "tutup");
    let first = tablet.change(clock::now_ms() - 900, vec![first]);
    tablet.deliver(&mut office, first.clone());
    let out = office.folder().join("backup.db");
    backup::write(&office.data, &out, None).unwrap();
    tablet.seen = Some(office.seen());
    let (late, new) = trader("Kartini", "+628111111111");
    let (_, new_visit) = visit(late, "dilatih");
    let change = tablet.change(clock::now_ms() - 500, vec![new, new_visit]);
    tablet.deliver(&mut office, change.clone());
    restore::restore(&office.data, &out, None, "console").unwrap();
    office.reopen();
    for _ in 0..2 {
        for change in [&first, &change] {
            let ack = tablet.deliver(&mut office, change.clone());
            assert_eq!(ack.state, State::Accepted);
        }
    }
    let visits = office.desk(|desk| Ok(desk.store.records_of_kind("visit")?.len()));
    assert_eq!(visits, 3);
    let report = proven(&office, None);
    assert!(report.ok(), "{:?}", report.findings);
}

#[test]
fn one_folder_has_one_server_and_no_restore_beside_it() {
    let office = Office::new();
    let lock = office.data.lock().unwrap();
    assert_eq!(office.data.lock().unwrap_err().code(), "folder_in_use");
    let out = office.folder().join("backup.db");
    backup::write(&office.data, &out, None).unwrap();
    let refused = restore::restore(&office.data, &out, None, "console").unwrap_err();
    assert_eq!(refused.code(), "folder_in_use");
    drop(lock);
    assert!(office.data.lock().is_ok());
}

#[test]
fn a_file_that_is_no_backup_leaves_the_store_alone() {
    let (mut office, _, id) = office();
    let out = office.folder().join("holiday.jpg");
    std::fs::write(&out, b"\xff\xd8\xff\xe0 not a backup").unwrap();
    let refused = restore::restore(&office.data, &out, None, "console").unwrap_err();
    assert_eq!(refused.code(), "not_a_backup");
    office.reopen();
    let id = id.to_string();
    office.desk(|desk| desk.record("trader", &id));
}

/// Each case: what somebody does to the file behind our back, and the first finding.
#[test]
fn verify_names_the_first_bad_position() {
    type Attack = fn(&Connection, i64) -> Result<usize, rusqlite::Error>;
    let cases: [(&str, Attack, &[&str]); 8] = [
        (
            "one byte of a change",
            |c, seq| {
                let mut bytes: Vec<u8> =
                    c.query_row("select bytes from change where seq = ?1", [seq], |r| {
                        r.get(0)
                    })?;
                let last = bytes.len() - 3;
                bytes[last] ^= 1;
                c.execute("update change set bytes = ?2 where seq = ?1", (seq, bytes))
            },
            &["change_altered"],
        ),
        (
            "a change deleted",
            |c, seq| c.execute("delete from change where seq = ?1", [seq]),
            &["change_missing"],
        ),
        (
            "two exchanged",
            |c, seq| {
                c.execute("update change set seq = 9999 where seq = ?1", [seq])?;
                c.execute("update change set seq = ?1 where seq = ?1 + 1", [seq])?;
                c.execute("update change set seq = ?1 + 1 where seq = 9999", [seq])
            },
            &["order_altered", "record_altered"],
        ),
        (
            "one slipped in again under the next place",
            |c, _| {
                c.execute("insert into change (campaign, device, n, hash, in_chain, state, reason, stamp, given_stamp, seq, settled_seq, received_ms, commit_ms, content_hash, author, bytes)
                    select campaign, device, n + 1, zeroblob(32), in_chain, state, reason, stamp, given_stamp, (select max(seq) + 1 from change), 0, received_ms, commit_ms, content_hash, author, bytes
                    from change where seq = (select max(seq) from change)", [])
            },
            &["change_altered", "behind_the_end"],
        ),
        (
            "a record's home",
            |c, _| c.execute("update record set home = 'PGI' where kind = 'trader'", []),
            &["digest_wrong"],
        ),
        (
            "a record deleted",
            |c, _| c.execute("delete from record where kind = 'visit'", []),
            &["record_altered"],
        ),
        (
            "a device's number",
            |c, _| c.execute("update device set high_n = high_n + 1", []),
            &["high_n_wrong"],
        ),
        (
            "a digest",
            |c, _| c.execute("update digest set sum = zeroblob(16)", []),
            &["digest_wrong"],
        ),
    ];
    for (what, attack, codes) in cases {
        let (mut office, mut tablet, _) = office();
        record(&mut office, &mut tablet, "Kartini");
        record(&mut office, &mut tablet, "Dewi");
        let seq = office.seen().seq as i64 - 1;
        office
            .connection
            .pragma_update(None, "foreign_keys", false)
            .unwrap();
        attack(&office.connection, seq).unwrap();
        let report = proven(&office, None);
        let first = report.findings.first();
        assert!(
            first.is_some_and(|f| codes.contains(&f.code)),
            "{what}: {:?}",
            report.findings
        );
        if codes.contains(&"change_altered") && what.starts_with("one byte")
            || codes.contains(&"change_missing")
        {
            assert_eq!(first.and_then(|f| f.seq), Some(seq as u64), "{what}");
        }
    }
}

#[test]
fn a_head_of_the_evening_lies_on_the_way_to_every_later_one() {
    let (mut office, mut tablet, id) = office();
    let evening = proven(&office, None).head;
    record(&mut office, &mut tablet, "Kartini");
    office.desk(|desk| erasure::erase(desk, id));
    let report = proven(&office, Some(&evening));
    assert!(report.ok(), "{:?}", report.findings);
    let bare = evening.split_once('.').unwrap().1;
    assert!(proven(&office, Some(bare)).ok());
    let other = format!("1.{}", "0".repeat(64));
    assert_eq!(
        proven(&office, Some(&other)).findings[0].code,
        "head_not_met"
    );
}

#[test]
fn the_doctor_names_what_waits_and_how_to_mend_it() {
    let (mut office, _, _) = office();
    office.person("Dewi", "canvasser", &[]);
    let findings = doctor::examine(&office.data);
    let found: Vec<_> = findings.iter().map(|f| f.code).collect();
    assert_eq!(found, ["person_without_market"]);
    assert!(findings.iter().all(|f| !f.hint.is_empty()));
    let damaged = DataDir::open(&office.folder().join("damaged")).unwrap();
    std::fs::write(damaged.store(), vec![7u8; 8_192]).unwrap();
    let found: Vec<_> = doctor::examine(&damaged).iter().map(|f| f.code).collect();
    assert!(found.iter().any(|c| c.starts_with("store_")), "{found:?}");
    let empty = DataDir::open(&office.folder().join("empty")).unwrap();
    let found: Vec<_> = doctor::examine(&empty).iter().map(|f| f.code).collect();
    assert_eq!(found, ["campaign_missing"]);
}

#[test]
fn fields_are_written_by_name_within_the_table_of_kinds() {
    let (mut office, _, id) = office();
    let lead = office.person("Bu Ratna", "lead", &[MARKET]);
    let class = [
        "market=KNM".to_owned(),
        "name=Foto barang".to_owned(),
        "date=2019-08-12".to_owned(),
    ];
    let made = office
        .try_as(Some(lead), |desk| {
            record_edit::set(desk, "class", "new", &class, "add")
        })
        .unwrap();
    let list = office.desk(|desk| record_edit::list(desk, "class"));
    assert_eq!(list[0]["id"], made.to_string());
    let id = id.to_string();
    for (by, kind, target, pair, expected) in [
        (Some(lead), "class", "new", "market=PGI", "not_allowed"),
        (Some(lead), "team", "new", "name=Tim A", "not_allowed"),
        (Some(lead), "class", "new", "date=besok", "bad_value"),
        (None, "class", "new", "colour=red", "field_unknown"),
        (None, "class", "new", "market=XXX", "market_unknown"),
        (None, "basket", "new", "a=b", "kind_unknown"),
        (None, "consent", "new", "a=b", "has_own_command"),
        (None, "trader", &id, "erased=true", "refused"),
        (None, "trader", "nobody", "name=x", "trader_unknown"),
    ] {
        let pairs = [pair.to_owned()];
        let refused = office.try_as(by, |desk| {
            record_edit::set(desk, kind, target, &pairs, "test")
        });
        assert_eq!(refused.unwrap_err().code(), expected, "{kind} {pair}");
    }
    let pairs = ["phone=0812-3456-7890".to_owned(), "kemauan=ragu".to_owned()];
    office
        .try_as(Some(lead), |desk| {
            record_edit::set(desk, "trader", &id, &pairs, "told by phone")
        })
        .unwrap();
    let (_, stored) = office.desk(|desk| desk.record("trader", &id));
    assert_eq!(stored.registers.text("phone"), Some("+6281234567890"));
    assert_eq!(stored.registers.text("phone_typed"), Some("0812-3456-7890"));
}

#[test]
fn an_exported_definition_loads_again_and_changes_nothing() {
    let mut office = Office::new();
    let entries = office.desk(definition_file::entries);
    let text = grebeg_core::definition::to_json(&entries);
    let read = grebeg_core::definition::from_json(&text).unwrap();
    let loaded = crate::writer::once(&mut office.connection, |turn| {
        super::campaign::load(turn, "cirebon-2019", &read, None)
    })
    .unwrap();
    assert_eq!(loaded.changed_records, 0);
    office.desk(|desk| definition_file::set_closed(desk, true));
    assert_eq!(office.desk(definition_file::show)["closed"], true);
    office.desk(|desk| definition_file::set_closed(desk, false));
    assert_eq!(office.desk(definition_file::show)["closed"], false);
    let audits = office.desk(definition_file::audits);
    assert_eq!(audits.last().unwrap()["what"], "campaign open");
}

#[test]
fn what_an_older_program_did_not_know_counts_by_itself_after_an_upgrade() {
    let (mut office, mut tablet, _) = office();
    let (trader_id, new) = trader("Kartini", "+628123456780");
    let (visit_id, new_visit) = visit(trader_id, "tutup");
    let change = tablet.change(clock::now_ms() - 1_000, vec![new, new_visit]);
    // As a program would have filed it that knew no visits yet.
    office.desk(|desk| {
        let now_ms = desk.store.head()?.last_ms;
        let filed = Filed {
            name: change.name(),
            hash: change.hash(),
            in_chain: true,
            state: State::HeldBack,
            reason: Some(HeldReason::UnknownKind),
            stamp: change.stamp,
            given_stamp: change.stamp,
            seq: 0,
            settled_seq: 0,
            received_ms: now_ms,
            content_hash: change.content_hash(),
            bytes: change.to_bytes(),
            author: Some(change.author),
            visit: None,
            touches: Vec::new(),
        };
        Ok(desk.store.file(&filed, now_ms, None, "")?)
    });
    assert_eq!(office.desk(held::judge_again), 1);
    assert_eq!(office.desk(held::judge_again), 0);
    let stored = office.desk(|desk| Ok(desk.store.record(&RecordKey::new("visit", visit_id))?));
    assert!(stored.is_some());
    assert!(proven(&office, None).ok());
}
