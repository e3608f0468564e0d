//! Values laid out by column: all names together, all phones together, so that the packer finds what is alike.
//!
//! A shape is a kind with a set of fields; most records of a campaign share a few shapes. Ids that occur as values
//! are listed once and named by number.

use crate::codec::{DecodeError, Reader, Writer};
use crate::limits;
use crate::value::Value;
use std::collections::HashMap;
use uuid::Uuid;

/// A table of things that occur again and again, numbered in order of first appearance.
#[derive(Debug)]
pub struct Table<T> {
    pub entries: Vec<T>,
    numbers: HashMap<T, usize>,
}

impl<T: Clone + Eq + std::hash::Hash> Default for Table<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Clone + Eq + std::hash::Hash> Table<T> {
    pub fn new() -> Self {
        Self {
            entries: Vec::new(),
            numbers: HashMap::new(),
        }
    }

    pub fn number(&mut self, entry: &T) -> u64 {
        if let Some(number) = self.numbers.get(entry) {
            return *number as u64;
        }
        self.numbers.insert(entry.clone(), self.entries.len());
        self.entries.push(entry.clone());
        self.entries.len() as u64 - 1
    }
}

/// Reads an entry of a table by its number.
pub fn entry<'t, T>(table: &'t [T], number: u64, what: &'static str) -> Result<&'t T, DecodeError> {
    usize::try_from(number)
        .ok()
        .and_then(|n| table.get(n))
        .ok_or(DecodeError::Invalid(what))
}

/// A kind and the fields that follow it, in name order.
pub type Shape = (String, Vec<String>);

/// The value columns that are being written.
pub struct ColumnsOut {
    pub shapes: Table<Shape>,
    columns: Table<(String, String)>,
    bodies: Vec<Writer>,
    pub ids: Table<Uuid>,
}

/// Before the number of an id that is listed; no tag of a value.
const LISTED_ID: u8 = 0xfe;

impl Default for ColumnsOut {
    fn default() -> Self {
        Self::new()
    }
}

impl ColumnsOut {
    pub fn new() -> Self {
        Self {
            shapes: Table::new(),
            columns: Table::new(),
            bodies: Vec::new(),
            ids: Table::new(),
        }
    }

    /// The column of one field.
    pub fn column(&mut self, kind: &str, field: &str) -> &mut Writer {
        let number = self.column_number(kind, field);
        &mut self.bodies[number]
    }

    pub fn column_number(&mut self, kind: &str, field: &str) -> usize {
        let number = self.columns.number(&(kind.to_owned(), field.to_owned())) as usize;
        if number >= self.bodies.len() {
            self.bodies.resize_with(number + 1, Writer::new);
        }
        number
    }

    pub fn value(&mut self, kind: &str, field: &str, value: &Value) {
        let column = self.column_number(kind, field);
        self.value_in(column, value);
    }

    /// A value of a column that [`Self::column_number`] gave.
    pub fn value_in(&mut self, column: usize, value: &Value) {
        let listed = value.as_id().map(|id| self.ids.number(&id));
        let column = &mut self.bodies[column];
        match listed {
            Some(number) => {
                column.byte(LISTED_ID);
                column.varint(number);
            }
            None => value.write(column),
        }
    }

    /// Writes tables and columns; `rows` (which name them) come after, so a reader knows them already.
    pub fn finish(self, out: &mut Writer) {
        out.varint(self.ids.entries.len() as u64);
        self.ids.entries.iter().for_each(|id| out.uuid(id));
        out.varint(self.shapes.entries.len() as u64);
        for (kind, fields) in &self.shapes.entries {
            out.text(kind);
            out.varint(fields.len() as u64);
            fields.iter().for_each(|field| out.text(field));
        }
        out.varint(self.columns.entries.len() as u64);
        for ((kind, field), body) in self.columns.entries.iter().zip(&self.bodies) {
            out.text(kind);
            out.text(field);
            out.blob(&body.bytes);
        }
    }
}

/// A shape as it is read.
#[derive(Debug)]
pub struct ShapeIn {
    pub kind: String,
    /// The fields with the number of each one's column.
    pub fields: Vec<(String, usize)>,
    /// Bytes that a record of this shape takes at least once it is spelt out.
    pub bytes: usize,
}

impl ShapeIn {
    /// Bytes of a field beside its name, about.
    const FIELD_BYTES: usize = 64;

    fn new(kind: &str, fields: Vec<(String, usize)>) -> Self {
        let names = fields
            .iter()
            .map(|(name, _)| name.len() + Self::FIELD_BYTES);
        Self {
            bytes: kind.len() + names.sum::<usize>(),
            kind: kind.to_owned(),
            fields,
        }
    }
}

/// Bytes that a message may still take once its shapes are spelt out: a short message can name a long shape many times.
#[derive(Debug)]
pub struct Room(usize);

impl Room {
    pub fn new(bytes: usize) -> Self {
        Self(bytes)
    }

    pub fn take(&mut self, shape: &ShapeIn) -> Result<(), DecodeError> {
        let max = self.0;
        self.0 = max.checked_sub(shape.bytes).ok_or(DecodeError::TooLarge {
            what: "what the message spells out",
            max,
        })?;
        Ok(())
    }
}

/// The name of a kind or field.
fn name<'a>(input: &mut Reader<'a>) -> Result<&'a str, DecodeError> {
    let name = input.text()?;
    if name.len() > limits::TEXT_CHARS_MAX {
        return Err(DecodeError::TooLarge {
            what: "the name of a kind or field",
            max: limits::TEXT_CHARS_MAX,
        });
    }
    Ok(name)
}

/// The value columns that are being read.
pub struct ColumnsIn<'a> {
    columns: Vec<Reader<'a>>,
    pub ids: Vec<Uuid>,
}

/// Reads the tables and columns of a block.
pub fn read_columns<'a>(
    input: &mut Reader<'a>,
) -> Result<(Vec<ShapeIn>, ColumnsIn<'a>), DecodeError> {
    let count = input.count("ids", usize::MAX)?;
    let mut ids = Vec::with_capacity(count.min(input.remaining() / 16 + 1));
    for _ in 0..count {
        ids.push(input.uuid()?);
    }
    let mut named = Vec::new();
    for _ in 0..input.count("shapes", 100_000)? {
        let kind = name(input)?;
        let mut fields = Vec::new();
        for _ in 0..input.count("fields", limits::PATCH_FIELDS_MAX * 4)? {
            fields.push(name(input)?);
        }
        named.push((kind, fields));
    }
    let mut columns = Vec::new();
    let mut numbers = HashMap::new();
    for _ in 0..input.count("columns", 100_000)? {
        numbers.insert((name(input)?, name(input)?), columns.len());
        columns.push(Reader::new(input.blob()?));
    }
    let mut shapes = Vec::with_capacity(named.len());
    for (kind, names) in named {
        let mut fields = Vec::with_capacity(names.len());
        for field in names {
            let number = numbers
                .get(&(kind, field))
                .ok_or(DecodeError::Invalid("a field without its column"))?;
            fields.push((field.to_owned(), *number));
        }
        shapes.push(ShapeIn::new(kind, fields));
    }
    Ok((shapes, ColumnsIn { columns, ids }))
}

impl<'a> ColumnsIn<'a> {
    pub fn column(&mut self, number: usize) -> Result<&mut Reader<'a>, DecodeError> {
        self.columns
            .get_mut(number)
            .ok_or(DecodeError::Invalid("a field without its column"))
    }

    pub fn value(&mut self, number: usize) -> Result<Value, DecodeError> {
        let column = self
            .columns
            .get_mut(number)
            .ok_or(DecodeError::Invalid("a field without its column"))?;
        let mut ahead = *column;
        if ahead.byte()? != LISTED_ID {
            return Value::read(column);
        }
        let number = ahead.varint()?;
        *column = ahead;
        Ok(Value::id(*entry(
            &self.ids,
            number,
            "an id that is not listed",
        )?))
    }
}

/// A column of numbers written as differences from the one before.
#[derive(Default)]
pub struct Deltas {
    last: i64,
}

impl Deltas {
    pub fn write(&mut self, out: &mut Writer, number: i64) {
        out.signed(number.wrapping_sub(self.last));
        self.last = number;
    }

    pub fn read(&mut self, input: &mut Reader<'_>) -> Result<i64, DecodeError> {
        self.last = self.last.wrapping_add(input.signed()?);
        Ok(self.last)
    }
}
