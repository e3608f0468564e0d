//! `export`.

use super::{Common, output};
use crate::export_files::Language;
use crate::office::error::OfficeError;
use crate::office::export::{Format, Request, What, export, log};
use crate::office::totals::{parse_date, parse_time};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

#[derive(Args)]
pub struct Export {
    /// traders, visits, funnel, workbook or points.
    #[arg(long)]
    what: String,
    /// csv, xlsx, json, ndjson or geojson.
    #[arg(long)]
    format: String,
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

/// A value that is not known is a failure that says so, not wrong usage.
fn one_of<T: ValueEnum>(
    what: &'static str,
    value: &str,
    expected: &'static str,
) -> Result<T, OfficeError> {
    T::from_str(value, true).map_err(|_| OfficeError::BadValue {
        what,
        value: value.to_owned(),
        expected,
    })
}

pub fn run(common: &Common, args: Export) -> Result<(), OfficeError> {
    let what = one_of::<What>(
        "--what",
        &args.what,
        "traders, visits, funnel, workbook or points",
    )?;
    let format = one_of::<Format>(
        "--format",
        &args.format,
        "csv, xlsx, json, ndjson or geojson",
    )?;
    let request = Request {
        what,
        format,
        out: args.out,
        as_of_ms: args.as_of.as_deref().map(parse_time).transpose()?,
        until: args.until.as_deref().map(parse_date).transpose()?,
        named: args.named,
        why: args.why,
        language: match (args.lang.as_deref(), format) {
            (Some("en"), _) => Language::En,
            (None, Format::Csv) => Language::Codes,
            _ => Language::Id,
        },
    };
    common.folder()?.not_own(&request.out)?;
    let exported = common.read(|desk| export(desk, &request))?;
    // A file that no log knows of must not be there.
    common.write(|desk| log(desk, &request, &exported))?;
    let answer = exported.to_json(&request);
    exported.put()?;
    output::show(common, &answer);
    Ok(())
}
