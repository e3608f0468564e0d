//! The W3C WebDriver protocol, as far as the stories need it: plain HTTP to `WebKitWebDriver`, which starts the window.

use crate::http;
use crate::programs;
use crate::wait;
use serde_json::{Value, json};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The key under which the protocol names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A driver and the one program that it runs; both are killed by their ids when it leaves scope.
#[derive(Debug)]
pub struct WebDriver {
    child: Child,
    address: String,
    session: String,
}

impl WebDriver {
    /// Starts `program` on a screen. `environment`: what the program finds beside ours.
    pub fn start(program: &Path, screen: &str, environment: &[(&str, &Path)]) -> Self {
        programs::need("WebKitWebDriver");
        let address = free_address();
        let port = address.rsplit(':').next().unwrap_or_default();
        let child = Command::new("WebKitWebDriver")
            .args(["--host=127.0.0.1", &format!("--port={port}")])
            .env("DISPLAY", screen)
            .env_remove("WAYLAND_DISPLAY")
            // Without it the window is never handed to the driver, and the session never begins.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the driver starts");
        let mut driver = Self {
            child,
            address,
            session: String::new(),
        };
        wait::until("the driver listens", || {
            TcpStream::connect(&driver.address).ok()
        });
        let options = json!({ "binary": program, "args": [] });
        let wanted = json!({ "alwaysMatch": { "webkitgtk:browserOptions": options } });
        let begun = driver.command("POST", "/session", &json!({ "capabilities": wanted }));
        let session = begun.expect("the window opens")["sessionId"].clone();
        driver.session = session.as_str().expect("a session").to_owned();
        driver
    }

    /// One command of the session, `/element` for example. Errors: the answer's code, `no such element` for example.
    pub fn ask(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        self.command(method, &format!("/session/{}{path}", self.session), body)
    }

    fn command(&self, method: &str, path: &str, body: &Value) -> Result<Value, String> {
        let kind = [("Content-Type", "application/json; charset=utf-8")];
        let body = if method == "GET" {
            String::new()
        } else {
            body.to_string()
        };
        let reply = http::send(&self.address, method, path, &kind, body.as_bytes());
        let reply = reply.map_err(|error| error.to_string())?;
        let value = reply.json()["value"].clone();
        match value["error"].as_str() {
            Some(code) if reply.status >= 400 => Err(code.to_owned()),
            _ => Ok(value),
        }
    }

    /// The first element of an XPath that is there now.
    pub fn find(&self, xpath: &str) -> Option<String> {
        let asked = json!({ "using": "xpath", "value": xpath });
        let found = self.ask("POST", "/element", &asked).ok()?;
        found[ELEMENT].as_str().map(str::to_owned)
    }

    /// Runs the body of a function in the page.
    pub fn run(&self, script: &str) -> Result<Value, String> {
        let asked = json!({ "script": script, "args": [] });
        self.ask("POST", "/execute/sync", &asked)
    }

    /// Runs the body of a function in the page and waits until it has called `done` with a value.
    pub fn run_later(&self, script: &str) -> Result<Value, String> {
        let script = format!("const done = arguments[arguments.length - 1]; {script}");
        let asked = json!({ "script": script, "args": [] });
        self.ask("POST", "/execute/async", &asked)
    }

    /// The process of the window.
    pub fn program_pid(&self) -> Option<u32> {
        let driver = self.child.id();
        let children = std::fs::read_to_string(format!("/proc/{driver}/task/{driver}/children"));
        let children = children.unwrap_or_default();
        children.split_whitespace().find_map(|pid| pid.parse().ok())
    }
}

impl Drop for WebDriver {
    fn drop(&mut self) {
        if let Some(pid) = self.program_pid() {
            let _ = Command::new("kill")
                .args(["-KILL", &pid.to_string()])
                .status();
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A port that nobody had a moment ago; the driver cannot choose one itself.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound port").to_string()
}
