//! Beyond scope or role: held back by name with the reason, counted, seen, and released again. By HTTP.

use serde_json::{Value, json};
use whole_system_tests::answer::ValueExt;
use whole_system_tests::chance::fresh_id;
use whole_system_tests::client::{ack, patch};
use whole_system_tests::office_desk::id_text;
use whole_system_tests::{Client, Office, Register, assert_totals};

struct Case {
    office: Office,
    client: Client,
    mine: Vec<String>,
    others: Vec<String>,
}

/// Kanoman with a canvasser who syncs by HTTP, and Pasar Pagi where that canvasser has no business.
fn case() -> Case {
    let office = Office::new();
    let mut register = Register::of("KNM", 1, 4);
    register.add("PGI", 101, 4);
    office.import(&register);
    let client = Client::canvasser(&office, "Ade Nugraha", "KNM");
    let (mine, others) = (office.traders("KNM"), office.traders("PGI"));
    Case {
        office,
        client,
        mine,
        others,
    }
}

/// Sends one change between two good visits: it must be held back for `reason`, and the two accepted.
fn held_between_two_good(
    case: &mut Case,
    change: impl FnOnce(&mut Client) -> Value,
    reason: &str,
) -> Value {
    let (_, before) = case.client.visit(&case.mine[0], "tutup");
    let bad = change(&mut case.client);
    let (_, after) = case.client.visit(&case.mine[1], "tutup");
    let answer = case
        .client
        .sync(&[before.clone(), bad.clone(), after.clone()]);
    assert_eq!(ack(&answer, &before), "accepted");
    assert_eq!(ack(&answer, &bad), format!("held_back: {reason}"));
    assert_eq!(
        ack(&answer, &after),
        "accepted",
        "the rest of the same sync is accepted"
    );
    assert_eq!(case.office.totals()["counted"], 2);
    let held = case.office.held();
    assert_eq!(held.len(), 1, "{held:?}");
    assert_eq!(held[0]["reason"], reason);
    assert_eq!(
        (&held[0]["device_id"], &held[0]["n"]),
        (&bad["device"], &bad["n"])
    );
    assert!(
        !held[0]["summary"].text().is_empty() && held[0]["received_at"].is_string(),
        "{held:?}"
    );
    assert_totals(&case.office);
    bad
}

#[test]
fn a_visit_in_another_market_is_held_back_and_counts_once_accepted() {
    let mut case = case();
    let foreign = case.others[0].clone();
    let before = case.office.digest();
    let visit = held_between_two_good(
        &mut case,
        |client| client.visit(&foreign, "mengajar").1,
        "out-of-scope",
    );
    let totals = assert_totals(&case.office);
    assert_eq!(
        (totals["recorded"].number(), totals["held_back"].number()),
        (3, 1),
        "{totals}"
    );
    assert_ne!(case.office.digest(), before);
    let device = case.client.device.clone();
    case.office.accept_held_of(&device);
    let totals = assert_totals(&case.office);
    assert_eq!(
        (totals["counted"].number(), totals["held_back"].number()),
        (3, 0),
        "{totals}"
    );
    let settled = case.client.pull()["settled"].clone();
    let settled = settled
        .list()
        .iter()
        .find(|entry| entry["n"] == visit["n"])
        .cloned();
    assert_eq!(
        settled.expect("the tablet hears of it")["state"],
        "accepted"
    );
}

#[test]
fn a_discarded_visit_is_set_aside_with_the_reason_of_a_named_person() {
    let mut case = case();
    let foreign = case.others[0].clone();
    let visit = held_between_two_good(
        &mut case,
        |client| client.visit(&foreign, "mengajar").1,
        "out-of-scope",
    );
    let id = id_text(&case.office.held()[0]["id"]);
    case.office
        .json(&["held", "discard", &id, "--why", "bukan pasar tugasnya"]);
    let totals = assert_totals(&case.office);
    assert_eq!(
        (totals["counted"].number(), totals["set_aside"].number()),
        (2, 1),
        "{totals}"
    );
    let answer = case.client.sync(std::slice::from_ref(&visit));
    assert_eq!(
        answer["settled"]
            .list()
            .iter()
            .filter(|entry| entry["state"] == "discarded")
            .count(),
        1,
        "{answer}"
    );
    assert_eq!(
        assert_totals(&case.office),
        totals,
        "sending it again changes nothing"
    );
    assert!(
        case.office
            .record("visit", visit["patches"][0]["id"].text())
            .is_none(),
        "it is not in the dump"
    );
}

#[test]
fn anothers_visit_is_not_a_canvassers_to_amend() {
    let mut case = case();
    let mut other = Client::canvasser(&case.office, "Ani Lestari", "KNM");
    let (id, visit) = other.visit(&case.mine[2], "tutup");
    assert_eq!(
        ack(&other.sync(std::slice::from_ref(&visit)), &visit),
        "accepted"
    );
    let theft = case.client.change(json!([patch(
        "visit",
        &id,
        json!({ "outcome": "mengajar" })
    )]));
    let answer = case.client.sync(std::slice::from_ref(&theft));
    assert_eq!(ack(&answer, &theft), "held_back: field-not-allowed");
    assert_eq!(
        case.office.record("visit", &id).expect("there")["outcome"],
        "tutup"
    );
    assert_totals(&case.office);
}

#[test]
fn what_a_canvasser_may_not_write_is_held_back_whole() {
    let table = |case: &Case| -> Vec<(Value, &'static str)> {
        let trader = case.mine[3].clone();
        vec![
            (
                json!([patch(
                    "campaign",
                    &case.client.campaign,
                    json!({ "name": "Kampanye saya" })
                )]),
                "field-not-allowed",
            ),
            (
                json!([patch("trader", &trader, json!({ "market": "PGI" }))]),
                "field-not-allowed",
            ),
            (
                json!([patch(
                    "trader",
                    &trader,
                    json!({ "name": "Euis", "withdrawn": true })
                )]),
                "field-not-allowed",
            ),
            (
                json!([patch(
                    "person",
                    &case.client.author,
                    json!({ "role": "admin" })
                )]),
                "field-not-allowed",
            ),
            (
                json!([patch("trader", &case.others[1], json!({ "name": "Euis" }))]),
                "out-of-scope",
            ),
            (
                json!([patch("trader", "bukan-uuid", json!({ "name": "Euis" }))]),
                "bad-id",
            ),
            (
                json!([patch("ramalan", &fresh_id(), json!({ "cuaca": "hujan" }))]),
                "unknown-kind",
            ),
            (
                json!([patch("trader", &trader, json!({ "name": "x".repeat(201) }))]),
                "too-long",
            ),
            (
                json!([patch(
                    "visit",
                    &fresh_id(),
                    json!({ "trader": trader, "outcome": "tutup", "note": "y".repeat(2_001) })
                )]),
                "too-long",
            ),
        ]
    };
    let count = table(&case()).len();
    for index in 0..count {
        let mut case = case();
        let (patches, reason) = table(&case).swap_remove(index);
        let before = case.office.record("trader", &case.mine[3]);
        held_between_two_good(&mut case, |client| client.change(patches), reason);
        assert_eq!(
            case.office.record("trader", &case.mine[3]),
            before,
            "{reason}: no part of it is applied"
        );
    }
}

#[test]
fn an_author_who_is_not_on_the_tablet_is_held_back() {
    let mut case = case();
    let stranger = case.office.person("Lina Safitri", "canvasser", "KNM");
    let trader = case.mine[2].clone();
    held_between_two_good(
        &mut case,
        |client| {
            let (_, mut visit) = client.visit(&trader, "mengajar");
            visit["author"] = json!(stranger);
            visit
        },
        "author-not-on-device",
    );
    let totals = assert_totals(&case.office);
    assert_eq!(
        (totals["recorded"].number(), totals["held_back"].number()),
        (3, 1),
        "{totals}"
    );
}

#[test]
fn another_enrolments_device_is_held_back() {
    let mut case = case();
    let mut other = Client::canvasser(&case.office, "Lina Safitri", "KNM");
    let (_, theirs) = other.visit(&case.mine[2], "mengajar");
    let (_, mine) = case.client.visit(&case.mine[2], "tutup");
    let answer = case.client.sync(&[theirs.clone(), mine.clone()]);
    assert_eq!(ack(&answer, &theirs), "held_back: device-mismatch");
    assert_eq!(ack(&answer, &mine), "accepted");
    let answer = other.sync(std::slice::from_ref(&theirs));
    assert_eq!(
        ack(&answer, &theirs),
        "accepted",
        "its own tablet may still send it"
    );
    assert_eq!(case.office.totals()["counted"], 2);
    assert_totals(&case.office);
    let verified = case.office.json(&["verify"]);
    assert_eq!(verified["ok"], true, "{verified}");
}

#[test]
fn a_correction_is_not_accepted_before_the_visit_that_it_corrects() {
    let mut case = case();
    let (id, visit) = case.client.visit(&case.others[0], "mengajar");
    let correction =
        case.client
            .change(json!([patch("visit", &id, json!({ "outcome": "tutup" }))]));
    let answer = case.client.sync(&[visit.clone(), correction.clone()]);
    assert_eq!(ack(&answer, &visit), "held_back: out-of-scope");
    assert_eq!(ack(&answer, &correction), "held_back: depends-on-held");
    let held = case.office.held();
    let entry = |change: &Value| {
        let entry = held.iter().find(|entry| entry["n"] == change["n"]);
        id_text(&entry.expect("listed")["id"])
    };
    case.office
        .ask(&["held", "accept", &entry(&correction)])
        .fails_with("depends_on_held");
    case.office.json(&["held", "accept", &entry(&visit)]);
    assert_eq!(case.office.held().len(), 0, "both are in");
    let record = case.office.record("visit", &id).expect("there");
    assert_eq!(record["outcome"], "tutup", "{record}");
    assert_eq!(assert_totals(&case.office)["counted"], 1);
}

#[test]
fn what_hangs_on_a_held_record_waits_for_it_and_is_released_with_it() {
    let mut case = case();
    let id = fresh_id();
    let trader = case.client.change(json!([patch(
        "trader",
        &id,
        json!({ "market": "PGI", "name": "Kosim", "stall": "9" })
    )]));
    let (_, visit) = case.client.visit(&id, "mengajar");
    let answer = case.client.sync(&[trader.clone(), visit.clone()]);
    assert_eq!(ack(&answer, &trader), "held_back: out-of-scope");
    assert_eq!(ack(&answer, &visit), "held_back: depends-on-held");
    let held = case.office.held();
    let first = held
        .iter()
        .find(|entry| entry["n"] == trader["n"])
        .expect("listed");
    case.office
        .json(&["held", "accept", &id_text(&first["id"])]);
    assert_eq!(case.office.held().len(), 0, "both are released");
    assert_eq!(assert_totals(&case.office)["counted"], 1);
}

#[test]
fn two_hundred_changes_with_two_bad_ones_store_the_rest_in_one_exchange() {
    let mut case = case();
    let mut changes = Vec::new();
    for number in 0..200 {
        let change = match number {
            57 => case.client.visit("rusak", "tutup").1,
            58 => case.client.change(json!([patch(
                "ramalan",
                &fresh_id(),
                json!({ "cuaca": "hujan" })
            )])),
            _ => case.client.visit(&case.mine[number % 4], "tutup").1,
        };
        changes.push(change);
    }
    let answer = case.client.sync(&changes);
    let held: Vec<String> = changes
        .iter()
        .map(|change| ack(&answer, change))
        .filter(|state| state != "accepted")
        .collect();
    assert_eq!(held, ["held_back: bad-id", "held_back: unknown-kind"]);
    assert_eq!(assert_totals(&case.office)["counted"], 198);
}

#[test]
fn nobody_receives_what_is_outside_the_own_markets() {
    let case = case();
    assert_eq!(case.client.count("trader"), 4);
    for id in &case.others {
        assert!(case.client.record("trader", id).is_none());
    }
    let lead_person = case.office.person("Rini Handayani", "lead", "KNM,PGI");
    let mut lead = Client::enrol(&case.office, &[&lead_person]);
    lead.pull();
    assert_eq!(lead.count("trader"), 8);
}

#[test]
fn a_bad_token_is_refused_before_the_body_is_read() {
    let case = case();
    for token in ["", "x", &format!("{}0", case.client.token)] {
        let mut stranger = case.client.clone();
        stranger.token = token.to_owned();
        let reply = stranger.post_bytes(b"this is not even JSON");
        assert_eq!(reply.refusal(), 401, "{token:?}");
    }
}

#[test]
fn a_field_of_a_trader_who_is_not_there_waits_for_the_trader_and_nobody_else_sees_it() {
    let mut case = case();
    let mut other = Client::canvasser(&case.office, "Ani Lestari", "PGI");
    let fresh = fresh_id();
    let phone = case.client.set(
        &fresh,
        json!({ "name": "Wastari", "phone": "+6284000990001" }),
    );
    let answer = case.client.sync(std::slice::from_ref(&phone));
    assert_eq!(ack(&answer, &phone), "held_back: out-of-scope");
    other.pull();
    assert!(
        other.record("trader", &fresh).is_none(),
        "it is nobody's market"
    );
    assert!(case.office.record("trader", &fresh).is_none());

    let created = case.client.set(
        &fresh,
        json!({ "name": "Wastari", "market": "KNM", "stall": "C 9" }),
    );
    let answer = case.client.sync(std::slice::from_ref(&created));
    assert_eq!(ack(&answer, &created), "accepted");
    let record = case.office.record("trader", &fresh).expect("there");
    assert_eq!(
        record["phone"], "+6284000990001",
        "what waited came with it"
    );
    assert_eq!(case.office.held().len(), 0);
}

#[test]
fn what_hangs_on_a_held_trader_is_not_let_in_by_a_field_of_that_trader() {
    let mut case = case();
    let fresh = fresh_id();
    let new = case
        .client
        .set(&fresh, json!({ "market": "KNM", "name": "n".repeat(201) }));
    let (_, visit) = case.client.visit(&fresh, "tutup");
    let touched = case.client.set(&fresh, json!({ "stall": "2" }));
    let answer = case
        .client
        .sync(&[new.clone(), visit.clone(), touched.clone()]);
    assert_eq!(ack(&answer, &new), "held_back: too-long");
    for change in [&visit, &touched] {
        assert_eq!(ack(&answer, change), "held_back: depends-on-held");
    }
    let totals = assert_totals(&case.office);
    assert_eq!(
        (totals["counted"].number(), totals["held_back"].number()),
        (0, 1)
    );
}

#[test]
fn a_visit_is_counted_where_its_trader_is_whatever_the_tablet_claims() {
    let mut case = case();
    for claimed in ["PGI", "<b>", "*"] {
        let fields = json!({ "trader": case.mine[0], "outcome": "tutup", "market": claimed });
        let visit = case
            .client
            .change(json!([patch("visit", &fresh_id(), fields)]));
        let answer = case.client.sync(std::slice::from_ref(&visit));
        assert_eq!(ack(&answer, &visit), "held_back: out-of-scope", "{claimed}");
    }
    assert_eq!(
        assert_totals(&case.office)["by_market"]["PGI"]["counted"],
        0
    );
}

#[test]
fn visits_whose_ids_or_bodies_are_damaged_are_counted_as_held_back() {
    let mut case = case();
    let trader = case.mine[0].clone();
    let fields = json!({ "trader": trader, "outcome": "tutup" });
    let nil = "00000000-0000-0000-0000-000000000000";
    let mut changes: Vec<Value> = ["", "x", nil]
        .iter()
        .map(|id| {
            case.client
                .change(json!([patch("visit", id, fields.clone())]))
        })
        .collect();
    for damaged in ["author", "seen"] {
        let (_, mut visit) = case.client.visit(&trader, "tutup");
        visit[damaged] = json!(["?"]);
        changes.push(visit);
    }
    let answer = case.client.sync(&changes);
    for change in &changes {
        assert_eq!(ack(&answer, change), "held_back: bad-id", "{change}");
    }
    let totals = assert_totals(&case.office);
    assert_eq!(
        (totals["recorded"].number(), totals["held_back"].number()),
        (5, 5)
    );
    let id = id_text(&case.office.held()[0]["id"]);
    case.office
        .json(&["held", "discard", &id, "--why", "tidak terbaca"]);
    let totals = assert_totals(&case.office);
    assert_eq!(
        (totals["held_back"].number(), totals["set_aside"].number()),
        (4, 1)
    );
    assert_eq!(case.office.json(&["verify"])["ok"], true);
}

#[test]
fn a_simple_client_hears_what_left_its_scope_and_every_open_question_each_time() {
    let case = case();
    let person = case.office.person("Ani Lestari", "canvasser", "KNM");
    let mut client = Client::enrol(&case.office, &[&person]);
    client.pull();
    let mut rival = case.client;
    let stall = client.set(&case.mine[0], json!({ "stall": "A 1" }));
    let other = rival.set(&case.mine[0], json!({ "stall": "A 2" }));
    client.sync(&[stall]);
    rival.sync(&[other]);
    for _ in 0..2 {
        let conflicts = client.pull()["conflicts"].clone();
        assert_eq!(conflicts.list().len(), 1, "{conflicts}");
    }
    assert_eq!(client.count("trader"), 4);
    case.office.give_markets(&person, "PGI");
    client.pull();
    for id in &case.mine {
        assert!(client.record("trader", id).is_none(), "Kanoman has left");
    }
    assert_eq!(client.count("trader"), 4, "Pasar Pagi has come");
}
