//! What this machine does for a bare write to the disk: the measure beside which seconds are set.

use std::fs::File;
use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::figures::{Figures, Goal};
use crate::percentiles::Percentiles;
use crate::scale::Scale;
use crate::world::Worlds;

/// Name of the figure that others are divided by.
pub const FSYNC: &str = "one 4 KiB write and fsync, p50";

pub fn run(scale: &Scale, _worlds: &mut Worlds, figures: &mut Figures) {
    println!("this machine: {}", description());
    let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
    let path = folder.path().join("write");
    let mut file = File::create(&path).unwrap_or_else(|error| panic!("{error}"));
    let block = [7u8; 4_096];
    let mut took = Vec::new();
    for _ in 0..scale.saves.min(300) {
        let began = Instant::now();
        let written = file.write_all(&block).and_then(|()| file.sync_all());
        assert!(written.is_ok(), "{written:?}");
        took.push(began.elapsed());
    }
    let took = Percentiles::of(took);
    let how = format!(
        "{} appends to one file in the folder for temporary files",
        took.count()
    );
    figures.take(FSYNC, took.ms(50), "ms", Goal::None, &how);
    figures.take(
        "one 4 KiB write and fsync, p99",
        took.ms(99),
        "ms",
        Goal::None,
        &how,
    );
    let took = Percentiles::of((0..500).map(|_| compute()).collect());
    let how = "one fixed sum, 500 times: how much others on this machine disturb";
    figures.take(
        "the same bit of computing, p50",
        took.ms(50),
        "ms",
        Goal::None,
        how,
    );
    figures.take(
        "the same bit of computing, p99",
        took.ms(99),
        "ms",
        Goal::None,
        how,
    );
}

/// About a millisecond's work.
fn compute() -> Duration {
    let began = Instant::now();
    let mut sum = 0_u64;
    for number in 0..400_000_u64 {
        sum = (sum ^ black_box(number))
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .rotate_left(29);
    }
    black_box(sum);
    began.elapsed()
}

/// Cores, load and memory of the machine.
pub fn description() -> Value {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let memory = std::fs::read_to_string("/proc/meminfo").unwrap_or_default();
    json!({
        "cores": cores,
        "load_average": load.split_whitespace().take(3).collect::<Vec<_>>().join(" "),
        "memory": memory.lines().next().unwrap_or_default().trim_start_matches("MemTotal:").trim(),
    })
}
