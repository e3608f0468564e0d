//! The line between tablet and server, and everything that can go wrong on it.
//!
//! The proxy reads whole requests and answers, so that a story can say "this answer is lost" and mean exactly
//! that: the server has answered, and the tablet hears nothing.

use crate::http::{Message, PATIENCE};
use std::collections::VecDeque;
use std::io::{BufReader, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// What happens to one request.
#[derive(Clone, Debug)]
pub enum Script {
    /// It passes, and so does the answer.
    Pass,
    /// Only its first bytes reach the server; then both sides hear the line break.
    CutRequest(usize),
    /// The server answers; the tablet hears the line break.
    LoseAnswer,
    /// The tablet hears the first bytes of the answer, then the line breaks.
    CutAnswer(usize),
    /// The tablet hears the first half of the answer, then the line breaks.
    HalfAnswer,
    /// The server never hears of it; somebody else answers these bytes.
    Answer(Vec<u8>),
    /// It passes after a while.
    Delay(Duration),
    /// The line breaks before anything reaches the server.
    Break,
    /// It passes, and the answer's body comes some bytes at a time, with a pause before each.
    Drip { bytes: usize, pause: Duration },
    /// It reaches the server twice; the tablet hears the second answer.
    Twice,
}

/// One request and what the server said to it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// As the tablet sent it.
    pub request: Message,
    /// As the server answered; empty when it was never asked.
    pub answer: Message,
}

#[derive(Debug)]
struct Line {
    upstream: Mutex<String>,
    scripts: Mutex<VecDeque<Script>>,
    always: Mutex<Script>,
    exchanges: Mutex<Vec<Exchange>>,
    bytes_up: AtomicU64,
    bytes_down: AtomicU64,
    requests: AtomicU64,
    closed: AtomicBool,
}

/// A proxy on 127.0.0.1; it ends with its owner.
#[derive(Debug)]
pub struct Proxy {
    line: Arc<Line>,
    address: String,
    listening: Mutex<Option<(Arc<AtomicBool>, std::thread::JoinHandle<()>)>>,
}

impl Proxy {
    /// A proxy to a server (`HOST:PORT`) through which everything passes.
    pub fn to(upstream: &str) -> Self {
        let line = Arc::new(Line {
            upstream: Mutex::new(upstream.to_owned()),
            scripts: Mutex::default(),
            always: Mutex::new(Script::Pass),
            exchanges: Mutex::default(),
            bytes_up: AtomicU64::new(0),
            bytes_down: AtomicU64::new(0),
            requests: AtomicU64::new(0),
            closed: AtomicBool::new(false),
        });
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("a bound port").to_string();
        let proxy = Self {
            line,
            address,
            listening: Mutex::new(None),
        };
        proxy.listen(listener);
        proxy
    }

    /// `http://127.0.0.1:PORT`, for `enrol --server`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The next requests are treated so, one after the other; those after them as before.
    pub fn next(&self, scripts: impl IntoIterator<Item = Script>) {
        lock(&self.line.scripts).extend(scripts);
    }

    /// Every request without a script of its own is treated so.
    pub fn always(&self, script: Script) {
        *lock(&self.line.always) = script;
    }

    /// Forgets all scripts: everything passes.
    pub fn heal(&self) {
        lock(&self.line.scripts).clear();
        self.always(Script::Pass);
    }

    /// Scripts that no request has used yet.
    pub fn scripts_left(&self) -> usize {
        lock(&self.line.scripts).len()
    }

    /// The server moved to another address.
    pub fn set_upstream(&self, upstream: &str) {
        *lock(&self.line.upstream) = upstream.to_owned();
    }

    /// From now on connections are refused, as if no machine were there.
    pub fn refuse(&self) {
        if let Some((stop, thread)) = lock(&self.listening).take() {
            stop.store(true, Ordering::SeqCst);
            // One connection of our own wakes the listener, which then lets go of the port.
            let _ = TcpStream::connect(&self.address);
            let _ = thread.join();
        }
    }

    /// Listens again, on the same port.
    pub fn accept_again(&self) {
        if lock(&self.listening).is_none() {
            let listener = crate::wait::until("the proxy's port is free again", || {
                TcpListener::bind(&self.address).ok()
            });
            self.listen(listener);
        }
    }

    /// Bytes from the tablet and to the tablet since the last call, headers included.
    pub fn take_bytes(&self) -> (u64, u64) {
        (
            self.line.bytes_up.swap(0, Ordering::SeqCst),
            self.line.bytes_down.swap(0, Ordering::SeqCst),
        )
    }

    /// Requests since the last call.
    pub fn take_requests(&self) -> u64 {
        self.line.requests.swap(0, Ordering::SeqCst)
    }

    /// All exchanges since the last call.
    pub fn take_exchanges(&self) -> Vec<Exchange> {
        std::mem::take(&mut *lock(&self.line.exchanges))
    }

    fn listen(&self, listener: TcpListener) {
        let stop = Arc::new(AtomicBool::new(false));
        let (line, stopped) = (Arc::clone(&self.line), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                let line = Arc::clone(&line);
                // A line that breaks ends its connection; there is nobody to tell.
                std::thread::spawn(move || drop(line.serve(stream)));
            }
        });
        *lock(&self.listening) = Some((stop, thread));
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.line.closed.store(true, Ordering::SeqCst);
        self.refuse();
    }
}

impl Line {
    fn serve(&self, tablet: TcpStream) -> std::io::Result<()> {
        tablet.set_nodelay(true)?;
        let mut requests = BufReader::new(tablet.try_clone()?);
        let mut out = tablet.try_clone()?;
        while let Some(request) = Message::read(&mut requests)? {
            if self.closed.load(Ordering::SeqCst) {
                break;
            }
            self.requests.fetch_add(1, Ordering::SeqCst);
            self.bytes_up
                .fetch_add(request.bytes().len() as u64, Ordering::SeqCst);
            let script = lock(&self.scripts)
                .pop_front()
                .unwrap_or_else(|| lock(&self.always).clone());
            if !self.play(&script, request, &mut out)? {
                break;
            }
        }
        let _ = tablet.shutdown(Shutdown::Both);
        Ok(())
    }

    /// Plays one request; false when the line is to break after it.
    fn play(
        &self,
        script: &Script,
        request: Message,
        out: &mut TcpStream,
    ) -> std::io::Result<bool> {
        match script {
            Script::Break => return Ok(false),
            Script::Answer(bytes) => {
                self.keep(request, Message::default());
                self.say(out, bytes)?;
                return Ok(false);
            }
            Script::CutRequest(length) => {
                let bytes = request.bytes();
                let mut server = self.connect()?;
                server.write_all(&bytes[..(*length).min(bytes.len())])?;
                server.shutdown(Shutdown::Both)?;
                return Ok(false);
            }
            Script::Delay(pause) => std::thread::sleep(*pause),
            Script::Twice => drop(self.forward(&request)?),
            Script::Pass
            | Script::Drip { .. }
            | Script::LoseAnswer
            | Script::CutAnswer(_)
            | Script::HalfAnswer => {}
        }
        let answer = self.forward(&request)?;
        self.keep(request, answer.clone());
        let bytes = answer.bytes();
        if let Script::Drip { bytes: step, pause } = script {
            let body = bytes.len() - answer.content().len();
            self.say(out, &bytes[..body])?;
            for part in bytes[body..].chunks(*step) {
                std::thread::sleep(*pause);
                self.say(out, part)?;
            }
            return Ok(false);
        }
        let heard = match script {
            Script::LoseAnswer => 0,
            Script::CutAnswer(length) => (*length).min(bytes.len()),
            Script::HalfAnswer => bytes.len() / 2,
            _ => bytes.len(),
        };
        self.say(out, &bytes[..heard])?;
        Ok(heard == bytes.len()
            && answer
                .header("connection")
                .is_none_or(|value| value != "close"))
    }

    fn connect(&self) -> std::io::Result<TcpStream> {
        let address = lock(&self.upstream).clone();
        let server = TcpStream::connect(address)?;
        server.set_nodelay(true)?;
        server.set_read_timeout(Some(PATIENCE))?;
        Ok(server)
    }

    /// Asks the server on a connection of its own.
    fn forward(&self, request: &Message) -> std::io::Result<Message> {
        let mut server = self.connect()?;
        server.write_all(&request.bytes())?;
        Message::read(&mut BufReader::new(server))?
            .ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
    }

    fn say(&self, out: &mut TcpStream, bytes: &[u8]) -> std::io::Result<()> {
        self.bytes_down
            .fetch_add(bytes.len() as u64, Ordering::SeqCst);
        out.write_all(bytes)?;
        out.flush()
    }

    fn keep(&self, request: Message, answer: Message) {
        lock(&self.exchanges).push(Exchange { request, answer });
    }
}

// A thread that panicked while it held the lock has already failed the story.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
