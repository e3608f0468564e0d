//! Finds pairs of traders that may be one person, without comparing everybody with everybody.
//!
//! Two traders are compared when they share a phone, a place in a market, the frames (first letter and next consonant) of
//! two name parts in a market, or of one part at neighbouring stalls of a block: a single name weighs too little further
//! away. The verdict is `grebeg_core::rules::duplicates`; nothing is merged here.

use super::state::Snapshot;
use grebeg_core::definition::Definition;
use grebeg_core::merge::ERASED;
use grebeg_core::register::Registers;
use grebeg_core::rules::consent::{self, ConsentState};
use grebeg_core::rules::duplicates::{Candidate, score};
use grebeg_core::rules::{names, phone, stall};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// Traders that may share a key before the key is taken for no sign at all.
const BLOCK_MAX: usize = 400;

/// A trader as it is compared and shown.
#[derive(Debug, Clone)]
pub struct Known {
    pub id: Uuid,
    pub market: String,
    pub name: String,
    pub stall: String,
    candidate: Candidate,
    keys: BTreeSet<String>,
}

/// Two traders that may be one; `trader` has the smaller id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    pub trader: Uuid,
    pub other: Uuid,
    pub score: u8,
    pub why: Vec<&'static str>,
}

impl Known {
    pub fn new(id: Uuid, registers: &Registers) -> Self {
        let text = |field: &str| registers.text(field).unwrap_or_default();
        let (market, name, place) = (text("market"), text("name"), text("stall"));
        let typed = registers
            .text("phone")
            .or_else(|| registers.text("phone_typed"));
        let typed = typed.unwrap_or_default();
        let mut keys = BTreeSet::new();
        keys.extend(phone::normalise(typed).map(|phone| format!("p {phone}")));
        let stall = stall::parse(place);
        keys.extend(
            stall
                .places
                .iter()
                .map(|place| format!("s {market} {place}")),
        );
        let frames: Vec<String> = names::parse(name).parts.iter().map(|p| frame(p)).collect();
        for (at, one) in frames.iter().enumerate() {
            if let Some(number) = stall.number {
                // Neighbours share one of the two pairs of numbers in which each stands.
                let (floor, block) = (&stall.floor, &stall.block);
                keys.insert(format!("n {market} {floor} {block} {} {one}", number / 2));
                keys.insert(format!(
                    "m {market} {floor} {block} {} {one}",
                    number.div_ceil(2)
                ));
            }
            for two in frames.iter().skip(at + 1) {
                keys.insert(format!("n {market} {} {}", one.min(two), one.max(two)));
            }
        }
        Self {
            id,
            candidate: Candidate::new(market, name, place, typed, text("commodity")),
            market: market.to_owned(),
            name: name.to_owned(),
            stall: place.to_owned(),
            keys,
        }
    }

    /// How a pair shows one of its two.
    pub fn to_json(&self) -> Json {
        json!({ "id": self.id.to_string(), "name": self.name, "market": self.market, "stall": self.stall })
    }
}

/// First letter and the next consonant: misspellings seldom touch either.
fn frame(part: &str) -> String {
    if names::is_numbered(part) {
        return part.to_owned();
    }
    let mut letters = part.chars();
    let first = letters.next();
    let vowel = |c: &char| matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y');
    let next = letters.find(|c| !vowel(c) && Some(*c) != first);
    first.into_iter().chain(next).collect()
}

/// Traders that are there to be compared: live, shown, each family by its root; in `markets`, if given.
pub fn comparable(
    snapshot: &Snapshot,
    definition: &Definition,
    markets: Option<&[String]>,
) -> BTreeMap<Uuid, Known> {
    let mut list = BTreeMap::new();
    for (root, family) in snapshot.families() {
        let Some(registers) = snapshot.get("trader", root) else {
            continue;
        };
        let here = registers.text("market").unwrap_or_default();
        let outside = markets.is_some_and(|markets| !markets.iter().any(|m| m == here));
        if outside || registers.flag(ERASED) || registers.flag("withdrawn") {
            continue;
        }
        let facts = snapshot.facts(definition, root, &family);
        if consent::state(&facts.consents, "pendampingan") != ConsentState::No {
            list.insert(root, Known::new(root, registers));
        }
    }
    list
}

/// All pairs worth a question, the likeliest first; with `among` only those with at least one of these.
pub fn pairs(traders: &BTreeMap<Uuid, Known>, among: Option<&HashSet<Uuid>>) -> Vec<Pair> {
    let list: Vec<&Known> = traders.values().collect();
    let mut blocks: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, known) in list.iter().enumerate() {
        for key in &known.keys {
            blocks.entry(key.as_str()).or_default().push(at);
        }
    }
    let asked = |known: &Known| among.is_none_or(|among| among.contains(&known.id));
    let mut found = Vec::new();
    let mut others = Vec::new();
    for (at, known) in list.iter().enumerate() {
        others.clear();
        let blocks = known.keys.iter().filter_map(|key| blocks.get(key.as_str()));
        // What a whole register shares says nothing, and would be compared for minutes.
        let blocks = blocks.filter(|block| block.len() <= BLOCK_MAX);
        others.extend(blocks.flatten().copied().filter(|other| *other > at));
        others.sort_unstable();
        others.dedup();
        let mine = asked(known);
        for other in others.iter().filter_map(|other| list.get(*other)) {
            if !mine && !asked(other) {
                continue;
            }
            let Some(found_match) = score(&known.candidate, &other.candidate) else {
                continue;
            };
            if found_match.is_offered() {
                found.push(Pair {
                    trader: known.id,
                    other: other.id,
                    score: found_match.score,
                    why: found_match.why,
                });
            }
        }
    }
    found.sort_by_key(|pair| (std::cmp::Reverse(pair.score), pair.trader, pair.other));
    found
}
