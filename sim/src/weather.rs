//! Which kinds of trouble a campaign has: each campaign has others, so that rare mixtures come up and calm ones stay calm.

use crate::chance::Chance;
use std::fmt;

macro_rules! weather {
    ($($field:ident: $percent:literal, $doc:literal;)*) => {
        /// See the module.
        #[derive(Debug, Clone, Copy)]
        pub struct Weather { $(#[doc = $doc] pub $field: bool),* }

        impl Weather {
            pub fn draw(chance: &mut Chance) -> Self {
                Self { $($field: chance.percent($percent)),* }
            }
        }

        impl fmt::Display for Weather {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                $(if self.$field { write!(f, "{} ", stringify!($field))?; })*
                Ok(())
            }
        }
    };
}

weather! {
    lines: 70, "Lost, cut, doubled, late and foreign messages.";
    small_pages: 50, "Answers come in small pages.";
    clocks: 50, "Tablets' clocks drift, are set, and restart.";
    kills: 40, "Programs are killed and disks are full while an answer is taken.";
    server_kills: 30, "The server is switched off before a transaction is on disk.";
    tails: 25, "Tablets lose the end of their store.";
    copies: 25, "Tablets are copied.";
    restores: 35, "The server is restored from a backup.";
    stops: 25, "Tablets are stopped, and found again.";
    scopes: 50, "People are sent to other markets.";
    roles: 25, "People's roles change, and people leave.";
    moves: 50, "Traders move.";
    erasures: 40, "Traders are erased.";
    decisions: 60, "The office decides about what is held back.";
    strangers: 40, "Other versions and damaged changes.";
    merges: 30, "Duplicates are merged, and merges undone.";
    reviews: 50, "Visits are returned, corrected and approved.";
    same_moment: 40, "Much happens within the same millisecond.";
}
