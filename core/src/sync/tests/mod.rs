//! Stories of tablets and a server in memory: the state machines of both sides with nothing between them but bytes.

mod convergence;
mod exchanges;
mod found;
mod lost;
mod one_action;
mod settled;
mod small_world;
mod stories;
mod taken;
mod who_may;
