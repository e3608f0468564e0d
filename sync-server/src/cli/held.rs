//! `held`: what was held back.

use super::{Common, output};
use crate::office::error::OfficeError;
use crate::office::held;
use clap::Subcommand;

#[derive(Subcommand)]
pub enum Held {
    /// What is held back, with the reason.
    List,
    /// Take it as it is: it counts from now on.
    Accept {
        #[arg(value_name = "ID", required_unless_present = "recovered")]
        id: Option<String>,
        /// All that tablets offered back after a restore from an older backup.
        #[arg(long, conflicts_with = "id")]
        recovered: bool,
    },
    /// Set it aside: it stays on file and counts nowhere.
    Discard {
        #[arg(value_name = "ID")]
        id: String,
        #[arg(long, value_name = "T")]
        why: String,
    },
}

pub fn run(common: &Common, args: Held) -> Result<(), OfficeError> {
    let answer = match args {
        Held::List => common.read(held::list)?.into(),
        Held::Accept { id, .. } => common.write(|desk| match &id {
            Some(id) => held::accept(desk, id),
            None => held::accept_recovered(desk),
        })?,
        Held::Discard { id, why } => common.write(|desk| held::discard(desk, &id, &why))?,
    };
    output::show(common, &answer);
    Ok(())
}
