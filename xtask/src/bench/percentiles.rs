//! Percentiles of durations, by the nearest rank: each is a duration that was really measured.

use std::time::Duration;

/// Durations of one kind of work, sorted.
#[derive(Debug, Clone, Default)]
pub struct Percentiles(Vec<Duration>);

impl Percentiles {
    pub fn of(mut durations: Vec<Duration>) -> Self {
        durations.sort_unstable();
        Self(durations)
    }

    /// The duration in milliseconds that `percent` of 100 do not exceed; 0 of nothing. `percent`: 0 to 100.
    pub fn ms(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent.min(100)).div_ceil(100).max(1);
        self.0
            .get(rank - 1)
            .map_or(0.0, |duration| duration.as_secs_f64() * 1_000.0)
    }

    /// Of several passes over the same work the one with the lowest 99th percentile: on a shared machine the others
    /// were disturbed by somebody else.
    pub fn quietest(passes: Vec<Vec<Duration>>) -> Self {
        passes
            .into_iter()
            .map(Self::of)
            .min_by(|a, b| a.ms(99).total_cmp(&b.ms(99)))
            .unwrap_or_default()
    }

    /// The longest, in milliseconds.
    pub fn max_ms(&self) -> f64 {
        self.ms(100)
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_ms(ms: &[u64]) -> Percentiles {
        Percentiles::of(ms.iter().copied().map(Duration::from_millis).collect())
    }

    #[test]
    fn the_quietest_pass_is_the_one_with_the_lowest_99th_percentile() {
        let ms = |list: &[u64]| list.iter().copied().map(Duration::from_millis).collect();
        let quietest = Percentiles::quietest(vec![ms(&[1, 90]), ms(&[2, 3]), ms(&[4])]);
        assert_eq!((quietest.count(), quietest.max_ms()), (2, 3.0));
        assert_eq!(Percentiles::quietest(Vec::new()).count(), 0);
    }

    #[test]
    fn a_percentile_is_a_measured_duration() {
        let hundred: Vec<u64> = (1..=100).rev().collect();
        for (percent, ms) in [(0, 1.0), (1, 1.0), (50, 50.0), (99, 99.0), (100, 100.0)] {
            assert_eq!(of_ms(&hundred).ms(percent), ms, "{percent}");
        }
        assert_eq!(of_ms(&[7, 3]).ms(50), 3.0);
        assert_eq!(of_ms(&[7, 3]).ms(51), 7.0);
        assert_eq!(of_ms(&[5]).ms(99), 5.0);
        assert_eq!(of_ms(&[]).max_ms(), 0.0);
    }
}
