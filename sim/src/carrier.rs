//! The line as a tablet with a real store has it: each of its requests is also the next one of the tablet in memory.

use crate::beside::{Carrier, Heard, RealTablet};
use crate::chance::Chance;
use crate::checks::Violation;
use crate::line::{Next, Session};
use crate::world::World;
use grebeg_core::id::DeviceId;
use grebeg_core::stamp::Clocks;
use grebeg_core::sync::messages::Request;

struct Beside<'w> {
    world: &'w mut World,
    at: usize,
    chance: &'w mut Chance,
    session: &'w mut Session,
    next: Next,
    broken: Option<Violation>,
}

impl World {
    /// The rounds of a sync in which the real tablet leads and the one in memory goes along.
    pub fn rounds_beside(
        &mut self,
        at: usize,
        chance: &mut Chance,
        session: &mut Session,
        mut real: Box<dyn RealTablet>,
    ) -> Result<Next, Violation> {
        let mut line = Beside {
            world: self,
            at,
            chance,
            session,
            next: Next::Again,
            broken: None,
        };
        let synced = real.sync(&mut line);
        let (next, violation) = (line.next, line.broken);
        self.tablets[at].real = Some(real);
        if let Some(violation) = violation {
            return Err(violation);
        }
        self.worked("a sync", synced);
        if next == Next::Again {
            self.parted(format!("{}: ends too early", self.tablets[at].name));
        }
        self.compare_tablet(at);
        self.same_stores()?;
        Ok(next)
    }
}

impl Carrier for Beside<'_> {
    fn carry(&mut self, request: &Request) -> Heard {
        if self.broken.is_some() {
            return Heard::Nothing;
        }
        if self.next != Next::Again {
            let name = &self.world.tablets[self.at].name;
            let words = format!("{name}: goes on after the sync in memory ended");
            self.world.parted(words);
            return Heard::Nothing;
        }
        let exchanged = self
            .world
            .exchange(self.at, self.chance, self.session, Some(request));
        match exchanged {
            Ok((next, heard)) => {
                self.next = next;
                heard
            }
            Err(violation) => {
                self.broken = Some(violation);
                Heard::Nothing
            }
        }
    }

    fn clocks(&mut self) -> Clocks {
        let clock = &self.world.tablets[self.at].clock;
        clock.read(self.world.now_ms)
    }

    fn new_device(&mut self) -> DeviceId {
        // More than it may take are never asked for: what comes of this is told by what it holds.
        self.session.device.unwrap_or(DeviceId(uuid::Uuid::nil()))
    }
}
