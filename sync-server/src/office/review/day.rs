//! A lead's day as the page shows it: exceptions worst first, the sample, the rest; each visit with what there is to judge it by.

use super::detail::Details;
use super::flags::Surroundings;
use super::list::{Reviewed, reviewed};
use super::sample;
use super::verdict::ReviewState;
use super::worst::place;
use crate::office::desk::Desk;
use crate::office::error::OfficeError;
use crate::office::family::Families;
use crate::office::state::Snapshot;
use crate::office::totals::{Question, not_sent, tallies_over};
use crate::store::Registry;
use chrono::NaiveDate;
use grebeg_core::gather::visit_at_ms;
use grebeg_core::id::PersonId;
use grebeg_core::kinds::Role;
use grebeg_core::rules::pseudonym::pseudonym;
use grebeg_core::rules::visit_checks::Level;
use grebeg_core::sync::store::Store;
use grebeg_core::wire::json::time;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Common reasons of a return, under the keys 1 to 9: code, Indonesian, English. Their words travel with the return.
const REASONS: [(&str, &str, &str); 9] = [
    (
        "bukti_kurang",
        "Langkah belum terbukti",
        "Step without evidence",
    ),
    (
        "waktu_rapat",
        "Waktu terlalu rapat",
        "Times too close together",
    ),
    ("hasil_keliru", "Hasil tidak cocok", "Outcome does not fit"),
    (
        "lapak_keliru",
        "Kios atau pedagang keliru",
        "Wrong stall or trader",
    ),
    (
        "mungkin_ganda",
        "Mungkin sudah tercatat",
        "May be listed already",
    ),
    ("catatan_kurang", "Catatan belum jelas", "Note is not clear"),
    (
        "nomor_pribadi",
        "Hapus nomor pribadi dari catatan",
        "Remove the private number from the note",
    ),
    (
        "janji_keliru",
        "Tanggal datang lagi keliru",
        "Date to come back is wrong",
    ),
    (
        "lainnya",
        "Alasan lain, ditulis",
        "Another reason, in words",
    ),
];

/// Days that the page offers to look at.
const DAYS_MAX: usize = 31;

/// Which of the three lists a visit stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Exception,
    Sample,
    Rest,
}

impl Group {
    fn code(self) -> &'static str {
        match self {
            Self::Exception => "exception",
            Self::Sample => "sample",
            Self::Rest => "rest",
        }
    }
}

/// The whole page. `date`: without one the present working day.
pub fn page(
    desk: &mut Desk<'_>,
    date: Option<NaiveDate>,
    now_ms: i64,
) -> Result<Json, OfficeError> {
    desk.needs(&[Role::Lead, Role::Admin], "a lead")?;
    let markets = desk.markets()?;
    let seen = |home: &str| markets.as_ref().is_none_or(|m| m.iter().any(|m| m == home));
    let definition = desk.definition()?;
    let date = date.unwrap_or_else(|| definition.local_time(now_ms).date());
    let snapshot = Snapshot::take(desk, None)?;
    let families = Families::of(&snapshot);
    let disputed = desk.store.all_siblings()?.into_iter().map(|(key, ..)| key);
    let around = Surroundings::new(&snapshot, &families, disputed.collect(), seen);
    let mut list = reviewed(
        desk,
        &definition,
        &snapshot,
        &families,
        &around,
        |home, day| seen(home) && day == date,
    )?;
    list.retain(|v| !definition.is_void(&v.outcome));
    let codes: Vec<String> = definition
        .markets()
        .iter()
        .filter(|m| m.switched_on && seen(&m.code))
        .map(|m| m.code.clone())
        .collect();
    let corrected = corrected(&snapshot, &list);
    let seed = sample::seed(&desk.row.code, date, &codes);
    let drawn = draw(&desk.row.export_key, &seed, &list, &corrected);
    let mut grouped: Vec<(Group, Reviewed)> = list
        .into_iter()
        .map(|v| {
            let group = match v.visit {
                _ if is_exception(&v, &corrected) => Group::Exception,
                id if drawn.contains(&id) => Group::Sample,
                _ => Group::Rest,
            };
            (group, v)
        })
        .collect();
    grouped
        .sort_by_cached_key(|(group, v)| (*group, badness(*group, v), v.author, v.at_ms, v.visit));
    let details = Details::new(
        desk,
        &definition,
        &snapshot,
        &families,
        &grouped_visits(&grouped),
    )?;
    let visits: Vec<Json> = grouped
        .iter()
        .map(|(group, v)| {
            let mut visit = details.visit(v);
            if let Some(map) = visit.as_object_mut() {
                map.insert("group".to_owned(), group.code().into());
                map.insert("corrected".to_owned(), corrected.contains(&v.visit).into());
                map.insert(
                    "code".to_owned(),
                    pseudonym(&desk.row.export_key, v.visit).into(),
                );
            }
            visit
        })
        .collect();
    let sampled: Vec<String> = grouped
        .iter()
        .filter(|(group, _)| *group == Group::Sample)
        .map(|(_, v)| v.visit.to_string())
        .collect();
    let missing = not_sent(desk, date, i64::MAX, |row| {
        details.holds(&row.people, &codes)
    })?;
    let question = Question {
        date: Some(date),
        ..Question::default()
    };
    let totals = tallies_over(desk, question, &snapshot, &definition)?;
    let mut books = crate::office::totals::Tally::default();
    for (market, tally) in &totals.by_market {
        if seen(market) {
            books.add(tally);
        }
    }
    let state = |wanted: ReviewState| grouped.iter().filter(|(_, v)| v.state == wanted).count();
    let head = desk.store.head()?;
    Ok(json!({
        "date": date,
        "today": definition.local_time(now_ms).date(),
        "as_of": time(head.last_ms),
        "seq": head.seq,
        "markets": codes.iter().map(|code| json!({
            "code": code,
            "name": definition.market(code).map_or(code.as_str(), |m| m.name.as_str()),
        })).collect::<Vec<_>>(),
        "complete": missing.is_empty(),
        "tablets_missing": missing.iter().map(|row| details.tablet(row)).collect::<Vec<_>>(),
        "counts": {
            "visits": grouped.len(),
            "people": grouped.iter().filter_map(|(_, v)| v.author).collect::<BTreeSet<_>>().len(),
            "open": state(ReviewState::Open),
            "approved": state(ReviewState::Approved),
            "returned": state(ReviewState::Returned),
            "books": books.to_json(),
        },
        "sample": { "seed": seed, "size": sampled.len(), "visits": sampled },
        "visits": visits,
        "days": days(&definition, &snapshot, seen),
        "reasons": REASONS.iter().enumerate().map(|(at, (code, id, en))| json!({
            "code": code, "label": { "id": id, "en": en }, "key": (at + 1).to_string(),
        })).collect::<Vec<_>>(),
    }))
}

fn grouped_visits(grouped: &[(Group, Reviewed)]) -> Vec<&Reviewed> {
    grouped.iter().map(|(_, v)| v).collect()
}

/// Visits that their authors corrected after a return, and that are to be judged again.
fn corrected(snapshot: &Snapshot, list: &[Reviewed]) -> BTreeSet<Uuid> {
    let answered: BTreeSet<(Uuid, Option<PersonId>)> = snapshot
        .of_kind("return")
        .filter(|(_, r)| r.flag("answered"))
        .filter_map(|(_, r)| Some((r.id("visit")?, r.origin("answered").map(|o| o.author))))
        .collect();
    list.iter()
        .filter(|v| v.author.is_some() && answered.contains(&(v.visit, v.author)))
        .filter(|v| v.state != ReviewState::Returned)
        .map(|v| v.visit)
        .collect()
}

fn is_exception(visit: &Reviewed, corrected: &BTreeSet<Uuid>) -> bool {
    !visit.codes(Level::Flag).is_empty() || corrected.contains(&visit.visit)
}

/// The day's sample among what is no exception.
fn draw(
    export_key: &[u8],
    seed: &str,
    list: &[Reviewed],
    corrected: &BTreeSet<Uuid>,
) -> BTreeSet<Uuid> {
    let plain: Vec<Uuid> = list
        .iter()
        .filter(|v| !is_exception(v, corrected))
        .map(|v| v.visit)
        .collect();
    let codes: Vec<String> = plain.iter().map(|id| pseudonym(export_key, *id)).collect();
    sample::draw(seed, &codes, sample::size(list.len()))
        .into_iter()
        .filter_map(|at| plain.get(at).copied())
        .collect()
}

/// Smaller is worse: the worst flag, then how many there are.
fn badness(group: Group, visit: &Reviewed) -> (usize, usize) {
    if group != Group::Exception {
        return (0, 0);
    }
    let flags = visit.codes(Level::Flag);
    let worst = flags.iter().map(|flag| place(flag)).min();
    (worst.unwrap_or(usize::MAX), usize::MAX - flags.len())
}

/// Working days with visits in the markets, newest first.
fn days(
    definition: &grebeg_core::definition::Definition,
    snapshot: &Snapshot,
    seen: impl Fn(&str) -> bool,
) -> Vec<Json> {
    let mut days: BTreeMap<NaiveDate, u64> = BTreeMap::new();
    for (_, visit) in snapshot.of_kind("visit") {
        let trader = visit.id("trader").and_then(|t| snapshot.get("trader", t));
        let home = trader.and_then(|t| t.text("market")).unwrap_or_default();
        let void = visit.text("outcome").is_some_and(|o| definition.is_void(o));
        if let Some(at_ms) = visit_at_ms(visit).filter(|_| seen(home) && !void) {
            let market = visit.text("market").unwrap_or(home);
            *days
                .entry(definition.working_day(market, at_ms))
                .or_default() += 1;
        }
    }
    days.iter()
        .rev()
        .take(DAYS_MAX)
        .map(|(date, visits)| json!({ "date": date, "visits": visits }))
        .collect()
}
