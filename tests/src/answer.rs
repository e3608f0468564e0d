//! What a program said: exit status, standard output and error, and short ways to read its JSON.

use crate::wait::{self, PATIENCE};
use serde_json::Value;
use std::io::Read;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::Duration;

/// The end of one command: how it was called and everything it said.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The command line, for messages.
    pub command: String,
    /// The exit status; `None` when a signal ended it.
    pub exit: Option<i32>,
    /// Standard output, as UTF-8.
    pub stdout: String,
    /// Standard error, as UTF-8.
    pub stderr: String,
    /// From start to end.
    pub took: Duration,
}

impl Answer {
    /// Runs a command to its end, with nothing on its standard input. Panics if it hangs.
    pub fn of(mut command: Command) -> Self {
        let shown = shown(&command);
        let started = std::time::Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{shown}: {error}"));
        let stdout = drain(child.stdout.take().expect("piped"));
        let stderr = drain(child.stderr.take().expect("piped"));
        let exit = wait_or_kill(&mut child, &shown);
        Self {
            command: shown,
            exit,
            stdout: stdout.join().expect("the reader does not panic"),
            stderr: stderr.join().expect("the reader does not panic"),
            took: started.elapsed(),
        }
    }

    /// The same answer, if the command did its work (exit 0).
    #[track_caller]
    pub fn ok(self) -> Self {
        assert_eq!(self.exit, Some(0), "{self}");
        self
    }

    /// The one JSON document on standard output.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("no JSON: {error}\n{self}"))
    }

    /// The code of a failure: asks for exit 1, a JSON error with code, message and hint, and words on stderr.
    #[track_caller]
    pub fn failure(&self) -> String {
        assert_eq!(self.exit, Some(1), "{self}");
        let error = &self.json()["error"];
        for part in ["code", "message", "hint"] {
            assert!(
                error[part].as_str().is_some_and(|text| !text.is_empty()),
                "error.{part}\n{self}"
            );
        }
        assert!(
            !self.stderr.trim().is_empty(),
            "stderr says nothing\n{self}"
        );
        error["code"].text().to_owned()
    }

    /// Asks that the command failed (exit 1) with exactly this code.
    #[track_caller]
    pub fn fails_with(&self, code: &str) {
        assert_eq!(self.failure(), code, "{self}");
    }
}

impl std::fmt::Display for Answer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "$ {}\nexit {:?} after {:?}\n--- stdout\n{}\n--- stderr\n{}",
            self.command, self.exit, self.took, self.stdout, self.stderr
        )
    }
}

/// Reads a pipe to its end beside the story, so that a talkative program never blocks.
pub fn drain(mut from: impl Read + Send + 'static) -> JoinHandle<String> {
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        // A pipe that breaks off simply ends: the exit status tells the rest.
        let _ = from.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// Waits for the end of a process; kills it and panics when it does not come.
pub fn wait_or_kill(child: &mut Child, shown: &str) -> Option<i32> {
    let started = std::time::Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child can be waited for") {
            return status.code();
        }
        if started.elapsed() > PATIENCE {
            let _ = child.kill();
            let _ = child.wait();
            panic!("still running after {PATIENCE:?}: {shown}");
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// Sends a signal by its name (`TERM`, `STOP`, `CONT`) to a process that the story started.
pub fn signal(pid: u32, name: &str) {
    let sent = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(pid.to_string())
        .status();
    assert!(
        sent.is_ok_and(|status| status.success()),
        "cannot send {name} to {pid}"
    );
}

/// Waits until a process is gone and gives its exit status.
pub fn gone(child: &mut Child, what: &str) -> Option<i32> {
    wait::until(what, || {
        child.try_wait().expect("a child can be waited for")
    })
    .code()
}

/// A command line as one would type it.
pub fn shown(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(
        command
            .get_args()
            .map(|arg| arg.to_string_lossy().into_owned()),
    );
    words.join(" ")
}

/// Reading JSON answers in a story, where a missing value is a failed story.
pub trait ValueExt {
    /// The text here.
    fn text(&self) -> &str;
    /// The whole number here.
    fn number(&self) -> u64;
    /// The list here.
    fn list(&self) -> &[Value];
}

impl ValueExt for Value {
    #[track_caller]
    fn text(&self) -> &str {
        self.as_str()
            .unwrap_or_else(|| panic!("text expected: {self}"))
    }
    #[track_caller]
    fn number(&self) -> u64 {
        self.as_u64()
            .unwrap_or_else(|| panic!("number expected: {self}"))
    }
    #[track_caller]
    fn list(&self) -> &[Value] {
        self.as_array()
            .unwrap_or_else(|| panic!("list expected: {self}"))
    }
}
