//! Plain HTTP by hand: exact control over every byte, which a well-behaved client library does not give.

use serde_json::Value;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// Longest wait for a byte of an answer.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// One whole HTTP message as it stood on the wire, cut into head and body.
#[derive(Clone, Debug, Default)]
pub struct Message {
    /// First line and headers, with the empty line at the end.
    pub head: Vec<u8>,
    /// The body as sent (chunk marks included).
    pub body: Vec<u8>,
}

impl Message {
    /// Reads one message; `Ok(None)` when the other side closed before the first byte.
    pub fn read(from: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut head = Vec::new();
        loop {
            let before = head.len();
            if from.read_until(b'\n', &mut head)? == 0 {
                return if before == 0 {
                    Ok(None)
                } else {
                    Err(io::ErrorKind::UnexpectedEof.into())
                };
            }
            if head.len() - before <= 2 && head.ends_with(b"\n") && before > 0 {
                break;
            }
        }
        let mut message = Self {
            head,
            body: Vec::new(),
        };
        if let Some(length) = message
            .header("content-length")
            .and_then(|text| text.parse::<usize>().ok())
        {
            message.body.resize(length, 0);
            from.read_exact(&mut message.body)?;
        } else if message
            .header("transfer-encoding")
            .is_some_and(|coding| coding.contains("chunked"))
        {
            message.read_chunks(from)?;
        } else if message.head.starts_with(b"HTTP/") && !message.has_no_body() {
            from.read_to_end(&mut message.body)?;
        }
        Ok(Some(message))
    }

    fn read_chunks(&mut self, from: &mut impl BufRead) -> io::Result<()> {
        loop {
            let start = self.body.len();
            from.read_until(b'\n', &mut self.body)?;
            let line = String::from_utf8_lossy(&self.body[start..])
                .trim()
                .to_owned();
            let size = usize::from_str_radix(line.split(';').next().unwrap_or(""), 16)
                .map_err(|_| io::Error::from(io::ErrorKind::InvalidData))?;
            let data = self.body.len();
            self.body.resize(data + size + 2, 0);
            from.read_exact(&mut self.body[data..])?;
            if size == 0 {
                return Ok(());
            }
        }
    }

    fn has_no_body(&self) -> bool {
        matches!(self.status(), Some(100..=199 | 204 | 304))
    }

    /// The status of an answer.
    pub fn status(&self) -> Option<u16> {
        let head = String::from_utf8_lossy(&self.head);
        head.split_whitespace().nth(1)?.parse().ok()
    }

    /// A header's value, the name in any case.
    pub fn header(&self, name: &str) -> Option<String> {
        let head = String::from_utf8_lossy(&self.head);
        head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.trim()
                .eq_ignore_ascii_case(name)
                .then(|| value.trim().to_owned())
        })
    }

    /// The body without chunk marks.
    pub fn content(&self) -> Vec<u8> {
        if self.header("transfer-encoding").is_none() {
            return self.body.clone();
        }
        let mut rest = &self.body[..];
        let mut content = Vec::new();
        while let Some(end) = rest.iter().position(|byte| *byte == b'\n') {
            let size = String::from_utf8_lossy(&rest[..end]).trim().to_owned();
            let Ok(size) = usize::from_str_radix(&size, 16) else {
                break;
            };
            let data = &rest[end + 1..];
            content.extend_from_slice(&data[..size.min(data.len())]);
            rest = data.get(size + 2..).unwrap_or_default();
        }
        content
    }

    /// The whole message as bytes.
    pub fn bytes(&self) -> Vec<u8> {
        [&self.head[..], &self.body[..]].concat()
    }
}

/// An answer of the server.
#[derive(Clone, Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The message itself, for its headers.
    pub message: Message,
    /// The content, without chunk marks.
    pub content: Vec<u8>,
}

impl Reply {
    /// The content as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.content).unwrap_or_else(|error| {
            panic!(
                "{} {error}: {}",
                self.status,
                String::from_utf8_lossy(&self.content)
            )
        })
    }

    /// Asks for a refusal in the 4xx with an RFC 9457 problem document, and gives its status.
    #[track_caller]
    pub fn refusal(&self) -> u16 {
        let shown = String::from_utf8_lossy(&self.content);
        assert!((400..500).contains(&self.status), "{} {shown}", self.status);
        let form = self.message.header("content-type").unwrap_or_default();
        assert!(
            form.starts_with("application/problem+json"),
            "{} as {form:?}: {shown}",
            self.status
        );
        assert!(self.json().is_object(), "{shown}");
        self.status
    }
}

/// Sends one request on a connection of its own and reads the answer. `address` is `HOST:PORT`.
///
/// A server may answer and close before the whole request was taken, so that writing fails: what it said
/// is read all the same.
pub fn send(
    address: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> io::Result<Reply> {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
    send_bytes(address, &[head.as_bytes(), body].concat())
}

/// Sends bytes as they are on a connection of their own and reads one answer.
pub fn send_bytes(address: &str, request: &[u8]) -> io::Result<Reply> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let written = stream.write_all(request).and_then(|()| stream.flush());
    match Message::read(&mut BufReader::new(stream)) {
        Ok(Some(message)) => Ok(Reply {
            status: message.status().unwrap_or(0),
            content: message.content(),
            message,
        }),
        Ok(None) => Err(written
            .err()
            .unwrap_or_else(|| io::ErrorKind::UnexpectedEof.into())),
        Err(error) => Err(error),
    }
}

/// Reads from a connection until it is closed or silent for `limit`; gives what came.
pub fn read_rest(stream: &mut TcpStream, limit: Duration) -> Vec<u8> {
    let mut bytes = Vec::new();
    let _ = stream.set_read_timeout(Some(limit));
    let _ = stream.read_to_end(&mut bytes);
    bytes
}
