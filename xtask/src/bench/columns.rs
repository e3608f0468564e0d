//! The floor that a first sync is set beside: the same rows as plain columns with their ids, under zstd's best level.
//!
//! A column of ids is 16 bytes a row; a column whose values repeat is a list of values and a number for each row;
//! every other is its texts one after the other.

use std::collections::BTreeMap;

use serde_json::{Map, Value};
use uuid::Uuid;

/// The level of the floor.
const LEVEL: i32 = 19;

/// Bytes of the rows of some tables as columns, under zstd in one go.
pub fn packed_bytes(tables: &[&[Value]]) -> usize {
    let columns: Vec<u8> = tables.iter().flat_map(|rows| encode(rows)).collect();
    zstd::bulk::compress(&columns, LEVEL).map_or(0, |packed| packed.len())
}

/// The rows (flat objects) as columns, one after the other in order of their names; `kind` is left out.
fn encode(rows: &[Value]) -> Vec<u8> {
    let empty = Map::new();
    let rows: Vec<&Map<String, Value>> = rows
        .iter()
        .map(|row| row.as_object().unwrap_or(&empty))
        .collect();
    let mut names: Vec<&String> = rows.iter().flat_map(|row| row.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let mut out = Vec::new();
    for name in names.into_iter().filter(|name| *name != "kind") {
        let column: Vec<String> = rows.iter().map(|row| text(row.get(name))).collect();
        put_text(&mut out, name);
        put_column(&mut out, &column);
    }
    out
}

fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn put_column(out: &mut Vec<u8>, column: &[String]) {
    let ids: Option<Vec<Uuid>> = column
        .iter()
        .map(|cell| Uuid::try_parse(cell).ok())
        .collect();
    if let Some(ids) = ids {
        ids.iter().for_each(|id| out.extend(id.as_bytes()));
        return;
    }
    let mut numbers: BTreeMap<&str, usize> = BTreeMap::new();
    let mut values = Vec::new();
    let indexes: Vec<usize> = column
        .iter()
        .map(|cell| {
            *numbers.entry(cell).or_insert_with(|| {
                values.push(cell);
                values.len() - 1
            })
        })
        .collect();
    if values.len() * 10 < column.len() * 6 {
        values.iter().for_each(|value| put_text(out, value));
        indexes.iter().for_each(|index| put_number(out, *index));
    } else {
        column.iter().for_each(|cell| put_text(out, cell));
    }
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put_number(out, text.len());
    out.extend(text.as_bytes());
}

/// Seven bits a byte, low ones first.
fn put_number(out: &mut Vec<u8>, mut number: usize) {
    while number > 127 {
        out.push((number & 127) as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn ids_take_16_bytes_and_repeated_values_one() {
        let rows: Vec<Value> = (0..10)
            .map(|n| json!({ "kind": "trader", "id": Uuid::from_u128(n), "market": "KNM" }))
            .collect();
        // "id" and its 160 bytes, "market" with one value and ten numbers; the kind is not there.
        assert_eq!(encode(&rows).len(), 3 + 160 + 7 + 4 + 10);
    }

    #[test]
    fn a_field_that_some_rows_lack_is_empty_there() {
        let rows = [json!({ "phone": "+6284" }), json!({})];
        assert_eq!(encode(&rows), b"\x05phone\x05+6284\x00");
        assert_eq!(encode(&[]), b"");
    }

    #[test]
    fn large_numbers_take_more_bytes() {
        let mut out = Vec::new();
        put_number(&mut out, 300);
        assert_eq!(out, [0xac, 0x02]);
    }
}
