//! The listening socket and the connections: a deep queue for a morning's rush, and no patience with slow heads.

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::{Semaphore, watch};
use tower::Layer;

/// Connections that wait to be taken: 500 tablets at once must not lose a SYN.
const BACKLOG: u32 = 4_096;
/// Connections open at the same time.
const CONNECTIONS_MAX: usize = 4_096;
/// A request's head has to be there within this time.
const HEAD_WAIT: Duration = Duration::from_secs(5);
/// Open requests get this long to end after SIGTERM.
const FAREWELL: Duration = Duration::from_secs(10);

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

/// Serves until `stop` says so, then lets open requests end.
pub async fn serve(listener: TcpListener, router: Router, mut stop: watch::Receiver<bool>) {
    let places = std::sync::Arc::new(Semaphore::new(CONNECTIONS_MAX));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else {
            return;
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stopped(&mut stop) => break,
        };
        let Ok((stream, address)) = accepted else {
            // Out of file descriptors or a connection that died at once: give others time to close.
            tokio::time::sleep(Duration::from_millis(10)).await;
            continue;
        };
        let _no_delay = stream.set_nodelay(true);
        let peer = axum::Extension(super::door::Peer(address));
        let service = TowerToHyperService::new(peer.layer(router.clone()));
        let mut stop = stop.clone();
        tokio::spawn(async move {
            let mut http = http1::Builder::new();
            http.timer(TokioTimer::new())
                .header_read_timeout(HEAD_WAIT)
                .max_buf_size(64 << 10);
            let connection = http.serve_connection(TokioIo::new(stream), service);
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
    let all = u32::try_from(CONNECTIONS_MAX).unwrap_or(u32::MAX);
    let _in_time = tokio::time::timeout(FAREWELL, places.acquire_many(all)).await;
}

/// Waits until the server is asked to end; also when nobody is left who could ask.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    let _asked_or_gone = stop.wait_for(|stop| *stop).await.is_ok();
}
