//! `tablet ui`: the tablet's pages in a browser of the same machine, over a real home.
//!
//! Whoever has the address with its one-time token becomes the one page; everybody else, other sites in the same
//! browser included, is refused: see [`door`].

mod door;
mod events;
mod files;
mod pages;

use crate::command::{Command, failed};
use crate::desk::Desk;
use crate::error::{Result, TabletError, file_failed};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use door::Door;
use pages::Pages;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// Bytes of a command; a note has two thousand characters.
const COMMAND_BYTES_MAX: usize = 256 << 10;
/// How long open answers may take when the program is asked to end.
const END_WAIT: Duration = Duration::from_secs(3);

/// What a handler needs.
#[derive(Debug)]
struct Bridge {
    desk: Arc<Desk>,
    door: Door,
    pages: Pages,
}

/// Serves until the program is asked to end. `pages`: a folder with pages in place of those of the program.
///
/// Errors: `not_loopback`, those of opening the home and of the address.
pub fn serve(home: &Path, listen: &str, pages: Option<PathBuf>) -> Result<()> {
    let address = loopback(listen)?;
    let desk = Desk::open(home)?;
    let failed = || file_failed("the pages cannot be served");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(failed())?;
    let ended = runtime.block_on(run(Arc::clone(&desk), address, Pages::new(pages)));
    desk.close();
    runtime.shutdown_timeout(END_WAIT);
    desk.rest();
    ended.map_err(failed())
}

/// The address, which has to be one of this machine.
fn loopback(listen: &str) -> Result<SocketAddr> {
    let plain = listen.trim().replacen("localhost", "127.0.0.1", 1);
    let address: Option<SocketAddr> = plain.parse().ok();
    address
        .filter(|address| address.ip().is_loopback())
        .ok_or_else(|| TabletError::NotLoopback(listen.to_owned()))
}

async fn run(desk: Arc<Desk>, address: SocketAddr, pages: Pages) -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    let (door, token) = Door::new(address).map_err(std::io::Error::other)?;
    let bridge = Arc::new(Bridge { desk, door, pages });
    let mut out = std::io::stdout().lock();
    // Nobody may be reading; the pages are served all the same.
    drop(writeln!(
        out,
        "listening on http://{address}/?token={token}"
    ));
    drop(out.flush());
    drop(out);
    let ending = Arc::clone(&bridge);
    let served = axum::serve(listener, router(bridge)).with_graceful_shutdown(async move {
        asked_to_end().await;
        // Listeners would hold their lines open for ever.
        ending.desk.close();
    });
    served.await
}

fn router(bridge: Arc<Bridge>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/tablet.html", get(page))
        .route("/invoke", post(invoke))
        .route("/events", get(listen))
        .fallback(get(file))
        .layer(DefaultBodyLimit::max(COMMAND_BYTES_MAX))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&bridge),
            door::guard,
        ))
        .with_state(bridge)
}

/// Ctrl-C or SIGTERM.
async fn asked_to_end() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    // Without the signal's handler only Ctrl-C is left; without that too the program ends when it is killed.
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// The page itself: for the one who has the cookie, or has the token for the first time.
async fn page(State(bridge): State<Arc<Bridge>>, uri: Uri, headers: HeaderMap) -> Response {
    let cookie = match bridge.door.enter(&uri, &headers) {
        door::Entry::Known => None,
        door::Entry::New(cookie) => Some(cookie),
        door::Entry::Refused => return door::refusal().into_response(),
    };
    let mut response = match bridge.pages.get("tablet.html") {
        Some(html) => files::response("tablet.html", html),
        None => (
            StatusCode::SERVICE_UNAVAILABLE,
            [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
            format!(
                "{}\n{}\n",
                TabletError::NoPages.sentence_id(),
                TabletError::NoPages.sentence_en()
            ),
        )
            .into_response(),
    };
    if let Some(cookie) = cookie.and_then(|cookie| cookie.parse().ok()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn file(State(bridge): State<Arc<Bridge>>, uri: Uri) -> Response {
    let name = uri.path().trim_start_matches('/');
    match bridge.pages.get(name).filter(|_| !name.ends_with(".html")) {
        Some(bytes) => files::response(name, bytes),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// One command. A command that was understood is answered with 200, and what went wrong stands in the answer, as it does in
/// the window; 4xx is kept for what the pages never send, so that a browser's console names faults of a program only.
async fn invoke(State(bridge): State<Arc<Bridge>>, body: Bytes) -> Response {
    let command: Command = match serde_json::from_slice(&body) {
        Ok(command) => command,
        Err(error) => {
            let error = TabletError::bad("command", error.to_string());
            return json(StatusCode::BAD_REQUEST, &failed(&error));
        }
    };
    let desk = Arc::clone(&bridge.desk);
    match tokio::task::spawn_blocking(move || desk.run(command)).await {
        Ok(Ok(reply)) => json(StatusCode::OK, &reply),
        Ok(Err(error)) => json(StatusCode::OK, &failed(&error)),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn listen(State(bridge): State<Arc<Bridge>>) -> Response {
    events::stream(&bridge.desk)
}

fn json(status: StatusCode, body: &impl serde::Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (
            status,
            [
                (header::CONTENT_TYPE, "application/json"),
                (header::CACHE_CONTROL, "no-store"),
            ],
            bytes,
        )
            .into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::loopback;

    #[test]
    fn only_this_machine_s_own_addresses_are_listened_on() {
        for (listen, good) in [
            ("127.0.0.1:0", true),
            ("localhost:8000", true),
            ("[::1]:0", true),
            ("0.0.0.0:0", false),
            ("192.168.1.4:80", false),
            ("localhost.example.org:80", false),
            ("", false),
        ] {
            assert_eq!(loopback(listen).is_ok(), good, "{listen}");
        }
    }
}
