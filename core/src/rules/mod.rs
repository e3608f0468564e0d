//! Pure functions over plain facts: what the product counts, orders and flags.
//!
//! Nothing here is stored: tablet and server derive it from the same records with the same function, so that
//! both show the same. The campaign definition and the moment come in as arguments.

pub mod activity;
pub mod consent;
pub mod duplicates;
pub mod facts;
pub mod funnel;
pub mod layers;
pub mod names;
pub mod phone;
pub mod priority;
pub mod pseudonym;
pub mod stall;
pub mod visit_checks;
pub mod wishes;
