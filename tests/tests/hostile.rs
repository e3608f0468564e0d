//! Hostile bodies on every endpoint: refused with a problem document, nothing stored, nothing grown, nobody hurt.

use serde_json::{Value, json};
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};
use whole_system_tests::answer::ValueExt;
use whole_system_tests::chance::{Chance, fresh_id};
use whole_system_tests::client::{ack, patch};
use whole_system_tests::http::{self, Message};
use whole_system_tests::{Client, Office, Proxy, Register, assert_totals, people};

fn kanoman() -> (Office, Client) {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 4));
    let client = Client::canvasser(&office, "Ade Nugraha", "KNM");
    (office, client)
}

/// The server is alive, answers a good sync, and stores what it said before.
#[track_caller]
fn unharmed(office: &mut Office, client: &mut Client, dump: &str) {
    assert!(office.alive(), "{}", office.log());
    let health = http::send(&office.address(), "GET", "/health", &[], b"").expect("it answers");
    assert_eq!((health.status, &health.json()["ok"]), (200, &json!(true)));
    client.sync(&[]);
    assert_eq!(office.dump(), dump, "nothing of it was stored");
    let log = office.log();
    assert!(!log.contains("panicked"), "{log}");
}

#[test]
fn the_same_body_a_thousand_times_from_many_sides_counts_once() {
    let (office, mut client) = kanoman();
    let trader = office.traders("KNM")[0].clone();
    let (_, visit) = client.visit(&trader, "tutup");
    let body = client.body(std::slice::from_ref(&visit)).to_string();
    std::thread::scope(|scope| {
        for _ in 0..20 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let reply = client.post_bytes(body.as_bytes());
                    assert_eq!(reply.status, 200);
                    assert_eq!(ack(&reply.json(), &visit), "accepted");
                }
            });
        }
    });
    assert_eq!(assert_totals(&office)["counted"], 1);
    assert_eq!(office.records("visit").len(), 1);
}

#[test]
fn a_flipped_byte_is_the_same_meaning_or_a_refusal_and_never_a_part() {
    let (mut office, mut client) = kanoman();
    let mut chance = Chance::new("flipped bytes");
    let trader = office.traders("KNM")[0].clone();
    let good = {
        let mut copy = client.clone();
        let visit = json!([
            patch(
                "visit",
                &fresh_id(),
                json!({ "trader": trader, "outcome": "tutup", "note": "pagi" })
            ),
            patch("trader", &trader, json!({ "commodity": "terasi" })),
        ]);
        let change = copy.change(visit);
        copy.body(&[change]).to_string().into_bytes()
    };
    for place in 0..good.len() {
        let mut bytes = good.clone();
        bytes[place] ^= 1 << chance.below(8);
        let reply = client.post_bytes(&bytes);
        // 426: another number of the protocol; its changes are taken all the same.
        if ![200, 426].contains(&reply.status) {
            assert!(reply.refusal() < 500, "byte {place}");
        }
    }
    assert!(office.alive());
    assert!(!office.log().contains("panicked"));
    // A change is whole or it is not there: each stored visit came with its trader's field.
    for visit in office.records("visit") {
        assert!(
            visit["trader"].is_string() || visit["outcome"].is_string(),
            "{visit}"
        );
    }
    assert_totals(&office);
    client.pull();
    assert_eq!(office.json(&["verify"])["ok"], true);
}

#[test]
fn a_flipped_byte_of_the_compact_form_never_harms_the_server() {
    let (mut office, mut client) = kanoman();
    let proxy = Proxy::to(&office.address());
    let person = office.person("Ani Lestari", "canvasser", "KNM");
    let tablet = office.enrol_through(&proxy.url(), &[&person]);
    tablet.sync();
    tablet.visit(&tablet.trader_named(&people::name(1)), "tutup");
    proxy.take_exchanges();
    tablet.settle();
    let request = proxy.take_exchanges().swap_remove(0).request;
    for place in 0..request.body.len() {
        for bit in [0, 7] {
            let mut message = request.clone();
            message.body[place] ^= 1 << bit;
            let reply = http::send_bytes(&office.address(), &closing(&message))
                .expect("the server answers");
            if reply.status != 200 {
                assert!(reply.refusal() < 500, "byte {place}");
            }
        }
    }
    assert_eq!(office.records("visit").len(), 1);
    let totals = assert_totals(&office);
    assert_eq!(totals["counted"], 1, "{totals}");
    let now = office.dump();
    unharmed(&mut office, &mut client, &now);
}

/// The same request, asking the server to close afterwards.
fn closing(message: &Message) -> Vec<u8> {
    let head = String::from_utf8_lossy(&message.head).trim_end().to_owned();
    [
        format!("{head}\r\nConnection: close\r\n\r\n").as_bytes(),
        &message.body,
    ]
    .concat()
}

#[test]
fn bombs_are_refused_quickly_and_without_growth() {
    let (mut office, mut client) = kanoman();
    let dump = office.dump();
    let zeros = |mib: u64| {
        let mut bomb = zstd::Encoder::new(Vec::new(), 3).expect("zstd");
        std::io::copy(
            &mut std::io::Read::take(std::io::repeat(0), mib << 20),
            &mut bomb,
        )
        .expect("zeros");
        bomb.finish().expect("zstd")
    };
    let bomb = zeros(2_048);
    let nested = zstd::encode_all(&bomb[..], 3).expect("zstd");
    // In the envelope of the compact form, as a tablet's own message would come.
    let enveloped = [&b"G\x01"[..], &bomb].concat();
    let bearer = format!("Bearer {}", client.token);
    let before = office.server().memory_kib();
    for form in [
        "application/json",
        "application/octet-stream",
        "application/cbor",
        "application/vnd.grebeg.sync",
    ] {
        for (body, coding) in [
            (&bomb, "zstd"),
            (&nested, "zstd"),
            (&bomb, "identity"),
            (&nested, "gzip"),
            (&enveloped, "identity"),
        ] {
            let headers = [
                ("Authorization", bearer.as_str()),
                ("Content-Type", form),
                ("Content-Encoding", coding),
            ];
            let started = Instant::now();
            let reply = http::send(&office.address(), "POST", "/v1/sync", &headers, body)
                .expect("it answers");
            let status = reply.refusal();
            assert!(
                [400, 413, 415].contains(&status),
                "{form} {coding}: {status}"
            );
            assert!(
                started.elapsed() < Duration::from_secs(2),
                "{form} {coding} took {:?}",
                started.elapsed()
            );
        }
    }
    let grown = office.server().memory_kib().saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} KiB more than before");
    unharmed(&mut office, &mut client, &dump);
}

#[test]
fn a_report_of_impossible_numbers_is_refused_and_totals_stay() {
    let (mut office, mut client) = kanoman();
    let dump = office.dump();
    let part =
        |waiting: u64| json!({ "market": "KNM", "author": client.author, "waiting": waiting });
    for report in [
        json!({ "date": "2019-08-01", "recorded": u64::MAX, "waiting": 1, "closed": false }),
        json!({ "date": "2019-08-01", "recorded": 1, "waiting": 1_u64 << 63, "closed": false }),
        json!({ "date": "2019-08-01", "recorded": 1, "waiting": 1, "closed": false, "by": [part(u64::MAX), part(u64::MAX)] }),
        json!({ "date": "2019-8-1", "recorded": 1, "waiting": 1, "closed": false }),
        json!({ "date": "+12019-01-01", "recorded": 1, "waiting": 1, "closed": false }),
    ] {
        let mut body = client.body(&[]);
        body["reports"] = json!([report]);
        assert_eq!(client.post(&body).refusal(), 400, "{report}");
    }
    let mut body = client.body(&[]);
    body["reports"] = json!([{ "date": "2019-08-01", "recorded": 1, "waiting": 1, "closed": false,
        "by": [{ "market": "ZZZ<script>", "author": client.author, "waiting": 1 }] }]);
    assert_eq!(client.post(&body).status, 200);
    let totals = office.totals();
    assert_eq!(totals["waiting"], 1);
    assert!(totals["by_market"]["ZZZ<script>"].is_null(), "{totals}");
    unharmed(&mut office, &mut client, &dump);
}

#[test]
fn a_change_of_too_many_patches_is_refused_and_verify_stays_content() {
    let (mut office, mut client) = kanoman();
    let dump = office.dump();
    let trader = office.traders("KNM")[0].clone();
    let patches: Vec<Value> = (0..2_001)
        .map(|_| json!({ "kind": "need", "id": fresh_id(), "fields": { "trader": trader } }))
        .collect();
    let change = client.change(json!(patches));
    assert_eq!(client.post(&client.body(&[change])).refusal(), 413);
    client.n -= 1;
    assert_eq!(office.json(&["verify"])["ok"], true);
    unharmed(&mut office, &mut client, &dump);
}

#[test]
fn what_is_too_deep_too_many_or_too_big_is_refused_whole() {
    let (mut office, mut client) = kanoman();
    let dump = office.dump();
    let trader = office.traders("KNM")[0].clone();
    let mut spare = client.clone();
    let many: Vec<Value> = (0..501).map(|_| spare.visit(&trader, "tutup").1).collect();
    let mut spare = client.clone();
    let patches: Vec<Value> = (0..100_000)
        .map(|_| patch("trader", &trader, json!({ "stall": "1" })))
        .collect();
    let crowded = spare.change(Value::Array(patches));
    let deep = |open: &str, close: &str| {
        format!("{}{}", open.repeat(10_000), close.repeat(10_000)).into_bytes()
    };
    let text = |mib: usize| {
        format!(
            "{{\"protocol\":1,\"device\":\"{}\"}}",
            "x".repeat(mib << 20)
        )
        .into_bytes()
    };
    let cases = [
        ("501 changes", client.body(&many).to_string().into_bytes()),
        (
            "100,000 patches",
            client.body(&[crowded]).to_string().into_bytes(),
        ),
        ("10,000 lists", deep("[", "]")),
        ("10,000 objects", deep("{\"a\":", "}")),
        (
            "a deep value",
            format!(
                "{{\"protocol\":1,\"x\":{}1{}}}",
                "[".repeat(200),
                "]".repeat(200)
            )
            .into_bytes(),
        ),
        ("2 MiB", text(2)),
        ("64 MiB", text(64)),
        ("no JSON", b"halo".to_vec()),
        ("nothing", Vec::new()),
        ("not UTF-8", b"{\"protocol\":\"\xff\xfe\"}".to_vec()),
        ("a list", b"[1,2,3]".to_vec()),
        ("null", b"null".to_vec()),
        (
            "wrong types",
            br#"{"protocol":"satu","device":7,"wall_ms":[],"reports":{},"changes":"semua"}"#
                .to_vec(),
        ),
        (
            "a key twice",
            br#"{"protocol":1,"protocol":1,"device":"a","device":"b","changes":[]}"#.to_vec(),
        ),
        (
            "infinite",
            br#"{"protocol":1e999,"device":"a","wall_ms":1,"reports":[],"changes":[]}"#.to_vec(),
        ),
    ];
    let before = office.server().memory_kib();
    for (what, body) in cases {
        let status = client.post_bytes(&body).refusal();
        assert!([400, 413, 422].contains(&status), "{what}: {status}");
    }
    let grown = office.server().memory_kib().saturating_sub(before);
    assert!(grown < 96 * 1024, "{grown} KiB more than before");
    unharmed(&mut office, &mut client, &dump);
}

#[test]
fn weird_stamps_hurt_nobody() {
    let (mut office, mut client) = kanoman();
    let trader = office.traders("KNM")[0].clone();
    for stamp in [
        json!("0.0"),
        json!("1.65535"),
        json!("281474976710655.65535"),
        json!("9223372036854775807.0"),
        json!("18446744073709551615.65535"),
        json!("-1.0"),
        json!("1.70000"),
        json!("99999999999999999999999.1"),
        json!("."),
        json!(""),
        json!("1"),
        json!("NaN.0"),
        json!(7),
        json!(null),
        json!("4070908800000.0"),
    ] {
        let mut copy = client.clone();
        let (_, mut visit) = copy.visit(&trader, "tutup");
        visit["stamp"] = stamp.clone();
        let reply = client.post(&client.body(std::slice::from_ref(&visit)));
        if reply.status == 200 {
            let said = ack(&reply.json(), &visit);
            assert!(
                ["accepted", "restamped"].contains(&said.as_str()),
                "{stamp}: {said}"
            );
            client.n = copy.n;
        } else {
            reply.refusal();
        }
    }
    for wall in [
        json!(0),
        json!(-1),
        json!(i64::MAX),
        json!(u64::MAX),
        json!(1e300),
        json!(4_070_908_800_000_u64),
    ] {
        let mut copy = client.clone();
        let (_, mut visit) = copy.visit(&trader, "tutup");
        visit["wall_ms"] = wall.clone();
        let mut body = client.body(std::slice::from_ref(&visit));
        body["wall_ms"] = wall;
        let reply = client.post(&body);
        if reply.status == 200 {
            client.n = copy.n;
        } else {
            reply.refusal();
        }
    }
    let now = office.dump();
    unharmed(&mut office, &mut client, &now);
    assert_eq!(office.records("visit").len() as u64, client.n);
    let change = client.set(&trader, json!({ "stall": "Blok S 1" }));
    client.sync(&[change]);
    let tablet = office.canvasser("Ani Lestari", "KNM");
    tablet.set(&trader, &["stall=Blok S 2"]);
    tablet.settle();
    assert_eq!(
        office.record("trader", &trader).expect("there")["stall"],
        "Blok S 2",
        "an honest edit now wins"
    );
    assert_eq!(office.json(&["verify"])["ok"], true);
    assert_totals(&office);
}

#[test]
fn a_gap_in_the_numbers_is_not_acknowledged() {
    let (office, mut client) = kanoman();
    let trader = office.traders("KNM")[0].clone();
    let (_, first) = client.visit(&trader, "tutup");
    let (_, second) = client.visit(&trader, "pergi");
    let (_, third) = client.visit(&trader, "mengajar");
    let answer = client.sync(&[first.clone(), third.clone()]);
    assert_eq!(ack(&answer, &first), "accepted");
    assert!(
        answer["acks"]
            .list()
            .iter()
            .all(|ack| ack["n"] != third["n"]),
        "{answer}"
    );
    assert_eq!(answer["high_n"][&client.device], first["n"]);
    let answer = client.sync(&[third, first, second]);
    assert_eq!(
        answer["high_n"][&client.device], 3,
        "they are taken in the order of n: {answer}"
    );
    assert_eq!(assert_totals(&office)["counted"], 3);
}

#[test]
fn every_endpoint_refuses_garbage_with_a_problem_document() {
    let (mut office, mut client) = kanoman();
    let dump = office.dump();
    let bearer = format!("Bearer {}", client.token);
    for path in ["/v1/sync", "/v1/enrol", "/api/session"] {
        for method in ["GET", "PUT", "DELETE", "POST"] {
            for form in [
                "text/plain",
                "application/json",
                "application/x-www-form-urlencoded",
            ] {
                let headers = [("Authorization", bearer.as_str()), ("Content-Type", form)];
                let reply = http::send(&office.address(), method, path, &headers, b"{\"code\":")
                    .expect("it answers");
                assert!(
                    (400..500).contains(&reply.status),
                    "{method} {path} {form}: {}",
                    reply.status
                );
            }
        }
    }
    for path in [
        "/v1/photo/../../etc/passwd",
        "/api/people",
        "/api/",
        "/v1/sync/%00",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/v2/sync",
    ] {
        let reply = http::send(&office.address(), "GET", path, &[], b"").expect("it answers");
        assert!(
            [400, 401, 403, 404, 405].contains(&reply.status),
            "{path}: {}",
            reply.status
        );
        assert!(
            !String::from_utf8_lossy(&reply.content).contains("root:"),
            "{path}"
        );
    }
    for raw in [
        &b"GET\r\n\r\n"[..],
        b"\x16\x03\x01\x02\x00",
        b"POST /v1/sync HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
    ] {
        let mut stream = TcpStream::connect(office.address()).expect("it listens");
        stream.write_all(raw).expect("it takes bytes");
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let _ = http::read_rest(&mut stream, Duration::from_secs(10));
    }
    unharmed(&mut office, &mut client, &dump);
}

#[test]
fn guessed_codes_are_refused_like_spent_ones_and_lock_nobody_out() {
    let (office, _) = kanoman();
    let person = office.person("Ani Lestari", "canvasser", "KNM");
    let spent = office.code(&[&person]);
    assert_eq!(Client::enrol_with(&office.address(), &spent).status, 200);
    let known = Client::enrol_with(&office.address(), &spent);
    let unknown = Client::enrol_with(&office.address(), "ZZZZZZZZZZ");
    assert_eq!((known.refusal(), unknown.refusal()), (410, 410));
    assert_eq!(known.json()["type"], unknown.json()["type"]);
    for guess in 0..60 {
        let status = Client::enrol_with(&office.address(), &format!("QQ{guess:08}")).refusal();
        assert!([410, 429].contains(&status), "{status}");
    }
    let tablet = office.enrol(&[&person]);
    assert_eq!(
        tablet.people,
        [person],
        "an honest tablet in the same hall still enrols"
    );
}

#[test]
fn slow_senders_do_not_keep_others_waiting() {
    let (mut office, mut client) = kanoman();
    let slow: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(office.address()).expect("it listens");
            stream
                .write_all(b"POST /v1/sync HTTP/1.1\r\nContent-Le")
                .expect("it takes bytes");
            stream
        })
        .collect();
    let started = Instant::now();
    client.sync(&[]);
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    drop(slow);
    let dump = office.dump();
    unharmed(&mut office, &mut client, &dump);
}
