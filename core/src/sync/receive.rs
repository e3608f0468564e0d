//! The tablet's side after receiving: an answer is checked whole, then planned, and only then carried out by the store.

use super::messages::{Ack, Answer, HeldReason, State};
use crate::change::ChangeName;
use crate::id::DeviceId;
use crate::limits;
use crate::stamp::Stamp;

/// Why an answer is not taken. Nothing of it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("the answer is about another tablet")]
    OtherDevice,
    #[error("the answer acknowledges a change that was not sent")]
    NotSent,
    #[error("the answer has {count} records and {max} are taken at most")]
    TooMany { count: usize, max: usize },
    #[error("the answer has a stamp later than its own time")]
    FromTheFuture,
    #[error("the answer has a record outside its own scope")]
    OutOfScope,
}

/// What the tablet knows of its own changes.
#[derive(Debug, Clone)]
pub struct Own<'a> {
    pub device: DeviceId,
    /// Names in the request.
    pub offered: &'a [ChangeName],
    /// The last `n` given out under `device`, and the highest acknowledged without a gap.
    pub last_n: u64,
    pub acked_n: u64,
}

/// What to do with an answer, besides merging its records.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    pub acks: Vec<Ack>,
    pub settled: Vec<Ack>,
    /// The server holds less than it once acknowledged: send again after this `n`.
    pub send_again_after: Option<u64>,
    /// The tablet has to take a new device id and number anew what is not acknowledged.
    pub forked: bool,
}

/// Checks and plans; see [`Refused`] for what makes the whole answer void.
pub fn plan(answer: &Answer, own: &Own<'_>) -> Result<Plan, Refused> {
    if answer.device.is_some_and(|device| device != own.device) {
        return Err(Refused::OtherDevice);
    }
    if answer.records.len() > limits::PAGE_RECORDS_TAKEN_MAX {
        return Err(Refused::TooMany {
            count: answer.records.len(),
            max: limits::PAGE_RECORDS_TAKEN_MAX,
        });
    }
    if answer
        .acks
        .iter()
        .any(|ack| !own.offered.contains(&ack.name))
    {
        return Err(Refused::NotSent);
    }
    let latest = Stamp::at_ms(answer.server_ms.saturating_add(1));
    for record in &answer.records {
        if !answer.position.homes.contains_key(&record.home) {
            return Err(Refused::OutOfScope);
        }
        if record.fields.values().any(|r| r.origin.stamp >= latest) {
            return Err(Refused::FromTheFuture);
        }
    }
    let high = answer.high_n.get(&own.device).copied();
    let forked_ack =
        |ack: &Ack| ack.state == State::HeldBack && ack.reason == Some(HeldReason::ForkedDevice);
    let forked = answer.acks.iter().any(forked_ack) || high.is_some_and(|high| high > own.last_n);
    let send_again_after = high.filter(|high| *high < own.acked_n);
    Ok(Plan {
        acks: answer.acks.clone(),
        settled: answer.settled.clone(),
        send_again_after,
        forked,
    })
}
