//! What the tablet makes of answers that are not ours: a documented code for each, and everything still waits.

use super::enrol;
use crate::command::{self, Command};
use crate::error::TabletError;
use crate::home::random;
use crate::store::Store;
use crate::store::meta::{self, Enrolment, Person, Token};
use crate::store::own::{self, OwnState};
use grebeg_core::change::Patch;
use grebeg_core::id::{CampaignId, DeviceId, PersonId};
use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use tempfile::TempDir;
use uuid::Uuid;

const PERSON: PersonId = PersonId(Uuid::from_u128(3));

/// A server that reads a request and answers each connection with the same bytes.
struct Fake {
    url: String,
}

impl Fake {
    fn answering(bytes: &[u8]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let bytes = bytes.to_vec();
        // The thread ends with the test's process; it holds nothing but its socket.
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                serve(stream, &bytes);
            }
        });
        Self { url }
    }
}

fn serve(mut stream: TcpStream, bytes: &[u8]) {
    read_request(&mut stream);
    drop(stream.write_all(bytes));
    drop(stream.shutdown(Shutdown::Write));
}

/// Heading and body: an answer before the end of a request would look like a broken line.
fn read_request(stream: &mut TcpStream) {
    let mut seen = Vec::new();
    let mut part = [0u8; 4_096];
    loop {
        let Ok(length @ 1..) = stream.read(&mut part) else {
            return;
        };
        seen.extend_from_slice(&part[..length]);
        let text = String::from_utf8_lossy(&seen).to_lowercase();
        if let Some(end) = text.find("\r\n\r\n") {
            let announced = text
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.split("\r\n").next()?.parse().ok())
                .unwrap_or(0usize);
            if seen.len() >= end + 4 + announced {
                return;
            }
        }
    }
}

fn answer(status: &str, kind: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\n\r\n{body}")
        .into_bytes()
}

fn problem(status: &str, code: &str) -> Vec<u8> {
    let body = format!(r#"{{"type":"about:blank","code":"{code}"}}"#);
    answer(status, "application/problem+json", &body)
}

/// An enrolled tablet with one change that waits.
fn tablet(server: &str) -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    let device = DeviceId(Uuid::from_u128(2));
    let enrolment = Enrolment {
        server: server.to_owned(),
        campaign: CampaignId(Uuid::from_u128(1)),
        device,
        first_device: device,
        succeeds: None,
        people: vec![Person {
            person_id: PERSON,
            name: "Ade Nugraha".into(),
            role: "canvasser".into(),
        }],
        name: "T-07".into(),
    };
    store
        .transaction(|tx| {
            meta::set_enrolment(tx, &enrolment)?;
            meta::set_token(tx, &Token("secret".into()))
        })
        .unwrap();
    let moment = crate::save::moment(&store.conn).unwrap();
    let patch = Patch::new("trader", Uuid::from_u128(9), [("name", "Rokayah".into())]);
    let salt = random::<16>().unwrap();
    crate::save::save(&mut store, PERSON, moment, salt, vec![patch]).unwrap();
    (folder, store)
}

#[track_caller]
fn check(bytes: &[u8], code: &str) {
    let fake = Fake::answering(bytes);
    let (_folder, mut store) = tablet(&fake.url);
    let error = command::run(&mut store, Command::Sync).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    assert!(!error.hint().is_empty() && !error.sentence_id().is_empty());
    assert_eq!(own::count(&store.conn, OwnState::Waiting).unwrap(), 1);
}

#[test]
fn a_busy_server_is_asked_again_later() {
    for status in [
        "502 Bad Gateway",
        "503 Unavailable",
        "429 Slow down",
        "507 Full",
    ] {
        check(&answer(status, "text/html", "<h1>no</h1>"), "server_busy");
    }
    let bytes = b"HTTP/1.1 503 Busy\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n";
    let fake = Fake::answering(bytes);
    let (_folder, mut store) = tablet(&fake.url);
    command::run(&mut store, Command::Sync).unwrap_err();
    let until = meta::moment(&store.conn, "not_before").unwrap().unwrap();
    let now = crate::clock::read().wall_ms;
    assert!(until > now && until <= now + 30_000);
}

#[test]
fn what_is_not_ours_is_said_to_be_so() {
    check(
        &answer("200 OK", "text/html", "<h1>Login wifi</h1>"),
        "not_our_server",
    );
    check(&answer("200 OK", "text/plain", ""), "not_our_server");
    check(
        &answer("200 OK", "application/json", "{}"),
        "not_our_server",
    );
    check(&answer("404 Not Found", "text/html", "?"), "not_our_server");
    check(
        &answer("401 Unauthorized", "text/html", "?"),
        "not_our_server",
    );
    let kind = grebeg_core::wire::COMPACT_TYPE;
    check(
        &answer("200 OK", kind, "not the compact form"),
        "not_our_server",
    );
    let redirect =
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
    check(redirect, "not_our_server");
    check(b"ssh-2.0 something else\r\n\r\n", "not_our_server");
}

#[test]
fn a_line_that_breaks_is_cut_and_one_that_never_was_is_offline() {
    let kind = grebeg_core::wire::COMPACT_TYPE;
    let short =
        format!("HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: 500\r\n\r\nshort");
    check(short.as_bytes(), "cut");
    check(b"", "cut");
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap()
    };
    let (_folder, mut store) = tablet(&format!("http://{port}"));
    let error = command::run(&mut store, Command::Sync).unwrap_err();
    assert_eq!(error.code(), "offline");
}

#[test]
fn plain_http_is_taken_on_this_machine_only_and_tls_has_to_hold() {
    let (_folder, mut store) = tablet("http://example.invalid");
    let error = command::run(&mut store, Command::Sync).unwrap_err();
    assert_eq!(error.code(), "tls");
    // A server that does not speak TLS where TLS is expected.
    let fake = Fake::answering(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    let (_folder, mut store) = tablet(&fake.url.replace("http://", "https://"));
    let error = command::run(&mut store, Command::Sync).unwrap_err();
    assert!(["tls", "cut", "offline"].contains(&error.code()), "{error}");
}

#[test]
fn our_own_refusals_have_their_own_codes() {
    check(&problem("410 Gone", "closed"), "closed");
    check(&problem("410 Gone", "code_spent"), "code_spent");
    check(
        &problem("401 Unauthorized", "unknown_device"),
        "unknown_device",
    );
    check(
        &answer("426 Upgrade Required", "text/html", "?"),
        "update_needed",
    );
}

#[test]
fn a_revoked_tablet_locks_and_keeps_what_was_not_sent() {
    let fake = Fake::answering(&problem("401 Unauthorized", "revoked"));
    let (_folder, mut store) = tablet(&fake.url);
    for _ in 0..2 {
        let error = command::run(&mut store, Command::Sync).unwrap_err();
        assert_eq!(error.code(), "revoked");
        assert_eq!(own::count(&store.conn, OwnState::Waiting).unwrap(), 1);
    }
    assert!(matches!(
        enrol::enrol(&mut store, &fake.url, "ABC"),
        Err(TabletError::Locked)
    ));
}
