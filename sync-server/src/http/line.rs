//! A connection's line with a limit to how long it may stand still while an answer is being written.
//!
//! A client that takes nothing of its answer would otherwise hold its place for ever, without a token even.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::{Semaphore, watch};
use tokio::time::{Instant, Sleep};

/// A line may stand still this long: a tablet in a hole of the radio comes back within it.
const STILL_MAX: Duration = Duration::from_secs(30);
/// The same when three quarters of all places are taken.
const STILL_MAX_CROWDED: Duration = Duration::from_secs(3);
/// The same after the server was asked to end.
const STILL_MAX_ENDING: Duration = Duration::from_secs(1);
/// How often a line that stands still is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// How long lines may stand still at present.
pub struct Patience {
    places: Arc<Semaphore>,
    crowded_below: usize,
    stop: watch::Receiver<bool>,
}

impl Patience {
    /// `places`: the free ones of `all`.
    pub fn new(places: Arc<Semaphore>, all: usize, stop: watch::Receiver<bool>) -> Self {
        Self {
            places,
            crowded_below: all / 4,
            stop,
        }
    }

    fn now(&self) -> Duration {
        if *self.stop.borrow() {
            STILL_MAX_ENDING
        } else if self.places.available_permits() < self.crowded_below {
            STILL_MAX_CROWDED
        } else {
            STILL_MAX
        }
    }
}

struct Still {
    since: Instant,
    look: Pin<Box<Sleep>>,
}

/// A stream whose writing fails when the other side takes nothing for too long.
pub struct Line<S> {
    stream: S,
    patience: Patience,
    still: Option<Still>,
}

impl<S> Line<S> {
    pub fn new(stream: S, patience: Patience) -> Self {
        Self {
            stream,
            patience,
            still: None,
        }
    }

    /// What came of trying to write, or the end of patience.
    fn judge<T>(
        &mut self,
        written: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.still = None;
            return written;
        }
        let still = self.still.get_or_insert_with(|| Still {
            since: Instant::now(),
            look: Box::pin(tokio::time::sleep(LOOK_EVERY)),
        });
        loop {
            ready!(still.look.as_mut().poll(context));
            if still.since.elapsed() >= self.patience.now() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            still.look.as_mut().reset(Instant::now() + LOOK_EVERY);
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Line<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, into)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Line<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.judge(written, context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.judge(written, context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    fn line(
        free: usize,
        all: usize,
        ending: bool,
    ) -> (Line<tokio::io::DuplexStream>, tokio::io::DuplexStream) {
        let (ours, theirs) = tokio::io::duplex(64);
        // The sender may go: what it said last stays.
        let (_, stop) = watch::channel(ending);
        let patience = Patience::new(Arc::new(Semaphore::new(free)), all, stop);
        (Line::new(ours, patience), theirs)
    }

    fn run(test: impl Future<Output = ()>) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        runtime.enable_all().build().unwrap().block_on(test);
    }

    #[test]
    fn who_takes_nothing_is_dropped_soon_when_places_are_few_or_the_server_ends() {
        run(async {
            for (free, ending, at_most) in [(10, false, 5), (100, true, 2)] {
                let (mut ours, _silent) = line(free, 100, ending);
                let sent = ours.write_all(&[0; 1_000]);
                let sent = tokio::time::timeout(Duration::from_secs(at_most), sent).await;
                let error = sent.expect("not for ever").expect_err("it takes nothing");
                assert_eq!(error.kind(), io::ErrorKind::TimedOut);
            }
        });
    }

    #[test]
    fn who_takes_it_slowly_gets_it_all() {
        run(async {
            let (mut ours, mut theirs) = line(100, 100, true);
            let slow = async {
                let mut bytes = [0; 100];
                for _ in 0..10 {
                    tokio::time::sleep(Duration::from_millis(300)).await;
                    theirs.read_exact(&mut bytes).await.unwrap();
                }
            };
            let (sent, ()) = tokio::join!(ours.write_all(&[0; 1_000]), slow);
            sent.unwrap();
        });
    }
}
