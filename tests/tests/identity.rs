//! Whose change is it, and is it the same one: copied homes, restored servers, revoked tablets, erased people.

use serde_json::json;
use std::path::{Path, PathBuf};
use whole_system_tests::answer::ValueExt;
use whole_system_tests::client::{ack, patch};
use whole_system_tests::office::CAMPAIGN;
use whole_system_tests::office_desk::id_text;
use whole_system_tests::{
    Client, Office, Register, Tablet, assert_accounts, assert_agree, assert_in_step, assert_totals,
    people,
};

fn kanoman(count: usize) -> Office {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, count));
    office
}

#[test]
fn the_same_number_with_other_content_keeps_the_first_and_holds_the_second() {
    let office = kanoman(2);
    let mut client = Client::canvasser(&office, "Ade Nugraha", "KNM");
    let traders = office.traders("KNM");
    let (first_id, first) = client.visit(&traders[0], "tutup");
    client.sync(std::slice::from_ref(&first));
    client.n -= 1;
    let (second_id, second) = client.visit(&traders[1], "mengajar");
    assert_eq!(first["n"], second["n"]);
    let answer = client.sync(std::slice::from_ref(&second));
    assert_eq!(ack(&answer, &second), "held_back: forked-device");
    assert!(
        office.record("visit", &first_id).is_some() && office.record("visit", &second_id).is_none()
    );
    let totals = assert_totals(&office);
    assert_eq!(
        (
            totals["recorded"].number(),
            totals["counted"].number(),
            totals["held_back"].number()
        ),
        (2, 1, 1)
    );
    let again = client.sync(std::slice::from_ref(&first));
    assert_eq!(
        ack(&again, &first),
        "accepted",
        "the first is still what it was"
    );
    assert_eq!(office.held().len(), 1);
}

#[test]
fn a_copied_home_used_twice_ends_with_every_visit_counted_once() {
    for copy_first in [false, true] {
        let office = kanoman(6);
        let tablet = office.canvasser("Ade Nugraha", "KNM");
        tablet.visit(&tablet.trader_named(&people::name(1)), "tutup");
        tablet.settle();
        let copy = tablet.copied();
        for n in 1..=3 {
            tablet.visit(&tablet.trader_named(&people::name(n)), "penjelasan");
            copy.visit(&copy.trader_named(&people::name(n + 3)), "mengajar");
        }
        let order = if copy_first {
            [&copy, &tablet]
        } else {
            [&tablet, &copy]
        };
        order[0].settle();
        assert_eq!(assert_totals(&office)["counted"], 4);
        order[1].sync();
        order[1].settle();
        let totals = assert_totals(&office);
        assert_eq!(
            (totals["recorded"].number(), totals["counted"].number()),
            (7, 7),
            "{totals}"
        );
        assert_eq!(
            office.held().len(),
            0,
            "what was held as forked is superseded"
        );
        assert_ne!(
            tablet.device_now(),
            copy.device_now(),
            "one of them took a new device id"
        );
        for tablet in [&tablet, &copy] {
            tablet.visit(&tablet.trader_named(&people::name(1)), "pergi");
            tablet.settle();
            assert_accounts(tablet);
            assert_in_step(tablet, &office);
        }
        assert_eq!(assert_totals(&office)["counted"], 9, "both go on");
    }
}

#[test]
fn a_home_put_back_to_an_older_copy_loses_nothing_new() {
    let office = kanoman(4);
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    tablet.visit(&tablet.trader_named(&people::name(1)), "tutup");
    tablet.settle();
    let older = tablet.copied();
    tablet.visit(&tablet.trader_named(&people::name(2)), "tutup");
    tablet.settle();
    drop(tablet);
    older.visit(&older.trader_named(&people::name(3)), "mengajar");
    older.sync();
    older.settle();
    let totals = assert_totals(&office);
    assert_eq!(
        (totals["recorded"].number(), totals["counted"].number()),
        (3, 3),
        "{totals}"
    );
    assert_in_step(&older, &office);
}

/// Takes a plain backup and gives its file.
fn backup(office: &Office) -> PathBuf {
    let file = office.folder().join("cadangan.bin");
    office.json(&[
        "backup",
        "--plain",
        "--out",
        file.to_str().expect("a plain path"),
    ]);
    file
}

fn restore(office: &mut Office, file: &Path) {
    office.stop();
    office.json(&["restore", "--from", file.to_str().expect("a plain path")]);
    office.serve();
}

#[test]
fn a_server_restored_from_an_older_backup_gets_everything_back_from_the_tablets() {
    let mut office = kanoman(10);
    let tablets: Vec<Tablet> = ["Ade Nugraha", "Ani Lestari", "Fajar Hidayat"]
        .map(|name| office.canvasser(name, "KNM"))
        .into();
    let work = |tablet: &Tablet, from: usize| {
        for n in from..from + 3 {
            tablet.visit_with(
                &tablet.trader_named(&people::name(n)),
                "mengajar",
                &["--step", "prep.hp"],
            );
        }
        tablet.set(
            &tablet.trader_named(&people::name(from)),
            &[&format!("stall=Blok R {from}")],
        );
    };
    for (index, tablet) in tablets.iter().enumerate() {
        work(tablet, index + 1);
        tablet.settle();
    }
    let file = backup(&office);
    for (index, tablet) in tablets.iter().enumerate() {
        work(tablet, index + 5);
        tablet.settle();
    }
    for tablet in &tablets {
        tablet.settle();
    }
    let (reference, counted) = (office.dump(), office.totals()["counted"].clone());
    assert_eq!(counted, 18);

    restore(&mut office, &file);
    assert_eq!(office.totals()["counted"], 9, "the backup is older");
    for tablet in &tablets {
        tablet.sync();
    }
    assert_eq!(
        office.totals()["counted"],
        18,
        "after one sync of each tablet"
    );
    for tablet in &tablets {
        tablet.settle();
        assert_in_step(tablet, &office);
    }
    assert_eq!(office.dump(), reference, "to the last field");
    assert_agree(&office, &tablets.iter().collect::<Vec<_>>());
    assert_eq!(office.held().len(), 0);
}

#[test]
fn a_tablet_that_the_restored_server_does_not_know_keeps_its_work_and_enrols_again() {
    let mut office = kanoman(4);
    let file = backup(&office);
    let mut tablet = office.canvasser("Ade Nugraha", "KNM");
    tablet.visit(&tablet.trader_named(&people::name(1)), "tutup");
    tablet.settle();
    tablet.visit(&tablet.trader_named(&people::name(2)), "mengajar");
    restore(&mut office, &file);
    tablet.try_sync().fails_with("unknown_device");
    assert_eq!(tablet.traders().len(), 4, "nothing is wiped");
    let person = office.person("Ade Nugraha", "canvasser", "KNM");
    let code = office.code(&[&person]);
    tablet.enrol(&office.url(), &code);
    tablet.sync();
    tablet.settle();
    assert_eq!(
        assert_totals(&office)["recorded"],
        2,
        "the earlier visit is sent again, the waiting one too"
    );
    assert_in_step(&tablet, &office);
}

#[test]
fn a_revoked_tablet_locks_keeps_its_waiting_work_sealed_and_wipes_the_rest() {
    let office = kanoman(6);
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    for n in 1..=3 {
        tablet.visit(&tablet.trader_named(&people::name(n)), "tutup");
    }
    office.json(&[
        "device",
        "revoke",
        &tablet.device,
        "--why",
        "hilang di angkot",
    ]);
    assert_eq!(office.device(&tablet.device)["revoked"], true);
    tablet.try_sync().fails_with("revoked");
    let status = tablet.status();
    assert_eq!(
        status["waiting"], 3,
        "the sealed ones are still counted: {status}"
    );
    tablet.try_sync().fails_with("revoked");
    let shown = tablet.ask(&["traders", "--limit", "100"]);
    assert!(!shown.stdout.contains(&people::name(1)), "{shown}");
    for word in [people::name(5), people::phone_kept(5)] {
        assert_eq!(
            found_in(tablet.home(), &word),
            Vec::<PathBuf>::new(),
            "{word} is still on the tablet"
        );
    }
    let totals = assert_totals(&office);
    assert_eq!(totals["counted"], 0);
    assert!(
        !totals["tablets_not_sent"]
            .to_string()
            .contains(&tablet.device),
        "a revoked tablet is not waited for"
    );
}

#[test]
fn an_erased_trader_stays_erased_when_a_late_tablet_comes_back() {
    let office = kanoman(3);
    let late = office.canvasser("Ade Nugraha", "KNM");
    let other = office.canvasser("Ani Lestari", "KNM");
    let (name, phone) = (people::name(2), people::phone_kept(2));
    let trader = late.trader_named(&name);
    other.visit(&trader, "penjelasan");
    other.settle();
    late.set(
        &trader,
        &["name=Carmi Binti Dasuki", "phone=0840-0055-5501"],
    );
    late.visit_with(
        &trader,
        "mengajar",
        &["--note", "rumahnya dekat langgar Panjunan"],
    );
    let erased = office.json(&["erase", "--trader", &trader, "--why", "permintaan sendiri"]);
    assert!(erased["erased_fields"].number() > 0, "{erased}");

    other.settle();
    late.settle();
    for tablet in [&late, &other] {
        tablet.settle();
        assert_in_step(tablet, &office);
        assert!(
            !tablet.dump().contains(&name),
            "the tablet has deleted it too"
        );
    }
    let record = office
        .record("trader", &trader)
        .expect("the record stays, without a person");
    assert_eq!(record["erased"], true, "{record}");
    let totals = assert_agree(&office, &[&late, &other]);
    assert_eq!(totals["counted"], 2, "the late visit counts");
    let words = [
        name.as_str(),
        &phone,
        "Carmi Binti Dasuki",
        "+6284000555501",
        "langgar Panjunan",
    ];
    let everything =
        office.dump() + &office.log() + &format!("{:?}", office.history("trader", &trader));
    for word in words {
        assert!(!everything.contains(word), "{word}");
        for format in ["csv", "json", "ndjson"] {
            let bytes = office
                .export("traders", format, &["--named", "--why", "uji"])
                .1;
            assert!(
                !String::from_utf8_lossy(&bytes).contains(word),
                "{word} in {format}"
            );
        }
    }
    let again = office.import(&Register::of("KNM", 1, 3));
    assert_eq!(again["created"], 0, "{again}");
    assert!(
        !office.dump().contains(&name),
        "the register does not bring it back"
    );
    let file = backup(&office);
    let kept = std::fs::read(file).expect("a backup");
    for word in &words[1..] {
        assert!(!holds(&kept, word), "{word} in a backup made after");
    }
}

#[test]
fn an_erasure_and_a_revocation_outlive_a_restore_from_an_older_backup() {
    let mut office = kanoman(3);
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let gone = office.canvasser("Ani Lestari", "KNM");
    let trader = tablet.trader_named(&people::name(2));
    let file = backup(&office);
    office.json(&["erase", "--trader", &trader, "--why", "permintaan sendiri"]);
    office.json(&["device", "revoke", &gone.device, "--why", "hilang"]);
    tablet.settle();
    restore(&mut office, &file);
    tablet.settle();
    assert!(!office.dump().contains(&people::name(2)));
    assert_eq!(
        office.record("trader", &trader).expect("there")["erased"],
        true
    );
    gone.try_sync().fails_with("revoked");
    assert_in_step(&tablet, &office);
}

#[test]
fn a_late_change_about_an_erased_trader_is_stripped_also_where_it_is_held_back() {
    let mut office = kanoman(2);
    let mut client = Client::canvasser(&office, "Ade Nugraha", "KNM");
    let trader = office.traders("KNM")[0].clone();
    let late = client.change(json!([
        patch("trader", &trader, json!({ "name": "Sumirah Pekalangan" })),
        patch("trader", &trader, json!({ "target": 1 })),
    ]));
    office.json(&["erase", "--trader", &trader, "--why", "permintaan sendiri"]);
    let answer = client.sync(std::slice::from_ref(&late));
    assert_eq!(ack(&answer, &late), "held_back: field-not-allowed");
    office.stop();
    let found = found_in(office.data(), "Sumirah Pekalangan");
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn work_sent_under_an_earlier_device_id_comes_back_after_a_restore() {
    let mut office = kanoman(4);
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let trader = |n: usize| tablet.trader_named(&people::name(n));
    let traders = [trader(1), trader(2), trader(3), trader(4)];
    tablet.visit(&traders[0], "mengajar");
    tablet.settle();
    let file = backup(&office);
    tablet.visit(&traders[1], "mengajar");
    tablet.settle();
    let copy = tablet.copied();
    copy.visit(&traders[2], "tutup");
    copy.settle();
    tablet.visit(&traders[3], "tutup");
    tablet.settle();
    assert_ne!(
        tablet.device_now(),
        tablet.device,
        "the copy has used its number"
    );
    assert_eq!(office.totals()["counted"], 4);
    restore(&mut office, &file);
    for _ in 0..2 {
        tablet.settle();
        copy.settle();
    }
    let totals = assert_totals(&office);
    assert_eq!(
        (totals["counted"].number(), totals["recorded"].number()),
        (4, 4)
    );
    for tablet in [&tablet, &copy] {
        assert_in_step(tablet, &office);
    }
}

#[test]
fn what_was_decided_after_the_backup_is_open_again_on_both_sides() {
    let mut office = kanoman(3);
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let role = |role: &str| {
        let field = format!("role={role}");
        office.json(&[
            "record",
            "set",
            "person",
            tablet.person(),
            &field,
            "--why",
            "uji",
        ]);
    };
    for n in 1..=2 {
        tablet.visit(&tablet.trader_named(&people::name(n)), "tutup");
    }
    role("viewer");
    tablet.sync();
    role("canvasser");
    assert_eq!(assert_accounts(&tablet)["held_back"], 2);
    let file = backup(&office);
    let ids: Vec<String> = office.held().iter().map(|h| id_text(&h["id"])).collect();
    office.json(&["held", "accept", &ids[0]]);
    office.json(&["held", "discard", &ids[1], "--why", "bukan pasarnya"]);
    tablet.settle();
    let visits = assert_accounts(&tablet);
    assert_eq!(
        (visits["counted"].number(), visits["set_aside"].number()),
        (1, 1)
    );
    restore(&mut office, &file);
    tablet.settle();
    assert_eq!(assert_accounts(&tablet)["held_back"], 2);
    assert_agree(&office, &[&tablet]);
    assert_in_step(&tablet, &office);
}

#[test]
fn what_only_another_tablet_still_has_after_a_lost_server_waits_for_one_press_by_an_admin() {
    let mut office = kanoman(3);
    let gone = office.canvasser("Ade Nugraha", "KNM");
    let left = office.canvasser("Ani Lestari", "KNM");
    let lead = office.person("Fajar Hidayat", "lead", "KNM");
    let [first, second, third] =
        [1, 2, 3].map(|n| (people::name(n), left.trader_named(&people::name(n))));
    let file = backup(&office);
    let visit = gone.visit_with(&first.1, "mengajar", &["--step", "prep.hp"])["visit_id"].clone();
    gone.set(&second.1, &["stall=BARU"]);
    gone.settle();
    office.json(&["erase", "--trader", &third.1, "--why", "permintaan sendiri"]);
    left.settle();

    // The whole folder is lost, with all that was kept beside the store; only an older backup is left.
    office.stop();
    std::fs::remove_dir_all(office.data()).expect("the folder goes");
    office.json(&["restore", "--from", file.to_str().expect("a plain path")]);
    office.serve();
    left.settle();
    let held = office.held();
    assert!(
        held.iter().all(|h| h["reason"] == "recovered") && held.len() >= 3,
        "{held:?}"
    );
    assert_eq!(
        assert_totals(&office)["held_back"],
        1,
        "the visit is seen, and not counted yet"
    );
    let id = id_text(&held[0]["id"]);
    office
        .ask(&["held", "accept", &id, "--as", &lead])
        .fails_with("not_allowed");

    office.json(&["held", "accept", "--recovered"]);
    assert_eq!(
        office.record("trader", &second.1).expect("there")["stall"],
        "BARU"
    );
    assert_eq!(
        office.record("trader", &third.1).expect("there")["erased"],
        true
    );
    assert!(!office.dump().contains(&third.0), "an erasure stays one");
    assert!(office.record("visit", visit.text()).is_some());
    assert_eq!(assert_totals(&office)["counted"], 1);
    left.settle();
    assert_in_step(&left, &office);

    // The tablet that had it all comes back: the same changes, once.
    gone.settle();
    left.settle();
    for tablet in [&gone, &left] {
        assert_in_step(tablet, &office);
    }
    assert_eq!(assert_agree(&office, &[&gone, &left])["counted"], 1);
    let held = office.held();
    assert!(held.is_empty(), "{held:?}");
    assert_eq!(office.json(&["verify"])["ok"], true);
}

#[test]
fn what_was_offered_back_is_superseded_when_its_own_tablet_brings_it() {
    let mut office = kanoman(2);
    let author = office.canvasser("Ade Nugraha", "KNM");
    let other = office.canvasser("Ani Lestari", "KNM");
    let trader = other.trader_named(&people::name(1));
    let file = backup(&office);
    author.visit(&trader, "mengajar");
    author.settle();
    other.settle();
    restore(&mut office, &file);
    other.settle();
    assert_eq!(assert_totals(&office)["held_back"], 1);
    author.settle();
    let totals = assert_totals(&office);
    assert_eq!(
        (totals["counted"].number(), totals["held_back"].number()),
        (1, 0)
    );
    other.settle();
    assert_in_step(&other, &office);
}

#[test]
fn a_patch_of_a_person_by_name_never_revives_an_erased_trader() {
    let office = kanoman(1);
    let mut client = Client::canvasser(&office, "Ade Nugraha", "KNM");
    let trader = office.traders("KNM")[0].clone();
    let far = client.change_at(
        4_070_908_800_000,
        json!([patch("trader", &trader, json!({ "name": "Taryati" }))]),
    );
    office.json(&["erase", "--trader", &trader, "--why", "permintaan sendiri"]);
    client.sync(&[far]);
    let verified = office.json(&["verify"]);
    assert_eq!(verified["ok"], true, "the chain still verifies: {verified}");
    assert!(
        !office
            .run(&["dump", "--campaign", CAMPAIGN])
            .ok()
            .stdout
            .contains("Taryati")
    );
}

/// Files below a folder that hold these bytes.
fn found_in(folder: &Path, word: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(found_in(&path, word));
        } else if std::fs::read(&path).is_ok_and(|bytes| holds(&bytes, word)) {
            found.push(path);
        }
    }
    found
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes
        .windows(word.len())
        .any(|window| window == word.as_bytes())
}
