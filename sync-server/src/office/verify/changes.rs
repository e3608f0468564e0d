//! The filed changes: content against hash, each tablet's chain, the order without gaps, and the records that they give.

use super::beside::beside;
use super::{FINDINGS_MAX, Finding};
use crate::store::sqlite::{ChangeRow, SqliteStore, StoreError};
use grebeg_core::change::{Change, ChangeName, Hash};
use grebeg_core::id::DeviceId;
use grebeg_core::merge;
use grebeg_core::register::{Origin, RecordKey, Registers};
use grebeg_core::sync::acknowledge::{author_in, visit_in};
use grebeg_core::sync::messages::{CAMPAIGN_HOME, State};
use grebeg_core::sync::store::Store;
use grebeg_core::wire::json::to_hex;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap, HashSet};

/// What the changes of one campaign say.
pub struct Checked {
    pub findings: Vec<Finding>,
    /// Running SHA-256 over (seq, hash) of all accepted changes, and the place where it stands.
    pub head: Hash,
    pub seq: u64,
    pub changes: u64,
    /// Those of the heads asked for that lie on the way.
    pub heads_met: Vec<String>,
    /// The records that the accepted changes give in their order.
    pub records: HashMap<RecordKey, Registers>,
    /// What is or was held back.
    pub settled: Settled,
}

/// Changes that are or were held back, as their rows have them.
pub type Settled = HashMap<(ChangeName, Hash), SettledRow>;

pub struct SettledRow {
    pub state: State,
    pub seq: u64,
    pub received_ms: i64,
    pub commit_ms: i64,
}

/// A device's place in its chain.
#[derive(Default)]
struct Chain {
    /// Number: hash, `prev`, place.
    links: BTreeMap<u64, (Hash, Option<Hash>, u64)>,
    last_n: u64,
}

struct Checker<'a> {
    checked: Checked,
    chains: HashMap<DeviceId, Chain>,
    settled: HashSet<u64>,
    wanted: &'a [&'a str],
    commit_ms: i64,
}

/// Reads all changes once. `wanted`: heads to look for, `seq.hash` or the hash alone.
pub fn check(store: &mut SqliteStore<'_>, wanted: &[&str]) -> Result<Checked, StoreError> {
    let mut checker = Checker {
        checked: Checked {
            findings: Vec::new(),
            head: [0; 32],
            seq: 0,
            changes: 0,
            heads_met: Vec::new(),
            records: HashMap::new(),
            settled: Settled::new(),
        },
        chains: HashMap::new(),
        settled: HashSet::new(),
        wanted,
        commit_ms: 0,
    };
    let (read, altered) = beside(
        |rows| rows.filter_map(altered).take(FINDINGS_MAX).collect(),
        |hashing| -> Result<(), StoreError> {
            store.each_other_change(|row| {
                checker.other(&row);
                hashing.give(row);
            })?;
            store.each_accepted(u64::MAX, |row| {
                checker.accepted(&row);
                hashing.give(row);
            })
        },
    );
    read?;
    let altered: Vec<Finding> =
        altered.ok_or_else(|| StoreError::Damaged("hashing broke off".to_owned()))?;
    checker.checked.findings.extend(altered);
    let end = store.head()?.seq;
    checker.gap(end + 1);
    if checker.checked.seq > end {
        let message = format!("the order ends at {end} and a change stands behind it");
        checker.find(Finding::new("behind_the_end", message).at(checker.checked.seq));
    }
    checker.chains(&store.all_high_n()?);
    Ok(checker.checked)
}

/// What is wrong with a row whose content is not what its hash says.
fn altered(row: ChangeRow) -> Option<Finding> {
    let finding = |code, message: String| Finding {
        seq: (row.seq > 0).then_some(row.seq),
        ..Finding::new(code, message).about(row.device, row.n)
    };
    let altered = || {
        finding(
            "change_altered",
            "the content is not what its hash says".into(),
        )
    };
    let Ok(change) = Change::from_bytes(&row.bytes) else {
        // What could not be read when it came is kept with the hash of its bytes.
        let fits = row.state != State::Accepted
            && <[u8; 32]>::from(Sha256::digest(&row.bytes)) == row.hash;
        return (!fits).then(altered);
    };
    let (hash, content_hash) = change.hashes();
    if change.device != row.device || change.n != row.n || hash != row.hash {
        return Some(altered());
    }
    let column = wrong_column(&row, &change, &content_hash)?;
    let message = format!("its column {column:?} is not what its content says");
    Some(finding("column_altered", message))
}

/// The first of the columns, kept beside a change so that figures are counted fast, that does not say what its content says.
fn wrong_column(row: &ChangeRow, change: &Change, content_hash: &Hash) -> Option<&'static str> {
    let named = visit_in(change);
    let visit = named.as_ref().map(|named| (named.visit, named.trader));
    let market = named.and_then(|named| named.market);
    let filed = row.visit.as_ref();
    let market_fits = |market: String| filed.is_some_and(|v| v.market == market);
    let checks = [
        ("content_hash", row.content_hash == *content_hash),
        ("author", row.author == author_in(change)),
        ("visit", visit == filed.map(|v| (v.visit, v.trader))),
        ("visit_market", market.is_none_or(market_fits)),
        ("state", (row.state == State::Accepted) == (row.seq > 0)),
        // What was never held is received in the moment of its acceptance.
        (
            "received_ms",
            row.seq == 0 || row.received_ms <= row.commit_ms,
        ),
        (
            "received_ms",
            row.seq == 0 || row.settled_seq > 0 || row.received_ms == row.commit_ms,
        ),
        (
            "settled_seq",
            row.seq == 0 || [0, row.seq].contains(&row.settled_seq),
        ),
    ];
    checks.iter().find(|(_, fits)| !fits).map(|(name, _)| *name)
}

impl Checker<'_> {
    fn find(&mut self, finding: Finding) {
        let same = self.checked.findings.iter();
        if same.filter(|f| f.code == finding.code).count() < FINDINGS_MAX {
            self.checked.findings.push(finding);
        }
    }

    fn link(&mut self, row: &ChangeRow, change: Option<&Change>) {
        if !row.in_chain {
            return;
        }
        let chain = self.chains.entry(row.device).or_default();
        let link = (row.hash, change.and_then(|c| c.prev), row.seq);
        if chain.links.insert(row.n, link).is_some() {
            let message = "two changes hold the same number in a tablet's chain";
            self.find(
                Finding::new("number_twice", message)
                    .at(row.seq)
                    .about(row.device, row.n),
            );
        }
    }

    fn remember(&mut self, row: &ChangeRow) {
        let (device, n) = (row.device, row.n);
        let settled = SettledRow {
            state: row.state,
            seq: row.seq,
            received_ms: row.received_ms,
            commit_ms: row.commit_ms,
        };
        let name = (ChangeName { device, n }, row.hash);
        self.checked.settled.insert(name, settled);
    }

    fn other(&mut self, row: &ChangeRow) {
        self.checked.changes += 1;
        self.remember(row);
        let change = Change::from_bytes(&row.bytes).ok();
        self.link(row, change.as_ref());
        if row.settled_seq > 0 {
            self.settled.insert(row.settled_seq);
        }
        if row.state == State::Accepted {
            let message = "a change is accepted and has no place in the order";
            self.find(Finding::new("no_place", message).about(row.device, row.n));
        }
    }

    fn accepted(&mut self, row: &ChangeRow) {
        self.checked.changes += 1;
        self.gap(row.seq);
        self.checked.seq = row.seq;
        if row.settled_seq > 0 {
            self.remember(row);
        }
        let change = Change::from_bytes(&row.bytes).ok();
        self.link(row, change.as_ref());
        self.order(row);
        let mut head = Sha256::new();
        head.update(self.checked.head);
        head.update(row.seq.to_be_bytes());
        head.update(row.hash);
        self.checked.head = head.finalize().into();
        if !self.wanted.is_empty() {
            let hex = to_hex(&self.checked.head);
            let met = |wanted: &&&str| {
                let (seq, hash) = wanted.split_once('.').unwrap_or(("", wanted));
                hash.eq_ignore_ascii_case(&hex) && (seq.is_empty() || seq.parse() == Ok(row.seq))
            };
            let met = self.wanted.iter().find(met).map(|w| (**w).to_owned());
            self.checked.heads_met.extend(met);
        }
        if let Some(change) = change {
            self.replay(row, &change);
        }
    }

    /// Every place up to `seq` is a change's, or that of a decision about one.
    fn gap(&mut self, seq: u64) {
        let missing = (self.checked.seq + 1..seq).find(|place| !self.settled.contains(place));
        if let Some(place) = missing {
            let message = format!("nothing stands at {place} of the order");
            self.find(Finding::new("change_missing", message).at(place));
        }
    }

    /// Commit times never go back, and a tablet's numbers follow each other unless they were decided about later.
    fn order(&mut self, row: &ChangeRow) {
        if row.commit_ms < self.commit_ms {
            let message = "it was committed before the one in front of it";
            self.find(
                Finding::new("order_altered", message)
                    .at(row.seq)
                    .about(row.device, row.n),
            );
        }
        self.commit_ms = self.commit_ms.max(row.commit_ms);
        if !row.in_chain || row.settled_seq > 0 {
            return;
        }
        let chain = self.chains.entry(row.device).or_default();
        if row.n < chain.last_n {
            let message = "it stands behind a later change of the same tablet";
            self.find(
                Finding::new("order_altered", message)
                    .at(row.seq)
                    .about(row.device, row.n),
            );
        } else {
            chain.last_n = row.n;
        }
    }

    fn replay(&mut self, row: &ChangeRow, change: &Change) {
        let origin = Origin {
            stamp: row.stamp,
            device: change.device,
            n: change.n,
            author: change.author,
        };
        if row.stamp != change.stamp {
            let message = "its stamp is not the one in its content";
            self.find(
                Finding::new("stamp_altered", message)
                    .at(row.seq)
                    .about(row.device, row.n),
            );
        }
        for patch in &change.patches {
            let key = RecordKey::new(&patch.kind, patch.id);
            let record = self.checked.records.entry(key).or_default();
            let writes = merge::plan(record, patch, origin, row.seq);
            merge::apply(record, writes);
        }
        self.visit_market(row, change);
    }

    /// A visit that does not name its market stands under the trader's of that moment.
    fn visit_market(&mut self, row: &ChangeRow, change: &Change) {
        let (Some(named), Some(filed)) = (visit_in(change), &row.visit) else {
            return;
        };
        let (None, Some(trader)) = (&named.market, named.trader) else {
            return;
        };
        let trader = self.checked.records.get(&RecordKey::new("trader", trader));
        let home = trader.map_or("", |t| t.text("market").unwrap_or(CAMPAIGN_HOME));
        if home != filed.market {
            let message = "its column \"visit_market\" is not where the trader was";
            let finding = Finding::new("column_altered", message);
            self.find(finding.at(row.seq).about(row.device, row.n));
        }
    }

    /// Numbers without gaps, each naming the one before it, up to the highest that is told to the tablet.
    fn chains(&mut self, devices: &[(DeviceId, u64)]) {
        let high: HashMap<DeviceId, u64> = devices.iter().copied().collect();
        let chains = std::mem::take(&mut self.chains);
        for (device, chain) in &chains {
            let mut before: Option<(u64, Hash)> = None;
            for (n, (hash, prev, seq)) in &chain.links {
                let expected = before.map_or(1, |(n, _)| n + 1);
                if *n != expected {
                    let message = format!("number {expected} is missing in the tablet's chain");
                    self.find(
                        Finding::new("number_missing", message)
                            .at(*seq)
                            .about(device, expected),
                    );
                } else if let (Some((_, before)), Some(prev)) = (before, prev)
                    && before != *prev
                {
                    let message = "it follows another change than the one that stands before it";
                    self.find(
                        Finding::new("chain_broken", message)
                            .at(*seq)
                            .about(device, *n),
                    );
                }
                before = Some((*n, *hash));
            }
            let last = before.map_or(0, |(n, _)| n);
            let told = high.get(device).copied().unwrap_or(0);
            if last != told {
                let message = format!("the highest number is {last}, and {told} is kept");
                self.find(Finding::new("high_n_wrong", message).about(device, last));
            }
        }
        for (device, told) in devices {
            if *told > 0 && !chains.contains_key(device) {
                let message = format!("no change is there, and number {told} is kept");
                self.find(Finding::new("high_n_wrong", message).about(device, 1));
            }
        }
    }
}
