//! `export`.

use super::{Common, output};
use crate::export_files::Language;
use crate::office::error::OfficeError;
use crate::office::export::{Format, Request, What, export, log};
use crate::office::totals::{parse_date, parse_time};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct Export {
    #[arg(long)]
    what: What,
    #[arg(long)]
    format: Format,
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// As the server knew it at that instant (RFC 3339, or `as_of` of an answer).
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    /// Events up to that working day, as known now.
    #[arg(long, value_name = "DATE")]
    until: Option<String>,
    /// With names, of those who agreed to be named in a file.
    #[arg(long)]
    named: bool,
    /// Why the names are needed; it stands in the log.
    #[arg(long, value_name = "T")]
    why: Option<String>,
    /// Language of the headings; without it a CSV has the fields' own names and a workbook Indonesian ones.
    #[arg(long, value_name = "id|en", value_parser = ["id", "en"])]
    lang: Option<String>,
}

pub fn run(common: &Common, args: Export) -> Result<(), OfficeError> {
    let request = Request {
        what: args.what,
        format: args.format,
        out: args.out,
        as_of_ms: args.as_of.as_deref().map(parse_time).transpose()?,
        until: args.until.as_deref().map(parse_date).transpose()?,
        named: args.named,
        why: args.why,
        language: match (args.lang.as_deref(), args.format) {
            (Some("en"), _) => Language::En,
            (None, Format::Csv) => Language::Codes,
            _ => Language::Id,
        },
    };
    let exported = common.read(|desk| export(desk, &request))?;
    if let Err(error) = common.write(|desk| log(desk, &request, &exported)) {
        // A file that no log knows of must not be there; what cannot be removed is said by the error itself.
        let _gone = std::fs::remove_file(&request.out);
        return Err(error);
    }
    output::show(common, &exported.to_json(&request));
    Ok(())
}
