//! The request in the compact form.

use super::changes;
use crate::change::{read_clocks, write_clocks};
use crate::codec::{DecodeError, Reader, Writer};
use crate::id::{DeviceId, PersonId};
use crate::limits;
use crate::sync::messages::{Offered, Position, Report, ReportPart, Request};
use crate::wire::json::is_date;
use crate::wire::{WireError, pack, unpack};

/// A tablet's requests are small: the best level costs milliseconds and saves bytes on a bad line.
const LEVEL: i32 = 19;

/// Parts that a request need not have, as bits of one byte.
const SUCCEEDS: u8 = 1;
const POSITION: u8 = 2;
const REPAIRED: u8 = 4;
const RECOVERED: u8 = 8;

pub fn write_request(request: &Request) -> Vec<u8> {
    let mut out = Writer::new();
    out.varint(u64::from(request.protocol));
    out.uuid(&request.device.0);
    let flags = [
        (request.succeeds.is_some(), SUCCEEDS),
        (request.position.is_some(), POSITION),
        (request.repaired > 0, REPAIRED),
        (!request.recovered.is_empty(), RECOVERED),
    ];
    out.byte(
        flags
            .iter()
            .filter(|(set, _)| *set)
            .map(|(_, bit)| bit)
            .sum(),
    );
    if let Some(before) = &request.succeeds {
        out.uuid(&before.0);
    }
    if let Some(position) = &request.position {
        position.write(&mut out);
    }
    write_clocks(&mut out, &request.clocks);
    out.varint(request.acked_n);
    if request.repaired > 0 {
        out.varint(request.repaired);
    }
    out.varint(request.reports.len() as u64);
    for report in &request.reports {
        out.text(&report.date);
        out.varint(report.recorded);
        out.varint(report.waiting);
        out.byte(u8::from(report.closed));
        out.varint(report.by.len() as u64);
        for part in &report.by {
            out.text(&part.market);
            out.uuid(&part.author.0);
            out.varint(part.waiting);
        }
    }
    changes::write(&mut out, &request.changes);
    if !request.recovered.is_empty() {
        let recovered: Vec<Offered> = request
            .recovered
            .iter()
            .cloned()
            .map(Offered::Whole)
            .collect();
        changes::write(&mut out, &recovered);
    }
    pack(&out.bytes, LEVEL)
}

pub fn read_request(message: &[u8]) -> Result<Request, WireError> {
    let body = unpack(message, limits::UNPACKED_BYTES_MAX)?;
    Ok(read_body(&body)?)
}

/// A number of visits that a tablet can have.
fn visits(input: &mut Reader<'_>) -> Result<u64, DecodeError> {
    let number = input.varint()?;
    match number <= limits::REPORT_VISITS_MAX {
        true => Ok(number),
        false => Err(DecodeError::Invalid("a report of so many visits")),
    }
}

fn read_body(body: &[u8]) -> Result<Request, DecodeError> {
    let mut input = Reader::new(body);
    let protocol = u32::try_from(input.varint()?)
        .map_err(|_| DecodeError::Invalid("a protocol of this number"))?;
    let device = DeviceId(input.uuid()?);
    let flags = input.byte()?;
    if flags > SUCCEEDS + POSITION + REPAIRED + RECOVERED {
        return Err(DecodeError::Invalid("a request of this form"));
    }
    let succeeds = if flags & SUCCEEDS != 0 {
        Some(DeviceId(input.uuid()?))
    } else {
        None
    };
    let position = if flags & POSITION != 0 {
        Some(Position::read(&mut input)?)
    } else {
        None
    };
    let clocks = read_clocks(&mut input)?;
    let acked_n = input.varint()?;
    let repaired = if flags & REPAIRED != 0 {
        input.varint()?
    } else {
        0
    };
    let mut reports = Vec::new();
    for _ in 0..input.count("reports", limits::REPORTS_MAX)? {
        let mut report = Report {
            date: input.text()?.to_owned(),
            recorded: visits(&mut input)?,
            waiting: visits(&mut input)?,
            closed: input.byte()? != 0,
            by: Vec::new(),
        };
        if !is_date(&report.date) {
            return Err(DecodeError::Invalid("a report of this day"));
        }
        for _ in 0..input.count("parts of a report", limits::REPORT_PARTS_MAX)? {
            let market = input.text()?.to_owned();
            if market.len() > limits::TEXT_CHARS_MAX {
                return Err(DecodeError::Invalid("a market of this name"));
            }
            let author = PersonId(input.uuid()?);
            report.by.push(ReportPart {
                market,
                author,
                waiting: visits(&mut input)?,
            });
        }
        reports.push(report);
    }
    let changes = changes::read(&mut input)?;
    let mut recovered = Vec::new();
    if flags & RECOVERED != 0 {
        for offered in changes::read(&mut input)? {
            let Offered::Whole(change) = offered else {
                return Err(DecodeError::Invalid("a recovered change of this form"));
            };
            recovered.push(change);
        }
        if recovered.len() > limits::RECOVERED_CHANGES_MAX {
            return Err(DecodeError::TooLarge {
                what: "the number of recovered changes",
                max: limits::RECOVERED_CHANGES_MAX,
            });
        }
    }
    input.end()?;
    Ok(Request {
        protocol,
        device,
        succeeds,
        position,
        clocks,
        reports,
        changes,
        acked_n,
        repaired,
        recovered,
    })
}
