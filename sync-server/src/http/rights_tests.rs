//! Every route for everybody: the table of rights against the router, cell by cell. A route without a row here fails.

use super::listen::Peer;
use super::rights::{self, TABLE};
use super::{App, router};
use crate::office::people::{PersonInput, save};
use crate::office::sessions;
use crate::office::test_office::{Office, trader, visit};
use crate::writer::{Writer, once};
use axum::Router;
use axum::body::Body;
use axum::extract::Extension;
use axum::http::{Method, Request, StatusCode};
use axum::response::Response;
use grebeg_core::id::PersonId;
use serde_json::json;
use tower::ServiceExt;

const HOST: &str = "127.0.0.1:8787";
const ORIGIN: &str = "http://127.0.0.1:8787";
const WHO: [&str; 7] = [
    "nobody",
    "canvasser",
    "other lead",
    "lead",
    "admin",
    "viewer",
    "expired",
];

/// Method, path, and the status for each of [`WHO`]. `0`: whatever it is, it is no question of rights.
#[rustfmt::skip]
const CELLS: &[(&str, &str, [u16; 7])] = &[
    ("GET", "/health", [200; 7]),
    ("GET", "/openapi.json", [200; 7]),
    ("GET", "/metrics", [200; 7]),
    ("POST", "/v1/enrol", [400; 7]),
    ("POST", "/v1/sync", [401; 7]),
    ("GET", "/", [0; 7]),
    ("GET", "/office.html", [0; 7]),
    ("GET", "/favicon.svg", [0; 7]),
    ("GET", "/assets/{*path}", [404; 7]),
    ("GET", "/licences/{*path}", [404; 7]),
    ("POST", "/api/session", [400; 7]),
    ("GET", "/api/session", [401, 200, 200, 200, 200, 200, 401]),
    ("GET", "/api/day", [401, 403, 200, 200, 200, 403, 401]),
    ("POST", "/api/review", [401, 403, 404, 200, 200, 403, 401]),
    ("GET", "/api/campaign", [401, 403, 200, 200, 200, 200, 401]),
    ("GET", "/api/events", [401, 403, 200, 200, 200, 200, 401]),
    // Last: it ends the sessions.
    ("DELETE", "/api/session", [401, 204, 204, 204, 204, 204, 401]),
];

struct World {
    router: Router,
    /// Cookies in the order of [`WHO`].
    cookies: [Option<String>; 7],
    visit: String,
    _office: Office,
}

fn world() -> World {
    let mut office = Office::new();
    let people = [
        ("canvasser", "KNM"),
        ("lead", "PGI"),
        ("lead", "KNM"),
        ("admin", ""),
        ("viewer", ""),
        ("lead", "KNM"),
    ];
    let mut cookies: [Option<String>; 7] = Default::default();
    let mut ids: Vec<PersonId> = Vec::new();
    for (at, (role, market)) in people.iter().enumerate() {
        let markets: Vec<&str> = Some(*market)
            .filter(|m| !m.is_empty())
            .into_iter()
            .collect();
        let person = office.person(&format!("Orang {at}"), role, &markets);
        let login = format!("orang{at}");
        let input = PersonInput {
            login: Some(login.clone()),
            password: Some("kopi tubruk pagi".to_owned()),
            ..PersonInput::default()
        };
        office.desk(|desk| save(desk, Some(person), &input));
        let account = sessions::account(&office.connection, &login)
            .unwrap()
            .unwrap();
        let cookie = once(&mut office.connection, |turn| {
            sessions::start(turn, &login, &account, None)
        });
        cookies[at + 1] = cookie.unwrap();
        ids.push(person);
    }
    office
        .connection
        .execute(
            "update session set seen_ms = seen_ms - 1800001 where login = 'orang5'",
            [],
        )
        .unwrap();
    let mut tablet = office.tablet(ids[0]);
    let (trader_id, new_trader) = trader("Rokayah", "+628123456789");
    let (visit_id, new_visit) = visit(trader_id, "mengajar");
    let at_ms = crate::clock::now_ms() - 5_000;
    tablet.send(&mut office, at_ms, vec![new_trader, new_visit]);
    let connection = crate::store::sqlite::open(&office.data.store()).unwrap();
    let (writer, _thread, _ended) = Writer::start(connection).unwrap();
    let data = crate::data_dir::DataDir::open(office.data.path()).unwrap();
    World {
        router: router::router(App::new(data, writer, false)),
        cookies,
        visit: visit_id.to_string(),
        _office: office,
    }
}

impl World {
    async fn ask(&self, request: Request<Body>) -> Response {
        let peer = Peer("127.0.0.1:9".parse().unwrap());
        let router = self.router.clone().layer(Extension(peer));
        router.oneshot(request).await.unwrap()
    }

    fn request(&self, method: &str, path: &str, who: usize) -> axum::http::request::Builder {
        let path = path.replace("{*path}", "x");
        let mut builder = Request::builder()
            .method(method)
            .uri(path)
            .header("host", HOST);
        if let Some(cookie) = &self.cookies[who] {
            builder = builder.header("cookie", format!("session={cookie}"));
        }
        builder
    }

    fn body(&self, path: &str) -> Body {
        let body = match path {
            "/api/review" => json!({ "verdict": "approve", "visits": [self.visit] }),
            _ => json!({}),
        };
        Body::from(body.to_string())
    }

    async fn status(&self, method: &str, path: &str, who: usize) -> u16 {
        let request = self
            .request(method, path, who)
            .header("origin", ORIGIN)
            .header("content-type", "application/json");
        let body = if method == "GET" {
            Body::empty()
        } else {
            self.body(path)
        };
        let response = self.ask(request.body(body).unwrap()).await;
        response.status().as_u16()
    }
}

fn run<F: Future>(work: F) -> F::Output {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
        .block_on(work)
}

#[test]
fn every_route_of_the_router_is_in_the_table_and_every_row_has_its_cells() {
    let routes: Vec<&str> = include_str!("router.rs")
        .split(".route(")
        .skip(1)
        .filter_map(|rest| rest.trim_start().strip_prefix('"'))
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(routes.len() >= 14, "{routes:?}");
    for path in &routes {
        assert!(
            TABLE.iter().any(|(_, known, _)| known == path),
            "{path} has no row in the table of rights"
        );
    }
    for (method, path, _) in TABLE {
        assert!(
            routes.contains(path),
            "{method} {path} is in the table and nowhere else"
        );
        let cells = CELLS
            .iter()
            .filter(|(m, p, _)| m == &method.as_str() && p == path);
        assert_eq!(cells.count(), 1, "{method} {path} has no cells");
    }
    assert_eq!(CELLS.len(), TABLE.len());
    assert_eq!(rights::of(&Method::GET, "/api/new"), None);
}

#[test]
fn asvs_8_2_1_and_8_3_1_every_cell_of_the_table_holds() {
    let world = world();
    run(async {
        for (method, path, cells) in CELLS {
            for (who, expected) in cells.iter().enumerate() {
                let found = world.status(method, path, who).await;
                let fits = match expected {
                    0 => !matches!(found, 401 | 403),
                    status => found == *status,
                };
                assert!(fits, "{method} {path} as {}: {found}", WHO[who]);
            }
        }
        // Whoever signed out is nobody.
        for (who, _) in WHO.iter().enumerate() {
            assert_eq!(world.status("GET", "/api/session", who).await, 401);
        }
    });
}

#[test]
fn what_is_not_there_is_told_only_to_who_is_signed_in() {
    let world = world();
    run(async {
        for (who, expected) in [401, 404, 404, 404, 404, 404, 401].into_iter().enumerate() {
            for path in ["/api/nothing", "/api/day/more"] {
                let found = world.status("GET", path, who).await;
                assert_eq!(found, expected, "{path} as {}", WHO[who]);
            }
            let found = world.status("GET", "/api/review", who).await;
            let expected = if expected == 401 { 401 } else { 405 };
            assert_eq!(found, expected, "GET /api/review as {}", WHO[who]);
        }
    });
}

#[test]
fn asvs_3_5_1_a_change_comes_as_json_from_our_own_page() {
    let world = world();
    let admin = 4;
    run(async {
        for (method, path, _) in TABLE
            .iter()
            .filter(|(method, path, _)| *method != Method::GET && path.starts_with("/api/"))
        {
            for (origin, kind, expected) in [
                (None, Some("application/json"), 403),
                (Some("http://evil.example"), Some("application/json"), 403),
                (Some("null"), Some("application/json"), 403),
                (
                    Some("https://127.0.0.1:8787"),
                    Some("application/json"),
                    403,
                ),
                (Some(ORIGIN), Some("text/plain"), 415),
                (Some(ORIGIN), Some("application/x-www-form-urlencoded"), 415),
            ] {
                let mut request = world.request(method.as_str(), path, admin);
                for (name, value) in [("origin", origin), ("content-type", kind)] {
                    if let Some(value) = value {
                        request = request.header(name, value);
                    }
                }
                let response = world.ask(request.body(world.body(path)).unwrap()).await;
                assert_eq!(
                    response.status().as_u16(),
                    expected,
                    "{method} {path} {origin:?} {kind:?}"
                );
            }
        }
        let still = world.status("GET", "/api/session", admin).await;
        assert_eq!(still, 200, "nobody was signed out");
    });
}

#[test]
fn asvs_3_4_3_every_answer_to_a_browser_carries_the_content_policy() {
    let world = world();
    run(async {
        for path in ["/", "/api/day", "/api/session", "/nothing", "/assets/x.js"] {
            let request = world.request("GET", path, 4).body(Body::empty()).unwrap();
            let response = world.ask(request).await;
            let header = |name: &str| {
                let value = response.headers().get(name);
                value
                    .and_then(|v| v.to_str().ok())
                    .unwrap_or_default()
                    .to_owned()
            };
            let policy = header("content-security-policy");
            assert!(
                policy.starts_with("default-src 'none'; script-src 'self';"),
                "{path}"
            );
            for never in ["unsafe", "*", "http:", "data:"] {
                assert!(!policy.contains(never), "{policy}");
            }
            assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
            if path.starts_with("/api/") {
                assert_eq!(header("cache-control"), "no-store", "{path}");
            }
        }
        let response = world
            .ask(
                world
                    .request("POST", "/v1/sync", 0)
                    .body(Body::empty())
                    .unwrap(),
            )
            .await;
        assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
        assert!(
            response.headers().get("content-security-policy").is_none(),
            "a tablet pays for every byte"
        );
    });
}
