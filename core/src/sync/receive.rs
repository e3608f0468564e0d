//! The tablet's side after receiving: an answer is checked whole, then planned, and only then carried out by the store.

use super::messages::{Ack, Answer, Cursor, HeldReason, Position, State};
use crate::change::ChangeName;
use crate::id::DeviceId;
use crate::limits;
use crate::planted::{self, Bug};
use crate::stamp::Stamp;
use uuid::Uuid;

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
    #[error("the answer is older than one that was taken before")]
    OutOfDate,
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
    /// The position in the request, and the server's time of the last answer taken.
    pub position: Option<&'a Position>,
    pub server_ms: i64,
    /// Epochs that ended with a restore this tablet has heard of: none of them goes on.
    pub past_epochs: &'a [Uuid],
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
    /// What was sent under an earlier device id and stands after a gap there: what was in front of it has another number by
    /// now, and the server has lost it. It needs a new number too.
    pub after_gap: Vec<ChangeName>,
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
    if !follows(answer, own) {
        return Err(Refused::OutOfDate);
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
    let answered = |name: &ChangeName| answer.acks.iter().any(|ack| ack.name == *name);
    let earlier = own.offered.iter().filter(|n| n.device != own.device);
    let after_gap: Vec<ChangeName> = earlier.filter(|n| !answered(n)).copied().collect();
    let forked = answer.acks.iter().any(forked_ack)
        || high.is_some_and(|high| high > own.last_n)
        || !after_gap.is_empty();
    let send_again_after = high.filter(|high| *high < own.acked_n);
    Ok(Plan {
        acks: answer.acks.clone(),
        settled: answer.settled.clone(),
        send_again_after,
        forked,
        after_gap,
    })
}

/// Whether an answer goes on from where its request stood: an earlier one, sent again by somebody on the line, would take
/// records away that came since. A home goes back, or is whole at once, only by a fill that begins with this answer.
fn follows(answer: &Answer, own: &Own<'_>) -> bool {
    if planted::alive(Bug::OldAnswerTaken) {
        return true;
    }
    let same_epoch = own.position.filter(|p| p.epoch == answer.epoch);
    // A store of before a restore may have been put back by hand: then everything begins anew, and later.
    let comes_back = same_epoch.is_none() && own.past_epochs.contains(&answer.epoch);
    if (same_epoch.is_some() || comes_back) && answer.server_ms < own.server_ms {
        return false;
    }
    let begins = |home: &str| answer.fills.iter().any(|f| f.home == home && f.begins);
    answer.position.homes.iter().all(|(home, cursor)| {
        let asked = own.position.and_then(|p| p.homes.get(home));
        let goes_on = match asked {
            Some(asked) if !comes_back => same_epoch.is_none() || cursor.seq >= asked.seq,
            _ => *cursor == Cursor::default(),
        };
        goes_on || begins(home)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::messages::Fill;

    fn position(homes: &[(&str, Cursor)]) -> Position {
        Position {
            epoch: Uuid::from_u128(5),
            roles: 1,
            homes: homes.iter().map(|(h, c)| ((*h).to_owned(), *c)).collect(),
        }
    }

    /// `asked` and `told`: the place up to which home KNM was read; `None`: not at all. Whether the answer is taken.
    fn check(asked: Option<u64>, told: Option<u64>, begins: bool, server_ms: i64) -> bool {
        let at = |seq: Option<u64>| -> Vec<(&str, Cursor)> {
            seq.map(|seq| ("KNM", Cursor::complete(seq)))
                .into_iter()
                .collect()
        };
        let asked = position(&at(asked));
        let answer = Answer {
            epoch: asked.epoch,
            server_ms,
            position: position(&at(told)),
            fills: vec![Fill {
                home: "KNM".to_owned(),
                begins,
            }],
            ..Answer::default()
        };
        let own = Own {
            device: DeviceId(Uuid::nil()),
            offered: &[],
            last_n: 0,
            acked_n: 0,
            position: Some(&asked),
            server_ms: 1_000,
            past_epochs: &[],
        };
        plan(&answer, &own) != Err(Refused::OutOfDate)
    }

    #[test]
    fn an_epoch_that_ended_does_not_go_on() {
        let now = position(&[("KNM", Cursor::complete(7))]);
        let before = Uuid::from_u128(4);
        let own = Own {
            device: DeviceId(Uuid::nil()),
            offered: &[],
            last_n: 0,
            acked_n: 0,
            position: Some(&now),
            server_ms: 1_000,
            past_epochs: &[before],
        };
        let taken = |epoch, begins, server_ms| {
            let answer = Answer {
                epoch,
                server_ms,
                position: position(&[("KNM", Cursor::complete(9))]),
                fills: vec![Fill {
                    home: "KNM".to_owned(),
                    begins,
                }],
                ..Answer::default()
            };
            plan(&answer, &own).is_ok()
        };
        assert!(!taken(before, false, 2_000));
        assert!(!taken(before, true, 999), "sent again by somebody");
        assert!(taken(before, true, 2_000), "put back by hand");
        assert!(taken(Uuid::from_u128(6), false, 999), "a restore");
    }

    #[test]
    fn an_answer_of_long_ago_takes_nothing_away() {
        assert!(check(Some(7), Some(9), false, 1_001));
        assert!(check(Some(7), Some(7), false, 1_000));
        assert!(!check(Some(7), Some(9), false, 999), "older than the last");
        assert!(!check(Some(7), Some(5), false, 1_001), "goes back");
        assert!(check(Some(7), Some(5), true, 1_001), "is filled anew");
        assert!(!check(None, Some(9), false, 1_001), "whole without a fill");
        assert!(check(None, Some(9), true, 1_001));
        assert!(check(Some(7), None, false, 1_001), "left the scope");
    }

    const DEVICE: DeviceId = DeviceId(Uuid::from_u128(31));
    const EARLIER: DeviceId = DeviceId(Uuid::from_u128(30));

    fn name(device: DeviceId, n: u64) -> ChangeName {
        ChangeName { device, n }
    }

    /// An answer to a tablet that gave out five numbers, offered the fourth and the fifth, and holds the first three for
    /// acknowledged; and one number of an earlier device id.
    fn planned(change: impl FnOnce(&mut Answer)) -> Result<Plan, Refused> {
        let offered = [name(EARLIER, 2), name(DEVICE, 4), name(DEVICE, 5)];
        let own = Own {
            device: DEVICE,
            offered: &offered,
            last_n: 5,
            acked_n: 3,
            position: None,
            server_ms: 0,
            past_epochs: &[],
        };
        let accepted = |name: &ChangeName| Ack {
            name: *name,
            state: State::Accepted,
            reason: None,
            stamp: None,
        };
        let mut answer = Answer {
            device: Some(DEVICE),
            server_ms: 1_000,
            high_n: [(DEVICE, 5), (EARLIER, 9)].into(),
            acks: offered.iter().map(accepted).collect(),
            position: position(&[("KNM", Cursor::default())]),
            ..Answer::default()
        };
        change(&mut answer);
        plan(&answer, &own)
    }

    #[test]
    fn an_answer_as_it_should_be_asks_for_nothing_more() {
        let plan = planned(|_| {}).unwrap();
        assert_eq!(plan.acks.len(), 3);
        assert_eq!(plan.send_again_after, None);
        assert!(!plan.forked && plan.after_gap.is_empty());
    }

    #[test]
    fn an_answer_about_another_tablet_or_change_is_not_taken() {
        let other = planned(|answer| answer.device = Some(EARLIER));
        assert_eq!(other, Err(Refused::OtherDevice));
        assert!(planned(|answer| answer.device = None).is_ok());
        let not_sent = planned(|answer| answer.acks[0].name.n = 3);
        assert_eq!(not_sent, Err(Refused::NotSent));
    }

    #[test]
    fn a_server_that_holds_less_than_it_acknowledged_is_sent_it_again() {
        let holding = |n: u64| planned(|answer| _ = answer.high_n.insert(DEVICE, n)).unwrap();
        assert_eq!(holding(3).send_again_after, None);
        assert_eq!(holding(2).send_again_after, Some(2));
        let untold = planned(|answer| answer.high_n.clear()).unwrap();
        assert_eq!(untold.send_again_after, None);
    }

    #[test]
    fn a_copy_is_known_by_its_numbers_and_by_what_is_held_back_as_a_forks() {
        let forked = |change: &dyn Fn(&mut Answer)| planned(change).unwrap().forked;
        assert!(forked(&|answer| _ = answer.high_n.insert(DEVICE, 6)));
        let held = |reason| {
            move |answer: &mut Answer| {
                answer.acks[1].state = State::HeldBack;
                answer.acks[1].reason = Some(reason);
            }
        };
        assert!(forked(&held(HeldReason::ForkedDevice)));
        assert!(!forked(&held(HeldReason::OutOfScope)));
        assert!(!forked(
            &|answer| answer.acks[1].reason = Some(HeldReason::ForkedDevice)
        ));
    }

    #[test]
    fn what_stands_after_a_gap_of_an_earlier_device_id_needs_another_number() {
        let plan = planned(|answer| _ = answer.acks.remove(0)).unwrap();
        assert_eq!(plan.after_gap, [name(EARLIER, 2)]);
        assert!(plan.forked);
        // One of its own waits for its turn.
        let plan = planned(|answer| _ = answer.acks.pop()).unwrap();
        assert!(plan.after_gap.is_empty() && !plan.forked);
    }

    #[test]
    fn records_have_a_home_that_is_told_of_a_time_that_has_come_and_a_number_that_is_taken() {
        let with = |home: &str, stamp: Stamp, count: usize| {
            let register = crate::register::Register {
                value: true.into(),
                origin: crate::register::Origin {
                    stamp,
                    device: EARLIER,
                    n: 1,
                    author: crate::id::PersonId(Uuid::nil()),
                },
                seq: 1,
            };
            let record = crate::sync::messages::SentRecord {
                key: crate::register::RecordKey::new("trader", Uuid::from_u128(21)),
                home: home.to_owned(),
                fields: [("anonymous".to_owned(), register)].into(),
            };
            planned(|answer| answer.records = vec![record; count]).map(|_| ())
        };
        let last_ms = Stamp::at_ms(1_000);
        assert_eq!(with("KNM", Stamp(last_ms.0 | 0xffff), 1), Ok(()));
        assert_eq!(
            with("KNM", Stamp::at_ms(1_001), 1),
            Err(Refused::FromTheFuture)
        );
        assert_eq!(with("PGI", last_ms, 1), Err(Refused::OutOfScope));
        let max = limits::PAGE_RECORDS_TAKEN_MAX;
        assert_eq!(with("KNM", last_ms, max), Ok(()));
        let count = max + 1;
        assert_eq!(
            with("KNM", last_ms, count),
            Err(Refused::TooMany { count, max })
        );
    }
}
