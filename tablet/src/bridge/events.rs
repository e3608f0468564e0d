//! What the process tells, as server-sent events.

use crate::desk::{Desk, Event};
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use std::convert::Infallible;
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::UnboundedReceiverStream;

/// Every event from now on; the first says where sending stands.
pub fn stream(desk: &Desk) -> Response {
    let heard = UnboundedReceiverStream::new(desk.events().listen());
    let now = serde_json::to_string(&Event::Sync(desk.sending())).unwrap_or_default();
    let events = tokio_stream::once(now)
        .chain(heard)
        .map(|text| Ok::<_, Infallible>(sse::Event::default().data(text)));
    Sse::new(events)
        .keep_alive(KeepAlive::default())
        .into_response()
}
