//! One exchange with a tablet: who it is, what it brings, what it lacks.

use super::body;
use super::form::{self, Form, Forms};
use super::problem::{PROBLEM_TYPE, Problem};
use super::{App, Counters};
use crate::exchange::{self, Taken, Telling};
use crate::store::Directory;
use crate::store::rows::EnrolmentRow;
use crate::store::sqlite::{SqliteDirectory, SqliteStore, StoreError};
use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, HeaderValue, Request as HttpRequest, StatusCode, header};
use axum::response::{IntoResponse, Response};
use grebeg_core::id::CampaignId;
use grebeg_core::limits;
use grebeg_core::sync::exchange::speaks_for;
use grebeg_core::sync::messages::{Answer, PROTOCOL_MIN, Request, State};
use grebeg_core::wire::{WireError, compact, json};
use sha2::{Digest, Sha256};
use std::sync::atomic::Ordering;

/// Fills with more records than this are packed at the high level, which takes tens of megabytes and much time: they come
/// once for each tablet and travel on bad lines. What others did since is packed fast, however much it is.
const LARGE_FILL_RECORDS: usize = 400;

/// Records in one page of JSON: spelt out in memory a record takes ten times its room in the compact form.
const JSON_PAGE_RECORDS: usize = 1_000;

/// Records in an answer to changes while others wait in line: what somebody saved is on the disk before anybody reads what all
/// have done. The tablet asks for the rest at once, behind those who still have to send.
const CROWDED_PAGE_RECORDS: usize = 100;

pub async fn sync(Shared(app): Shared<App>, request: HttpRequest<Body>) -> Response {
    let answered = exchanged(&app, request).await;
    answered.unwrap_or_else(|problem| {
        if problem.status == StatusCode::UNAUTHORIZED {
            app.counters.refused.fetch_add(1, Ordering::Relaxed);
        }
        problem.into_response()
    })
}

async fn exchanged(app: &App, request: HttpRequest<Body>) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let enrolment = authenticate(app, &head.headers).await?;
    let forms = Forms::of(&head.headers)?;
    let bytes = body::read(&head.headers, body, limits::WIRE_BYTES_MAX).await?;
    let bytes_in = bytes.len() as u64;
    let _place = app.turn().await?;
    let form = forms.request(&bytes);
    let request = read_and_check(app, &enrolment, form, bytes).await?;
    let form = forms.answer(form);
    let old = request.protocol < PROTOCOL_MIN;
    app.counters
        .homes_repaired
        .fetch_add(request.repaired, Ordering::Relaxed);
    let manner = Manner {
        form,
        page_records: match form {
            _ if app.is_crowded() && !request.changes.is_empty() => CROWDED_PAGE_RECORDS,
            Form::Json => JSON_PAGE_RECORDS,
            Form::Compact => limits::PAGE_RECORDS_MAX,
        },
        old,
    };
    let taken = taken(app, &enrolment, request).await?;
    app.counters.bytes_in.fetch_add(bytes_in, Ordering::Relaxed);
    let (content_type, bytes) = answered(app, enrolment, taken, manner).await?;
    app.counters
        .bytes_out
        .fetch_add(bytes.len() as u64, Ordering::Relaxed);
    if !old {
        return Ok(form::answer(StatusCode::OK, content_type, bytes));
    }
    let mut response = form::answer(StatusCode::UPGRADE_REQUIRED, content_type, bytes);
    response
        .headers_mut()
        .insert(header::UPGRADE, HeaderValue::from_static("grebeg-sync/2"));
    Ok(response)
}

fn read_request(form: Form, bytes: &[u8]) -> Result<Request, Problem> {
    let read = match form {
        Form::Compact => compact::read_request(bytes),
        Form::Json => json::read_request(bytes),
    };
    read.map_err(|error: WireError| {
        let status = if error.is_size() {
            StatusCode::PAYLOAD_TOO_LARGE
        } else {
            StatusCode::BAD_REQUEST
        };
        Problem::new(
            status,
            "malformed",
            error.to_string(),
            "see /openapi.json for the form of a request",
        )
    })
}

/// Content type and bytes. In JSON a program that is too old is told so in the same document.
fn write_answer(
    form: Form,
    answer: &Answer,
    campaign: CampaignId,
    old: bool,
) -> (&'static str, Vec<u8>) {
    if form == Form::Compact {
        let fills = !answer.fills.is_empty() && answer.records.len() > LARGE_FILL_RECORDS;
        let level = if fills { 17 } else { 3 };
        let bytes = compact::write_answer(answer, campaign, level);
        return (form.content_type(), bytes);
    }
    let mut body = json::write_answer(answer);
    if !old {
        return (form.content_type(), body.to_string().into_bytes());
    }
    let problem = Problem::new(
        StatusCode::UPGRADE_REQUIRED,
        "update_needed",
        "this program is too old; its changes were taken",
        "install the newer version; nothing is lost",
    );
    if let Some(members) = body.as_object_mut() {
        members.extend(problem.members());
    }
    (PROBLEM_TYPE, body.to_string().into_bytes())
}

fn count(counters: &Counters, answer: &Answer) {
    counters.syncs.fetch_add(1, Ordering::Relaxed);
    for ack in &answer.acks {
        let counter = if ack.state == State::HeldBack {
            &counters.changes_held_back
        } else {
            &counters.changes_accepted
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

fn unauthorized(code: &'static str, detail: &str, hint: &'static str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, code, detail, hint)
}

fn revoked() -> Problem {
    unauthorized(
        "revoked",
        "this tablet was stopped by an admin",
        "hand the tablet to the admin; what was not sent can be rescued",
    )
}

/// The enrolment that the bearer token belongs to, before anything else is read.
pub async fn authenticate(app: &App, headers: &HeaderMap) -> Result<EnrolmentRow, Problem> {
    let value = headers
        .get(header::AUTHORIZATION)
        .and_then(|v| v.to_str().ok());
    let token = value
        .and_then(|v| v.split_once(' '))
        .filter(|(kind, _)| kind.eq_ignore_ascii_case("bearer"));
    let Some((_, token)) = token.filter(|(_, token)| token.len() <= 200) else {
        return Err(unauthorized(
            "no_token",
            "a bearer token is needed",
            "enrol this tablet first",
        ));
    };
    let hash: [u8; 32] = Sha256::digest(token.trim().as_bytes()).into();
    let found = app
        .read(move |connection| SqliteDirectory(connection).enrolment_by_token(&hash))
        .await?;
    match found {
        None => Err(unauthorized(
            "unknown_device",
            "this tablet is not known here",
            "ask an admin for a new code; nothing on the tablet is lost",
        )),
        Some(row) if row.is_shut(crate::clock::now_ms()) => Err(revoked()),
        Some(row) => Ok(row),
    }
}

/// The request, of a device of this enrolment or of a new one that succeeds one of them.
///
/// Unpacking and JSON of a megabyte take long enough to stop every other request of a thread.
async fn read_and_check(
    app: &App,
    enrolment: &EnrolmentRow,
    form: Form,
    bytes: Vec<u8>,
) -> Result<Request, Problem> {
    let (campaign, id) = (enrolment.campaign, enrolment.enrolment);
    app.read(move |connection| {
        let request = read_request(form, &bytes)?;
        let mut store = SqliteStore::new(connection, campaign);
        if speaks_for(&mut store, id, request.device, request.succeeds)? {
            return Ok(request);
        }
        Err(unauthorized(
            "unknown_device",
            "this device is not one of this tablet's",
            "name the device that it succeeds, or enrol again",
        ))
    })
    .await
}

/// What the request brings, on disk when this returns.
async fn taken(app: &App, enrolment: &EnrolmentRow, request: Request) -> Result<Taken, Problem> {
    let (device, position) = (request.device, request.position.clone());
    let (campaign, id) = (enrolment.campaign, enrolment.enrolment);
    let acks = app
        .writer
        .call(move |turn| exchange::receive(turn, campaign, id, &request))
        .await?
        .ok_or_else(revoked)?;
    Ok(Taken {
        device,
        position,
        acks,
    })
}

/// How an answer is given.
#[derive(Clone, Copy)]
struct Manner {
    form: Form,
    page_records: usize,
    /// To a program that is too old.
    old: bool,
}

/// Content type and bytes of the answer.
async fn answered(
    app: &App,
    enrolment: EnrolmentRow,
    taken: Taken,
    manner: Manner,
) -> Result<(&'static str, Vec<u8>), Problem> {
    let campaign = enrolment.campaign;
    let place = app.build().await?;
    let counting = app.clone();
    let read = app.read_and(
        move |connection| -> Result<Answer, StoreError> {
            let telling = Telling {
                page_records: manner.page_records,
                // A JSON client is sent its own writes as well.
                simple: manner.form == Form::Json,
                now_ms: crate::clock::now_ms(),
            };
            exchange::answer(connection, enrolment, taken, telling)
        },
        move |answer| {
            let _place = place;
            count(&counting.counters, &answer);
            write_answer(manner.form, &answer, campaign, manner.old)
        },
    );
    Ok(read.await?)
}
