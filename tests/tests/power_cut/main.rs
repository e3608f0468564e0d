//! The power is cut after every single write, on the tablet and at the server: nothing that was answered for is lost.
//!
//! A kill cannot show this, because the system keeps what a program had written. So the calls of the real programs are written
//! down, and after each of them the files are made again as a disk would have them that kept only what was synced (`Keeps::None`),
//! or any part of the rest (`Keeps::Some`). `GREBEG_LONG`: 300 actions instead of 30.

mod server;
mod tablet;

use std::collections::BTreeSet;
use whole_system_tests::trace::{Event, What};

/// Ids of the visits that an answer of `tablet record` names.
fn visits_in(event: &Event) -> BTreeSet<String> {
    let What::Said { text } = &event.what else {
        return BTreeSet::new();
    };
    let answers = text
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    answers
        .filter_map(|answer| answer["visit_id"].as_str().map(str::to_owned))
        .collect()
}

/// Those of `answered` that a dump does not show.
fn lost(answered: &BTreeSet<String>, dump: &str) -> Vec<String> {
    let lost = answered.iter().filter(|id| !dump.contains(id.as_str()));
    lost.cloned().collect()
}
