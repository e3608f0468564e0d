//! The campaign definition as it has arrived, in its typed form.

use super::record;
use crate::error::Result;
use grebeg_core::definition::{Definition, Fields, KINDS};
use rusqlite::Connection;

/// Builds the definition from its records; an empty one before they have come.
pub fn load(conn: &Connection) -> Result<Definition> {
    let mut entries: Vec<(&str, Fields)> = Vec::new();
    for kind in KINDS {
        for (_, registers) in record::of_kind(conn, kind)? {
            let fields = registers
                .0
                .into_iter()
                .filter(|(_, register)| !register.value.is_null())
                .map(|(field, register)| (field, register.value.to_json()))
                .collect();
            entries.push((kind, fields));
        }
    }
    Ok(Definition::from_entries(
        entries.iter().map(|(kind, fields)| (*kind, fields)),
    ))
}
