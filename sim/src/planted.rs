//! Shows that the simulator sees: each planted bug is made alive and has to be found in time, from fixed seeds.

use crate::campaign::{play, steps};
use grebeg_core::planted::{ALL, plant};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Time for each bug.
const LIMIT: Duration = Duration::from_secs(60);
/// Days of a campaign in which a bug is looked for: short ones, many of them.
const DAYS: u64 = 4;

/// Looks for every planted bug; the last line is `planted: P found F`.
pub fn hunt() -> ExitCode {
    let mut found = 0;
    for (number, bug) in (1..).zip(ALL) {
        let started = Instant::now();
        let by = (0..u64::MAX)
            .take_while(|_| started.elapsed() < LIMIT)
            .find_map(|seed| {
                let steps = steps(seed, DAYS);
                plant(Some(*bug));
                let broken = play(seed, &steps, false, None).broken;
                plant(None);
                // Only what breaks with the bug and holds without it was seen.
                let (_, violation) =
                    broken.filter(|_| play(seed, &steps, false, None).broken.is_none())?;
                Some((seed, violation))
            });
        let seconds = started.elapsed().as_secs_f64();
        match by {
            Some((seed, violation)) => {
                found += 1;
                println!(
                    "{number:2} {bug:?}: found in {seconds:.1} s, seed {seed}, {}",
                    violation.what
                );
            }
            None => println!("{number:2} {bug:?}: NOT FOUND in {seconds:.1} s"),
        }
    }
    println!("planted: {} found {found}", ALL.len());
    ExitCode::from(u8::from(found < ALL.len()))
}
