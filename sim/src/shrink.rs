//! Makes a broken campaign short: steps are left out as long as the same promise still breaks.

use crate::beside::RealStores;
use crate::campaign::{Ended, Step, play};
use std::time::{Duration, Instant};

/// The steps that remain, and how they end, told as a story. Gives up looking after `limit`.
pub fn shrink(
    seed: u64,
    steps: &[Step],
    limit: Duration,
    stores: Option<&'static dyn RealStores>,
) -> (Vec<Step>, Ended) {
    let started = Instant::now();
    let mut kept = steps.to_vec();
    let first = play(seed, &kept, false, stores);
    let Some((place, violation)) = first.broken else {
        return (kept, play(seed, steps, true, stores));
    };
    let what = violation.what;
    kept.truncate(place + 1);
    let mut chunk = kept.len() / 2;
    while chunk > 0 && started.elapsed() < limit {
        let mut from = 0;
        let mut left_out = false;
        while from < kept.len() && started.elapsed() < limit {
            let mut fewer = kept.clone();
            fewer.drain(from..(from + chunk).min(kept.len()));
            match play(seed, &fewer, false, stores).broken {
                Some((place, violation)) if violation.what == what => {
                    fewer.truncate(place + 1);
                    kept = fewer;
                    left_out = true;
                }
                _ => from += chunk,
            }
        }
        if !left_out || chunk > 1 {
            chunk /= 2;
        }
    }
    let ended = play(seed, &kept, true, stores);
    (kept, ended)
}
