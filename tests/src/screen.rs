//! A screen without a monitor: an X server of the story's own, gone with it.

use crate::answer::shown;
use crate::programs;
use crate::wait::PATIENCE;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;

/// As wide and high as a tablet held upright, and a little more.
const SIZE: &str = "1024x1280x24";

/// A running `Xvfb`; killed by its id when it leaves scope.
#[derive(Debug)]
pub struct Screen {
    child: Child,
    /// What programs find it by: `:7`.
    pub name: String,
}

impl Screen {
    /// Starts it on a number that is free.
    pub fn new() -> Self {
        programs::need("Xvfb");
        let mut command = Command::new("Xvfb");
        command.args(["-displayfd", "1", "-screen", "0", SIZE]);
        command.args(["-nolisten", "tcp", "-noreset"]);
        let what = shown(&command);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        let stdout = child.stdout.take().expect("piped");
        let (ready, number) = channel();
        std::thread::spawn(move || {
            let line = BufReader::new(stdout).lines().next();
            drop(ready.send(line.and_then(Result::ok)));
        });
        match number.recv_timeout(PATIENCE) {
            Ok(Some(number)) => Self {
                child,
                name: format!(":{}", number.trim()),
            },
            _ => {
                let _ = child.kill();
                let _ = child.wait();
                panic!("no screen: {what}");
            }
        }
    }
}

impl Default for Screen {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
