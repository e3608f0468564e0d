//! Who may speak to the bridge: a browser of this machine that was given the one-time token, and in it only our page.
//!
//! The token becomes a cookie at its first use. The cookie's name holds the port, because cookies know no ports and two
//! tablets may be open side by side. `Host` has to name us (other names may point here), a command has to come as JSON
//! from our own origin, and every answer says what the page may load.

use super::Bridge;
use crate::error::Result;
use crate::home::random;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use grebeg_core::wire::json::to_hex;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the pages may load and do. The policy that is named is the one through which Svelte makes its templates.
pub const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
font-src 'self'; img-src 'self' blob:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; \
form-action 'self'; object-src 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html";

const HEADERS: [(&str, &str); 7] = [
    ("content-security-policy", CONTENT_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(self), geolocation=(self), microphone=()",
    ),
];

/// The lock of one running bridge.
#[derive(Debug)]
pub struct Door {
    /// `Host` as a browser on this machine may say it.
    hosts: Vec<String>,
    token: Secret,
    token_used: AtomicBool,
    cookie_name: String,
    cookie: Secret,
}

/// A secret that never shows itself.
struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl Secret {
    fn new() -> Result<Self> {
        Ok(Self(to_hex(&random::<32>()?)))
    }

    /// In the same time for every text of the right length.
    fn is(&self, other: &str) -> bool {
        let pairs = self.0.bytes().zip(other.bytes());
        self.0.len() == other.len() && pairs.fold(0, |sum, (a, b)| sum | (a ^ b)) == 0
    }
}

/// What somebody who asks for the page is.
#[derive(Debug, PartialEq, Eq)]
pub enum Entry {
    Known,
    /// The token's first use: the cookie to set.
    New(String),
    Refused,
}

impl Door {
    /// The door of an address, and its token.
    pub fn new(address: SocketAddr) -> Result<(Self, String)> {
        let port = address.port();
        let token = Secret::new()?;
        let told = token.0.clone();
        let door = Self {
            hosts: vec![address.to_string(), format!("localhost:{port}")],
            token,
            token_used: AtomicBool::new(false),
            cookie_name: format!("tablet-{port}"),
            cookie: Secret::new()?,
        };
        Ok((door, told))
    }

    /// Whoever has the cookie goes on with it, whatever token stands in the address.
    pub fn enter(&self, uri: &Uri, headers: &HeaderMap) -> Entry {
        if self.has_cookie(headers) {
            return Entry::Known;
        }
        let mut query = uri.query().unwrap_or_default().split('&');
        let given = query.find_map(|pair| pair.strip_prefix("token="));
        let right = given.is_some_and(|given| self.token.is(given));
        if right && !self.token_used.swap(true, Ordering::SeqCst) {
            let (name, value) = (&self.cookie_name, &self.cookie.0);
            return Entry::New(format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict"));
        }
        Entry::Refused
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|cookies| cookies.split(';'))
            .filter_map(|cookie| cookie.trim().split_once('='))
            .any(|(name, value)| name == self.cookie_name && self.cookie.is(value))
    }

    /// The status of a refusal; `None` lets the request through.
    fn refuses(&self, request: &Request) -> Option<StatusCode> {
        let headers = request.headers();
        let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let host = text(header::HOST).unwrap_or_default();
        if !self.hosts.iter().any(|known| known == host) {
            return Some(StatusCode::FORBIDDEN);
        }
        // A browser says when another site's page asks; of the page itself an address that a person typed is `none`.
        let site = text(HeaderName::from_static("sec-fetch-site"));
        let path = request.uri().path();
        if !matches!(path, "/invoke" | "/events") {
            return None;
        }
        if path == "/invoke" && request.method() != Method::POST {
            return Some(StatusCode::METHOD_NOT_ALLOWED);
        }
        if site.is_some_and(|site| site != "same-origin") {
            return Some(StatusCode::FORBIDDEN);
        }
        if request.method() == Method::POST {
            let own = format!("http://{host}");
            if text(header::ORIGIN) != Some(own.as_str()) {
                return Some(StatusCode::FORBIDDEN);
            }
            let kind = text(header::CONTENT_TYPE).unwrap_or_default();
            let kind = kind.split(';').next().unwrap_or_default().trim();
            if !kind.eq_ignore_ascii_case("application/json") {
                return Some(StatusCode::UNSUPPORTED_MEDIA_TYPE);
            }
        }
        (!self.has_cookie(headers)).then_some(StatusCode::UNAUTHORIZED)
    }
}

/// Lets requests of our own page through, and puts the headers on every answer.
pub async fn guard(
    State(bridge): State<std::sync::Arc<Bridge>>,
    request: Request,
    next: Next,
) -> Response {
    let mut response = match bridge.door.refuses(&request) {
        Some(status) => status.into_response(),
        None => next.run(request).await,
    };
    for (name, value) in HEADERS {
        response.headers_mut().insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

/// Said to whoever has neither cookie nor a fresh token.
pub fn refusal() -> impl IntoResponse {
    const PAGE: &str = "<!doctype html>\n<html lang=\"id\">\n<meta charset=\"utf-8\">\n\
<title>Grebeg Pasar</title>\n<h1>Alamat ini sudah dipakai atau salah</h1>\n\
<p>Alamat dengan kodenya hanya berlaku satu kali, untuk satu peramban. \
Jalankan lagi <code>tablet ui</code>, lalu buka alamat yang baru. Catatan di tablet aman.</p>\n\
<div lang=\"en\">\n<h2>This address was used already, or is wrong</h2>\n\
<p>An address with its code works once, in one browser. \
Run <code>tablet ui</code> again and open the new address. The tablet's records are safe.</p>\n</div>\n</html>\n";
    (
        StatusCode::FORBIDDEN,
        [(header::CACHE_CONTROL, "no-store")],
        Html(PAGE),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        headers
    }

    #[test]
    fn a_token_opens_once_and_its_cookie_goes_on() {
        let (door, token) = Door::new("127.0.0.1:7000".parse().unwrap()).unwrap();
        let uri = |query: &str| format!("/?{query}").parse::<Uri>().unwrap();
        let none = HeaderMap::new();
        assert_eq!(door.enter(&uri("token=00"), &none), Entry::Refused);
        let Entry::New(set) = door.enter(&uri(&format!("a=b&token={token}")), &none) else {
            panic!("the token was refused");
        };
        assert!(set.starts_with("tablet-7000=") && set.ends_with("HttpOnly; SameSite=Strict"));
        assert_eq!(
            door.enter(&uri(&format!("token={token}")), &none),
            Entry::Refused
        );
        let cookie = set.split(';').next().unwrap();
        assert_eq!(
            door.enter(&uri("x"), &headers(&format!("other=1; {cookie}"))),
            Entry::Known
        );
        assert_eq!(
            door.enter(&uri("x"), &headers(&format!("{cookie}0"))),
            Entry::Refused
        );
        assert!(!format!("{door:?}").contains(&token));
    }
}
