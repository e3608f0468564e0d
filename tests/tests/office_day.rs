//! A lead's day at the office's pages: what is shown, judged, returned, corrected and closed, and the figures beside it.

use serde_json::{Value, json};
use std::time::Duration;
use whole_system_tests::accounts::{csv_rows, sha256};
use whole_system_tests::client::{ack, now_ms, patch};
use whole_system_tests::{Browser, Client, Office, Register, Tablet, ValueExt};

const PATIENCE: Duration = Duration::from_secs(30);
const DAY_MS: u64 = 86_400_000;

struct World {
    office: Office,
    tablet: Tablet,
    traders: Vec<String>,
}

/// Two markets; a canvasser in Kanoman whose tablet has its first fill.
fn world(traders: usize) -> World {
    let office = Office::new();
    let mut register = Register::of("KNM", 1, traders);
    register.add("PGI", 5_001, 2);
    office.import(&register);
    office.person_with_login("Dewi Nurlaela", "lead", "KNM", "dewi");
    office.person_with_login("Arif Wibawa", "lead", "PGI", "arif");
    office.person_with_login("Sri Handayani", "admin", "", "sri");
    office.person_with_login("Pak Camat", "viewer", "", "camat");
    let tablet = office.canvasser("Wasih", "KNM");
    let traders = office.traders("KNM");
    World {
        office,
        tablet,
        traders,
    }
}

/// A canvasser whose client says nothing of what it has read: its honest clock places what it did before.
fn backdated(office: &Office, name: &str) -> Client {
    let mut client = Client::canvasser(office, name, "KNM");
    client.position = None;
    client
}

/// Ten in the morning of yesterday in Cirebon, in milliseconds, and that day.
fn yesterday() -> (u64, String) {
    let local = now_ms() + 7 * 3_600_000;
    let midnight = local - local % DAY_MS - DAY_MS - 7 * 3_600_000;
    let days = (midnight + 7 * 3_600_000) / DAY_MS;
    (midnight + 10 * 3_600_000, date_of(days))
}

/// `YYYY-MM-DD` of days since 1970.
fn date_of(days: u64) -> String {
    let (mut year, mut rest) = (1970, days);
    let leap = |y: u64| y.is_multiple_of(4) && (!y.is_multiple_of(100) || y.is_multiple_of(400));
    while rest >= 365 + u64::from(leap(year)) {
        rest -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut month = 0;
    while rest >= lengths[month] {
        rest -= lengths[month];
        month += 1;
    }
    format!("{year}-{:02}-{:02}", month + 1, rest + 1)
}

#[test]
fn a_returned_visit_reaches_the_tablet_and_its_correction_comes_back_to_be_closed() {
    let world = world(5);
    let lead = Browser::signed_in(&world.office, "dewi");
    let events = lead.events();
    events.recv_timeout(PATIENCE).expect("the stream begins");
    assert_eq!(lead.ask("/api/day")["visits"], json!([]));

    // The page hears of a visit without a reload.
    let visit = world.tablet.visit(&world.traders[0], "penjelasan");
    world.tablet.sync();
    let told = events.recv_timeout(PATIENCE).expect("an event");
    assert!(told["seq"].is_u64(), "{told}");
    let day = lead.ask("/api/day");
    assert_eq!(day["counts"]["visits"], 1, "{day}");
    assert_eq!(day["counts"]["books"]["counted"], 1);
    assert_eq!(day["complete"], false);
    assert_eq!(day["tablets_missing"][0]["people"][0], "Wasih");
    let shown = lead.visit(&visit);
    assert_eq!(shown["state"], "belum");
    assert_eq!(shown["author"]["name"], "Wasih");
    assert_eq!(shown["stage_before"]["code"], "terdata");
    assert_eq!(shown["stage_after"]["code"], "dikunjungi");

    lead.judge(json!({
        "verdict": "return", "visit": visit, "reason": "catatan_kurang", "why": "Catatan belum jelas", "fields": ["note"],
    }));
    assert_eq!(lead.visit(&visit)["state"], "dikembalikan");
    world.tablet.sync();
    let returned = world.tablet.json(&["returned"]);
    assert_eq!(returned[0]["visit_id"], visit.as_str());
    assert_eq!(returned[0]["reason_text"], "Catatan belum jelas");

    world
        .tablet
        .json(&["amend", &visit, "note=minta dijelaskan lagi Senin"]);
    world.tablet.sync();
    let fixed = lead.until_visit(&visit, "the correction", |v| v["corrected"] == true);
    assert_eq!(fixed["state"], "belum", "{fixed}");
    assert_eq!(fixed["group"], "exception");
    assert_eq!(fixed["note"], "minta dijelaskan lagi Senin");
    assert_eq!(fixed["returns"][0]["answered"], true);
    assert_eq!(fixed["returns"][0]["by"], "Dewi Nurlaela");

    let seq = lead.ask("/api/day")["seq"].number();
    let approved = lead.judge(json!({ "verdict": "approve", "visits": [visit], "seq": seq }));
    assert_eq!(approved["approved"], 1);
    assert_eq!(lead.visit(&visit)["state"], "disetujui");
    world.tablet.sync();
    assert_eq!(world.tablet.json(&["returned"]), json!([]));
    // A press too many, and the way back.
    assert_eq!(
        lead.judge(json!({ "verdict": "reopen", "visits": [visit] }))["reopened"],
        1
    );
    assert_eq!(lead.visit(&visit)["state"], "belum");
}

#[test]
fn what_changed_while_it_was_looked_at_is_not_approved() {
    let world = world(3);
    let lead = Browser::signed_in(&world.office, "dewi");
    let visit = world.tablet.visit(&world.traders[0], "penjelasan");
    world.tablet.sync();
    let seq = lead.ask("/api/day")["seq"].number();
    world.tablet.json(&["amend", &visit, "outcome=tutup"]);
    world.tablet.sync();
    let verdict = json!({ "verdict": "approve", "visits": [visit], "seq": seq });
    let reply = lead.change("POST", "/api/review", &verdict);
    assert_eq!(reply.status, 409, "{}", reply.json());
    assert_eq!(reply.json()["code"], "changed_meanwhile");
    assert_eq!(lead.visit(&visit)["state"], "belum");
}

#[test]
fn a_lead_judges_the_own_markets_and_others_look_like_nothing() {
    let world = world(3);
    let visit = world.tablet.visit(&world.traders[0], "penjelasan");
    world.tablet.sync();
    let other = Browser::signed_in(&world.office, "arif");
    assert_eq!(other.ask("/api/day")["visits"], json!([]));
    assert_eq!(other.ask("/api/campaign")["totals"]["counted"], 0);
    let nobody = "00000000-0000-4000-8000-000000000000";
    for verdict in ["approve", "return", "reopen"] {
        let body = |id: &str| json!({ "verdict": verdict, "visit": id, "why": "salah kios" });
        let real = other.change("POST", "/api/review", &body(&visit));
        let none = other.change("POST", "/api/review", &body(nobody));
        assert_eq!(real.refusal(), 404, "{verdict}");
        assert_eq!(real.json(), none.json(), "{verdict}");
    }
    let viewer = Browser::signed_in(&world.office, "camat");
    assert_eq!(viewer.get("/api/day").refusal(), 403);
    let figures = viewer.ask("/api/campaign");
    assert_eq!(figures["totals"]["counted"], 1);
    let text = figures.to_string();
    let name = world.tablet.trader(&world.traders[0])["name"]
        .text()
        .to_owned();
    for name in ["Wasih", "Dewi", name.as_str()] {
        assert!(!text.contains(name), "{name}: {text}");
    }
}

#[test]
fn the_page_s_figures_are_those_of_totals_and_of_the_export_of_that_instant() {
    let world = world(6);
    for trader in &world.traders[..3] {
        world.tablet.visit(trader, "mengajar");
    }
    let void = world.tablet.visit(&world.traders[3], "tutup");
    world.tablet.json(&["undo", &void]);
    world.tablet.sync();
    let admin = Browser::signed_in(&world.office, "sri");
    let page = admin.ask("/api/campaign");
    let totals = world.office.totals();
    for state in ["recorded", "counted", "waiting", "held_back", "set_aside"] {
        assert_eq!(page["totals"][state], totals[state], "{state}");
    }
    assert_eq!(page["as_of"], totals["as_of"]);
    assert_eq!(page["provisional"], totals["provisional"]);
    for stage in page["funnel"].list() {
        assert_eq!(
            stage["reached"],
            totals["funnel"][stage["code"].text()],
            "{stage}"
        );
    }
    let as_of = page["as_of"].text().to_owned();
    let (_, bytes) = world.office.export("funnel", "csv", &["--as-of", &as_of]);
    let rows = csv_rows(&String::from_utf8(bytes).expect("UTF-8"));
    let column = |name: &str| rows[0].iter().position(|c| c == name).expect("a column");
    let (stage, reached) = (column("stage"), column("count"));
    for own in page["funnel"].list() {
        let sum: u64 = rows[1..]
            .iter()
            .filter(|row| row[stage] == own["code"].text())
            .map(|row| row[reached].parse::<u64>().expect("a number"))
            .sum();
        assert_eq!(own["reached"].number(), sum, "{own}");
    }
    // As known before a later visit: the same figures again.
    world.tablet.visit(&world.traders[4], "penjelasan");
    world.tablet.sync();
    let then = admin.ask(&format!(
        "/api/campaign?as_of={}",
        as_of.replace('+', "%2B")
    ));
    assert_eq!(then["totals"], page["totals"]);
    assert_eq!(then["funnel"], page["funnel"]);
    assert_eq!(admin.ask("/api/campaign")["totals"]["counted"], 4);
}

#[test]
fn anybody_with_the_export_draws_the_same_sample() {
    let world = world(40);
    let (start_ms, date) = yesterday();
    let mut client = backdated(&world.office, "Nining");
    let mut changes: Vec<Value> = Vec::new();
    for (n, trader) in world.traders.iter().enumerate() {
        let id = whole_system_tests::chance::fresh_id();
        let fields = json!({ "trader": trader, "market": "KNM", "outcome": "penjelasan" });
        let change = client.change_at(
            start_ms + n as u64 * 240_000,
            json!([patch("visit", &id, fields)]),
        );
        changes.push(change);
    }
    let answer = client.sync(&changes);
    assert!(
        changes.iter().all(|c| !ack(&answer, c).starts_with("held")),
        "{answer}"
    );

    let lead = Browser::signed_in(&world.office, "dewi");
    let page = lead.ask(&format!("/api/day?date={date}"));
    assert_eq!(page["counts"]["visits"], 40, "{page}");
    let drawn: Vec<String> = page["visits"]
        .list()
        .iter()
        .filter(|v| v["group"] == "sample")
        .map(|v| v["code"].text().to_owned())
        .collect();
    assert_eq!(drawn.len(), 10);
    assert_eq!(page["sample"]["size"], 10);

    let seed = &sha256(&format!("grebeg-sample/1\nCRB-2019\n{date}\nKNM"))[..16];
    assert_eq!(page["sample"]["seed"], seed);
    let (_, bytes) = world.office.export("visits", "csv", &[]);
    let rows = csv_rows(&String::from_utf8(bytes).expect("UTF-8"));
    let column = |name: &str| rows[0].iter().position(|c| c == name).expect("a column");
    let (code, day, flags) = (column("visit_code"), column("date"), column("flags"));
    let mut ranked: Vec<(String, String)> = rows[1..]
        .iter()
        .filter(|row| row[day] == date && row[flags].is_empty())
        .map(|row| (sha256(&format!("{seed}\n{}", row[code])), row[code].clone()))
        .collect();
    ranked.sort();
    let mut again: Vec<String> = ranked.into_iter().take(10).map(|(_, code)| code).collect();
    let mut drawn = drawn;
    again.sort();
    drawn.sort();
    assert_eq!(drawn, again);
}

#[test]
fn a_pace_that_nobody_walks_stands_first_with_its_timeline() {
    let world = world(30);
    let (start_ms, date) = yesterday();
    let mut client = backdated(&world.office, "Rudi");
    // Ten steady visits, then nine in eight minutes.
    let times = (0..10u64)
        .map(|n| n * 900_000)
        .chain((0..9).map(|n| 10 * 900_000 + n * 50_000));
    let changes: Vec<Value> = times
        .zip(&world.traders)
        .map(|(after, trader)| {
            let id = whole_system_tests::chance::fresh_id();
            let fields = json!({ "trader": trader, "market": "KNM", "outcome": "penjelasan" });
            client.change_at(start_ms + after, json!([patch("visit", &id, fields)]))
        })
        .collect();
    client.sync(&changes);
    let lead = Browser::signed_in(&world.office, "dewi");
    let page = lead.ask(&format!("/api/day?date={date}"));
    let groups: Vec<&str> = page["visits"]
        .list()
        .iter()
        .map(|v| v["group"].text())
        .collect();
    assert_eq!(&groups[..9], ["exception"; 9], "{groups:?}");
    assert!(!groups[9..].contains(&"exception"));
    let first = &page["visits"][0];
    assert_eq!(first["flags"][0]["code"], "terlalu_cepat");
    assert_eq!(first["flags"][0]["evidence"]["visits"], 9);
    assert_eq!(first["flags"][0]["evidence"]["minutes"], 7);
    assert!(first["timeline"].list().len() >= 9);
    let gap = page["visits"][1]["gap_s"].as_i64().expect("a gap");
    assert_eq!(gap, 50);
}

#[test]
fn events_tell_of_commands_of_other_processes_and_at_most_one_a_second() {
    let world = world(3);
    let lead = Browser::signed_in(&world.office, "dewi");
    let visit = world.tablet.visit(&world.traders[0], "penjelasan");
    world.tablet.sync();
    let events = lead.events();
    let first = events.recv_timeout(PATIENCE).expect("the stream begins");
    world.office.json(&["review", "approve", &visit]);
    let told = events.recv_timeout(PATIENCE).expect("an event");
    assert!(told["seq"].number() > first["seq"].number(), "{told}");
    assert_eq!(lead.visit(&visit)["state"], "disetujui");
    let started = std::time::Instant::now();
    let mut heard = 0;
    for n in 0..6 {
        world.tablet.visit(&world.traders[1 + n % 2], "pergi");
        world.tablet.sync();
    }
    let last = world.tablet.visit(&world.traders[2], "pergi");
    world.tablet.sync();
    let seq = lead.ask("/api/day")["seq"].number();
    loop {
        let event = events.recv_timeout(PATIENCE).expect("an event");
        heard += 1;
        if event["seq"].number() >= seq {
            break;
        }
    }
    let seconds = started.elapsed().as_secs() + 2;
    assert!(heard <= seconds, "{heard} events in {seconds} s");
    assert_eq!(lead.visit(&last)["state"], "belum");
}
