//! Errors of the disk: `strace` makes the k-th call of a program fail.

use crate::answer::{drain, gone, signal};
use crate::chance::{Chance, is_long};
use crate::{programs, wait};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A call, and the error that it ends with.
pub type Failure = (&'static str, &'static str);

/// Which calls of a kind fail: all of them, one after the other, or in the short form one of each so many.
#[derive(Debug)]
pub struct Kth {
    pub failure: Failure,
    k: usize,
    step: usize,
}

impl Kth {
    pub fn of(failure: Failure, chance: &mut Chance) -> Self {
        let step = if is_long() { 1 } else { 9 };
        Self {
            failure,
            k: 1 + chance.below(step),
            step,
        }
    }

    /// The next one.
    pub fn go_on(&mut self) {
        self.k += self.step;
    }

    fn strace(&self, log: &Path) -> Command {
        programs::need("strace");
        let (call, error) = self.failure;
        let mut command = Command::new("strace");
        command
            .args(["-f", "-e", "signal=none", "-e"])
            .arg(format!("trace={call}"))
            .arg("-e")
            .arg(format!("inject={call}:error={error}:when={}", self.k))
            .arg("-o")
            .arg(log);
        command
    }

    /// A command whose call fails, counted among those to these files and folders: others speak to people and to the network.
    pub fn over(&self, command: &Command, files: &[PathBuf], log: &Path) -> Command {
        let mut strace = self.strace(log);
        for file in files {
            strace.arg("-P").arg(file);
        }
        strace.arg(command.get_program()).args(command.get_args());
        strace
    }

    /// Lets a call of a process that runs already fail.
    pub fn attach(&self, pid: u32, log: &Path) -> Attached {
        attached(self.strace(log), pid, log)
    }
}

/// A disk that takes so long to say that something is on it, for a process that runs already.
pub fn slow_disk(pid: u32, each: Duration, log: &Path) -> Attached {
    programs::need("strace");
    let mut command = Command::new("strace");
    command
        .args([
            "-f",
            "-e",
            "signal=none",
            "-e",
            "trace=fsync,fdatasync",
            "-e",
        ])
        .arg(format!(
            "inject=fsync,fdatasync:delay_enter={}",
            each.as_micros()
        ))
        .arg("-o")
        .arg(log);
    attached(command, pid, log)
}

/// Puts `strace`, with its arguments and with `log` as its output, on a process that runs already.
pub fn attached(mut strace: Command, pid: u32, log: &Path) -> Attached {
    let mut child = strace
        .args(["-p", &pid.to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("strace starts");
    let said = drain(child.stderr.take().expect("piped"));
    wait_until_watched(pid);
    Attached {
        child,
        said: Some(said),
        log: log.to_owned(),
    }
}

impl std::fmt::Display for Kth {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (call, error) = self.failure;
        write!(f, "{error} at {call} number {}", self.k)
    }
}

/// Every thread of a process is watched, or a call of it would be missed.
pub fn wait_until_watched(pid: u32) {
    wait::until("strace is attached", || {
        let threads = std::fs::read_dir(format!("/proc/{pid}/task")).ok()?;
        let is_watched = |thread: std::fs::DirEntry| {
            let status = std::fs::read_to_string(thread.path().join("status"));
            let status = status.unwrap_or_default();
            let tracer = status.lines().find(|line| line.starts_with("TracerPid:"));
            tracer.is_some_and(|line| !line.ends_with("\t0"))
        };
        threads.flatten().all(is_watched).then_some(())
    });
}

/// Whether a call failed because of us.
pub fn has_struck(log: &Path) -> bool {
    std::fs::read_to_string(log).is_ok_and(|text| text.contains("(INJECTED)"))
}

/// A process whose calls may fail.
#[derive(Debug)]
pub struct Attached {
    child: Child,
    said: Option<std::thread::JoinHandle<String>>,
    log: PathBuf,
}

impl Attached {
    /// Lets the process go; whether a call had failed.
    pub fn end(mut self) -> bool {
        signal(self.child.id(), "INT");
        gone(&mut self.child, "strace ends");
        drop(self.said.take().map(std::thread::JoinHandle::join));
        has_struck(&self.log)
    }
}

impl Drop for Attached {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
