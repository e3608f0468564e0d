//! The office's pages ask here: a day's visits, verdicts on them, the campaign's figures.

use super::problem::Problem;
use super::{App, body};
use crate::clock;
use crate::office::desk::Desk;
use crate::office::error::OfficeError;
use crate::office::review;
use crate::office::sessions::Who;
use crate::office::summary;
use crate::office::totals::{parse_date, parse_time};
use crate::store::sqlite::StoreError;
use crate::writer::Turn;
use axum::body::Body;
use axum::extract::{Extension, Query, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use grebeg_core::wire::json as wire;
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::sync::{Arc, Mutex, PoisonError};

/// Verdicts on thousands of visits at once are no review.
const VISITS_MAX: usize = 2_000;
const BODY_MAX: usize = 256 << 10;

#[derive(Debug, Deserialize)]
pub struct Asked {
    date: Option<String>,
    as_of: Option<String>,
}

/// A working day's visits in the person's markets.
pub async fn day(
    State(app): State<App>,
    Extension(who): Extension<Who>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let _place = app.turn().await?;
    let date = asked.date.as_deref().map(parse_date).transpose()?;
    let page = app
        .read(move |connection| -> Result<Json, OfficeError> {
            let mut desk = desk_of(connection, &who)?;
            review::day::page(&mut desk, date, clock::now_ms())
        })
        .await?;
    Ok(fresh(&page))
}

/// The campaign's figures, now or as known then.
pub async fn campaign(
    State(app): State<App>,
    Extension(who): Extension<Who>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let _place = app.turn().await?;
    let date = asked.date.as_deref().map(parse_date).transpose()?;
    let as_of_ms = asked.as_of.as_deref().map(parse_time).transpose()?;
    let page = app
        .read(move |connection| -> Result<Json, OfficeError> {
            let mut desk = desk_of(connection, &who)?;
            summary::page(&mut desk, date, as_of_ms, clock::now_ms())
        })
        .await?;
    Ok(fresh(&page))
}

/// Approves, returns, or takes a verdict back.
pub async fn judge(
    State(app): State<App>,
    Extension(who): Extension<Who>,
    request: Request<Body>,
) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let bytes = body::read(&head.headers, body, BODY_MAX).await?;
    let read = wire::parse(&bytes).map_err(|error| malformed(error.to_string()))?;
    let verdict = Verdict::read(&read)?;
    let _place = app.turn().await?;
    let answer = app
        .act(move |turn| {
            let (campaign, person) = (who.campaign.to_string(), who.person.to_string());
            let mut desk = Desk::open(turn, Some(&campaign), Some(&person))?;
            verdict.carry_out(&mut desk)
        })
        .await?;
    Ok(fresh(&answer))
}

/// What a page asks to be done with visits.
#[derive(Debug)]
enum Verdict {
    /// `seq`: where the order stood when the visits were looked at.
    Approve {
        visits: Vec<String>,
        seq: Option<u64>,
    },
    Return {
        visit: String,
        reason: Option<String>,
        why: String,
        fields: Vec<String>,
    },
    Reopen {
        visits: Vec<String>,
    },
}

impl Verdict {
    fn read(body: &Json) -> Result<Self, Problem> {
        let text = |field: &str| body.get(field).and_then(Json::as_str).map(str::to_owned);
        let list = |field: &str| -> Vec<String> {
            let list = body.get(field).and_then(Json::as_array);
            let texts = list.into_iter().flatten().filter_map(Json::as_str);
            texts.map(str::to_owned).collect()
        };
        let mut visits = list("visits");
        visits.extend(text("visit"));
        if visits.is_empty() || visits.len() > VISITS_MAX {
            return Err(malformed(format!("visits: between 1 and {VISITS_MAX}")));
        }
        match text("verdict").as_deref() {
            Some("approve") => Ok(Self::Approve {
                visits,
                seq: body.get("seq").and_then(Json::as_u64),
            }),
            Some("reopen") => Ok(Self::Reopen { visits }),
            Some("return") => match visits.as_slice() {
                [visit] => Ok(Self::Return {
                    visit: visit.clone(),
                    reason: text("reason"),
                    why: text("why").unwrap_or_default(),
                    fields: list("fields"),
                }),
                _ => Err(malformed("visit: one at a time is returned".to_owned())),
            },
            _ => Err(malformed("verdict: approve, return or reopen".to_owned())),
        }
    }

    fn carry_out(self, desk: &mut Desk<'_>) -> Result<Json, OfficeError> {
        match self {
            Self::Approve { visits, seq } => {
                if let Some(seq) = seq {
                    review::unchanged_since(desk, &visits, seq)?;
                }
                Ok(json!({ "approved": review::approve(desk, &visits)? }))
            }
            Self::Return {
                visit,
                reason,
                why,
                fields,
            } => {
                let id = review::give_back(desk, &visit, &why, reason.as_deref(), &fields)?;
                Ok(json!({ "return_id": id.to_string() }))
            }
            Self::Reopen { visits } => Ok(json!({ "reopened": review::reopen(desk, &visits)? })),
        }
    }
}

fn malformed(detail: String) -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "malformed",
        detail,
        "see /openapi.json for the form of a request",
    )
}

fn desk_of<'c>(connection: &'c rusqlite::Connection, who: &Who) -> Result<Desk<'c>, OfficeError> {
    let (campaign, person) = (who.campaign.to_string(), who.person.to_string());
    Desk::read(connection, Some(&campaign), Some(&person))
}

/// An answer that nobody keeps.
pub fn fresh(body: &Json) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "application/json"),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (headers, body.to_string()).into_response()
}

impl App {
    /// Writes within the next transaction; whatever `work` refuses leaves nothing behind.
    pub async fn act<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Turn<'_>) -> Result<T, OfficeError> + Send + 'static,
    ) -> Result<T, OfficeError> {
        let refused = Arc::new(Mutex::new(None));
        let slot = Arc::clone(&refused);
        let done = self
            .writer
            .call(move |turn| {
                work(turn).map_err(|error| match error {
                    OfficeError::Store(error) => error,
                    error => {
                        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                        // Takes back what was written; the error itself stands in the slot.
                        StoreError::Busy
                    }
                })
            })
            .await;
        let refused = refused
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        match (done, refused) {
            (Err(_), Some(refused)) => Err(refused),
            (done, _) => Ok(done?),
        }
    }
}

impl From<OfficeError> for Problem {
    fn from(error: OfficeError) -> Self {
        // What a person may not see looks like what is not there.
        let hidden = matches!(
            error,
            OfficeError::RecordUnknown { .. } | OfficeError::NotAllowed { .. }
        );
        if hidden {
            return Self::new(
                StatusCode::NOT_FOUND,
                "unknown",
                "that is not there",
                "load the page again",
            );
        }
        let (code, detail) = (error.code(), error.to_string());
        match error {
            OfficeError::Store(error) => error.into(),
            OfficeError::BadValue { .. }
            | OfficeError::TooLong { .. }
            | OfficeError::WhyNeeded
            | OfficeError::MarketUnknown(_) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                code,
                detail,
                "correct the value",
            ),
            OfficeError::Other { code, message, .. } => {
                Self::new(StatusCode::CONFLICT, code, message, "load the page again")
            }
            _ => {
                tracing::error!(code, "the office: {detail}");
                Self::new(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    code,
                    "the server could not do it; nothing was changed",
                    "the operator finds more in the server's log",
                )
            }
        }
    }
}
