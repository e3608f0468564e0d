//! Answers that are not ours: what bad lines and other people's servers say to a tablet.

/// An answer with a body of some type.
pub fn answer(status: &str, content_type: &str, body: &str) -> Vec<u8> {
    answer_with(status, &[("Content-Type", content_type)], body)
}

/// An answer with headers of one's own.
pub fn answer_with(status: &str, headers: &[(&str, &str)], body: &str) -> Vec<u8> {
    let mut text = format!("HTTP/1.1 {status}\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!(
        "Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    ));
    text.into_bytes()
}

/// The login page of a hotel's network: 200, HTML.
pub fn hotel_page() -> Vec<u8> {
    answer(
        "200 OK",
        "text/html; charset=utf-8",
        "<!doctype html><title>Wi-Fi</title><form>Nomor kamar: <input name=room></form>",
    )
}

/// 200 with nothing in it.
pub fn empty_ok() -> Vec<u8> {
    answer("200 OK", "application/octet-stream", "")
}

/// 200 with an empty JSON object.
pub fn empty_object() -> Vec<u8> {
    answer("200 OK", "application/json", "{}")
}

/// 502 of a proxy in between.
pub fn bad_gateway() -> Vec<u8> {
    answer(
        "502 Bad Gateway",
        "text/html",
        "<html><body><h1>502 Bad Gateway</h1></body></html>",
    )
}

/// 503 that asks to come again in two minutes.
pub fn busy() -> Vec<u8> {
    answer_with(
        "503 Service Unavailable",
        &[("Retry-After", "120"), ("Content-Type", "text/plain")],
        "busy",
    )
}

/// A web server without our paths.
pub fn not_found() -> Vec<u8> {
    answer("404 Not Found", "text/html", "<h1>Not Found</h1>")
}

/// Gone for good.
pub fn gone() -> Vec<u8> {
    answer("410 Gone", "text/html", "<h1>Gone</h1>")
}

/// A redirect to a login page elsewhere.
pub fn redirect() -> Vec<u8> {
    answer_with("302 Found", &[("Location", "http://127.0.0.1:9/login")], "")
}

/// Bytes that are no HTTP at all.
pub fn garbage() -> Vec<u8> {
    b"\x15\x03\x01\x00\x02\x02\x28 not http at all \x00\xff\xfe".to_vec()
}
