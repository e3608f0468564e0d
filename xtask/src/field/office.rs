//! The office: its folder and its server, the campaign, the invented traders, who has which blocks.

use std::net::TcpListener;
use std::path::{Path, PathBuf};

use chrono::{Days, NaiveDate};

use crate::run::RunError;

use super::calls::Programs;
use super::running::Running;
use super::team::{self, Tablet};
use super::walk::Walker;

/// The built-in campaign: the name of its definition, and its code.
pub const CAMPAIGN: &str = "cirebon-2019";
pub const CODE: &str = "CRB-2019";

/// Days of field work, the first and the last included.
const LENGTH_DAYS: u64 = 14;
const BLOCKS_ASSIGNED: usize = 2;

/// The file that says what is called now where that is not the real time.
const NOW: &str = "now";
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
        "May be removed: `cargo xtask demo` and `cargo xtask campaign` make it anew.\n",
    )
    .map_err(failed)?;
    println!("everything is in {}", programs.shown_path(folder));
    // A folder whose making was broken off has no tablets yet.
    Ok(is_ours && keep && folder.join(team::LIST).exists())
}

fn mark(programs: &Programs) -> PathBuf {
    programs.folder().join(MARK)
}

/// Loads the campaign's definition and moves its dates, so that it has begun so many days before `today`.
pub fn load_campaign(programs: &Programs, today: NaiveDate, days: u64) -> Result<(), RunError> {
    let id = programs
        .server(&["campaign", "load", CAMPAIGN])
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
    let words = ["demo-data", "--traders", &traders, "--seed", &seed];
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

/// The server on a free port; that of the last time if it is still free, because the tablets know that one.
pub fn start_server(programs: &Programs) -> Result<Running, RunError> {
    let remembered = remembered_address(programs);
    let address = std::fs::read_to_string(&remembered)
        .ok()
        .map(|text| text.trim().to_owned())
        .filter(|address| TcpListener::bind(address).is_ok())
        .unwrap_or_else(|| "127.0.0.1:0".to_owned());
    let call = programs.server(&["serve", "--listen", &address]);
    let server = Running::listening(programs, "server", &call)?;
    remember_address(programs, server.url().trim_start_matches("http://"))?;
    Ok(server)
}

/// Keeps the address that the tablets know for the next time.
pub fn remember_address(programs: &Programs, address: &str) -> Result<(), RunError> {
    let remembered = remembered_address(programs);
    std::fs::write(&remembered, address).map_err(|source| RunError::File {
        path: programs.shown_path(&remembered),
        source,
    })
}

fn remembered_address(programs: &Programs) -> PathBuf {
    programs.folder().join("server-address")
}

/// Keeps what is called now for whoever opens the folder later.
pub fn keep_now(programs: &Programs, now_ms: i64) -> Result<(), RunError> {
    let kept = programs.folder().join(NOW);
    std::fs::write(&kept, now_ms.to_string()).map_err(|source| RunError::File {
        path: programs.shown_path(&kept),
        source,
    })
}

/// What is called now in a folder whose days are over, in Unix milliseconds.
pub fn kept_now_ms(folder: &Path) -> Option<i64> {
    let text = std::fs::read_to_string(folder.join(NOW)).ok()?;
    text.trim().parse().ok()
}
