//! The server of the comparison: a campaign with an admin and a canvasser, then `sync-server serve` in place of us.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use whole_system_tests::office::CAMPAIGN;
use whole_system_tests::programs;

use super::Result;

/// Who loads the traders.
pub const ADMIN: &str = "ADM-01";
/// Whose tablets all devices are: what differs between them is the device, as with the other engines.
pub const CANVASSER: &str = "CV-01";

/// Shows in the server's folder that the campaign is there.
const PREPARED: &str = "bench-prepared";

/// Prepares the folder once and becomes the server. Returns only when that fails.
pub fn serve() -> Result<()> {
    let prepared = folder()?.join(PREPARED);
    if !prepared.exists() {
        office(&["campaign", "load", CAMPAIGN])?;
        let person = ["person", "add", "--campaign", CAMPAIGN, "--name"];
        let admin = ["Admin", "--role", "admin", "--code", ADMIN];
        office(&[person.as_slice(), &admin].concat())?;
        let markets = crate::world::MARKETS.join(",");
        let canvasser = [
            "Sari",
            "--role",
            "canvasser",
            "--code",
            CANVASSER,
            "--markets",
            &markets,
        ];
        office(&[person.as_slice(), &canvasser].concat())?;
    }
    std::fs::write(prepared, "")?;
    let listen = format!("127.0.0.1:{}", std::env::var("PORT")?);
    let mut command = programs::sync_server();
    command
        .args(["serve", "--listen", &listen, "--data"])
        .arg(folder()?);
    become_it(command)
}

/// A code for one more tablet of this person.
pub fn code(person: &str) -> Result<String> {
    let answer = office(&["enrol", "--person", person])?;
    Ok(answer["code"]
        .as_str()
        .ok_or("no code was issued")?
        .to_owned())
}

/// Asks the office's command line with `--json`; it works while the server runs.
pub fn office(words: &[&str]) -> Result<Value> {
    let output = programs::sync_server()
        .args(words)
        .arg("--json")
        .arg("--data")
        .arg(folder()?)
        .stdin(Stdio::null())
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(format!("sync-server {}: {said}", words.join(" ")).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

fn folder() -> Result<PathBuf> {
    Ok(PathBuf::from(std::env::var("DIR")?))
}

/// The comparison measures the process that it started and ends it by signal, so that ours has to be the server itself.
#[cfg(unix)]
fn become_it(mut command: Command) -> Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec().into())
}

#[cfg(not(unix))]
fn become_it(mut command: Command) -> Result<()> {
    command.status()?;
    Ok(())
}
