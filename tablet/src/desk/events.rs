//! What the process tells without being asked, to every page that listens.

use crate::command::SyncState;
use serde::Serialize;
use std::sync::{Mutex, PoisonError};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// Listeners at once: a page has one, and reloads leave the old one for a moment.
const LISTENERS_MAX: usize = 16;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Sync(SyncState),
    /// Records changed by somebody else's doing: so many, 0 when it is not known how many.
    Changed {
        records: u64,
    },
    Locked,
}

/// The listeners.
#[derive(Debug, Default)]
pub struct Events {
    listeners: Mutex<Vec<UnboundedSender<String>>>,
}

impl Events {
    /// Hears every event from now on, as JSON. The oldest listener makes room when there are too many.
    pub fn listen(&self) -> UnboundedReceiver<String> {
        let (sender, receiver) = unbounded_channel();
        let mut listeners = self.lock();
        listeners.retain(|listener| !listener.is_closed());
        if listeners.len() >= LISTENERS_MAX {
            listeners.remove(0);
        }
        listeners.push(sender);
        receiver
    }

    pub fn tell(&self, event: &Event) {
        // An event holds texts and numbers only.
        let text = serde_json::to_string(event).unwrap_or_default();
        self.lock()
            .retain(|listener| listener.send(text.clone()).is_ok());
    }

    /// Ends all listening.
    pub fn close(&self) {
        self.lock().clear();
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<UnboundedSender<String>>> {
        self.listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
