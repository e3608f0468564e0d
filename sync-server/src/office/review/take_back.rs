//! Taking a verdict back, and not judging what has changed meanwhile.

use super::verdict::{ReviewState, judged, state_of};
use crate::office::desk::Desk;
use crate::office::error::OfficeError;
use grebeg_core::change::Patch;
use grebeg_core::id::review_id;
use grebeg_core::limits;
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::sync::store::Store;
use grebeg_core::value::Value;

/// The state that is none: the visit is to be judged.
const OPEN: &str = "belum";

/// Opens visits again: an approval is withdrawn, open returns are closed without an answer. Nothing is deleted.
///
/// Returns how many were approved or returned before.
pub fn reopen(desk: &mut Desk<'_>, visits: &[String]) -> Result<usize, OfficeError> {
    let returns = desk.store.records_of_kind("return")?;
    let mut patches = Vec::new();
    let mut reopened = 0;
    for visit in visits {
        let (key, stored) = judged(desk, visit)?;
        let review_key = RecordKey::new("review", review_id(&key.id));
        let review = desk.store.record(&review_key)?.map(|r| r.registers);
        let own = || {
            returns
                .iter()
                .filter(|(_, r)| r.registers.id("visit") == Some(key.id))
        };
        let registers: Vec<&Registers> = own().map(|(_, r)| &r.registers).collect();
        match state_of(desk, &stored.registers, review.as_ref(), &registers)? {
            ReviewState::Open => continue,
            ReviewState::Approved => {
                patches.push(Patch::new(
                    "review",
                    review_key.id,
                    [("state", Value::text(OPEN))],
                ));
            }
            ReviewState::Returned => {
                let open = own().filter(|(_, r)| !r.registers.flag("answered"));
                patches.extend(open.map(|(key, _)| {
                    Patch::new("return", key.id, [("answered", Value::Bool(true))])
                }));
            }
        }
        reopened += 1;
    }
    for part in patches.chunks(limits::CHANGE_PATCHES_MAX) {
        desk.change(part.to_vec())?;
    }
    desk.log("review reopen", &visits.join(","))?;
    Ok(reopened)
}

/// Refuses where a visit was changed after a place in the order: what was looked at is not what would be approved.
pub fn unchanged_since(
    desk: &mut Desk<'_>,
    visits: &[String],
    seq: u64,
) -> Result<(), OfficeError> {
    for visit in visits {
        let (_, stored) = judged(desk, visit)?;
        if stored.registers.0.values().any(|r| r.seq > seq) {
            return Err(OfficeError::Other {
                code: "changed_meanwhile",
                message: "a visit was changed while it was looked at".to_owned(),
                hint: "look at it again".to_owned(),
            });
        }
    }
    Ok(())
}
