//! An office: a data folder, a server over it, and the admin command line.

use crate::answer::{Answer, ValueExt};
use crate::programs;
use crate::register::Register;
use crate::server::Server;
use crate::tablet::Tablet;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// The campaign that every story loads.
pub const CAMPAIGN: &str = "cirebon-2019";

/// An office with the campaign of Cirebon; everything of it is in one temporary folder.
#[derive(Debug)]
pub struct Office {
    folder: TempDir,
    data: PathBuf,
    server: Option<Server>,
    listen: String,
    /// The id that the campaign got when it was loaded.
    pub campaign_id: String,
}

impl Office {
    /// An office whose server does not run yet.
    pub fn closed() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        let mut office = Self {
            folder,
            data,
            server: None,
            listen: "127.0.0.1:0".into(),
            campaign_id: String::new(),
        };
        let loaded = office.json(&["campaign", "load", CAMPAIGN]);
        office.campaign_id = loaded["campaign_id"].text().to_owned();
        office
    }

    /// An office whose server runs.
    pub fn new() -> Self {
        let mut office = Self::closed();
        office.serve();
        office
    }

    /// An office over a data folder of one's own (on a small disk, say), which is kept when it leaves scope.
    pub fn at(data: &Path) -> Self {
        let mut office = Self::closed();
        office.data = data.to_path_buf();
        office.campaign_id = office.json(&["campaign", "load", CAMPAIGN])["campaign_id"]
            .text()
            .to_owned();
        office
    }

    /// What is left of another office: a data folder that has its campaign already. Its server does not run.
    pub fn over(data: &Path) -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            data: data.to_path_buf(),
            server: None,
            listen: "127.0.0.1:0".into(),
            campaign_id: String::new(),
        }
    }

    /// The data folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// A folder for files that are not the server's: registers, exports.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What the server has written to its log so far.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default()
    }

    /// Starts the server; after the first time on the same port as before.
    pub fn serve(&mut self) {
        self.serve_by(programs::sync_server());
    }

    /// Starts the server with a soft and a hard limit of open files.
    pub fn serve_with_files(&mut self, soft: u32, hard: u32) {
        programs::need("prlimit");
        let mut command = Command::new("prlimit");
        command
            .arg(format!("--nofile={soft}:{hard}"))
            .arg(programs::path_of("sync-server"));
        self.serve_by(command);
    }

    fn serve_by(&mut self, mut command: Command) {
        command
            .args(["serve", "--listen", &self.listen])
            .arg("--data")
            .arg(&self.data);
        let server = Server::start(command, &self.folder.path().join("server.log"));
        self.listen = server.address().to_owned();
        self.server = Some(server);
    }

    /// Starts the server on a port that is not the one before.
    pub fn serve_elsewhere(&mut self) {
        self.listen = "127.0.0.1:0".into();
        self.serve();
    }

    /// The running server.
    #[track_caller]
    pub fn server(&self) -> &Server {
        self.server.as_ref().expect("the server runs")
    }

    /// Whether the server process is still there.
    pub fn alive(&mut self) -> bool {
        self.server.as_mut().is_some_and(Server::alive)
    }

    /// `http://127.0.0.1:PORT`.
    #[track_caller]
    pub fn url(&self) -> String {
        self.server().url().to_owned()
    }

    /// `127.0.0.1:PORT`.
    #[track_caller]
    pub fn address(&self) -> String {
        self.server().address().to_owned()
    }

    /// Where the server is, or was last: `127.0.0.1:PORT`.
    pub fn last_address(&self) -> &str {
        &self.listen
    }

    /// Bytes of the store's file with its log.
    pub fn store_bytes(&self) -> u64 {
        self.file_bytes("office.db") + self.store_log_bytes()
    }

    /// Bytes of the log beside the store.
    pub fn store_log_bytes(&self) -> u64 {
        self.file_bytes("office.db-wal")
    }

    fn file_bytes(&self, name: &str) -> u64 {
        std::fs::metadata(self.data.join(name)).map_or(0, |found| found.len())
    }

    /// Kills the server as a power cut of the process would.
    pub fn kill9(&mut self) {
        self.server.take().expect("the server runs").kill9();
    }

    /// Stops the server cleanly.
    pub fn stop(&mut self) {
        self.server.take().expect("the server runs").stop();
    }

    /// The command line of the office, ready to be run.
    pub fn command(&self, args: &[&str]) -> Command {
        let mut command = programs::sync_server();
        command.args(args).arg("--data").arg(&self.data);
        command
    }

    /// Runs an admin command as a person would, without `--json`.
    pub fn run(&self, args: &[&str]) -> Answer {
        Answer::of(self.command(args))
    }

    /// Runs an admin command with `--json`; it may fail.
    pub fn ask(&self, args: &[&str]) -> Answer {
        let mut command = self.command(args);
        command.arg("--json");
        Answer::of(command)
    }

    /// Runs an admin command with `--json` that must succeed.
    #[track_caller]
    pub fn json(&self, args: &[&str]) -> Value {
        self.ask(args).ok().json()
    }

    /// Adds a person with a role and markets (`KNM,PGI`; empty for none) and gives the id.
    #[track_caller]
    pub fn person(&self, name: &str, role: &str, markets: &str) -> String {
        let mut args = vec![
            "person",
            "add",
            "--campaign",
            CAMPAIGN,
            "--name",
            name,
            "--role",
            role,
        ];
        if !markets.is_empty() {
            args.extend(["--markets", markets]);
        }
        self.json(&args)["person_id"].text().to_owned()
    }

    /// A one-time code for a tablet of these people.
    #[track_caller]
    pub fn code(&self, people: &[&str]) -> String {
        self.json(&["enrol", "--person", &people.join(",")])["code"]
            .text()
            .to_owned()
    }

    /// A new tablet of these people, enrolled at the server itself.
    #[track_caller]
    pub fn enrol(&self, people: &[&str]) -> Tablet {
        self.enrol_through(&self.url(), people)
    }

    /// A new tablet of these people that knows the server by another address (a proxy's).
    #[track_caller]
    pub fn enrol_through(&self, url: &str, people: &[&str]) -> Tablet {
        let mut tablet = Tablet::new();
        tablet.enrol(url, &self.code(people));
        tablet
    }

    /// A new canvasser of these markets with an own tablet that has its first sync behind it.
    #[track_caller]
    pub fn canvasser(&self, name: &str, markets: &str) -> Tablet {
        let person = self.person(name, "canvasser", markets);
        let tablet = self.enrol(&[&person]);
        tablet.sync();
        tablet
    }

    /// Imports a register.
    #[track_caller]
    pub fn import(&self, register: &Register) -> Value {
        let path = register.save(self.folder.path(), "register.csv");
        self.json(&[
            "traders",
            "import",
            path.to_str().expect("a plain path"),
            "--campaign",
            CAMPAIGN,
        ])
    }
}

impl Default for Office {
    fn default() -> Self {
        Self::new()
    }
}
