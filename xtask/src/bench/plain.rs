//! The same tablet without encryption, for what encryption costs.

use std::path::Path;
use std::process::Command;

use whole_system_tests::{Answer, Office, Recorder, ValueExt};

use crate::world::MARKETS;

/// Names the program that was built without encryption; without it its figures are left out.
const PROGRAM: &str = "GREBEG_PLAIN_TABLET";

/// A home of the unencrypted program, enrolled and filled.
pub struct Plain {
    program: std::ffi::OsString,
    home: tempfile::TempDir,
}

impl Plain {
    /// `None` without such a program.
    pub fn enrol(office: &Office) -> Option<Self> {
        let program = std::env::var_os(PROGRAM)?;
        let home = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
        let plain = Self { program, home };
        let person = office.person("Dewi Lestari", "canvasser", &MARKETS.join(","));
        let code = office.code(&[&person]);
        let words = [
            "enrol",
            "--server",
            &office.url(),
            "--code",
            &code,
            "--json",
        ];
        let enrolled = Answer::of(plain.command(&words)).ok().json();
        assert!(!enrolled["device_id"].text().is_empty(), "{enrolled}");
        Some(plain)
    }

    pub fn recorder(&self) -> Recorder {
        Recorder::open(self.command(&["record", "--json"]))
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(Path::new(&self.program));
        command.args(words).arg("--home").arg(self.home.path());
        command
    }
}
