//! `campaign`: definitions.

use super::{Common, output};
use crate::office::campaign;
use crate::office::definition_file;
use crate::office::error::OfficeError;
use crate::store::Directory;
use crate::store::sqlite::{SqliteDirectory, open};
use crate::writer::once;
use clap::Subcommand;
use grebeg_core::definition::to_json;
use serde_json::json;
use std::path::PathBuf;

#[derive(Subcommand)]
pub enum Campaign {
    /// Load a definition, built in (cirebon-2019) or from a file; again to update it.
    Load {
        #[arg(value_name = "NAME-or-FILE")]
        name: String,
    },
    /// The campaigns in this folder.
    List,
    /// One campaign at a glance.
    Show,
    /// Write the definition into a file that `load` takes again.
    Export {
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Close it: what tablets write after they heard of it is held back.
    Close,
    /// Open it again.
    Open,
}

pub fn run(common: &Common, args: Campaign) -> Result<(), OfficeError> {
    match args {
        Campaign::Load { name } => {
            let mut connection = open(&common.folder()?.store())?;
            let (name, entries) = campaign::entries_of(&name)?;
            let loaded = once(&mut connection, |turn| {
                campaign::load(turn, &name, &entries, common.by.as_deref())
            })?;
            output::show(
                common,
                &json!({
                    "campaign_id": loaded.row.campaign.to_string(),
                    "code": loaded.row.code,
                    "markets": loaded.markets,
                    "channels": loaded.channels,
                    "changed_records": loaded.changed_records,
                }),
            );
        }
        Campaign::Show => {
            let answer = common.read(definition_file::show)?;
            output::show(common, &answer);
        }
        Campaign::Export { out } => {
            common.folder()?.not_own(&out)?;
            let entries = common.read(definition_file::entries)?;
            let failed = |source| OfficeError::File {
                path: out.display().to_string(),
                source,
            };
            std::fs::write(&out, to_json(&entries) + "\n").map_err(failed)?;
            common.note("campaign export", &out.display().to_string());
            output::show(
                common,
                &json!({ "file": out.display().to_string(), "entries": entries.len() }),
            );
        }
        Campaign::Close => close(common, true)?,
        Campaign::Open => close(common, false)?,
        Campaign::List => {
            let connection = open(&common.folder()?.store())?;
            let rows = SqliteDirectory(&connection).campaigns()?;
            let list = rows.iter().map(|row| {
                json!({ "campaign_id": row.campaign.to_string(), "code": row.code, "definition_name": row.definition_name })
            });
            output::show(common, &list.collect());
        }
    }
    Ok(())
}

fn close(common: &Common, closed: bool) -> Result<(), OfficeError> {
    common.write(|desk| definition_file::set_closed(desk, closed))?;
    output::show(common, &json!({ "closed": closed }));
    Ok(())
}
