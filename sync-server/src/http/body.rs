//! Reads a body under a limit of size and time; and what a refusal left unread, so that the refusal is heard.

use super::problem::Problem;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use http_body_util::{BodyExt, Limited};
use hyper::body::{Frame, SizeHint};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

/// A body has to be there within this time.
const BODY_WAIT: Duration = Duration::from_secs(9);

/// What is left of a refused body is read and dropped up to this size and time.
const REST_MAX: usize = 80 << 20;
const REST_WAIT: Duration = Duration::from_secs(5);

/// Reads what an answer left of its request's body before the answer goes out: a client that sends first and listens afterwards
/// would otherwise find the line reset, and never learn why.
pub async fn hear_out(request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let asks_first = request.headers().contains_key(header::EXPECT);
    let (head, body) = request.into_parts();
    let shared = Shared(Arc::new(Mutex::new(Rest { body, begun: false })));
    let rest = shared.clone();
    let response = next.run(Request::from_parts(head, Body::new(shared))).await;
    // Who asks before sending has sent nothing yet and hears the answer at once; who was too slow has had enough time.
    let waits = asks_first && !rest.begun();
    if !waits && response.status() != StatusCode::REQUEST_TIMEOUT {
        let _read_or_given_up = tokio::time::timeout(REST_WAIT, rest.drop_all()).await;
    }
    response
}

struct Rest {
    body: Body,
    begun: bool,
}

/// A body of which somebody keeps hold while another reads it.
#[derive(Clone)]
struct Shared(Arc<Mutex<Rest>>);

impl Shared {
    fn with<T>(&self, look: impl FnOnce(&mut Rest) -> T) -> T {
        look(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn begun(&self) -> bool {
        self.with(|rest| rest.begun)
    }

    async fn drop_all(mut self) {
        let mut length = 0;
        while length < REST_MAX
            && let Some(Ok(frame)) = self.frame().await
        {
            length += frame.data_ref().map_or(0, Bytes::len);
        }
    }
}

impl HttpBody for Shared {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        self.with(|rest| {
            rest.begun = true;
            Pin::new(&mut rest.body).poll_frame(context)
        })
    }

    fn is_end_stream(&self) -> bool {
        self.with(|rest| rest.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        self.with(|rest| rest.body.size_hint())
    }
}

/// The whole body, at most `max` bytes.
pub async fn read(headers: &HeaderMap, body: Body, max: usize) -> Result<Vec<u8>, Problem> {
    let too_large = || {
        Problem::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            format!("the body has more than {max} bytes"),
            "send less at a time",
        )
    };
    let announced = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|v| v.to_str().ok())
        .and_then(|v| v.parse::<u64>().ok());
    if announced.is_some_and(|length| length > max as u64) {
        return Err(too_large());
    }
    if let Some(encoding) = headers.get(header::CONTENT_ENCODING)
        && !encoding.as_bytes().eq_ignore_ascii_case(b"identity")
    {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "content_encoding_unknown",
            "a packed body is only taken in the compact form",
            "send it without Content-Encoding",
        ));
    }
    let collected = tokio::time::timeout(BODY_WAIT, Limited::new(body, max).collect()).await;
    match collected {
        Err(_) => Err(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "the body took too long",
            "try again on a better line",
        )),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "body_cut",
            "the body broke off",
            "send it again",
        )),
        Ok(Ok(collected)) => Ok(collected.to_bytes().to_vec()),
    }
}
