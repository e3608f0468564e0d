//! The order of a day: who is visited first. Made once from the cache and kept until something is written.

use super::Group;
use crate::command::look::{self, Look, OpenReturn};
use crate::command::parts::SentState;
use crate::error::Result;
use crate::store::own::{self, OwnState};
use grebeg_core::definition::Definition;
use grebeg_core::sync::messages::State;
use rusqlite::{Row, named_params};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// A market's day as one person sees it.
#[derive(Debug)]
pub struct DayList {
    made_for: MadeFor,
    /// In the order of the list.
    pub entries: Vec<Entry>,
    /// Labels of blocks in the order in which they are walked.
    pub blocks: Vec<String>,
    pub sent: HashMap<Uuid, SentState>,
    pub returned: BTreeMap<Uuid, OpenReturn>,
}

#[derive(Debug, PartialEq, Eq)]
struct MadeFor {
    version: u64,
    market: String,
    day: String,
    person: Uuid,
}

/// A trader in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub key: i64,
    pub group: Group,
    /// Place in `blocks`; none for a stall without a block.
    pub block: Option<usize>,
}

/// What decides an entry's place, packed: nine thousand are sorted within a millisecond.
///
/// First the group; of appointments those for today before those that passed, by time, those without one last; of visits of
/// today the latest first; then block, class, score, longest since the last visit, and the way through the market.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place(u64, u64, u32);

/// What a row says about its place.
struct Said<'r> {
    group: Group,
    /// Not for today but for an earlier day.
    is_late: bool,
    /// `HH:MM` or empty.
    at: &'r str,
    block: Option<usize>,
    class: i64,
    score: i64,
    visit_ms: Option<i64>,
    walk: usize,
}

impl Place {
    fn of(said: &Said<'_>) -> Self {
        let visit_ms = said.visit_ms.map_or(0, |ms| ms.max(1).unsigned_abs());
        let walk = u32::try_from(said.walk).unwrap_or(u32::MAX);
        let group = (said.group as u64) << 56;
        if said.group == Group::Sudah {
            return Self(group, u64::MAX - visit_ms, walk);
        }
        let appointment = if said.group == Group::Janji {
            u64::from(said.is_late) << 11 | minutes(said.at)
        } else {
            0
        };
        let bits = |value: usize, max: u64| u64::try_from(value).unwrap_or(max).min(max);
        let block = said.block.map_or(0xF_FFFF, |block| bits(block, 0xF_FFFE));
        let class = said.class.clamp(0, 7).unsigned_abs();
        let score = 0xFFFF - said.score.clamp(0, 0xFFFF).unsigned_abs();
        Self(
            group | appointment << 44 | block << 20 | class << 16 | score,
            visit_ms,
            walk,
        )
    }
}

/// Minutes since midnight; without a time more than any day has.
fn minutes(at: &str) -> u64 {
    let parts = at.split_once(':');
    let read = parts.and_then(|(h, m)| Some(h.parse::<u64>().ok()? * 60 + m.parse::<u64>().ok()?));
    read.map_or(2_047, |minutes| minutes.min(1_439))
}

impl DayList {
    /// The list as it is now. Errors: those of the store.
    pub fn of(look: &mut Look<'_>, market: &str) -> Result<Arc<Self>> {
        let day = own::label(look.day_in(market));
        let made_for = MadeFor {
            version: look.store.version(),
            market: market.to_owned(),
            day: day.clone(),
            person: look.me.person_id.0,
        };
        if let Some(known) = look
            .store
            .day_list
            .as_ref()
            .filter(|l| l.made_for == made_for)
        {
            return Ok(Arc::clone(known));
        }
        let list = Arc::new(make(look, made_for, &day)?);
        look.store.day_list = Some(Arc::clone(&list));
        Ok(list)
    }

    /// Entries of a block; what was returned stands in every block.
    pub fn in_block<'l>(&'l self, block: Option<&str>) -> impl Iterator<Item = &'l Entry> + 'l {
        let wanted = block.map(|block| self.blocks.iter().position(|known| known == block));
        self.entries.iter().filter(move |entry| match wanted {
            None => true,
            Some(wanted) => {
                entry.group == Group::Returned || (wanted.is_some() && entry.block == wanted)
            }
        })
    }
}

fn make(look: &Look<'_>, made_for: MadeFor, day: &str) -> Result<DayList> {
    let returned: BTreeMap<Uuid, OpenReturn> = look::returns_to(look)?
        .into_iter()
        .map(|open| (open.trader, open))
        .collect();
    let mut maker = Maker {
        day,
        try_again: try_again(&look.definition),
        returned: &returned,
        blocks: Vec::new(),
        placed: Vec::new(),
        seen: HashSet::new(),
    };
    let conn = look.conn();
    let mut statement = conn.prepare_cached(include_str!("../../../sql/trader/day_list.sql"))?;
    let mut rows = statement.query(named_params! { ":market": made_for.market })?;
    while let Some(row) = rows.next()? {
        maker.add(row)?;
    }
    // What came back from another market, or from a trader who is no longer in any list, has to be answered all the same.
    let mut one = conn.prepare_cached(include_str!("../../../sql/trader/day_one.sql"))?;
    for trader in returned.keys() {
        let mut rows = one.query(named_params! { ":id": trader })?;
        if let Some(row) = rows.next()? {
            maker.add(row)?;
        }
    }
    let (mut placed, blocks) = (maker.placed, maker.blocks);
    placed.sort_unstable_by_key(|(place, _)| *place);
    Ok(DayList {
        entries: placed.into_iter().map(|(_, entry)| entry).collect(),
        blocks,
        sent: sent(look, day, &returned)?,
        returned,
        made_for,
    })
}

struct Maker<'m> {
    day: &'m str,
    /// Outcomes after which one comes again on the same day.
    try_again: HashSet<String>,
    returned: &'m BTreeMap<Uuid, OpenReturn>,
    blocks: Vec<String>,
    placed: Vec<(Place, Entry)>,
    seen: HashSet<i64>,
}

impl Maker<'_> {
    fn add(&mut self, row: &Row<'_>) -> Result<()> {
        let text = |index: usize| -> Result<&str> {
            Ok(row
                .get_ref(index)?
                .as_str()
                .map_err(rusqlite::Error::from)?)
        };
        let (key, id): (i64, Uuid) = (row.get(0)?, row.get(1)?);
        let (class, score): (i64, i64) = (row.get(3)?, row.get(4)?);
        let visit_ms: Option<i64> = row.get(5)?;
        let closed: bool = row.get(8)?;
        let (appointment, at) = (text(9)?, text(10)?);
        let due = !appointment.is_empty() && appointment <= self.day;
        let visited = text(6)? == self.day && !self.try_again.contains(text(7)?);
        let group = match class {
            _ if self.returned.contains_key(&id) => Group::Returned,
            _ if due => Group::Janji,
            _ if visited => Group::Sudah,
            _ if closed => return Ok(()),
            0 => Group::Dahulukan,
            1 => Group::Pendamping,
            _ => Group::Lain,
        };
        if !self.seen.insert(key) {
            return Ok(());
        }
        let block = self.block(text(2)?);
        let place = Place::of(&Said {
            group,
            is_late: appointment != self.day,
            at,
            block,
            class,
            score,
            visit_ms,
            walk: self.placed.len(),
        });
        self.placed.push((place, Entry { key, group, block }));
        Ok(())
    }

    /// Rows come in the order in which the market is walked, so a block is mostly the one of the row before.
    fn block(&mut self, label: &str) -> Option<usize> {
        if label.is_empty() {
            return None;
        }
        let known = self.blocks.iter().rposition(|known| known == label);
        known.or_else(|| {
            self.blocks.push(label.to_owned());
            Some(self.blocks.len() - 1)
        })
    }
}

/// Outcomes whose follow-up is due on the very day and that met nobody, such as a trader who is away for a moment.
fn try_again(definition: &Definition) -> HashSet<String> {
    definition
        .outcomes()
        .into_iter()
        .filter(|outcome| !outcome.contact)
        .filter(|outcome| outcome.group == "tidak_bertemu")
        .filter(|outcome| outcome.follow_up.as_ref().is_some_and(|f| f.in_days == 0))
        .map(|outcome| outcome.code.clone())
        .collect()
}

/// Where the own work on each trader stands: what is open, and what of today is sent.
fn sent(
    look: &Look<'_>,
    day: &str,
    returned: &BTreeMap<Uuid, OpenReturn>,
) -> Result<HashMap<Uuid, SentState>> {
    let conn = look.conn();
    let mut sent = HashMap::new();
    for own in own::of_day(conn, day)? {
        if own.state == OwnState::Said(State::Accepted) {
            for trader in look::traders_of(conn, &own.change)? {
                sent.insert(trader, SentState::Sent);
            }
        }
    }
    for own in own::open(conn)? {
        for trader in look::traders_of(conn, &own.change)? {
            let entry = sent.entry(trader).or_insert(SentState::Tablet);
            *entry = match (*entry, own.state) {
                (SentState::Held, _) | (_, OwnState::Said(State::HeldBack)) => SentState::Held,
                _ => SentState::Tablet,
            };
        }
    }
    sent.extend(returned.keys().map(|trader| (*trader, SentState::Returned)));
    Ok(sent)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(group: Group) -> Said<'static> {
        Said {
            group,
            is_late: false,
            at: "",
            block: Some(1),
            class: 2,
            score: 10,
            visit_ms: Some(1_793_600_000_000),
            walk: 5,
        }
    }

    #[test]
    fn each_rule_of_the_order_decides_before_the_next() {
        use Group::*;
        let ordered = [
            said(Returned),
            Said {
                at: "08:30",
                ..said(Janji)
            },
            Said {
                at: "13:05",
                block: Some(0),
                ..said(Janji)
            },
            Said {
                block: Some(0),
                ..said(Janji)
            },
            Said {
                is_late: true,
                at: "07:00",
                ..said(Janji)
            },
            said(Dahulukan),
            said(Pendamping),
            Said {
                block: Some(0),
                class: 4,
                score: 0,
                ..said(Lain)
            },
            Said {
                class: 1,
                score: 0,
                ..said(Lain)
            },
            Said {
                score: 90,
                ..said(Lain)
            },
            Said {
                visit_ms: None,
                ..said(Lain)
            },
            Said {
                visit_ms: Some(1_793_500_000_000),
                ..said(Lain)
            },
            Said {
                walk: 4,
                ..said(Lain)
            },
            said(Lain),
            Said {
                block: None,
                score: 99,
                ..said(Lain)
            },
            Said {
                visit_ms: Some(1_793_700_000_000),
                block: Some(9),
                ..said(Sudah)
            },
            Said {
                walk: 1,
                ..said(Sudah)
            },
            said(Sudah),
        ];
        let places: Vec<Place> = ordered.iter().map(Place::of).collect();
        for (n, pair) in places.windows(2).enumerate() {
            assert!(pair[0] < pair[1], "{n}: {pair:?}");
        }
    }
}
