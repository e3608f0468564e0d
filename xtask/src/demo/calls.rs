//! Calling our two programs as a person would: each command is printed so that it can be typed again.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::Value;

use crate::run::RunError;

/// Where the programs are, where the demonstration lives, and whether it is to stop.
#[derive(Debug)]
pub struct Programs {
    binaries: PathBuf,
    folder: PathBuf,
    root: PathBuf,
    stop: Arc<AtomicBool>,
}

impl Programs {
    pub fn new(binaries: PathBuf, folder: PathBuf, root: &Path, stop: Arc<AtomicBool>) -> Self {
        Self {
            binaries,
            folder,
            root: root.to_path_buf(),
            stop,
        }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// True once Ctrl-C was pressed or the process was asked to end.
    pub fn stop(&self) -> &AtomicBool {
        &self.stop
    }

    /// The server's data folder.
    pub fn office_data(&self) -> PathBuf {
        self.folder.join("office")
    }

    /// A path as one types it in the workspace's folder.
    pub fn shown_path(&self, path: &Path) -> String {
        let short = path.strip_prefix(&self.root).unwrap_or(path);
        short.display().to_string()
    }

    /// A command line of `sync-server` over the demonstration's data, without `--json`.
    pub fn office(&self, words: &[&str]) -> Call<'_> {
        let data = self.office_data();
        self.call("sync-server", words, "--data", &data)
    }

    /// A command line of `tablet` over one home, without `--json`.
    pub fn tablet(&self, home: &Path, words: &[&str]) -> Call<'_> {
        self.call("tablet", words, "--home", home)
    }

    fn call(&self, program: &str, words: &[&str], option: &str, place: &Path) -> Call<'_> {
        let mut words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        words.extend([option.to_owned(), self.shown_path(place)]);
        Call {
            programs: self,
            program: self.binaries.join(program),
            words,
        }
    }

    fn go_on(&self) -> Result<(), RunError> {
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
}

impl Call<'_> {
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
        let output = self
            .command()
            .arg("--json")
            .stdin(Stdio::null())
            .output()
            .map_err(|source| RunError::NotStarted {
                program: self.program.display().to_string(),
                source,
            })?;
        self.programs.go_on()?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            return Err(RunError::Refused {
                command: self.shown(),
                said: said.trim().replace('\n', "; "),
            });
        }
        serde_json::from_slice(&output.stdout).map_err(|_| self.no_answer("JSON"))
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
        let programs = Programs::new(root.join("target/debug"), folder, root, stop);
        let call = programs.office(&["person", "add", "--name", "Siti Nur'aeni"]);
        assert_eq!(
            call.shown(),
            "target/debug/sync-server person add --name 'Siti Nur'\\''aeni' --data demo-data/office"
        );
    }

    #[test]
    fn an_interruption_stops_between_two_commands() {
        let stop = Arc::new(AtomicBool::new(true));
        let here = std::env::temp_dir();
        let programs = Programs::new("/bin".into(), here.clone(), &here, stop);
        assert_eq!(programs.go_on().unwrap_err().code(), "interrupted");
    }
}
