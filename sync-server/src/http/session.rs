//! Signing in and out, and who is signed in.

use super::door;
use super::listen::Peer;
use super::problem::Problem;
use super::{App, body};
use crate::office::desk::Desk;
use crate::office::error::OfficeError;
use crate::office::sessions::{self, Who};
use axum::body::Body;
use axum::extract::{Extension, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use grebeg_core::register::RecordKey;
use grebeg_core::sync::store::Store;
use grebeg_core::wire::json as wire;
use serde_json::{Value as Json, json};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Instant;

const BODY_MAX: usize = 4 << 10;
/// Longer log-ins and passwords belong to nobody.
const CHARS_MAX: usize = 200;
/// Passwords that are checked at the same time, and that wait for it: each takes 19 MiB and a good part of a second.
pub const CHECKS_MAX: usize = 2;
const CHECKS_IN_LINE_MAX: usize = 20;

/// Opens a session.
pub async fn sign_in(
    State(app): State<App>,
    peer: Option<Extension<Peer>>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let bytes = body::read(&head.headers, body, BODY_MAX).await?;
    let malformed = |detail: String| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "malformed",
            detail,
            "send {login, password}",
        )
    };
    let read = wire::parse(&bytes).map_err(|error| malformed(error.to_string()))?;
    let text = |field: &str| {
        let text = read.get(field).and_then(Json::as_str);
        text.map(str::to_owned)
            .ok_or_else(|| malformed(format!("{field}: is missing")))
    };
    let (login, password) = (text("login")?.trim().to_owned(), text("password")?);
    let address = door::address(&head.headers, peer.map(|Extension(peer)| peer));
    let now = Instant::now();
    if let Some(wait) = app.office.tries.wait(&login, address, now) {
        let seconds = u32::try_from(wait.as_secs()).unwrap_or(60) + 1;
        return Err(Problem::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_tries",
            "too many wrong passwords were tried",
            "wait a minute, then type the password again",
        )
        .retry_after(seconds));
    }
    let before = door::cookie(&head.headers).map(sessions::hash_of);
    let cookie = open(&app, login.clone(), password, before).await?;
    let Some(cookie) = cookie else {
        app.counters.refused.fetch_add(1, Ordering::Relaxed);
        if let Some(count) = app.office.tries.failed(&login, address, now) {
            app.act(move |turn| sessions::note_failures(turn, count))
                .await?;
        }
        return Err(Problem::new(
            StatusCode::UNAUTHORIZED,
            "wrong_password",
            "log-in or password is wrong",
            "type both again; an admin can set a new password",
        ));
    };
    app.office.tries.succeeded(&login, address);
    let hash = sessions::hash_of(&cookie);
    let found = app
        .read(move |c| sessions::find(c, &hash, crate::clock::now_ms()))
        .await?;
    let who = found.ok_or_else(door::no_session)?;
    let mut response = answer(&app, who).await?;
    let set = door::set_cookie(&head.headers, &cookie);
    if let Ok(set) = set.parse() {
        response.headers_mut().insert(header::SET_COOKIE, set);
    }
    Ok(response)
}

/// The new cookie; `None` for a wrong log-in or password, after the same time either way.
async fn open(
    app: &App,
    login: String,
    password: String,
    before: Option<[u8; 32]>,
) -> Result<Option<String>, Problem> {
    let _in_line = app.office.line.try_acquire().map_err(|_| Problem::busy())?;
    let _place = app
        .office
        .checks
        .acquire()
        .await
        .map_err(|_| Problem::busy())?;
    let wanted = login.clone();
    let account = app
        .read(move |connection| sessions::account(connection, &wanted))
        .await?;
    let too_long = login.chars().count() > CHARS_MAX || password.chars().count() > CHARS_MAX;
    let checked = tokio::task::spawn_blocking(move || {
        let fits = sessions::password_fits(account.as_ref(), &password);
        account.filter(|_| fits && !too_long)
    });
    let Some(account) = checked.await.unwrap_or(None) else {
        return Ok(None);
    };
    let opened = app
        .act(move |turn| sessions::start(turn, &login, &account, before.as_ref()))
        .await?;
    Ok(opened)
}

/// Ends the session.
pub async fn sign_out(
    State(app): State<App>,
    Extension(who): Extension<Who>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    app.act(move |turn| sessions::end(turn, &who)).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    if let Ok(set) = door::set_cookie(request.headers(), "").parse() {
        response.headers_mut().insert(header::SET_COOKIE, set);
    }
    Ok(response)
}

/// Who is signed in, and in which campaign.
pub async fn session(
    State(app): State<App>,
    Extension(who): Extension<Who>,
) -> Result<Response, Problem> {
    answer(&app, who).await
}

async fn answer(app: &App, who: Who) -> Result<Response, Problem> {
    let described = app
        .read(move |connection| -> Result<Json, OfficeError> {
            let (campaign, person) = (who.campaign.to_string(), who.person.to_string());
            let mut desk = Desk::read(connection, Some(&campaign), Some(&person))?;
            let record = desk
                .store
                .record(&RecordKey::new("person", who.person.0))?
                .unwrap_or_default();
            let definition = desk.definition()?;
            let markets = desk.markets()?;
            let names = definition
                .markets()
                .iter()
                .filter(|m| m.switched_on)
                .filter(|m| markets.as_ref().is_none_or(|own| own.contains(&m.code)))
                .map(|m| json!({ "code": m.code, "name": m.name }));
            let told = &definition.campaign;
            Ok(json!({
                "person": {
                    "id": who.person.to_string(),
                    "name": record.registers.text("name"),
                    "role": who.role.code(),
                    "role_label": label(&definition, who.role.code()),
                    "markets": names.collect::<Vec<_>>(),
                },
                "campaign": {
                    "id": campaign,
                    "code": told.code,
                    "name": { "id": told.name_id, "en": told.name_en },
                    "city": told.city,
                    "from": told.training_date.or(told.field_from),
                    "to": told.field_to,
                    "timezone": definition.timezone().name(),
                },
                "server_time": wire::time(crate::clock::now_ms()),
            }))
        })
        .await
        .map_err(Problem::from)?;
    Ok(super::office::fresh(&described))
}

fn label(definition: &grebeg_core::definition::Definition, role: &str) -> Json {
    json!({
        "id": definition.code_label("roles", role, "id"),
        "en": definition.code_label("roles", role, "en"),
    })
}

/// What the office's door keeps in memory; nothing of it is needed after a restart.
pub struct OfficeDoor {
    pub tries: super::tries::Tries,
    pub live: super::live::Live,
    checks: Arc<tokio::sync::Semaphore>,
    line: Arc<tokio::sync::Semaphore>,
}

impl Default for OfficeDoor {
    fn default() -> Self {
        Self {
            tries: Default::default(),
            live: Default::default(),
            checks: Arc::new(tokio::sync::Semaphore::new(CHECKS_MAX)),
            line: Arc::new(tokio::sync::Semaphore::new(CHECKS_MAX + CHECKS_IN_LINE_MAX)),
        }
    }
}
