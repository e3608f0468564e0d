//! Searching and listing in a running tablet: the tablet's library over a store that a real sync has filled.

use std::time::{Duration, Instant};

use tablet::command::{self, Command, Order, Reply, TradersQuery};
use tablet::store::Store;
use whole_system_tests::Chance;

use crate::figures::{Figures, Goal};
use crate::first_sync;
use crate::percentiles::Percentiles;
use crate::scale::{PASSES, Scale};
use crate::world::{MARKETS, World, Worlds};

/// What a screen shows at once.
const SCREEN: usize = 50;
/// Longest time that feels immediate, in milliseconds.
const GOAL_MS: f64 = 20.0;

pub fn run(scale: &Scale, worlds: &mut Worlds, figures: &mut Figures) {
    measure(worlds.of(scale.traders), scale, scale.traders, figures);
    let world = worlds.of(scale.traders_many);
    let what = |of: &str| format!("first sync of {} traders, {of}", scale.traders_many);
    first_sync::take(figures, &what, &world.first);
    measure(world, scale, scale.traders_many, figures);
    worlds.end();
}

fn measure(world: &World, scale: &Scale, traders: usize, figures: &mut Figures) {
    println!(
        "searching and listing in {traders} traders, {} times each",
        scale.questions
    );
    let mut store = Store::open(world.tablet.home()).unwrap_or_else(|error| panic!("{error}"));
    let all = ask(&mut store, &list(None, Order::Name, usize::MAX)).1;
    let mut chance = Chance::seeded(traders as u64);
    let searches: Vec<TradersQuery> = (0..scale.questions)
        .map(|_| search(&words(&mut chance, &all)))
        .collect();
    let lists: Vec<TradersQuery> = (0..scale.questions)
        .map(|number| {
            let order = [Order::Route, Order::Name, Order::Stall][number % 3];
            let market = chance
                .percent(70)
                .then(|| (*chance.pick(&MARKETS)).to_owned());
            list(market, order, SCREEN)
        })
        .collect();
    for (kind, questions) in [("search", searches), ("list", lists)] {
        questions
            .iter()
            .take(20)
            .for_each(|query| drop(ask(&mut store, query)));
        let mut pass = || {
            questions
                .iter()
                .map(|query| ask(&mut store, query).0)
                .collect()
        };
        let took = Percentiles::quietest((0..PASSES).map(|_| pass()).collect());
        let how = format!(
            "{} mixed questions in one process over the tablet's library, {SCREEN} rows each; quietest of {PASSES} passes",
            took.count()
        );
        let what = |of: &str| format!("{kind} in {traders} traders, {of}");
        figures.take(&what("p50"), took.ms(50), "ms", Goal::None, &how);
        figures.take(&what("p99"), took.ms(99), "ms", Goal::AtMost(GOAL_MS), &how);
    }
}

/// The time it took, and names and stalls of the rows.
fn ask(store: &mut Store, query: &TradersQuery) -> (Duration, Vec<(String, String)>) {
    let began = Instant::now();
    let reply = command::run(store, Command::Traders(query.clone()));
    let took = began.elapsed();
    match reply {
        Ok(Reply::Traders(rows)) => {
            let text = |text: Option<String>| text.unwrap_or_default();
            let rows = rows
                .into_iter()
                .map(|row| (text(row.name), text(row.stall)));
            (took, rows.collect())
        }
        Ok(other) => panic!("no list: {other:?}"),
        Err(error) => panic!("{error}"),
    }
}

fn list(market: Option<String>, order: Order, limit: usize) -> TradersQuery {
    TradersQuery {
        market,
        search: None,
        limit: Some(limit),
        order: Some(order),
    }
}

fn search(words: &str) -> TradersQuery {
    TradersQuery {
        market: None,
        search: Some(words.to_owned()),
        limit: Some(SCREEN),
        order: None,
    }
}

/// What one types: the beginning of a name, a whole one, one with a slip, a stall, a name and a stall.
fn words(chance: &mut Chance, all: &[(String, String)]) -> String {
    let (name, stall) = chance.pick(all).clone();
    let cut = |text: &str, length: usize| text.chars().take(length).collect::<String>();
    match chance.below(6) {
        0 => cut(&name, 3),
        1 => cut(&name, 6),
        2 => name,
        3 => slipped(&name, chance.below(name.chars().count().max(1))),
        4 => stall,
        _ => format!("{} {stall}", cut(&name, 4)),
    }
}

/// The name without one of its letters.
fn slipped(name: &str, at: usize) -> String {
    let letters = name.chars().enumerate();
    letters
        .filter(|(place, _)| *place != at)
        .map(|(_, c)| c)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_comes_from_the_traders_there() {
        let all = [("Rokayah Lestari".to_owned(), "Blok C 12".to_owned())];
        let mut chance = Chance::seeded(1);
        for _ in 0..50 {
            let typed = words(&mut chance, &all);
            assert!(!typed.is_empty() && typed.len() <= 15, "{typed}");
        }
        assert_eq!(slipped("Ani", 1), "Ai");
    }
}
