//! Health, the description of the interface, and counts for a monitor.

use super::listen::Peer;
use super::problem::Problem;
use super::{App, openapi};
use crate::store::Directory;
use crate::store::sqlite::{SqliteDirectory, SqliteStore, StoreError};
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode, header};
use axum::response::{IntoResponse, Response};
use grebeg_core::sync::store::Store;
use serde_json::json;
use std::fmt::Write;
use std::sync::atomic::Ordering;

pub async fn health(State(app): State<App>) -> Result<Response, Problem> {
    let epoch = app
        .read(|connection| -> Result<_, StoreError> {
            let first = SqliteDirectory(connection).campaigns()?.into_iter().next();
            first
                .map(|row| Ok(SqliteStore::new(connection, row.campaign).head()?.epoch))
                .transpose()
        })
        .await?;
    let body = json!({
        "ok": true,
        "version": env!("CARGO_PKG_VERSION"),
        "store": "sqlite",
        "epoch": epoch.map(|e| e.to_string()),
    });
    Ok(axum::Json(body).into_response())
}

pub async fn openapi() -> Response {
    (
        [(header::CONTENT_TYPE, "application/json")],
        openapi::document(),
    )
        .into_response()
}

/// Prometheus text. Only for this machine, unless the operator opened it: the public does not count our visits. Both the
/// other end of the connection and the name that was asked for have to be this machine's.
pub async fn metrics(State(app): State<App>, request: Request<Body>) -> Response {
    let host = request
        .headers()
        .get(header::HOST)
        .and_then(|h| h.to_str().ok())
        .unwrap_or_default();
    let peer = request.extensions().get::<Peer>();
    let near = peer.is_some_and(|Peer(peer)| peer.ip().to_canonical().is_loopback());
    let named =
        host.starts_with("127.") || host.starts_with("localhost") || host.starts_with("[::1]");
    let shown = app.metrics_public || (near && named);
    if !shown {
        return Problem::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "there is nothing here",
            "see /openapi.json",
        )
        .into_response();
    }
    let counters = &app.counters;
    let mut text = String::new();
    for (name, what, counter) in [
        (
            "grebeg_syncs_total",
            "Sync requests answered",
            &counters.syncs,
        ),
        (
            "grebeg_changes_accepted_total",
            "Changes accepted",
            &counters.changes_accepted,
        ),
        (
            "grebeg_changes_held_back_total",
            "Changes held back",
            &counters.changes_held_back,
        ),
        (
            "grebeg_refused_total",
            "Requests refused for want of a right",
            &counters.refused,
        ),
        (
            "grebeg_homes_repaired_total",
            "Homes that tablets read anew because their digest was not the server's",
            &counters.homes_repaired,
        ),
        (
            "grebeg_bytes_in_total",
            "Bytes of sync requests",
            &counters.bytes_in,
        ),
        (
            "grebeg_bytes_out_total",
            "Bytes of sync answers",
            &counters.bytes_out,
        ),
    ] {
        let _infallible = writeln!(
            text,
            "# HELP {name} {what}.\n# TYPE {name} counter\n{name} {}",
            counter.load(Ordering::Relaxed)
        );
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}
