//! Building what is run: the pages first, because both programs carry them.

use std::process::Command;

use crate::pages;
use crate::run::RunError;

use super::calls::Programs;
use super::running::Running;

/// Builds pages and programs. Whoever names ready ones in `GREBEG_BIN_DIR` has built them.
/// Errors: `refused` when a build fails, `interrupted`.
pub fn all(programs: &Programs, shell: Option<&str>) -> Result<(), RunError> {
    if std::env::var_os("GREBEG_BIN_DIR").is_some() {
        println!("the programs of GREBEG_BIN_DIR are taken as they are");
        return Ok(());
    }
    for line in pages::commands(programs.root()) {
        step(programs, line)?;
    }
    step(programs, "cargo build --bins")?;
    match shell {
        Some(package) => {
            let build = format!("cargo build --package {package}");
            step(programs, &build)
        }
        None => Ok(()),
    }
}

/// Builds the programs with whatever pages there are. Errors: as `all`.
pub fn programs(programs: &Programs) -> Result<(), RunError> {
    match std::env::var_os("GREBEG_BIN_DIR") {
        Some(_) => Ok(()),
        None => step(programs, "cargo build --quiet --bins"),
    }
}

/// Runs a command line to its end with our own output; a stop ends it.
fn step(programs: &Programs, line: &str) -> Result<(), RunError> {
    println!("$ {line}");
    let mut words = line.split(' ');
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words).current_dir(programs.root());
    match Running::beside(line, command)?.wait(programs)? {
        true => Ok(()),
        false => Err(RunError::Refused {
            command: line.to_owned(),
            said: "see its output above".to_owned(),
        }),
    }
}
