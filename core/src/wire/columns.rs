//! Values laid out by column: all names together, all phones together, so that the packer finds what is alike.
//!
//! A shape is a kind with a set of fields; most records of a campaign share a few shapes. Ids that occur as values
//! are listed once and named by number. So are the cells of a column in which the same come again and again.

use crate::codec::{DecodeError, Reader, Writer};
use crate::limits;
use crate::value::Value;
use std::collections::HashMap;
use std::rc::Rc;
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
    cells: Vec<Cells>,
    pub ids: Table<Uuid>,
    /// Where a cell is written first: most of them are there already.
    scratch: Writer,
}

/// The cells of one column: each different one once, and which comes when.
#[derive(Debug, Default)]
struct Cells {
    table: Table<Vec<u8>>,
    order: Vec<u64>,
}

/// Before the number of an id that is listed; no tag of a value.
const LISTED_ID: u8 = 0xfe;

/// How a column is laid out: its cells one after the other, or each different one once and then their numbers.
const EACH: u8 = 0;
const TABLE: u8 = 1;

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
            cells: Vec::new(),
            ids: Table::new(),
            scratch: Writer::new(),
        }
    }

    /// The number of the column of one field.
    pub fn column_number(&mut self, kind: &str, field: &str) -> usize {
        let number = self.columns.number(&(kind.to_owned(), field.to_owned())) as usize;
        if number >= self.cells.len() {
            self.cells.resize_with(number + 1, Cells::default);
        }
        number
    }

    /// Writes the next cell of a column that [`Self::column_number`] gave.
    pub fn cell(&mut self, column: usize, write: impl FnOnce(&mut Writer)) {
        self.scratch.bytes.clear();
        write(&mut self.scratch);
        let cells = &mut self.cells[column];
        let number = cells.table.number(&self.scratch.bytes);
        cells.order.push(number);
    }

    pub fn value(&mut self, kind: &str, field: &str, value: &Value) {
        let column = self.column_number(kind, field);
        self.value_in(column, value);
    }

    /// A value of a column that [`Self::column_number`] gave.
    pub fn value_in(&mut self, column: usize, value: &Value) {
        let listed = value.as_id().map(|id| self.ids.number(&id));
        self.cell(column, |cell| match listed {
            Some(number) => {
                cell.byte(LISTED_ID);
                cell.varint(number);
            }
            None => value.write(cell),
        });
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
        for ((kind, field), cells) in self.columns.entries.iter().zip(&self.cells) {
            out.text(kind);
            out.text(field);
            out.blob(&cells.body().bytes);
        }
    }
}

impl Cells {
    fn body(&self) -> Writer {
        let mut body = Writer::new();
        let entries = &self.table.entries;
        // A table pays where most cells came before.
        if entries.len() * 10 < self.order.len() * 6 {
            body.byte(TABLE);
            body.varint(entries.len() as u64);
            entries.iter().for_each(|cell| body.blob(cell));
            self.order.iter().for_each(|number| body.varint(*number));
            return body;
        }
        body.byte(EACH);
        let numbers = self.order.iter().map(|number| *number as usize);
        for cell in numbers.filter_map(|number| entries.get(number)) {
            body.raw(cell);
        }
        body
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

/// Bytes that a message may still take once it is spelt out: a short one can name a long shape, or a long cell, many times.
#[derive(Debug)]
struct Room(usize);

impl Room {
    fn take(&mut self, bytes: usize) -> Result<(), DecodeError> {
        let max = self.0;
        self.0 = max.checked_sub(bytes).ok_or(DecodeError::TooLarge {
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
    shapes: Vec<Rc<ShapeIn>>,
    columns: Vec<ColumnIn<'a>>,
    ids: Vec<Uuid>,
    /// Listed ids that were named so far: all before this one.
    named: usize,
    room: Room,
}

/// A column: what is left of it, and its table where it has one.
struct ColumnIn<'a> {
    rest: Reader<'a>,
    table: Option<Vec<&'a [u8]>>,
}

impl<'a> ColumnIn<'a> {
    fn read(mut rest: Reader<'a>, room: &mut Room) -> Result<Self, DecodeError> {
        let table = match rest.byte()? {
            EACH => None,
            TABLE => {
                let count = rest.count("cells", usize::MAX)?;
                // An empty cell is one byte of the message, and more than that here.
                room.take(count.saturating_mul(size_of::<&[u8]>()))?;
                let mut cells = Vec::with_capacity(count.min(rest.remaining()));
                for _ in 0..count {
                    cells.push(rest.blob()?);
                }
                Some(cells)
            }
            _ => return Err(DecodeError::Invalid("a column of this form")),
        };
        Ok(Self { rest, table })
    }
}

/// Reads the tables and columns of a block. `spelt_out_max`: bytes that its cells and shapes may take once they are spelt out.
pub fn read_columns<'a>(
    input: &mut Reader<'a>,
    spelt_out_max: usize,
) -> Result<ColumnsIn<'a>, DecodeError> {
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
    let mut room = Room(spelt_out_max);
    let mut columns = Vec::new();
    let mut numbers = HashMap::new();
    for _ in 0..input.count("columns", 100_000)? {
        numbers.insert((name(input)?, name(input)?), columns.len());
        columns.push(ColumnIn::read(Reader::new(input.blob()?), &mut room)?);
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
        shapes.push(Rc::new(ShapeIn::new(kind, fields)));
    }
    Ok(ColumnsIn {
        shapes,
        columns,
        ids,
        named: 0,
        room,
    })
}

impl ColumnsIn<'_> {
    /// A shape by its number.
    pub fn shape(&mut self, number: u64) -> Result<Rc<ShapeIn>, DecodeError> {
        let shape = entry(&self.shapes, number, "a shape that is not listed")?;
        self.room.take(shape.bytes)?;
        Ok(Rc::clone(shape))
    }

    /// A listed id by its number.
    pub fn id(&mut self, number: u64) -> Result<Uuid, DecodeError> {
        let id = *entry(&self.ids, number, "an id that is not listed")?;
        self.named = self.named.max(number as usize + 1);
        Ok(id)
    }

    /// The first listed id that was not named yet.
    pub fn next_id(&mut self) -> Result<Uuid, DecodeError> {
        self.id(self.named as u64)
    }

    /// Reads the next cell of a column.
    pub fn cell<T>(
        &mut self,
        number: usize,
        read: impl FnOnce(&mut Reader<'_>) -> Result<T, DecodeError>,
    ) -> Result<T, DecodeError> {
        let column = self
            .columns
            .get_mut(number)
            .ok_or(DecodeError::Invalid("a field without its column"))?;
        let Some(table) = &column.table else {
            return read(&mut column.rest);
        };
        let cell = *entry(table, column.rest.varint()?, "a cell that is not listed")?;
        self.room.take(cell.len())?;
        let mut cell = Reader::new(cell);
        let value = read(&mut cell)?;
        cell.end()?;
        Ok(value)
    }

    pub fn value(&mut self, number: usize) -> Result<Value, DecodeError> {
        let found = self.cell(number, |cell| {
            let mut ahead = *cell;
            if ahead.byte()? != LISTED_ID {
                return Ok(Cell::Value(Value::read(cell)?));
            }
            let number = ahead.varint()?;
            *cell = ahead;
            Ok(Cell::Listed(number))
        })?;
        match found {
            Cell::Value(value) => Ok(value),
            Cell::Listed(number) => Ok(Value::id(self.id(number)?)),
        }
    }
}

/// What a cell of a value holds.
enum Cell {
    Value(Value),
    /// The number of an id.
    Listed(u64),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn written(values: &[Value]) -> Vec<u8> {
        let mut columns = ColumnsOut::new();
        values
            .iter()
            .for_each(|v| columns.value("visit", "note", v));
        columns
            .shapes
            .number(&("visit".into(), vec!["note".into()]));
        let mut out = Writer::new();
        columns.finish(&mut out);
        out.bytes
    }

    #[test]
    fn cells_come_back_in_their_order_from_either_form() {
        let id = |n: u128| Value::id(Uuid::from_u128(n));
        let text = |n: usize| Value::text(format!("catatan {n}"));
        let alike: Vec<Value> = (0..40)
            .map(|n| if n % 2 == 0 { id(7) } else { text(n % 3) })
            .collect();
        let different: Vec<Value> = (0..40).map(text).collect();
        for values in [alike, different] {
            let bytes = written(&values);
            let mut columns = read_columns(&mut Reader::new(&bytes), usize::MAX).unwrap();
            let read: Vec<Value> = values.iter().map(|_| columns.value(0).unwrap()).collect();
            assert_eq!(read, values);
            assert!(columns.value(0).is_err(), "nothing is left");
        }
    }

    #[test]
    fn a_short_message_that_names_a_long_cell_again_and_again_is_stopped() {
        let long = Value::text("x".repeat(1_000));
        let bytes = written(&vec![long; 100]);
        assert!(bytes.len() < 1_300);
        let mut columns = read_columns(&mut Reader::new(&bytes), 50_000).unwrap();
        let read = (0..100).take_while(|_| columns.value(0).is_ok());
        assert_eq!(read.count(), 49);
    }
}
