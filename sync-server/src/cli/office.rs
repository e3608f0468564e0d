//! `erase`, `history` and `duplicates`: the office's work on single traders.

use super::{Common, output};
use crate::office::error::OfficeError;
use crate::office::{duplicates, erasure, forever, history};
use crate::store::sqlite::{checkpoint, open};
use clap::{Args, Subcommand};
use serde_json::json;

/// A restore keeps the store that it replaced, and no erasure reaches it.
const SET_ASIDE: &str = "stores that a restore set aside still hold what was erased here: delete them when they are not needed any more";

#[derive(Args)]
pub struct Erase {
    /// The trader.
    #[arg(long, value_name = "ID")]
    trader: String,
    /// On whose request and when; never the person's name: nothing deletes from the log.
    #[arg(long, value_name = "T")]
    why: String,
}

pub fn erase(common: &Common, args: Erase) -> Result<(), OfficeError> {
    let folder = common.folder()?;
    let erased = common.write(|desk| {
        let erased = erasure::erase_on_request(desk, &args.trader, &args.why)?;
        // Before the commit: an erasure that is promised survives a restored backup.
        forever::append(&folder, &erased.forever)?;
        Ok(erased)
    })?;
    let complete = checkpoint(&open(&folder.store())?)?;
    let aside = folder.set_aside();
    if !aside.is_empty() {
        output::warn(SET_ASIDE);
    }
    let traders = erased.taken.traders.iter().map(|t| t.to_string());
    output::show(
        common,
        &json!({
            "erased_fields": erased.taken.erased_fields,
            "tablets_pending": erased.tablets_pending,
            "traders": traders.collect::<Vec<_>>(),
            // Somebody still read what was before: the server takes the rest out within minutes.
            "log_pending": !complete,
            "set_aside_stores": aside.iter().map(|p| p.display().to_string()).collect::<Vec<_>>(),
        }),
    );
    Ok(())
}

#[derive(Args)]
pub struct History {
    /// trader, visit, step, …
    #[arg(value_name = "KIND")]
    kind: String,
    #[arg(value_name = "ID")]
    id: String,
}

pub fn history(common: &Common, args: History) -> Result<(), OfficeError> {
    let list = common.read(|desk| history::history(desk, &args.kind, &args.id))?;
    output::show(common, &list.into());
    Ok(())
}

#[derive(Subcommand)]
pub enum Duplicates {
    /// Pairs that may be one person, the likeliest first.
    List,
    /// Show OTHER at KEEP from now on; nothing is moved, and it can be undone.
    Merge {
        #[arg(value_name = "KEEP")]
        keep: String,
        #[arg(value_name = "OTHER")]
        other: String,
        /// Fields to take over from OTHER, such as phone.
        #[arg(long, value_name = "FIELD", value_delimiter = ',')]
        pick: Vec<String>,
    },
    /// Let OTHER stand alone again.
    Undo {
        #[arg(value_name = "OTHER")]
        other: String,
    },
    /// Say that these are two people.
    Not {
        #[arg(value_name = "A")]
        a: String,
        #[arg(value_name = "B")]
        b: String,
    },
}

pub fn duplicates(common: &Common, args: Duplicates) -> Result<(), OfficeError> {
    let answer = match args {
        Duplicates::List => common.read(duplicates::list)?.into(),
        Duplicates::Merge { keep, other, pick } => {
            common.write(|desk| duplicates::merge(desk, &keep, &other, &pick))?
        }
        Duplicates::Undo { other } => common.write(|desk| duplicates::undo(desk, &other))?,
        Duplicates::Not { a, b } => {
            common.write(|desk| duplicates::not_duplicates(desk, &a, &b))?
        }
    };
    output::show(common, &answer);
    Ok(())
}
