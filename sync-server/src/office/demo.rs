//! Invented traders for demonstrations and load tests: the same seed gives the same people, marked and unreachable.

use super::desk::Desk;
use super::error::OfficeError;
use super::import::Import;
use crate::register::{RegisterTable, Row};
use grebeg_core::definition::{Definition, DemoNames, Market, WeightedPattern, demo_names};
use std::collections::BTreeMap;

/// Register of all invented traders.
pub const REGISTER: &str = "demo";
/// More than any city's markets hold; a slip of the finger should not fill a disk.
pub const TRADERS_MAX: u64 = 100_000;
/// Traders that share one block of a market.
const BLOCK_TRADERS: u64 = 40;
/// Where the definition does not say how many have none.
const NO_PHONE_SHARE: f64 = 0.22;
const NO_STALL_SHARE: f64 = 0.12;

/// The import of `traders` invented traders; the markets get them by the definition's shares.
///
/// The seed is part of their register numbers, so that another seed adds others and the same seed adds nobody.
pub fn plan(desk: &mut Desk<'_>, traders: u64, seed: u64) -> Result<Import, OfficeError> {
    if traders > TRADERS_MAX {
        return Err(OfficeError::BadValue {
            what: "--traders",
            value: traders.to_string(),
            expected: "at most 100000",
        });
    }
    let definition = desk.definition()?;
    let table = table(&definition, &demo_names(), traders, seed);
    Import::plan(desk, &table, Some(REGISTER), true)
}

/// The rows of a register that never was.
pub fn table(definition: &Definition, names: &DemoNames, traders: u64, seed: u64) -> RegisterTable {
    let mut chance = Chance(seed ^ 0x6772_6562_6567_5047);
    let mut rows = Vec::new();
    let markets: Vec<&Market> = definition
        .markets()
        .iter()
        .filter(|m| m.switched_on && m.demo_traders > 0)
        .collect();
    let shares: Vec<u64> = markets
        .iter()
        .map(|m| u64::try_from(m.demo_traders).unwrap_or(0))
        .collect();
    for (market, count) in markets.iter().zip(apportion(&shares, traders)) {
        for place in 0..count {
            let line = rows.len() + 2;
            let mut cells = person(definition, names, &mut chance);
            let stall = stall(place, &mut chance);
            if chance.share() >= rate(names, "no_stall_number", NO_STALL_SHARE) {
                cells.insert("stall", stall);
            }
            let block = block(place);
            cells.insert("block", block);
            if let Some(kind) = chance.pick(&market.stall_kinds) {
                cells.insert("stall_kind", kind.clone());
            }
            cells.insert("market", market.code.clone());
            cells.insert("register_no", format!("{seed}-{:05}", rows.len() + 1));
            rows.push(Row {
                line,
                sheet: None,
                cells,
            });
        }
    }
    RegisterTable {
        rows,
        ..RegisterTable::default()
    }
}

/// `total` cut by shares; what rounding leaves goes to the largest remainders, the earlier share first.
pub fn apportion(shares: &[u64], total: u64) -> Vec<u64> {
    let sum: u128 = shares.iter().map(|share| u128::from(*share)).sum();
    if sum == 0 {
        return vec![0; shares.len()];
    }
    let exact = |share: &u64| u128::from(*share) * u128::from(total);
    let mut parts: Vec<u64> = shares
        .iter()
        .map(|share| u64::try_from(exact(share) / sum).unwrap_or(0))
        .collect();
    let mut order: Vec<usize> = (0..shares.len()).collect();
    order.sort_by_key(|at| std::cmp::Reverse(shares.get(*at).map_or(0, |s| exact(s) % sum)));
    let left = total - parts.iter().sum::<u64>();
    for at in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        if let Some(part) = parts.get_mut(at) {
            *part += 1;
        }
    }
    parts
}

fn rate(names: &DemoNames, name: &str, otherwise: f64) -> f64 {
    let found = names.demo_messiness.get(name);
    found.and_then(|value| value.as_f64()).unwrap_or(otherwise)
}

fn person(
    definition: &Definition,
    names: &DemoNames,
    chance: &mut Chance,
) -> BTreeMap<&'static str, String> {
    let mut cells = BTreeMap::new();
    let female = chance.share() < names.sex_mix.get("female").copied().unwrap_or(0.5);
    let (first, second, call) = if female {
        (&names.female_first, &names.female_second, "female")
    } else {
        (&names.male_first, &names.family_or_second, "male")
    };
    let mut words = [
        ("{first2}", chance.pick(first)),
        ("{first}", chance.pick(first)),
        ("{second}", chance.pick(second)),
        ("{call}", None),
    ];
    if let Some(calls) = names.call_names.get(call) {
        words[3].1 = chance.pick(calls);
    }
    let mut name = weighted(&names.name_patterns, chance).to_owned();
    for (slot, word) in words {
        name = name.replace(slot, word.map_or("", String::as_str));
    }
    cells.insert(
        "name",
        name.split_whitespace().collect::<Vec<_>>().join(" "),
    );
    let number = chance.below(1_000_000);
    if chance.share() >= rate(names, "no_phone", NO_PHONE_SHARE) {
        let phone = format!("0840-00{:02}-{:04}", number / 10_000, number % 10_000);
        cells.insert("phone", phone);
    }
    // A group without words stands for what is written by hand.
    let groups = definition.commodities().iter();
    let groups: Vec<_> = groups.filter(|group| !group.words.is_empty()).collect();
    if let Some(word) = chance
        .pick(&groups)
        .and_then(|group| chance.pick(&group.words))
    {
        cells.insert("commodity", capitalised(word));
    }
    cells
}

fn weighted<'p>(patterns: &'p [WeightedPattern], chance: &mut Chance) -> &'p str {
    let sum: u64 = patterns.iter().map(|p| u64::from(p.weight)).sum();
    let mut at = chance.below(sum.max(1));
    for pattern in patterns {
        let weight = u64::from(pattern.weight);
        if at < weight {
            return &pattern.pattern;
        }
        at -= weight;
    }
    "{first}"
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// A to Z, then AA, AB and so on: a digit in a block would read as the beginning of a range.
fn block(place: u64) -> String {
    let letter = |n: u64| char::from(b'A' + u8::try_from(n % 26).unwrap_or(0));
    let mut block = String::from(letter(place / BLOCK_TRADERS));
    let mut round = place / BLOCK_TRADERS / 26;
    while round > 0 {
        block.insert(0, letter(round - 1));
        round /= 27;
    }
    block
}

/// One of the ways in which stalls are numbered; no two traders of a market share one.
fn stall(place: u64, chance: &mut Chance) -> String {
    let (block, number) = (block(place), place % BLOCK_TRADERS + 1);
    match chance.below(10) {
        0 => format!("Blok {block} No. {number}"),
        1 => format!("{block}{number:03}"),
        2 => format!("{block} {number}"),
        _ => format!("{block}-{number}"),
    }
}

/// SplitMix64 (Steele, Lea and Flood, 2014): small, even, and the same everywhere. Nothing secret is made with it.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// From 0 to below 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn pick<'l, T>(&mut self, list: &'l [T]) -> Option<&'l T> {
        let at = self.below(list.len() as u64);
        list.get(usize::try_from(at).unwrap_or(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use grebeg_core::definition::builtin_definition;
    use grebeg_core::rules::{phone, stall};
    use std::collections::BTreeSet;

    #[test]
    fn parts_add_up_and_the_largest_remainders_get_the_rest() {
        assert_eq!(apportion(&[1, 1, 1], 100), [34, 33, 33]);
        assert_eq!(apportion(&[1400, 600, 1], 10), [7, 3, 0]);
        assert_eq!(apportion(&[], 10), Vec::<u64>::new());
        assert_eq!(apportion(&[5, 0], 0), [0, 0]);
    }

    #[test]
    fn the_same_seed_gives_the_same_people_and_all_phones_are_of_the_demonstration_range() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let one = table(&definition, &demo_names(), 9_000, 7);
        assert_eq!(one, table(&definition, &demo_names(), 9_000, 7));
        assert_ne!(one, table(&definition, &demo_names(), 9_000, 8));
        assert_eq!(one.rows.len(), 9_000);
        let mut places = BTreeSet::new();
        for row in &one.rows {
            assert!(row.cells["name"].len() > 1, "{row:?}");
            assert!(definition.commodity_of(&row.cells["commodity"]).is_some());
            if let Some(phone) = row.cells.get("phone") {
                assert!(phone::is_demonstration(&phone::normalise(phone).unwrap()));
            }
            if let Some(text) = row.cells.get("stall") {
                for place in stall::parse(text).places {
                    let place = (row.cells["market"].clone(), place);
                    assert!(places.insert(place), "{row:?}");
                }
            }
        }
    }
}
