//! One POST to the server: what went over the line, what came back.

use super::problem;
use crate::error::{Result, SyncFault, TabletError};
use crate::store::meta::Token;
use grebeg_core::limits::ANSWER_WIRE_BYTES_MAX;
use reqwest::blocking::{Client, Request, Response};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, RETRY_AFTER,
};
use reqwest::{StatusCode, Url};
use std::io::Read;
use std::sync::mpsc;
use std::time::{Duration, Instant};

/// How long to wait for the beginning of an answer, the connection included.
pub const HEAD_WAIT: Duration = Duration::from_secs(9);
/// And for the whole of it: less than the 15 s that people wait.
const ANSWER_WAIT: Duration = Duration::from_secs(11);
/// However late it is, a question gets this long.
const SHORTEST_WAIT: Duration = Duration::from_secs(3);
/// An answer that brought so many bytes may take so long for the next as many.
const STEP_BYTES: usize = 4 << 10;
const STEP_WAIT: Duration = Duration::from_secs(4);
const PART_BYTES: usize = 16 << 10;

/// A received answer.
#[derive(Debug)]
pub struct Received {
    pub status: StatusCode,
    pub content_type: String,
    pub body: Vec<u8>,
    /// Seconds after which a busy server wants to be asked again.
    pub retry_after_s: Option<i64>,
    /// Bytes over the line, headings included.
    pub bytes_up: u64,
    pub bytes_down: u64,
}

/// The address of an endpoint. Plain HTTP is only taken on this machine. Errors: `tls`, `not_our_server`.
pub fn endpoint(server: &str, path: &str) -> Result<Url> {
    let wrong = |detail: &str| TabletError::sync(SyncFault::NotOurServer, detail);
    let text = format!("{}{path}", server.trim().trim_end_matches('/'));
    let url = Url::parse(&text).map_err(|_| wrong("the server's address cannot be read"))?;
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_loopback(&url) => Ok(url),
        "http" => Err(TabletError::sync(
            SyncFault::Tls,
            "the server's address is not secured (https)",
        )),
        _ => Err(wrong("the server's address is no web address")),
    }
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || bare
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

/// What is sent.
#[derive(Debug)]
pub struct Sending<'s> {
    pub url: Url,
    pub content_type: &'s str,
    pub token: Option<&'s Token>,
    pub body: Vec<u8>,
    /// When the answer has to be whole, unless it keeps coming; else [`ANSWER_WAIT`] after the question.
    pub by: Option<Instant>,
}

/// Sends and reads the whole answer, whatever its status. Errors: those of the line.
pub fn post(client: &Client, sending: Sending<'_>) -> Result<Received> {
    let length = sending.body.len();
    let now = Instant::now();
    let by = sending.by.unwrap_or(now + ANSWER_WAIT);
    let by = by.max(now + SHORTEST_WAIT);
    let mut request = client
        .post(sending.url)
        .header(CONTENT_TYPE, sending.content_type)
        .header(ACCEPT, sending.content_type)
        .body(sending.body);
    if let Some(token) = sending.token {
        request = request.header(AUTHORIZATION, format!("Bearer {}", token.0));
    }
    let request = request.build().map_err(|error| problem::of_line(&error))?;
    let host = request.url().host_str().map_or(0, |host| host.len() + 8);
    let line = request.url().path().len() + "POST  HTTP/1.1\r\n\r\nhost: \r\n".len();
    let lengths = "content-length: \r\n".len() + length.to_string().len();
    let bytes_up = headings(request.headers()) + line + host + lengths + length;
    let response = ask(client, request, HEAD_WAIT.min(by - now))?;
    receive(response, sending.content_type, bytes_up as u64, by)
}

/// Waits for the beginning of the answer. Not by the request's own time limit, which would end the whole answer with it,
/// however well it comes; the client's is for each step, and so ends what nobody waits for any more.
fn ask(client: &Client, request: Request, wait: Duration) -> Result<Response> {
    let (to, answers) = mpsc::sync_channel(1);
    let client = client.clone();
    // When nobody waits any more, nobody takes it.
    std::thread::spawn(move || drop(to.send(client.execute(request))));
    match answers.recv_timeout(wait) {
        Ok(answer) => answer.map_err(|error| problem::of_line(&error)),
        Err(_) => Err(problem::unreachable()),
    }
}

fn headings(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + 4)
        .sum()
}

/// Reads to the end; `None` when the line broke, or when the rest did not come in time. On a bad line a whole market takes
/// minutes and is worth them, a few bytes now and then are not.
fn read_body(
    mut from: impl Read + Send + 'static,
    mut by: Instant,
    step_wait: Duration,
) -> Option<Vec<u8>> {
    let (to, parts) = mpsc::sync_channel(4);
    // A read cannot be ended from outside; the thread ends with the line, or with what nobody takes any more.
    std::thread::spawn(move || {
        loop {
            let mut part = vec![0; PART_BYTES];
            let read = from.read(&mut part);
            part.truncate(*read.as_ref().unwrap_or(&0));
            let is_end = part.is_empty();
            if to.send(read.map(|_| part)).is_err() || is_end {
                return;
            }
        }
    });
    let mut body = Vec::new();
    let mut paid = 0;
    loop {
        let left = by.saturating_duration_since(Instant::now());
        let part = parts.recv_timeout(left).ok()?.ok()?;
        if part.is_empty() {
            return Some(body);
        }
        body.extend(part);
        if body.len() - paid >= STEP_BYTES {
            paid = body.len();
            by = by.max(Instant::now() + step_wait);
        }
    }
}

/// `form`: what an answer of ours calls itself. Only such a one is worth minutes.
fn receive(response: Response, form: &str, bytes_up: u64, by: Instant) -> Result<Received> {
    let status = response.status();
    let text = |name| {
        let value = response.headers().get(name)?;
        Some(value.to_str().ok()?.to_owned())
    };
    let content_type = text(CONTENT_TYPE).unwrap_or_default();
    let retry_after_s = text(RETRY_AFTER).and_then(|s| s.trim().parse().ok());
    let announced: Option<u64> = text(CONTENT_LENGTH).and_then(|s| s.parse().ok());
    let head = headings(response.headers()) + "HTTP/1.1 200 OK\r\n\r\n".len();
    let too_large = || {
        let words = "the answer is larger than any of ours";
        TabletError::sync(SyncFault::NotOurServer, words)
    };
    let max = ANSWER_WIRE_BYTES_MAX as u64;
    if announced.is_some_and(|length| length > max) {
        return Err(too_large());
    }
    let is_ours = status.is_success() && content_type.starts_with(form);
    let step_wait = if is_ours { STEP_WAIT } else { Duration::ZERO };
    let body = read_body(response.take(max + 1), by, step_wait);
    let Some(body) = body.filter(|body| announced.is_none_or(|length| length <= body.len() as u64))
    else {
        return Err(TabletError::sync(
            SyncFault::Cut,
            "the connection ended before the answer was whole",
        ));
    };
    if body.len() as u64 > max {
        return Err(too_large());
    }
    Ok(Received {
        status,
        content_type,
        retry_after_s,
        bytes_up,
        bytes_down: (head + body.len()) as u64,
        body,
    })
}
