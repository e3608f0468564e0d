//! What an answer that is no page means: every status and every failure of the line becomes one documented code.

use crate::error::{SyncFault, TabletError};
use reqwest::StatusCode;
use serde_json::Value;
use std::error::Error;

/// The code of a problem document, in snake_case; `None` where the body is none.
pub fn code_of(content_type: &str, body: &[u8]) -> Option<String> {
    if !content_type.contains("json") {
        return None;
    }
    let json: Value = serde_json::from_slice(body).ok()?;
    let named = json.get("code").or_else(|| json.pointer("/error/code"));
    let text = match named.and_then(Value::as_str) {
        Some(code) => code,
        // RFC 9457 names the problem by the end of its type.
        None => json.get("type")?.as_str()?.rsplit(['/', ':', '#']).next()?,
    };
    Some(text.replace('-', "_"))
}

/// The error of a status that is not success. `code`: that of the problem document, if there was one.
pub fn of_status(status: StatusCode, code: Option<&str>) -> TabletError {
    let detail = format!("the server answered {}", status.as_u16());
    let fault = match status.as_u16() {
        429 | 500 | 502..=504 | 507 => SyncFault::ServerBusy,
        401 => match code {
            Some("revoked") => SyncFault::Revoked,
            Some("unknown_device" | "expired") => SyncFault::UnknownDevice,
            _ => SyncFault::NotOurServer,
        },
        410 if code == Some("code_spent") => SyncFault::CodeSpent,
        410 if code.is_some() => SyncFault::Closed,
        426 => SyncFault::UpdateNeeded,
        _ => SyncFault::NotOurServer,
    };
    let detail = match code {
        Some(code) => format!("{detail} ({code})"),
        None => detail,
    };
    TabletError::sync(fault, detail)
}

/// The error of a server of which nothing was heard.
pub fn unreachable() -> TabletError {
    TabletError::sync(SyncFault::Offline, "the server could not be reached")
}

/// The error of a line that failed before or while an answer came.
pub fn of_line(error: &reqwest::Error) -> TabletError {
    let chain = chain(error);
    let is_tls = [
        "certificate",
        "tls",
        "handshake",
        "invalidcontenttype",
        "corrupt message",
    ]
    .iter()
    .any(|word| chain.contains(word));
    if !is_tls && (error.is_connect() || error.is_timeout()) {
        return unreachable();
    }
    let fault = if is_tls {
        SyncFault::Tls
    } else if error.is_builder() {
        SyncFault::NotOurServer
    } else if chain.contains("parse") || chain.contains("invalid http") {
        // Something answered that does not speak HTTP.
        SyncFault::NotOurServer
    } else {
        SyncFault::Cut
    };
    // The address may hold a name of a place; it is not needed to understand what failed.
    let words = match fault {
        SyncFault::Tls => "the connection could not be secured",
        SyncFault::NotOurServer => "what answered is not our server",
        _ => "the connection ended before the answer was whole",
    };
    TabletError::sync(fault, words)
}

fn chain(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(&format!(": {cause} {cause:?}"));
        source = cause.source();
    }
    text.to_lowercase()
}
