//! The office's pages, out of the program itself.

use super::problem::Problem;
use axum::http::{StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

/// Names with `/`, sorted, and contents; empty in a build without pages.
const PAGES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/pages.rs"));

/// Built files have a hash of their content in their names: they never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub async fn office() -> Response {
    match found("office.html") {
        Some(bytes) => file("office.html", bytes),
        None => no_pages(),
    }
}

pub async fn asset(uri: Uri) -> Response {
    let name = uri.path().trim_start_matches('/');
    match found(name) {
        Some(bytes) => file(name, bytes),
        None => Problem::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "there is nothing here",
            "open the office's first page",
        )
        .into_response(),
    }
}

fn found(name: &str) -> Option<&'static [u8]> {
    let at = PAGES
        .binary_search_by(|(known, _)| (*known).cmp(name))
        .ok()?;
    PAGES.get(at).map(|(_, bytes)| *bytes)
}

fn file(name: &str, bytes: &'static [u8]) -> Response {
    let keep = if name.starts_with("assets/") {
        FOR_EVER
    } else {
        "no-store"
    };
    let headers = [
        (header::CONTENT_TYPE, content_type(name)),
        (header::CACHE_CONTROL, keep),
    ];
    (headers, bytes).into_response()
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "svg" => "image/svg+xml",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn no_pages() -> Response {
    const WORDS: &str = "Program ini dibangun tanpa halaman kantor. Bangun halamannya dulu: npm ci && npm run build di folder ui, lalu bangun lagi.\n\
This program was built without the office's pages. Build them first: npm ci && npm run build in the folder ui, then build again.\n";
    (
        StatusCode::SERVICE_UNAVAILABLE,
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
        WORDS,
    )
        .into_response()
}
