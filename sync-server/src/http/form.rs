//! The two forms in which requests and answers travel, JSON and the compact one, and who says which.

use super::problem::Problem;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use grebeg_core::wire::COMPACT_TYPE;

pub const JSON_TYPE: &str = "application/json";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Json,
    Compact,
}

impl Form {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => JSON_TYPE,
            Self::Compact => COMPACT_TYPE,
        }
    }

    fn named(media_type: &str) -> Option<Self> {
        let is = |name: &str| media_type.trim().eq_ignore_ascii_case(name);
        if is(JSON_TYPE) {
            Some(Self::Json)
        } else if is(COMPACT_TYPE) || is("application/octet-stream") {
            Some(Self::Compact)
        } else {
            None
        }
    }
}

/// What the headers say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forms {
    /// `Content-Type`; without one the body shows it.
    sent: Option<Form>,
    /// `Accept`, where it names one of the two; else the answer takes the form of the request.
    wanted: Option<Form>,
}

impl Forms {
    /// An unknown `Content-Type` is refused before the body is read.
    pub fn of(headers: &HeaderMap) -> Result<Self, Problem> {
        let sent = match headers.get(header::CONTENT_TYPE) {
            None => None,
            Some(value) => {
                let value = value.to_str().unwrap_or_default();
                let form = Form::named(value.split(';').next().unwrap_or_default());
                Some(form.ok_or_else(unknown)?)
            }
        };
        let accepted = headers.get_all(header::ACCEPT).iter();
        let accepted = accepted.filter_map(|value| value.to_str().ok());
        Ok(Self {
            sent,
            wanted: wanted(accepted.flat_map(|value| value.split(','))),
        })
    }

    /// The form of the request.
    pub fn request(self, body: &[u8]) -> Form {
        let shown = || {
            if body.starts_with(b"G") {
                Form::Compact
            } else {
                Form::Json
            }
        };
        self.sent.unwrap_or_else(shown)
    }

    /// The form of the answer.
    pub fn answer(self, request: Form) -> Form {
        self.wanted.unwrap_or(request)
    }
}

/// The form of the highest weight; of equals the first.
fn wanted<'h>(accepted: impl Iterator<Item = &'h str>) -> Option<Form> {
    let mut best: Option<(f32, Form)> = None;
    for part in accepted {
        let mut parameters = part.split(';');
        let form = parameters.next().and_then(Form::named);
        let weight = parameters.find_map(|p| p.trim().strip_prefix("q=")?.parse().ok());
        let weight = weight.unwrap_or(1.0_f32);
        if let Some(form) = form
            && weight > best.map_or(0.0, |(weight, _)| weight)
        {
            best = Some((weight, form));
        }
    }
    best.map(|(_, form)| form)
}

fn unknown() -> Problem {
    Problem::new(
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "content_type_unknown",
        "the body has to be JSON or the compact form",
        "send application/json as /openapi.json describes",
    )
}

/// An answer that nobody on the way may keep.
pub fn answer(status: StatusCode, content_type: &'static str, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, bytes).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_type_accept_and_the_body_say_the_form() {
        use Form::{Compact, Json};
        let cases = [
            (None, None, "{}", Ok((Json, Json))),
            (None, None, "G\u{1}", Ok((Compact, Compact))),
            (None, Some("application/json"), "{}", Ok((Json, Json))),
            (
                None,
                Some("application/json"),
                "G\u{1}",
                Ok((Compact, Json)),
            ),
            (Some("application/json"), None, "G", Ok((Json, Json))),
            (
                Some("Application/JSON; charset=utf-8"),
                Some("*/*"),
                "{}",
                Ok((Json, Json)),
            ),
            (
                Some("application/json"),
                Some("text/html, application/vnd.grebeg.sync"),
                "{}",
                Ok((Json, Compact)),
            ),
            (
                Some("application/octet-stream"),
                Some("application/vnd.grebeg.sync;q=0.5, application/json; q=0.9"),
                "",
                Ok((Compact, Json)),
            ),
            (
                Some("application/vnd.grebeg.sync"),
                Some("application/json;q=0"),
                "",
                Ok((Compact, Compact)),
            ),
            (Some("text/plain"), Some("application/json"), "{}", Err(())),
            (Some(""), None, "{}", Err(())),
        ];
        for (sent, accepted, body, expected) in cases {
            let mut headers = HeaderMap::new();
            for (name, value) in [(header::CONTENT_TYPE, sent), (header::ACCEPT, accepted)] {
                if let Some(value) = value {
                    headers.insert(name, value.parse().unwrap());
                }
            }
            let forms = Forms::of(&headers).map_err(|_| ()).map(|forms| {
                let request = forms.request(body.as_bytes());
                (request, forms.answer(request))
            });
            assert_eq!(forms, expected, "{sent:?} {accepted:?} {body:?}");
        }
    }
}
