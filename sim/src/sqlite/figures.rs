//! What the office says of visits: totals, its page, and the file that it writes.

use crate::beside::{Figures, Tally};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;
use sync_server::export_files::Language;
use sync_server::office::desk::Desk;
use sync_server::office::error::OfficeError;
use sync_server::office::export::{Format, Request, What, export};
use sync_server::office::summary;
use sync_server::office::totals::{self, Question, totals};

fn tally(tally: &totals::Tally) -> Tally {
    Tally {
        counted: tally.counted,
        held_back: tally.held_back,
        set_aside: tally.set_aside,
    }
}

fn parts(parts: &BTreeMap<String, totals::Tally>) -> BTreeMap<String, Tally> {
    let parts = parts.iter().map(|(name, part)| (name.clone(), tally(part)));
    parts
        .filter(|(_, part)| *part != Tally::default())
        .collect()
}

/// Within the desk's read transaction. `out`: where the file may be written.
pub fn read(desk: &mut Desk<'_>, out: &Path, now_ms: i64) -> Result<Figures, OfficeError> {
    let said = totals(desk, Question::default())?;
    let page = summary::page(desk, None, None, now_ms)?;
    let shown = |name: &str| page["totals"][name].as_u64().unwrap_or(u64::MAX);
    let request = Request {
        what: What::Visits,
        format: Format::Csv,
        out: out.to_owned(),
        as_of_ms: None,
        until: None,
        named: false,
        why: None,
        language: Language::Id,
    };
    let exported = export(desk, &request)?.to_json(&request);
    Ok(Figures {
        all: tally(&said.all),
        by_market: parts(&said.by_market),
        by_author: parts(&said.by_canvasser),
        page: Tally {
            counted: shown("counted"),
            held_back: shown("held_back"),
            set_aside: shown("set_aside"),
        },
        exported: exported
            .get("rows")
            .and_then(Json::as_u64)
            .unwrap_or(u64::MAX),
    })
}
