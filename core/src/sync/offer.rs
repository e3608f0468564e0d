//! The tablet's side before sending: which of its changes go into the next request.

use super::messages::{Offered, Position, Report, Request};
use crate::change::{Change, ChangeName};
use crate::id::DeviceId;
use crate::limits;
use crate::stamp::Clocks;

/// What a tablet knows when it makes a request.
#[derive(Debug, Clone)]
pub struct Ready {
    pub protocol: u32,
    pub device: DeviceId,
    pub succeeds: Option<DeviceId>,
    pub position: Option<Position>,
    pub clocks: Clocks,
    pub reports: Vec<Report>,
    pub acked_n: u64,
    /// Waiting changes in order of `n`, with the bytes each takes.
    pub waiting: Vec<(Change, usize)>,
}

/// The request, and the names that it offers. Changes that do not fit go with the next one.
pub fn request(ready: Ready) -> (Request, Vec<ChangeName>) {
    let mut bytes = 0;
    let mut changes = Vec::new();
    for (change, size) in ready.waiting {
        bytes += size;
        let fits = bytes <= limits::WIRE_BYTES_MAX / 2 || changes.is_empty();
        if changes.len() == limits::REQUEST_CHANGES_MAX || !fits {
            break;
        }
        changes.push(Offered::Whole(change));
    }
    let names = changes.iter().map(Offered::name).collect();
    let mut reports = ready.reports;
    reports.sort_by(|a, b| b.date.cmp(&a.date));
    reports.truncate(limits::REPORTS_MAX);
    let request = Request {
        protocol: ready.protocol,
        device: ready.device,
        succeeds: ready.succeeds,
        position: ready.position,
        clocks: ready.clocks,
        reports,
        changes,
        acked_n: ready.acked_n,
        repaired: 0,
        recovered: Vec::new(),
    };
    (request, names)
}
