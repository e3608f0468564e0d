//! A block of records: values by column, origins as differences, and no id that follows from the fields.

use crate::codec::{DecodeError, Reader, Writer};
use crate::id::{CampaignId, DeviceId, PersonId, need_id, step_id};
use crate::limits;
use crate::register::{Origin, RecordKey, Register};
use crate::stamp::Stamp;
use crate::sync::messages::SentRecord;
use crate::value::Value;
use crate::wire::columns::{ColumnsOut, Deltas, Table, entry, read_columns};
use std::collections::BTreeMap;
use uuid::Uuid;

const ID_LISTED: u8 = 0;
const ID_DERIVED: u8 = 1;
/// The next one of the list that was not named yet.
const ID_NEXT: u8 = 2;

pub fn write(out: &mut Writer, records: &[SentRecord], campaign: CampaignId) {
    let mut columns = ColumnsOut::new();
    let mut homes = Table::new();
    let mut sources = Table::new();
    let mut rows: [Writer; 5] = Default::default();
    let [shapes, ids, origins, stamps, numbers] = &mut rows;
    let (mut stamp, mut n) = (Deltas::default(), Deltas::default());
    let mut layouts = Layouts::default();
    let mut own: Vec<Origin> = Vec::new();
    let mut which = Vec::new();
    for record in records {
        let kind = &record.key.kind;
        let layout = layouts.of(record, &mut columns);
        shapes.varint(layout.shape);
        shapes.varint(homes.number(&record.home));
        own.clear();
        which.clear();
        for (register, column) in record.fields.values().zip(&layout.columns) {
            columns.value_in(*column, &register.value);
            which.push(
                own.iter()
                    .position(|o| *o == register.origin)
                    .unwrap_or_else(|| {
                        own.push(register.origin);
                        own.len() - 1
                    }),
            );
        }
        if derived(kind, &record.fields, campaign) == Some(record.key.id) {
            ids.byte(ID_DERIVED);
        } else {
            let next = columns.ids.entries.len() as u64;
            match columns.ids.number(&record.key.id) {
                number if number == next => ids.byte(ID_NEXT),
                number => {
                    ids.byte(ID_LISTED);
                    ids.varint(number);
                }
            }
        }
        origins.varint(own.len() as u64);
        for origin in &own {
            origins.varint(sources.number(&(origin.device, origin.author)));
            stamp.write(stamps, origin.stamp.0 as i64);
            n.write(numbers, origin.n as i64);
        }
        if own.len() > 1 {
            which
                .iter()
                .for_each(|number| origins.varint(*number as u64));
        }
    }
    out.varint(records.len() as u64);
    columns.finish(out);
    out.varint(homes.entries.len() as u64);
    homes
        .entries
        .iter()
        .for_each(|home: &String| out.text(home));
    out.varint(sources.entries.len() as u64);
    for (device, author) in &sources.entries {
        let (device, author): (&DeviceId, &PersonId) = (device, author);
        out.uuid(&device.0);
        out.uuid(&author.0);
    }
    rows.iter().for_each(|row| out.blob(&row.bytes));
}

/// Where the fields of records of one shape go.
struct Layout<'r> {
    /// A record of that shape.
    like: &'r SentRecord,
    shape: u64,
    /// Its fields' columns, in name order.
    columns: Vec<usize>,
}

/// The shapes of late: most records are like one of a few before, and comparing names is quicker than looking them all up.
#[derive(Default)]
struct Layouts<'r> {
    known: Vec<Layout<'r>>,
}

impl<'r> Layouts<'r> {
    const MAX: usize = 16;

    fn of(&mut self, record: &'r SentRecord, columns: &mut ColumnsOut) -> &Layout<'r> {
        let alike = |layout: &Layout<'_>| {
            layout.like.key.kind == record.key.kind
                && layout.like.fields.len() == record.fields.len()
                && layout.like.fields.keys().eq(record.fields.keys())
        };
        let number = match self.known.iter().position(alike) {
            Some(number) => number,
            None => {
                let kind = &record.key.kind;
                let fields: Vec<String> = record.fields.keys().cloned().collect();
                let shape = columns.shapes.number(&(kind.clone(), fields));
                let fields = record.fields.keys();
                let columns = fields.map(|field| columns.column_number(kind, field));
                let layout = Layout {
                    like: record,
                    shape,
                    columns: columns.collect(),
                };
                if self.known.len() >= Self::MAX {
                    self.known.clear();
                }
                self.known.push(layout);
                self.known.len() - 1
            }
        };
        &self.known[number]
    }
}

/// The id that the record's own fields give: a register's trader, a step, a need.
fn derived(kind: &str, fields: &BTreeMap<String, Register>, campaign: CampaignId) -> Option<Uuid> {
    let value = |field: &str| fields.get(field).map(|r| &r.value);
    let text = |field: &str| value(field).and_then(Value::as_text);
    let trader = || value("trader").and_then(Value::as_id);
    match kind {
        "trader" => Some(campaign.register_trader(text("register")?, text("register_no")?)),
        "step" => Some(step_id(&trader()?, text("code")?)),
        "need" => Some(need_id(&trader()?, text("code")?)),
        _ => None,
    }
}

pub fn read(input: &mut Reader<'_>, campaign: CampaignId) -> Result<Vec<SentRecord>, DecodeError> {
    let count = usize::try_from(input.varint()?).unwrap_or(usize::MAX);
    if count > limits::PAGE_RECORDS_TAKEN_MAX {
        return Err(DecodeError::TooLarge {
            what: "the number of records",
            max: limits::PAGE_RECORDS_TAKEN_MAX,
        });
    }
    let mut columns = read_columns(input, limits::ANSWER_SPELT_OUT_BYTES_MAX)?;
    let mut homes = Vec::new();
    for _ in 0..input.count("homes", 10_000)? {
        homes.push(input.text()?.to_owned());
    }
    let mut sources = Vec::new();
    for _ in 0..input.count("sources", usize::MAX)? {
        sources.push((DeviceId(input.uuid()?), PersonId(input.uuid()?)));
    }
    let mut rows = [Reader::new(&[]); 5];
    for row in &mut rows {
        *row = Reader::new(input.blob()?);
    }
    let [shapes, ids, origins, stamps, numbers] = &mut rows;
    let (mut stamp, mut n) = (Deltas::default(), Deltas::default());
    let mut records = Vec::with_capacity(count.min(origins.remaining()));
    for _ in 0..count {
        let shape = columns.shape(shapes.varint()?)?;
        let home = entry(&homes, shapes.varint()?, "a home that is not listed")?.clone();
        let origin_count = origins.count("origins", limits::PATCH_FIELDS_MAX * 4)?;
        let mut own = Vec::with_capacity(origin_count);
        for _ in 0..origin_count {
            let (device, author) =
                *entry(&sources, origins.varint()?, "a source that is not listed")?;
            let stamp = Stamp(stamp.read(stamps)? as u64);
            own.push(Origin {
                stamp,
                device,
                n: n.read(numbers)? as u64,
                author,
            });
        }
        let mut fields = BTreeMap::new();
        for (field, column) in &shape.fields {
            let number = if own.len() > 1 { origins.varint()? } else { 0 };
            let origin = *entry(&own, number, "an origin that is not listed")?;
            let value = columns.value(*column)?;
            fields.insert(
                field.clone(),
                Register {
                    value,
                    origin,
                    seq: 0,
                },
            );
        }
        let id = match ids.byte()? {
            ID_LISTED => columns.id(ids.varint()?)?,
            ID_NEXT => columns.next_id()?,
            ID_DERIVED => {
                let id = derived(&shape.kind, &fields, campaign);
                id.ok_or(DecodeError::Invalid("an id that cannot be derived"))?
            }
            _ => return Err(DecodeError::Invalid("an id of this form")),
        };
        records.push(SentRecord {
            key: RecordKey::new(shape.kind.clone(), id),
            home,
            fields,
        });
    }
    Ok(records)
}
