//! Server-sent events: a page hears that something changed, at most once a second, whoever changed it.
//!
//! Commands of other processes write to the same store, so a stream looks at the store's mark instead of listening to the
//! writing thread. The person is looked at too: whoever is not signed in any more hears nothing more.

use super::App;
use super::problem::Problem;
use crate::clock;
use crate::office::sessions::{self, Who};
use crate::store::sessions::{Mark, Sessions};
use crate::store::sqlite::{SqliteDirectory, StoreError};
use axum::extract::{Extension, State};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use serde_json::{Value as Json, json};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::ReceiverStream;

/// How often the store is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Two events are at least this far apart, in looks.
const LOOKS_BETWEEN: u32 = 2;
/// Pages that listen at the same time.
const LISTENERS_MAX: usize = 300;

/// Ends the streams when the server ends, and counts them.
pub struct Live {
    stop: watch::Sender<bool>,
    places: Arc<Semaphore>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            stop: watch::Sender::new(false),
            places: Arc::new(Semaphore::new(LISTENERS_MAX)),
        }
    }
}

impl Live {
    /// Every stream ends.
    pub fn end(&self) {
        self.stop.send_replace(true);
    }
}

pub async fn events(
    State(app): State<App>,
    Extension(who): Extension<Who>,
) -> Result<Response, Problem> {
    let live = &app.office.live;
    let place = Arc::clone(&live.places)
        .try_acquire_owned()
        .map_err(|_| Problem::busy())?;
    let (tell, heard) = mpsc::channel(4);
    let stop = live.stop.subscribe();
    tokio::spawn(look(app.clone(), who, tell, stop, place));
    let events = ReceiverStream::new(heard).map(|told: Json| Ok::<_, Infallible>(event(&told)));
    Ok(Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response())
}

fn event(told: &Json) -> sse::Event {
    sse::Event::default().data(told.to_string())
}

/// Looks until nobody listens, the session has ended or the server ends.
async fn look(
    app: App,
    who: Who,
    tell: mpsc::Sender<Json>,
    mut stop: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    let mut told: Option<Mark> = None;
    let mut quiet = LOOKS_BETWEEN;
    let mut every = tokio::time::interval(LOOK_EVERY);
    every.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = every.tick() => {}
            () = tell.closed() => return,
            _ = stop.wait_for(|stop| *stop) => return,
        }
        quiet = quiet.saturating_add(1);
        match mark(&app, &who).await {
            Ok(Some(mark)) => {
                if told != Some(mark) && quiet >= LOOKS_BETWEEN {
                    if tell.send(json!({ "seq": mark.seq })).await.is_err() {
                        return;
                    }
                    told = Some(mark);
                    quiet = 0;
                }
            }
            Ok(None) => {
                let _gone = tell.send(json!({ "ended": true })).await;
                return;
            }
            // The store is busy or full: the next look may see again.
            Err(error) => tracing::warn!("a page's stream could not look: {error}"),
        }
    }
}

/// The mark as long as the person is signed in.
async fn mark(app: &App, who: &Who) -> Result<Option<Mark>, StoreError> {
    let (hash, campaign) = (who.hash, who.campaign);
    app.read(move |connection| {
        if sessions::find(connection, &hash, clock::now_ms())?.is_none() {
            return Ok(None);
        }
        SqliteDirectory(connection).mark(campaign)
    })
    .await
}
