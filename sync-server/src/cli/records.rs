//! `dump` and `digest`: the canonical state, of the campaign or of one tablet's scope.

use super::{Common, output};
use crate::office::desk::Desk;
use crate::office::error::OfficeError;
use crate::office::scope::scope_of;
use crate::office::tablets;
use crate::store::Registry;
use clap::Args;
use grebeg_core::dump;
use grebeg_core::kinds::Role;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::Write;

#[derive(Args)]
pub struct Dump {
    /// Exactly the scope of this tablet.
    #[arg(long, value_name = "ID")]
    device: Option<String>,
}

/// The lines, in order of kind and id, each with its kind.
fn lines(desk: &mut Desk<'_>, device: Option<&str>) -> Result<Vec<(String, String)>, OfficeError> {
    let scope = match (device, desk.by) {
        (None, None) => None,
        // What a tablet of that person would hold.
        (None, Some(by)) => match desk.role()? {
            Role::Admin => None,
            _ => Some(scope_of(&mut desk.store, &[by])?),
        },
        (Some(id), _) => {
            desk.needs(&[Role::Admin], "an admin")?;
            let people = tablets::find(desk, id)?.people;
            Some(scope_of(&mut desk.store, &people)?)
        }
    };
    let mut lines = Vec::new();
    for (key, stored) in desk.store.all_records()? {
        let seen = scope.as_ref().is_none_or(|s| {
            s.homes().contains(&stored.home) && s.kinds().contains(&key.kind.as_str())
        });
        if seen {
            lines.push((key.kind.clone(), dump::line(&key, &stored.registers)));
        }
    }
    Ok(lines)
}

pub fn dump(common: &Common, args: Dump) -> Result<(), OfficeError> {
    let lines = common.read(|desk| lines(desk, args.device.as_deref()))?;
    common.note("dump", args.device.as_deref().unwrap_or("all"));
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (_, line) in lines {
        if writeln!(out, "{line}").is_err() {
            break;
        }
    }
    let _closed = out.flush();
    Ok(())
}

pub fn digest(common: &Common, args: Dump) -> Result<(), OfficeError> {
    let lines = common.read(|desk| lines(desk, args.device.as_deref()))?;
    let mut hash = Sha256::new();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for (kind, line) in lines {
        hash.update(line.as_bytes());
        hash.update(b"\n");
        *counts.entry(kind).or_default() += 1;
    }
    let digest = grebeg_core::wire::json::to_hex(&hash.finalize());
    output::show(common, &json!({ "digest": digest, "counts": counts }));
    Ok(())
}
