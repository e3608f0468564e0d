//! The tablet behind the window: opened beside the window's thread, and tried again when it could not be opened.

use serde_json::Value;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tablet::desk::Desk;
use tablet::error::{Result, TabletError};

type Tell = Arc<dyn Fn(Value) + Send + Sync>;

/// Where the data is, and the desk over it once it is open.
pub struct Place {
    home: PathBuf,
    tell: Tell,
    opened: Mutex<Opened>,
}

enum Opened {
    NotYet,
    Open(Arc<Desk>),
    Closed,
}

impl Place {
    /// Nothing is opened yet. `tell` takes everything that the tablet tells without being asked.
    pub fn new(home: PathBuf, tell: impl Fn(Value) + Send + Sync + 'static) -> Self {
        Self {
            home,
            tell: Arc::new(tell),
            opened: Mutex::new(Opened::NotYet),
        }
    }

    /// The desk; the first who asks opens it, and the others wait. Errors: those of [`Desk::open`]; asked again it tries again.
    pub fn desk(&self) -> Result<Arc<Desk>> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        match &*opened {
            Opened::Open(desk) => Ok(Arc::clone(desk)),
            Opened::Closed => Err(TabletError::HomeBusy),
            Opened::NotYet => {
                let desk = Desk::open(&self.home)?;
                pass_on(&desk, Arc::clone(&self.tell));
                *opened = Opened::Open(Arc::clone(&desk));
                Ok(desk)
            }
        }
    }

    /// For the end of the process: ends the background and lets nobody to the data again; what is under way is safe.
    pub fn end(&self) {
        if let Some(desk) = self.close() {
            desk.rest();
        }
    }

    fn close(&self) -> Option<Arc<Desk>> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        match std::mem::replace(&mut *opened, Opened::Closed) {
            Opened::Open(desk) => Some(desk),
            Opened::NotYet | Opened::Closed => None,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(desk) = self.close() {
            desk.close();
        }
    }
}

/// Ends with the desk.
fn pass_on(desk: &Desk, tell: Tell) {
    let mut heard = desk.events().listen();
    std::thread::spawn(move || {
        while let Some(text) = heard.blocking_recv() {
            tell(serde_json::from_str(&text).unwrap_or_default());
        }
    });
}
