//! Days in the markets, lived by the real programs: what the demonstration and the campaign share.

pub mod bridge;
pub mod build;
pub mod calls;
pub mod chance;
pub mod clock;
pub mod days;
pub mod office;
pub mod recorder;
pub mod review;
pub mod running;
pub mod stop;
pub mod story;
pub mod team;
pub mod walk;
pub mod words;
