//! The real stores are what those in memory are: the same campaign ends in the same state over both.

#![cfg(feature = "sqlite")]

use grebeg_sim::beside::RealStores;
use grebeg_sim::campaign::{Ended, play, steps};
use grebeg_sim::sqlite::Sqlite;

const DAYS: u64 = 2;

fn ended(seed: u64, stores: Option<&'static dyn RealStores>) -> Ended {
    play(seed, &steps(seed, DAYS), false, stores)
}

#[test]
fn a_seed_ends_in_the_same_state_over_either_store() {
    for seed in [1, 2, 3, 5, 8] {
        let (memory, sqlite) = (ended(seed, None), ended(seed, Some(&Sqlite)));
        assert_eq!(memory.broken, None, "seed {seed}");
        assert_eq!(sqlite.broken, None, "seed {seed}");
        assert_eq!(memory.state, sqlite.state, "seed {seed}");
        assert_eq!((memory.saves, memory.syncs), (sqlite.saves, sqlite.syncs));
        assert!(memory.saves > 10 && memory.syncs > 10, "seed {seed}");
    }
}
