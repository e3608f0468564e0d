//! Record kinds and their fields, each defined once: name, type, limit, who may write it, personal or not, merge rule, labels.
//!
//! Validation, role checks, columns, wire forms, export headings and the pages' types follow from [`KINDS`].

mod check;
mod table;

pub use check::{FieldFault, check_field};
pub use table::KINDS;

/// A set of roles, as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Roles(pub u8);

impl Roles {
    pub const NONE: Self = Self(0);
    pub const CANVASSER: Self = Self(1);
    pub const LEAD: Self = Self(2);
    pub const ADMIN: Self = Self(4);
    /// The canvasser who created the record (or, for a return, the author of its visit).
    pub const OWNER: Self = Self(8);
    pub const VIEWER: Self = Self(16);

    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub const fn has(self, role: Self) -> bool {
        self.0 & role.0 != 0
    }
}

/// What a person is in the campaign.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Canvasser,
    Lead,
    Admin,
    Viewer,
}

impl Role {
    pub fn parse(code: &str) -> Option<Self> {
        match code {
            "canvasser" => Some(Self::Canvasser),
            "lead" => Some(Self::Lead),
            "admin" => Some(Self::Admin),
            "viewer" => Some(Self::Viewer),
            _ => None,
        }
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Canvasser => "canvasser",
            Self::Lead => "lead",
            Self::Admin => "admin",
            Self::Viewer => "viewer",
        }
    }

    pub fn bit(self) -> Roles {
        match self {
            Self::Canvasser => Roles::CANVASSER,
            Self::Lead => Roles::LEAD,
            Self::Admin => Roles::ADMIN,
            Self::Viewer => Roles::VIEWER,
        }
    }
}

/// Whose scope a record of a kind belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HomeRule {
    /// All of the campaign.
    Campaign,
    /// The market named by its own field `market`, which its creation has to name.
    OwnMarket,
    /// The market named by its own field `market`; the campaign where that is unset.
    MarketOrCampaign,
    /// Wherever the trader named by its field `trader` is.
    Trader,
    /// Wherever the trader of the visit named by its field `visit` is.
    Visit,
}

/// What values a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Characters at most.
    Text(usize),
    /// A code of the campaign definition; unknown codes are kept.
    Code,
    /// The id of a record, UUID.
    Id,
    Bool,
    Int,
    /// `YYYY-MM-DD` in the campaign's time zone.
    Date,
    /// RFC 3339.
    Time,
    List,
    Map,
    /// Anything: definition data whose shape the definition module knows.
    Any,
}

/// When a personal value has to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Personal {
    No,
    /// With an erasure.
    Erasure,
    /// With an erasure, and already when the trader refuses to be recorded by name.
    Refusal,
}

/// How two writes of a field become one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MergeRule {
    /// The later stamp.
    Latest,
    /// Written with the record's creation and never after.
    Once,
    /// Once true, true for ever; it dominates all personal values of its record.
    Forever,
}

/// One field of a kind.
#[derive(Debug, Clone, Copy)]
pub struct FieldSpec {
    pub name: &'static str,
    pub field_type: FieldType,
    pub merge: MergeRule,
    /// The field beside which this one is written: another form of the same value, decided with it.
    pub beside: Option<&'static str>,
    pub personal: Personal,
    /// Who may write it when the record is created, and who later.
    pub create: Roles,
    pub amend: Roles,
    pub label_id: &'static str,
    pub label_en: &'static str,
}

/// One record kind.
#[derive(Debug, Clone, Copy)]
pub struct KindSpec {
    pub name: &'static str,
    pub home: HomeRule,
    /// Who receives records of this kind at all; within it, the home decides.
    pub read: Roles,
    pub fields: &'static [FieldSpec],
}

/// The specification of a kind; `None` for one that this program does not know.
pub fn kind(name: &str) -> Option<&'static KindSpec> {
    KINDS.iter().find(|kind| kind.name == name)
}

impl KindSpec {
    pub fn field(&self, name: &str) -> Option<&'static FieldSpec> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// Fields of `kind` that are written beside `main`.
pub fn companions(kind_name: &str, main: &str) -> impl Iterator<Item = &'static str> {
    let fields = kind(kind_name).map_or(&[][..], |k| k.fields);
    let main = main.to_owned();
    fields
        .iter()
        .filter(move |f| f.beside == Some(main.as_str()))
        .map(|f| f.name)
}

/// Whether `field` of `kind` holds a person's data; fields that this program does not know are not.
pub fn personal(kind_name: &str, field: &str) -> Personal {
    kind(kind_name)
        .and_then(|k| k.field(field))
        .map_or(Personal::No, |f| f.personal)
}

/// Names that no patch may write in a kind that does not list them: what is derived, and what decides rights and counts.
pub const RESERVED_FIELDS: &[&str] = &[
    "activity",
    "author",
    "by",
    "class",
    "counted",
    "device",
    "done",
    "duplicate",
    "epoch",
    "erased",
    "held_back",
    "id",
    "kind",
    "merged_into",
    "n",
    "people",
    "priority",
    "quality_flags",
    "receipt",
    "recorded",
    "revoked",
    "role",
    "score",
    "seq",
    "set_aside",
    "stage",
    "stamp",
    "target",
    "totals",
    "waiting",
    "withdrawn",
];
