//! Bugs that are planted to see whether the simulator sees. Only the feature `planted` builds them in, and only one that is
//! named at run time is alive; without the feature every question here is `false` before the program is built.

/// The places. The number of a bug is its place in [`ALL`], from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// Equal stamps: the device has no say, whoever comes first keeps the field.
    NoTieBreak,
    /// Equal stamps: whoever comes last takes the field.
    LastTieWins,
    /// The server forgets to look whether it knows a change.
    NoDeduplication,
    /// A number after a gap is taken.
    GapTaken,
    /// A chain that follows another's change is taken on.
    ForkTaken,
    /// A stamp is believed however far it is from its place.
    StampBelieved,
    /// A tablet's stamps follow its clock and not what it has seen.
    ClockNotMerged,
    /// A full page ends within a place of the order, and the rest of that place is skipped.
    CursorSkips,
    /// The scope of an answer is what the tablet says it has.
    ScopeFromTablet,
    /// An answer of long ago, sent again by somebody on the line, is taken.
    OldAnswerTaken,
    /// What left a home is not told.
    LeftNotTold,
    /// A position of before a restore is believed.
    EpochIgnored,
    /// A tablet's own writes are left out of a fill.
    OwnLeftOutOfFill,
    /// What the office decided about held changes is not told.
    SettledNotTold,
    /// A held change that is accepted is carried in and stays held.
    ReleasedStaysHeld,
    /// The last patch of a change is lost.
    LastPatchLost,
    /// A late change gives an erased person values again.
    ErasedRevived,
    /// Erasing leaves the values in the filed changes.
    FiledNotRedacted,
    /// What hangs on a trader stays behind when the trader moves.
    HangingLeftBehind,
    /// The digest does not follow a record that moves.
    DigestStays,
    /// The server answers before its transaction is on disk.
    AnsweredBeforeCommit,
    /// A tablet stores its position before the page, and a kill comes between.
    PositionBeforePage,
    /// A tablet that starts again numbers on from what was acknowledged.
    NumberReused,
    /// What is not acknowledged leaves the outbox with the answer.
    OutboxEmptied,
    /// A tablet that is sent to another market forgets what waits there.
    NarrowedAtOnce,
}

/// All of them.
pub const ALL: &[Bug] = &[
    Bug::NoTieBreak,
    Bug::LastTieWins,
    Bug::NoDeduplication,
    Bug::GapTaken,
    Bug::ForkTaken,
    Bug::StampBelieved,
    Bug::ClockNotMerged,
    Bug::CursorSkips,
    Bug::ScopeFromTablet,
    Bug::OldAnswerTaken,
    Bug::LeftNotTold,
    Bug::EpochIgnored,
    Bug::OwnLeftOutOfFill,
    Bug::SettledNotTold,
    Bug::ReleasedStaysHeld,
    Bug::LastPatchLost,
    Bug::ErasedRevived,
    Bug::FiledNotRedacted,
    Bug::HangingLeftBehind,
    Bug::DigestStays,
    Bug::AnsweredBeforeCommit,
    Bug::PositionBeforePage,
    Bug::NumberReused,
    Bug::OutboxEmptied,
    Bug::NarrowedAtOnce,
];

#[cfg(feature = "planted")]
mod chosen {
    use super::Bug;
    use std::cell::Cell;

    thread_local! {
        static CHOSEN: Cell<Option<Bug>> = const { Cell::new(None) };
    }

    /// Makes one bug alive on this thread, or none.
    pub fn plant(bug: Option<Bug>) {
        CHOSEN.set(bug);
    }

    pub fn alive(bug: Bug) -> bool {
        CHOSEN.get() == Some(bug)
    }
}

#[cfg(feature = "planted")]
pub use chosen::{alive, plant};

/// Whether this bug is alive.
#[cfg(not(feature = "planted"))]
#[inline(always)]
pub const fn alive(_bug: Bug) -> bool {
    false
}
