//! The JSON form: read leniently (one bad change stops nothing), written in the shape that the OpenAPI document describes.

use super::WireError;
use crate::change::{Change, ChangeName, Content, Hash, Patch, Salt, Seen};
use crate::id::{DeviceId, PersonId};
use crate::limits;
use crate::register::Register;
use crate::stamp::{Clocks, Stamp};
use crate::sync::messages::{
    Ack, Answer, Offered, PROTOCOL_MIN, Position, Report, ReportPart, Request, State,
};
use crate::value::Value;
use serde_json::{Map, Value as Json, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Reads a JSON body after checking its depth, so that no parser has to recurse further than that.
pub fn parse(bytes: &[u8]) -> Result<Json, WireError> {
    check_depth(bytes)?;
    serde_json::from_slice(bytes).map_err(|error| WireError::Json(error.to_string()))
}

fn check_depth(bytes: &[u8]) -> Result<(), WireError> {
    let (mut depth, mut in_text, mut escaped) = (0usize, false, false);
    for byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => {
                depth += 1;
                if depth > limits::DEPTH_MAX {
                    return Err(WireError::TooDeep {
                        max: limits::DEPTH_MAX,
                    });
                }
            }
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

fn wrong(field: impl Into<String>, problem: &str) -> WireError {
    WireError::Field {
        field: field.into(),
        problem: problem.to_owned(),
    }
}

pub fn read_request(bytes: &[u8]) -> Result<Request, WireError> {
    let body = parse(bytes)?;
    let body = body
        .as_object()
        .ok_or_else(|| wrong("body", "has to be an object"))?;
    let protocol = match body.get("protocol") {
        None => PROTOCOL_MIN,
        Some(number) => number
            .as_u64()
            .and_then(|n| u32::try_from(n).ok())
            .ok_or_else(|| wrong("protocol", "has to be a whole number"))?,
    };
    let device = DeviceId(uuid(body, "device")?.ok_or_else(|| wrong("device", "is missing"))?);
    let succeeds = uuid(body, "succeeds")?.map(DeviceId);
    let position = match text(body, "position")? {
        None => None,
        Some(hex) => {
            let bytes = from_hex(hex)
                .ok_or_else(|| wrong("position", "is not one that this server gave"))?;
            Some(
                Position::from_bytes(&bytes)
                    .map_err(|_| wrong("position", "is not one that this server gave"))?,
            )
        }
    };
    let clocks = clocks(body)?
        .ok_or_else(|| wrong("wall_ms", "has to be a whole number of milliseconds"))?;
    let mut reports = Vec::new();
    for (number, report) in list(body, "reports", limits::REPORTS_MAX)?
        .iter()
        .enumerate()
    {
        reports.push(read_report(report).ok_or_else(|| {
            wrong(
                format!("reports[{number}]"),
                "needs date, recorded, waiting and closed",
            )
        })?);
    }
    let mut changes = Vec::new();
    for (number, change) in list(body, "changes", limits::REQUEST_CHANGES_MAX)?
        .iter()
        .enumerate()
    {
        let patches = change.get("patches").and_then(Json::as_array);
        let count = patches.map_or(0, Vec::len);
        if count > limits::CHANGE_PATCHES_MAX {
            return Err(WireError::TooMany {
                what: "patches of a change",
                count,
                max: limits::CHANGE_PATCHES_MAX,
            });
        }
        changes.push(read_change(change).map_err(|field| {
            wrong(
                format!("changes[{number}].{field}"),
                "is missing or malformed",
            )
        })?);
    }
    Ok(Request {
        protocol,
        device,
        succeeds,
        position,
        clocks,
        reports,
        changes,
        acked_n: 0,
        repaired: 0,
        recovered: Vec::new(),
    })
}

fn text<'j>(body: &'j Map<String, Json>, field: &str) -> Result<Option<&'j str>, WireError> {
    match body.get(field) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(_) => Err(wrong(field, "has to be a text")),
    }
}

fn uuid(body: &Map<String, Json>, field: &str) -> Result<Option<Uuid>, WireError> {
    let text = text(body, field)?;
    text.map(|t| Uuid::try_parse(t).map_err(|_| wrong(field, "has to be a UUID")))
        .transpose()
}

fn list<'j>(
    body: &'j Map<String, Json>,
    field: &'static str,
    max: usize,
) -> Result<&'j [Json], WireError> {
    match body.get(field) {
        None | Some(Json::Null) => Ok(&[]),
        Some(Json::Array(list)) if list.len() > max => Err(WireError::TooMany {
            what: field,
            count: list.len(),
            max,
        }),
        Some(Json::Array(list)) => Ok(list),
        Some(_) => Err(wrong(field, "has to be a list")),
    }
}

/// `None` where the wall clock is missing or no whole number.
fn clocks(body: &Map<String, Json>) -> Result<Option<Clocks>, WireError> {
    let Some(wall_ms) = body.get("wall_ms").and_then(Json::as_i64) else {
        return Ok(None);
    };
    let boot = match body.get("boot") {
        None | Some(Json::Null) => None,
        Some(Json::Number(number)) => number.as_u64(),
        Some(Json::String(name)) => {
            let hash = Sha256::digest(name.as_bytes());
            Some(
                hash.iter()
                    .take(8)
                    .fold(0u64, |sum, byte| sum << 8 | u64::from(*byte)),
            )
        }
        Some(_) => return Err(wrong("boot", "has to be a number or a text")),
    };
    Ok(Some(Clocks {
        wall_ms,
        boot,
        mono_ms: body.get("mono_ms").and_then(Json::as_i64),
    }))
}

/// Whether a text is a day as it is written everywhere, `YYYY-MM-DD`.
pub fn is_date(text: &str) -> bool {
    let day = chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d");
    day.is_ok_and(|day| text.len() == 10 && day.to_string() == text)
}

/// A number of visits that a tablet can have.
fn visits(number: &Json) -> Option<u64> {
    number.as_u64().filter(|n| *n <= limits::REPORT_VISITS_MAX)
}

fn read_report(report: &Json) -> Option<Report> {
    let report = report.as_object()?;
    let mut by = Vec::new();
    for part in report
        .get("by")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .take(limits::REPORT_PARTS_MAX)
    {
        let market = part.get("market")?.as_str()?;
        by.push(ReportPart {
            market: Some(market)
                .filter(|m| m.len() <= limits::TEXT_CHARS_MAX)?
                .to_owned(),
            author: PersonId(Uuid::try_parse(part.get("author")?.as_str()?).ok()?),
            waiting: visits(part.get("waiting")?)?,
        });
    }
    let date = report.get("date")?.as_str()?;
    is_date(date).then_some(())?;
    Some(Report {
        date: date.to_owned(),
        recorded: visits(report.get("recorded")?)?,
        waiting: visits(report.get("waiting")?)?,
        closed: report.get("closed")?.as_bool()?,
        by,
    })
}

/// A change whose name can be read is taken: whole, or damaged with the bytes it came with. The error names the field.
fn read_change(json: &Json) -> Result<Offered, &'static str> {
    let body = json.as_object().ok_or("device")?;
    let device = body
        .get("device")
        .and_then(Json::as_str)
        .and_then(|d| Uuid::try_parse(d).ok())
        .ok_or("device")?;
    let n = body.get("n").and_then(Json::as_u64).ok_or("n")?;
    let name = ChangeName {
        device: DeviceId(device),
        n,
    };
    Ok(match whole_change(name, body) {
        Some(change) => Offered::Whole(change),
        None => Offered::Damaged {
            name,
            bytes: json.to_string().into_bytes(),
        },
    })
}

fn whole_change(name: ChangeName, body: &Map<String, Json>) -> Option<Change> {
    let string = |field: &str| body.get(field).filter(|v| !v.is_null()).map(Json::as_str);
    // A stamp that is none is placed by the clocks; the visit is worth more than its form.
    let stamp = body
        .get("stamp")
        .and_then(Json::as_str)
        .and_then(Stamp::parse)
        .unwrap_or_default();
    let author = PersonId(Uuid::try_parse(body.get("author")?.as_str()?).ok()?);
    let clocks = clocks(body).ok()??;
    let seen = match string("seen") {
        None => None,
        Some(seen) => Some(read_seen(seen?)?),
    };
    let prev = match string("prev") {
        None => None,
        Some(hex) => Some(from_hex(hex?)?.try_into().ok()?),
    };
    let salt: Option<Salt> = match string("salt") {
        None => None,
        Some(hex) => Some(from_hex(hex?)?.try_into().ok()?),
    };
    let patches = body.get("patches")?.as_array()?;
    let patches = patches.iter().map(read_patch).collect::<Option<_>>()?;
    Some(Change {
        device: name.device,
        n: name.n,
        stamp,
        clocks,
        author,
        seen,
        prev,
        salt,
        patches,
    })
}

fn read_patch(patch: &Json) -> Option<Patch> {
    let kind = patch.get("kind")?.as_str()?.to_owned();
    let text = patch.get("id")?.as_str()?;
    let (id, bad_id) = match Uuid::try_parse(text) {
        Ok(id) if text.len() == 36 => (id, None),
        _ => (Uuid::nil(), Some(text.to_owned())),
    };
    let fields = patch.get("fields")?.as_object()?.iter();
    Some(Patch {
        kind,
        id,
        bad_id,
        fields: fields
            .map(|(field, value)| (field.clone(), read_content(value)))
            .collect(),
    })
}

/// What can be made out of a change that cannot be read whole: it is not carried in, but its visits are counted.
///
/// `clocks`: those that stand in for its own. What is not readable is left out; its author may be nobody.
pub fn glimpse(name: ChangeName, bytes: &[u8], clocks: Clocks) -> Change {
    let json: Json = serde_json::from_slice(bytes).unwrap_or_default();
    let body = json.as_object().cloned().unwrap_or_default();
    let text = |field: &str| body.get(field).and_then(Json::as_str);
    let author = text("author").and_then(|id| Uuid::try_parse(id).ok());
    let own_clocks = self::clocks(&body).ok().flatten();
    let patches = body.get("patches").and_then(Json::as_array);
    Change {
        device: name.device,
        n: name.n,
        stamp: text("stamp").and_then(Stamp::parse).unwrap_or_default(),
        clocks: own_clocks.unwrap_or(clocks),
        author: PersonId(author.unwrap_or_default()),
        seen: None,
        prev: None,
        salt: None,
        patches: patches
            .into_iter()
            .flatten()
            .filter_map(read_patch)
            .collect(),
    }
}

/// `{"commitment": "<64 hex>"}` stands for a value that an erasure took.
fn read_content(json: &Json) -> Content {
    let commitment = json
        .as_object()
        .filter(|map| map.len() == 1)
        .and_then(|map| map.get("commitment")?.as_str());
    let hash: Option<Hash> = commitment
        .and_then(from_hex)
        .and_then(|bytes| bytes.try_into().ok());
    hash.map_or_else(
        || Content::Value(Value::from_json(json)),
        Content::Commitment,
    )
}

/// `"<epoch>.<seq>"`.
pub fn read_seen(text: &str) -> Option<Seen> {
    let (epoch, seq) = text.split_once('.')?;
    Some(Seen {
        epoch: Uuid::try_parse(epoch).ok()?,
        seq: seq.parse().ok()?,
    })
}

/// Bytes of a hexadecimal text; `None` where it is none.
pub fn from_hex(hex: &str) -> Option<Vec<u8>> {
    if !hex.len().is_multiple_of(2) || !hex.is_ascii() {
        return None;
    }
    hex.as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}

/// Lower-case hexadecimal.
pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// RFC 3339 in UTC with milliseconds.
pub fn time(ms: i64) -> String {
    let at = chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default();
    at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true)
}

pub fn write_answer(answer: &Answer) -> Json {
    let high_n: Map<String, Json> = answer
        .high_n
        .iter()
        .map(|(device, n)| (device.to_string(), json!(n)))
        .collect();
    let mut body = json!({
        "device": answer.device.map(|d| d.to_string()),
        "epoch": answer.epoch.to_string(),
        "position": to_hex(&answer.position.to_bytes()),
        "seen": format!("{}.{}", answer.epoch, answer.position.homes.values().map(|c| c.base).min().unwrap_or(0)),
        "more": answer.more,
        "server_time": time(answer.server_ms),
        "high_n": high_n,
        "acks": answer.acks.iter().map(write_ack).collect::<Vec<_>>(),
        "settled": answer.settled.iter().map(write_settled).collect::<Vec<_>>(),
        "fills": answer.fills.iter().map(|f| json!({"home": f.home, "begins": f.begins})).collect::<Vec<_>>(),
        "left": answer.left.iter().filter(|left| answer.records.iter().all(|r| r.key != left.key)).map(|left| {
            json!({"kind": left.key.kind, "id": left.key.id.to_string(), "home": left.home})
        }).collect::<Vec<_>>(),
        "conflicts": answer.conflicts.iter().flatten().map(|c| json!({
            "kind": c.key.kind, "id": c.key.id.to_string(), "field": c.field,
            "lost": c.lost.iter().map(write_register).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "elsewhere": answer.elsewhere.iter().map(|v| json!({
            "visit": v.visit.to_string(), "outcome": v.outcome, "at": time(v.at_ms),
        })).collect::<Vec<_>>(),
    });
    let records: Vec<Json> = answer
        .records
        .iter()
        .map(|record| {
            let fields: Map<String, Json> = record.fields.iter().map(|(f, r)| (f.clone(), write_register(r))).collect();
            json!({"kind": record.key.kind, "id": record.key.id.to_string(), "home": record.home, "fields": fields})
        })
        .collect();
    if let Some(map) = body.as_object_mut() {
        map.insert("records".into(), records.into());
        if let Some(digest) = &answer.digest {
            let sums: Map<String, Json> = digest
                .iter()
                .map(|(home, sum)| (home.clone(), sum.to_hex().into()))
                .collect();
            map.insert("digest".into(), sums.into());
        }
    }
    body
}

/// An acknowledgement: accepted under another stamp is `restamped`.
fn write_ack(ack: &Ack) -> Json {
    let restamped = ack.state == State::Accepted && ack.stamp.is_some();
    named_state(
        ack,
        if restamped {
            "restamped"
        } else {
            ack.state.code()
        },
    )
}

fn write_settled(ack: &Ack) -> Json {
    named_state(ack, ack.state.code())
}

fn named_state(ack: &Ack, state: &str) -> Json {
    let mut json = json!({
        "device": ack.name.device.to_string(),
        "n": ack.name.n,
        "state": state,
    });
    if let Some(map) = json.as_object_mut() {
        if let Some(stamp) = ack.stamp {
            map.insert("stamp".into(), stamp.to_string().into());
        }
        if let Some(reason) = ack.reason {
            map.insert("reason".into(), reason.code().into());
        }
    }
    json
}

fn write_register(register: &Register) -> Json {
    json!({
        "value": register.value.to_json(),
        "stamp": register.origin.stamp.to_string(),
        "device": register.origin.device.to_string(),
        "n": register.origin.n,
        "author": register.origin.author.to_string(),
    })
}
