//! The pages' door of a tablet: `tablet ui` as a browser sees it.

use crate::answer::{gone, shown, signal};
use crate::http::{self, Reply};
use crate::tablet::Tablet;
use crate::wait::{self, PATIENCE};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

/// A running bridge and the one page that holds its cookie; killed by its id when it leaves scope.
#[derive(Debug)]
pub struct Bridge {
    child: Child,
    address: String,
    token: String,
    cookie: String,
}

impl Bridge {
    /// Starts it over a tablet's home and enters with the token.
    pub fn open(tablet: &Tablet) -> Self {
        let mut bridge = Self::start(tablet.command(&["ui"]));
        bridge.enter();
        bridge
    }

    /// Starts it; nobody has entered yet.
    pub fn start(mut command: Command) -> Self {
        let what = shown(&command);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        let stdout = child.stdout.take().expect("piped");
        let (ready, heard) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if let Some((_, url)) = line.split_once("listening on http://") {
                    let _ = ready.send(url.trim().to_owned());
                }
            }
        });
        let Ok(url) = heard.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            let _ = child.wait();
            panic!("not ready: {what}");
        };
        let (address, token) = url.split_once("/?token=").expect("an address with a token");
        Self {
            child,
            address: address.to_owned(),
            token: token.to_owned(),
            cookie: String::new(),
        }
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> &str {
        &self.address
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Opens the address with the token and keeps the cookie.
    #[track_caller]
    pub fn enter(&mut self) -> Reply {
        let reply = self.get(&format!("/?token={}", self.token), &[]);
        let set = reply.message.header("set-cookie").expect("a cookie");
        self.cookie = set.split(';').next().unwrap_or_default().to_owned();
        reply
    }

    pub fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        http::send(&self.address, "GET", path, headers, b"").expect("the bridge answers")
    }

    /// Asks as the page does; whatever the answer.
    pub fn ask(&self, command: &Value) -> Reply {
        let origin = format!("http://{}", self.address);
        let headers = [
            ("Origin", origin.as_str()),
            ("Content-Type", "application/json"),
            ("Cookie", self.cookie.as_str()),
            ("Sec-Fetch-Site", "same-origin"),
        ];
        let body = command.to_string();
        http::send(&self.address, "POST", "/invoke", &headers, body.as_bytes())
            .expect("the bridge answers")
    }

    /// Asks for something that must succeed.
    #[track_caller]
    pub fn invoke(&self, command: Value) -> Value {
        let reply = self.ask(&command);
        let answer = reply.json();
        assert_eq!(reply.status, 200, "{command}: {answer}");
        assert!(answer["error"].is_null(), "{command}: {answer}");
        answer
    }

    /// Asks for something that must fail, and gives its code.
    #[track_caller]
    pub fn refused(&self, command: Value) -> String {
        self.refusal(command)["error"]["code"]
            .as_str()
            .expect("a code")
            .to_owned()
    }

    /// The whole document of a failure. It is an answer like any other: 4xx would be a fault of the page.
    #[track_caller]
    pub fn refusal(&self, command: Value) -> Value {
        let reply = self.ask(&command);
        assert_eq!(reply.status, 200, "{command}: {}", reply.json());
        let answer = reply.json();
        for part in ["code", "message", "hint", "sentence_id", "sentence_en"] {
            let text = answer["error"][part].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{part}: {answer}");
        }
        answer
    }

    /// Makes a person's PIN and unlocks with it.
    #[track_caller]
    pub fn first_unlock(&self, person: &str, pin: &str) {
        self.invoke(json!({ "command": "set_pin", "person": person, "pin": pin }));
        self.unlock(person, pin);
    }

    #[track_caller]
    pub fn unlock(&self, person: &str, pin: &str) {
        self.invoke(json!({ "command": "unlock", "person": person, "pin": pin }));
    }

    #[track_caller]
    pub fn session(&self) -> Value {
        self.invoke(json!({ "command": "session" }))
    }

    /// Waits until the session looks so.
    pub fn until(&self, what: &str, seen: impl Fn(&Value) -> bool) -> Value {
        wait::until(what, || Some(self.session()).filter(&seen))
    }

    /// Every event from now on.
    pub fn events(&self) -> Receiver<Value> {
        let mut stream = TcpStream::connect(&self.address).expect("the bridge listens");
        let request = format!(
            "GET /events HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nSec-Fetch-Site: same-origin\r\n\r\n",
            self.address, self.cookie
        );
        stream.write_all(request.as_bytes()).expect("a request");
        let (tell, heard) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                let event = line.strip_prefix("data: ").map(serde_json::from_str);
                if let Some(Ok(event)) = event
                    && tell.send(event).is_err()
                {
                    break;
                }
            }
        });
        heard
    }

    /// Takes the power away: SIGKILL.
    pub fn kill9(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to stop (SIGTERM): it must end by itself with 0.
    pub fn stop(mut self) {
        signal(self.child.id(), "TERM");
        assert_eq!(
            gone(&mut self.child, "the bridge stops on SIGTERM"),
            Some(0)
        );
    }
}

impl Drop for Bridge {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
