//! A campaign as a list of steps, each with a chance of its own: leave some out, and the others still mean something.

use crate::beside::{RealStores, ServerHolds, TabletHolds};
use crate::chance::Chance;
use crate::checks::{Verdict, Violation};
use crate::world::{MINUTE_MS, World};
use sha2::{Digest, Sha256};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Work,
    Sync,
    Desk,
    Trouble,
    Night,
    Quiet,
}

#[derive(Debug, Clone, Copy)]
pub struct Step {
    pub what: What,
    pub seed: u64,
}

/// The steps of a campaign of `days` days, ending in quiet.
pub fn steps(seed: u64, days: u64) -> Vec<Step> {
    let mut chance = Chance::new(seed ^ 0x5EED);
    let mut steps = Vec::new();
    for day in 0..days {
        for _ in 0..40 + chance.below(40) {
            let what = match chance.below(100) {
                0..66 => What::Work,
                66..82 => What::Sync,
                82..92 => What::Desk,
                _ => What::Trouble,
            };
            steps.push(Step {
                what,
                seed: chance.draw(),
            });
        }
        steps.push(Step {
            what: What::Night,
            seed: chance.draw(),
        });
        if day + 1 == days || chance.percent(30) {
            steps.push(Step {
                what: What::Quiet,
                seed: chance.draw(),
            });
        }
    }
    steps
}

/// What a campaign came to.
#[derive(Debug)]
pub struct Ended {
    /// The place of the step at which a promise was broken.
    pub broken: Option<(usize, Violation)>,
    pub state: [u8; 32],
    pub saves: u64,
    pub syncs: u64,
    pub story: Vec<String>,
}

/// Plays the steps in the world of a seed, until they end or a promise is broken.
/// `stores`: real ones that are played beside those in memory.
pub fn play(
    seed: u64,
    steps: &[Step],
    tell: bool,
    stores: Option<&'static dyn RealStores>,
) -> Ended {
    let mut world = World::new(seed, tell, stores);
    let mut broken = None;
    for (place, step) in steps.iter().enumerate() {
        let taken = take(&mut world, *step).and_then(|()| world.same_stores());
        if let Err(violation) = taken {
            world.tell(|_| format!("BROKEN ({}): {}", violation.what, violation.detail));
            broken = Some((place, violation));
            break;
        }
    }
    Ended {
        broken,
        state: state(&mut world),
        saves: world.saves,
        syncs: world.syncs,
        story: world.story.unwrap_or_default(),
    }
}

fn take(world: &mut World, step: Step) -> Verdict {
    let mut chance = Chance::new(step.seed);
    let together = world.weather.same_moment && chance.percent(50);
    if !together {
        world.pass(chance.between(1, 15) * MINUTE_MS + chance.between(0, 59_999));
    }
    match step.what {
        What::Work => world.work(&mut chance)?,
        What::Sync => {
            let at = chance.below(world.tablets.len());
            if world.weather.small_pages {
                world.office.page_records = 2 + chance.below(12);
            }
            world.office.skew_ms = if chance.percent(10) {
                chance.between(-9_000, 9_000)
            } else {
                0
            };
            world.sync(at, &mut chance, true)?;
        }
        What::Desk => world.desk(&mut chance),
        What::Trouble => world.trouble(&mut chance),
        What::Night => {
            world.pass(10 * 60 * MINUTE_MS);
            for at in 0..world.tablets.len() {
                if chance.percent(75) {
                    world.sync(at, &mut chance, true)?;
                }
            }
        }
        What::Quiet => world.quiet()?,
    }
    Ok(())
}

/// A hash over everything that is kept on either side, in the real stores where there are any.
fn state(world: &mut World) -> [u8; 32] {
    let mut hash = Sha256::new();
    let office = world.office.holds();
    match &office {
        Ok(holds) => add_server(&mut hash, holds),
        Err(failed) => hash.update(failed),
    }
    for tablet in &mut world.tablets {
        let holds = match &mut tablet.real {
            Some(real) => real.holds(),
            None => Ok(tablet.shelf.holds()),
        };
        match &holds {
            Ok(holds) => add_tablet(&mut hash, holds),
            Err(failed) => hash.update(failed),
        }
    }
    hash.update(world.now_ms.to_be_bytes());
    hash.finalize().into()
}

fn add_server(hash: &mut Sha256, holds: &ServerHolds) {
    for (key, stored) in &holds.records {
        hash.update(key.kind.as_bytes());
        hash.update(key.id.as_bytes());
        hash.update(stored.home.as_bytes());
        hash.update(stored.registers.to_bytes());
    }
    for filed in holds.filed.values() {
        hash.update(filed.hash);
        hash.update(filed.state.code());
        hash.update(filed.stamp.0.to_be_bytes());
        hash.update(filed.seq.to_be_bytes());
    }
}

fn add_tablet(hash: &mut Sha256, holds: &TabletHolds) {
    for (key, (home, registers)) in &holds.confirmed {
        hash.update(key.id.as_bytes());
        hash.update(home.as_bytes());
        hash.update(registers.to_bytes());
    }
    for own in &holds.own {
        hash.update(own.hash);
        hash.update(own.change.stamp.0.to_be_bytes());
    }
}
