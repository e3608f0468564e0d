//! `serve`: the HTTP server on one folder.

use super::Common;
use crate::http::{App, files, listen, router};
use crate::office::desk::Desk;
use crate::office::error::OfficeError;
use crate::office::{held, refusal};
use crate::store::Directory;
use crate::store::sqlite::{SqliteDirectory, StoreError, checkpoint, open};
use crate::writer::{Turn, Writer, once};
use clap::Args;
use std::net::{SocketAddr, ToSocketAddrs};
use std::time::Duration;

/// How often what refusals take is looked for.
const SWEEP_EVERY: Duration = Duration::from_secs(600);
/// Threads for reading and packing, which are bounded themselves: each keeps some of the memory that it once used.
const BLOCKING_THREADS_MAX: usize = 8;

#[derive(Args)]
pub struct Serve {
    /// Address and port; port 0 takes a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8787")]
    listen: String,
    /// Give /metrics to everybody who can reach the server, not only to loopback.
    #[arg(long)]
    metrics: bool,
}

pub fn run(common: &Common, args: Serve) -> Result<(), OfficeError> {
    let level =
        tracing_subscriber::EnvFilter::try_from_env("GREBEG_LOG").unwrap_or_else(|_| "info".into());
    let _second_start = tracing_subscriber::fmt()
        .with_env_filter(level)
        .with_writer(std::io::stderr)
        .with_ansi(false)
        // It would say so on the very stderr that cannot be written, and panic.
        .log_internal_errors(false)
        .try_init();
    let address = address_of(&args.listen)?;
    let data = common.folder()?;
    let _lock = data.lock()?;
    let mut connection = open(&data.store())?;
    once(&mut connection, judge_again)?;
    once(&mut connection, sweep)?;
    let failed = |source| OfficeError::File {
        path: args.listen.clone(),
        source,
    };
    let (writer, thread, ended) = Writer::start(connection).map_err(failed)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .max_blocking_threads(BLOCKING_THREADS_MAX)
        .build()
        .map_err(failed)?;
    let connections = files::connections();
    let sweeper = writer.clone();
    let store = data.store();
    let app = App::new(data, writer, args.metrics);
    runtime.block_on(async {
        let listener = listen::bind(address).map_err(failed)?;
        let bound = listener.local_addr().map_err(failed)?;
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let signals = EndSignals::listen().map_err(failed)?;
        let office = app.clone();
        tokio::spawn(async move {
            tokio::select! {
                () = signals.asked() => {}
                // Without it nothing can be taken any more: a server that says so is better than one that pretends.
                _ = ended => {}
            }
            office.office.live.end();
            let _nobody_left = stop.send(true);
        });
        tokio::spawn(sweep_now_and_then(sweeper, store));
        super::output::say(&format!("listening on http://{bound}"));
        listen::serve(listener, router::router(app), stopped, connections).await;
        Ok::<_, OfficeError>(())
    })?;
    drop(runtime);
    // Every handle to the writer is gone with the runtime, so the thread ends after its last commit.
    thread.join().map_err(|_| OfficeError::Other {
        code: "writer_failed",
        message: "the thread that writes has failed; nothing that was acknowledged is lost"
            .to_owned(),
        hint: "start the server again, and run `sync-server verify`".to_owned(),
    })
}

/// What an older version could not know may be known now.
fn judge_again(turn: &mut Turn<'_>) -> Result<(), OfficeError> {
    for row in SqliteDirectory(turn.connection()?).campaigns()? {
        let code = row.code.clone();
        let mut desk = Desk::open(turn, Some(&code), None)?;
        let accepted = held::judge_again(&mut desk)?;
        if accepted > 0 {
            tracing::info!(accepted, "changes that were held back count now");
        }
    }
    Ok(())
}

/// What a refusal takes goes when it is due, campaign by campaign.
fn sweep(turn: &mut Turn<'_>) -> Result<(), OfficeError> {
    for row in SqliteDirectory(turn.connection()?).campaigns()? {
        let mut desk = Desk::open(turn, Some(&row.code), None)?;
        let taken = refusal::sweep(&mut desk)?;
        if taken > 0 {
            tracing::info!(taken, "values of people who refused were taken out");
        }
    }
    Ok(())
}

async fn sweep_now_and_then(writer: Writer, store: std::path::PathBuf) {
    let mut every = tokio::time::interval(SWEEP_EVERY);
    every.tick().await;
    loop {
        every.tick().await;
        let swept = writer.call(|turn| {
            sweep(turn).map_err(|error| match error {
                OfficeError::Store(error) => error,
                error => StoreError::Other(error.to_string()),
            })
        });
        if let Err(error) = swept.await {
            tracing::warn!("what refusals take could not be taken out: {error}");
        }
        // What was taken out, by this or by a command, leaves the log beside the store.
        let store = store.clone();
        let emptied = tokio::task::spawn_blocking(move || checkpoint(&open(&store)?));
        if !matches!(emptied.await, Ok(Ok(_))) {
            tracing::warn!("the log beside the store could not be emptied");
        }
    }
}

fn address_of(text: &str) -> Result<SocketAddr, OfficeError> {
    let bad = || OfficeError::BadValue {
        what: "--listen",
        value: text.to_owned(),
        expected: "HOST:PORT, such as 127.0.0.1:8787",
    };
    text.to_socket_addrs()
        .ok()
        .and_then(|mut found| found.next())
        .ok_or_else(bad)
}

/// What asks the server to end. Made before the server says that it listens: whoever has read that may end it at once.
#[cfg(unix)]
struct EndSignals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl EndSignals {
    fn listen() -> std::io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let interrupt = signal(SignalKind::interrupt())?;
        Ok(Self {
            interrupt,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn asked(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

#[cfg(not(unix))]
struct EndSignals;

#[cfg(not(unix))]
impl EndSignals {
    fn listen() -> std::io::Result<Self> {
        Ok(Self)
    }

    async fn asked(self) {
        let _ended = tokio::signal::ctrl_c().await;
    }
}
