//! A running `tablet record`: a visit on a line, and its id once it is on the disk.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::Value;

use crate::run::RunError;

use super::calls::Programs;
use super::team::Tablet;

/// A running `tablet record`; killed by its own id when it leaves scope.
#[derive(Debug)]
pub struct Recorder {
    child: Child,
    stdin: ChildStdin,
    answers: Lines<BufReader<ChildStdout>>,
    shown: String,
}

impl Recorder {
    /// Starts it. Errors: `not_started`.
    pub fn start(programs: &Programs, tablet: &Tablet) -> Result<Self, RunError> {
        let call = programs.on(tablet, &["record"]);
        let mut child = call
            .command()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|source| RunError::NotStarted {
                program: "tablet".to_owned(),
                source,
            })?;
        match (child.stdin.take(), child.stdout.take()) {
            (Some(stdin), Some(stdout)) => Ok(Self {
                child,
                stdin,
                answers: BufReader::new(stdout).lines(),
                shown: call.shown(),
            }),
            _ => Err(call.no_answer("line")),
        }
    }

    /// The visit's id once it is on disk. Errors: `refused` when it was not saved.
    pub fn save(&mut self, visit: &Value) -> Result<String, RunError> {
        let refused = |said: String| RunError::Refused {
            command: self.shown.clone(),
            said,
        };
        let sent = writeln!(self.stdin, "{visit}").and_then(|()| self.stdin.flush());
        sent.map_err(|error| refused(error.to_string()))?;
        let answer = self.answers.next().and_then(Result::ok).unwrap_or_default();
        let said: Value = serde_json::from_str(&answer).unwrap_or_default();
        let id = said["visit_id"].as_str().map(str::to_owned);
        id.ok_or_else(|| refused(format!("{visit} was answered with {answer:?}")))
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_gone = self.child.wait();
    }
}
