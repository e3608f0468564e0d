//! What the whole-system stories share: real servers, real tablets, and the bad lines between them.
//!
//! A story drives the two programs through their command lines and over HTTP, as an office and its
//! canvassers do, and looks at nothing but what they answer. Everything a story starts ends with it:
//! each process is killed by its own id when its owner leaves scope.
//!
//! Failing here means panicking with the whole story of what was run and what it said, because the
//! reader of a failed story has nothing else.
#![forbid(unsafe_code)]

pub mod accounts;
pub mod answer;
pub mod chance;
pub mod client;
pub mod clock;
pub mod http;
pub mod office;
pub mod office_desk;
pub mod people;
pub mod programs;
pub mod proxy;
pub mod raw_answers;
pub mod recorder;
pub mod register;
pub mod server;
pub mod small_disk;
pub mod spreadsheet;
pub mod tablet;
pub mod times;
pub mod wait;

pub use accounts::{assert_accounts, assert_agree, assert_in_step, assert_totals};
pub use answer::{Answer, ValueExt};
pub use chance::Chance;
pub use client::Client;
pub use clock::Clock;
pub use office::Office;
pub use proxy::{Proxy, Script};
pub use recorder::Recorder;
pub use register::Register;
pub use tablet::Tablet;
