//! Exports: pseudonymous tables by default, named ones for an admin with a reason and only of those who agreed.
//!
//! The same instant gives the same bytes: who exported when stands in the log, not in the file.

mod columns;
mod formulas;
mod rows;
mod view;
mod workbook;

use super::desk::{Desk, reason};
use super::error::OfficeError;
use super::totals::{Question, Totals, totals_over};
use crate::export_files::{
    Cell, Column, ExportFileError, Language, Ready, RowError, SheetPlan, Written, prepare_file,
    write_csv, write_json, write_ndjson, write_points, write_xlsx,
};
use crate::store::Registry;
use chrono::NaiveDate;
use grebeg_core::kinds::Role;
use grebeg_core::wire::json::time;
use serde_json::{Value as Json, json};
use std::path::PathBuf;
use view::View;

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum What {
    Traders,
    Visits,
    Funnel,
    Workbook,
    Points,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    Csv,
    Xlsx,
    Json,
    Ndjson,
    Geojson,
}

/// What is asked.
#[derive(Debug, Clone)]
pub struct Request {
    pub what: What,
    pub format: Format,
    pub out: PathBuf,
    /// As the server knew it at that instant, Unix milliseconds.
    pub as_of_ms: Option<i64>,
    /// Only what happened up to that working day.
    pub until: Option<NaiveDate>,
    pub named: bool,
    /// Why somebody needs the names.
    pub why: Option<String>,
    pub language: Language,
}

/// What was written. The file gets its name with [`Exported::put`], once the log knows of it.
#[derive(Debug)]
pub struct Exported {
    pub file: Ready,
    pub as_of_ms: i64,
    pub waiting_tablets: u64,
    /// Live traders that a named export does not show.
    pub left_out: u64,
}

impl Exported {
    /// Gives the file its name.
    pub fn put(self) -> Result<Written, OfficeError> {
        self.file.put().map_err(file_error)
    }

    pub fn to_json(&self, request: &Request) -> Json {
        json!({
            "rows": self.file.written.rows, "file": request.out.display().to_string(), "sha256": self.file.written.sha256,
            "as_of": time(self.as_of_ms), "waiting_tablets": self.waiting_tablets, "left_out": self.left_out,
            "named": request.named,
        })
    }
}

/// Writes the file from one read transaction. The caller logs it with [`log`], and only then gives it its name.
///
/// Errors: `NotAllowed`, `WhyNeeded` for names without a reason, `BadValue` for a form that the table does not have, the file's.
pub fn export(desk: &mut Desk<'_>, request: &Request) -> Result<Exported, OfficeError> {
    check(desk, request)?;
    let (seq, as_of_ms) = place(desk, request.as_of_ms)?;
    let question = Question {
        date: None,
        as_of_ms: Some(as_of_ms),
        until: request.until,
    };
    let view = View::gather(desk, request, seq, as_of_ms)?;
    let totals = totals_over(desk, question, &view.snapshot, &view.definition)?;
    let about = as_of_line(&view, request, &totals);
    let file = write(&view, request, &totals, &about).map_err(file_error)?;
    Ok(Exported {
        file,
        as_of_ms,
        waiting_tablets: totals.waiting_tablets,
        left_out: view.left_out,
    })
}

fn file_error(error: ExportFileError) -> OfficeError {
    OfficeError::Other {
        code: error.code(),
        message: error.to_string(),
        hint: error.hint().to_owned(),
    }
}

fn check(desk: &mut Desk<'_>, request: &Request) -> Result<(), OfficeError> {
    desk.needs(&[Role::Admin], "an admin")?;
    if request.named || request.why.is_some() {
        reason(request.why.as_deref().unwrap_or_default())?;
    }
    let names = matches!(request.what, What::Traders | What::Visits | What::Workbook);
    if request.named && !names {
        return Err(OfficeError::BadValue {
            what: "--named",
            value: format!("{:?}", request.what).to_lowercase(),
            expected: "traders, visits or workbook: the others name nobody",
        });
    }
    let fits = match request.what {
        What::Workbook => request.format == Format::Xlsx,
        What::Points => true,
        _ => request.format != Format::Geojson,
    };
    if !fits {
        return Err(OfficeError::BadValue {
            what: "--format",
            value: format!("{:?}", request.format).to_lowercase(),
            expected: "xlsx for a workbook, geojson for points, csv, xlsx, json or ndjson for tables",
        });
    }
    Ok(())
}

/// The last change and the instant that the export shows.
fn place(desk: &mut Desk<'_>, as_of_ms: Option<i64>) -> Result<(u64, i64), OfficeError> {
    let at_ms = as_of_ms.unwrap_or(i64::MAX);
    Ok((desk.store.seq_at(at_ms)?, desk.store.known_ms(at_ms)?))
}

/// Row 2 of every sheet.
fn as_of_line(view: &View, request: &Request, totals: &Totals) -> String {
    let at = view
        .local(totals.as_of_ms)
        .map(|at| at.format("%Y-%m-%d %H:%M").to_string());
    let at = at.unwrap_or_default();
    let missing = totals.tablets_not_sent.len();
    let (english, until) = (request.language == Language::En, request.until);
    let state = match (missing, english) {
        (0, _) => "final".to_owned(),
        (n, false) => format!("SEMENTARA: {n} tablet belum mengirim"),
        (n, true) => format!("PROVISIONAL: {n} tablets have not sent"),
    };
    let mut line = match english {
        false => format!("Data sampai {at} WIB · {state}"),
        true => format!("Data up to {at} WIB · {state}"),
    };
    if let Some(until) = until {
        line += &if english {
            format!(" · until {until}")
        } else {
            format!(" · s.d. {until}")
        };
    }
    if request.named {
        let left_out = view.left_out;
        line += &if english {
            format!(" · with names, {left_out} left out")
        } else {
            format!(" · dengan nama, {left_out} tidak disertakan")
        };
    }
    line
}

fn title(view: &View, sheet: &str) -> String {
    format!("{} · {sheet}", view.definition.campaign.name_id)
}

fn write(
    view: &View,
    request: &Request,
    totals: &Totals,
    about: &str,
) -> Result<Ready, ExportFileError> {
    let language = request.language;
    let (name, columns, rows) = match request.what {
        What::Workbook => {
            let book = workbook::build(view, totals, about, language)?;
            return prepare_file(&request.out, |out| book.write(out));
        }
        What::Points if request.format == Format::Geojson => {
            let points = rows::points(view).into_iter().map(Ok::<_, RowError>);
            return prepare_file(&request.out, |out| write_points(out, points));
        }
        What::Points => {
            let points = rows::points(view);
            let rows = points.iter().map(rows::point_cells).collect();
            ("Titik", columns::POINTS, rows)
        }
        What::Traders => ("Pedagang", columns::TRADERS, rows::traders(view)),
        What::Visits => ("Kunjungan", columns::VISITS, rows::visits(view, language)),
        What::Funnel => ("Corong", columns::FUNNEL, rows::funnel(view, language)),
    };
    let columns = columns::shown(columns, request.named);
    table(view, request, name, about, &columns, rows)
}

fn table(
    view: &View,
    request: &Request,
    name: &str,
    about: &str,
    columns: &[Column],
    rows: Vec<Vec<Cell>>,
) -> Result<Ready, ExportFileError> {
    let language = request.language;
    let rows = rows.into_iter().map(Ok::<_, RowError>);
    prepare_file(&request.out, |out| match request.format {
        Format::Csv => write_csv(out, columns, language, rows),
        Format::Json | Format::Geojson => write_json(out, columns, rows),
        Format::Ndjson => write_ndjson(out, columns, rows),
        Format::Xlsx => {
            let plan = SheetPlan {
                name,
                title: &title(view, name),
                as_of: about,
                columns,
                side: &[],
            };
            write_xlsx(out, &plan, language, rows)
        }
    })
}

/// Puts the export into the log: what, which filter, how many rows, the file's hash, and why.
pub fn log(desk: &mut Desk<'_>, request: &Request, exported: &Exported) -> Result<(), OfficeError> {
    let detail = json!({
        "what": format!("{:?}", request.what).to_lowercase(),
        "format": format!("{:?}", request.format).to_lowercase(),
        "named": request.named, "why": request.why, "as_of": time(exported.as_of_ms),
        "until": request.until.map(|d| d.to_string()), "rows": exported.file.written.rows,
        "left_out": exported.left_out, "sha256": exported.file.written.sha256,
    });
    let what = if request.named {
        "export named"
    } else {
        "export"
    };
    desk.log(what, &detail.to_string())
}
