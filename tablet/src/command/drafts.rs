//! `save_draft`: a half-filled sheet, kept for its person until it is saved as a visit or let go.

use super::look::Look;
use super::parts::Done;
use crate::error::Result;
use crate::store::{draft, view};
use serde_json::Value;

/// Errors: `trader_unknown`, `too_long`.
pub fn save(look: &mut Look<'_>, trader: &str, body: &Value) -> Result<Done> {
    let trader = view::trader_id(look.conn(), trader)?;
    let person = look.me.person_id;
    look.store
        .transaction(|tx| draft::put(tx, person, trader, body))?;
    Ok(Done {})
}
