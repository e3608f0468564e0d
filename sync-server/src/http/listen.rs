//! The listening socket and the connections: a deep queue for a morning's rush, and no patience with slow heads
//! or with clients that do not take their answers.

use super::line::{Line, Patience};
use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{Semaphore, watch};

/// Connections that wait to be taken: 500 tablets at once must not lose a SYN.
const BACKLOG: u32 = 4_096;
/// A request's head has to be there within this time.
const HEAD_WAIT: Duration = Duration::from_secs(5);
/// Open requests get this long to end after SIGTERM.
const FAREWELL: Duration = Duration::from_secs(4);

/// The other end of a request's connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// Binds `address`; port 0 takes a free one.
pub fn bind(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()?
    } else {
        TcpSocket::new_v6()?
    };
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves at most `connections` at the same time until `stop` says so, then lets open requests end.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    mut stop: watch::Receiver<bool>,
    connections: usize,
) {
    let places = Arc::new(Semaphore::new(connections));
    loop {
        let taken = async {
            let place = places.clone().acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, accepted) = tokio::select! {
            taken = taken => taken,
            () = stopped(&mut stop) => break,
        };
        let Ok((stream, peer)) = accepted else {
            // Out of file descriptors or a connection that died at once: give others time to close.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let _no_delay = stream.set_nodelay(true);
        let inner = TowerToHyperService::new(router.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(peer));
            inner.call(request)
        });
        let patience = Patience::new(places.clone(), connections, stop.clone());
        let mut stop = stop.clone();
        tokio::spawn(async move {
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new())
                .header_read_timeout(HEAD_WAIT)
                .max_buf_size(64 << 10);
            let line = TokioIo::new(Line::new(stream, patience));
            let connection = http.serve_connection(line, service);
            tokio::pin!(connection);
            tokio::select! {
                _ = connection.as_mut() => {}
                () = stopped(&mut stop) => {
                    connection.as_mut().graceful_shutdown();
                    let _ended = connection.await;
                }
            }
            drop(place);
        });
    }
    drop(listener);
    let all = u32::try_from(connections).unwrap_or(u32::MAX);
    let _in_time = tokio::time::timeout(FAREWELL, places.acquire_many(all)).await;
}

/// Waits until the server is asked to end; also when nobody is left who could ask.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _asked_or_gone = stop.wait_for(|stop| *stop).await.is_ok();
}
