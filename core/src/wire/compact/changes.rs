//! A block of changes: one column for each part, ids and hashes that follow from what is there left out.

use crate::change::{
    Change, ChangeName, Content, Hash, Patch, Salt, read_content, read_seen, write_content,
    write_seen,
};
use crate::codec::{DecodeError, Reader, Writer};
use crate::id::{DeviceId, PersonId, created_id, need_id, step_id};
use crate::limits;
use crate::stamp::{Clocks, Stamp};
use crate::sync::messages::Offered;
use crate::value::Value;
use crate::wire::columns::{ColumnsIn, ColumnsOut, Deltas, Table, entry, read_columns};
use std::collections::BTreeMap;
use uuid::Uuid;

const DAMAGED: u8 = 1;
const SALT: u8 = 2;
const PREV: u8 = 4;
/// `prev` is the hash of the change before in this block.
const PREV_FOLLOWS: u8 = 8;
const BOOT: u8 = 16;
const MONO: u8 = 32;

const ID_LISTED: u8 = 0;
const ID_STEP: u8 = 1;
const ID_NEED: u8 = 2;
const ID_BAD: u8 = 3;
/// From here on: the n-th id drawn from the salt.
const ID_CREATED: u8 = 16;
const CREATED_TRIED: u8 = 8;

const PLAIN: u8 = 0;
const MIXED: u8 = 1;

pub fn write(out: &mut Writer, offered: &[Offered]) {
    let mut columns = ColumnsOut::new();
    let mut devices = Table::new();
    let mut authors = Table::new();
    let mut seen = Table::new();
    let mut boots = Table::new();
    let mut rows: [Writer; 6] = Default::default();
    let [flags, numbers, times, raw, ids, shapes] = &mut rows;
    let (mut n, mut stamp, mut wall, mut mono) = (
        Deltas::default(),
        Deltas::default(),
        Deltas::default(),
        Deltas::default(),
    );
    let mut before: Option<Hash> = None;
    for offer in offered {
        let name = offer.name();
        numbers.varint(devices.number(&name.device));
        n.write(numbers, name.n as i64);
        let change = match offer {
            Offered::Damaged { bytes, .. } => {
                flags.byte(DAMAGED);
                raw.blob(bytes);
                before = None;
                continue;
            }
            Offered::Whole(change) => change,
        };
        let follows = change.prev.is_some() && change.prev == before;
        let mut flag = 0;
        for (bit, on) in [
            (SALT, change.salt.is_some()),
            (PREV, change.prev.is_some() && !follows),
            (PREV_FOLLOWS, follows),
            (BOOT, change.clocks.boot.is_some()),
            (MONO, change.clocks.mono_ms.is_some()),
        ] {
            flag |= if on { bit } else { 0 };
        }
        flags.byte(flag);
        stamp.write(times, change.stamp.0 as i64);
        wall.write(times, change.clocks.wall_ms.wrapping_sub(change.stamp.ms()));
        if let Some(boot) = change.clocks.boot {
            numbers.varint(boots.number(&boot));
        }
        if let Some(ms) = change.clocks.mono_ms {
            mono.write(times, ms.wrapping_sub(change.stamp.ms()));
        }
        numbers.varint(authors.number(&change.author));
        numbers.varint(seen.number(&change.seen));
        if let Some(prev) = change.prev.filter(|_| !follows) {
            raw.raw(&prev);
        }
        if let Some(salt) = &change.salt {
            raw.raw(salt);
        }
        shapes.varint(change.patches.len() as u64);
        for patch in &change.patches {
            write_patch(patch, change.salt.as_ref(), &mut columns, ids, shapes);
        }
        before = Some(change.hash());
    }
    out.varint(offered.len() as u64);
    columns.finish(out);
    out.varint(devices.entries.len() as u64);
    devices
        .entries
        .iter()
        .for_each(|d: &DeviceId| out.uuid(&d.0));
    out.varint(authors.entries.len() as u64);
    authors
        .entries
        .iter()
        .for_each(|a: &PersonId| out.uuid(&a.0));
    out.varint(seen.entries.len() as u64);
    seen.entries.iter().for_each(|s| write_seen(out, s));
    out.varint(boots.entries.len() as u64);
    boots
        .entries
        .iter()
        .for_each(|b: &u64| out.raw(&b.to_be_bytes()));
    rows.iter().for_each(|row| out.blob(&row.bytes));
}

fn write_patch(
    patch: &Patch,
    salt: Option<&Salt>,
    columns: &mut ColumnsOut,
    ids: &mut Writer,
    shapes: &mut Writer,
) {
    let fields: Vec<String> = patch.fields.keys().cloned().collect();
    shapes.varint(columns.shapes.number(&(patch.kind.clone(), fields)));
    write_id(patch, salt, columns, ids);
    let plain = patch
        .fields
        .values()
        .all(|content| matches!(content, Content::Value(_)));
    shapes.byte(if plain { PLAIN } else { MIXED });
    for (field, content) in &patch.fields {
        match content {
            Content::Value(value) if plain => columns.value(&patch.kind, field, value),
            content => {
                let column = columns.column_number(&patch.kind, field);
                columns.cell(column, |cell| write_content(cell, content));
            }
        }
    }
}

fn write_id(patch: &Patch, salt: Option<&Salt>, columns: &mut ColumnsOut, ids: &mut Writer) {
    if let Some(bad) = &patch.bad_id {
        ids.byte(ID_BAD);
        ids.text(bad);
        return;
    }
    if let Some((mode, id)) = derived(&patch.kind, |field| patch.value(field))
        && id == patch.id
    {
        ids.byte(mode);
        return;
    }
    let drawn = salt
        .and_then(|salt| (0..CREATED_TRIED).find(|n| created_id(salt, u32::from(*n)) == patch.id));
    match drawn {
        Some(number) => ids.byte(ID_CREATED + number),
        None => {
            ids.byte(ID_LISTED);
            ids.varint(columns.ids.number(&patch.id));
        }
    }
}

/// The id that a step or need has by its trader and code.
fn derived<'v>(kind: &str, value: impl Fn(&str) -> Option<&'v Value>) -> Option<(u8, Uuid)> {
    let trader = || value("trader").and_then(Value::as_id);
    let code = || value("code").and_then(Value::as_text);
    match kind {
        "step" => Some((ID_STEP, step_id(&trader()?, code()?))),
        "need" => Some((ID_NEED, need_id(&trader()?, code()?))),
        _ => None,
    }
}

pub fn read(input: &mut Reader<'_>) -> Result<Vec<Offered>, DecodeError> {
    let count = usize::try_from(input.varint()?).unwrap_or(usize::MAX);
    if count > limits::REQUEST_CHANGES_MAX {
        return Err(DecodeError::TooLarge {
            what: "the number of changes",
            max: limits::REQUEST_CHANGES_MAX,
        });
    }
    let mut columns = read_columns(input, limits::UNPACKED_BYTES_MAX)?;
    let devices = list(input, |i| Ok(DeviceId(i.uuid()?)))?;
    let authors = list(input, |i| Ok(PersonId(i.uuid()?)))?;
    let seen = list(input, read_seen)?;
    let boots = list(input, |i| Ok(u64::from_be_bytes(i.array()?)))?;
    let mut rows = [Reader::new(&[]); 6];
    for row in &mut rows {
        *row = Reader::new(input.blob()?);
    }
    let [flags, numbers, times, raw, ids, shapes] = &mut rows;
    let (mut n, mut stamp, mut wall, mut mono) = (
        Deltas::default(),
        Deltas::default(),
        Deltas::default(),
        Deltas::default(),
    );
    let mut before: Option<Hash> = None;
    let mut offered = Vec::with_capacity(count);
    for _ in 0..count {
        let device = *entry(&devices, numbers.varint()?, "a device that is not listed")?;
        let name = ChangeName {
            device,
            n: n.read(numbers)? as u64,
        };
        let flag = flags.byte()?;
        if flag & DAMAGED != 0 {
            offered.push(Offered::Damaged {
                name,
                bytes: raw.blob()?.to_vec(),
            });
            before = None;
            continue;
        }
        let stamp = Stamp(stamp.read(times)? as u64);
        let mut clocks = Clocks {
            wall_ms: wall.read(times)?.wrapping_add(stamp.ms()),
            boot: None,
            mono_ms: None,
        };
        if flag & BOOT != 0 {
            clocks.boot = Some(*entry(
                &boots,
                numbers.varint()?,
                "a boot that is not listed",
            )?);
        }
        if flag & MONO != 0 {
            clocks.mono_ms = Some(mono.read(times)?.wrapping_add(stamp.ms()));
        }
        let author = *entry(&authors, numbers.varint()?, "an author that is not listed")?;
        let seen = *entry(&seen, numbers.varint()?, "a place that is not listed")?;
        let prev = match flag & (PREV | PREV_FOLLOWS) {
            0 => None,
            PREV => Some(raw.array()?),
            PREV_FOLLOWS => {
                Some(before.ok_or(DecodeError::Invalid("a chain without its beginning"))?)
            }
            _ => return Err(DecodeError::Invalid("a chain of this form")),
        };
        let salt = if flag & SALT != 0 {
            Some(raw.array()?)
        } else {
            None
        };
        let mut patches = Vec::new();
        for _ in 0..shapes.count("patches", limits::TABLET_CHANGE_PATCHES_MAX * 2)? {
            patches.push(read_patch(salt.as_ref(), &mut columns, ids, shapes)?);
        }
        let change = Change {
            device,
            n: name.n,
            stamp,
            clocks,
            author,
            seen,
            prev,
            salt,
            patches,
        };
        before = Some(change.hash());
        offered.push(Offered::Whole(change));
    }
    Ok(offered)
}

fn list<T>(
    input: &mut Reader<'_>,
    read: impl Fn(&mut Reader<'_>) -> Result<T, DecodeError>,
) -> Result<Vec<T>, DecodeError> {
    let count = input.count("a table", limits::REQUEST_CHANGES_MAX)?;
    (0..count).map(|_| read(input)).collect()
}

fn read_patch(
    salt: Option<&Salt>,
    columns: &mut ColumnsIn<'_>,
    ids: &mut Reader<'_>,
    shapes: &mut Reader<'_>,
) -> Result<Patch, DecodeError> {
    let shape = columns.shape(shapes.varint()?)?;
    let plain = shapes.byte()? == PLAIN;
    let mut fields = BTreeMap::new();
    for (field, column) in &shape.fields {
        let content = match plain {
            true => Content::Value(columns.value(*column)?),
            false => columns.cell(*column, read_content)?,
        };
        fields.insert(field.clone(), content);
    }
    let mut patch = Patch {
        kind: shape.kind.clone(),
        id: Uuid::nil(),
        bad_id: None,
        fields,
    };
    match ids.byte()? {
        ID_LISTED => patch.id = columns.id(ids.varint()?)?,
        ID_BAD => patch.bad_id = Some(ids.text()?.to_owned()),
        mode @ (ID_STEP | ID_NEED) => match derived(&patch.kind, |field| patch.value(field)) {
            Some((found, id)) if found == mode => patch.id = id,
            _ => return Err(DecodeError::Invalid("an id that cannot be derived")),
        },
        mode if (ID_CREATED..ID_CREATED + CREATED_TRIED).contains(&mode) => {
            let salt = salt.ok_or(DecodeError::Invalid("an id drawn from no salt"))?;
            patch.id = created_id(salt, u32::from(mode - ID_CREATED));
        }
        _ => return Err(DecodeError::Invalid("an id of this form")),
    }
    Ok(patch)
}
