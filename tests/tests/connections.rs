//! What clients do to the connections: send too much, read nothing, come by thousands. The others do not notice.

use serde_json::json;
use std::io::Write;
use std::net::TcpStream;
use std::time::{Duration, Instant};
use whole_system_tests::client::ack;
use whole_system_tests::http::{self, Reply};
use whole_system_tests::{Client, Office, Register};

fn kanoman() -> (Office, Client) {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 4));
    let client = Client::canvasser(&office, "Ade Nugraha", "KNM");
    (office, client)
}

/// A new canvasser's client of an office whose server was started otherwise than usual.
fn client(office: &Office) -> Client {
    office.import(&Register::of("KNM", 1, 4));
    Client::canvasser(office, "Ade Nugraha", "KNM")
}

/// An honest visit, taken at once.
#[track_caller]
fn an_honest_sync(office: &Office, client: &mut Client, at_most: Duration) {
    let trader = office.traders("KNM")[0].clone();
    let (_, visit) = client.visit(&trader, "tutup");
    let started = Instant::now();
    let answer = client.sync(std::slice::from_ref(&visit));
    assert_eq!(ack(&answer, &visit), "accepted");
    let took = started.elapsed();
    assert!(took < at_most, "{took:?}");
}

#[test]
fn a_refusal_is_heard_however_much_was_sent() {
    let (office, client) = kanoman();
    let bearer = format!("Bearer {}", client.token);
    let token = ("Authorization", bearer.as_str());
    let json = ("Content-Type", "application/json");
    let text = ("Content-Type", "text/plain");
    for (path, headers, status) in [
        ("/v1/sync", vec![json], 401),
        ("/v1/sync", vec![json, token], 413),
        ("/v1/sync", vec![text, token], 415),
        ("/v1/enrol", vec![json], 413),
        ("/v1/enrol", vec![text], 415),
        // From no page of ours.
        ("/api/session", vec![json], 403),
        ("/health", vec![json], 405),
        ("/nothing", vec![json], 404),
    ] {
        for mib in [1, 3, 16] {
            let body = vec![b'x'; (mib << 20) + 1];
            let reply = http::send(&office.address(), "POST", path, &headers, &body)
                .unwrap_or_else(|error| panic!("{path} {mib} MiB: {error}"));
            assert_eq!(reply.refusal(), status, "{path} {mib} MiB");
        }
    }
    let reply = client.post_bytes(&vec![b'x'; 64 << 20]);
    assert_eq!(reply.refusal(), 413);
}

#[test]
fn who_asks_before_sending_is_answered_before_sending() {
    let (office, _) = kanoman();
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nHost: {}\r\nContent-Length: 1000000\r\nExpect: 100-continue\r\n\r\n",
        office.address()
    );
    let started = Instant::now();
    let reply = http::send_bytes(&office.address(), head.as_bytes()).expect("it answers");
    assert_eq!(reply.refusal(), 401);
    assert!(started.elapsed() < Duration::from_secs(3));
}

/// Asks much and reads nothing.
fn reads_nothing(address: &str) -> Option<TcpStream> {
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_nonblocking(true).ok()?;
    let many = "GET /openapi.json HTTP/1.1\r\nHost: pasar\r\n\r\n".repeat(400);
    // What does not fit is not needed.
    let _ = stream.write(many.as_bytes());
    Some(stream)
}

#[test]
fn who_reads_nothing_loses_the_line_when_places_are_few_and_holds_nobody_up() {
    let mut office = Office::closed();
    office.serve_with_files(300, 300);
    let mut client = client(&office);
    // More of them than there are places.
    let silent: Vec<_> = (0..300)
        .filter_map(|_| reads_nothing(&office.address()))
        .collect();
    assert!(silent.len() > 200, "{}", silent.len());
    an_honest_sync(&office, &mut client, Duration::from_secs(20));
    let started = Instant::now();
    office.stop();
    let took = started.elapsed();
    assert!(took < Duration::from_secs(6), "it took {took:?} to stop");
}

#[test]
fn with_few_open_files_slow_bodies_keep_no_honest_tablet_out() {
    let mut office = Office::closed();
    office.serve_with_files(64, 400);
    let mut client = client(&office);
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nHost: pasar\r\nContent-Type: application/json\r\nAuthorization: Bearer {}\r\nContent-Length: 1000\r\n\r\n",
        client.token
    );
    let slow: Vec<_> = (0..600)
        .filter_map(|_| {
            let mut stream = TcpStream::connect(office.address()).ok()?;
            stream.write_all(head.as_bytes()).ok()?;
            Some(stream)
        })
        .collect();
    assert!(slow.len() > 400, "{}", slow.len());
    for _ in 0..3 {
        an_honest_sync(&office, &mut client, Duration::from_secs(30));
    }
    let log = office.log();
    assert!(!log.contains("store_not_opened"), "{log}");
}

#[cfg(target_os = "linux")]
#[test]
fn the_limit_of_open_files_is_raised_as_far_as_it_may_be() {
    let mut office = Office::closed();
    office.serve_with_files(256, 2_000);
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", office.server().pid()))
        .expect("it runs");
    let line = limits
        .lines()
        .find(|line| line.starts_with("Max open files"))
        .expect("it is listed");
    assert_eq!(line.split_whitespace().nth(3), Some("2000"), "{line}");
    office.stop();
}

fn post(office: &Office, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
    http::send(&office.address(), "POST", path, headers, body).expect("it answers")
}

#[test]
fn accept_alone_asks_for_json_and_an_unknown_form_is_refused() {
    let (office, client) = kanoman();
    let bearer = format!("Bearer {}", client.token);
    let token = ("Authorization", bearer.as_str());
    let accept = ("Accept", "application/json");
    let body = client.body(&[]).to_string();
    for headers in [vec![token, accept], vec![token]] {
        let reply = post(&office, "/v1/sync", &headers, body.as_bytes());
        assert_eq!(reply.status, 200);
        assert!(reply.json()["position"].is_string());
    }
    let compact = ("Accept", "application/vnd.grebeg.sync");
    let json = ("Content-Type", "application/json");
    let reply = post(
        &office,
        "/v1/sync",
        &[token, json, compact],
        body.as_bytes(),
    );
    assert_eq!(
        (reply.status, &reply.content[..2]),
        (200, &b"G\x01"[..]),
        "the compact form was asked for"
    );
    for form in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "text/html",
    ] {
        let headers = [token, accept, ("Content-Type", form)];
        for path in ["/v1/sync", "/v1/enrol"] {
            let reply = post(&office, path, &headers, body.as_bytes());
            assert_eq!(reply.refusal(), 415, "{path} {form}");
        }
    }
}

#[test]
fn enrolling_works_in_the_compact_form_and_without_a_named_form() {
    let office = Office::new();
    let person = office.person("Ani Lestari", "canvasser", "KNM");
    let request = json!({ "code": office.code(&[&person]) }).to_string();
    let reply = post(&office, "/v1/enrol", &[], request.as_bytes());
    assert_eq!(reply.status, 200);
    assert!(reply.json()["token"].is_string());
    // Tag 7: a map of one pair; tag 5: a text; in the envelope.
    let code = office.code(&[&person]);
    let mut value = vec![7, 1, 4];
    value.extend(b"code");
    value.extend([5, u8::try_from(code.len()).expect("short")]);
    value.extend(code.bytes());
    let packed = zstd::encode_all(&value[..], 3).expect("zstd");
    let body = [&b"G\x01"[..], &packed].concat();
    let form = ("Content-Type", "application/vnd.grebeg.sync");
    let reply = post(&office, "/v1/enrol", &[form], &body);
    assert_eq!(reply.status, 200);
    assert!(reply.content.starts_with(b"G\x01"));
    let answer = zstd::decode_all(&reply.content[2..]).expect("zstd");
    let has = |word: &[u8]| answer.windows(word.len()).any(|part| part == word);
    assert!(has(b"device_id") && has(b"token") && has(b"people"));
    let reply = post(&office, "/v1/enrol", &[form], b"G\x01no envelope");
    assert_eq!(reply.refusal(), 400);
}

#[test]
fn a_program_that_is_too_old_hears_it_in_a_problem_document_with_its_acknowledgements() {
    let (office, mut client) = kanoman();
    client.protocol = 0;
    let trader = office.traders("KNM")[0].clone();
    let (_, visit) = client.visit(&trader, "tutup");
    let reply = client.post(&client.body(std::slice::from_ref(&visit)));
    assert_eq!(reply.refusal(), 426);
    let answer = reply.json();
    assert_eq!(
        (&answer["status"], &answer["code"]),
        (&json!(426), &json!("update_needed"))
    );
    assert!(answer["title"].is_string() && answer["hint"].is_string());
    assert_eq!(ack(&answer, &visit), "accepted");
}
