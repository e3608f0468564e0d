//! Somebody at an address of this machine who is not our server.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// How it answers whoever asks.
#[derive(Clone, Copy, Debug)]
pub enum Manner {
    /// At once and to everybody's liking: pages of any origin may read it.
    Welcoming,
    /// With an answer that goes on and on.
    Endless,
}

/// Ends with its owner.
#[derive(Debug)]
pub struct Stranger {
    address: String,
    asked: Arc<AtomicUsize>,
    gone: Arc<AtomicBool>,
}

impl Stranger {
    /// At an address of its own.
    pub fn new(manner: Manner) -> Self {
        Self::at(
            TcpListener::bind("127.0.0.1:0").expect("a free port"),
            manner,
        )
    }

    /// At an address that somebody else had.
    pub fn at(listener: TcpListener, manner: Manner) -> Self {
        let address = listener.local_addr().expect("a bound port").to_string();
        let (asked, gone) = (Arc::default(), Arc::default());
        let stranger = Self {
            address,
            asked,
            gone,
        };
        let (asked, gone) = (Arc::clone(&stranger.asked), Arc::clone(&stranger.gone));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if gone.load(Ordering::SeqCst) {
                    return;
                }
                let (asked, gone) = (Arc::clone(&asked), Arc::clone(&gone));
                std::thread::spawn(move || drop(answer(stream, manner, &asked, &gone)));
            }
        });
        stranger
    }

    /// Where it is: `127.0.0.1:40123`.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// How often somebody asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.gone.store(true, Ordering::SeqCst);
        // One connection of our own wakes the listener, which then lets go of the port.
        let _ = TcpStream::connect(&self.address);
    }
}

/// Whoever connects and says nothing did not ask.
fn answer(
    mut stream: TcpStream,
    manner: Manner,
    asked: &AtomicUsize,
    gone: &AtomicBool,
) -> std::io::Result<()> {
    if stream.read(&mut [0; 4096])? == 0 {
        return Ok(());
    }
    asked.fetch_add(1, Ordering::SeqCst);
    match manner {
        Manner::Welcoming => stream.write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\
              Access-Control-Allow-Origin: *\r\nConnection: close\r\n\r\nok",
        ),
        Manner::Endless => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")?;
            while !gone.load(Ordering::SeqCst) {
                stream.write_all(&[b' '; 8 << 10])?;
                std::thread::sleep(Duration::from_millis(500));
            }
            Ok(())
        }
    }
}
