//! The embedded definition files and how they become entries.

use serde_json::{Map, Value, json};

use super::document::{DefinitionError, Finding};
use super::{CHANNEL_PREPARATION, CHANNEL_TRAINING, Entry, Fields};

/// The texts of one definition's files.
#[derive(Debug, Clone, Copy)]
pub struct Files<'a> {
    /// What `campaign load` calls it.
    pub name: &'a str,
    pub markets: &'a str,
    pub channels: &'a str,
    pub funnel: &'a str,
    pub outcomes: &'a str,
    pub obstacles: &'a str,
    pub commodities: &'a str,
    pub codes: &'a str,
}

/// The definition of the Cirebon campaign of 2019.
pub(super) const CIREBON_2019: Files<'static> = Files {
    name: "cirebon-2019",
    markets: include_str!("../../definition/cirebon-2019/markets.json"),
    channels: include_str!("../../definition/cirebon-2019/channels.json"),
    funnel: include_str!("../../definition/cirebon-2019/funnel.json"),
    outcomes: include_str!("../../definition/cirebon-2019/outcomes.json"),
    obstacles: include_str!("../../definition/cirebon-2019/obstacles.json"),
    commodities: include_str!("../../definition/cirebon-2019/commodities.json"),
    codes: include_str!("../../definition/cirebon-2019/codes.json"),
};

/// Turns definition files into entries.
///
/// Errors: `DefinitionError::NotJson` for a file that is no JSON object, `DefinitionError::Invalid` with every
/// finding of [`super::validate`].
pub fn parse(files: &Files<'_>) -> Result<Vec<Entry>, DefinitionError> {
    let markets = object(files.markets, "markets")?;
    let channels = object(files.channels, "channels")?;
    let outcomes = object(files.outcomes, "outcomes")?;
    let codes = object(files.codes, "codes")?;
    let campaign = markets.get("campaign").cloned().unwrap_or_default();

    let mut entries = vec![campaign_entry(&campaign, files.name)];
    entries.push(definition_entry(
        files, &markets, &channels, &outcomes, &codes,
    )?);
    let first_day = campaign.get("training_date").cloned().unwrap_or_default();
    market_entries(&markets, &first_day, &mut entries);
    channel_entries(&channels, &first_day, &mut entries);
    for (position, outcome) in members(&outcomes, "outcomes").enumerate() {
        let mut fields = fields_of(outcome);
        fields.insert("position".into(), json!(position + 1));
        entries.push(Entry {
            kind: "outcome_def",
            key: text(outcome, "code"),
            fields,
        });
    }
    for consent_text in members(&codes, "consent_texts") {
        let key = format!(
            "consent.{}.{}",
            consent_text
                .get("version")
                .and_then(Value::as_i64)
                .unwrap_or_default(),
            text(consent_text, "lang")
        );
        let fields = fields_of(consent_text);
        entries.push(Entry {
            kind: "text",
            key,
            fields,
        });
    }
    let findings: Vec<Finding> = super::validate(&entries);
    if findings.is_empty() {
        Ok(entries)
    } else {
        Err(DefinitionError::Invalid { findings })
    }
}

fn campaign_entry(campaign: &Value, name: &str) -> Entry {
    let mut fields = fields_of(campaign);
    fields.insert("definition_name".into(), json!(name));
    Entry {
        kind: "campaign",
        key: text(campaign, "code"),
        fields,
    }
}

fn definition_entry(
    files: &Files<'_>,
    markets: &Map<String, Value>,
    channels: &Map<String, Value>,
    outcomes: &Map<String, Value>,
    codes: &Map<String, Value>,
) -> Result<Entry, DefinitionError> {
    let funnel = object(files.funnel, "funnel")?;
    let obstacles = object(files.obstacles, "obstacles")?;
    let commodities = object(files.commodities, "commodities")?;
    let mut fields = Fields::new();
    fields.insert("version".into(), json!(1));
    let part = |file: &Map<String, Value>, name: &str| file.get(name).cloned().unwrap_or_default();
    let stages = json!({
        "stages": part(&funnel, "stages"),
        "counting": part(&funnel, "counting"),
        "attempts_before_lead": part(outcomes, "attempts_before_lead"),
    });
    fields.insert("funnel".into(), stages);
    for name in ["activity_checks", "priority", "needs"] {
        fields.insert(name.into(), part(&funnel, name));
    }
    fields.insert("obstacles".into(), part(&obstacles, "obstacles"));
    fields.insert("commodities".into(), part(&commodities, "groups"));
    // The consent texts are entries of their own, because each version is kept for ever.
    let mut lists: Map<String, Value> = codes
        .iter()
        .filter(|(name, _)| !matches!(name.as_str(), "schema" | "version" | "consent_texts"))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for (list, file, name) in [
        ("obstacle_groups", &obstacles, "groups"),
        ("obstacle_uses", &obstacles, "used_for"),
        ("outcome_groups", outcomes, "groups"),
        ("follow_up_kinds", outcomes, "follow_up_kinds"),
        ("channel_rules", channels, "rules"),
        ("stall_kinds", markets, "stall_kinds"),
        ("zone_kinds", markets, "zone_kinds"),
    ] {
        lists.insert(list.to_owned(), part(file, name));
    }
    fields.insert("codes".into(), Value::Object(lists));
    Ok(Entry {
        kind: "definition",
        key: "1".into(),
        fields,
    })
}

fn market_entries(markets: &Map<String, Value>, first_day: &Value, entries: &mut Vec<Entry>) {
    let mut targets = Vec::new();
    let chosen = members(markets, "markets").map(|market| (market, true));
    let others = members(markets, "other_markets").map(|market| (market, false));
    for (position, (market, switched_on)) in chosen.chain(others).enumerate() {
        let mut fields = fields_of(market);
        let starts_at = market
            .pointer("/working_day/day_starts_at")
            .and_then(Value::as_str)
            .unwrap_or("00:00");
        fields.remove("working_day");
        fields.insert(
            "day_starts_at".into(),
            json!([{ "valid_from": first_day, "at": starts_at }]),
        );
        fields.entry("aliases".into()).or_insert_with(|| json!([]));
        fields.insert("switched_on".into(), json!(switched_on));
        fields.insert("position".into(), json!(position + 1));
        let code = text(market, "code");
        if let Some(traders) = market.pointer("/demo/target").filter(|_| switched_on) {
            let canvassers = market
                .pointer("/demo/canvassers")
                .cloned()
                .unwrap_or_default();
            let target = json!({ "market": code, "traders": traders, "canvassers": canvassers });
            targets.push(Entry {
                kind: "target",
                key: code.clone(),
                fields: fields_of(&target),
            });
        }
        entries.push(Entry {
            kind: "market",
            key: code,
            fields,
        });
    }
    entries.append(&mut targets);
}

fn channel_entries(channels: &Map<String, Value>, first_day: &Value, entries: &mut Vec<Entry>) {
    let mut steps: Vec<Entry> = Vec::new();
    for (part, channel) in [
        ("common_preparation", CHANNEL_PREPARATION),
        ("training_topics", CHANNEL_TRAINING),
    ] {
        let Some(part) = channels.get(part) else {
            continue;
        };
        add_checklist(&mut steps, channel, part, first_day);
    }
    for (position, channel) in members(channels, "channels").enumerate() {
        let id = text(channel, "id");
        let mut fields = fields_of(channel);
        for list in fields
            .remove("checklists")
            .as_ref()
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            add_checklist(
                &mut steps,
                &id,
                list,
                list.get("valid_from").unwrap_or(first_day),
            );
        }
        fields.remove("id");
        fields.insert("code".into(), json!(id));
        // `kind` is the record's kind everywhere, so the channel's own kind has a name of its own.
        let channel_kind = fields.remove("kind").unwrap_or_default();
        fields.insert("channel_kind".into(), channel_kind);
        fields.insert("position".into(), json!(position + 1));
        entries.push(Entry {
            kind: "channel",
            key: id,
            fields,
        });
    }
    entries.append(&mut steps);
}

/// Adds the steps of one checklist. A code that an earlier version has keeps its entry and gets one more line in
/// `versions`, because steps with the same code keep their date and author when a trader moves up.
fn add_checklist(steps: &mut Vec<Entry>, channel: &str, list: &Value, valid_from: &Value) {
    let version = list.get("version").cloned().unwrap_or_else(|| json!(1));
    for (position, step) in list
        .get("steps")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .enumerate()
    {
        let code = text(step, "code");
        let line = json!({
            "version": version, "valid_from": valid_from, "position": position + 1,
            "label_id": step.get("label_id"), "label_en": step.get("label_en"),
        });
        if let Some(known) = steps.iter_mut().find(|entry| entry.key == code) {
            let first = first_version(&known.fields);
            let versions = known
                .fields
                .entry("versions".into())
                .or_insert_with(|| json!([first]));
            if let Value::Array(versions) = versions {
                versions.push(line);
            }
            continue;
        }
        let mut fields = fields_of(step);
        fields.retain(|_, value| !value.is_null());
        let optional = fields.get("optional").and_then(Value::as_bool);
        let required = fields.get("required").and_then(Value::as_bool);
        fields.insert(
            "required".into(),
            json!(required.unwrap_or(!optional.unwrap_or(false))),
        );
        fields.insert(
            "optional".into(),
            json!(optional.unwrap_or(!required.unwrap_or(true))),
        );
        fields
            .entry("evidence".into())
            .or_insert_with(|| json!("none"));
        fields
            .entry("own_phone_only".into())
            .or_insert_with(|| json!(false));
        fields.insert("channel".into(), json!(channel));
        fields.insert("version".into(), version.clone());
        fields.insert("valid_from".into(), valid_from.clone());
        fields.insert("position".into(), json!(position + 1));
        steps.push(Entry {
            kind: "step_def",
            key: code,
            fields,
        });
    }
}

/// The line of `versions` that says what the fields of a step with one version say.
fn first_version(fields: &Fields) -> Value {
    let names = ["version", "valid_from", "position", "label_id", "label_en"];
    let line = names.into_iter().map(|name| {
        (
            name.to_owned(),
            fields.get(name).cloned().unwrap_or_default(),
        )
    });
    Value::Object(line.collect())
}

fn object(text: &str, file: &str) -> Result<Map<String, Value>, DefinitionError> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(DefinitionError::NotJson {
            place: file.to_owned(),
            reason: "it is not a JSON object".to_owned(),
        }),
        Err(error) => Err(DefinitionError::NotJson {
            place: file.to_owned(),
            reason: error.to_string(),
        }),
    }
}

fn members<'a>(object: &'a Map<String, Value>, name: &str) -> impl Iterator<Item = &'a Value> {
    object
        .get(name)
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
}

fn text(object: &Value, name: &str) -> String {
    super::value::member(object, name).to_owned()
}

fn fields_of(object: &Value) -> Fields {
    object
        .as_object()
        .map(|map| {
            map.iter()
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        })
        .unwrap_or_default()
}
