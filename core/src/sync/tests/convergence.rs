//! Any course of events ends with every tablet holding what the server holds in its scope.

use super::small_world::{Server, Tablet, exchange, id, sync};
use crate::change::Patch;
use crate::kinds::Role;
use crate::sync::messages::State;
use crate::value::Value;
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Set {
        tablet: usize,
        trader: u128,
        field: usize,
        value: u8,
    },
    Visit {
        tablet: usize,
        trader: u128,
        step: bool,
    },
    Exchange {
        tablet: usize,
        lost: bool,
        page: usize,
    },
    Move {
        trader: u128,
        market: usize,
    },
    Assign {
        person: usize,
        markets: u8,
    },
    Erase {
        trader: u128,
    },
    Clock {
        tablet: usize,
        hours: i64,
    },
}

const MARKETS: [&str; 3] = ["KNM", "PGI", "DRJ"];
const FIELDS: [&str; 3] = ["name", "stall", "phone"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let (tablet, trader) = (0usize..3, 21u128..25);
    let step = prop_oneof![
        4 => (tablet.clone(), trader.clone(), 0usize..3, any::<u8>()).prop_map(|(tablet, trader, field, value)| Step::Set { tablet, trader, field, value }),
        4 => (tablet.clone(), trader.clone(), any::<bool>()).prop_map(|(tablet, trader, step)| Step::Visit { tablet, trader, step }),
        5 => (tablet.clone(), any::<bool>(), 1usize..9).prop_map(|(tablet, lost, page)| Step::Exchange { tablet, lost, page }),
        1 => (trader.clone(), 0usize..3).prop_map(|(trader, market)| Step::Move { trader, market }),
        1 => (0usize..3, 1u8..8).prop_map(|(person, markets)| Step::Assign { person, markets }),
        1 => trader.prop_map(|trader| Step::Erase { trader }),
        1 => (tablet, -1_000_000i64..1_000_000).prop_map(|(tablet, hours)| Step::Clock { tablet, hours }),
    ];
    proptest::collection::vec(step, 0..50)
}

fn markets_of(bits: u8) -> Vec<&'static str> {
    MARKETS
        .iter()
        .enumerate()
        .filter(|(n, _)| bits & 1 << n != 0)
        .map(|(_, m)| *m)
        .collect()
}

fn play(steps: &[Step]) -> (Server, Vec<Tablet>) {
    let mut server = Server::new();
    let mut tablets = Vec::new();
    for n in 0..3u128 {
        let person = server.person(11 + n, Role::Canvasser, &MARKETS[..=n as usize]);
        tablets.push(Tablet::new(31 + n, person));
    }
    for n in 21..25u128 {
        server.trader(n, MARKETS[n as usize % 3]);
    }
    for step in steps {
        match *step {
            Step::Set {
                tablet,
                trader,
                field,
                value,
            } => {
                let value = format!("value {value}");
                tablets[tablet].set(&mut server, id(trader), FIELDS[field], &value);
            }
            Step::Visit {
                tablet,
                trader,
                step,
            } => {
                tablets[tablet].visit(&mut server, id(trader), "KNM", step.then_some("prep.hp"));
            }
            Step::Exchange { tablet, lost, page } => {
                exchange(&mut server, &mut tablets[tablet], page, lost);
            }
            Step::Move { trader, market } => {
                server.office(vec![Patch::new(
                    "trader",
                    id(trader),
                    [("market", Value::text(MARKETS[market]))],
                )]);
            }
            Step::Assign { person, markets } => {
                server.person(11 + person as u128, Role::Canvasser, &markets_of(markets));
            }
            Step::Erase { trader } => {
                server.office(vec![Patch::new(
                    "trader",
                    id(trader),
                    [("erased", Value::Bool(true))],
                )]);
            }
            Step::Clock { tablet, hours } => tablets[tablet].ahead_ms = hours * 3_600_000,
        }
    }
    (server, tablets)
}

proptest! {
    #[test]
    fn after_faults_every_tablet_equals_the_server(steps in steps()) {
        let (mut server, mut tablets) = play(&steps);
        for _ in 0..2 {
            for tablet in &mut tablets {
                sync(&mut server, tablet);
            }
        }
        for tablet in &tablets {
            prop_assert!(tablet.same_as_server, "{:?}", tablet.device);
            prop_assert_eq!(tablet.count(None), 0, "nothing waits any more");
            let filed = server.store.filed.values().filter(|f| f.name.device == tablet.device).count();
            prop_assert_eq!(filed, tablet.changes.len(), "each change is there once");
            let accepted = server.store.filed.values()
                .filter(|f| f.name.device == tablet.device && f.state == State::Accepted).count();
            prop_assert_eq!(accepted, tablet.count(Some(State::Accepted)));
        }
    }
}
