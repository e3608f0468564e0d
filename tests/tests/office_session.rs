//! Signing in at the office's pages: whose session it is, how long it lasts, and that nobody guesses their way in.

use serde_json::json;
use std::time::{Duration, Instant};
use whole_system_tests::browser::{Browser, PASSWORD};
use whole_system_tests::{Office, ValueExt, http};

fn office() -> Office {
    let office = Office::new();
    office.person_with_login("Dewi Nurlaela", "lead", "KNM,PGI", "dewi");
    office
}

#[test]
fn a_lead_signs_in_with_the_password_that_the_operator_gave_and_out_again() {
    let office = office();
    let mut browser = Browser::new(&office);
    assert_eq!(browser.get("/api/session").refusal(), 401);
    let reply = browser.sign_in("dewi", PASSWORD);
    assert_eq!(reply.status, 200);
    let set = reply.message.header("set-cookie").expect("a cookie");
    for part in ["session=", "HttpOnly", "SameSite=Strict", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    assert!(!set.contains("Secure"), "plain loopback: {set}");
    let session = browser.ask("/api/session");
    assert_eq!(session["person"], reply.json()["person"]);
    assert_eq!(session["person"]["name"], "Dewi Nurlaela");
    assert_eq!(session["person"]["role"], "lead");
    assert_eq!(session["person"]["markets"].list().len(), 2);
    assert_eq!(session["campaign"]["city"], "Kota Cirebon");
    let out = browser.change("DELETE", "/api/session", &json!({}));
    assert_eq!(out.status, 204);
    assert_eq!(browser.get("/api/session").refusal(), 401);
}

#[test]
fn asvs_7_2_a_cookie_of_ones_own_is_never_taken_and_none_can_be_read_from_the_disk() {
    let office = office();
    let mut browser = Browser::new(&office);
    browser.cookie = Some("session=0123456789abcdef".to_owned());
    browser.sign_in("dewi", PASSWORD);
    let cookie = browser.cookie.clone().expect("a cookie");
    let value = cookie.trim_start_matches("session=").to_owned();
    assert_eq!(value.len(), 64, "256 bits");
    assert_ne!(value, "0123456789abcdef");
    let again = Browser::signed_in(&office, "dewi");
    assert_ne!(again.cookie, browser.cookie);
    for file in std::fs::read_dir(office.data())
        .expect("a folder")
        .flatten()
    {
        let bytes = std::fs::read(file.path()).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        for secret in [value.as_str(), PASSWORD] {
            assert!(!text.contains(secret), "{:?}", file.path());
        }
    }
    // Signing in again in the same browser ends the session it had.
    let before = browser.clone();
    assert_eq!(browser.sign_in("dewi", PASSWORD).status, 200);
    assert_eq!(before.get("/api/session").refusal(), 401);
    assert_eq!(browser.get("/api/session").status, 200);
}

#[test]
fn asvs_7_4_2_role_work_and_password_end_a_session_at_the_next_request() {
    for change in [
        vec!["--role", "admin"],
        vec!["--active", "false"],
        vec!["--login", "dewi", "--password-stdin"],
    ] {
        let office = Office::new();
        let person = office.person_with_login("Dewi", "lead", "KNM", "dewi");
        let browser = Browser::signed_in(&office, "dewi");
        let events = browser.events();
        let first = events.recv_timeout(Duration::from_secs(20));
        assert!(first.expect("an event")["seq"].is_u64());
        let mut args = vec!["person", "set", &person];
        args.extend(&change);
        office.json_with_stdin(&args, "teh poci sore hari");
        assert_eq!(browser.get("/api/session").refusal(), 401, "{change:?}");
        // The stream may tell of the change first, and ends then.
        let ended = events.iter().any(|event| event["ended"] == true);
        assert!(ended, "{change:?}");
        let mut again = Browser::new(&office);
        let password = if change.contains(&"--login") {
            "teh poci sore hari"
        } else {
            PASSWORD
        };
        let status = again.sign_in("dewi", password).status;
        let works = !change.contains(&"--active");
        assert_eq!(status == 200, works, "{change:?}: {status}");
    }
}

#[test]
fn asvs_6_3_1_a_thousand_wrong_passwords_are_slowed_down_and_lock_nobody_out() {
    let office = office();
    let mut own = Browser::new(&office);
    own.forwarded_for = Some("198.51.100.7".to_owned());
    assert_eq!(own.sign_in("dewi", PASSWORD).status, 200);
    let mut guesser = Browser::new(&office);
    guesser.forwarded_for = Some("203.0.113.1".to_owned());
    let mut statuses = [0u32; 2];
    for n in 0..1_000 {
        let reply = guesser.sign_in("dewi", &format!("kopi tubruk {n}"));
        match reply.refusal() {
            401 => statuses[0] += 1,
            429 => {
                statuses[1] += 1;
                let wait = reply.message.header("retry-after").expect("Retry-After");
                assert!((1..=61).contains(&wait.parse::<u32>().expect("seconds")));
            }
            status => panic!("{status}"),
        }
    }
    assert!(statuses[0] <= 10 && statuses[1] >= 990, "{statuses:?}");
    // From elsewhere strangers cannot go on with the same name; the lead, where she signed in before, can.
    let mut elsewhere = Browser::new(&office);
    elsewhere.forwarded_for = Some("203.0.113.2".to_owned());
    assert_eq!(elsewhere.sign_in("dewi", "kopi").refusal(), 429);
    assert_eq!(own.sign_in("dewi", PASSWORD).status, 200);
    let audit = office.json(&["audit", "list"]);
    let text = audit.to_string();
    assert!(text.contains("sign in failed") && text.contains("sign in"));
    assert!(!text.contains("kopi tubruk"), "no password in the log");
    assert!(!office.log().contains("kopi tubruk"));
}

#[test]
fn an_unknown_name_is_answered_as_a_known_one_after_the_same_time() {
    let office = office();
    let time = |login: &str, n: u32| {
        let mut browser = Browser::new(&office);
        browser.forwarded_for = Some(format!("203.0.113.{n}"));
        let started = Instant::now();
        let reply = browser.sign_in(login, "salah sekali ini");
        assert_eq!(reply.status, 401);
        (started.elapsed(), reply.json())
    };
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    // Five a minute are allowed for a name: enough to see that the slow part is done for both.
    for n in 0..4 {
        let (took, answer) = time("dewi", 2 * n);
        let (took_unknown, answer_unknown) = time(&format!("siapa{n}"), 2 * n + 1);
        assert_eq!(answer, answer_unknown);
        known.push(took);
        unknown.push(took_unknown);
    }
    known.sort();
    unknown.sort();
    let (fast, slow) = (known[1].min(unknown[1]), known[1].max(unknown[1]));
    assert!(slow < fast * 3, "{known:?} {unknown:?}");
}

#[test]
fn a_request_without_a_session_is_refused_before_its_body_is_read() {
    let office = office();
    let address = office.address();
    // The body never comes; the refusal does.
    let head = format!(
        "POST /api/review HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: 200000\r\n\r\n"
    );
    let reply = http::send_bytes(&address, head.as_bytes()).expect("an answer");
    assert_eq!(reply.refusal(), 401);
    for path in ["/api/day", "/api/campaign", "/api/events", "/api/nothing"] {
        let reply = http::send(&address, "GET", path, &[], b"").expect("an answer");
        assert_eq!(reply.refusal(), 401, "{path}");
    }
}

#[test]
fn the_first_page_is_served_with_a_strict_policy() {
    let office = office();
    let reply = http::send(&office.address(), "GET", "/", &[], b"").expect("an answer");
    assert!(matches!(reply.status, 200 | 503), "{}", reply.status);
    let policy = reply
        .message
        .header("content-security-policy")
        .expect("a policy");
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    let text = String::from_utf8_lossy(&reply.content).into_owned();
    if reply.status == 200 {
        assert!(text.contains("<div id=\"app\">"), "{text}");
        assert!(
            !text.contains("http://") && !text.contains("https://"),
            "{text}"
        );
    } else {
        assert!(text.contains("npm run build"), "{text}");
    }
}
