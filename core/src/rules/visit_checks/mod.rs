//! What is odd about a visit: shown at the stall first, then to the lead; it never blocks and never stops counting.
//!
//! [`check_visit`] runs on the tablet before saving and on the server afterwards; [`check_day`] looks over one
//! author's day, [`check_trader`] over a trader's record. All use the same codes.

mod day;
mod private_numbers;
mod trader;
mod visit;

pub use day::{DayVisit, PaceLimits, check_day};
pub use private_numbers::{PrivateKind, PrivateNumber, find_private_numbers};
pub use trader::check_trader;
pub use visit::{StepTick, VisitContext, VisitDraft, check_visit};

/// Who has to look at a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A quality flag of the definition's codes: told at the stall, kept for the lead.
    Flag,
    /// Only told at the stall, as a help.
    Warning,
}

/// One thing that is odd.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Oddity {
    /// A code of `quality_flags`, or for a warning: `channel_closed`, `channel_not_open`, `answer_missing`,
    /// `evidence_missing`, `outside_campaign`, `outcome_unknown`, `step_unknown`, `value_out_of_range`.
    pub code: &'static str,
    pub level: Level,
    /// What it is about, free of language and of personal data: a step, a question, a channel, a figure.
    pub about: String,
}

impl Oddity {
    pub(super) fn flag(code: &'static str, about: impl Into<String>) -> Self {
        Self {
            code,
            level: Level::Flag,
            about: about.into(),
        }
    }

    pub(super) fn warning(code: &'static str, about: impl Into<String>) -> Self {
        Self {
            code,
            level: Level::Warning,
            about: about.into(),
        }
    }
}

/// A note in the form for comparing; notes too short to mean copying give nothing.
fn comparable_note(note: &str) -> Option<String> {
    let folded = note
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    (folded.chars().count() >= NOTE_CHARS_MIN).then_some(folded)
}

/// Shorter notes such as "tutup" are the same by nature.
const NOTE_CHARS_MIN: usize = 12;
/// This often the same note within a day is a habit worth a look.
const SAME_NOTE_MIN: usize = 3;
