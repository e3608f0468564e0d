//! A tablet as the load sees it: an enrolment, its numbering and its chain, and the requests that it prepares.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use grebeg_core::change::{Change, Hash, Patch, Salt, Seen};
use grebeg_core::id::{CampaignId, DeviceId, PersonId, created_id, step_id};
use grebeg_core::stamp::{Clocks, StampClock};
use grebeg_core::sync::messages::{Answer, Offered, PROTOCOL, Position, Request, State};
use grebeg_core::wire::compact;
use uuid::Uuid;
use whole_system_tests::Chance;

/// Number of the boot that all of them claim.
const BOOT: u64 = 1;

/// An enrolled tablet.
#[derive(Debug)]
pub struct Sender {
    pub device: DeviceId,
    pub campaign: CampaignId,
    /// The device whose place it takes, until the server knows it.
    succeeds: Option<DeviceId>,
    author: PersonId,
    /// Traders of its market.
    traders: Vec<Uuid>,
    pub position: Option<Position>,
    seq: u64,
    n: u64,
    acked_n: u64,
    prev: Option<Hash>,
    stamps: StampClock,
    started: Instant,
}

impl Sender {
    pub fn new(device: Uuid, campaign: Uuid, author: Uuid, traders: Vec<Uuid>) -> Self {
        Self {
            device: DeviceId(device),
            campaign: CampaignId(campaign),
            succeeds: None,
            author: PersonId(author),
            traders,
            position: None,
            seq: 0,
            n: 0,
            acked_n: 0,
            prev: None,
            stamps: StampClock::default(),
            started: Instant::now(),
        }
    }

    /// Another device of the same enrolment, which begins its own chain.
    pub fn another(&self, device: Uuid) -> Self {
        Self {
            device: DeviceId(device),
            succeeds: Some(self.device),
            seq: self.seq,
            position: self.position.clone(),
            ..Self::new(device, self.campaign.0, self.author.0, self.traders.clone())
        }
    }

    /// A request with so many new visits, each with a step, in the compact form.
    pub fn request(&mut self, visits: usize, chance: &mut Chance) -> Vec<u8> {
        let changes = (0..visits)
            .map(|_| Offered::Whole(self.visit(chance)))
            .collect();
        compact::write_request(&Request {
            protocol: PROTOCOL,
            device: self.device,
            succeeds: self.succeeds,
            position: self.position.clone(),
            clocks: self.clocks(),
            reports: Vec::new(),
            changes,
            acked_n: self.acked_n,
            repaired: 0,
            recovered: Vec::new(),
        })
    }

    fn visit(&mut self, chance: &mut Chance) -> Change {
        let mut salt: Salt = [0; 16];
        let drawn = [chance.draw().to_be_bytes(), chance.draw().to_be_bytes()].concat();
        salt.iter_mut().zip(drawn).for_each(|(to, from)| *to = from);
        let trader = *chance.pick(&self.traders);
        let clocks = self.clocks();
        self.n += 1;
        let change = Change {
            device: self.device,
            n: self.n,
            stamp: self.stamps.tick(clocks.wall_ms),
            clocks,
            author: self.author,
            seen: self.position.as_ref().map(|position| Seen {
                epoch: position.epoch,
                seq: self.seq,
            }),
            prev: self.prev,
            salt: Some(salt),
            patches: vec![
                Patch::new(
                    "visit",
                    created_id(&salt, 0),
                    [
                        ("trader", grebeg_core::value::Value::id(trader)),
                        ("outcome", "mengajar".into()),
                    ],
                ),
                Patch::new(
                    "step",
                    step_id(&trader, "prep.hp"),
                    [
                        ("trader", grebeg_core::value::Value::id(trader)),
                        ("code", "prep.hp".into()),
                        ("state", "selesai".into()),
                    ],
                ),
            ],
        };
        self.prev = Some(change.hash());
        change
    }

    /// Takes an answer: the position from which to ask next, and how many changes it accepts.
    /// Errors: what is wrong with it, in words.
    pub fn take(&mut self, content: &[u8]) -> Result<Taken, String> {
        let answer =
            compact::read_answer(content, self.campaign).map_err(|error| error.to_string())?;
        let own = |ack: &&grebeg_core::sync::messages::Ack| ack.name.device == self.device;
        let accepted = answer.acks.iter().filter(own);
        let accepted = accepted.filter(|ack| ack.state == State::Accepted).count();
        if let Some(held) = answer.acks.iter().find(|ack| ack.state == State::HeldBack) {
            return Err(format!(
                "held back: {}",
                held.reason.map_or("", |why| why.code())
            ));
        }
        let more = answer.more;
        self.follow(answer);
        Ok(Taken { accepted, more })
    }

    fn follow(&mut self, answer: Answer) {
        self.acked_n = answer
            .high_n
            .get(&self.device)
            .copied()
            .unwrap_or(self.acked_n);
        self.seq = answer
            .position
            .homes
            .values()
            .map(|home| home.seq)
            .min()
            .unwrap_or(0);
        self.position = Some(answer.position);
    }

    /// Starts where a colleague of the same market stands.
    pub fn join(&mut self, colleague: &Self) {
        self.position.clone_from(&colleague.position);
        self.seq = colleague.seq;
    }

    fn clocks(&self) -> Clocks {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH);
        let mono_ms = i64::try_from(self.started.elapsed().as_millis()).unwrap_or(i64::MAX);
        Clocks {
            wall_ms: wall.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(0)),
            boot: Some(BOOT),
            mono_ms: Some(mono_ms),
        }
    }
}

/// What an answer brought.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    pub accepted: usize,
    pub more: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_holds_numbered_and_chained_visits() {
        let id = Uuid::from_u128;
        let mut sender = Sender::new(id(1), id(2), id(3), vec![id(4), id(5)]);
        let mut chance = Chance::seeded(9);
        let first = compact::read_request(&sender.request(2, &mut chance)).unwrap();
        let second = compact::read_request(&sender.request(1, &mut chance)).unwrap();
        let changes: Vec<Change> = first
            .changes
            .into_iter()
            .chain(second.changes)
            .map(|offered| match offered {
                Offered::Whole(change) => change,
                Offered::Damaged { .. } => panic!("damaged"),
            })
            .collect();
        assert_eq!(
            changes.iter().map(|change| change.n).collect::<Vec<_>>(),
            [1, 2, 3]
        );
        assert_eq!(changes[0].prev, None);
        assert_eq!(changes[2].prev, Some(changes[1].hash()));
        assert!(changes[0].stamp < changes[1].stamp);
    }
}
