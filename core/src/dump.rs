//! The canonical line of a record: tablet and server print the same bytes once they are in step.

use crate::register::{Origin, RecordKey, Registers};
use crate::wire::json::time;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// The record as one flat JSON object without a line end: keys sorted, unset fields absent, times in UTC.
///
/// A visit also tells `at`, `author` and `device` of its creation, a step `at` and `by` of its present state and whether
/// it is `done`. Nothing is in it that differs between the two sides.
pub fn line(key: &RecordKey, registers: &Registers) -> String {
    let fields = fields(key, registers);
    // Texts, numbers and maps with text keys can always be written as JSON.
    serde_json::to_string(&fields).unwrap_or_default()
}

/// The same, before it becomes text.
pub fn fields(key: &RecordKey, registers: &Registers) -> BTreeMap<String, Json> {
    let mut fields: BTreeMap<String, Json> = registers
        .0
        .iter()
        .filter(|(_, register)| !register.value.is_null())
        .map(|(field, register)| (field.clone(), register.value.to_json()))
        .collect();
    match key.kind.as_str() {
        "visit" => {
            if let Some(origin) = registers.origin("trader") {
                fields.entry("at".into()).or_insert_with(|| at(origin));
                fields.insert("author".into(), origin.author.to_string().into());
                fields.insert("device".into(), origin.device.to_string().into());
            }
        }
        "step" => {
            if let Some(origin) = registers.origin("state") {
                fields.insert("at".into(), at(origin));
                fields.insert("by".into(), origin.author.to_string().into());
            }
            let done = registers.text("state") == Some("selesai");
            fields.insert("done".into(), done.into());
        }
        _ => {}
    }
    fields.insert("kind".into(), key.kind.as_str().into());
    fields.insert("id".into(), key.id.hyphenated().to_string().into());
    fields
}

fn at(origin: &Origin) -> Json {
    time(origin.stamp.ms()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Patch;
    use crate::id::{DeviceId, PersonId};
    use crate::merge::merge;
    use crate::stamp::Stamp;
    use crate::value::Value;
    use uuid::Uuid;

    fn check(kind: &str, fields: &[(&str, Value)], expected: &str) {
        let id = Uuid::from_u128(1);
        let origin = Origin {
            stamp: Stamp::at_ms(1_565_000_000_123),
            device: DeviceId(Uuid::from_u128(2)),
            n: 1,
            author: PersonId(Uuid::from_u128(3)),
        };
        let mut registers = Registers::default();
        merge(
            &mut registers,
            &Patch::new(kind, id, fields.iter().cloned()),
            origin,
            0,
        );
        assert_eq!(line(&RecordKey::new(kind, id), &registers), expected);
    }

    #[test]
    fn a_line_is_flat_sorted_and_without_what_is_unset() {
        check(
            "trader",
            &[
                ("stall", "B-12".into()),
                ("name", "Rokayah".into()),
                ("phone", Value::Null),
            ],
            r#"{"id":"00000000-0000-0000-0000-000000000001","kind":"trader","name":"Rokayah","stall":"B-12"}"#,
        );
    }

    #[test]
    fn a_visit_tells_when_and_by_whom_unless_a_time_was_typed() {
        let trader = Value::id(Uuid::from_u128(9));
        check(
            "visit",
            &[("trader", trader.clone()), ("outcome", "tutup".into())],
            r#"{"at":"2019-08-05T10:13:20.123Z","author":"00000000-0000-0000-0000-000000000003","device":"00000000-0000-0000-0000-000000000002","id":"00000000-0000-0000-0000-000000000001","kind":"visit","outcome":"tutup","trader":"00000000-0000-0000-0000-000000000009"}"#,
        );
        check(
            "visit",
            &[
                ("trader", trader),
                ("at", "2019-08-05T08:00:00+07:00".into()),
            ],
            r#"{"at":"2019-08-05T08:00:00+07:00","author":"00000000-0000-0000-0000-000000000003","device":"00000000-0000-0000-0000-000000000002","id":"00000000-0000-0000-0000-000000000001","kind":"visit","trader":"00000000-0000-0000-0000-000000000009"}"#,
        );
    }

    #[test]
    fn a_step_tells_whether_it_is_done() {
        check(
            "step",
            &[("code", "prep.hp".into()), ("state", "selesai".into())],
            r#"{"at":"2019-08-05T10:13:20.123Z","by":"00000000-0000-0000-0000-000000000003","code":"prep.hp","done":true,"id":"00000000-0000-0000-0000-000000000001","kind":"step","state":"selesai"}"#,
        );
    }
}
