//! Reading JSON values that came from elsewhere: every odd value becomes a default.

use chrono::{NaiveDate, NaiveTime};
use serde_json::Value;

use super::Fields;

/// The text of a field, trimmed; empty when it is missing or no text.
pub fn text(fields: &Fields, name: &str) -> String {
    fields
        .get(name)
        .and_then(Value::as_str)
        .map(|text| text.trim().to_owned())
        .unwrap_or_default()
}

/// A whole number; texts such as `"3"` count.
pub fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64().or_else(|| {
            number
                .as_f64()
                .filter(|n| n.fract() == 0.0 && n.abs() < 1e15)
                .map(|n| n as i64)
        }),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

/// A whole number of a field.
pub fn number(fields: &Fields, name: &str) -> Option<i64> {
    fields.get(name).and_then(whole)
}

/// Yes or no as the answers write it: `true`, `yes`, `ya`, `y`, `1` and their opposites; anything else is unknown.
pub fn yes_no(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(answer) => Some(*answer),
        Value::Number(number) => match number.as_i64() {
            Some(1) => Some(true),
            Some(0) => Some(false),
            _ => None,
        },
        Value::String(text) => match text.trim().to_lowercase().as_str() {
            "true" | "yes" | "ya" | "y" | "iya" | "1" | "ada" | "sudah" => Some(true),
            "false" | "no" | "tidak" | "n" | "0" | "belum" | "tidak ada" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

/// A yes/no field with its default.
pub fn flag(fields: &Fields, name: &str, default: bool) -> bool {
    fields.get(name).and_then(yes_no).unwrap_or(default)
}

/// The members of a list field; empty when it is missing or no list.
pub fn list<'a>(fields: &'a Fields, name: &str) -> &'a [Value] {
    fields
        .get(name)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

/// The texts of a list field.
pub fn texts(fields: &Fields, name: &str) -> Vec<String> {
    strings(list(fields, name))
}

/// The texts among these values.
pub fn strings(values: &[Value]) -> Vec<String> {
    values
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

/// The text member of an object.
pub fn member<'a>(object: &'a Value, name: &str) -> &'a str {
    object.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// A day `YYYY-MM-DD`.
pub fn date(text: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(text.trim(), "%Y-%m-%d").ok()
}

/// A time of day `HH:MM`; `24:00` is the end of the day and reads as none.
pub fn time_of_day(text: &str) -> Option<NaiveTime> {
    let text = text.trim();
    // chrono would also take `5:00`; one form keeps exported definitions comparable.
    if text.len() != 5 {
        return None;
    }
    NaiveTime::parse_from_str(text, "%H:%M").ok()
}
