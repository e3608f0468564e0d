//! What the whole-system stories share: real servers, real tablets, and the bad lines between them.
//!
//! A story drives the two programs through their command lines and over HTTP, as an office and its
//! canvassers do, and looks at nothing but what they answer. Everything a story starts ends with it:
//! each process is killed by its own id when its owner leaves scope.
//!
//! | variable | means | usually |
//! |---|---|---|
//! | `GREBEG_BIN_DIR` | folder with ready programs to test instead of building them | built once a test process |
//! | `GREBEG_SEED` | seed of the random choices; each story prints the one it used | from the clock |
//! | `GREBEG_KILLS` | random kills in each story of `kills.rs` | 20 (`cargo xtask torture`: 1,000) |
//! | `GREBEG_LONG` | the long forms of damage, power cuts and errors of the disk | a tenth of them |
//! | `GREBEG_TABLETS`, `GREBEG_VISITS` | size of `convergence.rs` | 8 and 8 (nightly 25 and 40) |
//!
//! From apt the stories need `faketime` and `strace`, and those of `window/` also `xvfb` and `webkit2gtk-driver`; a small disk can be mounted by root only, and a story
//! that cannot have one says so and leaves its part to the story of the file-size limit.
//!
//! Failing here means panicking with the whole story of what was run and what it said, because the
//! reader of a failed story has nothing else.
#![forbid(unsafe_code)]

pub mod accounts;
pub mod answer;
pub mod bridge;
pub mod browser;
pub mod chance;
pub mod client;
pub mod clock;
pub mod damage;
pub mod http;
pub mod inject;
pub mod office;
pub mod office_desk;
pub mod people;
pub mod power_cut;
pub mod processes;
pub mod programs;
pub mod proxy;
pub mod raw_answers;
pub mod recorder;
pub mod register;
pub mod schema;
pub mod screen;
pub mod server;
pub mod small_disk;
pub mod spreadsheet;
pub mod stranger;
pub mod tablet;
pub mod times;
pub mod trace;
pub mod unwelcome;
pub mod wait;
pub mod webdriver;
pub mod window;
pub mod window_manager;

pub use accounts::{assert_accounts, assert_agree, assert_in_step, assert_totals};
pub use answer::{Answer, ValueExt};
pub use bridge::Bridge;
pub use browser::Browser;
pub use chance::Chance;
pub use client::Client;
pub use clock::Clock;
pub use office::Office;
pub use proxy::{Proxy, Script};
pub use recorder::Recorder;
pub use register::Register;
pub use stranger::{Manner, Stranger};
pub use tablet::Tablet;
pub use unwelcome::Unwelcome;
pub use window::{Machine, Window};
