//! `backup`, `restore`, `verify`, `doctor` and `audit`: keeping the installation sound.

use super::{Common, output};
use crate::office::error::OfficeError;
use crate::office::verify::Report;
use crate::office::{backup, definition_file, doctor, restore, verify};
use crate::store::sqlite::{StoreError, open};
use clap::{Args, Subcommand};
use serde_json::json;
use std::path::{Path, PathBuf};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Backup {
    #[command(subcommand)]
    command: Option<BackupCommand>,
    /// The file to write.
    #[arg(long, value_name = "FILE", required = true)]
    out: Option<PathBuf>,
    /// Encrypt to this public key, age1…
    #[arg(long, value_name = "KEY", conflicts_with = "plain")]
    recipient: Option<String>,
    /// Leave it unencrypted: whoever has the file can read every name.
    #[arg(long)]
    plain: bool,
}

#[derive(Subcommand)]
enum BackupCommand {
    /// Make a key pair: the secret one into FILE, which does not belong on this server; the public one is printed.
    Keygen {
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
}

pub fn backup(common: &Common, args: Backup) -> Result<(), OfficeError> {
    if let Some(BackupCommand::Keygen { out }) = args.command {
        let recipient = backup::keygen(&out)?;
        output::show(
            common,
            &json!({ "ok": true, "recipient": recipient, "file": out.display().to_string() }),
        );
        return Ok(());
    }
    let Some(out) = args.out else {
        return Err(OfficeError::BadValue {
            what: "--out",
            value: String::new(),
            expected: "the file to write",
        });
    };
    let recipient = args
        .recipient
        .as_deref()
        .map(backup::recipient)
        .transpose()?;
    if recipient.is_none() && !args.plain {
        return Err(OfficeError::Other {
            code: "recipient_needed",
            message: "a backup holds every name: it is not written without a key".to_owned(),
            hint: "give --recipient KEY (see `backup keygen`), or --plain if you mean it"
                .to_owned(),
        });
    }
    let data = common.folder()?;
    // Creates the store where there is none yet, so that an empty folder gives an empty backup.
    drop(open(&data.store())?);
    let written = backup::write(&data, &out, recipient.as_ref())?;
    let how = if recipient.is_some() {
        "encrypted"
    } else {
        "plain"
    };
    common.note(
        "backup",
        &format!("{how} {} sha256 {}", out.display(), written.sha256),
    );
    output::show(
        common,
        &json!({
            "ok": true,
            "file": out.display().to_string(),
            "encrypted": recipient.is_some(),
            "bytes": written.bytes,
            "sha256": written.sha256,
        }),
    );
    Ok(())
}

#[derive(Args)]
pub struct Restore {
    #[arg(long, value_name = "FILE")]
    from: PathBuf,
    /// The secret key's file, for an encrypted backup.
    #[arg(long, value_name = "FILE")]
    identity: Option<PathBuf>,
}

pub fn restore(common: &Common, args: Restore) -> Result<(), OfficeError> {
    let data = common.folder()?;
    let restored = restore::restore(
        &data,
        &args.from,
        args.identity.as_deref(),
        common.by.as_deref().unwrap_or("console"),
    )?;
    let epochs: serde_json::Map<String, serde_json::Value> = restored
        .epochs
        .iter()
        .map(|(code, epoch)| (code.clone(), epoch.as_str().into()))
        .collect();
    output::show(
        common,
        &json!({
            "ok": true,
            "epochs": epochs,
            "set_aside": restored.set_aside.as_deref().map(Path::display).map(|d| d.to_string()),
            "erased_again": restored.erased,
            "revoked_again": restored.revoked,
        }),
    );
    Ok(())
}

#[derive(Args)]
pub struct Verify {
    /// A head that an earlier run printed: it has to lie on the way to the present one.
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
}

pub fn verify(common: &Common, args: Verify) -> Result<(), OfficeError> {
    let connection = open(&common.folder()?.store())?;
    let transaction = connection
        .unchecked_transaction()
        .map_err(StoreError::from)?;
    let report = verify::verify(&transaction, args.head.as_deref())?;
    let mut answer = report.to_json();
    let failure = failure(&report);
    // One document for both readers: what was found, and that it failed.
    if let (Some(error), Some(map)) = (&failure, answer.as_object_mut()) {
        map.insert(
            "error".to_owned(),
            json!({ "code": error.code(), "message": error.to_string(), "hint": error.hint() }),
        );
    }
    output::show(common, &answer);
    failure.map_or(Ok(()), Err)
}

/// What was found is in the answer; the exit code tells scripts.
fn failure(report: &Report) -> Option<OfficeError> {
    report.findings.first().map(|first| OfficeError::Answered {
        code: first.code,
        message: format!("the store does not hold: {}", first.message),
    })
}

pub fn doctor(common: &Common) -> Result<(), OfficeError> {
    let findings = doctor::examine(&common.folder()?);
    output::show(common, &doctor::to_json(&findings));
    Ok(())
}

#[derive(Subcommand)]
pub enum Audit {
    /// What people did here, oldest first.
    List,
}

pub fn audit(common: &Common, args: Audit) -> Result<(), OfficeError> {
    let Audit::List = args;
    let list = common.read(definition_file::audits)?;
    output::show(common, &list.into());
    Ok(())
}
