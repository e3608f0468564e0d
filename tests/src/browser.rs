//! A person at the office's pages, as a browser speaks for them: a cookie, an origin, JSON, and events.

use crate::answer::{Answer, ValueExt};
use crate::http::{self, Reply};
use crate::office::{CAMPAIGN, Office};
use crate::wait;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::sync::mpsc::{Receiver, channel};

/// Every story's password.
pub const PASSWORD: &str = "kopi tubruk pagi";

impl Office {
    /// Adds a person with a log-in for the pages, the password on stdin as an operator gives it, and gives the id.
    #[track_caller]
    pub fn person_with_login(&self, name: &str, role: &str, markets: &str, login: &str) -> String {
        let mut args = vec![
            "person",
            "add",
            "--campaign",
            CAMPAIGN,
            "--name",
            name,
            "--role",
            role,
        ];
        if !markets.is_empty() {
            args.extend(["--markets", markets]);
        }
        args.extend(["--login", login, "--password-stdin"]);
        self.json_with_stdin(&args, PASSWORD)["person_id"]
            .text()
            .to_owned()
    }

    /// An admin command that reads its standard input.
    #[track_caller]
    pub fn json_with_stdin(&self, args: &[&str], input: &str) -> Value {
        let mut command = self.command(args);
        command.arg("--json");
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut stdin = child.stdin.take().expect("piped");
        stdin.write_all(input.as_bytes()).expect("stdin is read");
        drop(stdin);
        let output = child.wait_with_output().expect("the program ends");
        let answer = Answer {
            command: args.join(" "),
            exit: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            took: std::time::Duration::ZERO,
        };
        answer.ok().json()
    }
}

/// One browser; it may be signed in.
#[derive(Clone, Debug)]
pub struct Browser {
    address: String,
    /// `name=value`, once the server has set it.
    pub cookie: Option<String>,
    /// What a proxy on the server's machine would say of it.
    pub forwarded_for: Option<String>,
}

impl Browser {
    pub fn new(office: &Office) -> Self {
        Self {
            address: office.address(),
            cookie: None,
            forwarded_for: None,
        }
    }

    /// A browser whose person is signed in.
    #[track_caller]
    pub fn signed_in(office: &Office, login: &str) -> Self {
        let mut browser = Self::new(office);
        let reply = browser.sign_in(login, PASSWORD);
        assert_eq!(reply.status, 200, "{}", reply.json());
        browser
    }

    pub fn sign_in(&mut self, login: &str, password: &str) -> Reply {
        let reply = self.change(
            "POST",
            "/api/session",
            &json!({ "login": login, "password": password }),
        );
        if let Some(set) = reply.message.header("set-cookie") {
            self.cookie = set.split(';').next().map(str::to_owned);
        }
        reply
    }

    pub fn get(&self, path: &str) -> Reply {
        let cookie = self.cookie.clone().unwrap_or_default();
        let headers: Vec<(&str, &str)> = match self.cookie {
            Some(_) => vec![("Cookie", &cookie)],
            None => vec![],
        };
        http::send(&self.address, "GET", path, &headers, b"").expect("the server answers")
    }

    /// What must be answered with 200.
    #[track_caller]
    pub fn ask(&self, path: &str) -> Value {
        let reply = self.get(path);
        assert_eq!(
            reply.status,
            200,
            "{path}: {}",
            String::from_utf8_lossy(&reply.content)
        );
        reply.json()
    }

    /// A change as the page sends it; whatever the answer.
    pub fn change(&self, method: &str, path: &str, body: &Value) -> Reply {
        let origin = format!("http://{}", self.address);
        let cookie = self.cookie.clone().unwrap_or_default();
        let forwarded = self.forwarded_for.clone().unwrap_or_default();
        let mut headers = vec![
            ("Origin", origin.as_str()),
            ("Content-Type", "application/json"),
        ];
        if self.cookie.is_some() {
            headers.push(("Cookie", &cookie));
        }
        if self.forwarded_for.is_some() {
            headers.push(("X-Forwarded-For", &forwarded));
        }
        let body = body.to_string();
        http::send(&self.address, method, path, &headers, body.as_bytes())
            .expect("the server answers")
    }

    /// A verdict that must be carried out.
    #[track_caller]
    pub fn judge(&self, verdict: Value) -> Value {
        let reply = self.change("POST", "/api/review", &verdict);
        assert_eq!(reply.status, 200, "{verdict}: {}", reply.json());
        reply.json()
    }

    /// The visit on the page of a day, present one without a date.
    #[track_caller]
    pub fn visit(&self, id: &str) -> Value {
        let day = self.ask("/api/day");
        let found = day["visits"].list().iter().find(|v| v["visit_id"] == id);
        found.unwrap_or_else(|| panic!("{id} in {day}")).clone()
    }

    /// Waits until the visit looks so.
    pub fn until_visit(&self, id: &str, what: &str, seen: impl Fn(&Value) -> bool) -> Value {
        wait::until(what, || Some(self.visit(id)).filter(&seen))
    }

    /// Every event from now on.
    pub fn events(&self) -> Receiver<Value> {
        let mut stream = TcpStream::connect(&self.address).expect("the server listens");
        let request = format!(
            "GET /api/events HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n",
            self.address,
            self.cookie.clone().unwrap_or_default()
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
}
