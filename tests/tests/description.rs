//! The OpenAPI document is true: what the server sends is what it describes, and a client written from it alone stays in step.

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use whole_system_tests::answer::ValueExt;
use whole_system_tests::chance::fresh_id;
use whole_system_tests::client::{ack, patch};
use whole_system_tests::http;
use whole_system_tests::schema::Document;
use whole_system_tests::{Client, Office, Register};

fn document(office: &Office) -> Document {
    let reply = http::send(&office.address(), "GET", "/openapi.json", &[], b"");
    Document(reply.expect("it answers").json())
}

/// What a client holds that does nothing but what the document says.
#[derive(Default)]
struct Copy {
    /// By kind and id: home and fields.
    records: BTreeMap<(String, String), (String, Map<String, Value>)>,
}

impl Copy {
    fn take(&mut self, document: &Document, answer: &Value) {
        for fill in answer["fills"].list() {
            if fill["begins"] == true {
                self.records.retain(|_, (home, _)| fill["home"] != *home);
            }
        }
        for left in answer["left"].list() {
            let key = key(left);
            if self
                .records
                .get(&key)
                .is_some_and(|(home, _)| left["home"] == *home)
            {
                self.records.remove(&key);
            }
        }
        for record in answer["records"].list() {
            let (home, fields) = self.records.entry(key(record)).or_default();
            *home = record["home"].text().to_owned();
            fields.extend(record["fields"].as_object().expect("fields").clone());
            if fields
                .get("erased")
                .is_some_and(|erased| erased["value"] == true)
            {
                let kind = format!("kind.{}", record["kind"].text());
                let spec = &document.0["components"]["schemas"][kind]["properties"];
                fields.retain(|field, _| spec[field]["x-personal"].is_null());
            }
        }
    }

    /// By home.
    fn digest(&self) -> BTreeMap<String, u128> {
        let mut sums = BTreeMap::new();
        for ((kind, id), (home, fields)) in &self.records {
            let sum: &mut u128 = sums.entry(home.clone()).or_default();
            for (field, register) in fields {
                let mut bytes = Vec::new();
                text(kind, &mut bytes);
                bytes.extend(id_bytes(id).expect("an id"));
                text(field, &mut bytes);
                let (ms, counter) = register["stamp"].text().split_once('.').expect("a stamp");
                let ms: u64 = ms.parse().expect("milliseconds");
                varint(
                    ms * 65_536 + counter.parse::<u64>().expect("a counter"),
                    &mut bytes,
                );
                bytes.extend(id_bytes(register["device"].text()).expect("an id"));
                value(&register["value"], &mut bytes);
                let hash = Sha256::digest(&bytes);
                let first = hash[..16].try_into().expect("16 bytes");
                *sum = sum.wrapping_add(u128::from_be_bytes(first));
            }
        }
        sums
    }
}

fn key(record: &Value) -> (String, String) {
    (
        record["kind"].text().to_owned(),
        record["id"].text().to_owned(),
    )
}

fn varint(mut number: u64, out: &mut Vec<u8>) {
    while number >= 128 {
        out.push((number % 128) as u8 + 128);
        number /= 128;
    }
    out.push(number as u8);
}

fn text(text: &str, out: &mut Vec<u8>) {
    varint(text.len() as u64, out);
    out.extend(text.as_bytes());
}

/// The 16 bytes of a text that is exactly a UUID in lower case.
fn id_bytes(text: &str) -> Option<Vec<u8>> {
    let hyphens = [8, 13, 18, 23];
    let fits = |(place, byte): (usize, u8)| match hyphens.contains(&place) {
        true => byte == b'-',
        false => byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte),
    };
    let is_id = text.len() == 36 && text.bytes().enumerate().all(fits);
    let digits = is_id.then(|| text.replace('-', ""))?;
    let byte = |at| u8::from_str_radix(&digits[at..at + 2], 16).ok();
    (0..32).step_by(2).map(byte).collect()
}

fn value(json: &Value, out: &mut Vec<u8>) {
    match json {
        Value::Null => out.push(0),
        Value::Bool(flag) => out.push(if *flag { 2 } else { 1 }),
        Value::Number(number) => match number.as_i64() {
            Some(whole) => {
                out.push(3);
                let folded = if whole >= 0 {
                    2 * whole
                } else {
                    -2 * whole - 1
                };
                varint(folded as u64, out);
            }
            None => {
                out.push(4);
                out.extend(number.as_f64().expect("a number").to_be_bytes());
            }
        },
        Value::String(words) => match id_bytes(words) {
            Some(id) => {
                out.push(8);
                out.extend(id);
            }
            None => {
                out.push(5);
                text(words, out);
            }
        },
        Value::Array(list) => {
            out.push(6);
            varint(list.len() as u64, out);
            list.iter().for_each(|item| value(item, out));
        }
        Value::Object(map) => {
            out.push(7);
            varint(map.len() as u64, out);
            for (name, item) in map.iter().collect::<BTreeMap<_, _>>() {
                text(name, out);
                value(item, out);
            }
        }
    }
}

/// A client beside its copy.
struct Follower {
    client: Client,
    copy: Copy,
}

impl Follower {
    fn new(office: &Office, name: &str, markets: &str) -> Self {
        let person = office.person(name, "canvasser", markets);
        Self {
            client: Client::enrol(office, &[&person]),
            copy: Copy::default(),
        }
    }

    /// Syncs until there is no more; every answer is as described, and the copy has the server's digest.
    #[track_caller]
    fn follow(&mut self, document: &Document, changes: &[Value]) -> Value {
        let mut sent = changes;
        let mut first = Value::Null;
        loop {
            let answer = self.client.sync(sent);
            assert_eq!(document.faults("SyncAnswer", &answer), Vec::<String>::new());
            self.copy.take(document, &answer);
            if first.is_null() {
                first = answer.clone();
            }
            if answer["more"] == false {
                let ours = self.copy.digest();
                for (home, sum) in answer["digest"].as_object().expect("on the last page") {
                    let ours = ours.get(home).copied().unwrap_or_default();
                    assert_eq!(format!("{ours:032x}"), sum.text(), "{home}");
                }
                return first;
            }
            sent = &[];
        }
    }
}

#[test]
fn a_client_written_from_the_document_stays_in_step() {
    let office = Office::new();
    let mut register = Register::of("KNM", 1, 3);
    office.import(register.add("PGI", 4, 3));
    let document = document(&office);
    let mut sari = Follower::new(&office, "Ade Nugraha", "KNM");
    let mut rina = Follower::new(&office, "Ani Lestari", "KNM,PGI");
    sari.follow(&document, &[]);
    rina.follow(&document, &[]);
    let traders = office.traders("KNM");
    let trader = &traders[0];

    // All kinds of values; a change held back; one restamped.
    let odd = json!({ "trader": trader, "outcome": "mengajar", "note": "kurang jelas",
        "answers": { "b": [1, -7, 2.5, null, true], "a": { "id": trader, "teks": "é" } } });
    let client = &mut sari.client;
    let visit = client.change(json!([patch("visit", &fresh_id(), odd)]));
    let held = client.set(trader, json!({ "name": "x".repeat(201) }));
    let ahead = client.change_at(
        4_070_908_800_000,
        json!([patch("trader", trader, json!({ "stall": "Blok A" }))]),
    );
    let cleared = client.set(trader, json!({ "commodity": null }));
    let answer = sari.follow(
        &document,
        &[visit.clone(), held.clone(), ahead.clone(), cleared],
    );
    assert_eq!(ack(&answer, &visit), "accepted");
    assert_eq!(ack(&answer, &held), "held_back: too-long");
    assert_eq!(ack(&answer, &ahead), "restamped");

    // Two who had not seen each other.
    let other = rina.client.set(trader, json!({ "stall": "Blok B" }));
    let answer = rina.follow(&document, &[other]);
    assert_eq!(answer["conflicts"].list().len(), 1, "{answer}");
    sari.follow(&document, &[]);

    // An erasure, and a scope that narrows and widens again.
    office.json(&["erase", "--trader", trader, "--why", "permintaan sendiri"]);
    sari.follow(&document, &[]);
    rina.follow(&document, &[]);
    let copy = &sari.copy.records[&("trader".to_owned(), trader.clone())].1;
    assert!(!copy.contains_key("name"), "{copy:?}");
    let person = rina.client.author.clone();
    office.give_markets(&person, "PGI");
    let answer = rina.follow(&document, &[]);
    assert!(answer["left"].list().len() >= 3, "{answer}");
    assert!(rina.copy.records.values().all(|(home, _)| home != "KNM"));
    office.give_markets(&person, "KNM,PGI");
    rina.follow(&document, &[]);
    assert!(rina.copy.records.values().any(|(home, _)| home == "KNM"));
}

#[test]
fn what_else_the_server_says_is_described_too() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 1));
    let document = document(&office);
    let none = Vec::<String>::new();
    let get =
        |path: &str| http::send(&office.address(), "GET", path, &[], b"").expect("it answers");
    assert_eq!(document.faults("Health", &get("/health").json()), none);
    let person = office.person("Ade Nugraha", "canvasser", "KNM");
    let code = office.code(&[&person]);
    let enrolled = Client::enrol_with(&office.address(), &code);
    assert_eq!(document.faults("EnrolAnswer", &enrolled.json()), none);

    let mut client = Client::enrol(&office, &[&person]);
    let mut stranger = client.clone();
    stranger.token = "x".into();
    let refused = [
        (Client::enrol_with(&office.address(), &code), "/v1/enrol"),
        (stranger.post(&stranger.body(&[])), "/v1/sync"),
        (client.post_bytes(b"{"), "/v1/sync"),
        (client.post_bytes(&vec![b' '; (1 << 20) + 1]), "/v1/sync"),
    ];
    for (reply, path) in refused {
        let status = reply.refusal();
        assert_eq!(document.faults("Problem", &reply.json()), none, "{status}");
        let listed = &document.0["paths"][path]["post"]["responses"][status.to_string()];
        assert!(listed.is_object(), "{path} {status} is not described");
    }
    for path in ["/nothing", "/api/people"] {
        assert_eq!(
            document.faults("Problem", &get(path).json()),
            none,
            "{path}"
        );
    }

    client.protocol = 0;
    let trader = office.traders("KNM")[0].clone();
    let (_, visit) = client.visit(&trader, "tutup");
    let reply = client.post(&client.body(&[visit]));
    let described = &document.0["paths"]["/v1/sync"]["post"]["responses"]["426"]["content"];
    let form = reply.message.header("content-type").unwrap_or_default();
    assert_eq!(
        document.faults_of(&described[&form]["schema"], &reply.json()),
        none
    );

    // The requests of our own simple client are as described, and so are the fields of what it wrote.
    let schema = |name: &str| document.0["components"]["schemas"][name].clone();
    client.protocol = 2;
    let (_, visit) = client.visit(&trader, "tutup");
    assert_eq!(document.faults("SyncRequest", &client.body(&[visit])), none);
    assert!(schema("kind.visit")["properties"]["outcome"].is_object());
    let answer = client.pull();
    for record in answer["records"].list() {
        let name = format!("kind.{}", record["kind"].text());
        let fields = record["fields"].as_object().expect("fields");
        let values: Map<String, Value> = fields
            .iter()
            .map(|(field, register)| (field.clone(), register["value"].clone()))
            .collect();
        assert!(schema(&name).is_object(), "{name}");
        // A definition may carry fields that the program does not know: they are kept and passed on.
        let mut faults = document.faults(&name, &Value::Object(values));
        faults.retain(|fault| !fault.ends_with("is not described"));
        assert_eq!(faults, none, "{name}");
    }
}
