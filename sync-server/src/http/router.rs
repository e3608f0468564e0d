//! Which path leads where. Every route is in the table of the right that it asks for.

use super::problem::Problem;
use super::{App, enrol, health, sync};
use axum::Router;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};

pub fn router(app: App) -> Router {
    Router::new()
        .route("/health", get(health::health))
        .route("/openapi.json", get(health::openapi))
        .route("/metrics", get(health::metrics))
        .route("/v1/enrol", post(enrol::enrol))
        .route("/v1/sync", post(sync::sync))
        .route("/api/{*path}", any(no_session))
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .with_state(app)
}

/// The office's pages bring sessions; until a session is there nobody gets past this door.
async fn no_session() -> Response {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "no_session",
        "nobody is signed in",
        "sign in first",
    )
    .into_response()
}

async fn not_found() -> Response {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not_found",
        "there is nothing here",
        "see /openapi.json",
    )
    .into_response()
}

async fn wrong_method() -> Response {
    Problem::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "this path takes another method",
        "see /openapi.json",
    )
    .into_response()
}
