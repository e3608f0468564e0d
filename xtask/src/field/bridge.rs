//! A page's way to a running `tablet ui`, as far as the demonstration needs it: in with the token, then commands.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::run::RunError;

/// Longest wait for an answer: hashing a PIN is slow on purpose.
const PATIENCE: Duration = Duration::from_secs(30);

/// A page that was let in.
#[derive(Debug)]
pub struct Page {
    /// `127.0.0.1:PORT`.
    host: String,
    cookie: String,
}

impl Page {
    /// Uses the address with its token, which is good once. Errors: `no_answer` when it is not taken.
    pub fn open(url: &str) -> Result<Self, RunError> {
        let (host, path) = parts(url);
        let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let answer = ask(&host, &request)?;
        let cookie = header(&answer, "set-cookie").and_then(|cookie| cookie.split(';').next());
        let cookie = cookie.ok_or_else(|| refused(&host, "a cookie"))?.to_owned();
        Ok(Self { host, cookie })
    }

    /// Gives a command and takes its reply. Errors: `no_answer` when it fails.
    pub fn invoke(&self, command: &Value) -> Result<Value, RunError> {
        let Self { host, cookie } = self;
        let body = command.to_string();
        let request = format!(
            "POST /invoke HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = ask(host, &request)?;
        let reply = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        match serde_json::from_str(reply) {
            Ok(reply) if answer.starts_with("HTTP/1.1 200") => Ok(reply),
            _ => Err(refused(host, "reply")),
        }
    }

    /// Gives everybody on the tablet this PIN.
    pub fn set_pins(&self, pin: &str) -> Result<(), RunError> {
        let session = self.invoke(&json!({ "command": "session" }))?;
        let people = session["people"].as_array().cloned().unwrap_or_default();
        for person in people.iter().filter(|person| person["has_pin"] == false) {
            self.invoke(
                &json!({ "command": "set_pin", "person": person["person_id"], "pin": pin }),
            )?;
        }
        Ok(())
    }
}

fn ask(host: &str, request: &str) -> Result<String, RunError> {
    let talk = || -> std::io::Result<String> {
        let mut line = TcpStream::connect(host)?;
        line.set_read_timeout(Some(PATIENCE))?;
        line.write_all(request.as_bytes())?;
        let mut answer = Vec::new();
        line.read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    };
    talk().map_err(|_| refused(host, "answer"))
}

fn refused(host: &str, expected: &str) -> RunError {
    RunError::NoAnswer {
        command: format!("http://{host}"),
        expected: expected.to_owned(),
    }
}

/// Host with port, and the rest with its slash.
fn parts(url: &str) -> (String, String) {
    let plain = url.trim_start_matches("http://");
    let (host, path) = plain.split_once('/').unwrap_or((plain, ""));
    (host.to_owned(), format!("/{path}"))
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    let head = answer.split("\r\n\r\n").next()?;
    head.lines()
        .filter_map(|line| line.split_once(':'))
        .find(|(found, _)| found.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_a_path_with_its_token() {
        let parts = parts("http://127.0.0.1:4711/?token=ab");
        assert_eq!(
            parts,
            ("127.0.0.1:4711".to_owned(), "/?token=ab".to_owned())
        );
    }

    #[test]
    fn a_header_is_found_in_any_case_and_never_in_the_body() {
        let answer = "HTTP/1.1 200 OK\r\nSet-Cookie: tablet-1=x; Path=/\r\n\r\nlocation: y";
        assert_eq!(header(answer, "set-cookie"), Some("tablet-1=x; Path=/"));
        assert_eq!(header(answer, "location"), None);
    }
}
