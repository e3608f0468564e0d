//! `traders` and `demo-data`: registers of traders come in.

use super::{Common, output};
use crate::office::demo;
use crate::office::error::OfficeError;
use crate::office::import::Import;
use crate::register::{self, RegisterTable};
use clap::{Args, Subcommand};
use serde_json::json;
use sha2::{Digest, Sha256};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// So long one part of an import keeps tablets waiting.
const PART: Duration = Duration::from_millis(150);
/// Between two parts whoever waits gets a turn: SQLite asks again within this time.
const PAUSE: Duration = Duration::from_millis(50);
const TELL_EVERY: Duration = Duration::from_secs(1);

#[derive(Subcommand)]
pub enum Traders {
    /// Take in a market operator's register; again to bring it up to date.
    Import {
        /// A CSV or XLSX file with a heading line.
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// Whose register it is; part of every trader's id. Without it the campaign's operator.
        #[arg(long, value_name = "NAME")]
        register: Option<String>,
        /// Which column is which field, such as "No. Anggota=register_no".
        #[arg(long, value_name = "Column=field")]
        map: Vec<String>,
        /// Only say what would be done.
        #[arg(long)]
        dry_run: bool,
    },
}

pub fn run(common: &Common, args: Traders) -> Result<(), OfficeError> {
    let Traders::Import {
        file,
        register,
        map,
        dry_run,
    } = args;
    let (table, sha256) = read(&file, &map)?;
    let mut import = common.read(|desk| Import::plan(desk, &table, register.as_deref(), false))?;
    if dry_run {
        common.read(|desk| import.rehearse(desk))?;
    } else {
        take_in_parts(common, &mut import)?;
    }
    let imported = common.read(|desk| import.finish(desk))?;
    if !dry_run {
        let detail = format!(
            "file {} sha256 {sha256} register {} created {} updated {} unchanged {} refused {}",
            file.file_name().unwrap_or_default().to_string_lossy(),
            imported.register,
            imported.created,
            imported.updated,
            imported.unchanged,
            imported.refused_rows,
        );
        common.write(|desk| desk.log("traders import", &detail))?;
    }
    let mut answer = imported.to_json();
    if let Some(map) = answer.as_object_mut() {
        map.insert("dry_run".to_owned(), dry_run.into());
    }
    output::show(common, &answer);
    Ok(())
}

/// Takes all rows, part by part, and says on stderr how far it is where that takes long.
fn take_in_parts(common: &Common, import: &mut Import) -> Result<(), OfficeError> {
    let mut connection = common.connection()?;
    let mut told = Instant::now();
    loop {
        let more = common.write_with(&mut connection, |desk| import.take(desk, PART))?;
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            let (done, all) = import.progress();
            output::warn(&format!("{done} of {all} rows"));
        }
        if !more {
            return Ok(());
        }
        std::thread::sleep(PAUSE);
    }
}

fn read(file: &Path, map: &[String]) -> Result<(RegisterTable, String), OfficeError> {
    let bytes = std::fs::read(file).map_err(|source| OfficeError::File {
        path: file.display().to_string(),
        source,
    })?;
    let mut mapping = Vec::new();
    for pair in map {
        // A heading may hold `=` itself; a field never does.
        let Some((column, field)) = pair.rsplit_once('=') else {
            return Err(OfficeError::BadValue {
                what: "--map",
                value: pair.clone(),
                expected: "\"Column=field\"",
            });
        };
        mapping.push((column.to_owned(), field.to_owned()));
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let table = register::read(&bytes, &name, &mapping).map_err(|error| OfficeError::Other {
        code: error.code(),
        message: error.to_string(),
        hint: error.hint().to_owned(),
    })?;
    let sha256 = grebeg_core::wire::json::to_hex(&Sha256::digest(&bytes));
    Ok((table, sha256))
}

#[derive(Args)]
pub struct DemoData {
    /// How many.
    #[arg(long, value_name = "N", default_value_t = 500)]
    traders: u64,
    /// The same seed gives the same people.
    #[arg(long, value_name = "S", default_value_t = 1)]
    seed: u64,
}

pub fn demo_data(common: &Common, args: DemoData) -> Result<(), OfficeError> {
    let (traders, seed) = (args.traders, args.seed);
    let mut import = common.read(|desk| demo::plan(desk, traders, seed))?;
    take_in_parts(common, &mut import)?;
    let made = common.read(|desk| import.finish(desk))?;
    let detail = format!("traders {traders} seed {seed} created {}", made.created);
    common.write(|desk| desk.log("demo-data", &detail))?;
    output::show(
        common,
        &json!({ "created": made.created, "unchanged": made.unchanged, "updated": made.updated }),
    );
    Ok(())
}
