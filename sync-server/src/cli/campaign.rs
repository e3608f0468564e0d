//! `campaign`: definitions.

use super::{Common, output};
use crate::office::campaign;
use crate::office::error::OfficeError;
use crate::store::Directory;
use crate::store::sqlite::{SqliteDirectory, open};
use crate::writer::once;
use clap::Subcommand;
use serde_json::json;

#[derive(Subcommand)]
pub enum Campaign {
    /// Load a definition, built in (cirebon-2019) or from a file; again to update it.
    Load {
        #[arg(value_name = "NAME-or-FILE")]
        name: String,
    },
    /// The campaigns in this folder.
    List,
}

pub fn run(common: &Common, args: Campaign) -> Result<(), OfficeError> {
    let mut connection = open(&common.folder()?.store())?;
    match args {
        Campaign::Load { name } => {
            let (name, entries) = campaign::entries_of(&name)?;
            let loaded = once(&mut connection, |turn| {
                campaign::load(turn, &name, &entries)
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
        Campaign::List => {
            let rows = SqliteDirectory(&connection).campaigns()?;
            let list = rows.iter().map(|row| {
                json!({ "campaign_id": row.campaign.to_string(), "code": row.code, "definition_name": row.definition_name })
            });
            output::show(common, &list.collect());
        }
    }
    Ok(())
}
