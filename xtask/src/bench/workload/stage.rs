//! The server, the counting line and the tablets' folders of one run, and the steps that are played on them.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tempfile::TempDir;
use whole_system_tests::{Proxy, server::Server};

use super::make::Workload;
use crate::watch::{cpu_ms, peak_kib};
use crate::world::{Traffic, take_traffic};

/// How a step went.
#[derive(Debug, Default)]
pub struct Played {
    /// What the step says itself: `wall`, `cpu`, `rss` and more.
    pub result: Value,
    /// From before its process started to its end.
    pub took: Duration,
    pub traffic: Traffic,
    /// Computing time of the server meanwhile, in milliseconds.
    pub server_cpu_ms: f64,
}

impl Played {
    /// Seconds, opening the folder to durable and closed.
    pub fn seconds(&self) -> f64 {
        self.number("wall") / 1_000.0
    }

    pub fn number(&self, name: &str) -> f64 {
        self.result[name].as_f64().unwrap_or(0.0)
    }

    pub fn both_ways_kib(&self) -> f64 {
        (self.traffic.up + self.traffic.down) as f64 / 1_024.0
    }
}

/// Everything of one run, gone with it.
pub struct Stage {
    folder: TempDir,
    server: Option<Server>,
    proxy: Proxy,
}

impl Stage {
    /// Writes the workload's files and starts the server on an empty folder.
    pub fn new(workload: &Workload) -> Self {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("{error}"));
        for name in ["workload", "server"] {
            let made = std::fs::create_dir(folder.path().join(name));
            assert!(made.is_ok(), "{made:?}");
        }
        let written = workload.write(&folder.path().join("workload"));
        assert!(written.is_ok(), "{written:?}");
        let mut stage = Self {
            proxy: Proxy::to("127.0.0.1:9"),
            server: None,
            folder,
        };
        stage.serve();
        stage
    }

    /// Starts the server, again on its own files where it ran before.
    pub fn serve(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
        let command = self.command("serve", "{}");
        let server = Server::start(command, &self.folder.path().join("server.log"));
        self.proxy.set_upstream(server.address());
        self.server = Some(server);
    }

    /// The folder of a tablet.
    pub fn home(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn server_peak_mib(&self) -> f64 {
        peak_kib(self.server_pid()) as f64 / 1_024.0
    }

    /// Plays a step on a tablet's folder, in a process of its own.
    pub fn play(&self, step: &str, tablet: &str, device: usize) -> Played {
        self.play_with(step, tablet, json!({ "device": device }))
    }

    /// The same with more arguments.
    pub fn play_with(&self, step: &str, tablet: &str, mut arguments: Value) -> Played {
        arguments["dir"] = json!(self.home(tablet));
        arguments["port"] = json!(port_of(&self.proxy.url()));
        take_traffic(&self.proxy);
        let (cpu_before, began) = (cpu_ms(self.server_pid()), Instant::now());
        let output = self.command(step, &arguments.to_string()).output();
        let took = began.elapsed();
        let output = output.unwrap_or_else(|error| panic!("{step}: {error}"));
        let said = String::from_utf8_lossy(&output.stdout);
        let result = said.lines().find_map(|line| line.strip_prefix("RESULT "));
        let failed = || {
            panic!(
                "{step} {tablet}: {}",
                String::from_utf8_lossy(&output.stderr)
            )
        };
        Played {
            result: result.map_or_else(failed, |text| {
                serde_json::from_str(text).unwrap_or_default()
            }),
            took,
            traffic: take_traffic(&self.proxy),
            server_cpu_ms: (cpu_ms(self.server_pid()) - cpu_before) as f64,
        }
    }

    /// What a tablet holds, as text.
    pub fn dump(&self, tablet: &str) -> String {
        let out = self.folder.path().join("dump.json");
        self.play_with("dump", tablet, json!({ "out": out }));
        std::fs::read_to_string(&out).unwrap_or_default()
    }

    fn server_pid(&self) -> u32 {
        self.server.as_ref().map_or(0, Server::pid)
    }

    fn command(&self, step: &str, arguments: &str) -> Command {
        let program = std::env::current_exe().unwrap_or_else(|error| panic!("{error}"));
        let at = |name: &str| -> PathBuf { Path::new(self.folder.path()).join(name) };
        let mut command = Command::new(program);
        command
            .args(["peer", step, arguments])
            .env("WORKLOAD", at("workload"))
            .env("DIR", at("server"))
            .env("PORT", "0")
            .stdin(Stdio::null());
        command
    }
}

fn port_of(url: &str) -> u16 {
    let port = url.rsplit(':').next().and_then(|port| port.parse().ok());
    port.unwrap_or_default()
}
