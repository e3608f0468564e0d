//! A full disk: said in words, nothing that was saved before is touched, and with room it goes on.

use serde_json::Value;
use std::process::Command;
use whole_system_tests::answer::ValueExt;
use whole_system_tests::small_disk::SmallDisk;
use whole_system_tests::{
    Client, Office, Recorder, Register, Tablet, assert_accounts, assert_agree, assert_in_step,
    assert_totals, people,
};

/// Far more saves than any reserve on a small disk can take.
const ENOUGH: usize = 60_000;

/// Records until a save fails; gives the number of saves that answered and the error.
fn fill_with_visits(recorder: &mut Recorder, trader: &str) -> (u64, Value) {
    let note = "n".repeat(1_900);
    let line = serde_json::json!({ "trader": trader, "outcome": "tutup", "note": note });
    for saved in 0..ENOUGH as u64 {
        let answer = recorder.say(&line);
        if answer["visit_id"].is_null() {
            return (saved, answer["error"].clone());
        }
    }
    panic!("the disk never filled");
}

#[track_caller]
fn says_what_to_do(error: &Value) {
    assert_eq!(error["code"], "disk_full", "{error}");
    assert!(
        !error["message"].text().is_empty() && !error["hint"].text().is_empty(),
        "{error}"
    );
}

#[test]
fn a_full_tablet_says_so_keeps_what_was_saved_and_goes_on_with_room() {
    let Some(disk) = SmallDisk::of_kib(24 * 1024) else {
        println!("no disk can be mounted here: the story of the file-size limit tells the rest");
        return;
    };
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 20));
    let person = office.person("Ade Nugraha", "canvasser", "KNM");
    let mut tablet = Tablet::at(&disk.path().join("home"));
    tablet.enrol(&office.url(), &office.code(&[&person]));
    tablet.sync();
    let trader = tablet.trader_named(&people::name(1));
    let before = tablet.visit(&trader, "mengajar");

    let video = disk.fill();
    let mut recorder = tablet.recorder();
    let (saved, error) = fill_with_visits(&mut recorder, &trader);
    says_what_to_do(&error);
    drop(recorder);
    println!("{saved} visits were saved on the reserve");
    let visits = assert_accounts(&tablet);
    assert_eq!(
        visits["recorded"].number(),
        saved + 1,
        "everything that answered is there: {visits}"
    );
    let failed = tablet.ask(&["visit", &trader, "--outcome", "tutup"]);
    if failed.exit != Some(0) {
        failed.fails_with("disk_full");
    }
    let recorded = assert_accounts(&tablet)["recorded"].number();
    assert_eq!(tablet.traders().len(), 20, "the list can be read");

    std::fs::remove_file(video).expect("a video can be deleted");
    let after = tablet.visit(&trader, "penjelasan");
    tablet.settle();
    assert_eq!(
        assert_agree(&office, &[&tablet])["counted"].number(),
        recorded + 1
    );
    for id in [&before, &after] {
        assert!(office.record("visit", id).is_some());
    }
    assert_eq!(tablet.json(&["doctor"])["ok"], true);
    assert_in_step(&tablet, &office);
}

#[test]
fn a_full_tablet_can_still_send() {
    let Some(disk) = SmallDisk::of_kib(24 * 1024) else {
        return;
    };
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 20));
    let person = office.person("Ade Nugraha", "canvasser", "KNM");
    let mut tablet = Tablet::at(&disk.path().join("home"));
    tablet.enrol(&office.url(), &office.code(&[&person]));
    tablet.sync();
    let trader = tablet.trader_named(&people::name(1));
    for _ in 0..20 {
        tablet.visit(&trader, "tutup");
    }
    let _video = disk.fill();
    let sent = tablet.try_sync();
    assert!(matches!(sent.exit, Some(0 | 1)), "{sent}");
    assert_eq!(
        assert_totals(&office)["counted"],
        20,
        "the work has left the tablet\n{sent}"
    );
    assert_accounts(&tablet);
}

#[test]
fn a_file_that_may_not_grow_fails_the_save_and_nothing_else() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 3));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let trader = tablet.trader_named(&people::name(1));
    tablet.visit(&trader, "mengajar");
    let record = tablet.command(&["record", "--json"]);
    let mut command = Command::new("bash");
    command
        .args(["-c", "trap '' XFSZ; ulimit -f 8192; exec \"$@\"", "bash"])
        .arg(record.get_program())
        .args(record.get_args());
    let mut recorder = Recorder::open(command);
    let (saved, error) = fill_with_visits(&mut recorder, &trader);
    assert!(
        error["code"].is_string() && !error["hint"].text().is_empty(),
        "{error}"
    );
    drop(recorder);
    assert_eq!(assert_accounts(&tablet)["recorded"].number(), saved + 1);
    tablet.visit(&trader, "penjelasan");
    tablet.settle();
    assert_eq!(
        assert_agree(&office, &[&tablet])["counted"].number(),
        saved + 2
    );
    assert_in_step(&tablet, &office);
}

#[test]
fn a_full_server_acknowledges_nothing_and_is_healthy_again_without_a_restart() {
    let Some(disk) = SmallDisk::of_kib(32 * 1024) else {
        println!("no disk can be mounted here");
        return;
    };
    let mut office = Office::at(&disk.path().join("data"));
    office.serve();
    office.import(&Register::of("KNM", 1, 6));
    let mut client = Client::canvasser(&office, "Ade Nugraha", "KNM");
    let tablet = office.canvasser("Ani Lestari", "KNM");
    let trader = office.traders("KNM")[0].clone();
    let note = "n".repeat(1_900);
    let video = disk.fill();
    let mut acknowledged = 0;
    let full = loop {
        let batch: Vec<Value> = (0..100)
            .map(|_| {
                let id = whole_system_tests::chance::fresh_id();
                let fields =
                    serde_json::json!({ "trader": trader, "outcome": "tutup", "note": note });
                client.change(serde_json::json!([whole_system_tests::client::patch(
                    "visit", &id, fields
                )]))
            })
            .collect();
        let reply = client.post(&client.body(&batch));
        if reply.status != 200 {
            client.n -= 100;
            break reply;
        }
        acknowledged += 100;
        assert!(acknowledged < ENOUGH as u64, "the disk never filled");
    };
    assert_eq!(
        full.status,
        507,
        "{}",
        String::from_utf8_lossy(&full.content)
    );
    assert!(full.message.header("retry-after").is_some());
    tablet.visit(&tablet.trader_named(&people::name(2)), "tutup");
    tablet.try_sync().fails_with("server_busy");
    assert_eq!(assert_accounts(&tablet)["waiting"], 1);
    let health = whole_system_tests::http::send(&office.address(), "GET", "/health", &[], b"")
        .expect("it answers");
    assert!(
        health.status == 200 || health.status == 507,
        "reads go on: {}",
        health.status
    );

    std::fs::remove_file(video).expect("a video can be deleted");
    let (_, visit) = client.visit(&trader, "mengajar");
    client.sync(&[visit]);
    tablet.settle();
    assert!(office.alive());
    assert_eq!(
        assert_totals(&office)["counted"].number(),
        acknowledged + 2,
        "what was not acknowledged is not there"
    );
    assert_eq!(office.json(&["verify"])["ok"], true);
    assert_in_step(&tablet, &office);
}
