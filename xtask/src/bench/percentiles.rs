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
