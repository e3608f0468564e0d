//! `review`, `conflicts` and `receipt`: a lead's day.

use super::{Common, output};
use crate::office::error::OfficeError;
use crate::office::totals::parse_date;
use crate::office::{conflicts, receipts, review};
use crate::store::sqlite::{checkpoint, open};
use clap::{Args, Subcommand};
use serde_json::json;

#[derive(Subcommand)]
pub enum Review {
    /// The visits of a working day, what is odd first.
    List {
        #[arg(long, value_name = "D")]
        date: String,
    },
    /// Approve visits.
    Approve {
        #[arg(value_name = "VISIT", required = true)]
        visits: Vec<String>,
    },
    /// Send a visit back with the reason.
    Return {
        #[arg(value_name = "VISIT")]
        visit: String,
        #[arg(long, value_name = "T")]
        why: String,
        /// A code for the reason; the words say the rest.
        #[arg(long, value_name = "CODE")]
        reason: Option<String>,
        /// A field to look at; may be given several times.
        #[arg(long = "field", value_name = "F")]
        fields: Vec<String>,
    },
}

pub fn review(common: &Common, args: Review) -> Result<(), OfficeError> {
    let answer = match args {
        Review::List { date } => {
            let date = parse_date(&date)?;
            let list = common.read(|desk| review::list(desk, date))?;
            list.iter().map(review::Reviewed::to_json).collect()
        }
        Review::Approve { visits } => {
            let approved = common.write(|desk| review::approve(desk, &visits))?;
            // What a refusal took out with it leaves the log beside the store, too.
            checkpoint(&open(&common.folder()?.store())?)?;
            json!({ "visits": visits, "approved": approved, "state": "disetujui" })
        }
        Review::Return {
            visit,
            why,
            reason,
            fields,
        } => {
            let id = common
                .write(|desk| review::give_back(desk, &visit, &why, reason.as_deref(), &fields))?;
            json!({ "return_id": id.to_string(), "visit_id": visit, "state": "dikembalikan" })
        }
    };
    output::show(common, &answer);
    Ok(())
}

#[derive(Subcommand)]
pub enum Conflicts {
    /// Fields with two values of which neither writer had seen the other.
    List,
    /// Settle one: the value that holds from now on.
    Choose {
        #[arg(value_name = "ID")]
        id: String,
        /// One of the values as the list shows them.
        #[arg(long, value_name = "V", allow_hyphen_values = true)]
        value: String,
    },
}

pub fn conflicts(common: &Common, args: Conflicts) -> Result<(), OfficeError> {
    let answer = match args {
        Conflicts::List => common.read(conflicts::list)?.into(),
        Conflicts::Choose { id, value } => {
            let value = common.write(|desk| conflicts::choose(desk, &id, &value))?;
            json!({ "id": id, "value": value.to_json() })
        }
    };
    output::show(common, &answer);
    Ok(())
}

#[derive(Args)]
pub struct Receipt {
    #[arg(value_name = "CODE")]
    code: String,
    #[arg(long, value_name = "D")]
    date: String,
    /// Only this tablet.
    #[arg(long, value_name = "ID")]
    device: Option<String>,
}

pub fn receipt(common: &Common, args: Receipt) -> Result<(), OfficeError> {
    let date = parse_date(&args.date)?;
    let found =
        common.read(|desk| receipts::find(desk, &args.code, date, args.device.as_deref()))?;
    output::show(common, &found.to_json());
    Ok(())
}
