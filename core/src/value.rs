//! What a field can hold, its JSON form and its one canonical byte form (for hashes, storage and wire).

use crate::codec::{DecodeError, Reader, Writer};
use crate::limits;
use std::collections::BTreeMap;
use uuid::Uuid;

/// A field's value. `Null` clears a field: the register stays, the record then shows no such field.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Value {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Real(f64),
    Text(String),
    List(Vec<Value>),
    Map(BTreeMap<String, Value>),
}

const NULL: u8 = 0;
const FALSE: u8 = 1;
const TRUE: u8 = 2;
const INT: u8 = 3;
const REAL: u8 = 4;
const TEXT: u8 = 5;
const LIST: u8 = 6;
const MAP: u8 = 7;
/// A text that is exactly a lower-case hyphenated UUID, as its 16 bytes.
const ID: u8 = 8;

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub fn id(id: Uuid) -> Self {
        Self::Text(id.hyphenated().to_string())
    }

    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(flag) = self {
            Some(*flag)
        } else {
            None
        }
    }

    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(number) = self {
            Some(*number)
        } else {
            None
        }
    }

    pub fn as_id(&self) -> Option<Uuid> {
        self.as_text().and_then(canonical_uuid)
    }

    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        if let Self::Map(map) = self {
            Some(map)
        } else {
            None
        }
    }

    pub fn as_list(&self) -> Option<&[Value]> {
        if let Self::List(list) = self {
            Some(list)
        } else {
            None
        }
    }

    pub fn write(&self, out: &mut Writer) {
        match self {
            Self::Null => out.byte(NULL),
            Self::Bool(false) => out.byte(FALSE),
            Self::Bool(true) => out.byte(TRUE),
            Self::Int(number) => {
                out.byte(INT);
                out.signed(*number);
            }
            Self::Real(number) => {
                out.byte(REAL);
                out.raw(&number.to_bits().to_be_bytes());
            }
            Self::Text(text) => match canonical_uuid(text) {
                Some(id) => {
                    out.byte(ID);
                    out.uuid(&id);
                }
                None => {
                    out.byte(TEXT);
                    out.text(text);
                }
            },
            Self::List(list) => {
                out.byte(LIST);
                out.varint(list.len() as u64);
                list.iter().for_each(|value| value.write(out));
            }
            Self::Map(map) => {
                out.byte(MAP);
                out.varint(map.len() as u64);
                for (key, value) in map {
                    out.text(key);
                    value.write(out);
                }
            }
        }
    }

    pub fn canonical_bytes(&self) -> Vec<u8> {
        let mut out = Writer::new();
        self.write(&mut out);
        out.bytes
    }

    pub fn read(input: &mut Reader<'_>) -> Result<Self, DecodeError> {
        Self::read_at(input, limits::DEPTH_MAX)
    }

    fn read_at(input: &mut Reader<'_>, depth: usize) -> Result<Self, DecodeError> {
        Ok(match input.byte()? {
            NULL => Self::Null,
            FALSE => Self::Bool(false),
            TRUE => Self::Bool(true),
            INT => Self::Int(input.signed()?),
            REAL => {
                let number = f64::from_bits(u64::from_be_bytes(input.array()?));
                if !number.is_finite() {
                    return Err(DecodeError::Invalid("a number that is not finite"));
                }
                Self::Real(number)
            }
            TEXT => {
                let text = input.text()?;
                if canonical_uuid(text).is_some() {
                    return Err(DecodeError::Invalid("an id in its long form"));
                }
                Self::Text(text.to_owned())
            }
            ID => Self::id(input.uuid()?),
            LIST => {
                let depth = depth
                    .checked_sub(1)
                    .ok_or(DecodeError::Invalid("a value this deep"))?;
                let count = input.count("a list", usize::MAX)?;
                let mut list = Vec::with_capacity(count.min(1_024));
                for _ in 0..count {
                    list.push(Self::read_at(input, depth)?);
                }
                Self::List(list)
            }
            MAP => {
                let depth = depth
                    .checked_sub(1)
                    .ok_or(DecodeError::Invalid("a value this deep"))?;
                let count = input.count("a map", usize::MAX)?;
                let mut map = BTreeMap::new();
                for _ in 0..count {
                    let key = input.text()?;
                    if map
                        .last_key_value()
                        .is_some_and(|(last, _): (&String, _)| last.as_str() >= key)
                    {
                        return Err(DecodeError::Invalid("a map out of order"));
                    }
                    map.insert(key.to_owned(), Self::read_at(input, depth)?);
                }
                Self::Map(map)
            }
            _ => return Err(DecodeError::Invalid("this tag")),
        })
    }

    /// How many lists and maps stand in each other; 0 for a plain value.
    pub fn depth(&self) -> usize {
        let inner = match self {
            Self::List(list) => list.iter().map(Self::depth).max(),
            Self::Map(map) => map.values().map(Self::depth).max(),
            _ => return 0,
        };
        inner.unwrap_or(0) + 1
    }

    /// From JSON. Whole numbers beyond 64 bits become reals, as JSON readers do.
    pub fn from_json(json: &serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Self::Null,
            serde_json::Value::Bool(flag) => Self::Bool(*flag),
            serde_json::Value::Number(number) => match number.as_i64() {
                Some(whole) => Self::Int(whole),
                None => Self::Real(number.as_f64().filter(|n| n.is_finite()).unwrap_or(0.0)),
            },
            serde_json::Value::String(text) => Self::Text(text.clone()),
            serde_json::Value::Array(list) => {
                Self::List(list.iter().map(Self::from_json).collect())
            }
            serde_json::Value::Object(map) => Self::Map(
                map.iter()
                    .map(|(key, value)| (key.clone(), Self::from_json(value)))
                    .collect(),
            ),
        }
    }

    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Bool(flag) => (*flag).into(),
            Self::Int(number) => (*number).into(),
            Self::Real(number) => (*number).into(),
            Self::Text(text) => text.as_str().into(),
            Self::List(list) => list.iter().map(Self::to_json).collect(),
            Self::Map(map) => map
                .iter()
                .map(|(key, value)| (key.clone(), value.to_json()))
                .collect(),
        }
    }

    /// The longest string inside, in bytes, keys included.
    pub fn string_bytes_max(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::List(list) => list.iter().map(Self::string_bytes_max).max().unwrap_or(0),
            Self::Map(map) => map
                .iter()
                .map(|(k, v)| k.len().max(v.string_bytes_max()))
                .max()
                .unwrap_or(0),
            _ => 0,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Bool(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

/// The UUID that `text` spells, if it is in the one form that we write (lower case, with hyphens).
pub fn canonical_uuid(text: &str) -> Option<Uuid> {
    if text.len() != 36 || text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    Uuid::try_parse(text).ok()
}
