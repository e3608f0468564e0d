//! Many tablets at once, with hostile and stopped ones among them: each visit is acknowledged and counted once, and who is too
//! many is told when to come again. `cargo xtask load` is the same with figures.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Barrier;
use std::time::Duration;
use whole_system_tests::answer::ValueExt;
use whole_system_tests::client::ack;
use whole_system_tests::http::Reply;
use whole_system_tests::{Client, Office, Register, Unwelcome, assert_totals, inject, unwelcome};

const TABLETS: usize = 100;
/// Syncs of each, with a visit in each.
const SYNCS: usize = 3;
/// More than the server lets wait.
const TOO_MANY: usize = 2_300;

fn kanoman() -> Office {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 40));
    office
}

#[test]
fn a_hundred_tablets_beside_hostile_and_stopped_ones() {
    let office = kanoman();
    let traders = office.traders("KNM");
    let person = office.person("Ade Nugraha", "canvasser", "KNM");
    let mut clients: Vec<Client> = (0..TABLETS)
        .map(|_| Client::enrol(&office, &[&person]))
        .collect();
    let (spare, stopped) = (
        Client::enrol(&office, &[&person]),
        Client::enrol(&office, &[&person]),
    );
    office.json(&["device", "revoke", &stopped.device, "--why", "hilang"]);
    let others = Unwelcome::start(&office.address(), &spare.token, &stopped.token);
    let start = Barrier::new(TABLETS);
    std::thread::scope(|scope| {
        for (number, client) in clients.iter_mut().enumerate() {
            let (start, traders) = (&start, &traders);
            scope.spawn(move || {
                start.wait();
                for round in 0..SYNCS {
                    let trader = &traders[(number + round) % traders.len()];
                    let (_, visit) = client.visit(trader, "mengajar");
                    let answer = client.sync(std::slice::from_ref(&visit));
                    assert_eq!(ack(&answer, &visit), "accepted");
                    // An answer that was lost is the same answer again.
                    let again = client.sync(std::slice::from_ref(&visit));
                    assert_eq!(ack(&again, &visit), "accepted");
                }
            });
        }
    });
    let answers = others.end();
    assert_eq!(unwelcome::wrong(&answers, false), Vec::<String>::new());
    for who in ["bomb", "too large", "noise", "stopped", "unknown"] {
        assert!(
            answers.keys().any(|(name, _)| *name == who),
            "{who}: {answers:?}"
        );
    }
    let expected = (TABLETS * SYNCS) as u64;
    assert_eq!(assert_totals(&office)["counted"], expected);
    assert_eq!(office.json(&["verify"])["ok"], true);
    assert!(!office.log().contains("panicked"), "{}", office.log());
}

#[test]
fn who_is_too_many_is_told_when_to_come_again_and_loses_nothing() {
    let office = kanoman();
    // More than an answer to changes brings while others wait.
    office.import(&Register::of("KNM", 41, 110));
    let trader = office.traders("KNM")[0].clone();
    let mut client = Client::canvasser(&office, "Ade Nugraha", "KNM");
    let (_, visit) = client.visit(&trader, "mengajar");
    // It has read nothing yet.
    client.position = None;
    let body = client.body(std::slice::from_ref(&visit)).to_string();
    // While a disk takes its time, the line grows faster than it gets shorter.
    let log = office.folder().join("disk.log");
    let disk = inject::slow_disk(office.server().pid(), Duration::from_millis(200), &log);
    let start = Barrier::new(TOO_MANY);
    let replies: Vec<Reply> = std::thread::scope(|scope| {
        let asking: Vec<_> = (0..TOO_MANY)
            .map(|_| {
                let (client, body, start) = (&client, &body, &start);
                let thread = std::thread::Builder::new().stack_size(256 << 10);
                let ask = move || {
                    start.wait();
                    client.post_bytes(body.as_bytes())
                };
                thread.spawn_scoped(scope, ask).expect("a thread")
            })
            .collect();
        let heard = asking
            .into_iter()
            .map(|thread| thread.join().expect("an answer"));
        heard.collect()
    });
    drop(disk);
    let mut statuses: BTreeMap<u16, usize> = BTreeMap::new();
    let mut in_parts = 0;
    for reply in &replies {
        *statuses.entry(reply.status).or_default() += 1;
        match reply.status {
            200 => {
                let answer = reply.json();
                assert_eq!(ack(&answer, &visit), "accepted");
                let records = answer["records"].list().len();
                in_parts += usize::from(answer["more"] == true && records == 100);
            }
            503 => {
                let seconds = reply.message.header("retry-after");
                let seconds: u64 = seconds.expect("Retry-After").parse().expect("seconds");
                assert!((1..=60).contains(&seconds), "{seconds}");
                assert_eq!(code_of(reply), "server_busy");
            }
            other => panic!("{other}: {}", String::from_utf8_lossy(&reply.content)),
        }
    }
    assert!(statuses.contains_key(&503), "{statuses:?}");
    assert!(
        statuses.get(&200).is_some_and(|count| *count >= 2_000),
        "{statuses:?}"
    );
    assert!(
        in_parts >= 1_000,
        "{in_parts} answers left reading for later"
    );
    // The rest is there for whoever asks.
    client.pull();
    assert_eq!(client.count("trader"), 150);
    // Whoever was told to wait is taken afterwards, and all those times it was one visit.
    assert_eq!(
        ack(&client.sync(std::slice::from_ref(&visit)), &visit),
        "accepted"
    );
    assert_eq!(assert_totals(&office)["counted"], 1);
}

fn code_of(reply: &Reply) -> String {
    let problem: Value = reply.json();
    assert_eq!(problem["status"], json!(503));
    problem["code"].text().to_owned()
}
