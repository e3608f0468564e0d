//! The office's door: whose cookie it is, whether a change comes from our own page, and what every answer says to browsers.

use super::App;
use super::listen::Peer;
use super::problem::Problem;
use super::rights::{self, Right};
use crate::clock;
use crate::office::sessions::{self, NOTE_EVERY_MS, Who};
use crate::store::sessions::Sessions;
use crate::store::sqlite::{SqliteDirectory, StoreError};
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;

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
        "camera=(), geolocation=(), microphone=()",
    ),
];

/// A page that asks by itself says so, and does not keep its person signed in.
const LIVE: HeaderName = HeaderName::from_static("grebeg-live");

/// Longest cookie that is looked at.
const COOKIE_CHARS_MAX: usize = 200;

/// Lets through whom the table of rights lets through, and puts the headers on every answer.
pub async fn guard(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let is_tablets = request.uri().path().starts_with("/v1/");
    let mut response = match admit(&app, &mut request).await {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    };
    if is_tablets {
        // A tablet pays for every byte and shows no page.
        return response;
    }
    for (name, value) in HEADERS {
        response.headers_mut().insert(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        );
    }
    response
}

async fn admit(app: &App, request: &mut Request) -> Result<(), Problem> {
    let Some(path) = request.extensions().get::<MatchedPath>() else {
        return Ok(());
    };
    // A route that nobody wrote into the table is open to nobody.
    let right = rights::of(request.method(), path.as_str()).ok_or_else(forbidden)?;
    if right == Right::Open || right == Right::Tablet {
        return Ok(());
    }
    let headers = request.headers();
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        own_page(request.method(), headers)?;
    }
    if right == Right::Password {
        return Ok(());
    }
    let who = who(app, headers).await?.ok_or_else(no_session)?;
    if !right.admits(who.role) {
        return Err(forbidden());
    }
    if !headers.contains_key(&LIVE) {
        note_seen(app, &who);
    }
    request.extensions_mut().insert(who);
    Ok(())
}

pub fn no_session() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "no_session",
        "nobody is signed in",
        "sign in first",
    )
}

pub fn forbidden() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "not_allowed",
        "this needs another role",
        "let somebody with that role do it",
    )
}

/// A change has to come as JSON from a page of this very address: no other site can send that.
fn own_page(method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    let own = text(header::ORIGIN).is_some_and(|origin| {
        let scheme = if is_https(headers) { "https" } else { "http" };
        !host.is_empty() && origin.eq_ignore_ascii_case(&format!("{scheme}://{host}"))
    });
    if !own {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "wrong_origin",
            "a change has to come from this office's own page",
            "open the office at this address and try again",
        ));
    }
    let kind = text(header::CONTENT_TYPE);
    if kind.is_none() && *method == Method::DELETE {
        return Ok(());
    }
    let kind = kind.unwrap_or_default().split(';').next();
    if !kind
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case("application/json")
    {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_type_unknown",
            "the body has to be JSON",
            "send application/json",
        ));
    }
    Ok(())
}

/// Whether the browser speaks https: to a proxy in front of us, which says so; else only loopback speaks plain http.
pub fn is_https(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok());
    if let Some(told) = text(HeaderName::from_static("x-forwarded-proto")) {
        return told.trim().eq_ignore_ascii_case("https");
    }
    !is_loopback(text(header::HOST).unwrap_or_default())
}

fn is_loopback(host: &str) -> bool {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let name = name.trim_start_matches('[').trim_end_matches(']');
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

fn cookie_name(headers: &HeaderMap) -> &'static str {
    if is_https(headers) {
        "__Host-session"
    } else {
        "session"
    }
}

/// What sets the cookie in a browser; an empty value takes it away.
pub fn set_cookie(headers: &HeaderMap, value: &str) -> String {
    let secure = if is_https(headers) { "; Secure" } else { "" };
    let age = if value.is_empty() { "; Max-Age=0" } else { "" };
    let name = cookie_name(headers);
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Strict{secure}{age}")
}

/// The value of our cookie, as the browser sent it.
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    let name = cookie_name(headers);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split(';'))
        .filter_map(|cookie| cookie.trim().split_once('='))
        .find(|(found, value)| *found == name && value.len() <= COOKIE_CHARS_MAX)
        .map(|(_, value)| value)
}

/// Who is signed in with these headers now.
pub async fn who(app: &App, headers: &HeaderMap) -> Result<Option<Who>, StoreError> {
    let Some(hash) = cookie(headers).map(sessions::hash_of) else {
        return Ok(None);
    };
    app.read(move |connection| sessions::find(connection, &hash, clock::now_ms()))
        .await
}

/// Notes that the person works, at most once a minute; nobody waits for it.
fn note_seen(app: &App, who: &Who) {
    let now_ms = clock::now_ms();
    if now_ms.saturating_sub(who.seen_ms) < NOTE_EVERY_MS {
        return;
    }
    let (app, hash) = (app.clone(), who.hash);
    tokio::spawn(async move {
        let noted = app
            .writer
            .call(move |turn| SqliteDirectory(turn.connection()?).session_seen(&hash, now_ms))
            .await;
        if let Err(error) = noted {
            tracing::warn!("that somebody works could not be noted: {error}");
        }
    });
}

/// The address that tries are counted for: of the browser, where a proxy on this machine tells it.
pub fn address(headers: &HeaderMap, peer: Option<Peer>) -> IpAddr {
    let own = peer.map_or(IpAddr::from([0, 0, 0, 0]), |Peer(address)| address.ip());
    if !own.is_loopback() {
        return own;
    }
    headers
        .get(HeaderName::from_static("x-forwarded-for"))
        .and_then(|value| value.to_str().ok())
        .and_then(|list| list.rsplit(',').next())
        .and_then(|last| last.trim().parse().ok())
        .unwrap_or(own)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(HeaderName::from_static(name), value.parse().unwrap());
        }
        map
    }

    #[test]
    fn the_cookie_is_bound_to_the_host_wherever_the_line_is_not_loopback() {
        for (pairs, expected) in [
            (vec![("host", "127.0.0.1:8787")], "session"),
            (vec![("host", "localhost")], "session"),
            (vec![("host", "[::1]:80")], "session"),
            (vec![("host", "kantor.example.org")], "__Host-session"),
            (vec![("host", "192.168.1.4:8787")], "__Host-session"),
            (
                vec![("host", "127.0.0.1"), ("x-forwarded-proto", "https")],
                "__Host-session",
            ),
            (vec![("host", "localhost.example.org")], "__Host-session"),
        ] {
            let headers = headers(&pairs);
            assert_eq!(cookie_name(&headers), expected, "{pairs:?}");
            let set = set_cookie(&headers, "abc");
            assert!(set.contains("HttpOnly; SameSite=Strict"));
            assert_eq!(set.contains("Secure"), expected.starts_with("__"));
        }
        let both = headers(&[("host", "127.0.0.1"), ("cookie", "a=1; session=xyz; b=2")]);
        assert_eq!(cookie(&both), Some("xyz"));
        let other = headers(&[("host", "a.example"), ("cookie", "session=xyz")]);
        assert_eq!(cookie(&other), None);
    }

    #[test]
    fn a_change_comes_from_our_own_page_as_json() {
        let host = ("host", "127.0.0.1:80");
        let json = ("content-type", "application/json; charset=utf-8");
        let own = ("origin", "http://127.0.0.1:80");
        for (pairs, status) in [
            (vec![host, own, json], None),
            (vec![host, json], Some(403)),
            (
                vec![host, ("origin", "http://evil.example"), json],
                Some(403),
            ),
            (vec![host, ("origin", "null"), json], Some(403)),
            (
                vec![host, ("origin", "http://127.0.0.1:81"), json],
                Some(403),
            ),
            (vec![host, own, ("content-type", "text/plain")], Some(415)),
            (vec![host, own], Some(415)),
            (
                vec![("host", "a.example"), ("origin", "http://a.example"), json],
                Some(403),
            ),
            (
                vec![("host", "a.example"), ("origin", "https://a.example"), json],
                None,
            ),
        ] {
            let found = own_page(&Method::POST, &headers(&pairs)).err();
            assert_eq!(found.map(|p| p.status.as_u16()), status, "{pairs:?}");
        }
        assert!(own_page(&Method::DELETE, &headers(&[host, own])).is_ok());
    }

    #[test]
    fn only_a_proxy_on_this_machine_may_name_another_address() {
        let peer = |text: &str| Some(Peer(format!("{text}:9").parse().unwrap()));
        let named = headers(&[("x-forwarded-for", "10.0.0.9, 203.0.113.7")]);
        let shown = |headers, peer| address(headers, peer).to_string();
        assert_eq!(shown(&named, peer("127.0.0.1")), "203.0.113.7");
        assert_eq!(shown(&named, peer("198.51.100.4")), "198.51.100.4");
        assert_eq!(shown(&headers(&[]), peer("127.0.0.1")), "127.0.0.1");
    }
}
