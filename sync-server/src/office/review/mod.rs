//! A lead's day: the visits with what is odd about them first, approving them, sending one back with the reason.

mod flags;
mod list;
mod verdict;

pub use flags::Surroundings;
pub use list::{Reviewed, list, reviewed};
pub use verdict::{ReviewState, approve, give_back, state_of};
