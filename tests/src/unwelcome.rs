//! Those who come beside honest tablets: bombs, sockets that drip, bodies that are too large, noise, tablets that were stopped.
//!
//! They go on until they are told to end, each at a pace of its own, and then say how they were answered.

use crate::chance::Chance;
use crate::http;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Between two visits of one of them.
const PACE: Duration = Duration::from_millis(50);
/// Sockets that drip at the same time.
const DRIPPING: usize = 40;
/// Between two bytes of one of those.
const DRIP: Duration = Duration::from_secs(1);
/// What a bomb unpacks to.
const BOMB_BYTES: u64 = 256 << 20;

/// How the server answered, by who asked and the status; 0 stands for a line that it closed without a word.
pub type Answers = BTreeMap<(&'static str, u16), usize>;

/// All of them, at work.
#[derive(Debug)]
pub struct Unwelcome {
    end: Arc<End>,
    threads: Vec<JoinHandle<Answers>>,
}

#[derive(Debug, Default)]
struct End {
    told: Mutex<bool>,
    changed: Condvar,
}

impl End {
    /// Waits so long, or until it is over. Gives whether it is.
    fn within(&self, pace: Duration) -> bool {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let (told, _) = self
            .changed
            .wait_timeout_while(told, pace, |told| !*told)
            .unwrap_or_else(PoisonError::into_inner);
        *told
    }

    fn tell(&self) {
        *self.told.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.changed.notify_all();
    }
}

impl Unwelcome {
    /// Sends all sorts of them against a server. `token`: of a tablet that may send; `stopped`: of one that may not any more.
    pub fn start(address: &str, token: &str, stopped: &str) -> Self {
        let end = Arc::new(End::default());
        let bomb = bomb();
        let large = vec![b'G'; 3 << 20];
        let (token, stopped) = (token.to_owned(), stopped.to_owned());
        let mut noise = Chance::seeded(2_019);
        let noise: Vec<u8> = (0..4_096).map(|_| noise.below(256) as u8).collect();
        let sorts: Vec<(&'static str, String, Vec<u8>)> = vec![
            ("bomb", token.clone(), bomb),
            ("too large", token.clone(), large),
            ("noise", token.clone(), noise),
            ("stopped", stopped, b"{}".to_vec()),
            ("unknown", "nobody".to_owned(), b"{}".to_vec()),
        ];
        let mut threads = Vec::new();
        for (name, token, body) in sorts {
            let (address, end) = (address.to_owned(), end.clone());
            threads.push(std::thread::spawn(move || {
                let mut answers = Answers::new();
                loop {
                    let status = posted(&address, &token, &body);
                    *answers.entry((name, status)).or_default() += 1;
                    if end.within(PACE) {
                        return answers;
                    }
                }
            }));
        }
        let (address, ending) = (address.to_owned(), end.clone());
        threads.push(std::thread::spawn(move || drip(&address, &token, &ending)));
        Self { end, threads }
    }

    /// Ends them all and says how they were answered.
    pub fn end(self) -> Answers {
        self.end.tell();
        let mut all = Answers::new();
        for thread in self.threads {
            for (who, times) in thread.join().unwrap_or_default() {
                *all.entry(who).or_default() += times;
            }
        }
        all
    }
}

/// Answers that nobody of them should have had: anything but a refusal of the right kind. `busy`: whether 503 is one.
pub fn wrong(answers: &Answers, busy: bool) -> Vec<String> {
    let right = |who: &str, status: u16| match (who, status) {
        // While the server is down or starts again.
        (_, 0) => true,
        ("bomb" | "too large", 413) | ("noise", 400) => true,
        ("stopped" | "unknown", 401) => true,
        ("dripping", 408) => true,
        (_, 503) => busy,
        _ => false,
    };
    let wrong = answers
        .iter()
        .filter(|((who, status), _)| !right(who, *status));
    wrong
        .map(|((who, status), times)| format!("{who} was answered {status}, {times} times"))
        .collect()
}

fn posted(address: &str, token: &str, body: &[u8]) -> u16 {
    let bearer = format!("Bearer {token}");
    let form = if body.starts_with(b"{") {
        "application/json"
    } else {
        "application/octet-stream"
    };
    let headers = [("Authorization", bearer.as_str()), ("Content-Type", form)];
    http::send(address, "POST", "/v1/sync", &headers, body).map_or(0, |reply| reply.status)
}

/// A small message in the envelope of the compact form that unpacks to very much.
fn bomb() -> Vec<u8> {
    let mut out = vec![b'G', 1];
    let zeros = std::io::repeat(0).take(BOMB_BYTES);
    zstd::stream::copy_encode(zeros, &mut out, 3).expect("zstd packs zeros");
    out
}

/// Keeps sockets open that send a byte of a body a second; whom the server drops comes again.
fn drip(address: &str, token: &str, end: &End) -> Answers {
    let head = format!(
        "POST /v1/sync HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Content-Type: application/json\r\nContent-Length: 4096\r\n\r\n"
    );
    let mut answers = Answers::new();
    let mut sockets: Vec<Option<(TcpStream, Instant)>> = (0..DRIPPING).map(|_| None).collect();
    while !end.within(DRIP) {
        for place in &mut sockets {
            if let Some((socket, since)) = place {
                let mut heard = [0; 64];
                let dropped = match socket.read(&mut heard) {
                    Ok(0) => Some(0),
                    Ok(length) => Some(status_in(&heard[..length])),
                    Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                        socket.write_all(b" ").err().map(|_| 0)
                    }
                    Err(_) => Some(0),
                };
                // For ever is what must not be.
                let endless = since.elapsed() > Duration::from_secs(60);
                if let Some(status) = dropped.or(endless.then_some(999)) {
                    *answers.entry(("dripping", status)).or_default() += 1;
                    let _gone = socket.shutdown(Shutdown::Both);
                    *place = None;
                }
            }
            if place.is_none()
                && let Ok(mut socket) = TcpStream::connect(address)
                && socket.write_all(head.as_bytes()).is_ok()
                && socket.set_nonblocking(true).is_ok()
            {
                *place = Some((socket, Instant::now()));
            }
        }
    }
    answers
}

fn status_in(head: &[u8]) -> u16 {
    let head = String::from_utf8_lossy(head);
    let status = head.split_whitespace().nth(1);
    status.and_then(|text| text.parse().ok()).unwrap_or(0)
}
