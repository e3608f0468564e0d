//! Errors over HTTP: RFC 9457 problem documents with a stable code, and nothing of the inside.

use crate::store::sqlite::StoreError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value as Json};

pub const PROBLEM_TYPE: &str = "application/problem+json";

/// What is told to the other side.
#[derive(Debug, Clone)]
pub struct Problem {
    pub status: StatusCode,
    pub code: &'static str,
    pub detail: String,
    pub hint: &'static str,
    /// Seconds after which it is worth trying again.
    pub retry_after_s: Option<u32>,
}

impl Problem {
    pub fn new(
        status: StatusCode,
        code: &'static str,
        detail: impl Into<String>,
        hint: &'static str,
    ) -> Self {
        Self {
            status,
            code,
            detail: detail.into(),
            hint,
            retry_after_s: None,
        }
    }

    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    pub fn busy() -> Self {
        // Not all at once again; the tablets add their own jitter.
        let apart = crate::clock::random::<1>().map_or(0, |[byte]| u32::from(byte % 4));
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "server_busy",
            "too many requests wait",
            "try again shortly",
        )
        .retry_after(2 + apart)
    }
}

impl Problem {
    /// The members of the document.
    pub fn members(&self) -> Map<String, Json> {
        let members: [(&str, Json); 6] = [
            ("type", format!("about:blank#{}", self.code).into()),
            (
                "title",
                self.status.canonical_reason().unwrap_or("error").into(),
            ),
            ("status", self.status.as_u16().into()),
            ("code", self.code.into()),
            ("detail", self.detail.as_str().into()),
            ("hint", self.hint.into()),
        ];
        members
            .map(|(name, value)| (name.to_owned(), value))
            .into_iter()
            .collect()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = Json::Object(self.members());
        let mut response = (self.status, body.to_string()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_TYPE));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(code = error.code(), "store: {error}");
        match error {
            StoreError::DiskFull => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "disk_full",
                "the server's disk is full",
                error.hint(),
            )
            .retry_after(30),
            // A file that cannot be opened while the server runs: the system is short of open files, which passes.
            StoreError::Busy | StoreError::Open { .. } => Self::busy(),
            _ => Self::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "store_failed",
                "the server's store failed; nothing was taken",
                "the operator finds more in the server's log",
            ),
        }
    }
}
