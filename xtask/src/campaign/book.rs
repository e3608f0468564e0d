//! The book: what people did, written down by themselves and never read from the programs.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime};
use serde_json::Value;

/// A visit as its canvasser tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// When it was made, Unix milliseconds.
    pub at_ms: i64,
    /// The working day.
    pub day: NaiveDate,
    pub market: String,
    /// Code of the canvasser.
    pub canvasser: String,
    /// Number in the register, or stall and name of somebody found on the way.
    pub trader: String,
    pub outcome: String,
    pub note: Option<String>,
    pub steps: Vec<String>,
    /// What the trader wants, where that was asked.
    pub wants: Option<String>,
    /// Agreed to be helped.
    pub agreed: bool,
    /// Goods on show and orders, where the shop was looked at.
    pub check: Option<(i64, String)>,
    pub fate: Fate,
}

/// What became of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Stands,
    /// Recorded by mistake and undone.
    Undone,
    /// On a tablet that was lost, and nobody has decided about it.
    Held,
}

/// See the module.
#[derive(Debug, Default)]
pub struct Book {
    pub visits: Vec<Visit>,
    /// Traders: those of the register, and those found on the way.
    pub traders: usize,
    pub returned: usize,
    pub corrected: usize,
}

impl Book {
    /// The visits that count.
    pub fn standing(&self) -> impl Iterator<Item = &Visit> {
        self.visits
            .iter()
            .filter(|visit| visit.fate == Fate::Stands)
    }

    pub fn count(&self, fate: Fate) -> usize {
        self.visits
            .iter()
            .filter(|visit| visit.fate == fate)
            .count()
    }

    /// A line for each visit, in the order of their making.
    pub fn lines(&self) -> String {
        let mut visits: Vec<&Visit> = self.visits.iter().collect();
        visits.sort_by_key(|visit| (visit.at_ms, visit.canvasser.clone()));
        let line = |visit: &&Visit| {
            let Visit {
                day,
                market,
                canvasser,
                trader,
                outcome,
                fate,
                ..
            } = visit;
            let time = local(visit.at_ms).format("%H:%M");
            let fate = match fate {
                Fate::Stands => "",
                Fate::Undone => "  undone",
                Fate::Held => "  on a lost tablet",
            };
            format!("{day}  {time}  {market}  {canvasser}  {trader}  {outcome}{fate}\n")
        };
        visits.iter().map(line).collect()
    }
}

impl Visit {
    /// A visit from what the canvasser typed.
    pub fn told(at_ms: i64, market: &str, canvasser: &str, trader: &str, typed: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let steps = typed["steps"].as_array().into_iter().flatten();
        let check = &typed["check"];
        Self {
            at_ms,
            day: working_day(market, at_ms),
            market: market.to_owned(),
            canvasser: canvasser.to_owned(),
            trader: trader.to_owned(),
            outcome: text(&typed["outcome"]).unwrap_or_default(),
            note: text(&typed["note"]),
            steps: steps.filter_map(text).collect(),
            wants: text(&typed["answers"]["kemauan"]),
            agreed: typed["consent"]["pendampingan"] == "yes",
            check: check["produk_tayang"].as_i64().zip(text(&check["pesanan"])),
            fate: Fate::Stands,
        }
    }
}

/// Cirebon is seven hours ahead of UTC all year.
const ZONE_S: i32 = 7 * 3_600;

pub fn local(at_ms: i64) -> DateTime<FixedOffset> {
    let utc = DateTime::from_timestamp_millis(at_ms).unwrap_or_default();
    match FixedOffset::east_opt(ZONE_S) {
        Some(zone) => utc.with_timezone(&zone),
        None => utc.fixed_offset(),
    }
}

/// The day on the calendar; in Jagasatru, which trades at night, a day begins at five in the morning.
pub fn working_day(market: &str, at_ms: i64) -> NaiveDate {
    let local = local(at_ms).naive_local();
    let five = NaiveTime::from_hms_opt(5, 0, 0).unwrap_or_default();
    match market == "JGS" && local.time() < five {
        true => local.date() - Days::new(1),
        false => local.date(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_belongs_to_the_day_before_in_jagasatru_alone() {
        for (market, at, day) in [
            ("JGS", "2019-08-02T02:30:00+07:00", "2019-08-01"),
            ("JGS", "2019-08-02T05:00:00+07:00", "2019-08-02"),
            ("KNM", "2019-08-02T02:30:00+07:00", "2019-08-02"),
        ] {
            let at_ms = DateTime::parse_from_rfc3339(at).unwrap().timestamp_millis();
            assert_eq!(working_day(market, at_ms).to_string(), day, "{market} {at}");
        }
    }
}
