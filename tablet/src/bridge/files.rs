//! A file of the pages as an answer: its type, and how long a browser may keep it.

use axum::body::Body;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::borrow::Cow;

/// Built files have a hash of their content in their names: they never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub fn response(name: &str, bytes: Cow<'static, [u8]>) -> Response {
    let keep = if name.starts_with("assets/") {
        FOR_EVER
    } else {
        "no-store"
    };
    let headers = [
        (header::CONTENT_TYPE, content_type(name)),
        (header::CACHE_CONTROL, keep),
    ];
    let body = match bytes {
        Cow::Borrowed(bytes) => Body::from(bytes),
        Cow::Owned(bytes) => Body::from(bytes),
    };
    (headers, body).into_response()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
