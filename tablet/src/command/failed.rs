//! A failed command as every door tells it: `{"error": {code, message, hint, sentence_id, sentence_en}}`.

use crate::error::TabletError;
use serde_json::{Value, json};

/// The document, with what belongs to some errors: possible duplicates, tries that are left, seconds to wait.
pub fn document(error: &TabletError) -> Value {
    let mut document = json!({
        "error": {
            "code": error.code(),
            "message": error.to_string(),
            "hint": error.hint(),
            "sentence_id": error.sentence_id(),
            "sentence_en": error.sentence_en(),
        }
    });
    let mut put = |name: &str, value: Value| {
        if let Some(map) = document.get_mut("error").and_then(Value::as_object_mut) {
            map.insert(name.into(), value);
        }
    };
    match error {
        TabletError::PinWrong { tries_left, wait_s } => {
            put("tries_left", json!(tries_left));
            put("wait_s", json!(wait_s));
        }
        TabletError::PinWait { wait_s } => put("wait_s", json!(wait_s)),
        TabletError::PossibleDuplicate(list) => {
            if let Some(map) = document.as_object_mut() {
                map.insert("possible_duplicates".into(), json!(list));
            }
        }
        _ => {}
    }
    document
}
