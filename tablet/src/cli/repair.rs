//! `doctor` also for a store that cannot be opened any more.

use crate::command::{self, Command, DoctorReply, Reply};
use crate::error::{Result, TabletError};
use crate::store::Store;
use crate::store::copy::salvage;
use std::path::Path;

/// Checks, and with `repair` mends. A damaged file is set aside under a new name and a new store begins.
pub fn doctor(folder: &Path, repair: bool) -> Result<Reply> {
    let damage = match check(folder, repair) {
        Err(TabletError::Damaged(damage)) => damage,
        reply => return reply,
    };
    let mut findings = vec![format!("the database file is damaged: {damage}")];
    if repair {
        findings.extend(salvage::begin_anew(folder, &damage)?.in_words());
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
