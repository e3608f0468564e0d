//! Calling our two programs as a person would: each command is printed so that it can be typed again.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::run::RunError;

use super::clock::{self, Clock};
use super::office;
use super::team::Tablet;

/// Where the programs are, where they live, which campaign is meant, and whether it is to stop.
#[derive(Debug, Clone)]
pub struct Programs {
    binaries: PathBuf,
    folder: PathBuf,
    /// The server's data folder.
    office: PathBuf,
    root: PathBuf,
    stop: Arc<AtomicBool>,
    /// The server's, and that of every tablet without one of its own.
    clock: Arc<Clock>,
    campaign: String,
}

impl Programs {
    /// `now_ms`: what is called now, in Unix milliseconds; without it the real time.
    pub fn new(
        binaries: PathBuf,
        folder: PathBuf,
        root: &Path,
        stop: Arc<AtomicBool>,
        now_ms: Option<i64>,
    ) -> Self {
        Self {
            clock: Arc::new(Clock::new(&folder, now_ms)),
            office: folder.join("office"),
            campaign: office::CODE.to_owned(),
            binaries,
            folder,
            root: root.to_path_buf(),
            stop,
        }
    }

    /// The same programs and office for another campaign, whose tablets live in this folder.
    pub fn of_campaign(&self, code: &str, folder: PathBuf) -> Self {
        Self {
            campaign: code.to_owned(),
            folder,
            binaries: self.binaries.clone(),
            office: self.office.clone(),
            root: self.root.clone(),
            stop: Arc::clone(&self.stop),
            clock: Arc::clone(&self.clock),
        }
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// The folder of our programs.
    pub fn binaries(&self) -> &Path {
        &self.binaries
    }

    /// Where the workspace stands.
    pub fn root(&self) -> &Path {
        &self.root
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// True once Ctrl-C was pressed or the process was asked to end.
    pub fn stop(&self) -> &AtomicBool {
        &self.stop
    }

    /// A path as one types it in the workspace's folder.
    pub fn shown_path(&self, path: &Path) -> String {
        let short = path.strip_prefix(&self.root).unwrap_or(path);
        short.display().to_string()
    }

    /// A command line of `sync-server` about the campaign, without `--json`.
    pub fn office(&self, words: &[&str]) -> Call<'_> {
        let words = [words, &["--campaign", &self.campaign]].concat();
        self.server(&words)
    }

    /// A command line of `sync-server` about no campaign in particular, without `--json`.
    pub fn server(&self, words: &[&str]) -> Call<'_> {
        self.call("sync-server", words, "--data", &self.office)
    }

    /// A command line of `tablet` over one home, without `--json`.
    pub fn tablet(&self, home: &Path, words: &[&str]) -> Call<'_> {
        self.call("tablet", words, "--home", home)
    }

    /// The same on the clock that the tablet has.
    pub fn on(&self, tablet: &Tablet, words: &[&str]) -> Call<'_> {
        let mut call = self.tablet(&tablet.home, words);
        if let Some(clock) = &tablet.clock {
            call.clock = Arc::clone(clock);
        }
        call
    }

    fn call(&self, program: &str, words: &[&str], option: &str, place: &Path) -> Call<'_> {
        let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        words.extend([option.to_owned(), self.shown_path(place)]);
        Call {
            programs: self,
            program: self.binaries.join(program),
            words,
            name: None,
            clock: Arc::clone(&self.clock),
        }
    }

    /// Errors: `interrupted`, once it is to stop.
    pub fn go_on(&self) -> Result<(), RunError> {
        match self.stop.load(Ordering::SeqCst) {
            true => Err(RunError::Interrupted),
            false => Ok(()),
        }
    }
}

/// One command line, to be shown or run.
#[derive(Debug)]
pub struct Call<'a> {
    programs: &'a Programs,
    program: PathBuf,
    words: Vec<String>,
    /// Of the tablet that enrols.
    name: Option<String>,
    clock: Arc<Clock>,
}

impl Call<'_> {
    /// Lets a tablet that enrols have this name.
    pub fn named(mut self, name: &str) -> Self {
        self.name = Some(name.to_owned());
        self
    }

    /// As a person types it in the workspace's folder.
    pub fn shown(&self) -> String {
        let program = self.programs.shown_path(&self.program);
        let words = self.words.iter().map(|word| quoted(word));
        std::iter::once(program)
            .chain(words)
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// Ready to be spawned.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.words).current_dir(&self.programs.root);
        if let Some(file) = self.clock.followed() {
            command.env(clock::VARIABLE, file);
        }
        if let Some(name) = &self.name {
            command.env("TABLET_NAME", name);
        }
        command
    }

    /// Prints the line and gives the answer to it with `--json`.
    /// Errors: `refused` with what it said, `no_answer` when that is no JSON, `interrupted`.
    pub fn json(&self) -> Result<Value, RunError> {
        println!("$ {}", self.shown());
        self.quiet_json()
    }

    /// As `json`, without printing the line: for the many calls that are all alike.
    pub fn quiet_json(&self) -> Result<Value, RunError> {
        self.quiet_json_of("")
    }

    /// As `quiet_json`, with this on its standard input.
    pub fn quiet_json_of(&self, input: &str) -> Result<Value, RunError> {
        let output = self.output(&["--json"], input)?;
        serde_json::from_slice(&output).map_err(|_| self.no_answer("JSON"))
    }

    /// The answer of a command that prints a JSON document on each line, without printing the line that was typed.
    pub fn quiet_rows(&self) -> Result<Vec<Value>, RunError> {
        let output = self.output(&[], "")?;
        let lines = output.split(|byte| *byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_slice(line).map_err(|_| self.no_answer("JSON")))
            .collect()
    }

    fn output(&self, more: &[&str], input: &str) -> Result<Vec<u8>, RunError> {
        let not_started = |source| RunError::NotStarted {
            program: self.program.display().to_string(),
            source,
        };
        let mut child = self
            .command()
            .args(more)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(not_started)?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not read it says why it ended.
            let _unread = stdin.write_all(input.as_bytes());
        }
        let output = child.wait_with_output().map_err(not_started)?;
        self.programs.go_on()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(RunError::Refused {
                command: self.shown(),
                said: said.trim().replace('\n', "; "),
            });
        }
        Ok(output.stdout)
    }

    /// A text in the answer to it, printing the line. Errors: `no_answer` where it is not there.
    pub fn text(&self, field: &str) -> Result<String, RunError> {
        let answer = self.json()?;
        let text = answer[field].as_str().map(str::to_owned);
        text.ok_or_else(|| self.no_answer(field))
    }

    /// The error of an answer that lacks something.
    pub fn no_answer(&self, expected: &str) -> RunError {
        RunError::NoAnswer {
            command: self.shown(),
            expected: expected.to_owned(),
        }
    }
}

/// A word in single quotes where a shell would take it apart.
fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:=,@%+".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_command_can_be_typed_again() {
        let root = Path::new("here");
        let stop = Arc::new(AtomicBool::new(false));
        let folder = root.join("demo-data");
        let programs = Programs::new(root.join("target/debug"), folder, root, stop, None);
        let call = programs.office(&["person", "add", "--name", "Siti Nur'aeni"]);
        assert_eq!(
            call.shown(),
            "target/debug/sync-server person add --name 'Siti Nur'\\''aeni' --campaign CRB-2019 --data demo-data/office"
        );
    }

    #[test]
    fn an_interruption_stops_between_two_commands() {
        let stop = Arc::new(AtomicBool::new(true));
        let here = std::env::temp_dir();
        let programs = Programs::new("/bin".into(), here.clone(), &here, stop, None);
        assert_eq!(programs.go_on().unwrap_err().code(), "interrupted");
    }
}
