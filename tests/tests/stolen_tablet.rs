//! A tablet that is lost: nobody reads it, the office stops it, and what it had not sent can still be handed in.

use serde_json::Value;
use std::path::{Path, PathBuf};
use whole_system_tests::{
    Office, Proxy, Register, Tablet, ValueExt, assert_accounts, assert_in_step, assert_totals,
    people,
};

/// Traders of the register, and so known names, phones and stalls.
const TRADERS: usize = 20;
/// Changes that were not sent when the office stopped the tablet.
const UNSENT: usize = 12;
/// What a canvasser types that says something about somebody.
const TYPED: [&str; 5] = [
    "anaknya sakit, kembali hari Kamis",
    "Carmi Binti Dasuki",
    "0840-0055-5501",
    "+6284000555501",
    "Lorong Ikan 77",
];

/// A tablet after a morning of work that was sent, and its bearer token as it went over the line.
struct Morning {
    tablet: Tablet,
    token: String,
    /// The only address of the server that the tablet knows.
    proxy: Proxy,
}

fn after_a_morning(office: &Office) -> Morning {
    office.import(&Register::of("KNM", 1, TRADERS));
    let proxy = Proxy::to(&office.address());
    let person = office.person("Ade Nugraha", "canvasser", "KNM");
    let tablet = office.enrol_through(&proxy.url(), &[&person]);
    tablet.sync();
    for n in 1..=TRADERS {
        let trader = tablet.trader_named(&people::name(n));
        tablet.visit_with(&trader, "mengajar", &["--note", TYPED[0]]);
    }
    let added = tablet.add_trader("KNM", TYPED[4], TYPED[1]);
    tablet.set(&added, &[&format!("phone={}", TYPED[2])]);
    tablet.settle();
    let exchanges = proxy.take_exchanges();
    let authorization = exchanges
        .iter()
        .find_map(|exchange| exchange.request.header("authorization"))
        .expect("a sync names its token");
    let token = authorization.trim_start_matches("Bearer ").to_owned();
    assert!(token.len() >= 20, "{token}");
    Morning {
        tablet,
        token,
        proxy,
    }
}

/// Everything that nobody may read on a tablet that they found.
fn secrets(token: &str) -> Vec<String> {
    let mut secrets: Vec<String> = TYPED.map(str::to_owned).to_vec();
    secrets.push(token.to_owned());
    secrets.push("Ade Nugraha".to_owned());
    for n in 1..=TRADERS {
        secrets.push(people::name(n));
        secrets.push(people::phone(n));
        secrets.push(people::phone_kept(n));
        secrets.push(format!("Blok {} {n}", (b'A' + (n % 8) as u8) as char));
    }
    secrets
}

/// Every file below a folder, with its bytes.
fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder can be listed") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            let bytes = std::fs::read(&path).expect("a file can be read");
            found.push((path, bytes));
        }
    }
    found
}

#[track_caller]
fn assert_unreadable(home: &Path, token: &str) {
    let files = files(home);
    assert!(!files.is_empty());
    for (path, bytes) in &files {
        assert!(
            !bytes.starts_with(b"SQLite format 3"),
            "{} is a readable database",
            path.display()
        );
        for secret in secrets(token) {
            let found = bytes
                .windows(secret.len())
                .any(|part| part.eq_ignore_ascii_case(secret.as_bytes()));
            assert!(!found, "{secret} stands in {}", path.display());
        }
    }
}

#[track_caller]
fn revoke(office: &Office, tablet: &Tablet) {
    let args = ["device", "revoke", &tablet.device, "--why", "hilang"];
    office.json(&args);
}

#[test]
fn no_file_of_a_tablet_can_be_read_and_a_copied_folder_works() {
    let office = Office::new();
    let morning = after_a_morning(&office);
    let (tablet, token) = (&morning.tablet, &morning.token);
    assert_unreadable(tablet.home(), token);

    // While a program has it open, the log of writes is there too.
    let trader = tablet.trader_named(&people::name(3));
    let mut recorder = tablet.recorder();
    let line = serde_json::json!({ "trader": trader, "outcome": "mengajar", "note": TYPED[0] });
    assert!(recorder.say(&line)["visit_id"].is_string());
    let open: Vec<String> = files(tablet.home())
        .iter()
        .filter_map(|(path, _)| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    assert!(open.contains(&"tablet.db-wal".to_owned()), "{open:?}");
    assert_unreadable(tablet.home(), token);
    recorder.kill9();
    assert_unreadable(tablet.home(), token);

    let copy = tablet.copied();
    assert_eq!(copy.status()["waiting"], 1);
    assert_eq!(copy.trader(&trader)["name"], people::name(3).as_str());
    copy.settle();
    assert_in_step(&copy, &office);
}

#[test]
fn a_folder_without_its_own_key_says_so() {
    let office = Office::new();
    let morning = after_a_morning(&office);
    let tablet = &morning.tablet;
    let other = office.canvasser("Ani Lestari", "KNM");
    let copy = tablet.copied();
    std::fs::remove_file(copy.home().join("key")).expect("the key is a file");
    copy.ask(&["status"]).fails_with("key_missing");
    std::fs::copy(other.home().join("key"), copy.home().join("key")).expect("a copy");
    copy.ask(&["status"]).fails_with("key_wrong");
    copy.ask(&["doctor", "--repair"]).fails_with("key_wrong");
    std::fs::copy(tablet.home().join("key"), copy.home().join("key")).expect("a copy");
    assert_eq!(copy.status()["visits"]["recorded"], TRADERS);
}

#[test]
fn a_damaged_page_is_noticed_before_anything_is_sent() {
    let office = Office::new();
    let morning = after_a_morning(&office);
    let tablet = &morning.tablet;
    tablet.visit(&tablet.trader_named(&people::name(1)), "tutup");
    let database = tablet.home().join("tablet.db");
    let whole = std::fs::read(&database).expect("a database");
    let before = office.device(&tablet.device)["last_seen_at"].clone();
    // In the first page, and in the roots of tables: pages that are in use as long as there is a file.
    for place in [100, 3 * 4_096 + 500, 9 * 4_096 + 4_000] {
        let mut damaged = whole.clone();
        damaged[place] ^= 4;
        std::fs::write(&database, &damaged).expect("it can be written");
        for command in ["sync", "status", "traders"] {
            let answer = tablet.ask(&[command]);
            answer.fails_with("store_damaged");
            assert!(answer.stderr.lines().count() < 10, "{answer}");
        }
        let found = tablet.ask(&["doctor"]);
        assert!(found.stdout.contains("damaged"), "{found}");
        let kept = std::fs::read(&database).expect("still there");
        assert!(kept == damaged, "nobody wrote on a damaged file");
    }
    assert_eq!(office.device(&tablet.device)["last_seen_at"], before);
    tablet.json(&["doctor", "--repair"]);
    let aside = std::fs::read(tablet.home().join("damaged-1.db"));
    assert!(aside.is_ok_and(|bytes| bytes.len() == whole.len()));
    // What waited is in the new one, and the tablet is who it was.
    tablet.settle();
    assert_in_step(tablet, &office);
    assert_eq!(office.totals()["counted"], TRADERS + 1);
}

#[test]
fn a_tablet_whose_data_is_gone_is_not_taken_for_a_new_one() {
    let office = Office::new();
    for empty in [true, false] {
        let tablet = office.canvasser("Ade Nugraha", "KNM");
        let database = tablet.home().join("tablet.db");
        match empty {
            true => std::fs::write(&database, b"").expect("it can be emptied"),
            false => std::fs::remove_file(&database).expect("it can be removed"),
        }
        tablet.ask(&["status"]).fails_with("store_damaged");
        let found = tablet.json(&["doctor"]);
        assert_eq!(found["ok"], false, "{found}");
        tablet.json(&["doctor", "--repair"]);
        let fresh = tablet.status();
        assert!(
            fresh["device_id"] != tablet.device.as_str(),
            "it begins anew: {fresh}"
        );
        tablet.settle();
        assert_in_step(&tablet, &office);
    }
}

#[test]
fn a_stopped_tablet_locks_at_its_next_sync_and_counts_what_it_keeps() {
    let office = Office::new();
    let morning = after_a_morning(&office);
    let (tablet, token) = (&morning.tablet, &morning.token);
    let trader = tablet.trader_named(&people::name(2));
    for _ in 0..UNSENT {
        tablet.visit_with(&trader, "penjelasan", &["--note", TYPED[0]]);
    }
    revoke(&office, tablet);
    tablet.visit(&trader, "tutup");
    tablet.try_sync().fails_with("revoked");
    assert_unreadable(tablet.home(), token);

    let status = tablet.status();
    assert_eq!(status["waiting"], UNSENT + 1, "{status}");
    assert_eq!(assert_accounts(tablet)["waiting"], UNSENT + 1);
    assert_eq!(tablet.traders(), Vec::<Value>::new());
    for (what, bytes) in [
        ("dump", tablet.dump()),
        ("outbox", tablet.ask(&["outbox"]).stdout),
    ] {
        for n in 1..=TRADERS {
            assert!(!bytes.contains(&people::name(n)), "{what}: {bytes}");
        }
    }
    for args in [
        vec!["visit", &trader, "--outcome", "tutup"],
        vec!["set", "trader", &trader, "name=Carmi"],
        vec!["consent", &trader, "--purpose", "data", "--answer", "yes"],
        vec![
            "add-trader",
            "--market",
            "KNM",
            "--stall",
            "1",
            "--name",
            "Carmi",
        ],
        vec![
            "enrol",
            "--server",
            &office.url(),
            "--code",
            &office.code(&[tablet.person()]),
        ],
    ] {
        tablet.ask(&args).fails_with("revoked");
    }
    tablet.try_sync().fails_with("revoked");
    assert_eq!(tablet.status()["waiting"], UNSENT + 1, "they stay sealed");

    let device = office.device(&tablet.device);
    assert_eq!(device["revoked"], true, "{device}");
    assert!(device["last_seen_at"].is_string(), "{device}");
    assert_eq!(assert_totals(&office)["counted"], TRADERS);
    let doctor = tablet.json(&["doctor"]);
    assert_eq!(doctor["ok"], true, "{doctor}");
}

#[test]
fn a_server_that_does_not_know_the_tablet_wipes_nothing() {
    let office = Office::new();
    let morning = after_a_morning(&office);
    let tablet = &morning.tablet;
    tablet.visit(&tablet.trader_named(&people::name(2)), "tutup");
    let before = tablet.dump();
    let begun_anew = Office::new();
    morning.proxy.set_upstream(&begun_anew.address());
    for _ in 0..2 {
        tablet.try_sync().fails_with("unknown_device");
    }
    assert_eq!(tablet.dump(), before);
    assert_eq!(tablet.status()["waiting"], 1);
    assert_eq!(tablet.traders().len(), TRADERS + 1);
    morning.proxy.set_upstream(&office.address());
    tablet.settle();
    assert_in_step(tablet, &office);
}

#[test]
fn a_rescue_takes_what_was_not_sent_once_and_the_office_decides_about_it() {
    let office = Office::new();
    let morning = after_a_morning(&office);
    let (tablet, token) = (&morning.tablet, &morning.token);
    let before = office.totals();
    let trader = tablet.trader_named(&people::name(4));
    for _ in 0..UNSENT {
        tablet.visit_with(&trader, "penjelasan", &["--note", TYPED[0]]);
    }
    revoke(&office, tablet);
    tablet.try_sync().fails_with("revoked");
    let books = |waiting: usize, held_back: usize| {
        let visits = assert_accounts(tablet);
        let now = ["counted", "waiting", "held_back"].map(|state| visits[state].number());
        let expected = [TRADERS, waiting, held_back].map(|visits| visits as u64);
        assert_eq!(now, expected, "{visits}");
    };
    books(UNSENT, 0);

    office.json(&["device", "rescue", &tablet.device]);
    let handed_in = tablet.sync();
    assert_eq!(handed_in["pushed"], UNSENT, "{handed_in}");
    assert_eq!(handed_in["waiting"], 0, "{handed_in}");
    let held = handed_in["held_back"].list();
    assert_eq!(held.len(), UNSENT, "{handed_in}");
    assert!(
        held.iter()
            .all(|change| change["reason"] == "after-revocation")
    );
    assert_eq!(handed_in["received_records"], 0, "it gets nothing back");
    assert_unreadable(tablet.home(), token);
    assert_eq!(tablet.status()["waiting"], 0);
    books(0, UNSENT);
    assert_eq!(tablet.traders(), Vec::<Value>::new());
    assert!(!tablet.dump().contains(&people::name(4)));
    tablet.try_sync().fails_with("revoked");

    let reasons: Vec<String> = office
        .held_of(&tablet.device)
        .into_iter()
        .map(|(_, reason)| reason)
        .collect();
    assert_eq!(reasons, vec!["after-revocation"; UNSENT]);
    let totals = assert_totals(&office);
    assert_eq!(totals["held_back"], UNSENT, "{totals}");
    assert_eq!(totals["counted"], before["counted"], "{totals}");

    office.accept_held_of(&tablet.device);
    let totals = assert_totals(&office);
    assert_eq!(totals["held_back"], 0, "{totals}");
    assert_eq!(
        totals["counted"].number(),
        before["counted"].number() + UNSENT as u64
    );
    tablet.try_sync().fails_with("revoked");
}
