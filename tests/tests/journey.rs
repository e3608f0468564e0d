//! The whole main job: load, import, enrol, walk without a network, record, send, count, export.

use serde_json::json;
use whole_system_tests::accounts::csv_rows;
use whole_system_tests::{
    Office, Register, ValueExt, assert_accounts, assert_agree, assert_in_step, people,
};

#[test]
fn a_morning_recorded_without_a_network_is_sent_counted_and_exported() {
    let mut office = Office::new();
    let mut register = Register::of("KNM", 1, 12);
    register.add("PGI", 101, 8);
    let imported = office.import(&register);
    assert_eq!(
        (imported["rows"].number(), imported["created"].number()),
        (20, 20),
        "{imported}"
    );

    let ade = office.canvasser("Ade Nugraha", "KNM");
    let rudi = office.canvasser("Rudi Hermawan", "PGI");
    assert_eq!(
        ade.traders().len(),
        12,
        "a canvasser holds the traders of the own market only"
    );
    assert_eq!(rudi.traders().len(), 8);
    // Rudi was added after Ade's first sync.
    ade.sync();
    for tablet in [&ade, &rudi] {
        assert_in_step(tablet, &office);
    }

    // Out in the market there is no server at all.
    office.stop();
    let rokayah = ade.trader_named(&people::name(1));
    let first = ade.visit_with(
        &rokayah,
        "mengajar",
        &["--step", "prep.hp", "--step", "shopee.akun"],
    );
    assert_eq!(
        first["change"],
        json!({ "device_id": ade.device, "n": first["change"]["n"] })
    );
    for n in 2..=5 {
        ade.visit(&ade.trader_named(&people::name(n)), "penjelasan");
    }
    let others: Vec<String> = (101..=103)
        .map(|n| rudi.trader_named(&people::name(n)))
        .collect();
    let mut recorder = rudi.recorder();
    for trader in &others {
        let saved = recorder.visit(trader, "tutup");
        assert!(saved["visit_id"].is_string(), "{saved}");
    }
    assert_eq!(recorder.close(), Some(0));
    let steps = &ade.trader(&rokayah)["steps"];
    for code in ["prep.hp", "shopee.akun"] {
        let step = steps.list().iter().find(|step| step["code"] == code);
        assert_eq!(
            step.unwrap_or_else(|| panic!("no {code}: {steps}"))["done"],
            true
        );
    }
    assert_eq!(assert_accounts(&ade)["waiting"], 5);
    assert_eq!(assert_accounts(&rudi)["waiting"], 3);
    ade.try_sync().fails_with("offline");
    assert_eq!(
        assert_accounts(&ade)["waiting"],
        5,
        "a sync that reached nobody changes nothing"
    );

    office.serve();
    let sent = ade.sync();
    assert_eq!(
        (sent["pushed"].number(), sent["accepted"].number()),
        (5, 5),
        "{sent}"
    );
    assert_eq!(
        (sent["waiting"].number(), &sent["same_as_server"]),
        (0, &json!(true)),
        "{sent}"
    );
    let totals = office.totals();
    assert_eq!(
        (totals["counted"].number(), totals["recorded"].number()),
        (5, 5),
        "{totals}"
    );
    assert!(
        totals["tablets_not_sent"]
            .to_string()
            .contains(&rudi.device),
        "{totals}"
    );
    assert_eq!(totals["provisional"], true);

    rudi.sync();
    let totals = assert_agree(&office, &[&ade, &rudi]);
    assert_eq!(totals["counted"], 8);
    assert_eq!(totals["by_market"]["KNM"]["counted"], 5);
    assert_eq!(totals["by_market"]["PGI"]["counted"], 3);
    assert_eq!(totals["by_canvasser"][ade.person()]["counted"], 5);
    for tablet in [&ade, &rudi] {
        tablet.settle();
        assert_in_step(tablet, &office);
    }

    let (answer, bytes) = office.export("visits", "csv", &[]);
    let text = String::from_utf8(bytes).expect("UTF-8");
    assert_eq!(
        (answer["rows"].number(), csv_rows(&text).len()),
        (8, 9),
        "a heading and eight visits"
    );
    assert!(
        !text.contains(&people::name(1)) && !text.contains(&rokayah),
        "an export is pseudonymous"
    );
}

#[test]
fn the_day_is_closed_with_a_receipt_that_the_office_confirms() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 5));
    let tablet = office.canvasser("Ani Lestari", "KNM");
    for trader in tablet.traders() {
        tablet.visit(trader["id"].text(), "penjelasan");
    }
    let open = tablet.json(&["close-day"]);
    assert!(
        open["receipt"].is_null(),
        "no receipt while anything waits: {open}"
    );
    tablet.settle();
    let closed = tablet.json(&["close-day"]);
    assert_eq!(
        (closed["recorded"].number(), closed["counted"].number()),
        (5, 5),
        "{closed}"
    );
    let receipt = closed["receipt"].text();
    assert_eq!(receipt.len(), 8, "{closed}");
    tablet.settle();
    let totals = office.totals_with(&["--date", closed["date"].text()]);
    assert_eq!(
        totals["tablets_not_sent"],
        json!([]),
        "the close has been heard: {totals}"
    );
    assert_eq!(totals["provisional"], false);

    let known = office.json(&["receipt", receipt, "--date", closed["date"].text()]);
    assert_eq!(known["ok"], true, "{known}");
    assert_eq!(
        (known["device_id"].text(), known["visits"].number()),
        (tablet.device.as_str(), 5)
    );
    tablet.visit(tablet.traders()[0]["id"].text(), "mengajar");
    tablet.settle();
    let older = office.json(&["receipt", receipt, "--date", closed["date"].text()]);
    assert_eq!(
        older["superseded"], true,
        "more was sent after that receipt: {older}"
    );
}

#[test]
fn a_visit_is_amended_undone_and_never_overwritten() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 2));
    let tablet = office.canvasser("Fajar Hidayat", "KNM");
    let trader = tablet.trader_named(&people::name(1));
    let kept = tablet.visit(&trader, "tutup");
    let voided = tablet.visit(&trader, "penjelasan");
    tablet.json(&[
        "amend",
        &kept,
        "outcome=mengajar",
        "note=kembali jam sepuluh",
    ]);
    tablet.json(&["undo", &voided]);
    tablet.settle();
    let visits = assert_accounts(&tablet);
    assert_eq!(
        (
            visits["recorded"].number(),
            visits["counted"].number(),
            visits["set_aside"].number()
        ),
        (2, 1, 1)
    );
    assert_agree(&office, &[&tablet]);
    let record = office.record("visit", &kept).expect("the visit is there");
    assert_eq!(
        (&record["outcome"], &record["note"]),
        (&json!("mengajar"), &json!("kembali jam sepuluh"))
    );
    assert_eq!(
        office.record("visit", &voided).expect("kept")["outcome"],
        "batal"
    );
    let outcomes: Vec<_> = office
        .history("visit", &kept)
        .into_iter()
        .filter(|entry| entry["field"] == "outcome")
        .collect();
    assert_eq!(
        outcomes.len(),
        2,
        "the earlier value stays in the history: {outcomes:?}"
    );
    assert_in_step(&tablet, &office);
}

#[test]
fn a_shared_tablet_keeps_its_people_apart() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 2));
    let (sari, budi) = (
        office.person("Sari", "canvasser", "KNM"),
        office.person("Budi", "canvasser", "KNM"),
    );
    let other = office.person("Wawan", "canvasser", "KNM");
    let tablet = office.enrol(&[&sari, &budi]);
    tablet.sync();
    let trader = tablet.trader_named(&people::name(1));
    tablet.visit_with(&trader, "tutup", &["--as", &sari]);
    tablet.visit_with(&trader, "pergi", &["--as", &budi]);
    let args = [
        "visit",
        trader.as_str(),
        "--outcome",
        "pergi",
        "--as",
        other.as_str(),
    ];
    assert_eq!(
        tablet.ask(&args).exit,
        Some(1),
        "only its own people are taken"
    );
    assert_ne!(
        tablet.ask(&args[..4]).exit,
        Some(0),
        "somebody has to say who acts"
    );
    tablet.settle();
    let totals = assert_agree(&office, &[&tablet]);
    assert_eq!(totals["by_canvasser"][&sari]["counted"], 1);
    assert_eq!(totals["by_canvasser"][&budi]["counted"], 1);
}

#[test]
fn unknown_values_end_with_one_and_wrong_usage_with_two() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 1));
    let tablet = office.canvasser("Dian Puspita", "KNM");
    let trader = tablet.trader_named(&people::name(1));
    let nobody = "0f0e0d0c-0b0a-4908-8706-050403020100";
    for (args, code) in [
        (
            vec!["visit", nobody, "--outcome", "tutup"],
            "trader_unknown",
        ),
        (
            vec!["visit", &trader, "--outcome", "menari"],
            "outcome_unknown",
        ),
        (
            vec![
                "visit",
                &trader,
                "--outcome",
                "mengajar",
                "--step",
                "shopee.terbang",
            ],
            "step_unknown",
        ),
        (
            vec![
                "add-trader",
                "--market",
                "XXX",
                "--stall",
                "1",
                "--name",
                "Ujang",
            ],
            "market_unknown",
        ),
        (
            vec![
                "add-trader",
                "--market",
                "PGI",
                "--stall",
                "1",
                "--name",
                "Ujang",
            ],
            "market_unknown",
        ),
        (
            vec!["visit", &trader, "--outcome", "tutup", "--as", nobody],
            "person_unknown",
        ),
    ] {
        tablet.ask(&args).fails_with(code);
    }
    assert_eq!(
        tablet.ask(&["visit", &trader]).exit,
        Some(2),
        "an outcome is needed"
    );
    assert_eq!(tablet.ask(&["dance"]).exit, Some(2));
    assert_eq!(
        assert_accounts(&tablet)["recorded"],
        0,
        "nothing of it was saved"
    );
    let mut recorder = tablet.recorder();
    let refused = recorder.visit(nobody, "tutup");
    assert_eq!(refused["error"]["code"], "trader_unknown", "{refused}");
    assert!(
        !recorder.say(&json!("not a visit"))["error"].is_null(),
        "a line that is no visit is answered too"
    );
    assert!(
        recorder.visit(&trader, "tutup")["visit_id"].is_string(),
        "and the next line is taken"
    );
}

#[test]
fn options_may_stand_before_or_after_the_command() {
    let office = Office::closed();
    let data = office.data().to_str().expect("a plain path").to_owned();
    let ask = |args: &[&str]| {
        let mut command = whole_system_tests::programs::sync_server();
        command.args(args);
        whole_system_tests::Answer::of(command).ok().json()
    };
    let after = ask(&[
        "digest",
        "--campaign",
        "CRB-2019",
        "--data",
        &data,
        "--json",
    ]);
    let before = ask(&[
        "--json",
        "--data",
        &data,
        "digest",
        "--campaign",
        "cirebon-2019",
    ]);
    let by_id = ask(&[
        "--data",
        &data,
        "digest",
        "--campaign",
        &office.campaign_id,
        "--json",
    ]);
    assert_eq!(
        after, before,
        "a campaign goes by id, code and definition's name"
    );
    assert_eq!(after, by_id);
}
