//! The leads' afternoons: what nothing is odd about is approved, and some visits go back with the reason.

use chrono::NaiveDate;
use grebeg_core::definition::demo_names;
use serde_json::Value;

use crate::run::RunError;

use super::calls::{Call, Programs};
use super::team::Tablet;

/// Visits named in one command.
const NAMED_MAX: usize = 200;

/// A visit of a lead's day.
#[derive(Debug, Clone)]
pub struct Seen {
    pub visit: String,
    pub market: String,
    pub author: String,
    pub outcome: String,
    pub has_flag: bool,
    /// The first step whose proof is missing.
    pub unproven: Option<String>,
}

/// All visits of a day.
pub fn list(programs: &Programs, day: NaiveDate) -> Result<Vec<Seen>, RunError> {
    let day = day.to_string();
    let words = ["review", "list", "--date", &day];
    let list = programs.office(&words).quiet_json()?;
    Ok(list.as_array().into_iter().flatten().map(seen).collect())
}

fn seen(row: &Value) -> Seen {
    let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let flags = row["flag_details"].as_array().cloned().unwrap_or_default();
    let unproven = flags
        .iter()
        .find(|flag| flag["code"] == "tahap_tanpa_bukti");
    Seen {
        visit: text("visit_id"),
        market: text("market"),
        author: text("author"),
        outcome: text("outcome"),
        has_flag: !flags.is_empty(),
        unproven: unproven
            .and_then(|flag| flag["about"].as_str())
            .map(str::to_owned),
    }
}

/// The leads approve these visits, each those of the own market.
pub fn approve(programs: &Programs, visits: &[&Seen]) -> Result<(), RunError> {
    for lead in demo_names().demo_team.leads {
        let own: Vec<&str> = visits
            .iter()
            .filter(|seen| seen.market == lead.market)
            .map(|seen| seen.visit.as_str())
            .collect();
        for part in own.chunks(NAMED_MAX) {
            let words = [&["review", "approve", "--as", lead.code.as_str()], part].concat();
            programs.office(&words).quiet_json()?;
        }
    }
    Ok(())
}

/// The market's lead sends one visit back and asks for a better note; whether there is such a lead.
pub fn ask_for_note(programs: &Programs, seen: &Seen) -> Result<bool, RunError> {
    let [_, ask] = &RETURNS;
    let leads = demo_names().demo_team.leads;
    let Some(lead) = leads.iter().find(|lead| lead.market == seen.market) else {
        return Ok(false);
    };
    give_back(programs, &lead.code, seen, ask, ask.field).quiet_json()?;
    Ok(true)
}

/// What a lead writes when a visit goes back.
struct Return {
    reason: &'static str,
    why: &'static str,
    field: Option<&'static str>,
    /// Outcomes that it fits; without any: a visit with a step that lacks its proof.
    outcomes: &'static [&'static str],
}

/// The lead's word about a visit that goes back, and the field that it is about, where it is about one.
fn give_back<'p>(
    programs: &'p Programs,
    lead: &str,
    seen: &Seen,
    what: &Return,
    field: Option<&str>,
) -> Call<'p> {
    let mut words = vec!["review", "return", &seen.visit, "--as", lead];
    words.extend(["--reason", what.reason, "--why", what.why]);
    words.extend(field.into_iter().flat_map(|field| ["--field", field]));
    programs.office(&words)
}

const RETURNS: [Return; 2] = [
    Return {
        reason: "bukti_kurang",
        why: "Produk pertama sudah tayang? Tolong lihat lagi tokonya bersama pedagang.",
        field: None,
        outcomes: &[],
    },
    Return {
        reason: "catatan_kurang",
        why: "Siapa yang akan membantu unggah? Tulis satu baris saja.",
        field: Some("note"),
        outcomes: &["mengajar", "bantu_langkah"],
    },
];

/// The lead of the tablet's market sends some of its visits of the day back. Gives how many.
pub fn send_back(programs: &Programs, tablet: &Tablet, visits: &[Seen]) -> Result<usize, RunError> {
    let team = demo_names().demo_team;
    let lead = team.leads.iter().find(|lead| lead.market == tablet.market);
    let Some(lead) = lead else { return Ok(0) };
    let of_tablet = |seen: &&Seen| tablet.people.iter().any(|(id, _)| *id == seen.author);
    let first = tablet.people.first().map(|(id, _)| id.as_str());
    let mut taken: Vec<&str> = Vec::new();
    for one in &RETURNS {
        let fits = |seen: &&Seen| match one.outcomes {
            [] => seen.unproven.is_some(),
            outcomes => outcomes.contains(&seen.outcome.as_str()) && !seen.has_flag,
        };
        let left = visits.iter().filter(of_tablet).filter(fits);
        let left = left.filter(|seen| !taken.contains(&seen.visit.as_str()));
        // Whoever the tablet names first has something to correct.
        let Some(seen) = left.min_by_key(|seen| first.is_none_or(|id| seen.author != id)) else {
            continue;
        };
        let step = seen.unproven.as_ref().map(|code| format!("step.{code}"));
        let field = one.field.or(step.as_deref());
        let call = give_back(programs, &lead.code, seen, one, field);
        match taken.len() {
            0 => call.json()?,
            _ => call.quiet_json()?,
        };
        taken.push(&seen.visit);
    }
    Ok(taken.len())
}
