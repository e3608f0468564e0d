//! One kept-open connection that posts prebuilt bytes to `/v1/sync`.

use std::io::{self, BufReader, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use grebeg_core::wire::COMPACT_TYPE;
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
}

impl Line {
    pub fn new(address: &str, token: &str) -> Self {
        Self {
            address: address.to_owned(),
            token: token.to_owned(),
            stream: None,
        }
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
            }),
            Err(error) => {
                self.stream = None;
                Err(error)
            }
        }
    }
}
