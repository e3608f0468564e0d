//! Who may ask for what: one table, which the door obeys and from which the test of all rights is made.

use axum::http::Method;
use grebeg_core::kinds::Role;

/// What a route asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// Anybody.
    Open,
    /// A tablet's token or code, which the route asks for itself.
    Tablet,
    /// A password, which the route asks for itself; from our own page.
    Password,
    /// Anybody who is signed in.
    SignedIn,
    /// Who reads figures: leads of their markets, admins, viewers.
    Figures,
    /// Who judges visits: leads of their markets, admins.
    Judges,
}

impl Right {
    pub fn admits(self, role: Role) -> bool {
        match self {
            Self::Open | Self::Tablet | Self::Password | Self::SignedIn => true,
            Self::Figures => matches!(role, Role::Lead | Role::Admin | Role::Viewer),
            Self::Judges => matches!(role, Role::Lead | Role::Admin),
        }
    }
}

/// Method, path as the router has it, and the right.
pub const TABLE: &[(Method, &str, Right)] = &[
    (Method::GET, "/health", Right::Open),
    (Method::GET, "/openapi.json", Right::Open),
    (Method::GET, "/metrics", Right::Open),
    (Method::POST, "/v1/enrol", Right::Tablet),
    (Method::POST, "/v1/sync", Right::Tablet),
    (Method::GET, "/", Right::Open),
    (Method::GET, "/office.html", Right::Open),
    (Method::GET, "/favicon.svg", Right::Open),
    (Method::GET, "/assets/{*path}", Right::Open),
    (Method::GET, "/licences/{*path}", Right::Open),
    (Method::POST, "/api/session", Right::Password),
    (Method::GET, "/api/session", Right::SignedIn),
    (Method::DELETE, "/api/session", Right::SignedIn),
    (Method::GET, "/api/day", Right::Judges),
    (Method::POST, "/api/review", Right::Judges),
    (Method::GET, "/api/campaign", Right::Figures),
    (Method::GET, "/api/events", Right::Figures),
];

/// Below this everything asks for a session, what is not there too.
pub const REST: &str = "/api/{*path}";

/// The right that a route asks for; `None` where it is in no row.
pub fn of(method: &Method, path: &str) -> Option<Right> {
    if path == REST {
        return Some(Right::SignedIn);
    }
    let rows = || TABLE.iter().filter(|(_, known, _)| *known == path);
    let asked = if *method == Method::HEAD {
        &Method::GET
    } else {
        method
    };
    if let Some((.., right)) = rows().find(|(known, ..)| known == asked) {
        return Some(*right);
    }
    // The router answers that the path takes another method; below /api only to who is signed in.
    rows().next().map(|_| match path.starts_with("/api/") {
        true => Right::SignedIn,
        false => Right::Open,
    })
}
