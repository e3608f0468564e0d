//! Every answer can be asked again with its own `as_of`, whatever the last thing was that it had counted.

use serde_json::{Value, json};
use whole_system_tests::answer::ValueExt;
use whole_system_tests::{Client, Office, Register, Tablet, people};

/// What is exported each time.
const EXPORTS: [(&str, &str); 2] = [("workbook", "xlsx"), ("funnel", "csv")];

/// What the office said at one moment.
struct Published {
    after: &'static str,
    totals: Value,
    /// Each export's answer and bytes.
    exports: Vec<(Value, Vec<u8>)>,
}

impl Published {
    fn now(office: &Office, after: &'static str) -> Self {
        Self {
            after,
            totals: office.totals(),
            exports: EXPORTS
                .iter()
                .map(|(what, format)| office.export(what, format, &[]))
                .collect(),
        }
    }

    /// Asks the same again, as of the instants that the answers named.
    #[track_caller]
    fn assert_same_again(&self, office: &Office, exports: &[&str]) {
        let as_of = self.totals["as_of"].text();
        let again = office.totals_with(&["--as-of", as_of]);
        assert_eq!(again, self.totals, "after {}", self.after);
        for ((what, format), (answer, bytes)) in EXPORTS.iter().zip(&self.exports) {
            if !exports.contains(what) {
                continue;
            }
            assert_eq!(answer["as_of"], as_of, "{what} after {}", self.after);
            let (again, same) = office.export(what, format, &["--as-of", as_of]);
            assert_eq!(
                again["sha256"], answer["sha256"],
                "{what} after {}",
                self.after
            );
            assert!(same == *bytes, "{what} after {}", self.after);
        }
    }
}

fn work(tablet: &Tablet, trader: &str, visits: usize) {
    for _ in 0..visits {
        tablet.visit(trader, "penjelasan");
    }
}

#[test]
fn figures_stay_what_they_were_after_held_arrivals_decisions_closes_reports_and_people() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 6));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let mut published = vec![Published::now(&office, "the first tablet")];
    let mut step = |what| published.push(Published::now(&office, what));

    let trader = tablet.trader_named(&people::name(1));
    work(&tablet, &trader, 3);
    tablet.settle();
    step("three visits");
    let lost = office.canvasser("Ani Lestari", "KNM");
    step("a tablet enrolled");
    work(&lost, &trader, 3);
    office.json(&["device", "revoke", &lost.device, "--why", "hilang"]);
    step("a tablet stopped");
    office.json(&["device", "rescue", &lost.device]);
    lost.sync();
    step("held arrivals");
    let held = office.held();
    let id = |at: usize| held[at]["id"].text().to_owned();
    office.json(&["held", "discard", &id(0), "--why", "salah"]);
    step("one discarded");
    office.json(&["held", "accept", &id(1)]);
    step("one accepted");
    let day = tablet.json(&["close-day"])["date"].text().to_owned();
    tablet.settle();
    step("a day closed");
    let mut client = Client::canvasser(&office, "Fajar Hidayat", "KNM");
    let mut body = client.body(&[]);
    body["reports"] = json!([{ "date": day, "recorded": 4, "waiting": 4, "closed": false }]);
    assert_eq!(client.post(&body).status, 200);
    step("a report of what waits");
    client.pull();
    let (_, sent) = client.visit(&trader, "tutup");
    client.sync(&[sent]);
    let outcome = office.records("outcome_def");
    let taught = outcome.iter().find(|o| o["code"] == "penjelasan");
    let taught = taught.expect("the outcome is there")["id"]
        .text()
        .to_owned();
    let label = "label_id=Penjelasan saja";
    office.json(&[
        "record",
        "set",
        "outcome_def",
        &taught,
        label,
        "--why",
        "kata",
    ]);
    step("another word for an outcome");
    let ade = tablet.person().to_owned();
    office.give_markets(&ade, "PGI");
    work(&tablet, &trader, 1);
    tablet.settle();
    step("a visit by a former holder");
    office.give_markets(&ade, "KNM");
    office.json(&["device", "revoke", &lost.device, "--why", "masih hilang"]);
    step("the market given back, and a tablet stopped again");
    office.json(&[
        "record",
        "set",
        "trader",
        &trader,
        "withdrawn=true",
        "--why",
        "salah",
    ]);
    step("a withdrawal");

    for one in &published {
        one.assert_same_again(&office, &["workbook", "funnel"]);
    }
    // What an erasure took is nowhere any more, in no file of the past either; figures stay.
    office.json(&["erase", "--trader", &trader, "--why", "permintaan sendiri"]);
    for one in &published {
        one.assert_same_again(&office, &["funnel"]);
    }
}
