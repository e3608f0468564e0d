//! Two tablets and one trader: what both wrote, who holds, and how a conflict and a duplicate are settled.

use serde_json::Value;
use whole_system_tests::office_desk::id_text;
use whole_system_tests::{
    Office, Register, Tablet, ValueExt, assert_agree, assert_in_step, people,
};

struct Market {
    office: Office,
    a: Tablet,
    b: Tablet,
    trader: String,
}

/// An office, two canvassers of Kanoman with a tablet each, and one trader that both hold.
fn market() -> Market {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 3));
    let a = office.canvasser("Ade Nugraha", "KNM");
    let b = office.canvasser("Ani Lestari", "KNM");
    let trader = a.trader_named(&people::name(1));
    Market {
        office,
        a,
        b,
        trader,
    }
}

impl Market {
    fn in_order(&self, b_first: bool) -> [&Tablet; 2] {
        if b_first {
            [&self.b, &self.a]
        } else {
            [&self.a, &self.b]
        }
    }

    fn settle(&self, b_first: bool) {
        for _ in 0..2 {
            for tablet in self.in_order(b_first) {
                tablet.settle();
            }
        }
        for tablet in [&self.a, &self.b] {
            assert_in_step(tablet, &self.office);
        }
    }

    /// The value of a field of the trader, which both tablets and the server hold alike.
    fn value(&self, field: &str) -> Value {
        let server = self
            .office
            .record("trader", &self.trader)
            .expect("the server has the trader")[field]
            .clone();
        for tablet in [&self.a, &self.b] {
            assert_eq!(tablet.trader(&self.trader)[field], server, "{field}");
        }
        server
    }

    /// Open conflicts of the trader, as both tablets and the office see them alike.
    fn conflicts(&self) -> Vec<Value> {
        let open = self.office.conflicts();
        for tablet in [&self.a, &self.b] {
            let seen = &tablet.trader(&self.trader)["conflicts"];
            assert_eq!(
                seen.as_array().map_or(0, Vec::len),
                open.len(),
                "{seen} against {open:?}"
            );
        }
        open
    }
}

#[test]
fn different_fields_of_one_trader_both_stay() {
    for b_first in [false, true] {
        let market = market();
        market.a.set(&market.trader, &["phone=0840-0077-0001"]);
        market.b.set(&market.trader, &["commodity=terasi"]);
        market.settle(b_first);
        assert_eq!(market.value("phone"), "+6284000770001");
        assert_eq!(market.value("commodity"), "terasi");
        assert_eq!(market.conflicts().len(), 0);
    }
}

#[test]
fn of_the_same_field_the_later_holds_whoever_sends_first() {
    for b_first in [false, true] {
        let market = market();
        market.a.set(&market.trader, &["stall=Blok C 7"]);
        market.b.set(&market.trader, &["stall=Blok C 9"]);
        market.settle(b_first);
        assert_eq!(market.value("stall"), "Blok C 9");
        let open = market.conflicts();
        assert_eq!(open.len(), 1, "the pair is listed once: {open:?}");
        assert_eq!(
            (open[0]["field"].text(), open[0]["kept"].text()),
            ("stall", "Blok C 9")
        );
        assert_eq!(open[0]["lost"], "Blok C 7");
        let values: Vec<Value> = market
            .office
            .history("trader", &market.trader)
            .into_iter()
            .filter(|entry| entry["field"] == "stall")
            .map(|entry| entry["value"].clone())
            .collect();
        assert!(
            values.contains(&"Blok C 7".into()) && values.contains(&"Blok C 9".into()),
            "{values:?}"
        );
    }
}

#[test]
fn choosing_the_other_value_closes_the_conflict_everywhere() {
    for choice in ["Blok C 7", "Blok C 9"] {
        let market = market();
        market.a.set(&market.trader, &["stall=Blok C 7"]);
        market.b.set(&market.trader, &["stall=Blok C 9"]);
        market.settle(false);
        let open = market.conflicts();
        market.office.json(&[
            "conflicts",
            "choose",
            &id_text(&open[0]["id"]),
            "--value",
            choice,
        ]);
        market.settle(true);
        assert_eq!(market.value("stall"), choice);
        assert_eq!(market.conflicts().len(), 0);
    }
}

#[test]
fn a_later_write_that_has_seen_both_closes_the_conflict() {
    let market = market();
    market.a.set(&market.trader, &["stall=Blok C 7"]);
    market.b.set(&market.trader, &["stall=Blok C 9"]);
    market.settle(false);
    assert_eq!(market.conflicts().len(), 1);
    market.a.set(&market.trader, &["stall=Blok C 8"]);
    market.settle(false);
    assert_eq!(market.value("stall"), "Blok C 8");
    assert_eq!(market.conflicts().len(), 0);
}

#[test]
fn the_same_value_written_twice_is_no_conflict_and_neither_is_a_succession() {
    let market = market();
    market.a.set(&market.trader, &["stall=Blok C 7"]);
    market.b.set(&market.trader, &["stall=Blok C 7"]);
    market.settle(false);
    market.a.set(&market.trader, &["name=Rokayah Lestari"]);
    market.settle(false);
    market.b.set(&market.trader, &["name=Hj. Rokayah Lestari"]);
    market.settle(false);
    assert_eq!(market.conflicts().len(), 0);
    assert_eq!(market.value("name"), "Hj. Rokayah Lestari");
}

#[test]
fn the_same_step_ticked_on_two_tablets_is_one_record() {
    for b_first in [false, true] {
        let market = market();
        for tablet in [&market.a, &market.b] {
            tablet.visit_with(&market.trader, "mengajar", &["--step", "shopee.akun"]);
        }
        market.settle(b_first);
        let steps = market.office.records("step");
        assert_eq!(steps.len(), 1, "{steps:?}");
        assert_eq!(
            (&steps[0]["state"], &steps[0]["done"]),
            (&"selesai".into(), &true.into())
        );
        let totals = assert_agree(&market.office, &[&market.a, &market.b]);
        assert_eq!(totals["counted"], 2, "two visits are two visits");
        assert_eq!(totals["funnel"]["dikunjungi"], 1, "of one trader: {totals}");
    }
}

#[test]
fn a_step_taken_back_later_stays_taken_back() {
    let market = market();
    market
        .a
        .visit_with(&market.trader, "mengajar", &["--step", "prep.hp"]);
    market.settle(false);
    market
        .b
        .visit_with(&market.trader, "penjelasan", &["--undo-step", "prep.hp"]);
    market.settle(true);
    assert_eq!(market.office.records("step")[0]["done"], false);
}

#[test]
fn a_likely_duplicate_is_asked_about_before_it_is_saved() {
    let market = market();
    let args = [
        "add-trader",
        "--market",
        "KNM",
        "--stall",
        "Blok Q 1",
        "--name",
        "Siti Aminah",
        "--phone",
        "0840-0088-0001",
    ];
    market.a.json(&args);
    let again = market.a.ask(&[
        "add-trader",
        "--market",
        "KNM",
        "--stall",
        "Q-1",
        "--name",
        "Ibu Siti",
        "--phone",
        "+62 840 0088 0001",
    ]);
    assert_eq!(again.exit, Some(3), "{again}");
    let asked = again.json();
    assert_eq!(asked["error"]["code"], "possible_duplicate");
    let offered = &asked["possible_duplicates"][0];
    assert_eq!(offered["name"], "Siti Aminah", "{asked}");
    assert!(offered["why"].to_string().len() > 4, "{asked}");
    assert_eq!(market.a.traders().len(), 4, "nothing was saved");
}

#[test]
fn the_same_person_added_on_two_tablets_is_offered_merged_and_parted_again() {
    let market = market();
    let add = [
        "add-trader",
        "--market",
        "KNM",
        "--stall",
        "Blok B 12",
        "--name",
        "Siti Juminah",
        "--phone",
        "0840-0099-0001",
    ];
    let first = market.a.json(&add)["id"].text().to_owned();
    let second = market.b.json(&add)["id"].text().to_owned();
    assert_ne!(first, second);
    market.settle(false);
    let pairs = market.office.duplicates();
    let pair = pairs
        .iter()
        .map(Value::to_string)
        .find(|pair| pair.contains(&first) && pair.contains(&second));
    assert!(pair.is_some_and(|pair| pair.contains("why")), "{pairs:?}");

    // Work goes on at both, and reaches the server after the merge, after the undo, and after a second merge.
    market.a.visit(&first, "penjelasan");
    market.b.visit(&second, "mengajar");
    market
        .office
        .json(&["duplicates", "merge", &first, &second]);
    market.settle(true);
    for tablet in [&market.a, &market.b] {
        assert_eq!(
            tablet.trader(&first)["visits"].list().len(),
            2,
            "shown at the root"
        );
        let listed = tablet.traders();
        assert_eq!(
            listed
                .iter()
                .filter(|trader| trader["name"] == "Siti Juminah")
                .count(),
            1,
            "{listed:?}"
        );
    }
    let listed = |totals: &Value| totals["funnel"]["terdata"].number();
    let merged = listed(&market.office.totals());

    market
        .b
        .visit_with(&second, "mengajar", &["--step", "prep.hp"]);
    market.office.json(&["duplicates", "undo", &second]);
    market.settle(false);
    assert_eq!(
        listed(&market.office.totals()),
        merged + 1,
        "two people again"
    );
    assert_eq!(market.a.trader(&first)["visits"].list().len(), 1);
    assert_eq!(
        market.a.trader(&second)["visits"].list().len(),
        2,
        "nothing that belongs to either has moved"
    );

    market
        .office
        .json(&["duplicates", "merge", &second, &first]);
    market.settle(true);
    assert_eq!(market.b.trader(&second)["visits"].list().len(), 3);
    assert_eq!(
        assert_agree(&market.office, &[&market.a, &market.b])["counted"],
        3
    );
}
