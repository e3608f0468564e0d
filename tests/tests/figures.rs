//! Numbers that explain themselves: as of an instant, up to a day, and with nobody's name in a log.

use serde_json::Value;
use whole_system_tests::answer::ValueExt;
use whole_system_tests::{Client, Office, Register, assert_agree, assert_totals, http, people};

/// The figures of an answer without the instant of asking.
fn figures(totals: &Value) -> Value {
    let mut figures = totals.clone();
    for moving in ["as_of", "tablets_not_sent", "provisional"] {
        figures.as_object_mut().expect("an object").remove(moving);
    }
    figures
}

#[test]
fn published_figures_can_be_asked_again_to_the_last_digit() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 8));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let late = office.canvasser("Ani Lestari", "KNM");
    for n in 1..=4 {
        tablet.visit_with(
            &tablet.trader_named(&people::name(n)),
            "mengajar",
            &["--step", "shopee.akun"],
        );
        late.visit(&late.trader_named(&people::name(n + 2)), "penjelasan");
    }
    tablet.settle();
    let published = assert_totals(&office);
    let as_of = published["as_of"].text().to_owned();

    late.settle();
    office.json(&[
        "erase",
        "--trader",
        &tablet.trader_named(&people::name(1)),
        "--why",
        "permintaan sendiri",
    ]);
    office.json(&[
        "duplicates",
        "merge",
        &tablet.trader_named(&people::name(2)),
        &tablet.trader_named(&people::name(3)),
    ]);
    tablet.settle();
    let now = assert_agree(&office, &[&tablet, &late]);
    assert_eq!(now["counted"], 8);
    assert_ne!(figures(&now), figures(&published));
    let then = office.totals_with(&["--as-of", &as_of]);
    assert_eq!(figures(&then), figures(&published), "as known then");
    assert_eq!(then["as_of"], as_of.as_str());
}

#[test]
fn a_day_that_is_over_can_be_asked_as_it_is_known_now() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 2));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    tablet.visit(&tablet.trader_named(&people::name(1)), "tutup");
    tablet.settle();
    let today = tablet.json(&["close-day"])["date"].text().to_owned();
    for (date, counted) in [("2019-07-30", 0), (today.as_str(), 1)] {
        assert_eq!(
            office.totals_with(&["--until", date])["counted"],
            counted,
            "until {date}"
        );
        assert_eq!(
            office.totals_with(&["--date", date])["counted"],
            counted,
            "on {date}"
        );
    }
}

#[test]
fn no_name_no_phone_and_no_token_stands_in_a_log_or_a_metric() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 6));
    let mut client = Client::canvasser(&office, "Fajar Hidayat", "KNM");
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let trader = tablet.trader_named(&people::name(1));
    tablet.visit_with(&trader, "mengajar", &["--note", "anaknya sakit"]);
    let mut said = String::new();
    for answer in [
        tablet.try_sync(),
        tablet.ask(&["visit", &trader, "--outcome", "menari"]),
    ] {
        said.push_str(&answer.stderr);
    }
    let broken = client.set(
        &trader,
        serde_json::json!({ "name": "x".repeat(3_000), "erased": "Rokayah Lestari" }),
    );
    client.sync(&[broken]);
    client.post_bytes(b"{\"name\":\"Rokayah Lestari\"");
    said.push_str(&office.log());
    let metrics = http::send(&office.address(), "GET", "/metrics", &[], b"").expect("it answers");
    said.push_str(&String::from_utf8_lossy(&metrics.content));
    let secret = [client.token.as_str(), "anaknya sakit", "Rokayah"];
    for word in (1..=6).flat_map(|n| [people::name(n), people::phone(n), people::phone_kept(n)]) {
        assert!(!said.contains(&word), "{word}");
    }
    for word in secret {
        assert!(!said.contains(word), "{word}");
    }
}

#[test]
fn a_visit_of_another_day_stands_in_the_books_of_that_day_on_both_sides() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 2));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let moved = tablet.visit(&tablet.trader_named(&people::name(1)), "tutup");
    tablet.visit(&tablet.trader_named(&people::name(2)), "tutup");
    tablet.settle();
    let today = tablet.json(&["close-day"])["date"].text().to_owned();
    tablet.json(&["amend", &moved, "at=2019-08-05T10:00:00+07:00"]);
    tablet.settle();
    for (date, counted) in [("2019-08-05", 1), (today.as_str(), 1)] {
        let day = tablet.json(&["close-day", "--date", date]);
        let totals = office.totals_with(&["--date", date]);
        assert_eq!(
            (&day["counted"], &totals["counted"]),
            (&counted.into(), &counted.into()),
            "{date}"
        );
    }
    let bare = tablet.ask(&["amend", &moved]);
    assert_eq!(bare.exit, Some(2), "{bare}");
}
