//! Oddities that only show over one author's day: pace, and notes that repeat.

use std::collections::{BTreeSet, HashMap};

use uuid::Uuid;

use super::{Oddity, SAME_NOTE_MIN, comparable_note};

/// A visit as the check of a day needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DayVisit {
    pub id: Uuid,
    pub trader: Uuid,
    /// Corrected time in UTC milliseconds.
    pub at_ms: i64,
    pub note: String,
}

/// Paces beyond which a day is worth a look. Defaults: reliability rules of the campaign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PaceLimits {
    /// Most visits within 60 minutes.
    pub visits_per_hour_max: usize,
    /// Most visits in a working day.
    pub visits_per_day_max: usize,
    /// Most visits within `burst_ms`: a short run that an hour would hide.
    pub visits_per_burst_max: usize,
    pub burst_ms: i64,
    /// Least time between two visits.
    pub gap_min_ms: i64,
    /// Most visits to one trader in a working day.
    pub visits_per_trader_max: usize,
}

impl Default for PaceLimits {
    fn default() -> Self {
        Self {
            visits_per_hour_max: 25,
            visits_per_day_max: 120,
            visits_per_burst_max: 8,
            burst_ms: 12 * 60_000,
            gap_min_ms: 20_000,
            visits_per_trader_max: 5,
        }
    }
}

const HOUR_MS: i64 = 3_600_000;

/// The oddities of one author's working day, by visit; each visit has a code at most once, in the order of time.
///
/// Pass only visits that count. Every visit of an odd stretch is named, so that a lead sees the stretch as a group.
pub fn check_day(visits: &[DayVisit], limits: PaceLimits) -> Vec<(Uuid, Oddity)> {
    let mut by_time: Vec<&DayVisit> = visits.iter().collect();
    by_time.sort_by_key(|visit| (visit.at_ms, visit.id));
    let mut fast: HashMap<Uuid, String> = HashMap::new();
    let mut name = |visits: &[&DayVisit], about: String| {
        for visit in visits {
            fast.entry(visit.id).or_insert_with(|| about.clone());
        }
    };
    for pair in by_time.windows(2) {
        if let [a, b] = pair
            && b.at_ms.saturating_sub(a.at_ms) < limits.gap_min_ms
        {
            name(pair, format!("gap_s<{}", limits.gap_min_ms / 1000));
        }
    }
    for (window_ms, max, unit) in [
        (HOUR_MS, limits.visits_per_hour_max, "per_hour"),
        (limits.burst_ms, limits.visits_per_burst_max, "per_burst"),
    ] {
        let mut start = 0;
        // A long stretch is gone through once, however many windows of it are too full.
        let mut named = 0;
        for (end, visit) in by_time.iter().enumerate() {
            while by_time
                .get(start)
                .is_some_and(|first| visit.at_ms.saturating_sub(first.at_ms) >= window_ms)
            {
                start += 1;
            }
            if end + 1 - start > max {
                let fresh = by_time.get(start.max(named)..=end).unwrap_or_default();
                name(fresh, format!("{unit}>{max}"));
                named = end;
            }
        }
    }
    if by_time.len() > limits.visits_per_day_max {
        name(&by_time, format!("per_day>{}", limits.visits_per_day_max));
    }
    let mut by_trader: HashMap<Uuid, Vec<&DayVisit>> = HashMap::new();
    let mut by_note: HashMap<String, Vec<Uuid>> = HashMap::new();
    for visit in &by_time {
        by_trader.entry(visit.trader).or_default().push(visit);
        if let Some(note) = comparable_note(&visit.note) {
            by_note.entry(note).or_default().push(visit.id);
        }
    }
    for same in by_trader
        .values()
        .filter(|same| same.len() > limits.visits_per_trader_max)
    {
        name(same, format!("per_trader>{}", limits.visits_per_trader_max));
    }
    let repeated: HashMap<Uuid, usize> = by_note
        .values()
        .filter(|ids| ids.len() >= SAME_NOTE_MIN)
        .flat_map(|ids| ids.iter().map(|id| (*id, ids.len())))
        .collect();

    let mut told = BTreeSet::new();
    let mut found = Vec::new();
    for visit in by_time.iter().filter(|visit| told.insert(visit.id)) {
        if let Some(about) = fast.remove(&visit.id) {
            found.push((visit.id, Oddity::flag("terlalu_cepat", about)));
        }
        if let Some(times) = repeated.get(&visit.id) {
            found.push((visit.id, Oddity::flag("catatan_sama", times.to_string())));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visits(times_s: impl IntoIterator<Item = i64>) -> Vec<DayVisit> {
        let visit = |(at, time_s): (usize, i64)| DayVisit {
            id: Uuid::from_u128(at as u128),
            trader: Uuid::from_u128(at as u128 + 1_000_000),
            at_ms: time_s * 1000,
            ..DayVisit::default()
        };
        times_s.into_iter().enumerate().map(visit).collect()
    }

    #[test]
    fn a_pace_that_nobody_walks_is_named_for_every_visit_of_the_stretch() {
        for (what, times_s, named) in [
            (
                "40 visits over eight hours",
                (0..40).map(|n| n * 720).collect::<Vec<i64>>(),
                0,
            ),
            ("400 in an hour", (0..400).map(|n| n * 9).collect(), 400),
            ("50 a second apart", (0..50).collect(), 50),
            ("two 19 s apart among others", vec![0, 600, 619, 1200], 2),
            ("two 20 s apart", vec![0, 600, 620, 1200], 0),
            ("25 in an hour", (0..25).map(|n| n * 144).collect(), 0),
            ("26 in an hour", (0..26).map(|n| n * 138).collect(), 26),
            ("9 in 12 minutes", (0..9).map(|n| n * 80).collect(), 9),
            ("121 in a day", (0..121).map(|n| n * 200).collect(), 121),
            ("120 in a day", (0..120).map(|n| n * 200).collect(), 0),
            ("nothing", vec![], 0),
        ] {
            let found = check_day(&visits(times_s), PaceLimits::default());
            assert_eq!(found.len(), named, "{what}");
            assert!(
                found
                    .iter()
                    .all(|(_, oddity)| oddity.code == "terlalu_cepat")
            );
        }
    }

    #[test]
    fn one_trader_more_than_five_times_a_day_is_named() {
        for (times, named) in [(5, 0), (6, 6), (30, 30)] {
            let mut day = visits((0..times).map(|n| n * 1000));
            for visit in &mut day {
                visit.trader = Uuid::from_u128(7);
            }
            let found = check_day(&day, PaceLimits::default());
            assert_eq!(found.len(), named, "{times}");
        }
    }

    #[test]
    fn a_note_copied_three_times_is_named_and_short_ones_are_not() {
        let mut day = visits((0..6).map(|n| n * 1000));
        for (visit, note) in day.iter_mut().zip([
            "Sudah dijelaskan lengkap",
            "sudah  DIJELASKAN lengkap",
            "Sudah dijelaskan lengkap ",
            "tutup",
            "tutup",
            "tutup",
        ]) {
            visit.note = note.to_owned();
        }
        let found = check_day(&day, PaceLimits::default());
        assert_eq!(
            found
                .iter()
                .map(|(id, oddity)| (id.as_u128(), oddity.code))
                .collect::<Vec<_>>(),
            [0, 1, 2].map(|id| (id, "catatan_sama"))
        );
    }

    #[test]
    fn times_at_the_ends_of_the_clock_do_no_harm() {
        let mut day = visits([0, 0]);
        day[0].at_ms = i64::MIN;
        day[1].at_ms = i64::MAX;
        assert!(check_day(&day, PaceLimits::default()).is_empty());
    }
}
