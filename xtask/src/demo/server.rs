//! The running server of the demonstration: killed by its own id when it leaves scope, whatever happened.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::run::RunError;

use super::calls::Programs;

/// Longest wait for the server to be ready, and to end by itself.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server process.
#[derive(Debug)]
pub struct Server {
    child: Child,
    url: String,
}

impl Server {
    /// Starts it on a free port; the port of the last time if that is still free, because the tablets know that one.
    /// Errors: `refused` with the end of its log when it does not get ready.
    pub fn start(programs: &Programs) -> Result<Self, RunError> {
        let remembered = programs.folder().join("server-address");
        let address = std::fs::read_to_string(&remembered)
            .ok()
            .map(|text| text.trim().to_owned())
            .filter(|address| TcpListener::bind(address).is_ok())
            .unwrap_or_else(|| "127.0.0.1:0".to_owned());
        let log = programs.folder().join("server.log");
        let failed = |source| RunError::File {
            path: programs.shown_path(&log),
            source,
        };
        let log_file = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .map_err(failed)?;
        let call = programs.office(&["serve", "--listen", &address]);
        println!("$ {}", call.shown());
        let mut child = call
            .command()
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log_file)
            .spawn()
            .map_err(|source| RunError::NotStarted {
                program: "sync-server".to_owned(),
                source,
            })?;
        let stdout = child.stdout.take();
        // From here on dropping it ends the process.
        let mut server = Self {
            child,
            url: String::new(),
        };
        let (ready, heard) = mpsc::channel();
        std::thread::spawn(move || {
            for line in stdout
                .map(BufReader::new)
                .into_iter()
                .flat_map(BufRead::lines)
            {
                let Ok(line) = line else { break };
                if let Some((_, url)) = line.split_once("listening on ") {
                    let _nobody_waits = ready.send(url.trim().trim_end_matches('/').to_owned());
                }
            }
        });
        let Ok(url) = heard.recv_timeout(PATIENCE) else {
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            let last = said.lines().last().unwrap_or("it said nothing").to_owned();
            return Err(RunError::Refused {
                command: call.shown(),
                said: last,
            });
        };
        server.url = url;
        std::fs::write(&remembered, server.url.trim_start_matches("http://")).map_err(failed)?;
        println!("listening on {} (process {})", server.url, server.pid());
        Ok(server)
    }

    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Asks it to end and waits; what does not end is killed when it leaves scope.
    pub fn stop(mut self) {
        let asked = Command::new("kill")
            .args(["-TERM", &self.child.id().to_string()])
            .status();
        if !asked.is_ok_and(|status| status.success()) {
            return;
        }
        let started = Instant::now();
        while started.elapsed() < PATIENCE && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _already_gone = self.child.kill();
        let _already_gone = self.child.wait();
    }
}
