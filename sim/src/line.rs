//! A sync over a line on which everything can go wrong, in the rounds in which the tablet's own program syncs.

use crate::beside::{Enrolled, Heard, Kill, differ};
use crate::chance::Chance;
use crate::checks::{self, Verdict, broken};
use crate::office::{CAMPAIGN, Fault, Refusal};
use crate::shelf::{Sent, Shelf};
use crate::world::World;
use grebeg_core::id::DeviceId;
use grebeg_core::planted::{self, Bug};
use grebeg_core::sync::messages::{Answer, Request};
use grebeg_core::wire::compact;

/// As in the tablet's program.
const ROUNDS_MAX: usize = 400;
const FORKS_MAX: usize = 2;
/// Messages that somebody on the line keeps.
const KEPT: usize = 6;

/// What the line does to one exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line {
    Good,
    RequestLost,
    RequestCut,
    RequestTwice,
    LateRequestFirst,
    AnswerLost,
    AnswerCut,
    OtherPage,
    OldAnswer,
    OthersAnswer,
}

const FAULTS: [Line; 9] = [
    Line::RequestLost,
    Line::RequestCut,
    Line::RequestTwice,
    Line::LateRequestFirst,
    Line::AnswerLost,
    Line::AnswerCut,
    Line::OtherPage,
    Line::OldAnswer,
    Line::OthersAnswer,
];

fn short(id: uuid::Uuid) -> String {
    id.simple().to_string().chars().take(4).collect()
}

/// An answer in a few words.
fn brief(answer: &Answer) -> String {
    let mut words = vec![format!("epoch {}", short(answer.epoch))];
    for ack in answer.acks.iter().chain(&answer.settled) {
        let reason = ack.reason.map_or("", |reason| reason.code());
        let state = ack.state.code();
        words.push(format!(
            "{}/{} {state} {reason}",
            ack.name.n,
            short(ack.name.device.0)
        ));
    }
    for (home, cursor) in &answer.position.homes {
        let fills = answer.fills.iter().find(|fill| fill.home == *home);
        let fills = fills.map_or("", |f| if f.begins { " begins" } else { " fills" });
        let whole = if cursor.is_complete() { "" } else { "…" };
        words.push(format!(
            "{home}{fills} {}-{}{whole}",
            cursor.base, cursor.seq
        ));
    }
    words.push(format!("{} records", answer.records.len()));
    words.join(", ")
}

/// Whether the sync goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    Again,
    Ends,
    /// The server does not know the tablet, which is enrolled anew first.
    Unknown,
}

/// One sync, from its first request to its last answer.
pub struct Session {
    pub forks: usize,
    repaired: bool,
    pub faulty: bool,
    /// The device id that the tablet may take.
    pub device: Option<DeviceId>,
}

impl World {
    /// One sync of a tablet. `faulty`: the line and the machines may fail.
    pub fn sync(&mut self, at: usize, chance: &mut Chance, faulty: bool) -> Verdict {
        self.syncs += 1;
        loop {
            self.enrol_again(at, faulty);
            let mut session = Session {
                forks: 0,
                repaired: false,
                faulty,
                device: None,
            };
            let next = match self.tablets[at].real.take() {
                None => self.rounds(at, chance, &mut session)?,
                Some(real) => self.rounds_beside(at, chance, &mut session, real)?,
            };
            if next != Next::Unknown {
                return Ok(());
            }
        }
    }

    fn rounds(
        &mut self,
        at: usize,
        chance: &mut Chance,
        session: &mut Session,
    ) -> Result<Next, checks::Violation> {
        for _ in 0..ROUNDS_MAX {
            let (next, _) = self.exchange(at, chance, session, None)?;
            if next != Next::Again {
                return Ok(next);
            }
        }
        broken(
            "endless",
            format!("a sync of {} does not end", self.tablets[at].name),
        )
    }

    /// One request and what came of it, for the tablet in memory and for a real one beside it. `real`: the request as that one
    /// makes it.
    pub fn exchange(
        &mut self,
        at: usize,
        chance: &mut Chance,
        session: &mut Session,
        real: Option<&Request>,
    ) -> Result<(Next, Heard), checks::Violation> {
        let nothing = (Next::Ends, Heard::Nothing);
        let tablet = &self.tablets[at];
        let token = tablet.shelf.enrolment;
        let sent = tablet.shelf.prepare(tablet.clock.read(self.now_ms));
        if let Some(words) = real.and_then(|real| same_request(&sent.request, real)) {
            return broken("stores", format!("{}: {words}", tablet.name));
        }
        let mut message = compact::write_request(real.unwrap_or(&sent.request));
        let line = match session.faulty && self.weather.lines && chance.percent(30) {
            true => FAULTS[chance.below(FAULTS.len())],
            false => Line::Good,
        };
        let name = tablet.name.clone();
        self.tell(|_| {
            let names = sent
                .names
                .iter()
                .map(|n| format!("{}/{}", n.n, short(n.device.0)));
            let names: Vec<String> = names.collect();
            let line = if line == Line::Good {
                String::new()
            } else {
                format!("; {line:?}")
            };
            format!(
                "{name}: sends {} as {}{line}",
                names.join(" "),
                short(sent.request.device.0)
            )
        });
        self.pass(if session.faulty {
            chance.between(20, 4_000)
        } else {
            30
        });
        match line {
            Line::RequestLost => return Ok(nothing),
            Line::RequestCut => message.truncate(chance.below(message.len())),
            Line::LateRequestFirst => self.late_request(chance),
            _ => {}
        }
        if line == Line::RequestTwice {
            drop(
                self.office
                    .exchange(token, &message, self.now_ms, Fault::None),
            );
        }
        let off = session.faulty && self.weather.server_kills && chance.percent(10);
        let fault = if off {
            Fault::BeforeCommit
        } else {
            Fault::None
        };
        let answered = self.office.exchange(token, &message, self.now_ms, fault);
        let kept = &mut self.tablets[at].requests;
        kept.push((token, message));
        kept.drain(..kept.len().saturating_sub(KEPT));
        let answered = match answered {
            Ok(answered) if line == Line::RequestCut => {
                drop(answered);
                return broken("cut", "a request that was cut was taken");
            }
            Ok(answered) => answered,
            Err(refusal) => return Ok((self.refused(at, refusal), Heard::Refused(refusal))),
        };
        let revoked = self.office.enrolled(token).is_some_and(|e| e.revoked);
        if let Ok(answer) = compact::read_answer(&answered.bytes, CAMPAIGN) {
            checks::answer(&self.office, &answered.people, revoked, &answer)?;
        }
        self.pass(if session.faulty {
            chance.between(20, 4_000)
        } else {
            30
        });
        let bytes = self.carried(at, line, answered.bytes, chance);
        let Some(bytes) = bytes else {
            return Ok(nothing);
        };
        let Ok(answer) = compact::read_answer(&bytes, CAMPAIGN) else {
            return match line {
                Line::Good | Line::RequestTwice | Line::LateRequestFirst => {
                    broken("unreadable", "a whole answer cannot be read")
                }
                _ => Ok((Next::Ends, Heard::NotOurs)),
            };
        };
        if matches!(line, Line::AnswerCut | Line::OtherPage) {
            return broken("cut", "an answer that was cut was read");
        }
        let (next, kill) = self.taken(at, &sent, &answer, chance, session)?;
        let answer = Box::new(answer);
        Ok(match kill {
            None => (next, Heard::Answer(answer)),
            Some(kill) => (next, Heard::Killed(answer, kill)),
        })
    }

    /// What comes out of the line for an answer that went in.
    fn carried(
        &mut self,
        at: usize,
        line: Line,
        mut bytes: Vec<u8>,
        chance: &mut Chance,
    ) -> Option<Vec<u8>> {
        let kept = &mut self.tablets[at].answers;
        kept.push(bytes.clone());
        kept.drain(..kept.len().saturating_sub(KEPT));
        match line {
            Line::AnswerLost => return None,
            Line::AnswerCut => bytes.truncate(chance.below(bytes.len())),
            Line::OtherPage => bytes = b"<html>Selamat datang di WiFi hotel</html>".to_vec(),
            Line::OldAnswer => {
                // An answer does not say which request it answers: a store that went back could take it. TLS keeps it away.
                let old = chance.pick(&self.tablets[at].answers);
                let weather = &self.weather;
                let went_back =
                    weather.tails || weather.copies || weather.kills || weather.small_pages;
                return old.filter(|_| !went_back).cloned();
            }
            Line::OthersAnswer => {
                // A copy has the same name: its answers are its own only by the line that brought them.
                let other = chance.below(self.tablets.len());
                let is_copy =
                    self.tablets[other].shelf.enrolment == self.tablets[at].shelf.enrolment;
                let answers = &self.tablets[other].answers;
                return chance.pick(answers).filter(|_| !is_copy).cloned();
            }
            _ => {}
        }
        Some(bytes)
    }

    /// Somebody's request of long ago arrives (again); nobody waits for its answer.
    fn late_request(&mut self, chance: &mut Chance) {
        let other = chance.below(self.tablets.len());
        if let Some((token, message)) = chance.pick(&self.tablets[other].requests).cloned() {
            drop(
                self.office
                    .exchange(token, &message, self.now_ms, Fault::None),
            );
        }
    }

    /// A tablet that the server does not know is enrolled anew by an admin.
    fn enrol_again(&mut self, at: usize, faulty: bool) {
        let shelf = &self.tablets[at].shelf;
        if !shelf.unknown_device || faulty && self.chance.percent(50) {
            return;
        }
        let people = shelf.people.clone();
        let (enrolment, device) = self.office.enrol(self.now_ms, people.clone());
        self.tablets[at].shelf.enrol_again(enrolment, device);
        let enrolled = Enrolled {
            enrolment,
            device,
            people,
        };
        let real = self.tablets[at].real.as_mut();
        if let Some(done) = real.map(|real| real.enrol_again(&enrolled)) {
            self.worked("an enrolment", done);
            self.compare_tablet(at);
        }
        self.tell(|world| format!("{}: is enrolled again", world.tablets[at].name));
    }

    fn refused(&mut self, at: usize, refusal: Refusal) -> Next {
        self.tell(|world| format!("{}: is refused, {refusal:?}", world.tablets[at].name));
        match refusal {
            Refusal::Malformed => Next::Ends,
            Refusal::UnknownDevice => {
                let shelf = &mut self.tablets[at].shelf;
                let known = shelf.unknown_device;
                shelf.unknown_device = true;
                if known { Next::Ends } else { Next::Unknown }
            }
            Refusal::Revoked => {
                self.lock(at);
                Next::Ends
            }
        }
    }

    fn taken(
        &mut self,
        at: usize,
        sent: &Sent,
        answer: &Answer,
        chance: &mut Chance,
        session: &mut Session,
    ) -> Result<(Next, Option<Kill>), checks::Violation> {
        self.tell(|world| format!("{}: hears {}", world.tablets[at].name, brief(answer)));
        let new_device = (session.forks < FORKS_MAX).then(|| DeviceId(self.chance.id()));
        session.device = new_device;
        let before = self.tablets[at].shelf.clone();
        let now_ms = self.now_ms;
        let tablet = &mut self.tablets[at];
        let after = tablet.clock.read(now_ms);
        let device = tablet.shelf.device;
        let taken = match tablet.shelf.take(sent, answer, &after, new_device) {
            Ok(taken) => taken,
            Err(refused) => {
                tablet.shelf = before;
                self.tell(|world| format!("{}: takes nothing, {refused}", world.tablets[at].name));
                return Ok((Next::Ends, None));
            }
        };
        if session.faulty && self.weather.kills && chance.percent(12) {
            let kill = self.killed(at, before, answer, chance);
            return Ok((Next::Ends, Some(kill)));
        }
        let shelf = &mut self.tablets[at].shelf;
        session.forks += usize::from(shelf.device != device);
        let locked = shelf.locked;
        if taken.again || taken.more && !locked || shelf.waiting() > 0 && !answer.acks.is_empty() {
            return Ok((Next::Again, None));
        }
        if locked {
            self.lock(at);
            return Ok((Next::Ends, None));
        }
        let next = self.compare(at, answer, taken.same, session)?;
        Ok((next, None))
    }

    fn compare(
        &mut self,
        at: usize,
        answer: &Answer,
        same: Option<bool>,
        session: &mut Session,
    ) -> Result<Next, checks::Violation> {
        let (Some(false), Some(theirs)) = (same, &answer.digest) else {
            return Ok(Next::Ends);
        };
        let shelf: &mut Shelf = &mut self.tablets[at].shelf;
        let homes = shelf.differing(theirs);
        if session.repaired {
            return broken(
                "digest",
                format!("{homes:?} differs after it was read anew"),
            );
        }
        session.repaired = true;
        let first = checks::first_difference(&self.office, shelf, &homes);
        shelf.refill(&homes);
        let name = &self.tablets[at].name;
        broken(
            "digest",
            format!("{homes:?} on {name} is not the server's, and nothing was broken: {first}"),
        )
    }

    /// The program is killed, or the disk is full, before the answer is on disk, or as soon as it is.
    fn killed(&mut self, at: usize, before: Shelf, answer: &Answer, chance: &mut Chance) -> Kill {
        if chance.percent(40) {
            self.tell(|world| format!("{}: is killed after the answer", world.tablets[at].name));
            return Kill::AfterCommit;
        }
        self.tell(|world| {
            format!(
                "{}: is killed while it takes the answer",
                world.tablets[at].name
            )
        });
        self.tablets[at].shelf = before;
        if planted::alive(Bug::PositionBeforePage) {
            self.tablets[at].shelf.position = Some(answer.position.clone());
        }
        Kill::BeforeCommit
    }
}

/// Where both do not ask the same. Only a real tablet says what it recorded on which day.
fn same_request(memory: &Request, real: &Request) -> Option<String> {
    let silent = Request {
        reports: Vec::new(),
        ..real.clone()
    };
    differ("a request", memory, &silent)
}
