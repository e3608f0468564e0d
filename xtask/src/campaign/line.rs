//! The line between the tablets and the server: open, gone, or such that answers get lost on it.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use super::troubles::Evening;

/// Longest wait for a byte on either side.
const PATIENCE: Duration = Duration::from_secs(60);
const PART_BYTES: usize = 16 * 1024;

/// A port of this machine that passes everything on to another; it ends with its owner.
#[derive(Debug)]
pub struct Line {
    address: String,
    state: Arc<Mutex<Evening>>,
    stop: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

impl Line {
    /// A line to a server (`HOST:PORT`), open at first. Errors: those of a port that cannot be had.
    pub fn to(server: &str) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?.to_string();
        let state = Arc::new(Mutex::new(Evening::Sends));
        let stop = Arc::new(AtomicBool::new(false));
        let (at, ended, server) = (Arc::clone(&state), Arc::clone(&stop), server.to_owned());
        let listening = std::thread::spawn(move || {
            for tablet in listener.incoming().flatten() {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                let (server, state) = (server.clone(), *lock(&at));
                // A line that breaks ends its connection; there is nobody to tell.
                std::thread::spawn(move || pass(tablet, &server, state));
            }
        });
        Ok(Self {
            address,
            state,
            stop,
            listening: Some(listening),
        })
    }

    /// `127.0.0.1:PORT`, as the tablets know it.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// How it is for every connection from now on.
    pub fn set(&self, state: Evening) {
        *lock(&self.state) = state;
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        // One connection of our own wakes the listener, which then lets go of the port.
        let _already_gone = TcpStream::connect(&self.address);
        if let Some(listening) = self.listening.take() {
            let _already_gone = listening.join();
        }
    }
}

fn pass(tablet: TcpStream, server: &str, state: Evening) -> std::io::Result<()> {
    if state == Evening::NoLine {
        return tablet.shutdown(Shutdown::Both);
    }
    let server = TcpStream::connect(server)?;
    for side in [&tablet, &server] {
        side.set_nodelay(true)?;
        side.set_read_timeout(Some(PATIENCE))?;
    }
    let up = (tablet.try_clone()?, server.try_clone()?);
    let going_up = std::thread::spawn(move || carry(up.0, up.1));
    if state == Evening::LosesAnswer {
        // Once its answer begins, the server has taken everything.
        let mut first = [0];
        let _came = (&server).read(&mut first);
        tablet.shutdown(Shutdown::Both)?;
        server.shutdown(Shutdown::Both)?;
    } else {
        carry(server, tablet);
    }
    let _ended = going_up.join();
    Ok(())
}

/// Carries bytes until one side ends, then ends both.
fn carry(mut from: TcpStream, mut to: TcpStream) {
    let mut part = vec![0; PART_BYTES];
    while let Ok(count @ 1..) = from.read(&mut part) {
        let bytes = part.get(..count).unwrap_or_default();
        if to.write_all(bytes).is_err() {
            break;
        }
    }
    for side in [from, to] {
        let _already_ended = side.shutdown(Shutdown::Both);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server that answers each connection with what it heard; gives its address.
    fn echo() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        std::thread::spawn(move || {
            for mut one in listener.incoming().flatten() {
                let mut heard = [0; 5];
                if one.read_exact(&mut heard).is_ok() {
                    let _gone = one.write_all(&heard);
                }
            }
        });
        address
    }

    fn asked(line: &Line) -> String {
        let mut one = TcpStream::connect(line.address()).unwrap();
        let _gone = one.write_all(b"hello");
        let mut answer = String::new();
        let _gone = one.read_to_string(&mut answer);
        answer
    }

    #[test]
    fn answers_come_only_over_an_open_line() {
        let line = Line::to(&echo()).unwrap();
        for (state, answer) in [
            (Evening::Sends, "hello"),
            (Evening::LosesAnswer, ""),
            (Evening::NoLine, ""),
            (Evening::Sends, "hello"),
        ] {
            line.set(state);
            assert_eq!(asked(&line), answer, "{state:?}");
        }
    }
}
