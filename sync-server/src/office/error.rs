//! Why the office could not do what it was asked: what, why, and what to do next.

use crate::clock::NoChance;
use crate::store::sqlite::StoreError;
use grebeg_core::kinds::FieldFault;

#[derive(Debug, thiserror::Error)]
pub enum OfficeError {
    #[error("no campaign is loaded here")]
    NoCampaign,
    #[error("the campaign {0:?} is not known here")]
    CampaignUnknown(String),
    #[error("there are several campaigns here: {0}")]
    CampaignNeeded(String),
    #[error("the person {0:?} is not in this campaign")]
    PersonUnknown(String),
    #[error("the person {0:?} does not work here any more")]
    PersonInactive(String),
    #[error("several people have the code {0:?}")]
    PersonAmbiguous(String),
    #[error("{what} {value:?} belongs to somebody else")]
    Taken { what: &'static str, value: String },
    #[error("the market {0:?} is not in this campaign")]
    MarketUnknown(String),
    #[error("the role {0:?} is none of canvasser, lead, admin, viewer")]
    RoleUnknown(String),
    #[error("the {kind} {id:?} is not there")]
    RecordUnknown { kind: &'static str, id: String },
    #[error("{what} {value:?} is not understood: {expected}")]
    BadValue {
        what: &'static str,
        value: String,
        expected: &'static str,
    },
    #[error("{field} has more than {max} characters")]
    TooLong { field: &'static str, max: usize },
    #[error("{0}")]
    Refused(String),
    #[error("{who} may not do this: it needs {needed}")]
    NotAllowed { who: String, needed: &'static str },
    #[error("a reason is needed")]
    WhyNeeded,
    #[error("{path} cannot be read or written: {source}")]
    File {
        path: String,
        source: std::io::Error,
    },
    #[error("the definition cannot be loaded: {0}")]
    Definition(String),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Chance(#[from] NoChance),
    /// The answer is printed already and tells all; this is for stderr and the exit code.
    #[error("{message}")]
    Answered { code: &'static str, message: String },
    /// An error of a part that has its own code and hint.
    #[error("{message}")]
    Other {
        code: &'static str,
        message: String,
        hint: String,
    },
}

impl From<FieldFault> for OfficeError {
    fn from(fault: FieldFault) -> Self {
        let (code, hint) = match fault {
            FieldFault::TooLong { .. } => ("too_long", "shorten it"),
            FieldFault::BadId { .. } => ("bad_value", "give the id as the lists print it"),
            FieldFault::WrongType { .. } => ("bad_value", "correct the value"),
        };
        Self::Other {
            code,
            message: fault.to_string(),
            hint: hint.to_owned(),
        }
    }
}

impl OfficeError {
    /// Stable name, snake_case.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoCampaign | Self::CampaignUnknown(_) => "campaign_unknown",
            Self::CampaignNeeded(_) => "campaign_needed",
            Self::PersonUnknown(_) => "person_unknown",
            Self::PersonInactive(_) => "person_inactive",
            Self::PersonAmbiguous(_) => "person_ambiguous",
            Self::Taken { what: "login", .. } => "login_taken",
            Self::Taken { .. } => "code_taken",
            Self::MarketUnknown(_) => "market_unknown",
            Self::RoleUnknown(_) => "role_unknown",
            Self::RecordUnknown { kind: "trader", .. } => "trader_unknown",
            Self::RecordUnknown { kind: "visit", .. } => "visit_unknown",
            Self::RecordUnknown { .. } => "record_unknown",
            Self::BadValue { .. } => "bad_value",
            Self::TooLong { .. } => "too_long",
            Self::Refused(_) => "refused",
            Self::NotAllowed { .. } => "not_allowed",
            Self::WhyNeeded => "why_needed",
            Self::File { .. } => "file_failed",
            Self::Definition(_) => "definition_invalid",
            Self::Store(error) => error.code(),
            Self::Chance(_) => "no_chance",
            Self::Other { code, .. } | Self::Answered { code, .. } => code,
        }
    }

    /// What to do now.
    pub fn hint(&self) -> &str {
        match self {
            Self::NoCampaign => "load one first: sync-server campaign load cirebon-2019 --data DIR",
            Self::CampaignUnknown(_) => {
                "see `sync-server campaign list`; the id, the code or the definition's name is taken"
            }
            Self::CampaignNeeded(_) => "name one with --campaign",
            Self::PersonUnknown(_) => "see `sync-server person list`",
            Self::PersonInactive(_) => {
                "let somebody else do it, or bring them back with `person set ID --active true`"
            }
            Self::PersonAmbiguous(_) => "give the id, as `sync-server person list` prints it",
            Self::Taken { .. } => "choose another; nothing was changed",
            Self::MarketUnknown(_) => "see the markets in `sync-server campaign show`",
            Self::RoleUnknown(_) => "choose one of the four",
            Self::RecordUnknown { .. } => {
                "check the id; ids are UUIDs as the other commands print them"
            }
            Self::BadValue { .. } => "correct the value",
            Self::TooLong { .. } => "shorten it",
            Self::Refused(_) => "nothing was changed",
            Self::NotAllowed { .. } => "let somebody with that role do it (--as PERSON)",
            Self::WhyNeeded => "give one with --why",
            Self::File { .. } => "check the path, the free space and the rights",
            Self::Definition(_) => {
                "correct the file; `sync-server campaign export` writes one that loads"
            }
            Self::Store(error) => error.hint(),
            Self::Chance(_) => "check the system's random device",
            Self::Answered { .. } => {
                "keep a copy of the folder, then restore the last good backup; tablets send again what is missing"
            }
            Self::Other { hint, .. } => hint,
        }
    }
}
