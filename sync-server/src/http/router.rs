//! Which path leads where. `/v1/sync` asks for a tablet's token, `/v1/enrol` for a code; nobody gets past `/api` yet.

use super::problem::Problem;
use super::{App, body, door, enrol, health, live, office, pages, rights, session, sync};
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};

pub fn router(app: App) -> Router {
    Router::new()
        .route("/health", get(health::health))
        .route("/openapi.json", get(health::openapi))
        .route("/metrics", get(health::metrics))
        .route("/v1/enrol", post(enrol::enrol))
        .route("/v1/sync", post(sync::sync))
        .route("/", get(pages::office))
        .route("/office.html", get(pages::office))
        .route("/favicon.svg", get(pages::asset))
        .route("/assets/{*path}", get(pages::asset))
        .route("/licences/{*path}", get(pages::asset))
        .route(
            "/api/session",
            get(session::session)
                .post(session::sign_in)
                .delete(session::sign_out),
        )
        .route("/api/day", get(office::day))
        .route("/api/review", post(office::judge))
        .route("/api/campaign", get(office::campaign))
        .route("/api/events", get(live::events))
        .route(rights::REST, any(not_found))
        .fallback(not_found)
        .method_not_allowed_fallback(wrong_method)
        .layer(from_fn_with_state(app.clone(), door::guard))
        .layer(from_fn(body::hear_out))
        .with_state(app)
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

#[cfg(test)]
mod tests {
    use grebeg_core::wire::json;
    use serde_json::Value as Json;

    fn document() -> Json {
        serde_json::from_str(super::super::openapi::document()).unwrap()
    }

    #[test]
    fn every_route_is_described() {
        let routes = include_str!("router.rs")
            .split(".route(\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|path| path.starts_with('/'));
        let document = document();
        let mut count = 0;
        for route in routes {
            let path = route.replace("{*", "{");
            assert!(document["paths"][&path].is_object(), "{path} is missing");
            count += 1;
        }
        assert!(count >= 6);
    }

    #[test]
    fn every_reference_leads_somewhere_and_every_error_is_a_problem_document() {
        let document = document();
        let text = document.to_string();
        for name in text.split("#/components/schemas/").skip(1) {
            let name = name.split('"').next().unwrap();
            assert!(
                document["components"]["schemas"][name].is_object(),
                "{name}"
            );
        }
        for (path, operations) in document["paths"].as_object().unwrap() {
            for operation in operations.as_object().unwrap().values() {
                let Some(responses) = operation["responses"].as_object() else {
                    continue;
                };
                for (status, response) in responses {
                    let is_error = status.starts_with(['4', '5']);
                    let problem = &response["content"]["application/problem+json"];
                    assert_eq!(is_error, problem.is_object(), "{path} {status}");
                }
            }
        }
    }

    #[test]
    fn the_example_of_a_request_is_one() {
        let document = document();
        let body = &document["paths"]["/v1/sync"]["post"]["requestBody"]["content"];
        let example = body["application/json"]["example"].to_string();
        let request = json::read_request(example.as_bytes()).unwrap();
        assert_eq!(request.reports.len(), 1);
        let whole = |o: &grebeg_core::sync::messages::Offered| {
            matches!(o, grebeg_core::sync::messages::Offered::Whole(_))
        };
        assert!(request.changes.iter().all(whole));
    }

    #[test]
    fn the_reasons_are_all_of_them() {
        let document = document();
        let listed = &document["components"]["schemas"]["Ack"]["properties"]["reason"]["enum"];
        let known = grebeg_core::sync::messages::HeldReason::ALL;
        let known: Vec<&str> = known.iter().map(|r| r.code()).collect();
        assert_eq!(*listed, serde_json::json!(known));
    }
}
