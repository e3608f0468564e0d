//! The table itself, one line a field. It reads as a table, so it is not wrapped.

mod campaign;
mod people;
mod trader;
mod work;

use campaign::*;
use people::*;
use trader::*;
use work::*;

use super::FieldType::Bool;
use super::MergeRule::{Forever, Latest, Once};
use super::{FieldSpec, FieldType, HomeRule, KindSpec, MergeRule, Personal, Roles};
use crate::limits::{NOTE_CHARS_MAX as NOTE, TEXT_CHARS_MAX as TEXT};

const C: Roles = Roles::CANVASSER;
const ADMIN: Roles = Roles::ADMIN;
const LEADS: Roles = Roles::LEAD.and(ADMIN);
const FIELD: Roles = C.and(LEADS);
const OWNER: Roles = Roles::OWNER.and(LEADS);
const EVERYONE: Roles = FIELD.and(Roles::VIEWER);
const NONE: Roles = Roles::NONE;

/// A field that the same roles write at any time.
const fn f(
    name: &'static str,
    field_type: FieldType,
    who: Roles,
    label_id: &'static str,
    label_en: &'static str,
) -> FieldSpec {
    FieldSpec {
        name,
        field_type,
        merge: Latest,
        beside: None,
        personal: Personal::No,
        create: who,
        amend: who,
        label_id,
        label_en,
    }
}

impl FieldSpec {
    const fn amended_by(mut self, who: Roles) -> Self {
        self.amend = who;
        self
    }

    const fn once(mut self) -> Self {
        self.merge = Once;
        self.amend = NONE;
        self
    }

    const fn beside(mut self, main: &'static str) -> Self {
        self.beside = Some(main);
        self
    }

    const fn merged(mut self, rule: MergeRule) -> Self {
        self.merge = rule;
        self
    }

    /// Goes with an erasure.
    const fn personal(mut self) -> Self {
        self.personal = Personal::Erasure;
        self
    }

    /// Goes with an erasure or a refusal.
    const fn contact(mut self) -> Self {
        self.personal = Personal::Refusal;
        self
    }
}

const ERASED: FieldSpec = f("erased", Bool, ADMIN, "Dihapus", "Erased").merged(Forever);

/// All record kinds, final from the first version on: kinds and fields are added, never renamed or dropped.
#[rustfmt::skip]
pub const KINDS: &[KindSpec] = &[
    KindSpec { name: "campaign", home: HomeRule::Campaign, read: EVERYONE, fields: CAMPAIGN },
    KindSpec { name: "market", home: HomeRule::Campaign, read: EVERYONE, fields: MARKET },
    KindSpec { name: "channel", home: HomeRule::Campaign, read: EVERYONE, fields: CHANNEL },
    KindSpec { name: "step_def", home: HomeRule::Campaign, read: EVERYONE, fields: STEP_DEF },
    KindSpec { name: "outcome_def", home: HomeRule::Campaign, read: EVERYONE, fields: OUTCOME_DEF },
    KindSpec { name: "text", home: HomeRule::Campaign, read: EVERYONE, fields: TEXTS },
    KindSpec { name: "target", home: HomeRule::Campaign, read: EVERYONE, fields: TARGET },
    KindSpec { name: "definition", home: HomeRule::Campaign, read: EVERYONE, fields: DEFINITION },
    KindSpec { name: "person", home: HomeRule::Campaign, read: FIELD, fields: PERSON },
    KindSpec { name: "team", home: HomeRule::Campaign, read: FIELD, fields: TEAM },
    KindSpec { name: "device", home: HomeRule::Campaign, read: LEADS, fields: DEVICE },
    KindSpec { name: "partner", home: HomeRule::Campaign, read: FIELD, fields: PARTNER },
    KindSpec { name: "stall", home: HomeRule::OwnMarket, read: FIELD, fields: STALL },
    KindSpec { name: "trader", home: HomeRule::OwnMarket, read: FIELD, fields: TRADER },
    KindSpec { name: "class", home: HomeRule::MarketOrCampaign, read: FIELD, fields: CLASS },
    KindSpec { name: "assignment", home: HomeRule::OwnMarket, read: FIELD, fields: ASSIGNMENT },
    KindSpec { name: "visit", home: HomeRule::Trader, read: FIELD, fields: VISIT },
    KindSpec { name: "step", home: HomeRule::Trader, read: FIELD, fields: STEP },
    KindSpec { name: "need", home: HomeRule::Trader, read: FIELD, fields: NEED },
    KindSpec { name: "consent", home: HomeRule::Trader, read: FIELD, fields: CONSENT },
    KindSpec { name: "photo", home: HomeRule::Trader, read: FIELD, fields: PHOTO },
    KindSpec { name: "attendance", home: HomeRule::Trader, read: FIELD, fields: ATTENDANCE },
    KindSpec { name: "referral", home: HomeRule::Trader, read: FIELD, fields: REFERRAL },
    KindSpec { name: "request", home: HomeRule::Trader, read: FIELD, fields: REQUEST },
    KindSpec { name: "merge", home: HomeRule::Trader, read: FIELD, fields: MERGE },
    KindSpec { name: "not_duplicate", home: HomeRule::Trader, read: LEADS, fields: NOT_DUPLICATE },
    KindSpec { name: "conflict_choice", home: HomeRule::Trader, read: LEADS, fields: CONFLICT_CHOICE },
    KindSpec { name: "review", home: HomeRule::Visit, read: FIELD, fields: REVIEW },
    KindSpec { name: "return", home: HomeRule::Visit, read: FIELD, fields: RETURN },
];
