//! Why a command of the tablet did not do its work: what, why and what to do next, in two languages.

use crate::words;
use uuid::Uuid;

/// A trader who may be the one that is about to be added.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PossibleDuplicate {
    pub id: Uuid,
    pub name: String,
    pub stall: String,
    /// Codes of `core::rules::duplicates`.
    pub why: Vec<&'static str>,
}

/// What a sync or an enrolment met instead of our server's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncFault {
    Offline,
    Tls,
    ServerBusy,
    NotOurServer,
    Cut,
    Closed,
    CodeSpent,
    Revoked,
    UnknownDevice,
    UpdateNeeded,
}

impl SyncFault {
    pub fn code(self) -> &'static str {
        match self {
            Self::Offline => "offline",
            Self::Tls => "tls",
            Self::ServerBusy => "server_busy",
            Self::NotOurServer => "not_our_server",
            Self::Cut => "cut",
            Self::Closed => "closed",
            Self::CodeSpent => "code_spent",
            Self::Revoked => "revoked",
            Self::UnknownDevice => "unknown_device",
            Self::UpdateNeeded => "update_needed",
        }
    }
}

/// Names a value that the tablet does not know; the code is `<what>_unknown`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    Outcome,
    Step,
    Market,
    Person,
    Trader,
    Reason,
    Need,
    Purpose,
    Method,
    Visit,
    Return,
    Field,
}

impl Unknown {
    fn code(self) -> &'static str {
        match self {
            Self::Outcome => "outcome_unknown",
            Self::Step => "step_unknown",
            Self::Market => "market_unknown",
            Self::Person => "person_unknown",
            Self::Trader => "trader_unknown",
            Self::Reason => "reason_unknown",
            Self::Need => "need_unknown",
            Self::Purpose => "purpose_unknown",
            Self::Method => "method_unknown",
            Self::Visit => "visit_unknown",
            Self::Return => "return_unknown",
            Self::Field => "field_unknown",
        }
    }
}

/// Why a command failed. Nothing of what it was to do was done.
#[derive(Debug, thiserror::Error)]
pub enum TabletError {
    #[error("another program has this tablet's folder open")]
    HomeBusy,
    #[error("the tablet's folder cannot be written: {0}")]
    HomeReadOnly(String),
    #[error("nothing was saved: the tablet's storage is full")]
    DiskFull,
    #[error("the tablet's folder has no key for its data")]
    KeyMissing,
    #[error("the key in the tablet's folder is not that of its data")]
    KeyWrong,
    #[error("this program was built without encryption: nothing was opened")]
    NotEncrypted,
    #[error("the tablet's data is damaged: {0}")]
    Damaged(String),
    #[error("the tablet's data was written by a newer program")]
    NewerData,
    #[error("this tablet is not enrolled")]
    NotEnrolled,
    #[error("this tablet is already enrolled")]
    AlreadyEnrolled,
    #[error("this tablet was locked by the office")]
    Locked,
    #[error("{} people share this tablet: {}", .people.len(), .people.join(", "))]
    AsNeeded { people: Vec<String> },
    #[error("{value:?} is not known here ({})", .what.code())]
    NotKnown { what: Unknown, value: String },
    #[error("{field} has more than {max} characters")]
    TooLong { field: String, max: usize },
    #[error("{field}: {problem}")]
    BadValue { field: String, problem: String },
    #[error("{field} cannot be changed here")]
    FieldNotAllowed { field: String },
    #[error("several returns of this visit are open: {}", .returns.join(", "))]
    ReturnNeeded { returns: Vec<String> },
    #[error("a trader like this is already listed")]
    PossibleDuplicate(Vec<PossibleDuplicate>),
    #[error("{detail}")]
    Sync { fault: SyncFault, detail: String },
    #[error("the code was not taken: {0}")]
    CodeRefused(String),
    #[error("this program was built without its pages")]
    NoPages,
    #[error("nobody is at the tablet: a PIN has to be given first")]
    UnlockNeeded,
    #[error("the PIN is wrong")]
    PinWrong { tries_left: u32, wait_s: u64 },
    #[error("no PIN is taken for another {wait_s} s")]
    PinWait { wait_s: u64 },
    #[error("this person's PIN waits for a lead")]
    PinNeedsLead,
    #[error("this person has no PIN yet")]
    PinMissing,
    #[error("this person has a PIN already")]
    PinExists,
    #[error("{0} is not an address of this machine")]
    NotLoopback(String),
    #[error("the tablet's data could not be read or written: {0}")]
    Database(rusqlite::Error),
    #[error("{what}: {error}")]
    File {
        what: &'static str,
        error: std::io::Error,
    },
}

pub type Result<T, E = TabletError> = std::result::Result<T, E>;

impl TabletError {
    pub fn unknown(what: Unknown, value: impl Into<String>) -> Self {
        Self::NotKnown {
            what,
            value: value.into(),
        }
    }

    pub fn bad(field: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::BadValue {
            field: field.into(),
            problem: problem.into(),
        }
    }

    pub fn sync(fault: SyncFault, detail: impl Into<String>) -> Self {
        Self::Sync {
            fault,
            detail: detail.into(),
        }
    }

    /// Stable name for programs and translations.
    pub fn code(&self) -> &'static str {
        match self {
            Self::HomeBusy => "home_busy",
            Self::HomeReadOnly(_) => "home_read_only",
            Self::DiskFull => "disk_full",
            Self::KeyMissing => "key_missing",
            Self::KeyWrong => "key_wrong",
            Self::NotEncrypted => "not_encrypted",
            Self::Damaged(_) => "store_damaged",
            Self::NewerData => "store_newer",
            Self::NotEnrolled => "not_enrolled",
            Self::AlreadyEnrolled => "already_enrolled",
            Self::Locked => "revoked",
            Self::AsNeeded { .. } => "as_needed",
            Self::NotKnown { what, .. } => what.code(),
            Self::TooLong { .. } => "too_long",
            Self::BadValue { .. } => "bad_value",
            Self::FieldNotAllowed { .. } => "field_not_allowed",
            Self::ReturnNeeded { .. } => "return_needed",
            Self::PossibleDuplicate(_) => "possible_duplicate",
            Self::Sync { fault, .. } => fault.code(),
            Self::CodeRefused(_) => "code_refused",
            Self::NoPages => "no_pages",
            Self::UnlockNeeded => "unlock_needed",
            Self::PinWrong { .. } => "pin_wrong",
            Self::PinWait { .. } => "pin_wait",
            Self::PinNeedsLead => "pin_needs_lead",
            Self::PinMissing => "pin_missing",
            Self::PinExists => "pin_exists",
            Self::NotLoopback(_) => "not_loopback",
            Self::Database(_) => "store_failed",
            Self::File { .. } => "file_failed",
        }
    }

    /// What the person can do now, in English.
    pub fn hint(&self) -> &'static str {
        words::of(self.code()).hint_en
    }

    /// What happened and what to do, in Indonesian.
    pub fn sentence_id(&self) -> &'static str {
        words::of(self.code()).sentence_id
    }

    /// What happened and what to do, in English.
    pub fn sentence_en(&self) -> String {
        let sentence = |text: String| {
            let mut chars = text.chars();
            let first = chars.next().into_iter().flat_map(char::to_uppercase);
            let text: String = first.chain(chars).collect();
            text.trim_end_matches('.').to_owned()
        };
        let happened = sentence(self.to_string());
        format!("{happened}. {}.", sentence(self.hint().to_owned()))
    }

    /// Exit status of the command line.
    pub fn exit(&self) -> u8 {
        if matches!(self, Self::PossibleDuplicate(_)) {
            3
        } else {
            1
        }
    }
}

impl From<rusqlite::Error> for TabletError {
    /// A full disk, a folder that cannot be written and a damaged file have names of their own.
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        const WRITE_FAILED: i32 = 10 | 3 << 8;
        const SHORT_WRITE_TRUNCATE: i32 = 10 | 6 << 8;
        let rusqlite::Error::SqliteFailure(failure, _) = &error else {
            return Self::Database(error);
        };
        match failure.code {
            ErrorCode::DiskFull => Self::DiskFull,
            // A file that may not grow any more reports a failed write instead of a full disk.
            ErrorCode::SystemIoFailure
                if matches!(failure.extended_code, WRITE_FAILED | SHORT_WRITE_TRUNCATE) =>
            {
                Self::DiskFull
            }
            ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied => {
                Self::HomeReadOnly(error.to_string())
            }
            ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => {
                Self::Damaged(error.to_string())
            }
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::HomeBusy,
            _ => Self::Database(error),
        }
    }
}

impl From<crate::search::SearchError> for TabletError {
    fn from(error: crate::search::SearchError) -> Self {
        match error {
            crate::search::SearchError::Database(error) => error.into(),
        }
    }
}

impl From<grebeg_core::codec::DecodeError> for TabletError {
    fn from(error: grebeg_core::codec::DecodeError) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<grebeg_core::kinds::FieldFault> for TabletError {
    fn from(fault: grebeg_core::kinds::FieldFault) -> Self {
        use grebeg_core::kinds::FieldFault;
        match fault {
            FieldFault::TooLong { field, max } => Self::TooLong { field, max },
            FieldFault::BadId { field } => Self::bad(field, "is not an id"),
            FieldFault::WrongType { field, expected } => {
                Self::bad(field, format!("takes {expected}"))
            }
        }
    }
}

/// A failed file operation, with the cases that a person can mend told apart.
pub fn file_failed(what: &'static str) -> impl FnOnce(std::io::Error) -> TabletError {
    use std::io::ErrorKind;
    move |error| match error.kind() {
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => {
            TabletError::DiskFull
        }
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem | ErrorKind::NotADirectory => {
            TabletError::HomeReadOnly(error.to_string())
        }
        _ => TabletError::File { what, error },
    }
}
