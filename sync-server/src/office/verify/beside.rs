//! A second thread for what costs time and needs nothing but its input: hashing.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

/// So many pieces travel together: handing over one by one would cost more than the work.
const BATCH: usize = 256;
/// Batches that may wait.
const WAITING_MAX: usize = 16;

/// Hands pieces over to the other thread, in order.
pub struct Feed<T> {
    batch: Vec<T>,
    to: SyncSender<Vec<T>>,
}

impl<T> Feed<T> {
    pub fn give(&mut self, piece: T) {
        self.batch.push(piece);
        if self.batch.len() >= BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        // Nobody listens only where the other thread broke off, and that is told at the end.
        let _broke_off = self.to.send(std::mem::take(&mut self.batch));
    }
}

/// Runs `consume` on a thread of its own over all that `produce` gives; `None` when that thread broke off.
pub fn beside<T: Send, R: Send, O>(
    consume: impl FnOnce(&mut dyn Iterator<Item = T>) -> R + Send,
    produce: impl FnOnce(&mut Feed<T>) -> O,
) -> (O, Option<R>) {
    let (to, from): (_, Receiver<Vec<T>>) = sync_channel(WAITING_MAX);
    std::thread::scope(|scope| {
        let consumer = scope.spawn(move || consume(&mut from.into_iter().flatten()));
        let mut feed = Feed {
            batch: Vec::new(),
            to,
        };
        let produced = produce(&mut feed);
        feed.flush();
        drop(feed);
        (produced, consumer.join().ok())
    })
}
