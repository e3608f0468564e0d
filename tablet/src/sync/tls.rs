//! The client for one server: TLS with the web's roots, its validity judged by the last server time known.

use super::http::HEAD_WAIT;
use crate::clock;
use crate::error::{Result, SyncFault, TabletError};
use grebeg_core::stamp::Contact;
use reqwest::blocking::Client;
use reqwest::redirect::Policy;
use rustls::pki_types::UnixTime;
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use std::time::Duration;

/// How long to wait for a connection.
const CONNECT_WAIT: Duration = Duration::from_secs(5);
/// A tablet at 2099 can still check a certificate: the server's last time goes on by the monotonic clock.
#[derive(Debug)]
struct CorrectedTime(Option<Contact>);

impl TimeProvider for CorrectedTime {
    fn current_time(&self) -> Option<UnixTime> {
        let ms = clock::corrected_ms(self.0.as_ref(), &clock::read());
        let ms = u64::try_from(ms).unwrap_or(0);
        Some(UnixTime::since_unix_epoch(Duration::from_millis(ms)))
    }
}

pub fn client(contact: Option<Contact>) -> Result<Client> {
    let failed = |error: String| TabletError::sync(SyncFault::Tls, error);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    let config = ClientConfig::builder_with_details(provider, Arc::new(CorrectedTime(contact)))
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(error.to_string()))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(config)
        .redirect(Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_WAIT)
        .timeout(HEAD_WAIT)
        .build()
        .map_err(|error| failed(error.to_string()))
}
