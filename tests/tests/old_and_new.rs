//! Old and new side by side: what a program does not know it keeps and passes on.

use serde_json::{Value, json};
use whole_system_tests::answer::ValueExt;
use whole_system_tests::chance::fresh_id;
use whole_system_tests::client::{ack, patch};
use whole_system_tests::{Client, Office, Register, assert_in_step, assert_totals, http, people};

fn kanoman() -> (Office, Client) {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 4));
    let client = Client::canvasser(&office, "Ade Nugraha", "KNM");
    (office, client)
}

#[test]
fn an_unknown_field_survives_every_way_through() {
    let (office, mut newer) = kanoman();
    let trader = office.traders("KNM")[0].clone();
    let value = json!({ "kardus": 3, "isi": ["besar", "kecil"], "catatan": "ꦏꦂꦢꦸꦱ꧀" });
    for value in [json!("kardus kecil"), json!(7), json!(true), value] {
        let change = newer.set(&trader, json!({ "packaging_wish": value }));
        let answer = newer.sync(std::slice::from_ref(&change));
        assert_eq!(ack(&answer, &change), "accepted");
        let tablet = office.canvasser("Ani Lestari", "KNM");
        tablet.set(&trader, &["phone=0840-0033-0001"]);
        tablet.settle();
        assert_eq!(
            office.record("trader", &trader).expect("there")["packaging_wish"],
            value
        );
        assert_eq!(
            tablet.record("trader", &trader).expect("there")["packaging_wish"],
            value
        );
        assert_in_step(&tablet, &office);
        let mut third = Client::canvasser(&office, "Fajar Hidayat", "KNM");
        third.pull();
        assert_eq!(
            third.record("trader", &trader).expect("there")["packaging_wish"],
            value
        );
    }
}

#[test]
fn an_unknown_kind_waits_with_its_bytes_and_stops_nothing() {
    let (office, mut newer) = kanoman();
    let trader = office.traders("KNM")[0].clone();
    let odd = newer.change(json!([
        patch("ramalan", &fresh_id(), json!({ "cuaca": "hujan" })),
        patch("trader", &trader, json!({ "stall": "Blok U 1" })),
    ]));
    let (_, visit) = newer.visit(&trader, "tutup");
    let answer = newer.sync(&[odd.clone(), visit.clone()]);
    assert_eq!(ack(&answer, &odd), "held_back: unknown-kind");
    assert_eq!(ack(&answer, &visit), "accepted");
    assert_ne!(
        office.record("trader", &trader).expect("there")["stall"],
        "Blok U 1",
        "a change is whole or not at all"
    );
    let again = newer.sync(std::slice::from_ref(&odd));
    assert_eq!(
        ack(&again, &odd),
        "held_back: unknown-kind",
        "the same content answers its present state"
    );
    assert_eq!(office.held().len(), 1);
    assert_totals(&office);
}

#[test]
fn a_tablet_of_the_protocol_before_ours_is_served_as_it_was_recorded() {
    let (office, mut client) = kanoman();
    // The conversation is replayed within a second, so what it wrote "a minute ago" would be older than a register's phone.
    let mut register = Register::new();
    register.row("99", "KNM", "Blok Z 9", &people::name(99), "", "kerupuk");
    office.import(&register);
    let traders = office.records("trader");
    let trader = traders.iter().find(|t| t["register_no"] == "99");
    let trader = trader.expect("imported")["id"].text().to_owned();
    let recorded: Value = serde_json::from_str(include_str!("../conversations/protocol_1.json"))
        .expect("the conversation is JSON");
    let fresh = fresh_id();
    let names = [
        ("{DEVICE}", &client.device),
        ("{PERSON}", &client.author),
        ("{TRADER}", &trader),
        ("{FRESH_1}", &fresh),
    ];
    let mut text = recorded["exchanges"].to_string();
    for (name, value) in names {
        text = text.replace(name, value);
    }
    client.position = None;
    let exchanges: Value = serde_json::from_str(&text).expect("it stays JSON");
    for exchange in exchanges.list() {
        let mut request = exchange["request"].clone();
        if let Some(position) = &client.position {
            request["position"] = position.clone();
        }
        let reply = client.post(&request);
        assert_eq!(
            u64::from(reply.status),
            exchange["hears"]["status"].number(),
            "{}",
            String::from_utf8_lossy(&reply.content)
        );
        let answer = reply.json();
        client.position = Some(answer["position"].clone());
        let named: Vec<&Value> = answer["acks"].list().iter().map(|ack| &ack["n"]).collect();
        assert_eq!(
            named,
            exchange["hears"]["acks"].list().iter().collect::<Vec<_>>(),
            "{answer}"
        );
        for ack in answer["acks"].list() {
            assert!(
                ["accepted", "restamped"].contains(&ack["state"].text()),
                "{answer}"
            );
        }
        for kind in exchange["hears"]["records_of"].list() {
            assert!(
                answer["records"]
                    .list()
                    .iter()
                    .any(|record| record["kind"] == *kind),
                "{kind}: {answer}"
            );
        }
    }
    let visit = office.record("visit", &fresh).expect("the visit is there");
    assert_eq!(
        (&visit["outcome"], &visit["note"]),
        (&json!("mengajar_sebagian"), &json!("ramai"))
    );
    assert_eq!(
        office.record("trader", &trader).expect("there")["phone"],
        "+6284000120001"
    );
    assert_eq!(assert_totals(&office)["counted"], 1);
}

#[test]
fn a_protocol_too_old_hears_so_after_its_changes_are_taken() {
    let (office, mut old) = kanoman();
    let trader = office.traders("KNM")[0].clone();
    old.protocol = 0;
    let (id, visit) = old.visit(&trader, "tutup");
    let reply = old.post(&old.body(std::slice::from_ref(&visit)));
    assert_eq!(
        reply.status,
        426,
        "{}",
        String::from_utf8_lossy(&reply.content)
    );
    assert_eq!(ack(&reply.json(), &visit), "accepted");
    assert!(office.record("visit", &id).is_some(), "its work is taken");
    let reply = old.post(&old.body(std::slice::from_ref(&visit)));
    assert_eq!(reply.status, 426);
    assert_eq!(assert_totals(&office)["counted"], 1);
}

#[test]
fn a_protocol_of_the_future_is_answered_in_ours() {
    let (office, mut new) = kanoman();
    let trader = office.traders("KNM")[0].clone();
    new.protocol = 999;
    let (_, visit) = new.visit(&trader, "tutup");
    let mut body = new.body(std::slice::from_ref(&visit));
    body["antenna"] = json!({ "bars": 4 });
    let reply = new.post(&body);
    assert_eq!(
        reply.status,
        200,
        "{}",
        String::from_utf8_lossy(&reply.content)
    );
    assert_eq!(ack(&reply.json(), &visit), "accepted");
}

#[test]
fn a_simple_client_needs_no_more_than_what_is_written_down() {
    let (office, mut client) = kanoman();
    assert_eq!(
        client.count("trader"),
        4,
        "the first answers bring the whole market"
    );
    let trader = office.traders("KNM")[1].clone();
    let tablet = office.canvasser("Ani Lestari", "KNM");
    tablet.set(&trader, &["commodity=terasi"]);
    tablet.settle();
    let answer = client.pull();
    assert_eq!(
        client.record("trader", &trader).expect("there")["commodity"],
        "terasi"
    );
    assert!(
        answer["records"].list().len() <= 2,
        "only what changed: {answer}"
    );
    for part in [
        "epoch",
        "position",
        "server_time",
        "high_n",
        "acks",
        "settled",
        "records",
        "left",
        "conflicts",
    ] {
        assert!(!answer[part].is_null(), "{part}: {answer}");
    }
    let (id, visit) = client.visit(&trader, "mengajar");
    client.sync(&[visit]);
    tablet.settle();
    assert_eq!(
        tablet.record("visit", &id).expect("there")["outcome"],
        "mengajar"
    );
    assert_in_step(&tablet, &office);
    assert_eq!(assert_totals(&office)["counted"], 1);
}

#[test]
fn the_server_describes_itself() {
    let (office, _) = kanoman();
    let get =
        |path: &str| http::send(&office.address(), "GET", path, &[], b"").expect("it answers");
    let health = get("/health").json();
    assert_eq!(
        (&health["ok"], &health["store"]),
        (&json!(true), &json!("sqlite")),
        "{health}"
    );
    assert!(
        health["version"].is_string() && !health["epoch"].is_null(),
        "{health}"
    );
    let described = get("/openapi.json").json();
    assert!(described["openapi"].text().starts_with("3."), "{described}");
    for path in ["/v1/sync", "/v1/enrol", "/health"] {
        assert!(described["paths"][path].is_object(), "{path}");
    }
    let text = described.to_string();
    for word in [
        "protocol",
        "changes",
        "patches",
        "position",
        "held_back",
        "restamped",
        "superseded",
    ] {
        assert!(text.contains(word), "{word} is not described");
    }
    for path in ["/api/people", "/api/totals", "/api/anything"] {
        assert!([401, 403, 404, 405].contains(&get(path).status), "{path}");
    }
    let metrics = get("/metrics");
    let shown = String::from_utf8_lossy(&metrics.content).into_owned();
    assert!(
        metrics.status == 404 || !shown.contains(&people::name(1)),
        "no names in figures"
    );
}
