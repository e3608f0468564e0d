//! Values are checked against the one table of fields before they are saved.

use crate::error::{Result, TabletError};
use grebeg_core::kinds::{self, FieldType, Roles};
use grebeg_core::value::Value;

/// A field of a patch, checked for type and length.
pub fn field<'a>(kind: &str, name: &'a str, value: Value) -> Result<(&'a str, Value)> {
    let spec = kinds::kind(kind).and_then(|k| k.field(name));
    kinds::check_field(name, spec, &value)?;
    Ok((name, value))
}

/// A text without spaces at its ends; empty becomes nothing.
pub fn trimmed(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// The value that `typed` spells for a field; empty clears it.
///
/// Errors: `field_not_allowed` where the roles do not write the field, `bad_value` and `too_long`.
pub fn typed(kind: &str, name: &str, typed: &str, roles: Roles) -> Result<Value> {
    let Some(spec) = kinds::kind(kind).and_then(|k| k.field(name)) else {
        return Err(TabletError::unknown(crate::error::Unknown::Field, name));
    };
    if spec.amend.0 & roles.0 == 0 {
        return Err(TabletError::FieldNotAllowed {
            field: name.to_owned(),
        });
    }
    let Some(text) = trimmed(typed) else {
        return Ok(Value::Null);
    };
    let value = match spec.field_type {
        FieldType::Bool => match text.to_lowercase().as_str() {
            "yes" | "ya" | "true" | "1" => Value::Bool(true),
            "no" | "tidak" | "false" | "0" => Value::Bool(false),
            _ => return Err(TabletError::bad(name, "takes yes or no")),
        },
        FieldType::Int => match text.parse() {
            Ok(number) => Value::Int(number),
            Err(_) => return Err(TabletError::bad(name, "takes a whole number")),
        },
        FieldType::List | FieldType::Map | FieldType::Any => match serde_json::from_str(text) {
            Ok(json) => Value::from_json(&json),
            Err(_) if spec.field_type == FieldType::List => Value::List(
                text.split(',')
                    .filter_map(trimmed)
                    .map(Value::text)
                    .collect(),
            ),
            Err(_) => return Err(TabletError::bad(name, "takes JSON")),
        },
        _ => Value::text(text),
    };
    Ok(field(kind, name, value)?.1)
}

/// An answer as it is typed: the text itself, since only the definition knows which questions are yes or no.
pub fn answer(text: &str) -> Value {
    Value::text(text.trim())
}
