//! What the built-in definition holds, and which mistakes of an edited one are found.

use serde_json::{Value, json};

use super::*;

fn cirebon() -> Vec<Entry> {
    builtin("cirebon-2019").unwrap()
}

fn codes_of(result: Result<Vec<Entry>, DefinitionError>) -> Vec<&'static str> {
    result
        .unwrap_err()
        .findings()
        .iter()
        .map(|finding| finding.code)
        .collect()
}

fn edited(edit: impl FnOnce(&mut Value)) -> Result<Vec<Entry>, DefinitionError> {
    let mut document: Value = serde_json::from_str(&to_json(&cirebon())).unwrap();
    edit(&mut document);
    from_json(&document.to_string())
}

#[test]
fn the_built_in_definition_has_all_its_parts() {
    let entries = cirebon();
    let count = |kind: &str| entries.iter().filter(|entry| entry.kind == kind).count();
    let counts: Vec<usize> = KINDS.into_iter().map(count).collect();
    assert_eq!(counts, [1, 1, 11, 15, 20 + 157, 24, 2, 6]);
    assert!(builtin("solo-2024").is_none());
}

#[test]
fn an_exported_definition_loads_unchanged() {
    let entries = cirebon();
    assert_eq!(from_json(&to_json(&entries)).unwrap(), entries);
}

#[test]
fn every_mistake_is_found_at_once() {
    let codes = codes_of(edited(|document| {
        let entries = document["entries"].as_array_mut().unwrap();
        for entry in entries.iter_mut() {
            match (
                entry["kind"].as_str().unwrap(),
                entry["key"].as_str().unwrap(),
            ) {
                ("campaign", _) => entry["fields"]["timezone"] = json!("Asia/Cirebon"),
                ("market", "KNM") => {
                    entry["fields"]["day_starts_at"] =
                        json!([{"valid_from": "2019-02-30", "at": "5 pagi"}])
                }
                ("market", "PGI") => entry["fields"]["name"] = json!("  "),
                ("text", "consent.1.id") => entry["fields"]["text"] = json!("Setuju?"),
                ("step_def", "wa.akun") => entry["fields"]["channel"] = json!("wa2"),
                ("definition", _) => {
                    entry["fields"]["funnel"]["stages"][2]["rule"] = json!({"moon": "full"})
                }
                _ => {}
            }
        }
        let twice = entries[3].clone();
        entries.push(twice);
        entries.push(json!({"kind": "planet", "key": "x", "fields": {}}));
        entries.push(json!(7));
    }));
    for code in [
        "timezone_unknown",
        "date_invalid",
        "time_invalid",
        "field_missing",
        "hash_differs",
        "reference_unknown",
        "rule_unknown",
        "key_twice",
        "kind_unknown",
    ] {
        assert!(codes.contains(&code), "{code} not in {codes:?}");
    }
}

#[test]
fn what_is_no_document_is_said_and_nothing_panics() {
    for text in ["", "{", "[]", "null", "{\"entries\":{}}", "\u{0}"] {
        assert_eq!(
            from_json(text).unwrap_err().code(),
            "definition_not_json",
            "{text:?}"
        );
    }
    for text in [
        "{\"entries\":[]}",
        "{\"definition\":\"x\",\"entries\":[1,null,[],{\"kind\":5}]}",
    ] {
        assert_eq!(
            from_json(text).unwrap_err().code(),
            "definition_invalid",
            "{text:?}"
        );
    }
}

#[test]
fn markets_are_known_by_code_name_and_alias() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    for (name, code) in [
        ("KNM", "KNM"),
        (" knm ", "KNM"),
        ("Kanoman", "KNM"),
        ("PASAR  KANOMAN", "KNM"),
        ("pasar pagi", "PGI"),
        ("pagi", "PGI"),
        ("pph", "HRJ"),
        ("Pusat perdagangan Harjamukti", "HRJ"),
        ("GTC", "GNS"),
        ("gunung sari", "GNS"),
    ] {
        assert_eq!(
            definition
                .market_by_name(name)
                .map(|market| market.code.as_str()),
            Some(code),
            "{name}"
        );
    }
    for name in ["", "pasar", "Pasar Senen"] {
        assert!(definition.market_by_name(name).is_none(), "{name}");
    }
    let route: Vec<&str> = definition
        .markets()
        .iter()
        .filter(|market| market.target)
        .map(|market| market.code.as_str())
        .collect();
    assert_eq!(route, ["KNM", "PGI", "JGS", "PRM", "DRJ", "HRJ"]);
    assert!(!definition.market("KRM").unwrap().switched_on);
}

#[test]
fn goods_are_known_by_the_words_of_a_register() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    for (word, code) in [
        ("Krupuk", "kerupuk"),
        (" TERASI ", "terasi"),
        ("oleh  oleh", "kue_kering"),
        ("Batik dan kain", "batik"),
        ("ayam", "ayam"),
    ] {
        assert_eq!(definition.commodity_of(word), Some(code), "{word}");
    }
    assert_eq!(definition.commodity_of("barang antik"), None);
    assert_eq!(
        definition
            .commodity("kerupuk")
            .and_then(|group| group.dry_packable),
        Some(true)
    );
    assert_eq!(
        definition
            .commodity("lainnya")
            .and_then(|group| group.dry_packable),
        None
    );
}

#[test]
fn a_channel_has_the_state_and_the_checklist_of_the_day() {
    let definition = builtin_definition("cirebon-2019").unwrap();
    let day = |text: &str| value::date(text).unwrap();
    for (channel, date, state) in [
        ("bukalapak", "2019-08-01", Some("open")),
        ("bukalapak", "2025-02-09", Some("closing")),
        ("bukalapak", "2025-02-10", Some("closed")),
        ("qris", "2019-08-01", None),
        ("qris", "2019-08-17", Some("open")),
        ("nowhere", "2019-08-17", None),
    ] {
        assert_eq!(
            definition.channel_state_on(channel, day(date)),
            state,
            "{channel} {date}"
        );
    }
    assert_eq!(
        definition.checklist_version_on("tokopedia", day("2019-08-01")),
        1
    );
    assert_eq!(
        definition.checklist_version_on("tokopedia", day("2025-04-01")),
        2
    );
    assert_eq!(
        definition.checklist_version_on("tokopedia", day("2011-01-01")),
        1
    );
    assert_eq!(definition.steps_in_version("tokopedia", 1).len(), 13);
    assert_eq!(definition.steps_in_version("tokopedia", 2).len(), 15);
    assert_eq!(definition.steps_of("latih").len(), 7);
    assert_eq!(
        definition
            .steps_of("shopee")
            .first()
            .map(|step| step.code.as_str()),
        Some("shopee.aplikasi")
    );
}

#[test]
fn odd_records_give_defaults() {
    let odd = Fields::from([
        ("code".to_owned(), json!(["x"])),
        ("day_starts_at".to_owned(), json!("05:00")),
        (
            "funnel".to_owned(),
            json!({"stages": [1, null, {"rule": 3}]}),
        ),
        ("position".to_owned(), json!({})),
        ("follow_up".to_owned(), json!({"in_days": -9e99})),
        ("priority".to_owned(), json!([[]])),
    ]);
    let definition =
        Definition::from_entries(KINDS.into_iter().chain(["trader"]).map(|kind| (kind, &odd)));
    assert_eq!(definition.timezone(), chrono_tz::Asia::Jakarta);
    assert!(definition.market_by_name("").is_none());
    assert_eq!(definition.stages().len(), 3);
}

#[test]
fn every_field_fits_its_kind() {
    // Fields beside the table: kept and passed on like every field that a program does not know.
    let free = [
        "operator",
        "organisers",
        "training_place",
        "target_markets",
        "province",
        "street",
        "kecamatan",
        "kelurahan",
        "switched_on",
        "versions",
    ];
    for entry in cirebon() {
        let kind = crate::kinds::kind(entry.kind).unwrap();
        for (name, json) in &entry.fields {
            let spec = kind.field(name);
            let value = crate::value::Value::from_json(json);
            let place = format!("{} {}: {name}", entry.kind, entry.key);
            assert_eq!(
                crate::kinds::check_field(name, spec, &value),
                Ok(()),
                "{place}"
            );
            assert!(
                spec.is_some() || free.contains(&name.as_str()),
                "{place} has no place in its kind"
            );
        }
    }
}
