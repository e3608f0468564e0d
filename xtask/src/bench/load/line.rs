//! One kept-open connection that posts prebuilt bytes to `/v1/sync`.

use std::io::{self, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use grebeg_core::wire::COMPACT_TYPE;
use tablet::desk::pause_after;
use whole_system_tests::http::Message;

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// A tablet's connection.
#[derive(Debug)]
pub struct Line {
    address: String,
    token: String,
    stream: Option<TcpStream>,
}

/// What came back.
#[derive(Debug)]
pub struct Heard {
    pub took: Duration,
    pub status: u16,
    pub content: Vec<u8>,
    pub bytes_down: usize,
    /// What a server that is busy asks for.
    pub retry_after: Option<Duration>,
}

/// How often a sync failed before it succeeded, and how.
#[derive(Debug, Default)]
pub struct Failures {
    /// The server had too much to do and said when to come again.
    pub busy: Vec<Duration>,
    /// No answer: the line broke, or the server was away.
    pub broken: usize,
    /// Neither: nothing that a tablet mends by itself.
    pub wrong: Vec<String>,
}

impl Line {
    pub fn new(address: &str, token: &str) -> Self {
        Self {
            address: address.to_owned(),
            token: token.to_owned(),
            stream: None,
        }
    }

    pub fn address(&self) -> &str {
        &self.address
    }

    /// Connects now, so that it is not measured.
    pub fn connect(&mut self) -> io::Result<()> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(&self.address)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(PATIENCE))?;
            self.stream = Some(stream);
        }
        Ok(())
    }

    /// The same on a line of now: the server does not keep those that are silent.
    pub fn connect_anew(&mut self) -> io::Result<()> {
        self.close();
        self.connect()
    }

    /// The next request connects, as that of a tablet that was silent.
    pub fn close(&mut self) {
        self.stream = None;
    }

    /// The whole request, ready to be written in one go.
    pub fn request(&self, body: &[u8]) -> Vec<u8> {
        let head = format!(
            "POST /v1/sync HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
             Content-Type: {COMPACT_TYPE}\r\nAccept: {COMPACT_TYPE}\r\nContent-Length: {}\r\n\r\n",
            self.address,
            self.token,
            body.len()
        );
        [head.as_bytes(), body].concat()
    }

    /// Writes a whole request and reads the whole answer. A line that broke is opened anew at the next call.
    pub fn post(&mut self, request: &[u8]) -> io::Result<Heard> {
        self.connect()?;
        let Some(stream) = &mut self.stream else {
            return Err(io::ErrorKind::NotConnected.into());
        };
        let began = Instant::now();
        let heard = stream.write_all(request).and_then(|()| {
            let mut reader = BufReader::new(&mut *stream);
            Message::read(&mut reader)?.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
        });
        let took = began.elapsed();
        match heard {
            Ok(message) => Ok(Heard {
                took,
                status: message.status().unwrap_or(0),
                content: message.content(),
                bytes_down: message.head.len() + message.body.len(),
                retry_after: message
                    .header("retry-after")
                    .and_then(|text| text.parse().ok())
                    .map(Duration::from_secs),
            }),
            Err(error) => {
                self.stream = None;
                Err(error)
            }
        }
    }

    /// Sends until an answer is 200, as often and as late as the product's own tablet would; `None` when `until` came before.
    pub fn deliver(
        &mut self,
        request: &[u8],
        until: Instant,
        failures: &mut Failures,
    ) -> Option<Heard> {
        for failed in 0.. {
            let wait = match self.post(request) {
                Ok(heard) if heard.status == 200 => return Some(heard),
                Ok(heard) if heard.status == 503 && heard.retry_after.is_some() => {
                    failures.busy.push(heard.took);
                    heard.retry_after.unwrap_or_default()
                }
                Ok(heard) => {
                    let said = String::from_utf8_lossy(&heard.content).into_owned();
                    failures.wrong.push(format!("{}: {said}", heard.status));
                    Duration::ZERO
                }
                Err(_) => {
                    failures.broken += 1;
                    Duration::ZERO
                }
            };
            // A tablet's sync has ended, and its connection with it.
            self.stream = None;
            let again = Instant::now() + pause_after(failed, wait);
            if again >= until {
                break;
            }
            std::thread::sleep(again.saturating_duration_since(Instant::now()));
        }
        None
    }
}
