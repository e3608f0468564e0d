//! A simple client of `/v1` in JSON, written from the public description of the surfaces alone.
//!
//! It leaves out what a simple client may leave out (chain, salts, boot and monotonic clock), keeps its own `n`
//! and position, and can say anything a program in the field might: old, new, broken or hostile.

use crate::answer::ValueExt;
use crate::chance::fresh_id;
use crate::http::{self, Reply};
use crate::office::Office;
use serde_json::{Map, Value, json};
use std::time::{SystemTime, UNIX_EPOCH};

/// The sync protocol that the client speaks.
pub const PROTOCOL: u64 = 2;

/// An enrolled client.
#[derive(Clone, Debug)]
pub struct Client {
    /// `HOST:PORT` of the server.
    pub address: String,
    /// Its device id.
    pub device: String,
    /// Its bearer token.
    pub token: String,
    /// Who acts.
    pub author: String,
    /// The campaign's id.
    pub campaign: String,
    /// The protocol number it names.
    pub protocol: u64,
    /// The `n` of the last change it made.
    pub n: u64,
    /// Its position, from the last answer.
    pub position: Option<Value>,
    /// Everything it received, by kind and id.
    pub records: Map<String, Value>,
    // Stamps must rise even within a millisecond.
    last_ms: u64,
}

impl Client {
    /// Enrols over HTTP as a tablet of these people; the first is the author.
    #[track_caller]
    pub fn enrol(office: &Office, people: &[&str]) -> Self {
        let reply = Self::enrol_with(&office.address(), &office.code(people));
        assert_eq!(
            reply.status,
            200,
            "{}",
            String::from_utf8_lossy(&reply.content)
        );
        let enrolled = reply.json();
        Self {
            address: office.address(),
            device: enrolled["device_id"].text().to_owned(),
            token: enrolled["token"].text().to_owned(),
            author: people[0].to_owned(),
            campaign: enrolled["campaign_id"].text().to_owned(),
            protocol: PROTOCOL,
            n: 0,
            position: None,
            records: Map::new(),
            last_ms: 0,
        }
    }

    /// The bare enrolment request.
    pub fn enrol_with(address: &str, code: &str) -> Reply {
        let body =
            json!({ "code": code, "device_name": "uji", "app_version": "0.1.0" }).to_string();
        let headers = [
            ("Content-Type", "application/json"),
            ("Accept", "application/json"),
        ];
        http::send(address, "POST", "/v1/enrol", &headers, body.as_bytes())
            .expect("the server answers")
    }

    /// A new canvasser of these markets with a client that has its first sync behind it.
    #[track_caller]
    pub fn canvasser(office: &Office, name: &str, markets: &str) -> Self {
        let person = office.person(name, "canvasser", markets);
        let mut client = Self::enrol(office, &[&person]);
        client.pull();
        client
    }

    /// The next change with these patches, stamped now.
    pub fn change(&mut self, patches: Value) -> Value {
        let now = now_ms();
        self.change_at(now, patches)
    }

    /// The next change with these patches, stamped at an instant of one's own (milliseconds since 1970).
    pub fn change_at(&mut self, ms: u64, patches: Value) -> Value {
        self.n += 1;
        self.last_ms = ms.max(self.last_ms + 1);
        json!({
            "device": self.device,
            "n": self.n,
            "stamp": format!("{}.0", self.last_ms),
            "wall_ms": ms,
            "author": self.author,
            "patches": patches,
        })
    }

    /// The next change: a visit. Gives the visit's id and the change.
    pub fn visit(&mut self, trader: &str, outcome: &str) -> (String, Value) {
        let id = fresh_id();
        let change = self.change(json!([patch(
            "visit",
            &id,
            json!({ "trader": trader, "outcome": outcome })
        )]));
        (id, change)
    }

    /// The next change: fields of a trader.
    pub fn set(&mut self, trader: &str, fields: Value) -> Value {
        self.change(json!([patch("trader", trader, fields)]))
    }

    /// The body of a sync with these changes.
    pub fn body(&self, changes: &[Value]) -> Value {
        let mut body = json!({
            "protocol": self.protocol,
            "device": self.device,
            "wall_ms": now_ms(),
            "reports": [],
            "changes": changes,
        });
        if let Some(position) = &self.position {
            body["position"] = position.clone();
        }
        body
    }

    /// A sync with these changes that must be answered with 200; keeps position and records.
    #[track_caller]
    pub fn sync(&mut self, changes: &[Value]) -> Value {
        let reply = self.post(&self.body(changes));
        assert_eq!(
            reply.status,
            200,
            "{}",
            String::from_utf8_lossy(&reply.content)
        );
        let answer = reply.json();
        self.take(&answer);
        answer
    }

    /// Syncs without changes until there is no more to fetch.
    #[track_caller]
    pub fn pull(&mut self) -> Value {
        loop {
            let answer = self.sync(&[]);
            if answer["more"] != true {
                return answer;
            }
        }
    }

    /// Posts any JSON as a sync.
    #[track_caller]
    pub fn post(&self, body: &Value) -> Reply {
        self.post_bytes(body.to_string().as_bytes())
    }

    /// Posts any bytes as a JSON sync.
    #[track_caller]
    pub fn post_bytes(&self, body: &[u8]) -> Reply {
        let bearer = format!("Bearer {}", self.token);
        let headers = [
            ("Content-Type", "application/json"),
            ("Accept", "application/json"),
            ("Authorization", bearer.as_str()),
        ];
        http::send(&self.address, "POST", "/v1/sync", &headers, body).expect("the server answers")
    }

    /// The record as it received it: `{field: value}`.
    pub fn record(&self, kind: &str, id: &str) -> Option<Value> {
        self.records.get(&format!("{kind}/{id}")).cloned()
    }

    /// How many records of a kind it holds.
    pub fn count(&self, kind: &str) -> usize {
        let prefix = format!("{kind}/");
        self.records
            .keys()
            .filter(|key| key.starts_with(&prefix))
            .count()
    }

    fn take(&mut self, answer: &Value) {
        if !answer["position"].is_null() {
            self.position = Some(answer["position"].clone());
        }
        for record in answer["records"].as_array().into_iter().flatten() {
            let key = format!("{}/{}", record["kind"].text(), record["id"].text());
            let kept = self.records.entry(key).or_insert_with(|| json!({}));
            for (name, field) in record["fields"].as_object().into_iter().flatten() {
                kept[name.as_str()] = field["value"].clone();
            }
        }
        for gone in answer["left"].as_array().into_iter().flatten() {
            self.records
                .remove(&format!("{}/{}", gone["kind"].text(), gone["id"].text()));
        }
    }
}

/// One patch of a change.
pub fn patch(kind: &str, id: &str, fields: Value) -> Value {
    json!({ "kind": kind, "id": id, "fields": fields })
}

/// The state that an answer acknowledges for a change, as `accepted`, `restamped` or `held_back: reason`.
#[track_caller]
pub fn ack(answer: &Value, change: &Value) -> String {
    let found = answer["acks"]
        .list()
        .iter()
        .find(|ack| ack["n"] == change["n"] && ack["device"] == change["device"]);
    let ack = found.unwrap_or_else(|| panic!("no acknowledgement of {} in {answer}", change["n"]));
    match ack["reason"].as_str() {
        Some(reason) => format!("{}: {reason}", ack["state"].text()),
        None => ack["state"].text().to_owned(),
    }
}

/// Milliseconds since 1970, by the right clock.
pub fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |now| now.as_millis() as u64)
}
