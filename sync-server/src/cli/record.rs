//! `record`, `team`, `class` and `referral`: fields of any record, within the table of kinds.

use super::{Common, output};
use crate::office::error::OfficeError;
use crate::office::record_edit;
use clap::Subcommand;
use serde_json::json;

#[derive(Subcommand)]
pub enum Record {
    /// Write fields of a record; ID is `new` for one that does not exist yet.
    Set {
        #[arg(value_name = "KIND")]
        kind: String,
        #[arg(value_name = "ID")]
        id: String,
        #[arg(value_name = "FIELD=VALUE", required = true)]
        fields: Vec<String>,
        #[arg(long, value_name = "T")]
        why: String,
    },
    /// All records of a kind.
    List {
        #[arg(value_name = "KIND")]
        kind: String,
    },
}

/// The same for one kind.
#[derive(Subcommand)]
pub enum OfKind {
    /// Add one.
    Add {
        #[arg(value_name = "FIELD=VALUE", required = true)]
        fields: Vec<String>,
    },
    /// Change one: only what is given is written.
    Set {
        #[arg(value_name = "ID")]
        id: String,
        #[arg(value_name = "FIELD=VALUE", required = true)]
        fields: Vec<String>,
    },
    /// All of them.
    List,
}

pub fn run(common: &Common, args: Record) -> Result<(), OfficeError> {
    match args {
        Record::Set {
            kind,
            id,
            fields,
            why,
        } => set(common, &kind, &id, &fields, &why),
        Record::List { kind } => list(common, &kind),
    }
}

pub fn of_kind(common: &Common, kind: &str, args: OfKind) -> Result<(), OfficeError> {
    match args {
        OfKind::Add { fields } => set(common, kind, "new", &fields, "add"),
        OfKind::Set { id, fields } => set(common, kind, &id, &fields, "set"),
        OfKind::List => list(common, kind),
    }
}

fn set(
    common: &Common,
    kind: &str,
    id: &str,
    fields: &[String],
    why: &str,
) -> Result<(), OfficeError> {
    let id = common.write(|desk| record_edit::set(desk, kind, id, fields, why))?;
    output::show(common, &json!({ "kind": kind, "id": id.to_string() }));
    Ok(())
}

fn list(common: &Common, kind: &str) -> Result<(), OfficeError> {
    let list = common.read(|desk| record_edit::list(desk, kind))?;
    output::show(common, &list.into());
    Ok(())
}
