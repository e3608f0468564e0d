//! Checks one value against its field: the type, the limit, nothing about rights.

use super::{FieldSpec, FieldType};
use crate::limits;
use crate::value::Value;

/// What is wrong with one value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FieldFault {
    #[error("{field} has more than {max} characters")]
    TooLong { field: String, max: usize },
    #[error("{field} is not an id")]
    BadId { field: String },
    #[error("{field} takes {expected}")]
    WrongType {
        field: String,
        expected: &'static str,
    },
}

/// Checks `value` for `field`; `spec` is `None` for a field that this program does not know, which is only bounded.
pub fn check_field(field: &str, spec: Option<&FieldSpec>, value: &Value) -> Result<(), FieldFault> {
    if value.is_null() {
        return Ok(());
    }
    if value.string_bytes_max() > limits::STRING_BYTES_MAX {
        return Err(FieldFault::TooLong {
            field: field.to_owned(),
            max: limits::STRING_BYTES_MAX,
        });
    }
    if value.depth() > limits::DEPTH_MAX {
        return Err(FieldFault::WrongType {
            field: field.to_owned(),
            expected: "lists and maps at most 16 deep",
        });
    }
    let Some(spec) = spec else { return Ok(()) };
    let wrong = |expected| {
        Err(FieldFault::WrongType {
            field: field.to_owned(),
            expected,
        })
    };
    match (spec.field_type, value) {
        (FieldType::Text(max), Value::Text(text)) => chars_at_most(field, text, max),
        (FieldType::Code, Value::Text(text)) => chars_at_most(field, text, limits::TEXT_CHARS_MAX),
        (FieldType::Id, Value::Text(_)) if value.as_id().is_some() => Ok(()),
        (FieldType::Id, _) => Err(FieldFault::BadId {
            field: field.to_owned(),
        }),
        (FieldType::Date, Value::Text(text)) if is_date(text) => Ok(()),
        (FieldType::Time, Value::Text(text))
            if chrono::DateTime::parse_from_rfc3339(text).is_ok() =>
        {
            Ok(())
        }
        (FieldType::Bool, Value::Bool(_))
        | (FieldType::Int, Value::Int(_))
        | (FieldType::List, Value::List(_))
        | (FieldType::Map, Value::Map(_))
        | (FieldType::Any, _) => Ok(()),
        (FieldType::Text(_) | FieldType::Code, _) => wrong("a text"),
        (FieldType::Bool, _) => wrong("true or false"),
        (FieldType::Int, _) => wrong("a whole number"),
        (FieldType::Date, _) => wrong("a date YYYY-MM-DD"),
        (FieldType::Time, _) => wrong("a time in RFC 3339"),
        (FieldType::List, _) => wrong("a list"),
        (FieldType::Map, _) => wrong("a map"),
    }
}

fn chars_at_most(field: &str, text: &str, max: usize) -> Result<(), FieldFault> {
    if text.len() > max && text.chars().count() > max {
        return Err(FieldFault::TooLong {
            field: field.to_owned(),
            max,
        });
    }
    Ok(())
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && chrono::NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok()
}
