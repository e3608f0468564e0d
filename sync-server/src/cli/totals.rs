//! `totals`.

use super::{Common, output};
use crate::office::error::OfficeError;
use crate::office::totals::{Question, parse_date, parse_time, totals};
use clap::Args;

#[derive(Args)]
pub struct Totals {
    /// One working day.
    #[arg(long, value_name = "D")]
    date: Option<String>,
    /// As the server knew it at that instant (RFC 3339, or `as_of` of an answer).
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// Events up to that working day, as known now.
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
}

pub fn run(common: &Common, args: Totals) -> Result<(), OfficeError> {
    let question = Question {
        date: args.date.as_deref().map(parse_date).transpose()?,
        as_of_ms: args.as_of.as_deref().map(parse_time).transpose()?,
        until: args.until.as_deref().map(parse_date).transpose()?,
    };
    let answer = common.read(|desk| totals(desk, question))?;
    output::show(common, &answer.to_json());
    Ok(())
}
