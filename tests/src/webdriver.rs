//! The W3C WebDriver protocol, as far as the stories need it: plain HTTP to `WebKitWebDriver`, which joins a window that the
//! story started itself, so that the story knows how it ended.

use crate::answer::gone;
use crate::http;
use crate::programs;
use crate::wait;
use serde_json::{Value, json};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The key under which the protocol names an element.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A program with a window and the driver that touches it; both are killed by their ids when it leaves scope.
#[derive(Debug)]
pub struct WebDriver {
    program: Child,
    child: Child,
    address: String,
    session: String,
}

impl WebDriver {
    /// Starts `program` on a screen. `environment`: what the program finds beside ours.
    pub fn start(program: &Path, screen: &str, environment: &[(&str, &Path)]) -> Self {
        programs::need("WebKitWebDriver");
        let (inspector, address) = (free_address(), free_address());
        let port = address.rsplit(':').next().unwrap_or_default();
        let program = quiet(Command::new(program).envs(environment.iter().copied()))
            .env("DISPLAY", screen)
            .env_remove("WAYLAND_DISPLAY")
            // Without both of them the window cannot be joined, and the session never begins.
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("WEBKIT_INSPECTOR_SERVER", &inspector)
            .spawn()
            .unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let mut driver = Command::new("WebKitWebDriver");
        driver.args(["--host=127.0.0.1", &format!("--port={port}")]);
        driver.arg(format!("--target={inspector}"));
        let child = quiet(&mut driver).spawn().expect("the driver starts");
        let mut driver = Self {
            program,
            child,
            address,
            session: String::new(),
        };
        for address in [&inspector, &driver.address] {
            wait::until("the window and its driver listen", || {
                TcpStream::connect(address).ok()
            });
        }
        let begun = driver.command("POST", "/session", &json!({ "capabilities": {} }));
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
    pub fn program_pid(&self) -> u32 {
        self.program.id()
    }

    /// Waits for the end of the window's process and gives its exit code, if it ended by itself.
    pub fn ended(mut self) -> Option<i32> {
        gone(&mut self.program, "the window's process ends")
    }
}

impl Drop for WebDriver {
    fn drop(&mut self) {
        for child in [&mut self.program, &mut self.child] {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// A program that says nothing and is told nothing.
fn quiet(command: &mut Command) -> &mut Command {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null());
    command.stderr(Stdio::null())
}

/// A port that nobody had a moment ago; neither window nor driver can choose one itself.
fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("a bound port").to_string()
}
