//! The one JSON document that an admin exports, edits and loads, and what must be right in it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::value::{date, member, time_of_day};
use super::{Entry, Fields, KINDS, Rule, value};

/// One thing that is wrong in a definition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Where: `market KNM` or `entry 12`.
    pub place: String,
    /// Stable name of the kind of mistake.
    pub code: &'static str,
    /// What is wrong, with the value.
    pub message: String,
}

/// Why a definition was not taken. Nothing of it was used.
#[derive(Debug, thiserror::Error)]
pub enum DefinitionError {
    #[error("the definition was not read: {place} is not usable JSON: {reason}")]
    NotJson { place: String, reason: String },
    #[error("the definition was not taken: {} findings, the first is {}", findings.len(), first_of(findings))]
    Invalid { findings: Vec<Finding> },
}

impl DefinitionError {
    /// Stable name for programs and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotJson { .. } => "definition_not_json",
            Self::Invalid { .. } => "definition_invalid",
        }
    }

    /// What the admin can do now.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::NotJson { .. } => {
                "export the built-in definition, edit that file and load it again"
            }
            Self::Invalid { .. } => "correct every place that is named and load the file again",
        }
    }

    /// All findings; empty when the document could not be read at all.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::NotJson { .. } => &[],
            Self::Invalid { findings } => findings,
        }
    }
}

fn first_of(findings: &[Finding]) -> String {
    findings
        .first()
        .map(|finding| format!("{}: {}", finding.place, finding.message))
        .unwrap_or_default()
}

/// The document form of these entries: `{"definition": name, "entries": [{kind, key, fields}]}`, indented.
pub fn to_json(entries: &[Entry]) -> String {
    let name = entries
        .iter()
        .find(|entry| entry.kind == "campaign")
        .map(|entry| value::text(&entry.fields, "definition_name"))
        .unwrap_or_default();
    let lines: Vec<Value> = entries
        .iter()
        .map(|entry| json!({ "kind": entry.kind, "key": entry.key, "fields": entry.fields }))
        .collect();
    // Values that came out of JSON can always be written as JSON again.
    serde_json::to_string_pretty(&json!({ "definition": name, "entries": lines }))
        .unwrap_or_default()
}

/// Reads the document that `campaign load FILE` takes.
///
/// Errors: `NotJson` when the text is no JSON object with a list `entries`; `Invalid` with all findings otherwise.
pub fn from_json(text: &str) -> Result<Vec<Entry>, DefinitionError> {
    let text = text.trim_start_matches('\u{feff}');
    let not_json = |reason: String| DefinitionError::NotJson {
        place: "the document".to_owned(),
        reason,
    };
    let document: Value =
        serde_json::from_str(text).map_err(|error| not_json(error.to_string()))?;
    let Some(lines) = document.get("entries").and_then(Value::as_array) else {
        return Err(not_json("it has no list `entries`".to_owned()));
    };
    let mut findings = Vec::new();
    let mut entries = Vec::new();
    for (position, line) in lines.iter().enumerate() {
        match read_entry(line, position + 1) {
            Ok(entry) => entries.push(entry),
            Err(finding) => findings.push(finding),
        }
    }
    if let Some(name) = document
        .get("definition")
        .and_then(Value::as_str)
        .map(str::trim)
        .filter(|name| !name.is_empty())
    {
        for campaign in entries.iter_mut().filter(|entry| entry.kind == "campaign") {
            campaign
                .fields
                .insert("definition_name".into(), json!(name));
        }
    } else {
        findings.push(Finding {
            place: "the document".into(),
            code: "name_missing",
            message: "`definition` must be the name of the definition".into(),
        });
    }
    findings.extend(validate(&entries));
    if findings.is_empty() {
        Ok(entries)
    } else {
        Err(DefinitionError::Invalid { findings })
    }
}

fn read_entry(line: &Value, position: usize) -> Result<Entry, Finding> {
    let place = format!("entry {position}");
    let kind = member(line, "kind");
    let Some(kind) = KINDS.into_iter().find(|known| *known == kind) else {
        return Err(Finding {
            place,
            code: "kind_unknown",
            message: format!("kind {kind:?} is none of {}", KINDS.join(", ")),
        });
    };
    let Some(fields) = line.get("fields").and_then(Value::as_object) else {
        return Err(Finding {
            place,
            code: "fields_missing",
            message: "`fields` must be an object".into(),
        });
    };
    let fields = fields
        .iter()
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    Ok(Entry {
        kind,
        key: member(line, "key").trim().to_owned(),
        fields,
    })
}

/// Everything that is wrong with these entries; empty when they can be loaded.
pub fn validate(entries: &[Entry]) -> Vec<Finding> {
    let mut check = Check {
        findings: Vec::new(),
    };
    let mut seen = BTreeSet::new();
    for entry in entries {
        let place = format!("{} {}", entry.kind, entry.key);
        if entry.key.is_empty()
            || entry.key.chars().count() > 200
            || entry.key.chars().any(char::is_control)
        {
            check.add(
                &place,
                "key_invalid",
                "a key is a text of 1 to 200 characters".into(),
            );
        }
        if !seen.insert((entry.kind, entry.key.as_str())) {
            check.add(
                &place,
                "key_twice",
                "this kind and key occur more than once".into(),
            );
        }
        check.entry(&place, entry);
    }
    for kind in ["campaign", "definition"] {
        let count = entries.iter().filter(|entry| entry.kind == kind).count();
        if count != 1 {
            check.add(
                "the document",
                "entry_count",
                format!("there must be exactly one {kind} entry, there are {count}"),
            );
        }
    }
    check.references(entries);
    check.findings
}

struct Check {
    findings: Vec<Finding>,
}

impl Check {
    fn add(&mut self, place: &str, code: &'static str, message: String) {
        self.findings.push(Finding {
            place: place.to_owned(),
            code,
            message,
        });
    }

    fn need_text(&mut self, place: &str, fields: &Fields, names: &[&str]) {
        for name in names {
            if value::text(fields, name).is_empty() {
                self.add(
                    place,
                    "field_missing",
                    format!("{name} must be a text that is not empty"),
                );
            }
        }
    }

    fn need_date(&mut self, place: &str, name: &str, text: &str) {
        if date(text).is_none() {
            self.add(
                place,
                "date_invalid",
                format!("{name} {text:?} is not a day of the form YYYY-MM-DD"),
            );
        }
    }

    fn entry(&mut self, place: &str, entry: &Entry) {
        let fields = &entry.fields;
        match entry.kind {
            "campaign" => self.campaign(place, fields),
            "market" => {
                self.need_text(place, fields, &["code", "name"]);
                self.day_starts(place, fields);
            }
            "channel" => {
                self.need_text(
                    place,
                    fields,
                    &["code", "name", "channel_kind", "counts_as", "verification"],
                );
                for state in value::list(fields, "status") {
                    self.need_date(place, "status.from", member(state, "from"));
                }
            }
            "step_def" => {
                self.need_text(place, fields, &["code", "channel", "label_id", "label_en"])
            }
            "outcome_def" => {
                self.need_text(place, fields, &["code", "label_id", "label_en"]);
                for name in ["contact", "taught"] {
                    if !fields.get(name).is_some_and(Value::is_boolean) {
                        self.add(
                            place,
                            "field_missing",
                            format!("{name} must be true or false"),
                        );
                    }
                }
            }
            "text" => self.consent_text(place, fields),
            "target" => {
                self.need_text(place, fields, &["market"]);
                if value::number(fields, "traders").is_none_or(|traders| traders < 0) {
                    self.add(
                        place,
                        "number_invalid",
                        "traders must be a whole number from 0".into(),
                    );
                }
            }
            _ => self.stages(place, fields),
        }
        let code = value::text(fields, "code");
        if !code.is_empty() && code != entry.key && entry.kind != "text" {
            self.add(
                place,
                "key_differs",
                format!("the key and the field code ({code:?}) must be the same"),
            );
        }
    }

    fn campaign(&mut self, place: &str, fields: &Fields) {
        self.need_text(
            place,
            fields,
            &["code", "name_id", "name_en", "timezone", "definition_name"],
        );
        let timezone = value::text(fields, "timezone");
        if !timezone.is_empty() && timezone.parse::<chrono_tz::Tz>().is_err() {
            self.add(place, "timezone_unknown", format!("timezone {timezone:?} is no name of the time zone database, such as Asia/Jakarta"));
        }
        for name in ["training_date", "field_from", "field_to"] {
            self.need_date(place, name, &value::text(fields, name));
        }
        let (from, to) = (
            date(&value::text(fields, "field_from")),
            date(&value::text(fields, "field_to")),
        );
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            self.add(
                place,
                "dates_reversed",
                format!("field_from {from} is after field_to {to}"),
            );
        }
    }

    fn day_starts(&mut self, place: &str, fields: &Fields) {
        let starts = value::list(fields, "day_starts_at");
        if starts.is_empty() {
            self.add(
                place,
                "field_missing",
                "day_starts_at must be a list of {valid_from, at}".into(),
            );
        }
        let mut days = BTreeSet::new();
        for start in starts {
            let (valid_from, at) = (member(start, "valid_from"), member(start, "at"));
            self.need_date(place, "day_starts_at.valid_from", valid_from);
            if time_of_day(at).is_none() {
                self.add(
                    place,
                    "time_invalid",
                    format!("day_starts_at.at {at:?} is not a time of the form HH:MM"),
                );
            }
            if !days.insert(valid_from) {
                self.add(
                    place,
                    "date_twice",
                    format!("day_starts_at has {valid_from} twice"),
                );
            }
        }
    }

    fn consent_text(&mut self, place: &str, fields: &Fields) {
        use sha2::{Digest, Sha256};
        self.need_text(place, fields, &["lang", "text", "sha256"]);
        if value::number(fields, "version").is_none() {
            self.add(
                place,
                "number_invalid",
                "version must be a whole number".into(),
            );
        }
        // The hash is over the exact text, so it is taken before any trimming.
        let text = fields
            .get("text")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let hash: String = Sha256::digest(text.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let given = value::text(fields, "sha256");
        if !given.is_empty() && !given.eq_ignore_ascii_case(&hash) {
            self.add(
                place,
                "hash_differs",
                format!("sha256 is {given:?}, but the text has {hash}"),
            );
        }
    }

    fn stages(&mut self, place: &str, fields: &Fields) {
        let stages = fields
            .get("funnel")
            .and_then(|funnel| funnel.get("stages"))
            .and_then(Value::as_array);
        let stages = stages.map(Vec::as_slice).unwrap_or_default();
        if stages.is_empty() {
            self.add(
                place,
                "field_missing",
                "funnel.stages must be a list with at least one stage".into(),
            );
        }
        let mut codes = BTreeSet::new();
        for stage in stages {
            let code = member(stage, "code");
            if code.is_empty() || !codes.insert(code) {
                self.add(
                    place,
                    "stage_invalid",
                    format!("each stage needs a code of its own, {code:?} is not"),
                );
            }
            if stage
                .get("rule")
                .is_none_or(|rule| Rule::parse(rule).has_unknown())
            {
                self.add(
                    place,
                    "rule_unknown",
                    format!("stage {code:?} has a rule that is not understood"),
                );
            }
        }
    }

    fn references(&mut self, entries: &[Entry]) {
        let keys = |kind: &str| -> BTreeSet<&str> {
            entries
                .iter()
                .filter(|entry| entry.kind == kind)
                .map(|entry| entry.key.as_str())
                .collect()
        };
        let (channels, markets, steps) = (keys("channel"), keys("market"), keys("step_def"));
        for entry in entries {
            let place = format!("{} {}", entry.kind, entry.key);
            match entry.kind {
                "step_def" => {
                    let channel = value::text(&entry.fields, "channel");
                    let own = [super::CHANNEL_PREPARATION, super::CHANNEL_TRAINING]
                        .contains(&channel.as_str());
                    if !channel.is_empty() && !own && !channels.contains(channel.as_str()) {
                        self.add(
                            &place,
                            "reference_unknown",
                            format!("channel {channel:?} is not defined"),
                        );
                    }
                }
                "channel" => {
                    for step in value::texts(&entry.fields, "prerequisites") {
                        if !steps.contains(step.as_str()) {
                            self.add(
                                &place,
                                "reference_unknown",
                                format!("prerequisite {step:?} is not defined"),
                            );
                        }
                    }
                }
                "target" => {
                    let market = value::text(&entry.fields, "market");
                    if !market.is_empty() && !markets.contains(market.as_str()) {
                        self.add(
                            &place,
                            "reference_unknown",
                            format!("market {market:?} is not defined"),
                        );
                    }
                }
                _ => {}
            }
        }
    }
}
