//! `doctor` also for a store that cannot be opened any more.

use crate::command::{self, Command, DoctorReply, Reply};
use crate::error::{Result, TabletError};
use crate::home::Home;
use crate::store::Store;
use std::path::Path;

/// Checks, and with `repair` mends. A damaged file is set aside under a new name and a new store begins.
pub fn doctor(folder: &Path, repair: bool) -> Result<Reply> {
    let damage = match check(folder, repair) {
        Err(TabletError::Damaged(damage)) => damage,
        reply => return reply,
    };
    let mut findings = vec![format!("the database file is damaged: {damage}")];
    if repair {
        let aside = Home::open(folder)?.set_aside()?;
        let name = aside
            .file_name()
            .filter(|_| aside.exists())
            .map(|name| name.to_string_lossy().into_owned());
        findings.push(match name {
            Some(name) => format!("it was set aside as {name}; nothing of it was deleted"),
            None => "nothing of it is left that could be set aside".into(),
        });
        findings.push("get a new code and run `tablet enrol` to fill the tablet again".into());
    }
    Ok(Reply::Doctor(DoctorReply {
        ok: false,
        findings,
    }))
}

fn check(folder: &Path, repair: bool) -> Result<Reply> {
    let mut store = Store::open(folder)?;
    command::run(&mut store, Command::Doctor { repair })
}
