//! The tablet's pages over the bridge: the main job as a page asks for it, who may ask, and what is never lost.

use serde_json::{Value, json};
use std::cell::Cell;
use std::time::{Duration, Instant};
use whole_system_tests::proxy::Script;
use whole_system_tests::{
    Bridge, Clock, Office, Proxy, Register, Tablet, ValueExt, assert_in_step, http, people, wait,
};

const PIN: &str = "384756";
const OTHER_PIN: &str = "102938";

/// An office with a register of one market.
fn office(traders: usize) -> Office {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, traders));
    office
}

/// A tablet with its first fill behind it, its pages open and its only person at them.
fn at_work(office: &Office, traders: usize) -> (Tablet, Bridge) {
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    assert_eq!(tablet.traders().len(), traders);
    let bridge = Bridge::open(&tablet);
    bridge.first_unlock(tablet.person(), PIN);
    (tablet, bridge)
}

fn rows(bridge: &Bridge, from: u32, count: u32) -> Vec<Value> {
    let asked = json!({ "command": "today_rows", "from": from, "count": count });
    bridge.invoke(asked)["rows"].list().to_vec()
}

fn visit(trader: &str, outcome: &str) -> Value {
    json!({ "command": "visit", "trader": trader, "outcome": outcome })
}

#[test]
fn a_page_enrols_finds_records_undoes_and_sends() {
    let mut office = office(30);
    let person = office.person("Ade Nugraha", "canvasser", "KNM");
    office.person("Arif Wibawa", "lead", "PGI");
    office.person("Dewi Nurlaela", "lead", "KNM");
    let code = office.code(&[&person]);
    let tablet = Tablet::new();
    let bridge = Bridge::open(&tablet);
    let before = bridge.session();
    assert_eq!(before["enrolled"], false, "{before}");
    assert_eq!(
        bridge.refused(json!({ "command": "today" })),
        "unlock_needed"
    );

    let enrolled =
        bridge.invoke(json!({ "command": "enrol", "server": office.url(), "code": code }));
    assert_eq!(enrolled["people"][0]["name"], "Ade Nugraha");
    bridge.first_unlock(&person, PIN);
    let session = bridge.until("the first fill", |s| s["first_fill_complete"] == true);
    assert_eq!(session["campaign"]["city"], "Kota Cirebon");
    assert_eq!(session["people"][0]["markets"].list().len(), 1);
    assert_eq!(session["active"], person.as_str());
    assert!(session["tablet_name"].is_string(), "{session}");

    // Out in the market there is no server.
    office.stop();
    let today = bridge.invoke(json!({ "command": "today" }));
    assert_eq!(today["total"], 30, "{today}");
    assert_eq!(today["target_today"], 6);
    assert_eq!(today["lead"], "Dewi Nurlaela", "whom to ask");
    assert_eq!(today["first_fill"]["complete"], true);
    let all = rows(&bridge, 0, 200);
    assert_eq!(all.len(), 30);
    assert_eq!(rows(&bridge, 10, 5), all[10..15]);

    let name = people::name(7);
    let found = bridge.invoke(json!({ "command": "search", "query": name }));
    let hit = &found["hits"][0];
    assert_eq!(hit["name"], name.as_str());
    assert_eq!(
        (&hit["matched"]["field"], &hit["matched"]["how"]),
        (&json!("name"), &json!("same"))
    );
    let id = hit["id"].text();
    let sheet = bridge.invoke(json!({ "command": "visit_sheet", "trader": id }));
    let tiles = sheet["outcomes"]
        .list()
        .iter()
        .filter(|o| o["tile"] == true);
    assert_eq!(tiles.count(), 6);

    let saved = bridge.invoke(json!({
        "command": "visit", "trader": id, "outcome": "mengajar",
        "steps": ["prep.hp", "shopee.akun"], "follow_up_date": "2099-01-05", "answers": { "janji_jam": "9.30" },
    }));
    let page = bridge.invoke(json!({ "command": "trader_page", "id": id }));
    assert_eq!(page["visits"][0]["sent"], "tablet", "{page}");
    assert_eq!(page["visits"][0]["steps"].list().len(), 2);
    assert_eq!(page["appointment"]["at"], "09:30");
    assert_eq!(page["stage"]["layer"], 4);
    let today = bridge.invoke(json!({ "command": "today" }));
    assert_eq!(today["taught_today"], 1);
    let last = rows(&bridge, 29, 1).remove(0);
    assert_eq!(
        (&last["group"], &last["sent"]),
        (&json!("sudah"), &json!("tablet"))
    );

    let other = all[3]["id"].text();
    let wrong = bridge.invoke(visit(other, "tutup"));
    bridge.invoke(json!({ "command": "undo", "visit": wrong["visit_id"] }));
    let send_box = bridge.invoke(json!({ "command": "send_box" }));
    assert_eq!(send_box["waiting"].list().len(), 3, "{send_box}");
    assert_eq!(send_box["books_today"]["recorded"], 2);

    office.serve();
    assert_eq!(
        bridge.invoke(json!({ "command": "sync" })),
        json!({ "started": true })
    );
    bridge.until("everything is sent", |s| {
        let sync = &s["sync"];
        s["unsent"] == 0 && sync["state"] == "idle" && sync["same_as_server"] == true
    });
    let send_box = bridge.invoke(json!({ "command": "send_box" }));
    assert_eq!(send_box["books_today"]["counted"], 1, "{send_box}");
    assert_eq!(send_box["books_today"]["set_aside"], 1);
    // The background may have been quicker with some of them.
    let batches = send_box["sent_today"].list().iter();
    let sent: u64 = batches.map(|batch| batch["count"].number()).sum();
    assert_eq!(sent, 3, "{send_box}");
    let day = bridge.invoke(json!({ "command": "day_page" }));
    assert_eq!((&day["taught"], &day["waiting"]), (&json!(1), &json!(0)));
    assert!(
        day["receipt"].is_string() && day["receipt_qr"].list().len() == 21,
        "{day}"
    );
    bridge.invoke(json!({ "command": "close_day" }));
    assert_eq!(
        bridge.invoke(json!({ "command": "day_page" }))["closed"],
        true
    );
    bridge.invoke(json!({ "command": "reopen_day" }));
    assert_eq!(
        bridge.invoke(json!({ "command": "day_page" }))["closed"],
        false
    );
    bridge.stop();
    assert!(saved["visit_id"].is_string());
    tablet.settle();
    assert_in_step(&tablet, &office);
}

#[test]
fn a_draft_and_a_saved_visit_survive_the_power_being_taken() {
    let office = office(5);
    let (tablet, bridge) = at_work(&office, 5);
    let trader = tablet_trader(&bridge, 1);
    let draft = json!({ "outcome": "mengajar", "steps": ["prep.hp"], "note": "anaknya membantu" });
    bridge.invoke(json!({ "command": "save_draft", "trader": trader, "draft": draft }));
    let saved = bridge.invoke(visit(&tablet_trader(&bridge, 2), "penjelasan"));
    bridge.kill9();

    let bridge = Bridge::open(&tablet);
    assert_eq!(bridge.session()["active"], Value::Null);
    assert_eq!(
        bridge.refused(json!({ "command": "visit_sheet", "trader": trader })),
        "unlock_needed"
    );
    bridge.unlock(tablet.person(), PIN);
    let today = bridge.invoke(json!({ "command": "today" }));
    assert_eq!(today["draft"]["trader"], trader.as_str(), "{today}");
    let sheet = bridge.invoke(json!({ "command": "visit_sheet", "trader": trader }));
    assert_eq!(sheet["draft"], draft);
    bridge.invoke(json!({ "command": "save_draft", "trader": trader, "draft": null }));
    let sheet = bridge.invoke(json!({ "command": "visit_sheet", "trader": trader }));
    assert_eq!(sheet["draft"], Value::Null);
    bridge.stop();
    let id = saved["visit_id"].text();
    assert!(tablet.record("visit", id).is_some());
}

#[test]
fn a_sheet_that_was_saved_is_not_offered_again_after_a_kill() {
    let office = office(5);
    let (tablet, bridge) = at_work(&office, 5);
    let trader = tablet_trader(&bridge, 1);
    let draft = json!({ "outcome": "penjelasan" });
    bridge.invoke(json!({ "command": "save_draft", "trader": trader, "draft": draft }));
    bridge.invoke(visit(&trader, "penjelasan"));
    bridge.kill9();

    let bridge = Bridge::open(&tablet);
    bridge.unlock(tablet.person(), PIN);
    let sheet = bridge.invoke(json!({ "command": "visit_sheet", "trader": trader }));
    assert_eq!(sheet["draft"], Value::Null, "it would be saved twice");
}

fn tablet_trader(bridge: &Bridge, n: usize) -> String {
    let found = bridge.invoke(json!({ "command": "search", "query": people::name(n) }));
    found["hits"][0]["id"].text().to_owned()
}

#[test]
fn five_wrong_pins_bring_a_pause_that_neither_a_clock_nor_a_restart_shortens() {
    let office = office(5);
    let ade = office.person("Ade Nugraha", "canvasser", "KNM");
    let rudi = office.person("Rudi Hermawan", "canvasser", "KNM");
    let mut tablet = office.enrol(&[&ade, &rudi]);
    tablet.sync();
    let bridge = Bridge::open(&tablet);
    for (person, pin) in [(&ade, PIN), (&rudi, OTHER_PIN)] {
        bridge.first_unlock(person, pin);
    }
    assert_eq!(
        bridge.refused(json!({ "command": "set_pin", "person": ade, "pin": "000000" })),
        "pin_exists"
    );
    bridge.invoke(json!({ "command": "lock" }));
    let wrong = json!({ "command": "unlock", "person": ade, "pin": "000000" });
    let left: Vec<Value> = (0..5)
        .map(|_| bridge.refusal(wrong.clone())["error"]["tries_left"].clone())
        .collect();
    assert_eq!(left, [4, 3, 2, 1, 1].map(Value::from));
    let right = json!({ "command": "unlock", "person": ade, "pin": PIN });
    assert_eq!(bridge.refused(right.clone()), "pin_wait");
    bridge.kill9();

    tablet.clock = Some(Clock::off("+1d"));
    let bridge = Bridge::open(&tablet);
    let answer = bridge.refusal(right);
    assert_eq!(answer["error"]["code"], "pin_wait");
    let wait_s = answer["error"]["wait_s"].number();
    assert!((1..=30).contains(&wait_s), "{answer}");
    let session = bridge.session();
    let named = |id: &str| {
        let mut people = session["people"].list().iter();
        people
            .find(|p| p["person_id"] == id)
            .expect("a person")
            .clone()
    };
    assert!(named(&ade)["pin_wait_s"].number() > 0);
    assert_eq!(named(&rudi)["pin_wait_s"], 0);

    // The other one goes on.
    bridge.unlock(&rudi, OTHER_PIN);
    bridge.invoke(visit(&tablet_trader(&bridge, 1), "tutup"));
}

#[test]
fn two_people_keep_their_drafts_apart_and_each_signs_what_each_does() {
    let office = office(5);
    let ade = office.person("Ade Nugraha", "canvasser", "KNM");
    let rudi = office.person("Rudi Hermawan", "canvasser", "KNM");
    let tablet = office.enrol(&[&ade, &rudi]);
    tablet.sync();
    let bridge = Bridge::open(&tablet);
    bridge.first_unlock(&ade, PIN);
    let trader = tablet_trader(&bridge, 1);
    let draft = json!({ "note": "rahasia Ade" });
    bridge.invoke(json!({ "command": "save_draft", "trader": trader, "draft": draft }));
    let mut action = visit(&tablet_trader(&bridge, 2), "penjelasan");
    // Whatever a page says, it is said by the one who is unlocked.
    action["as"] = json!(rudi);
    let first = bridge.invoke(action);
    bridge.first_unlock(&rudi, OTHER_PIN);
    let sheet = bridge.invoke(json!({ "command": "visit_sheet", "trader": trader }));
    assert_eq!(sheet["draft"], Value::Null);
    assert_eq!(
        bridge.invoke(json!({ "command": "today" }))["draft"],
        Value::Null
    );
    let second = bridge.invoke(visit(&trader, "mengajar"));
    let people = bridge.session()["people"].list().to_vec();
    assert!(
        people
            .iter()
            .all(|p| p["waiting"] == 1 || p["waiting"] == 0),
        "{people:?}"
    );
    bridge.unlock(&ade, PIN);
    let sheet = bridge.invoke(json!({ "command": "visit_sheet", "trader": trader }));
    assert_eq!(sheet["draft"], draft);
    bridge.stop();
    for (saved, person) in [(first, &ade), (second, &rudi)] {
        let visit = tablet
            .record("visit", saved["visit_id"].text())
            .expect("a visit");
        assert_eq!(visit["author"], person.as_str());
    }
}

#[test]
fn the_token_opens_once_and_only_our_own_page_is_heard() {
    let office = office(3);
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let mut bridge = Bridge::start(tablet.command(&["ui"]));
    let address = bridge.address().to_owned();
    for path in ["/", "/?token=0000"] {
        let refused = bridge.get(path, &[]);
        assert_eq!(refused.status, 403, "{path}");
        let text = String::from_utf8_lossy(&refused.content).into_owned();
        assert!(
            text.contains("sudah dipakai") && text.contains("used already"),
            "{text}"
        );
    }
    let entered = bridge.enter();
    assert!([200, 503].contains(&entered.status), "{}", entered.status);
    let set = entered.message.header("set-cookie").unwrap_or_default();
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Strict"),
        "{set}"
    );
    let policy = entered
        .message
        .header("content-security-policy")
        .unwrap_or_default();
    for part in [
        "default-src 'none'",
        "script-src 'self'",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    let token = format!("/?token={}", bridge.token());
    assert_eq!(bridge.get(&token, &[]).status, 403, "the token is spent");
    let cookie = bridge.cookie().to_owned();
    assert_ne!(bridge.get(&token, &[("Cookie", &cookie)]).status, 403);

    let origin = format!("http://{address}");
    let json_type = ("Content-Type", "application/json");
    let ours = ("Origin", origin.as_str());
    let known = ("Cookie", cookie.as_str());
    let body = br#"{"command":"session"}"#;
    let send = |method: &str, path: &str, headers: &[(&str, &str)]| {
        http::send(&address, method, path, headers, body)
            .expect("an answer")
            .status
    };
    assert_eq!(send("POST", "/invoke", &[json_type, ours, known]), 200);
    let foreign = ("Origin", "http://127.0.0.1:9");
    let form = ("Content-Type", "text/plain");
    for (what, method, headers, status) in [
        ("no cookie", "POST", vec![json_type, ours], 401),
        (
            "another origin",
            "POST",
            vec![json_type, foreign, known],
            403,
        ),
        ("no origin", "POST", vec![json_type, known], 403),
        ("a form", "POST", vec![form, ours, known], 415),
        ("no type", "POST", vec![ours, known], 415),
        (
            "another site",
            "POST",
            vec![json_type, ours, known, ("Sec-Fetch-Site", "same-site")],
            403,
        ),
        ("a GET", "GET", vec![ours, known], 405),
        ("a PUT", "PUT", vec![json_type, ours, known], 405),
    ] {
        assert_eq!(send(method, "/invoke", &headers), status, "{what}");
    }
    assert_eq!(send("GET", "/events", &[]), 401);
    assert_eq!(send("GET", "/../../etc/passwd", &[known]), 404);

    // Another name that points here is not ours.
    let request = format!(
        "POST /invoke HTTP/1.1\r\nHost: evil.example\r\nOrigin: http://evil.example\r\nCookie: {cookie}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    let reply =
        http::send_bytes(&address, &[request.as_bytes(), body].concat()).expect("an answer");
    assert_eq!(reply.status, 403);
    // What no page of ours sends is no refused command but a fault.
    let reply = bridge.ask(&json!({ "command": "format_disk" }));
    assert_eq!(reply.status, 400);
    assert_eq!(reply.json()["error"]["code"], "bad_value");
    assert_eq!(tablet.ask(&["status"]).failure(), "home_busy");
}

#[test]
fn an_address_of_the_network_is_refused() {
    let tablet = Tablet::new();
    let answer = tablet.ask(&["ui", "--listen", "0.0.0.0:0"]);
    assert_eq!(answer.failure(), "not_loopback");
}

#[test]
fn a_save_answers_at_once_while_a_sync_hangs() {
    let office = office(10);
    let proxy = Proxy::to(&office.address());
    let person = office.person("Ade Nugraha", "canvasser", "KNM");
    let tablet = office.enrol_through(&proxy.url(), &[&person]);
    tablet.sync();
    let bridge = Bridge::open(&tablet);
    bridge.first_unlock(&person, PIN);
    let trader = tablet_trader(&bridge, 1);
    proxy.always(Script::Delay(Duration::from_secs(6)));
    bridge.invoke(json!({ "command": "sync" }));
    bridge.until("the sync is under way", |s| s["sync"]["state"] == "sending");
    let started = Instant::now();
    bridge.invoke(visit(&trader, "penjelasan"));
    bridge.invoke(json!({ "command": "today" }));
    let took = started.elapsed();
    assert!(took < Duration::from_secs(3), "{took:?}");
    assert_eq!(bridge.session()["sync"]["state"], "sending");
    proxy.heal();
    bridge.until("everything is sent", |s| s["unsent"] == 0);
}

#[test]
fn pages_hear_what_sending_does_and_that_others_changed_something() {
    let mut office = office(10);
    let (_tablet, bridge) = at_work(&office, 10);
    let events = bridge.events();
    let hear = |what: &str, wanted: &dyn Fn(&Value) -> bool| {
        wait::until(what, || {
            events.try_recv().ok().filter(|event| wanted(event))
        })
    };
    hear("where sending stands", &|e| {
        e["event"] == "sync" && e["waiting"] == 0
    });
    office.stop();
    bridge.invoke(visit(&tablet_trader(&bridge, 1), "tutup"));
    hear("something waits", &|e| e["waiting"] == 1);
    let failed = hear("it failed", &|e| e["state"] == "failed");
    assert_eq!(failed["code"], "offline");
    hear("when it is tried again", &|e| e["next_try_at"].is_string());
    office.serve();
    office.import(&Register::of("KNM", 50, 3));
    bridge.invoke(json!({ "command": "sync" }));
    // First what came in, then the end: a page that hears the end alone would show others' changes unasked.
    let changed = hear("something changed", &|e| e["event"] == "changed");
    assert_eq!(
        changed["records"], 3,
        "what the office added, and nothing of our own"
    );
    hear("it is sent", &|e| {
        e["state"] == "idle" && e["waiting"] == 0 && e["same_as_server"] == true
    });

    // Our own visit comes back changed by nobody: there is nothing to load.
    let told = Cell::new(false);
    let own = |wanted: fn(&Value) -> bool| {
        let told = &told;
        move |event: &Value| {
            told.set(told.get() || event["event"] == "changed");
            wanted(event)
        }
    };
    bridge.invoke(visit(&tablet_trader(&bridge, 2), "tutup"));
    hear("the own visit waits", &own(|e| e["waiting"] == 1));
    hear(
        "it is sent too",
        &own(|e| e["state"] == "idle" && e["waiting"] == 0),
    );
    bridge.invoke(json!({ "command": "lock" }));
    hear("it is locked", &own(|e| e["event"] == "locked"));
    assert!(!told.get());
    bridge.stop();
}

#[test]
fn a_failing_save_says_so_and_saves_nothing() {
    let office = office(5);
    let (tablet, bridge) = at_work(&office, 5);
    let trader = tablet_trader(&bridge, 1);
    let faults = tablet.home().join("faults.json");
    std::fs::write(&faults, r#"{"fail":"disk_full"}"#).expect("a file");
    assert_eq!(bridge.refused(visit(&trader, "tutup")), "disk_full");
    assert_eq!(bridge.session()["unsent"], 0);
    std::fs::write(&faults, r#"{"delay_ms":1500}"#).expect("a file");
    let started = Instant::now();
    bridge.invoke(visit(&trader, "tutup"));
    assert!(started.elapsed() >= Duration::from_millis(1_500));
}

#[test]
fn settings_are_the_tablet_s_and_stay() {
    let tablet = Tablet::new();
    let bridge = Bridge::open(&tablet);
    bridge.invoke(json!({ "command": "set_settings", "theme": "sun" }));
    bridge.invoke(json!({ "command": "set_settings", "lang": "en", "left_hand": true }));
    bridge.stop();
    let bridge = Bridge::open(&tablet);
    assert_eq!(
        bridge.session()["settings"],
        json!({ "theme": "sun", "lang": "en", "left_hand": true })
    );
}

#[test]
fn a_returned_visit_is_shown_with_its_words_and_a_correction_closes_it() {
    let office = office(5);
    let (_tablet, bridge) = at_work(&office, 5);
    let trader = tablet_trader(&bridge, 1);
    let saved = bridge.invoke(visit(&trader, "mengajar"));
    bridge.invoke(json!({ "command": "sync" }));
    bridge.until("it is sent", |s| {
        s["unsent"] == 0 && s["sync"]["state"] == "idle"
    });
    let id = saved["visit_id"].text();
    let why = "<img src=x onerror=alert(1)> Tulis siapa yang diajari";
    let fields = ["--field", "note", "--field", "step.prep.hp"];
    let mut args = vec!["review", "return", id, "--why", why];
    args.extend(fields);
    let returned = office.json(&args);
    bridge.invoke(json!({ "command": "sync" }));
    wait::until("the return is here", || {
        let send_box = bridge.invoke(json!({ "command": "send_box" }));
        (!send_box["fix"].list().is_empty()).then_some(())
    });
    let row = rows(&bridge, 0, 1).remove(0);
    assert_eq!(
        (&row["group"], &row["reason"]["detail"]["id"]),
        (&json!("returned"), &json!(why))
    );
    let page = bridge.invoke(json!({ "command": "returned_page", "return_id": row["return_id"] }));
    assert_eq!(page["return_id"], returned["return_id"]);
    assert_eq!(page["reason_text"], why);
    let kinds: Vec<&Value> = page["fields"].list().iter().map(|f| &f["kind"]).collect();
    assert_eq!(kinds, ["text", "step"]);
    bridge.invoke(json!({
        "command": "amend", "visit": id, "answers": row["return_id"],
        "fields": [["note", "Rokayah sendiri"], ["step.prep.hp", "selesai"]],
    }));
    assert_eq!(rows(&bridge, 0, 1)[0]["group"], "lain");
    bridge.invoke(json!({ "command": "sync" }));
    bridge.until("the correction is sent", |s| {
        s["unsent"] == 0 && s["sync"]["same_as_server"] == true
    });
    let answered = office
        .record("return", row["return_id"].text())
        .expect("a return");
    assert_eq!(answered["answered"], true);
    assert_eq!(
        office.record("visit", id).expect("a visit")["note"],
        "Rokayah sendiri"
    );
}
