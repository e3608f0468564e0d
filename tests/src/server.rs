//! One running `sync-server serve`.

use crate::answer::{gone, shown, signal};
use crate::wait::PATIENCE;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;

/// A server process; killed by its id when it leaves scope.
#[derive(Debug)]
pub struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// Starts it and waits for the line that names its address. Its log goes to `log`.
    pub fn start(mut command: Command, log: &Path) -> Self {
        let what = shown(&command);
        let log_file = File::options()
            .create(true)
            .append(true)
            .open(log)
            .expect("a log can be written");
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log_file)
            .spawn()
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        let stdout = child.stdout.take().expect("piped");
        let (ready, heard) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some((_, url)) = line.split_once("listening on ") {
                    let _ = ready.send(url.trim().to_owned());
                }
            }
        });
        let Ok(url) = heard.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            let _ = child.wait();
            let said = std::fs::read_to_string(log).unwrap_or_default();
            panic!("not ready: {what}\n{said}");
        };
        assert!(url.starts_with("http://"), "{url}");
        Self {
            child,
            url: url.trim_end_matches('/').to_owned(),
        }
    }

    /// `http://127.0.0.1:PORT`, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }

    /// Its process id.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Whether it still runs.
    pub fn alive(&mut self) -> bool {
        self.child
            .try_wait()
            .expect("a child can be asked")
            .is_none()
    }

    /// Takes the power away: SIGKILL.
    pub fn kill9(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to stop (SIGTERM) and waits: it must end by itself with 0.
    pub fn stop(mut self) {
        signal(self.child.id(), "TERM");
        assert_eq!(
            gone(&mut self.child, "the server stops on SIGTERM"),
            Some(0),
            "a clean stop ends with 0"
        );
    }

    /// The memory it holds now (resident set), in KiB.
    pub fn memory_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))
            .unwrap_or_default();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap_or_default();
        line.split_whitespace()
            .nth(1)
            .and_then(|kib| kib.parse().ok())
            .unwrap_or(0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
