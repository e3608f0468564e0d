//! A wrong clock hurts nobody: neither 2011 nor 2099 wins or loses for ever, and shown times are right.

use serde_json::json;
use whole_system_tests::answer::ValueExt;
use whole_system_tests::chance::fresh_id;
use whole_system_tests::client::{ack, now_ms, patch};
use whole_system_tests::times::{assert_now, millis, year};
use whole_system_tests::{
    Client, Clock, Office, Register, Tablet, assert_agree, assert_in_step, people,
};

fn with_clock(office: &Office, name: &str, clock: Clock) -> Tablet {
    let person = office.person(name, "canvasser", "KNM");
    let mut tablet = Tablet::new();
    tablet.clock = Some(clock);
    tablet.enrol(&office.url(), &office.code(&[&person]));
    tablet.sync();
    tablet
}

fn wrong_clocks() -> [Clock; 5] {
    [
        Clock::off("-15y"),
        Clock::off("+73y"),
        Clock::off("-40m"),
        Clock::starts_at("2011-01-01 08:00:00"),
        Clock::starts_at("2099-12-31 23:59:58"),
    ]
}

#[test]
fn whoever_corrects_last_holds_whatever_the_clocks_say() {
    for clock in wrong_clocks() {
        let office = Office::new();
        office.import(&Register::of("KNM", 1, 2));
        let wrong = with_clock(&office, "Ade Nugraha", clock.clone());
        let right = office.canvasser("Ani Lestari", "KNM");
        let trader = right.trader_named(&people::name(1));
        for round in 0..2 {
            for (who, tablet) in [("wrong", &wrong), ("right", &right)] {
                let stall = format!("Blok {who} {round}");
                tablet.set(&trader, &[&format!("stall={stall}")]);
                tablet.settle();
                for other in [&wrong, &right] {
                    other.settle();
                    assert_eq!(other.trader(&trader)["stall"], stall, "{clock:?}");
                    assert_in_step(other, &office);
                }
            }
        }
        assert_eq!(
            office.conflicts().len(),
            0,
            "each had seen the other's: {clock:?}"
        );
    }
}

#[test]
fn work_recorded_apart_is_ordered_by_when_it_happened() {
    for clock in [Clock::off("-15y"), Clock::off("+73y")] {
        let office = Office::new();
        office.import(&Register::of("KNM", 1, 2));
        let wrong = with_clock(&office, "Ade Nugraha", clock.clone());
        let right = office.canvasser("Ani Lestari", "KNM");
        let trader = right.trader_named(&people::name(1));
        wrong.set(&trader, &["stall=pertama"]);
        right.set(&trader, &["stall=kedua"]);
        for tablet in [&right, &wrong, &right] {
            tablet.settle();
        }
        assert_eq!(
            office.record("trader", &trader).expect("there")["stall"],
            "kedua",
            "{clock:?}"
        );
        right.set(&trader, &["name=Sobari"]);
        wrong.set(&trader, &["name=Sobari Hidayat"]);
        for tablet in [&wrong, &right, &wrong] {
            tablet.settle();
        }
        assert_eq!(
            office.record("trader", &trader).expect("there")["name"],
            "Sobari Hidayat",
            "{clock:?}"
        );
        for tablet in [&wrong, &right] {
            assert_in_step(tablet, &office);
        }
    }
}

#[test]
fn shown_times_are_right_and_the_raw_reading_is_kept() {
    for (clock, raw_year) in [(Clock::off("-15y"), 2_011), (Clock::off("+73y"), 2_099)] {
        let office = Office::new();
        office.import(&Register::of("KNM", 1, 2));
        let tablet = with_clock(&office, "Ade Nugraha", clock.clone());
        let visit = tablet.visit(&tablet.trader_named(&people::name(1)), "tutup");
        assert_now(&tablet.record("visit", &visit).expect("saved")["at"]);
        tablet.settle();
        let record = office.record("visit", &visit).expect("sent");
        assert_now(&record["at"]);
        let raw = year(&record["at_raw"]);
        assert!(raw.abs_diff(raw_year) <= 2, "{clock:?}: {record}");
        let clock_now = &tablet.status()["clock"];
        let years = clock_now["offset_ms"].as_i64().expect("a number") / (365 * 86_400_000);
        assert!(
            (years.unsigned_abs()).abs_diff(if raw_year < 2_026 { 15 } else { 73 }) <= 1,
            "{clock_now}"
        );
        assert_eq!(clock_now["doubtful"], true);
        let day = office.totals_with(&["--date", &record["at"].text()[..10]]);
        let whole = assert_agree(&office, &[&tablet]);
        assert_eq!(whole["counted"], 1);
        assert!(day["counted"].number() <= 1);
        assert_in_step(&tablet, &office);
    }
}

#[test]
fn a_clock_set_back_during_the_day_keeps_the_order_of_recording() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 2));
    let mut tablet = with_clock(&office, "Ade Nugraha", Clock::off("+0m"));
    let trader = tablet.trader_named(&people::name(1));
    let mut visits = Vec::new();
    for clock in ["+0m", "+30m", "-120m", "-119m", "+2y", "-3y", "+0m"] {
        tablet.clock = Some(Clock::off(clock));
        visits.push(tablet.visit(&trader, "tutup"));
        tablet.set(&trader, &[&format!("stall=Blok {clock}")]);
    }
    tablet.settle();
    assert_eq!(
        office.record("trader", &trader).expect("there")["stall"],
        "Blok +0m",
        "the last write holds"
    );
    let times: Vec<i64> = visits
        .iter()
        .map(|id| millis(office.record("visit", id).expect("there")["at"].text()))
        .collect();
    assert!(
        times.is_sorted_by(|earlier, later| earlier < later),
        "{times:?}"
    );
    for id in &visits {
        assert_now(&office.record("visit", id).expect("there")["at"]);
    }
    assert_eq!(assert_agree(&office, &[&tablet])["counted"], 7);
    assert_in_step(&tablet, &office);
}

#[test]
fn a_clock_that_is_wrong_in_both_ways_can_still_sync() {
    for by in ["-15y", "+73y"] {
        let office = Office::new();
        office.import(&Register::of("KNM", 1, 2));
        let tablet = with_clock(&office, "Ade Nugraha", Clock::both_off(by));
        let visit = tablet.visit(&tablet.trader_named(&people::name(1)), "tutup");
        tablet.settle();
        assert_now(&office.record("visit", &visit).expect("sent")["at"]);
        assert_in_step(&tablet, &office);
    }
}

#[test]
fn a_client_that_says_2099_neither_wins_for_ever_nor_moves_the_servers_clock() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 2));
    let mut far = Client::canvasser(&office, "Ade Nugraha", "KNM");
    let mut right = Client::canvasser(&office, "Ani Lestari", "KNM");
    let trader = office.traders("KNM")[0].clone();
    let stall = |stall: &str| json!([patch("trader", &trader, json!({ "stall": stall }))]);
    let liar = far.change_at(4_070_908_800_000, stall("2099"));
    let answer = far.sync(std::slice::from_ref(&liar));
    assert_eq!(ack(&answer, &liar), "restamped");
    right.pull();
    let honest = right.change(stall("sekarang"));
    right.sync(std::slice::from_ref(&honest));
    assert_eq!(
        office.record("trader", &trader).expect("there")["stall"],
        "sekarang"
    );
    assert_now(&right.pull()["server_time"]);
}

#[test]
fn work_of_hours_ago_stays_where_it_was_although_its_client_has_read_since() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 2));
    let mut client = Client::canvasser(&office, "Ade Nugraha", "KNM");
    let trader = office.traders("KNM")[0].clone();
    let earlier = now_ms() - 3 * 3_600_000;
    let visit = fresh_id();
    let fields = json!({ "trader": trader, "outcome": "tutup" });
    let change = client.change_at(earlier, json!([patch("visit", &visit, fields)]));
    let answer = client.sync(std::slice::from_ref(&change));
    assert_eq!(ack(&answer, &change), "accepted");
    let at = millis(office.record("visit", &visit).expect("there")["at"].text());
    assert_eq!(at, earlier as i64);
}

/// Days played in minutes: the server and the tablet are of one mind about the time, and the monotonic clock, which counts
/// the minutes, is the odd one out.
#[test]
fn a_monotonic_clock_that_does_not_run_with_the_server_places_nothing() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 2));
    let mut client = Client::canvasser(&office, "Ade Nugraha", "KNM");
    let trader = office.traders("KNM")[0].clone();
    let body = |client: &Client, mono: u64, changes: &[serde_json::Value]| {
        let mut body = client.body(changes);
        body["boot"] = json!("satu");
        body["mono_ms"] = json!(mono);
        body
    };
    assert_eq!(client.post(&body(&client, 900_000_000, &[])).status, 200);
    let hour_ago = now_ms() - 3_600_000;
    let visit = fresh_id();
    let fields = json!({ "trader": trader, "outcome": "tutup" });
    let mut change = client.change_at(hour_ago, json!([patch("visit", &visit, fields)]));
    change["boot"] = json!("satu");
    change["mono_ms"] = json!(1_999_000_000);
    // Eighteen days by that clock since the last contact a moment ago.
    let reply = client.post(&body(&client, 2_500_000_000, std::slice::from_ref(&change)));
    assert_eq!(ack(&reply.json(), &change), "accepted");
    let at = millis(office.record("visit", &visit).expect("there")["at"].text());
    assert_eq!(at, hour_ago as i64);
}
