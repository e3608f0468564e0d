//! The order in which a day is walked, and the options of the list.

use whole_system_tests::{Office, Register, Tablet, ValueExt, people};

/// Stalls and markets of six traders; all are called by [`people::name`] of their number.
const STALLS: [(&str, &str); 6] = [
    ("DRJ", "A 1"),
    ("KNM", "B 2"),
    ("KNM", "B 1"),
    ("KNM", "A 10"),
    ("KNM", "A 2"),
    ("KNM", "A 3"),
];

fn tablet() -> (Office, Tablet) {
    let office = Office::new();
    let mut register = Register::new();
    for (n, (market, stall)) in (1..).zip(STALLS) {
        let number = n.to_string();
        register.row(&number, market, stall, &people::name(n), "", "");
    }
    office.import(&register);
    let tablet = office.canvasser("Ade Nugraha", "DRJ,KNM");
    (office, tablet)
}

/// The stalls of a list.
fn stalls(tablet: &Tablet, options: &[&str]) -> Vec<String> {
    let mut args = vec!["traders"];
    args.extend(options);
    let list = tablet.json(&args);
    let stall = |trader: &serde_json::Value| trader["stall"].text().to_owned();
    list.list().iter().map(stall).collect()
}

fn id_of(tablet: &Tablet, n: usize) -> String {
    tablet.trader_named(&people::name(n))
}

#[test]
fn a_day_begins_with_its_appointments_and_then_goes_block_by_block() {
    let (_office, tablet) = tablet();
    // Markets as the route has them, blocks and stalls as they stand.
    let walked = ["A 2", "A 3", "A 10", "B 1", "B 2", "A 1"];
    assert_eq!(stalls(&tablet, &[]), walked);

    // Able and willing comes first, within the block; who was visited comes after who was not.
    let able = "hp_pintar=ya internet=ya pakai_wa=ya penerimaan=ya kemauan=mau_sekarang";
    let mut answers = Vec::new();
    for answer in able.split(' ') {
        answers.extend(["--answer", answer]);
    }
    tablet.visit_with(&id_of(&tablet, 2), "penjelasan", &answers);
    tablet.visit(&id_of(&tablet, 5), "tutup");
    let sorted = ["A 3", "A 10", "A 2", "B 2", "B 1", "A 1"];
    assert_eq!(stalls(&tablet, &["--order", "route"]), sorted);

    // An appointment of today stands before everything, by its time, until it was kept.
    let today = tablet.json(&["close-day"])["date"].text().to_owned();
    let later = ["--follow-up", &today, "--answer", "janji_jam=15.00"];
    tablet.visit_with(&id_of(&tablet, 3), "bukan_pemilik", &later);
    let early = ["--follow-up", &today, "--answer", "janji_jam=9:30"];
    tablet.visit_with(&id_of(&tablet, 1), "bukan_pemilik", &early);
    let due = ["A 1", "B 1", "A 3", "A 10", "A 2", "B 2"];
    assert_eq!(stalls(&tablet, &[]), due);
    tablet.visit(&id_of(&tablet, 1), "mengajar");
    assert_eq!(stalls(&tablet, &["--limit", "2"]), ["B 1", "A 3"]);
}

#[test]
fn a_list_is_whole_and_a_search_stands_in_the_order_that_was_asked_for() {
    let office = Office::new();
    let mut register = Register::of("KNM", 1, 130);
    register.row("900", "PGI", "A 1", "Rokayah Lestari", "", "");
    office.import(&register);
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    assert_eq!(stalls(&tablet, &[]).len(), 130);
    assert_eq!(stalls(&tablet, &["--limit", "7"]).len(), 7);
    let name = people::FIRST[0];
    let names = |options: &[&str]| -> Vec<String> {
        let mut args = vec!["traders", "--search", name];
        args.extend(options);
        let list = tablet.json(&args);
        let name = |trader: &serde_json::Value| trader["name"].text().to_owned();
        list.list().iter().map(name).collect()
    };
    let (mut sorted, by_name) = (names(&[]), names(&["--order", "name"]));
    sorted.sort();
    assert_eq!(by_name, sorted, "the same, by name");
    assert!(by_name.len() > 5);
    for market in ["PGI", "XXX"] {
        let failed = tablet.ask(&["traders", "--market", market]);
        failed.fails_with("market_unknown");
    }
}
