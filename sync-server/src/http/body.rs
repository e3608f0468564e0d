//! Reads a body under a limit of size and time.

use super::problem::Problem;
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use http_body_util::{BodyExt, Limited};
use std::time::Duration;

/// A body has to be there within this time.
const BODY_WAIT: Duration = Duration::from_secs(9);

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
