//! A tablet that was stopped: nothing of it is taken any more, but for a rescue, which no bad line ends halfway.

use serde_json::Value;
use std::io::{BufReader, Write};
use std::net::TcpStream;
use whole_system_tests::answer::ValueExt;
use whole_system_tests::http::Message;
use whole_system_tests::{Client, Office, Register};

fn office_with_a_trader() -> (Office, Client, String) {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 1));
    let tablet = Client::canvasser(&office, "Ade Nugraha", "KNM");
    let trader = office.traders("KNM")[0].clone();
    (office, tablet, trader)
}

fn visits(tablet: &mut Client, trader: &str, count: usize) -> Vec<Value> {
    (0..count)
        .map(|_| tablet.visit(trader, "tutup").1)
        .collect()
}

#[test]
fn a_rescue_holds_until_all_is_handed_in_and_no_longer() {
    let (office, mut tablet, trader) = office_with_a_trader();
    let first = visits(&mut tablet, &trader, 400);
    let rest = visits(&mut tablet, &trader, 30);
    office.json(&["device", "revoke", &tablet.device, "--why", "hilang"]);
    assert_eq!(tablet.post(&tablet.body(&first)).refusal(), 401);
    office.json(&["device", "rescue", &tablet.device]);
    // The answer is lost, twice: the tablet says the same again.
    for _ in 0..3 {
        let answer = tablet.sync(&first);
        assert_eq!(answer["acks"].list().len(), 400);
        assert_eq!(answer["records"].list().len(), 0);
    }
    assert_eq!(tablet.sync(&rest)["acks"].list().len(), 30);
    assert_eq!(office.held().len(), 430);
    // It has no more to bring: from here on it is stopped again.
    assert_eq!(tablet.post(&tablet.body(&[])).refusal(), 401);
    let late = visits(&mut tablet, &trader, 1);
    assert_eq!(tablet.post(&tablet.body(&late)).refusal(), 401);
    assert_eq!(office.held().len(), 430);
}

#[test]
fn a_request_under_way_when_its_tablet_is_stopped_is_not_taken() {
    let (office, mut tablet, trader) = office_with_a_trader();
    let made = visits(&mut tablet, &trader, 1);
    let body = tablet.body(&made).to_string();
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Authorization: Bearer {}\r\nContent-Length: {}\r\n\r\n",
        tablet.address,
        tablet.token,
        body.len()
    );
    let (begun, rest) = body.split_at(50);
    let mut stream = TcpStream::connect(&tablet.address).expect("the server listens");
    stream.write_all(head.as_bytes()).expect("it is sent");
    stream.write_all(begun.as_bytes()).expect("it is sent");
    stream.flush().expect("it is sent");
    office.json(&["device", "revoke", &tablet.device, "--why", "hilang"]);
    stream.write_all(rest.as_bytes()).expect("it is sent");
    let answer = Message::read(&mut BufReader::new(stream))
        .expect("an answer")
        .expect("one");
    assert_eq!(answer.status(), Some(401));
    assert_eq!(office.totals()["recorded"], 0);
}

#[test]
fn nobody_enrols_into_a_closed_campaign_and_the_code_stays_good() {
    let office = Office::new();
    let person = office.person("Ade Nugraha", "canvasser", "KNM");
    let code = office.code(&[&person]);
    office.json(&["campaign", "close"]);
    let reply = Client::enrol_with(&office.address(), &code);
    assert_eq!(reply.refusal(), 410);
    assert_eq!(reply.json()["code"], "campaign_closed");
    office.json(&["campaign", "open"]);
    assert_eq!(Client::enrol_with(&office.address(), &code).status, 200);
}
