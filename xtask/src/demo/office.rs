//! The office's part of the demonstration: its folder, the campaign, the invented traders.

use std::path::PathBuf;

use crate::run::RunError;

use super::calls::Programs;

/// The campaign of the demonstration, by the name of its definition.
pub const CAMPAIGN: &str = "cirebon-2019";

/// Shows that a folder is ours to make anew.
const MARK: &str = "made-by-xtask-demo";

/// Makes the folder anew, or keeps it. Errors: `not_ours` when it holds something that no demonstration made.
pub fn prepare_folder(programs: &Programs, keep: bool) -> Result<(), RunError> {
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
    .map_err(failed)
}

fn mark(programs: &Programs) -> PathBuf {
    programs.folder().join(MARK)
}

/// Loads the campaign's definition; loading it again only brings it up to date.
pub fn load_campaign(programs: &Programs) -> Result<(), RunError> {
    let loaded = programs.office(&["campaign", "load", CAMPAIGN]).json()?;
    println!("campaign {}", loaded["code"]);
    Ok(())
}

/// Makes the invented traders; the same seed adds nobody twice.
pub fn add_traders(programs: &Programs, traders: u64, seed: u64) -> Result<(), RunError> {
    let (traders, seed) = (traders.to_string(), seed.to_string());
    let made = programs
        .office(&[
            "demo-data",
            "--campaign",
            CAMPAIGN,
            "--traders",
            &traders,
            "--seed",
            &seed,
        ])
        .json()?;
    println!("{} traders were added", made["created"]);
    Ok(())
}
