//! What an export shows, gathered once from a snapshot: live traders with their stages, counted visits with their flags.

use super::{Request, What};
use crate::office::desk::Desk;
use crate::office::error::OfficeError;
use crate::office::family::{Families, is_refused};
use crate::office::review::{Reviewed, Surroundings, reviewed};
use crate::office::state::Snapshot;
use crate::store::Registry;
use chrono::{DateTime, FixedOffset, NaiveDate, Offset, TimeZone};
use grebeg_core::definition::Definition;
use grebeg_core::id::DeviceId;
use grebeg_core::merge::ERASED;
use grebeg_core::register::Registers;
use grebeg_core::rules::consent;
use grebeg_core::rules::facts::Facts;
use grebeg_core::rules::funnel::{self, FunnelStatus};
use grebeg_core::rules::pseudonym::pseudonym;
use std::collections::{BTreeMap, HashMap, HashSet};
use uuid::Uuid;

/// Purpose without which nobody is named in a file.
pub const NAMED_EXPORT: &str = "ekspor_bernama";

/// A live trader, under the root of its merged records.
pub struct TraderView {
    pub id: Uuid,
    /// It has a row of its own: in a named export only with the consent for that. It is counted in any case.
    pub shown: bool,
    pub code: String,
    pub market: String,
    pub registers: Registers,
    pub facts: Facts,
    pub status: FunnelStatus,
}

/// A visit that counts.
pub struct VisitView {
    pub reviewed: Reviewed,
    pub registers: Registers,
    /// The trader at whom it is shown.
    pub root: Uuid,
    pub shown: bool,
    /// Steps done in the same change.
    pub steps: Vec<String>,
    pub received_ms: Option<i64>,
}

pub struct View {
    pub definition: Definition,
    pub snapshot: Snapshot,
    pub families: Families,
    pub key: [u8; 32],
    pub named: bool,
    /// Day on which checks are judged.
    pub today: NaiveDate,
    pub traders: Vec<TraderView>,
    pub visits: Vec<VisitView>,
    /// Traders whose consent for a named file is not in force.
    pub left_out: u64,
    /// Roots that may be named.
    nameable: HashSet<Uuid>,
}

impl View {
    /// `seq`, `as_of_ms`: the place and instant that the export shows.
    pub fn gather(
        desk: &mut Desk<'_>,
        request: &Request,
        seq: u64,
        as_of_ms: i64,
    ) -> Result<Self, OfficeError> {
        let snapshot = Snapshot::take(desk, Some(seq))?;
        let definition = snapshot.definition();
        let is_past = seq < desk.store.seq_at(i64::MAX)?;
        let families = Families::of(&snapshot);
        // Whoever refused or was erased since is not named, however old the figures are.
        let now = match is_past && request.named {
            true => Some(Snapshot::take(desk, None)?),
            false => None,
        };
        let local_day = definition.local_time(as_of_ms).date();
        let mut view = Self {
            key: desk.row.export_key,
            named: request.named,
            today: request.until.unwrap_or(local_day),
            traders: Vec::new(),
            visits: Vec::new(),
            left_out: 0,
            nameable: HashSet::new(),
            definition,
            snapshot,
            families,
        };
        view.gather_traders(request.until, now.as_ref());
        // The others show no single visit, and every visit has to be judged among all of its day.
        if matches!(request.what, What::Traders | What::Visits | What::Workbook) {
            view.gather_visits(desk, request.until)?;
        }
        Ok(view)
    }

    fn gather_traders(&mut self, until: Option<NaiveDate>, now: Option<&Snapshot>) {
        let families_now = now.map(|now| (now, Families::of(now)));
        for (root, family) in self.snapshot.families() {
            let Some(registers) = self.snapshot.get("trader", root) else {
                continue;
            };
            let mut facts = self.snapshot.facts(&self.definition, root, &family);
            let in_force_now = families_now.as_ref().is_none_or(|(now, families)| {
                let trader = now.get("trader", root);
                let facts = families.facts(now, &self.definition, root);
                trader.is_some_and(|t| may_be_named(&self.definition, t, &facts))
            });
            if may_be_named(&self.definition, registers, &facts) && in_force_now {
                self.nameable.insert(root);
            }
            if let Some(until) = until {
                facts.until(until);
            }
            if !facts.live {
                continue;
            }
            let shown = !self.named || self.nameable.contains(&root);
            self.left_out += u64::from(!shown);
            self.traders.push(TraderView {
                id: root,
                shown,
                code: pseudonym(&self.key, root),
                market: registers.text("market").unwrap_or_default().to_owned(),
                status: funnel::status(&self.definition, &facts),
                registers: registers.clone(),
                facts,
            });
        }
        let place = |market: &str| {
            self.definition
                .market(market)
                .map_or(i64::MAX, |m| m.position)
        };
        // By code within a market: the order of ids or stalls would tell more than the file should.
        self.traders
            .sort_by_cached_key(|t| (place(&t.market), t.market.clone(), t.code.clone()));
    }

    fn gather_visits(
        &mut self,
        desk: &mut Desk<'_>,
        until: Option<NaiveDate>,
    ) -> Result<(), OfficeError> {
        // Which conflicts are open is known for now only: it would change the same export from day to day.
        let around = Surroundings::new(&self.snapshot, &self.families, HashSet::new(), |_| true);
        let list = reviewed(
            desk,
            &self.definition,
            &self.snapshot,
            &self.families,
            &around,
            |_, day| until.is_none_or(|until| day <= until),
        )?;
        let mut received: HashMap<Uuid, i64> = HashMap::new();
        for filed in desk.store.filed_visits()? {
            if (1..=self.snapshot.seq).contains(&filed.seq) {
                let visit = filed.visit.visit;
                received.entry(visit).or_insert(filed.received_ms);
            }
        }
        let mut steps: HashMap<(DeviceId, u64), Vec<String>> = HashMap::new();
        for (_, step) in self.snapshot.of_kind("step") {
            if let (Some("selesai"), Some(code), Some(origin)) =
                (step.text("state"), step.text("code"), step.origin("state"))
            {
                let done = steps.entry((origin.device, origin.n)).or_default();
                done.push(code.to_owned());
            }
        }
        for reviewed in list {
            let root = self.families.root(reviewed.trader);
            if self.definition.is_void(&reviewed.outcome) {
                continue;
            }
            let Some(registers) = self.snapshot.get("visit", reviewed.visit) else {
                continue;
            };
            let made = registers.origin("trader").map(|o| (o.device, o.n));
            let mut done = made.and_then(|made| steps.get(&made)).cloned();
            done.iter_mut().for_each(|codes| codes.sort());
            self.visits.push(VisitView {
                root,
                shown: !self.named || self.nameable.contains(&root),
                registers: registers.clone(),
                steps: done.unwrap_or_default(),
                received_ms: received.get(&reviewed.visit).copied(),
                reviewed,
            });
        }
        let key = self.key;
        self.visits.sort_by_cached_key(|v| {
            (
                v.reviewed.day,
                v.reviewed.at_ms,
                pseudonym(&key, v.reviewed.visit),
            )
        });
        Ok(())
    }

    pub fn trader(&self, root: Uuid) -> Option<&Registers> {
        self.snapshot.get("trader", root)
    }

    /// A canvasser as files name one: the team's code, else a pseudonym.
    pub fn person_code(&self, person: Uuid) -> String {
        let record = self.snapshot.get("person", person);
        let code = record.and_then(|p| p.text("code")).map(str::to_owned);
        code.unwrap_or_else(|| pseudonym(&self.key, person))
    }

    /// An instant as wall time of the campaign.
    pub fn local(&self, at_ms: i64) -> Option<DateTime<FixedOffset>> {
        let instant = DateTime::from_timestamp_millis(at_ms)?;
        let offset = self
            .definition
            .timezone()
            .offset_from_utc_datetime(&instant.naive_utc())
            .fix();
        Some(instant.with_timezone(&offset))
    }

    /// Counted visits by the trader at whom they are shown, oldest first.
    pub fn visits_by_root(&self) -> BTreeMap<Uuid, Vec<&VisitView>> {
        let mut map: BTreeMap<Uuid, Vec<&VisitView>> = BTreeMap::new();
        for visit in &self.visits {
            map.entry(visit.root).or_default().push(visit);
        }
        map
    }
}

fn may_be_named(definition: &Definition, trader: &Registers, facts: &Facts) -> bool {
    !trader.flag(ERASED)
        && !is_refused(definition, facts)
        && consent::in_force(&facts.consents, NAMED_EXPORT)
}
