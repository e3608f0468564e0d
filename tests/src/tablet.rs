//! One tablet: a home folder and the `tablet` command line over it.

use crate::answer::{Answer, ValueExt};
use crate::clock::Clock;
use crate::office_desk;
use crate::programs;
use crate::recorder::Recorder;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A tablet; its home is a temporary folder unless the story brings one.
#[derive(Debug)]
pub struct Tablet {
    folder: Option<TempDir>,
    home: PathBuf,
    /// The wall clock it runs under, if not the right one.
    pub clock: Option<Clock>,
    /// Its id, known after enrolment.
    pub device: String,
    /// Ids of the people it was enrolled for.
    pub people: Vec<String>,
}

impl Tablet {
    /// A tablet out of the box.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let home = folder.path().join("home");
        Self {
            folder: Some(folder),
            home,
            clock: None,
            device: String::new(),
            people: Vec::new(),
        }
    }

    /// A tablet whose home is a folder of the story's, which is kept when it leaves scope.
    pub fn at(home: &Path) -> Self {
        Self {
            folder: None,
            home: home.to_path_buf(),
            clock: None,
            device: String::new(),
            people: Vec::new(),
        }
    }

    /// The same tablet twice: the whole home folder copied, as a cloning tool would.
    pub fn copied(&self) -> Self {
        let mut copy = Self::new();
        copy_folder(&self.home, &copy.home);
        copy.device.clone_from(&self.device);
        copy.people.clone_from(&self.people);
        copy
    }

    /// The home folder.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// A folder beside the home, gone with the tablet.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_ref().map(TempDir::path)
    }

    /// The command line of the tablet, under its clock, ready to be run.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = match &self.clock {
            Some(clock) => clock.command(&programs::path_of("tablet")),
            None => programs::tablet(),
        };
        command.args(args).arg("--home").arg(&self.home);
        command
    }

    /// Runs a command as a person would, without `--json`.
    pub fn run(&self, args: &[&str]) -> Answer {
        Answer::of(self.command(args))
    }

    /// Runs a command with `--json`; it may fail.
    pub fn ask(&self, args: &[&str]) -> Answer {
        let mut command = self.command(args);
        command.arg("--json");
        Answer::of(command)
    }

    /// Runs a command with `--json` that must succeed.
    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Value {
        self.ask(args).ok().json()
    }

    /// Enrols with a code at a server's address.
    #[track_caller]
    pub fn enrol(&mut self, url: &str, code: &str) -> Value {
        let enrolled = self.json(&["enrol", "--server", url, "--code", code]);
        self.device = enrolled["device_id"].text().to_owned();
        self.people = enrolled["people"]
            .list()
            .iter()
            .map(|person| person["person_id"].text().to_owned())
            .collect();
        enrolled
    }

    /// The only person of this tablet.
    #[track_caller]
    pub fn person(&self) -> &str {
        assert_eq!(self.people.len(), 1, "a tablet of one person");
        &self.people[0]
    }

    /// A sync that must succeed. Follows the tablet to a new device id, should it take one.
    #[track_caller]
    pub fn sync(&self) -> Value {
        self.try_sync().ok().json()
    }

    /// A sync that may fail. One that succeeds has not had to mend anything: a repair would hide a fault of the stream.
    #[track_caller]
    pub fn try_sync(&self) -> Answer {
        let answer = self.sync_with_repair();
        if answer.exit == Some(0) {
            assert_eq!(answer.json()["repaired"], 0, "{answer}");
        }
        answer
    }

    /// A sync of a tablet that may have to be mended.
    pub fn sync_with_repair(&self) -> Answer {
        self.ask(&["sync"])
    }

    /// Syncs until nothing waits, at most three times: the most a healthy line may need.
    #[track_caller]
    pub fn settle(&self) -> Value {
        let mut last = self.sync();
        for _ in 0..2 {
            if last["waiting"] == 0 && last["same_as_server"] == true {
                break;
            }
            last = self.sync();
        }
        assert_eq!(last["waiting"], 0, "{last}");
        assert_eq!(last["same_as_server"], true, "{last}");
        last
    }

    /// `status`.
    #[track_caller]
    pub fn status(&self) -> Value {
        self.json(&["status"])
    }

    /// The device id it has now (a forked tablet takes a new one).
    #[track_caller]
    pub fn device_now(&self) -> String {
        self.status()["device_id"].text().to_owned()
    }

    /// Records a visit and gives its id.
    #[track_caller]
    pub fn visit(&self, trader: &str, outcome: &str) -> String {
        self.visit_with(trader, outcome, &[])["visit_id"]
            .text()
            .to_owned()
    }

    /// Records a visit with further options and gives the whole answer.
    #[track_caller]
    pub fn visit_with(&self, trader: &str, outcome: &str, options: &[&str]) -> Value {
        let mut args = vec!["visit", trader, "--outcome", outcome];
        args.extend(options);
        self.json(&args)
    }

    /// Sets fields of a trader (`phone=0840…`).
    #[track_caller]
    pub fn set(&self, trader: &str, fields: &[&str]) -> Value {
        let mut args = vec!["set", "trader", trader];
        args.extend(fields);
        self.json(&args)
    }

    /// Adds a trader and gives its id, duplicate or not.
    #[track_caller]
    pub fn add_trader(&self, market: &str, stall: &str, name: &str) -> String {
        self.json(&[
            "add-trader",
            "--market",
            market,
            "--stall",
            stall,
            "--name",
            name,
            "--new-anyway",
        ])["id"]
            .text()
            .to_owned()
    }

    /// All traders of its list.
    #[track_caller]
    pub fn traders(&self) -> Vec<Value> {
        self.json(&["traders", "--limit", "100000"]).list().to_vec()
    }

    /// One trader, all of it.
    #[track_caller]
    pub fn trader(&self, id: &str) -> Value {
        self.json(&["trader", id])
    }

    /// The id of the trader of that name in its list.
    #[track_caller]
    pub fn trader_named(&self, name: &str) -> String {
        let all = self.traders();
        let found = all.iter().find(|trader| trader["name"] == name);
        found.unwrap_or_else(|| panic!("no {name} among {} traders", all.len()))["id"]
            .text()
            .to_owned()
    }

    /// Its canonical state, as text.
    #[track_caller]
    pub fn dump(&self) -> String {
        self.run(&["dump"]).ok().stdout
    }

    /// All records of a kind in its store.
    #[track_caller]
    pub fn records(&self, kind: &str) -> Vec<Value> {
        office_desk::records(&self.dump(), kind)
    }

    /// One record of its store, if it has it.
    #[track_caller]
    pub fn record(&self, kind: &str, id: &str) -> Option<Value> {
        self.records(kind)
            .into_iter()
            .find(|record| record["id"] == id)
    }

    /// `{digest, counts}`.
    #[track_caller]
    pub fn digest(&self) -> Value {
        self.json(&["digest"])
    }

    /// What waits and what is held back.
    #[track_caller]
    pub fn outbox(&self) -> Vec<Value> {
        self.json(&["outbox"]).list().to_vec()
    }

    /// Opens `record`, the fast form of `visit`.
    pub fn recorder(&self) -> Recorder {
        Recorder::open(self.command(&["record", "--json"]))
    }
}

impl Default for Tablet {
    fn default() -> Self {
        Self::new()
    }
}

/// Copies a folder with everything in it.
pub fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder can be made");
    for entry in std::fs::read_dir(from)
        .expect("a folder can be listed")
        .flatten()
    {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file can be copied");
        }
    }
}
