//! Enrolling a tablet with a code. An unknown code, a spent one and an expired one look alike.

use super::form::{self, Form, Forms};
use super::problem::Problem;
use super::{App, body};
use crate::office::codes::{self, Enrolled};
use crate::store::sqlite::{SqliteStore, StoreError};
use axum::body::Body;
use axum::extract::State;
use axum::http::{Request, StatusCode};
use axum::response::Response;
use grebeg_core::codec::Reader;
use grebeg_core::register::RecordKey;
use grebeg_core::sync::store::Store;
use grebeg_core::value::Value;
use grebeg_core::wire::{WireError, json, pack, unpack};
use serde_json::{Value as Json, json};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A request to enrol is a few lines, packed or not.
const BODY_MAX: usize = 16 << 10;
/// The compact form of so little is not worth a high level.
const PACK_LEVEL: i32 = 3;
/// Failed spoken codes in a window, over all addresses: a hall of 25 tablets behind one address mistypes a few, a guesser thousands.
const WRONG_MAX: usize = 100;
const WINDOW: Duration = Duration::from_secs(60);

/// Recent failures of the spoken form.
#[derive(Default)]
pub struct Guesses(Mutex<Vec<Instant>>);

impl Guesses {
    /// Whether so many failed lately that guessing has to slow down.
    fn too_many(&self) -> bool {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        failures.retain(|at| at.elapsed() < WINDOW);
        failures.len() >= WRONG_MAX
    }

    fn failed(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(Instant::now());
    }
}

/// The compact form is that of any value: its canonical bytes in the envelope.
fn read_form(form: Form, bytes: &[u8]) -> Result<Json, WireError> {
    match form {
        Form::Json => json::parse(bytes),
        Form::Compact => {
            let bytes = unpack(bytes, BODY_MAX)?;
            let mut input = Reader::new(&bytes);
            let value = Value::read(&mut input)?;
            input.end()?;
            Ok(value.to_json())
        }
    }
}

fn write_form(form: Form, body: &Json) -> Response {
    let bytes = match form {
        Form::Json => body.to_string().into_bytes(),
        Form::Compact => pack(&Value::from_json(body).canonical_bytes(), PACK_LEVEL),
    };
    form::answer(StatusCode::OK, form.content_type(), bytes)
}

pub async fn enrol(State(app): State<App>, request: Request<Body>) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let forms = Forms::of(&head.headers)?;
    let bytes = body::read(&head.headers, body, BODY_MAX).await?;
    let malformed = |detail: String| {
        Problem::new(
            StatusCode::BAD_REQUEST,
            "malformed",
            detail,
            "send {code, device_name, app_version}",
        )
    };
    let form = forms.request(&bytes);
    let body = read_form(form, &bytes).map_err(|error| malformed(error.to_string()))?;
    let text = |field: &str| body.get(field).and_then(Json::as_str).map(str::to_owned);
    let code = text("code").ok_or_else(|| malformed("code: is missing".to_owned()))?;
    let device_name = text("device_name").unwrap_or_default();
    let app_version = text("app_version").unwrap_or_default();
    if code.len() > 200 {
        return Err(malformed("code: is too long".to_owned()));
    }
    let spoken = !code.trim().to_ascii_uppercase().starts_with("GREBEG:");
    // Good codes go through even while guesses are slowed down: what is limited is the answer to wrong ones.
    let slowed = spoken && app.codes.too_many();
    let enrolled = app
        .writer
        .call(move |turn| codes::enrol(turn, &code, &device_name, &app_version))
        .await?;
    let welcome = match enrolled {
        Enrolled::Welcome(welcome) => Some(*welcome),
        Enrolled::NoCode => None,
        Enrolled::Closed => {
            return Err(Problem::new(
                StatusCode::GONE,
                "campaign_closed",
                "this campaign is closed",
                "ask the admin to open it again",
            ));
        }
    };
    let Some(welcome) = welcome else {
        if slowed {
            let detail = "too many wrong codes were tried";
            return Err(Problem::new(
                StatusCode::TOO_MANY_REQUESTS,
                "too_many_tries",
                detail,
                "wait a minute, then type the code again",
            )
            .retry_after(60));
        }
        if spoken {
            app.codes.failed();
        }
        return Err(Problem::new(
            StatusCode::GONE,
            "code_spent",
            "this code is unknown, spent or expired",
            "ask the admin for a new code",
        ));
    };
    let row = welcome.row.clone();
    let people = app
        .read(move |connection| -> Result<Vec<Json>, StoreError> {
            let mut store = SqliteStore::new(connection, row.campaign);
            let mut people = Vec::new();
            for person in &row.people {
                let record = store
                    .record(&RecordKey::new("person", person.0))?
                    .unwrap_or_default();
                people.push(json!({
                    "person_id": person.to_string(),
                    "name": record.registers.text("name"),
                    "role": record.registers.text("role"),
                }));
            }
            Ok(people)
        })
        .await?;
    let answer = json!({
        "device_id": welcome.row.first_device.to_string(),
        "token": welcome.token,
        "campaign_id": welcome.row.campaign.to_string(),
        "people": people,
        "server_time": json::time(crate::clock::now_ms()),
    });
    Ok(write_form(forms.answer(form), &answer))
}
