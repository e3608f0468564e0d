//! Who may give which command at the office, and what its log tells of it.

use serde_json::{Value, json};
use whole_system_tests::answer::ValueExt;
use whole_system_tests::client::patch;
use whole_system_tests::{Client, Office, Register, assert_totals, people};

const ADMIN: &str = "a";
const LEAD: &str = "la";
const FIELD: &str = "lac";
const ALL: &str = "lacv";

/// A command, and the roles that may give it: l(ead), a(dmin), c(anvasser), v(iewer). What it names need not be there:
/// whether one may ask comes first.
const TABLE: &[(&str, &str)] = &[
    ("totals", ALL),
    ("campaign list", ALL),
    ("campaign show", ALL),
    ("dump", ALL),
    ("digest", ALL),
    ("dump --device NOBODY", ADMIN),
    ("record list market", ALL),
    ("record list trader", FIELD),
    ("record set partner new name=Mitra --why uji", ADMIN),
    ("person list", FIELD),
    ("history trader NOBODY", FIELD),
    ("held list", LEAD),
    ("held accept NOBODY", LEAD),
    ("held discard NOBODY --why uji", LEAD),
    ("review list --date 2026-01-05", LEAD),
    ("review approve NOBODY", LEAD),
    ("review return NOBODY --why uji", LEAD),
    ("conflicts list", LEAD),
    ("conflicts choose NOBODY --value x", LEAD),
    ("duplicates list", LEAD),
    ("duplicates merge NOBODY NOBODY", LEAD),
    ("duplicates undo NOBODY", LEAD),
    ("receipt ABCDEFGH --date 2026-01-05", LEAD),
    ("device list", LEAD),
    ("device revoke NOBODY --why uji", ADMIN),
    ("device rescue NOBODY", ADMIN),
    ("person add --name Ade --role lead", ADMIN),
    ("person set NOBODY --name Ade", ADMIN),
    ("enrol --person NOBODY", ADMIN),
    ("traders import NOFILE", ADMIN),
    ("demo-data --traders 0", ADMIN),
    ("export --what traders --format csv --out OUT", ADMIN),
    ("erase --trader NOBODY --why uji", ADMIN),
    ("campaign load cirebon-2019", ADMIN),
    ("campaign export --out OUT", ADMIN),
    ("campaign close", ADMIN),
    ("campaign open", ADMIN),
    ("backup --plain --out OUT", ADMIN),
    ("restore --from NOFILE", ADMIN),
    ("verify", ADMIN),
    ("doctor", ADMIN),
    ("audit list", ADMIN),
    ("serve --listen nowhere", ADMIN),
];

#[test]
fn each_role_gives_the_commands_of_the_table_and_no_other() {
    let office = Office::closed();
    let nobody = "00000000-0000-4000-8000-000000000000";
    let out = office.folder().join("out");
    let out = out.to_str().expect("a plain path");
    let people = [
        ('c', office.person("Ade Nugraha", "canvasser", "KNM")),
        ('l', office.person("Ani Lestari", "lead", "KNM")),
        ('v', office.person("Budi Raharja", "viewer", "")),
        ('a', office.person("Citra Dewi", "admin", "")),
    ];
    for (command, roles) in TABLE {
        for (role, person) in &people {
            let mut args: Vec<&str> = command
                .split(' ')
                .map(|word| match word {
                    "NOBODY" => nobody,
                    "OUT" => out,
                    word => word,
                })
                .collect();
            args.extend(["--as", person]);
            let answer = office.ask(&args);
            let refused = answer.exit == Some(1) && answer.json()["error"]["code"] == "not_allowed";
            assert_eq!(!refused, roles.contains(*role), "{role}: {answer}");
        }
    }
}

#[test]
fn nobody_sees_more_than_the_work_needs() {
    let office = Office::new();
    office.import(Register::of("KNM", 1, 3).add("PGI", 4, 3));
    let canvasser = office.person("Ade Nugraha", "canvasser", "KNM");
    let kanoman = office.enrol(&[&canvasser]);
    kanoman.sync();
    let pagi = office.canvasser("Ani Lestari", "PGI");
    for tablet in [&kanoman, &pagi] {
        tablet.visit(tablet.traders()[0]["id"].text(), "tutup");
        tablet.settle();
    }
    let viewer = office.person("Budi Raharja", "viewer", "");
    let lead = office.person("Citra Dewi", "lead", "KNM");
    let dump = |by: &str| office.run(&["dump", "--as", by]).ok().stdout;
    assert!(!dump(&viewer).contains(&people::name(1)));
    assert!(dump(&lead).contains(&people::name(1)));
    assert!(!dump(&lead).contains(&people::name(4)));
    assert_eq!(dump(&canvasser), office.dump_of(&kanoman.device));

    let seen = |by: &str| {
        let totals = office.totals_with(&["--as", by]);
        let markets = totals["by_market"].as_object().expect("markets");
        assert_eq!(
            totals["recorded"].number(),
            markets
                .values()
                .map(|m| m["recorded"].number())
                .sum::<u64>()
        );
        (
            totals["recorded"].number(),
            markets.len(),
            totals["funnel"]["terdata"].number(),
        )
    };
    assert_eq!(seen(&canvasser), (1, 1, 3));
    assert_eq!(seen(&lead), (1, 1, 3));
    let (recorded, markets, listed) = seen(&viewer);
    assert_eq!((recorded, listed), (2, 6));
    assert!(markets > 1);
    let devices = office.json(&["device", "list", "--as", &lead]);
    assert_eq!(devices.list().len(), 1, "{devices}");
    assert_eq!(devices[0]["device_id"], kanoman.device.as_str());
}

#[test]
fn what_an_admin_does_stands_in_the_log() {
    let office = Office::closed();
    let admin = office.person("Citra Dewi", "admin", "");
    let file = |name: &str| office.folder().join(name).display().to_string();
    let by_admin = |args: &[&str]| {
        let args = [args, &["--as", &admin]].concat();
        office.run(&args).ok()
    };
    by_admin(&["campaign", "load", "cirebon-2019"]);
    by_admin(&["campaign", "export", "--out", &file("definition.json")]);
    by_admin(&["dump"]);
    by_admin(&["backup", "--plain", "--out", &file("backup")]);
    by_admin(&["person", "set", &admin, "--name", "Citra Dewi Lestari"]);
    let log = office.json(&["audit", "list"]);
    let what: Vec<&str> = log
        .list()
        .iter()
        .filter(|line| line["who"] == admin.as_str())
        .map(|line| line["what"].text())
        .collect();
    assert_eq!(
        what,
        [
            "campaign load",
            "campaign export",
            "dump",
            "backup",
            "person"
        ]
    );
    assert!(
        log.list()
            .last()
            .is_some_and(|l| l["detail"].text().ends_with("name")),
        "{log}"
    );
    by_admin(&["restore", "--from", &file("backup")]);
    let log = office.json(&["audit", "list"]);
    let restored = log
        .list()
        .iter()
        .any(|l| l["what"] == "restore" && l["who"] == admin.as_str());
    assert!(restored, "{log}");
}

#[test]
fn a_code_or_a_login_belongs_to_one_person() {
    let office = Office::closed();
    let add = |name: &str, code: &str| {
        office.ask(&[
            "person",
            "add",
            "--name",
            name,
            "--role",
            "canvasser",
            "--code",
            code,
        ])
    };
    let first = add("Ade Nugraha", "CV-01").ok().json()["person_id"]
        .text()
        .to_owned();
    add("Ani Lestari", "cv-01").fails_with("code_taken");
    add("Ani Lestari", &"x".repeat(201)).fails_with("too_long");
    let second = add("Ani Lestari", "CV-02").ok().json()["person_id"]
        .text()
        .to_owned();
    office
        .ask(&["person", "set", &second, "--code", "CV-01"])
        .fails_with("code_taken");
    office.json(&[
        "person", "set", &first, "--code", "CV-01", "--name", "Ade N",
    ]);
    assert_eq!(
        office.run(&["person", "add", "--role", "lead"]).exit,
        Some(2)
    );
    assert_eq!(office.run(&["backup", "--plain"]).exit, Some(2));
    let out = office.folder().join("out").display().to_string();
    for (what, format) in [("zzz", "csv"), ("traders", "pdf")] {
        office
            .ask(&["export", "--what", what, "--format", format, "--out", &out])
            .fails_with("bad_value");
    }
}

#[test]
fn who_works_here_no_more_decides_nothing_and_loses_no_work() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 3));
    let lead = office.person("Citra Dewi", "lead", "KNM");
    office.json(&["person", "set", &lead, "--active", "false"]);
    office
        .ask(&["held", "list", "--as", &lead])
        .fails_with("person_inactive");

    let mut tablet = Client::canvasser(&office, "Ade Nugraha", "KNM");
    let trader = office.traders("KNM")[0].clone();
    let visit = |tablet: &mut Client, seen: Value| {
        let (_, mut change) = tablet.visit(&trader, "tutup");
        change["seen"] = seen;
        change
    };
    let heard = tablet.pull()["position"].clone();
    let position = tablet.position.clone();
    assert!(position.is_some() && !heard.is_null());
    let before = visit(&mut tablet, Value::Null);
    office.json(&["person", "set", &tablet.author.clone(), "--active", "false"]);
    // Recorded before the tablet could know: it counts, whenever it arrives.
    let answer = tablet.sync(&[before]);
    assert_eq!(answer["acks"][0]["state"], "accepted", "{answer}");
    assert_eq!(answer["records"], json!([]), "{answer}");
    // Recorded after it was told: it is kept, and a lead decides.
    let seen = format!("{}.{}", answer["epoch"].text(), 1_000_000);
    let after = visit(&mut tablet, json!(seen));
    let answer = tablet.sync(&[after]);
    assert_eq!(answer["acks"][0]["reason"], "out-of-scope", "{answer}");
    let totals = assert_totals(&office);
    assert_eq!(
        (totals["counted"].number(), totals["held_back"].number()),
        (1, 1)
    );
    let held = office.held()[0]["id"].text().to_owned();
    office.json(&["held", "accept", &held]);
    assert_eq!(assert_totals(&office)["counted"], 2);
}

#[test]
fn a_held_visit_is_not_taken_before_its_trader_and_stays_in_the_history_when_set_aside() {
    let office = Office::new();
    let mut tablet = Client::canvasser(&office, "Ade Nugraha", "KNM");
    office.json(&["device", "revoke", &tablet.device, "--why", "hilang"]);
    office.json(&["device", "rescue", &tablet.device]);
    let trader = whole_system_tests::chance::fresh_id();
    let fields = json!({ "market": "KNM", "name": people::name(1) });
    let add = tablet.change(json!([patch("trader", &trader, fields)]));
    let (visit, visited) = tablet.visit(&trader, "tutup");
    let answer = tablet.sync(&[add, visited]);
    assert_eq!(answer["acks"].list().len(), 2, "{answer}");
    let held = office.held();
    let id = |n: u64| {
        let one = held.iter().find(|h| h["n"] == n).expect("it is held");
        one["id"].text().to_owned()
    };
    office
        .ask(&["held", "accept", &id(2)])
        .fails_with("depends_on_held");
    office.json(&["held", "accept", &id(1)]);
    office.json(&["held", "discard", &id(2), "--why", "dua kali"]);
    let history = office.history("visit", &visit);
    assert!(!history.is_empty());
    assert!(
        history.iter().all(|line| line["state"] == "discarded"),
        "{history:?}"
    );
    assert!(
        history
            .iter()
            .all(|line| line["reason"] == "after-revocation")
    );
}
