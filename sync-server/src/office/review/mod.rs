//! A lead's day: the visits with what is odd about them first, approving them, sending one back with the reason.

pub mod day;
pub mod detail;
mod flags;
mod list;
mod sample;
mod take_back;
mod verdict;
mod worst;

pub use flags::Surroundings;
pub use list::{Reviewed, list, reviewed};
pub use take_back::{reopen, unchanged_since};
pub use verdict::{ReviewState, approve, give_back, state_of};
