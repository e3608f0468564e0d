//! Wrong clocks for single processes, by libfaketime (apt package `faketime`).

use std::path::{Path, PathBuf};
use std::process::Command;

/// How a tablet's clock is wrong.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The wall clock is off by a constant, such as `-15y`, `+73y`, `-40m`; the monotonic clock stays right,
    /// as on a real tablet.
    Off(String),
    /// The wall clock of each process starts at this instant (UTC, `2011-01-01 08:00:00`): a tablet whose
    /// battery goes flat each time. The monotonic clock stays right.
    StartsAt(String),
    /// Both clocks are off by a constant, which is what the plain `faketime` command does.
    BothOff(String),
}

impl Clock {
    /// The wall clock off by a constant.
    pub fn off(by: &str) -> Self {
        Self::Off(by.to_owned())
    }

    /// The wall clock of each process starts at this instant, in UTC.
    pub fn starts_at(when: &str) -> Self {
        Self::StartsAt(when.to_owned())
    }

    /// Wall and monotonic clock off by a constant.
    pub fn both_off(by: &str) -> Self {
        Self::BothOff(by.to_owned())
    }

    /// A command that runs `program` under this clock. It is the program's own process, so that killing it
    /// kills the program.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .env("LD_PRELOAD", library())
            .env("TZ", "UTC")
            .env("FAKETIME_NO_CACHE", "1");
        match self {
            Self::Off(by) => command.env("FAKETIME", by).env("DONT_FAKE_MONOTONIC", "1"),
            Self::StartsAt(when) => command
                .env("FAKETIME", format!("@{when}"))
                .env("DONT_FAKE_MONOTONIC", "1"),
            Self::BothOff(by) => command.env("FAKETIME", by),
        };
        command
    }
}

fn library() -> PathBuf {
    let folders = std::fs::read_dir("/usr/lib")
        .into_iter()
        .flatten()
        .flatten();
    folders
        .map(|folder| folder.path().join("faketime/libfaketime.so.1"))
        .find(|library| library.is_file())
        .expect("this story needs libfaketime: run `apt-get install faketime` (`cargo xtask test` does it)")
}
