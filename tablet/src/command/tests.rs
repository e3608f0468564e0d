//! The screens over a store that a server in memory has filled.

use super::*;
use crate::store::tests::office::{Tablet, ready};
use grebeg_core::change::Patch;
use grebeg_core::value::Value;
use serde_json::{Value as Json, json};

/// What a page would get.
fn ask(tablet: &mut Tablet, command: Json) -> Json {
    let parsed: Command = serde_json::from_value(command.clone()).expect("a command");
    let reply = run(&mut tablet.store, parsed).unwrap_or_else(|e| panic!("{command}: {e}"));
    serde_json::to_value(reply).expect("a reply")
}

fn refused(tablet: &mut Tablet, command: Json) -> &'static str {
    let parsed: Command = serde_json::from_value(command).expect("a command");
    run(&mut tablet.store, parsed).expect_err("it fails").code()
}

fn visit(tablet: &mut Tablet, trader: Uuid, outcome: &str, more: Json) -> String {
    let mut action = json!({ "command": "visit", "trader": trader, "outcome": outcome });
    for (name, value) in more.as_object().expect("fields") {
        action[name] = value.clone();
    }
    // Nobody makes two visits within one tick of the clock: which of them was the later could not be told.
    let before = crate::clock::read();
    let stands = || {
        let now = crate::clock::read();
        now.wall_ms == before.wall_ms || now.mono_ms == before.mono_ms
    };
    while before.mono_ms.is_some() && stands() {
        std::thread::yield_now();
    }
    let saved = ask(tablet, action);
    saved["visit_id"].as_str().expect("an id").to_owned()
}

/// Group and name of each row of the day.
fn day(tablet: &mut Tablet) -> Vec<(String, String)> {
    let rows = ask(
        tablet,
        json!({ "command": "today_rows", "from": 0, "count": 200 }),
    );
    let text = |value: &Json| value.as_str().unwrap_or_default().to_owned();
    let rows = rows["rows"].as_array().expect("rows");
    rows.iter()
        .map(|row| (text(&row["group"]), text(&row["name"])))
        .collect()
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Vec<(String, String)> {
    pairs
        .iter()
        .map(|(group, name)| ((*group).to_owned(), (*name).to_owned()))
        .collect()
}

fn today_date(tablet: &mut Tablet) -> chrono::NaiveDate {
    let today = ask(tablet, json!({ "command": "today" }));
    today["date"]
        .as_str()
        .and_then(|d| d.parse().ok())
        .expect("a date")
}

const ABLE: &str = r#"{"hp_pintar":true,"internet":true,"pakai_wa":true,"penerimaan":true,"kemauan":"mau_sekarang"}"#;

#[test]
fn a_day_begins_with_what_came_back_and_ends_with_what_is_done() {
    let (mut office, mut tablet, traders) = ready(8);
    let able: Json = serde_json::from_str(ABLE).expect("answers");
    let today = today_date(&mut tablet).to_string();
    let yesterday = (today_date(&mut tablet) - chrono::Days::new(1)).to_string();
    let fields = json!({ "command": "set_trader", "id": traders[4], "fields": [
        ["kemauan", "mau_sekarang"], ["hp_pintar", "ya"], ["internet", "ya"], ["pakai_wa", "ya"], ["penerimaan", "ya"],
    ] });
    ask(&mut tablet, fields);
    ask(
        &mut tablet,
        json!({ "command": "set_trader", "id": traders[5], "fields": [["kemauan", "mau_sekarang"]] }),
    );
    visit(&mut tablet, traders[0], "tutup", json!({ "answers": able }));
    let appointment = json!({ "follow_up_date": today, "answers": { "janji_jam": "13.00" } });
    visit(&mut tablet, traders[1], "diminta_kembali", appointment);
    let appointment = json!({ "follow_up_date": today, "answers": { "janji_jam": "9.30" }, "note": "bantu foto" });
    visit(&mut tablet, traders[2], "diminta_kembali", appointment);
    visit(
        &mut tablet,
        traders[3],
        "diminta_kembali",
        json!({ "follow_up_date": yesterday }),
    );
    let returned = visit(&mut tablet, traders[6], "mengajar", json!({}));
    visit(&mut tablet, traders[7], "menolak_tetap", json!({}));
    tablet.sync(&mut office);
    office.write(vec![Patch::new(
        "return",
        Uuid::from_u128(77),
        [
            ("visit", Value::id(returned.parse().expect("an id"))),
            // A code of the office's own: its words are in the text.
            ("reason", "bukti_kurang".into()),
            ("reason_text", "Foto kios buram".into()),
            (
                "fields",
                Value::List(vec!["note".into(), "step.prep.hp".into()]),
            ),
        ],
    )]);
    tablet.sync(&mut office);

    assert_eq!(
        day(&mut tablet),
        pairs([
            ("returned", "Pedagang 7"),
            ("janji", "Pedagang 3"),
            ("janji", "Pedagang 2"),
            ("janji", "Pedagang 4"),
            ("dahulukan", "Pedagang 5"),
            ("pendamping", "Pedagang 6"),
            // Pedagang 8 asked not to be visited, and is in no list.
            ("sudah", "Pedagang 1"),
        ])
    );
    let rows = ask(
        &mut tablet,
        json!({ "command": "today_rows", "from": 0, "count": 3 }),
    );
    let first = &rows["rows"][0];
    assert_eq!(first["return_id"], Uuid::from_u128(77).to_string());
    assert_eq!(
        (&first["sent"], &first["reason"]["icon"]),
        (&json!("returned"), &json!("return"))
    );
    assert_eq!(first["reason"]["detail"]["id"], "Foto kios buram");
    let second = &rows["rows"][1];
    assert_eq!(
        second["reason"]["head"],
        json!({ "id": "Janji 09.30", "en": "Appointment 09:30" })
    );
    assert_eq!(
        (&second["reason"]["detail"]["id"], &second["tile"]),
        (&json!("bantu foto"), &json!("janji"))
    );
    assert_eq!(
        (&second["appointment_at"], &second["sent"]),
        (&json!("09:30"), &json!("sent"))
    );
    let today = ask(&mut tablet, json!({ "command": "today" }));
    let groups = today["groups"].as_array().expect("groups");
    let sum: u64 = groups.iter().filter_map(|g| g["count"].as_u64()).sum();
    assert_eq!((sum, groups.len()), (7, 5), "{today}");
    assert_eq!(
        today["blocks"],
        json!([{ "block": "A", "count": 6, "assigned": false }])
    );

    // Answered, it is done like any other.
    let page = ask(
        &mut tablet,
        json!({ "command": "returned_page", "return_id": Uuid::from_u128(77) }),
    );
    assert_eq!((&page["index"], &page["of"]), (&json!(1), &json!(1)));
    assert_eq!(
        (&page["reason_label"], &page["reason_text"]),
        (&Json::Null, &json!("Foto kios buram"))
    );
    assert_eq!(page["fields"][1]["kind"], "step", "{page}");
    assert_eq!(page["fields"][1]["value"], false);
    ask(
        &mut tablet,
        json!({ "command": "amend", "visit": returned, "answers": Uuid::from_u128(77),
            "fields": [["note", "sudah difoto ulang"], ["step.prep.hp", "selesai"]] }),
    );
    assert_eq!(day(&mut tablet)[0].0, "janji");
    let page = ask(
        &mut tablet,
        json!({ "command": "trader_page", "id": traders[6] }),
    );
    assert_eq!(page["visits"][0]["note"], "sudah difoto ulang");
    assert_eq!(page["channels"][0]["done"], 1, "{page}");
    assert_eq!(
        refused(
            &mut tablet,
            json!({ "command": "returned_page", "return_id": "x" })
        ),
        "return_unknown"
    );
}

#[test]
fn whoever_was_away_for_a_moment_is_tried_again_and_an_appointment_ends_when_it_is_kept() {
    let (_, mut tablet, traders) = ready(2);
    visit(&mut tablet, traders[0], "pergi", json!({}));
    assert_eq!(
        day(&mut tablet),
        pairs([("lain", "Pedagang 2"), ("lain", "Pedagang 1")])
    );
    let today = today_date(&mut tablet).to_string();
    visit(
        &mut tablet,
        traders[0],
        "diminta_kembali",
        json!({ "follow_up_date": today }),
    );
    assert_eq!(
        day(&mut tablet)[0],
        ("janji".to_owned(), "Pedagang 1".to_owned())
    );
    visit(&mut tablet, traders[0], "mengajar", json!({}));
    assert_eq!(
        day(&mut tablet)[1],
        ("sudah".to_owned(), "Pedagang 1".to_owned())
    );
}

#[test]
fn a_search_says_why_and_shows_what_a_person_saw_last() {
    let (_, mut tablet, traders) = ready(30);
    let hits = |tablet: &mut Tablet, query: Json| {
        let mut command = json!({ "command": "search", "query": "" });
        for (name, value) in query.as_object().expect("fields") {
            command[name] = value.clone();
        }
        ask(tablet, command)
    };
    let found = hits(&mut tablet, json!({ "query": "a17" }));
    assert_eq!(found["total_traders"], 30);
    assert_eq!(found["hits"][0]["name"], "Pedagang 17");
    assert_eq!(found["hits"][0]["matched"]["field"], "stall");
    assert_eq!(
        found["hits"][0]["matched"]["marks"],
        json!([[0, 1], [2, 4]])
    );
    let found = hits(&mut tablet, json!({ "query": "pedagang", "limit": 5 }));
    assert_eq!(
        (found["hits"].as_array().map(Vec::len), &found["more"]),
        (Some(5), &json!(true))
    );
    visit(&mut tablet, traders[3], "penjelasan", json!({}));
    visit(&mut tablet, traders[9], "tutup", json!({}));
    let recent = hits(&mut tablet, json!({}));
    assert_eq!(recent["hits"][0]["name"], "Pedagang 10");
    assert_eq!(recent["hits"].as_array().map(Vec::len), Some(2));
    let unvisited = hits(
        &mut tablet,
        json!({ "query": "pedagang", "unvisited": true, "limit": 100 }),
    );
    assert_eq!(unvisited["hits"].as_array().map(Vec::len), Some(29));
    assert_eq!(
        refused(
            &mut tablet,
            json!({ "command": "search", "query": "a", "market": "XYZ" })
        ),
        "market_unknown"
    );
}

#[test]
fn who_refused_keeps_the_stall_and_loses_the_name_on_every_screen() {
    let (_, mut tablet, traders) = ready(2);
    visit(
        &mut tablet,
        traders[0],
        "mengajar",
        json!({ "note": "tetangga Pak Kusen" }),
    );
    ask(
        &mut tablet,
        json!({ "command": "consent", "trader": traders[0], "purpose": "pendampingan", "answer": false }),
    );
    let page = ask(
        &mut tablet,
        json!({ "command": "trader_page", "id": traders[0] }),
    );
    assert_eq!(
        (&page["withheld"], &page["stall"]),
        (&json!(true), &json!("A-1"))
    );
    let all = [
        page,
        ask(
            &mut tablet,
            json!({ "command": "visit_sheet", "trader": traders[0] }),
        ),
        ask(
            &mut tablet,
            json!({ "command": "today_rows", "from": 0, "count": 9 }),
        ),
        ask(&mut tablet, json!({ "command": "send_box" })),
        ask(
            &mut tablet,
            json!({ "command": "search", "query": "Pedagang 1" }),
        ),
        ask(&mut tablet, json!({ "command": "search", "query": "" })),
    ];
    for answer in &all {
        let text = answer.to_string();
        assert!(
            !text.contains("Pedagang 1") && !text.contains("Kusen"),
            "{text}"
        );
    }
}

#[test]
fn what_is_odd_is_told_before_saving_and_nothing_is_saved() {
    let (_, mut tablet, traders) = ready(2);
    visit(&mut tablet, traders[0], "mengajar", json!({}));
    let action = json!({ "trader": traders[1], "outcome": "penjelasan" });
    let checked = ask(
        &mut tablet,
        json!({ "command": "check_visit", "action": action }),
    );
    let codes: Vec<&str> = checked["warnings"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|warning| warning["code"].as_str())
        .collect();
    assert!(codes.contains(&"terlalu_cepat"), "{checked}");
    assert_eq!(
        ask(&mut tablet, json!({ "command": "status" }))["waiting"],
        1
    );
    let action = json!({ "trader": traders[1], "outcome": "nonsense" });
    assert_eq!(
        refused(
            &mut tablet,
            json!({ "command": "check_visit", "action": action })
        ),
        "outcome_unknown"
    );
}

#[test]
fn a_new_trader_may_be_one_who_is_listed() {
    let (_, mut tablet, traders) = ready(3);
    visit(&mut tablet, traders[0], "penjelasan", json!({}));
    let typed = json!({ "market": "KNM", "stall": "A1", "name": "Pedagang 1" });
    let mut check = typed.clone();
    check["command"] = json!("check_duplicates");
    let found = ask(&mut tablet, check);
    let first = &found["possible_duplicates"][0];
    assert_eq!(first["id"], traders[0].to_string(), "{found}");
    assert_eq!(first["last_visit"]["by"], "Ade Nugraha");
    let form = ask(&mut tablet, json!({ "command": "new_trader_form" }));
    assert_eq!(
        (&form["market"], &form["block_hint"]),
        (&json!("KNM"), &json!("A"))
    );
    assert_eq!(form["readiness"]["code"], "kemauan");
    let mut add = typed;
    add["command"] = json!("add_trader");
    add["new_anyway"] = json!(true);
    add["not_same_as"] = json!([traders[0]]);
    add["answers"] = json!({ "kemauan": "mau_sekarang", "hp_pintar": true });
    let added = ask(&mut tablet, add);
    let sheet = ask(
        &mut tablet,
        json!({ "command": "visit_sheet", "trader": added["id"] }),
    );
    let kemauan = sheet["questions"].as_array().into_iter().flatten();
    let mut kemauan = kemauan.filter(|question| question["code"] == "kemauan");
    assert_eq!(
        kemauan.next().map(|q| q["value"].clone()),
        Some(json!("mau_sekarang"))
    );
    let send_box = ask(&mut tablet, json!({ "command": "send_box" }));
    assert_eq!(send_box["waiting"][0]["icon"], "new_trader");
    assert_eq!(
        ask(&mut tablet, json!({ "command": "day_page" }))["new_traders"],
        1
    );
}

#[test]
fn what_is_held_back_is_named_with_its_reason() {
    let (mut office, mut tablet, traders) = ready(2);
    visit(&mut tablet, traders[0], "mengajar", json!({}));
    office.hold_next = true;
    tablet.sync(&mut office);
    let send_box = ask(&mut tablet, json!({ "command": "send_box" }));
    let fix = &send_box["fix"][0];
    assert_eq!(
        (&fix["kind"], &fix["who"]["stall"]),
        (&json!("held"), &json!("A-1"))
    );
    assert_eq!(fix["reason"], "author-not-on-device");
    assert_eq!(
        fix["reason_label"]["id"],
        "Orang tidak terdaftar di tablet ini"
    );
    assert_eq!(send_box["books_today"]["held_back"], 1);
    let page = ask(
        &mut tablet,
        json!({ "command": "trader_page", "id": traders[0] }),
    );
    assert_eq!(page["visits"][0]["sent"], "held");
}

#[test]
fn commands_of_the_desk_do_nothing_without_one() {
    let (_, mut tablet, _) = ready(1);
    assert_eq!(
        refused(&mut tablet, json!({ "command": "session" })),
        "unlock_needed"
    );
    assert_eq!(
        refused(&mut tablet, json!({ "command": "lock" })),
        "unlock_needed"
    );
}

#[test]
fn who_asked_not_to_be_visited_is_in_no_list_and_found_by_no_search() {
    let (mut office, mut tablet, traders) = ready(3);
    visit(&mut tablet, traders[0], "menolak_tetap", json!({}));
    visit(&mut tablet, traders[1], "menolak", json!({}));
    assert_eq!(
        day(&mut tablet),
        pairs([("lain", "Pedagang 3"), ("sudah", "Pedagang 2")])
    );
    tablet.sync(&mut office);
    office.now_ms += 86_400_000;
    tablet.sync(&mut office);
    assert_eq!(
        day(&mut tablet),
        pairs([("lain", "Pedagang 3"), ("lain", "Pedagang 2")])
    );
    let found = ask(
        &mut tablet,
        json!({ "command": "search", "query": "pedagang 1" }),
    );
    let named = |hit: &Json| hit["name"] == "Pedagang 1";
    let hits = found["hits"].as_array().expect("hits");
    assert!(!hits.iter().any(named), "{found}");
}

#[test]
fn an_appointment_ends_when_the_trader_is_met_before_it_and_not_when_the_stall_was_closed() {
    let (_, mut tablet, traders) = ready(2);
    let later = (today_date(&mut tablet) + chrono::Days::new(3)).to_string();
    for trader in &traders {
        visit(
            &mut tablet,
            *trader,
            "diminta_kembali",
            json!({ "follow_up_date": later }),
        );
    }
    visit(&mut tablet, traders[0], "tutup", json!({}));
    visit(&mut tablet, traders[1], "mengajar", json!({}));
    let mut appointment = |trader: Uuid| {
        ask(
            &mut tablet,
            json!({ "command": "trader_page", "id": trader }),
        )["appointment"]
            .clone()
    };
    assert_eq!(appointment(traders[0])["date"], later.as_str());
    assert_eq!(appointment(traders[1]), Json::Null);
}

#[test]
fn a_return_is_shown_to_the_author_of_the_visit_only() {
    let (mut office, mut tablet, traders) = ready(1);
    let returned = visit(&mut tablet, traders[0], "mengajar", json!({}));
    tablet.sync(&mut office);
    let fields = [("visit", Value::id(returned.parse().expect("an id")))];
    office.write(vec![Patch::new("return", Uuid::from_u128(77), fields)]);
    tablet.sync(&mut office);
    let other = PersonId(Uuid::from_u128(12));
    let mut people = tablet.store.enrolment().expect("an enrolment").people;
    let author = people[0].person_id;
    people.push(Person {
        person_id: other,
        name: "Rudi".into(),
        role: "canvasser".into(),
    });
    let set = |tx: &rusqlite::Transaction<'_>| crate::store::meta::set_people(tx, &people);
    tablet.store.transaction(set).expect("people");
    let mut as_seen_by = |person| {
        let viewer = Viewer {
            person: Some(person),
            ..Viewer::default()
        };
        let reply = run_for(&mut tablet.store, Command::SendBox, &viewer).expect("a send box");
        serde_json::to_value(reply).expect("a reply")["fix"].clone()
    };
    assert_eq!(as_seen_by(author)[0]["kind"], "returned");
    assert_eq!(as_seen_by(other), json!([]));
}
