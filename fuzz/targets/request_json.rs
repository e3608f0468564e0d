//! The JSON request that anybody may write: known names with values of any shape.
#![no_main]

use arbitrary::{Result, Unstructured};
use grebeg_core::wire::json::read_request;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value};

const NAMES: &[&str] = &[
    "protocol",
    "device_id",
    "device",
    "succeeds",
    "position",
    "clock",
    "clocks",
    "wall_ms",
    "boot",
    "mono_ms",
    "reports",
    "date",
    "recorded",
    "waiting",
    "closed",
    "by",
    "market",
    "author",
    "changes",
    "n",
    "stamp",
    "seen",
    "prev",
    "salt",
    "patches",
    "kind",
    "id",
    "fields",
    "acked_n",
    "repaired",
    "recovered",
    "epoch",
    "seq",
    "homes",
    "name",
    "at",
];
const TEXTS: &[&str] = &[
    "",
    "trader",
    "visit",
    "00000000-0000-0000-0000-000000000001",
    "2019-07-29",
    "2019-07-29T07:00:00+07:00",
    "KNM",
    "0",
    "-1",
    "18446744073709551615",
    "ffffffffffffffffffffffffffffffff",
    "e1:5",
];

fn value(u: &mut Unstructured<'_>, depth: usize) -> Result<Value> {
    Ok(match u.int_in_range(0..=if depth == 0 { 4 } else { 7 })? {
        0 => Value::Null,
        1 => Value::Bool(u.arbitrary()?),
        2 => Value::from(u.arbitrary::<i64>()?),
        3 => Value::from(u.arbitrary::<f64>()?),
        4 => Value::from(*u.choose(TEXTS)?),
        5 => {
            let count = u.int_in_range(0..=3u8)?;
            let items: Result<Vec<Value>> = (0..count).map(|_| value(u, depth - 1)).collect();
            Value::Array(items?)
        }
        _ => Value::Object(object(u, depth - 1)?),
    })
}

fn object(u: &mut Unstructured<'_>, depth: usize) -> Result<Map<String, Value>> {
    let mut map = Map::new();
    for _ in 0..u.int_in_range(0..=8u8)? {
        map.insert((*u.choose(NAMES)?).to_owned(), value(u, depth)?);
    }
    Ok(map)
}

fuzz_target!(|bytes: &[u8]| {
    drop(read_request(bytes));
    if let Ok(map) = object(&mut Unstructured::new(bytes), 5) {
        drop(read_request(Value::Object(map).to_string().as_bytes()));
    }
});
