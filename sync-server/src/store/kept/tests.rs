//! What an exchange leaves in the store is the same with and without remembering: to the last byte of every table.

use super::Kept;
use crate::office::test_office::{Office, Tablet, consent, moment, trader, visit};
use crate::office::verify::verify;
use crate::store::sqlite::{SqliteStore, StoreError, open};
use crate::writer::Turn;
use grebeg_core::change::{Change, Patch};
use grebeg_core::id::{CampaignId, step_id};
use grebeg_core::sync::access::Sender;
use grebeg_core::sync::acknowledge::take;
use grebeg_core::sync::messages::{Ack, Offered};
use grebeg_core::sync::store::Store;
use grebeg_core::value::Value;
use rusqlite::Connection;
use uuid::Uuid;

const TABLES: [&str; 12] = [
    "campaign",
    "record",
    "left_home",
    "held_market",
    "digest",
    "change",
    "event",
    "touch",
    "waits_for",
    "sibling",
    "device",
    "erased_ahead",
];

/// Every row of every table that exchanges write.
fn dump(connection: &Connection) -> Vec<String> {
    let mut lines = Vec::new();
    for table in TABLES {
        let mut statement = connection
            .prepare(&format!("select * from {table}"))
            .unwrap();
        let columns = statement.column_count();
        let mut rows = statement.query([]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            let values = (0..columns).map(|n| row.get::<_, rusqlite::types::Value>(n).unwrap());
            lines.push(format!("{table} {:?}", values.collect::<Vec<_>>()));
        }
    }
    lines
}

fn campaign(connection: &Connection) -> CampaignId {
    let bytes: [u8; 16] = connection
        .query_row("select campaign from campaign", [], |row| row.get(0))
        .unwrap();
    CampaignId(Uuid::from_bytes(bytes))
}

fn give<S: Store<Error = StoreError>>(
    store: &mut S,
    tablet: &Tablet,
    change: &Change,
) -> Option<Ack> {
    let sender = Sender {
        enrolment: tablet.enrolment,
        people: vec![tablet.person],
        server: false,
        rescue: false,
    };
    let head = store.head().unwrap();
    let moment = moment(head.last_ms);
    let acks = take(store, &sender, moment, &[Offered::Whole(change.clone())]).unwrap();
    acks.into_iter().next()
}

/// Changes of all sorts: new and known traders, visits, steps that conflict, moves, refusals, erasures, what waits for
/// what is held back, what is not allowed, copies.
fn story(office: &mut Office) -> (Vec<Tablet>, Vec<(usize, Change)>) {
    let at_ms = crate::clock::now_ms();
    let lead = office.person("Ratna", "lead", &["KNM", "PGI"]);
    let admin = office.person("Dewi", "admin", &[]);
    let people = [
        office.person("Ade", "canvasser", &["KNM"]),
        office.person("Budi", "canvasser", &["KNM"]),
        office.person("Citra", "canvasser", &["PGI"]),
        lead,
        admin,
    ];
    let mut tablets: Vec<Tablet> = people.iter().map(|p| office.tablet(*p)).collect();
    let mut traders: Vec<Uuid> = Vec::new();
    let mut changes = Vec::new();
    let mut chance = 2019_u64;
    let mut draw = |below: usize| {
        chance = chance
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (chance >> 33) as usize % below
    };
    for number in 0..400 {
        let who = draw(tablets.len());
        let of = traders
            .get(draw(traders.len().max(1)))
            .copied()
            .unwrap_or(Uuid::from_u128(1));
        let patches = match draw(12) {
            0 => {
                let (id, patch) = trader("Rokayah", "0812");
                traders.push(id);
                vec![patch]
            }
            1..=4 => {
                let (_, patch) = visit(of, "mengajar");
                let step = [
                    ("trader", Value::id(of)),
                    ("code", "prep.hp".into()),
                    (
                        "state",
                        if draw(2) == 0 { "selesai" } else { "terhalang" }.into(),
                    ),
                ];
                vec![patch, Patch::new("step", step_id(&of, "prep.hp"), step)]
            }
            5 | 6 => vec![Patch::new(
                "trader",
                of,
                [("stall", Value::text(format!("B-{number}")))],
            )],
            7 => vec![Patch::new("trader", of, [("market", "PGI".into())])],
            8 => vec![consent(of, "contact", draw(2) == 0, &[]).1],
            9 if draw(3) == 0 => vec![Patch::new("trader", of, [("erased", Value::Bool(true))])],
            10 => {
                // Its author may not, so that what hangs on it waits.
                let (id, patch) = trader("Sumi", "0813");
                traders.push(id);
                vec![patch, Patch::new("market", id, [("name", "X".into())])]
            }
            _ => vec![Patch::new(
                "trader",
                of,
                [("phone", Value::text(format!("08{number}")))],
            )],
        };
        let copy = tablets[who].clone();
        let change = tablets[who].change(at_ms + number, patches);
        changes.push((who, change));
        if draw(25) == 0 {
            // Somebody copied the tablet: the same number, other content.
            let (_, patch) = visit(of, "tutup");
            changes.push((who, copy.clone().change(at_ms + number, vec![patch])));
        }
        if draw(10) == 0 {
            // The answer was lost.
            changes.extend(changes.last().cloned());
        }
        if draw(9) == 0 {
            let seen = office.seen();
            tablets[who].seen = Some(seen);
        }
    }
    (tablets, changes)
}

fn copy_of(office: &Office, name: &str) -> Connection {
    let path = office.folder().join(name);
    let path_text = path.to_str().unwrap();
    office
        .connection
        .execute("vacuum into ?1", [path_text])
        .unwrap();
    open(&path).unwrap()
}

#[test]
fn the_store_ends_as_it_does_without_remembering() {
    let mut office = Office::new();
    let (tablets, changes) = story(&mut office);
    let (plain, kept) = (copy_of(&office, "plain.db"), copy_of(&office, "kept.db"));
    let mut store = SqliteStore::new(&plain, campaign(&plain));
    let expected: Vec<Option<Ack>> = changes
        .iter()
        .map(|(who, change)| give(&mut store, &tablets[*who], change))
        .collect();
    let mut store = Kept::new(SqliteStore::new(&kept, campaign(&kept)));
    let got: Vec<Option<Ack>> = changes
        .iter()
        .map(|(who, change)| give(&mut store, &tablets[*who], change))
        .collect();
    store.settle().unwrap();
    assert_eq!(got, expected);
    let (got, expected) = (dump(&kept), dump(&plain));
    assert_eq!(got, expected);
    let count = |table: &str, holds: &str| {
        let of_table = got.iter().filter(|line| line.starts_with(table));
        of_table.filter(|line| line.contains(holds)).count()
    };
    assert!(count("change", "accepted") > 100);
    for (table, holds) in [
        ("change", "held_back"),
        ("change", "forked-device"),
        ("left_home", "KNM"),
        ("waits_for", ""),
        ("sibling", ""),
        ("event", "superseded"),
    ] {
        assert!(count(table, holds) > 0, "{table} {holds}");
    }
}

#[test]
fn what_a_job_takes_back_is_not_remembered() {
    let mut office = Office::new();
    let (tablets, changes) = story(&mut office);
    let campaign = campaign(&office.connection);
    let transaction = office.connection.unchecked_transaction().unwrap();
    let mut turn = Turn::new(&transaction);
    for (number, (who, change)) in changes.iter().enumerate() {
        // As the writer runs its jobs. Some fail once, whatever they did before, and are sent again.
        for fails in [number % 5 == 1, false] {
            let done = turn.job(|turn| {
                give(turn.kept(campaign)?, &tablets[*who], change);
                if number % 3 == 0 {
                    turn.connection()?;
                }
                if fails { Err(StoreError::Busy) } else { Ok(()) }
            });
            assert_eq!(done.unwrap().is_err(), fails);
        }
    }
    turn.settle().unwrap();
    drop(turn);
    transaction.commit().unwrap();
    let report = verify(&office.connection, None).unwrap();
    assert_eq!(report.findings, []);
}
