//! Measures the screens over 9,000 traders of one market: the first row of the day after a save, windows of its list, the
//! search with its reasons, a trader's page, a visit sheet and a save.
//!
//! `cargo run --release -p tablet --example screens_speed`

use grebeg_core::definition::builtin;
use grebeg_core::id::{CampaignId, DeviceId, PersonId};
use grebeg_core::register::{Origin, RecordKey, Register, Registers};
use grebeg_core::stamp::Stamp;
use grebeg_core::sync::messages::CAMPAIGN_HOME;
use grebeg_core::value::Value;
use std::time::{Duration, Instant};
use tablet::command::{Command, Viewer, run_for};
use tablet::error::Result;
use tablet::store::Store;
use tablet::store::meta::{self, Enrolment, Person};
use uuid::Uuid;

const TRADERS: u128 = 9_000;
const QUESTIONS: usize = 300;
const CAMPAIGN: CampaignId = CampaignId(Uuid::from_u128(1));
const PERSON: PersonId = PersonId(Uuid::from_u128(3));
const FIRST: [&str; 12] = [
    "Rokayah", "Tasmi", "Carmi", "Sunenti", "Rasmadi", "Kusen", "Rohilah", "Mulyati", "Wastara",
    "Saman", "Warni", "Ening",
];
const SECOND: [&str; 9] = [
    "Lestari", "Hidayat", "Puspita", "Nugraha", "Safitri", "Permana", "Saputra", "Suryani", "Basri",
];
const GOODS: [&str; 6] = ["kerupuk", "terasi", "batik", "ikan asin", "bumbu", "sayur"];

fn main() -> Result<()> {
    let folder = std::env::temp_dir().join(format!("screens-speed-{}", std::process::id()));
    let began = Instant::now();
    let mut store = Store::open(&folder)?;
    fill(&mut store)?;
    println!("filled in {:?}", began.elapsed());
    let viewer = Viewer {
        person: Some(PERSON),
        ..Viewer::default()
    };
    let trader = |n: usize| trader_id(n as u128 * 29 % TRADERS).to_string();
    let ask = |store: &mut Store, json: serde_json::Value| {
        let command: Command = serde_json::from_value(json).unwrap_or(Command::Status);
        let began = Instant::now();
        let reply = run_for(store, command, &viewer);
        let took = began.elapsed();
        let text = reply.map(|reply| serde_json::to_string(&reply).map_or(0, |text| text.len()));
        (took, text)
    };
    let mut report = |name: &str, make: &dyn Fn(usize) -> serde_json::Value, save_first: bool| {
        let mut all: Vec<Duration> = Vec::with_capacity(QUESTIONS);
        let mut bytes = 0;
        for n in 0..QUESTIONS {
            if save_first {
                let visit = serde_json::json!({
                    "command": "visit", "trader": trader(n), "outcome": "penjelasan",
                    "answers": { "kemauan": "mau_sekarang", "hp_pintar": true },
                });
                let (_, saved) = ask(&mut store, visit);
                assert!(saved.is_ok(), "{saved:?}");
            }
            let (took, reply) = ask(&mut store, make(n));
            bytes = reply.unwrap_or_else(|error| panic!("{name}: {error}"));
            all.push(took);
        }
        all.sort();
        let at = |percent: usize| all[(all.len() - 1) * percent / 100].as_secs_f64() * 1_000.0;
        println!(
            "{name:32} p50 {:7.2} ms  p99 {:7.2} ms  {bytes} bytes",
            at(50),
            at(99)
        );
    };
    use serde_json::json;
    report(
        "today, list at hand",
        &|_| json!({ "command": "today" }),
        false,
    );
    report(
        "today after a save",
        &|_| json!({ "command": "today" }),
        true,
    );
    report(
        "30 rows anywhere",
        &|n| json!({ "command": "today_rows", "from": n * 29 % 8_900, "count": 30 }),
        false,
    );
    report(
        "30 rows after a save",
        &|n| json!({ "command": "today_rows", "from": n * 29 % 8_900, "count": 30 }),
        true,
    );
    report(
        "search, one letter",
        &|n| json!({ "command": "search", "query": &FIRST[n % 12][..1] }),
        false,
    );
    report(
        "search, beginnings",
        &|n| json!({ "command": "search", "query": &FIRST[n % 12][..3] }),
        false,
    );
    report(
        "search, names with a slip",
        &|n| {
            let name = format!("{} {}", FIRST[n % 12], &SECOND[n % 9][1..]);
            json!({ "command": "search", "query": name })
        },
        false,
    );
    report(
        "search, stalls",
        &|n| json!({ "command": "search", "query": format!("b{}", n % 300) }),
        false,
    );
    report(
        "search, recent",
        &|_| json!({ "command": "search", "query": "" }),
        false,
    );
    report(
        "trader page",
        &|n| json!({ "command": "trader_page", "id": trader(n) }),
        false,
    );
    report(
        "visit sheet",
        &|n| json!({ "command": "visit_sheet", "trader": trader(n) }),
        false,
    );
    report("send box", &|_| json!({ "command": "send_box" }), false);
    report(
        "a visit",
        &|n| json!({ "command": "visit", "trader": trader(n), "outcome": "tutup" }),
        false,
    );
    drop(store);
    drop(std::fs::remove_dir_all(&folder));
    Ok(())
}

fn trader_id(n: u128) -> Uuid {
    Uuid::from_u128(1_000_000 + n)
}

fn registers<'f>(fields: impl IntoIterator<Item = (&'f str, Value)>) -> Registers {
    let origin = Origin {
        stamp: Stamp::at_ms(1_793_600_000_000),
        device: DeviceId(Uuid::from_u128(2)),
        n: 1,
        author: PERSON,
    };
    let register = |value| Register {
        value,
        origin,
        seq: 0,
    };
    Registers(
        fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), register(value)))
            .collect(),
    )
}

fn fill(store: &mut Store) -> Result<()> {
    store.transaction(|tx| {
        meta::set_enrolment(
            tx,
            &Enrolment {
                server: "https://grebeg.example".into(),
                campaign: CAMPAIGN,
                device: DeviceId(Uuid::from_u128(5)),
                first_device: DeviceId(Uuid::from_u128(5)),
                succeeds: None,
                people: vec![Person {
                    person_id: PERSON,
                    name: "Wasih".into(),
                    role: "canvasser".into(),
                }],
                name: "T-07".into(),
            },
        )
    })?;
    store.work(|work, _| {
        for entry in builtin("cirebon-2019").unwrap_or_default() {
            let id = CAMPAIGN.definition_record(entry.kind, &entry.key);
            let fields = entry.fields.iter();
            let fields = fields.map(|(name, value)| (name.as_str(), Value::from_json(value)));
            let key = RecordKey::new(entry.kind, id);
            work.set_confirmed(&key, CAMPAIGN_HOME, None, Some(registers(fields)))?;
        }
        work.home("KNM").shown = true;
        Ok(())
    })?;
    store.work(|work, _| {
        for n in 0..TRADERS {
            let at = n as usize;
            let name = format!("{} {}", FIRST[at % 12], SECOND[at / 12 % 9]);
            let stall = format!(
                "Blok {} {}",
                char::from(b'A' + (at % 12) as u8),
                at / 12 + 1
            );
            let mut fields = vec![
                ("market", Value::text("KNM")),
                ("name", Value::text(name)),
                ("stall", Value::text(stall)),
                ("phone", Value::text(format!("+628400{at:07}"))),
                ("commodity", Value::text(GOODS[at % 6])),
            ];
            if at.is_multiple_of(3) {
                fields.push(("kemauan", Value::text("mau_sekarang")));
                fields.push(("hp_pintar", Value::Bool(true)));
                fields.push(("ada_waktu", Value::Bool(at.is_multiple_of(2))));
            }
            let key = RecordKey::new("trader", trader_id(n));
            work.set_confirmed(&key, "KNM", Some(key.id), Some(registers(fields)))?;
        }
        Ok(())
    })
}
