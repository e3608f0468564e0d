//! The office's part of the demonstration: its folder, the campaign, the invented traders, who has which blocks.

use std::path::PathBuf;

use chrono::{Days, NaiveDate};

use crate::run::RunError;

use super::calls::Programs;
use super::team::Tablet;
use super::walk::Walker;

/// The campaign of the demonstration, by the name of its definition.
pub const CAMPAIGN: &str = "cirebon-2019";

/// Days of field work, the first and the last included.
const LENGTH_DAYS: u64 = 14;
const BLOCKS_ASSIGNED: usize = 2;

/// Shows that a folder is ours to make anew.
const MARK: &str = "made-by-xtask-demo";

/// Makes the folder anew, or keeps it; whether there was one to keep.
/// Errors: `not_ours` when it holds something that no demonstration made.
pub fn prepare_folder(programs: &Programs, keep: bool) -> Result<bool, RunError> {
    let folder = programs.folder();
    let failed = |source| RunError::File {
        path: programs.shown_path(folder),
        source,
    };
    let is_ours = mark(programs).exists();
    let is_empty = match std::fs::read_dir(folder) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => true,
        Err(error) => return Err(failed(error)),
    };
    if !is_ours && !is_empty {
        return Err(RunError::NotOurs {
            path: programs.shown_path(folder),
        });
    }
    if is_ours && !keep {
        println!("the folder of the last time is removed (--keep would have gone on with it)");
        std::fs::remove_dir_all(folder).map_err(failed)?;
    }
    std::fs::create_dir_all(folder).map_err(failed)?;
    std::fs::write(
        mark(programs),
        "May be removed; `cargo xtask demo` makes it anew.\n",
    )
    .map_err(failed)?;
    println!("everything is in {}", programs.shown_path(folder));
    // A folder whose making was broken off has no tablets yet.
    Ok(is_ours && keep && folder.join("server-address").exists())
}

fn mark(programs: &Programs) -> PathBuf {
    programs.folder().join(MARK)
}

/// Loads the campaign's definition and moves its dates, so that it has begun so many days before `today`.
pub fn load_campaign(programs: &Programs, today: NaiveDate, days: u64) -> Result<(), RunError> {
    let id = programs
        .office(&["campaign", "load", CAMPAIGN])
        .text("campaign_id")?;
    let first = today - Days::new(days);
    let dates = [
        ("training_date", first - Days::new(1)),
        ("field_from", first),
        ("field_to", first + Days::new(LENGTH_DAYS - 1)),
    ];
    let dates = dates.map(|(field, date)| format!("{field}={date}"));
    let mut words = vec!["record", "set", "campaign", &id];
    words.extend(dates.iter().map(String::as_str));
    words.extend(["--why", "peragaan"]);
    programs.office(&words).json()?;
    Ok(())
}

/// Makes the invented traders; the same seed adds nobody twice.
pub fn add_traders(programs: &Programs, traders: u64, seed: u64) -> Result<(), RunError> {
    let (traders, seed) = (traders.to_string(), seed.to_string());
    let words = [
        "demo-data",
        "--campaign",
        CAMPAIGN,
        "--traders",
        &traders,
        "--seed",
        &seed,
    ];
    let made = programs.office(&words).json()?;
    println!("{} traders were added", made["created"]);
    Ok(())
}

/// Gives each canvasser the first blocks of the way, as a lead would.
pub fn assign_blocks(
    programs: &Programs,
    tablets: &[Tablet],
    walkers: &[Walker],
) -> Result<(), RunError> {
    for walker in walkers {
        let Some(tablet) = tablets.get(walker.tablet) else {
            continue;
        };
        for block in walker.blocks.iter().take(BLOCKS_ASSIGNED) {
            let fields = [
                format!("market={}", tablet.market),
                format!("person={}", walker.person),
                format!("block={block}"),
                "active=true".to_owned(),
            ];
            let mut words = vec!["record", "set", "assignment", "new"];
            words.extend(fields.iter().map(String::as_str));
            words.extend(["--why", "peragaan"]);
            programs.office(&words).quiet_json()?;
        }
    }
    Ok(())
}
