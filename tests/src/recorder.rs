//! `tablet record` with its standard input kept open: visits as JSON lines, an answer for each.

use crate::answer::{gone, shown};
use crate::wait::PATIENCE;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

/// A running `tablet record`; killed by its id when it leaves scope.
#[derive(Debug)]
pub struct Recorder {
    child: Child,
    stdin: Option<ChildStdin>,
    answers: Receiver<String>,
}

impl Recorder {
    /// Starts it.
    pub fn open(mut command: Command) -> Self {
        let what = shown(&command);
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        let stdin = child.stdin.take();
        let stdout = child.stdout.take().expect("piped");
        let (said, answers) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if said.send(line).is_err() {
                    break;
                }
            }
        });
        Self {
            child,
            stdin,
            answers,
        }
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Sends a line without waiting; false when the process is gone.
    pub fn send(&mut self, line: &Value) -> bool {
        self.send_raw(&line.to_string())
    }

    /// Sends a line of any text without waiting; false when the process is gone.
    pub fn send_raw(&mut self, line: &str) -> bool {
        let Some(stdin) = &mut self.stdin else {
            return false;
        };
        stdin
            .write_all(format!("{line}\n").as_bytes())
            .and_then(|()| stdin.flush())
            .is_ok()
    }

    /// The next answer; `None` when the process ended before giving one.
    pub fn answer(&self) -> Option<Value> {
        let line = self.answers.recv_timeout(PATIENCE).ok()?;
        Some(serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}")))
    }

    /// An answer that is already there, without waiting.
    pub fn answer_now(&self) -> Option<Value> {
        let line = self.answers.try_recv().ok()?;
        // A line that was cut by a kill is no answer.
        serde_json::from_str(&line).ok()
    }

    /// Sends one visit and waits for its answer.
    #[track_caller]
    pub fn visit(&mut self, trader: &str, outcome: &str) -> Value {
        self.say(&json!({ "trader": trader, "outcome": outcome }))
    }

    /// Sends one line and waits for its answer.
    #[track_caller]
    pub fn say(&mut self, line: &Value) -> Value {
        assert!(self.send(line), "record is gone");
        self.answer()
            .unwrap_or_else(|| panic!("no answer to {line}"))
    }

    /// Kills it at once and gives every answer that had left it.
    pub fn kill9(mut self) -> Vec<Value> {
        let _ = self.child.kill();
        let _ = self.child.wait();
        // The reader sees the end of the pipe, so this ends too.
        self.answers
            .iter()
            .filter_map(|line| serde_json::from_str(&line).ok())
            .collect()
    }

    /// Ends its input and waits for its end.
    pub fn close(mut self) -> Option<i32> {
        self.stdin = None;
        gone(&mut self.child, "record ends with its input")
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
