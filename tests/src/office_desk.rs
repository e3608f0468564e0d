//! What an office asks its server day by day, each in one line of a story.

use crate::answer::ValueExt;
use crate::office::{CAMPAIGN, Office};
use serde_json::Value;

impl Office {
    /// `totals` of the whole campaign.
    #[track_caller]
    pub fn totals(&self) -> Value {
        self.json(&["totals", "--campaign", CAMPAIGN])
    }

    /// `totals` with further options.
    #[track_caller]
    pub fn totals_with(&self, options: &[&str]) -> Value {
        let mut args = vec!["totals", "--campaign", CAMPAIGN];
        args.extend(options);
        self.json(&args)
    }

    /// The canonical state of the campaign, as text.
    #[track_caller]
    pub fn dump(&self) -> String {
        self.run(&["dump", "--campaign", CAMPAIGN]).ok().stdout
    }

    /// The canonical state of exactly one tablet's scope, as text.
    #[track_caller]
    pub fn dump_of(&self, device: &str) -> String {
        self.run(&["dump", "--campaign", CAMPAIGN, "--device", device])
            .ok()
            .stdout
    }

    /// `{digest, counts}` of one tablet's scope.
    #[track_caller]
    pub fn digest_of(&self, device: &str) -> Value {
        self.json(&["digest", "--campaign", CAMPAIGN, "--device", device])
    }

    /// `{digest, counts}` of the campaign.
    #[track_caller]
    pub fn digest(&self) -> Value {
        self.json(&["digest", "--campaign", CAMPAIGN])
    }

    /// All records of a kind.
    #[track_caller]
    pub fn records(&self, kind: &str) -> Vec<Value> {
        records(&self.dump(), kind)
    }

    /// One record, if the campaign has it.
    #[track_caller]
    pub fn record(&self, kind: &str, id: &str) -> Option<Value> {
        self.records(kind)
            .into_iter()
            .find(|record| record["id"] == id)
    }

    /// Ids of all traders of a market, in the order of their register numbers.
    #[track_caller]
    pub fn traders(&self, market: &str) -> Vec<String> {
        let mut found: Vec<(u64, String)> = self
            .records("trader")
            .iter()
            .filter(|trader| {
                trader["market"] == market || self.is_market(&trader["market"], market)
            })
            .map(|trader| {
                let number = trader["register_no"]
                    .as_str()
                    .and_then(|text| text.parse().ok())
                    .unwrap_or(u64::MAX);
                (number, trader["id"].text().to_owned())
            })
            .collect();
        found.sort();
        found.into_iter().map(|(_, id)| id).collect()
    }

    /// What is held back.
    #[track_caller]
    pub fn held(&self) -> Vec<Value> {
        self.json(&["held", "list"]).list().to_vec()
    }

    /// The reasons of what one tablet has held back, in the order of `n`.
    #[track_caller]
    pub fn held_of(&self, device: &str) -> Vec<(u64, String)> {
        let mut held: Vec<(u64, String)> = self
            .held()
            .iter()
            .filter(|entry| entry["device_id"] == device)
            .map(|entry| (entry["n"].number(), entry["reason"].text().to_owned()))
            .collect();
        held.sort();
        held
    }

    /// Accepts everything held back of one tablet.
    #[track_caller]
    pub fn accept_held_of(&self, device: &str) {
        for entry in self
            .held()
            .iter()
            .filter(|entry| entry["device_id"] == device)
        {
            let id = id_text(&entry["id"]);
            self.json(&["held", "accept", &id]);
        }
    }

    /// Open conflicts.
    #[track_caller]
    pub fn conflicts(&self) -> Vec<Value> {
        self.json(&["conflicts", "list"]).list().to_vec()
    }

    /// Pairs offered as duplicates.
    #[track_caller]
    pub fn duplicates(&self) -> Vec<Value> {
        self.json(&["duplicates", "list"]).list().to_vec()
    }

    /// The history of a record.
    #[track_caller]
    pub fn history(&self, kind: &str, id: &str) -> Vec<Value> {
        self.json(&["history", kind, id]).list().to_vec()
    }

    /// Writes an export and gives its answer and its bytes.
    #[track_caller]
    pub fn export(&self, what: &str, format: &str, options: &[&str]) -> (Value, Vec<u8>) {
        let path = self.folder().join(format!("{what}.{format}"));
        let mut args = vec![
            "export",
            "--campaign",
            CAMPAIGN,
            "--what",
            what,
            "--format",
            format,
        ];
        let out = path.to_str().expect("a plain path");
        args.extend(["--out", out]);
        args.extend(options);
        let answer = self.json(&args);
        (answer, std::fs::read(&path).expect("the export is there"))
    }

    /// The tablet as `device list` shows it.
    #[track_caller]
    pub fn device(&self, id: &str) -> Value {
        let devices = self.json(&["device", "list"]);
        devices
            .list()
            .iter()
            .find(|device| device["device_id"] == id)
            .cloned()
            .unwrap_or_else(|| panic!("no {id}: {devices}"))
    }

    // A dump may name a market by its record's id; the market's own record then says the code.
    fn is_market(&self, market: &Value, code: &str) -> bool {
        self.records("market")
            .iter()
            .any(|record| record["id"] == *market && record["code"] == code)
    }
}

/// An id as an argument, whether the answer gives it as text or as a number.
pub fn id_text(id: &Value) -> String {
    id.as_str().map_or_else(|| id.to_string(), str::to_owned)
}

/// All records of a kind in a dump.
#[track_caller]
pub fn records(dump: &str, kind: &str) -> Vec<Value> {
    dump.lines()
        .map(|line| {
            serde_json::from_str::<Value>(line).unwrap_or_else(|error| panic!("{error}: {line}"))
        })
        .filter(|record| record["kind"] == kind)
        .collect()
}

impl Office {
    /// Gives a person other markets than before (`KNM,PGI`).
    #[track_caller]
    pub fn give_markets(&self, person: &str, markets: &str) {
        self.json(&["person", "set", person, "--markets", markets]);
    }
}
