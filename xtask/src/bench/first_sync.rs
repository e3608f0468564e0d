//! The first sync: an empty tablet takes a campaign of traders from a register.

use crate::columns;
use crate::figures::{Figures, Goal};
use crate::scale::Scale;
use crate::world::{FirstSync, Worlds};

pub fn run(scale: &Scale, worlds: &mut Worlds, figures: &mut Figures) {
    let world = worlds.of(scale.traders);
    let what = |of: &str| format!("first sync of {} traders, {of}", scale.traders);
    take(figures, &what, &world.first);
    let traders = world.office.records("trader");
    assert_eq!(traders.len(), scale.traders);
    let floor = columns::packed_bytes(&[&traders]);
    figures.take(
        "the same traders as columns with ids, zstd -19",
        floor as f64,
        "bytes",
        Goal::None,
        "every field of `sync-server dump`, column by column, ids as 16 bytes",
    );
    figures.take(
        &what("bytes ÷ those columns"),
        world.first.traffic.down as f64 / floor as f64,
        "×",
        Goal::AtMost(0.65),
        "headers, definition, people and stamps are in ours; ids of register traders need not travel",
    );
}

/// The figures of one first sync.
pub fn take(figures: &mut Figures, what: &dyn Fn(&str) -> String, first: &FirstSync) {
    let proxy = "a counting proxy between the two programs, headers included";
    let rows = [
        ("bytes down", first.traffic.down as f64, "bytes", proxy),
        ("bytes up", first.traffic.up as f64, "bytes", proxy),
        (
            "round trips",
            first.traffic.round_trips as f64,
            "",
            "requests to /v1/sync",
        ),
        (
            "seconds",
            first.took.as_secs_f64(),
            "s",
            "`tablet enrol` with its sync, from start of the process to its end",
        ),
        (
            "on a line of 1 Mbit/s and 150 ms",
            first.traffic.down as f64 * 8.0 / 1e6 + first.traffic.round_trips as f64 * 0.15,
            "s",
            "computed from bytes and round trips",
        ),
        (
            "memory of the tablet",
            first.tablet_peak_kib as f64 / 1_024.0,
            "MiB",
            "peak resident set of the process",
        ),
        (
            "memory of the server",
            first.server_peak_kib as f64 / 1_024.0,
            "MiB",
            "peak resident set of the process, started on its own files",
        ),
    ];
    for (of, value, unit, how) in rows {
        figures.take(&what(of), value, unit, Goal::None, how);
    }
}
