//! What a page asked and what it is told: a reply, or why not, each as one JSON document.

use crate::place::Place;
use serde_json::{Value, json};
use tablet::command::{Command, failed};
use tablet::error::{Result, TabletError};

/// The reply to a command, or the document of its failure: also when the tablet's data cannot be opened.
pub fn to(place: &Place, command: Value) -> Result<Value, Value> {
    reply(place, command).map_err(|error| failed(&error))
}

fn reply(place: &Place, command: Value) -> Result<Value> {
    let bad = |error: serde_json::Error| TabletError::bad("command", error.to_string());
    let command: Command = serde_json::from_value(command).map_err(bad)?;
    let reply = place.desk()?.run(command)?;
    serde_json::to_value(reply).map_err(bad)
}

/// For a command whose thread ended before its answer; nothing of it was saved unless it is found again.
pub fn broken_off(error: &dyn std::fmt::Display) -> Value {
    json!({ "error": { "code": "broken_off", "message": error.to_string() } })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::time::Duration;

    fn place(home: &Path) -> Place {
        Place::new(home.to_owned(), |_| {})
    }

    fn code(answer: Result<Value, Value>) -> String {
        let failure = answer.expect_err("a failure");
        failure["error"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }

    #[test]
    fn a_command_is_answered_as_over_the_bridge() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(&folder.path().join("home"));
        let session = to(&place, json!({ "command": "session" })).unwrap();
        assert_eq!(session["enrolled"], false);
        assert_eq!(
            code(to(&place, json!({ "command": "today" }))),
            "unlock_needed"
        );
        for bad in [
            json!({ "command": "format_disk" }),
            json!(null),
            json!("session"),
        ] {
            assert_eq!(code(to(&place, bad)), "bad_value");
        }
    }

    #[test]
    fn data_that_is_open_elsewhere_is_named_and_asked_for_again() {
        let folder = tempfile::tempdir().unwrap();
        let session = || json!({ "command": "session" });
        let first = place(folder.path());
        assert!(to(&first, session()).is_ok());
        let second = place(folder.path());
        assert_eq!(code(to(&second, session())), "home_busy");
        drop(first);
        assert!(to(&second, session()).is_ok());
        second.end();
        assert_eq!(code(to(&second, session())), "home_busy");
    }

    #[test]
    fn what_the_tablet_tells_is_passed_on() {
        let folder = tempfile::tempdir().unwrap();
        let (tell, heard) = channel();
        let place = Place::new(folder.path().to_owned(), move |told| drop(tell.send(told)));
        place
            .desk()
            .unwrap()
            .events()
            .tell(&tablet::desk::Event::Locked);
        let next = || heard.recv_timeout(Duration::from_secs(20));
        let locked = json!({ "event": "locked" });
        while next().expect("what was told") != locked {}
        drop(place);
        // The one who tells is gone with the desk.
        let end = std::iter::repeat_with(next).find_map(Result::err);
        assert_eq!(end, Some(RecvTimeoutError::Disconnected));
    }
}
