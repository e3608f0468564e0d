//! `enrol` and `device`: tablets.

use super::{Common, output};
use crate::office::error::OfficeError;
use crate::office::{codes, forever, tablets};
use crate::store::Registry;
use clap::{Args, Subcommand};
use grebeg_core::wire::json::time;
use serde_json::json;

#[derive(Args)]
pub struct Enrol {
    /// The people who share the tablet: ids or codes.
    #[arg(long, value_name = "ID[,ID…]", required = true, value_delimiter = ',')]
    person: Vec<String>,
    /// How long the QR may be used.
    #[arg(long, value_name = "H", default_value_t = 24)]
    valid_hours: u32,
}

pub fn run(common: &Common, args: Enrol) -> Result<(), OfficeError> {
    let issued = common.write(|desk| {
        let people = args
            .person
            .iter()
            .map(|p| desk.person(p.trim()))
            .collect::<Result<Vec<_>, _>>()?;
        codes::issue(desk, &people, args.valid_hours)
    })?;
    output::show(
        common,
        &json!({
            "code": issued.code,
            "code_expires_at": time(issued.code_expires_ms),
            "qr_text": issued.qr_text,
            "expires_at": time(issued.expires_ms),
        }),
    );
    Ok(())
}

#[derive(Subcommand)]
pub enum Device {
    /// All tablets.
    List,
    /// Stop a tablet for good.
    Revoke {
        #[arg(value_name = "ID")]
        id: String,
        #[arg(long, value_name = "T")]
        why: String,
    },
    /// Let a stopped tablet hand in, within a day, what it still holds; it arrives held back.
    Rescue {
        #[arg(value_name = "ID")]
        id: String,
    },
}

pub fn device(common: &Common, args: Device) -> Result<(), OfficeError> {
    match args {
        Device::List => {
            let list = common.read(tablets::list)?;
            output::show(common, &list.into());
        }
        Device::Revoke { id, why } => {
            let data = common.folder()?;
            let row = common.write(|desk| {
                let row = tablets::revoke(desk, &id, &why)?;
                // Before the commit: a revocation that a restore would forget is none.
                let at = time(row.revoked_ms.unwrap_or_default());
                let tablet = forever::Revoked {
                    enrolment: row.enrolment,
                    why: why.clone(),
                    campaign: Some(desk.row.campaign),
                    first_device: Some(row.first_device.0),
                    token_hash: desk.store.token_hash(row.enrolment)?,
                };
                forever::append(&data, &forever::revoked(&tablet, &at))?;
                Ok(row)
            })?;
            output::show(
                common,
                &json!({ "device_id": row.first_device.to_string(), "revoked": true }),
            );
        }
        Device::Rescue { id } => {
            let row = common.write(|desk| tablets::rescue(desk, &id))?;
            output::show(
                common,
                &json!({ "device_id": row.first_device.to_string(), "rescue": true }),
            );
        }
    }
    Ok(())
}
