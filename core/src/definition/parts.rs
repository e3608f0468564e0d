//! The typed parts of a definition.

use chrono::{NaiveDate, NaiveTime};

use super::{CHANNEL_PREPARATION, CHANNEL_TRAINING};

/// The campaign itself.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Campaign {
    pub code: String,
    pub name_id: String,
    pub name_en: String,
    pub city: String,
    pub definition_name: String,
    /// The register's default name.
    pub operator: String,
    pub timezone: Option<chrono_tz::Tz>,
    pub training_date: Option<NaiveDate>,
    pub field_from: Option<NaiveDate>,
    pub field_to: Option<NaiveDate>,
    pub target_traders: Option<i64>,
}

/// From which day on a market's working day starts at which local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayStart {
    pub valid_from: NaiveDate,
    pub at: NaiveTime,
}

/// Opening hours in local time. Without `open` and `close` the market trades round the clock.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Opening {
    pub open: Option<NaiveTime>,
    pub close: Option<NaiveTime>,
}

/// A market.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Market {
    pub code: String,
    pub name: String,
    pub aliases: Vec<String>,
    /// Whether it is one of the campaign's target markets.
    pub target: bool,
    pub switched_on: bool,
    /// Place in the route, from 1.
    pub position: i64,
    pub opening: Opening,
    /// By `valid_from`.
    pub day_starts: Vec<DayStart>,
    pub stall_kinds: Vec<String>,
    /// Share of demonstration traders, in traders.
    pub demo_traders: i64,
}

/// A channel's state from a day on.
#[derive(Debug, Clone, PartialEq)]
pub struct ChannelState {
    pub from: NaiveDate,
    /// `open`, `closing`, `closed` or `unknown`.
    pub state: String,
}

/// A sales or payment channel.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Channel {
    pub code: String,
    pub name: String,
    pub channel_kind: String,
    /// `jual` counts in the funnel, `bayar` does not.
    pub counts_as: String,
    pub default_on: bool,
    /// `none`: an account is at once verified.
    pub verification: String,
    /// By `from`.
    pub status: Vec<ChannelState>,
    pub prerequisites: Vec<String>,
    pub position: i64,
}

impl Channel {
    /// Whether it counts for the funnel.
    pub fn is_sales(&self) -> bool {
        self.counts_as == "jual"
    }
}

/// A step in one version of its checklist.
#[derive(Debug, Clone, PartialEq)]
pub struct StepVersion {
    pub version: i64,
    pub valid_from: Option<NaiveDate>,
    pub position: i64,
    pub label_id: String,
    pub label_en: String,
}

/// A step of a checklist, a preparation step or a training topic.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Step {
    pub code: String,
    /// Channel code, [`CHANNEL_PREPARATION`] or [`CHANNEL_TRAINING`].
    pub channel: String,
    pub label_id: String,
    pub label_en: String,
    /// `none`, `photo`, `link`, `number` or `text`.
    pub evidence: String,
    pub optional: bool,
    pub required: bool,
    /// `account`, `verified`, `listed`, `first_order`, `ready`; empty when there is none.
    pub milestone: String,
    /// The trader does it on the own phone: only done or not done may be kept.
    pub own_phone_only: bool,
    pub min: Option<i64>,
    pub max: Option<i64>,
    /// The checklist versions that have this step, oldest first.
    pub versions: Vec<StepVersion>,
}

impl Step {
    /// Whether it is a training topic.
    pub fn is_training(&self) -> bool {
        self.channel == CHANNEL_TRAINING
    }
    /// Whether it is preparation, done once per trader.
    pub fn is_preparation(&self) -> bool {
        self.channel == CHANNEL_PREPARATION
    }
    /// Place in the newest checklist that has it.
    pub fn position(&self) -> i64 {
        self.versions.last().map_or(0, |version| version.position)
    }
}

/// The follow-up that an outcome implies.
#[derive(Debug, Clone, PartialEq)]
pub struct FollowUpDefault {
    pub kind: String,
    /// Calendar days after the visit's working day.
    pub in_days: i64,
    /// `canvasser` or `lead`.
    pub who: String,
}

/// The outcome of a visit.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    pub code: String,
    pub group: String,
    pub label_id: String,
    pub label_en: String,
    /// The trader was met in person.
    pub contact: bool,
    pub taught: bool,
    pub asks: Vec<String>,
    pub follow_up: Option<FollowUpDefault>,
    pub stall_effect: String,
    pub closes_visiting: bool,
    pub position: i64,
}

/// A goods group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Commodity {
    pub code: String,
    pub label_id: String,
    pub label_en: String,
    /// `None`: not known for this group.
    pub dry_packable: Option<bool>,
    /// 1 is approached first.
    pub priority: i64,
    pub suggest_channels: Vec<String>,
    /// All words that mean this group, lower case, without code and labels.
    pub words: Vec<String>,
}

/// A reason of a refusal, a delay or an unfinished step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Obstacle {
    pub code: String,
    pub group: String,
    pub label_id: String,
    pub label_en: String,
    pub used_for: Vec<String>,
    pub suggest_need: String,
}

/// A need that can be referred.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Need {
    pub code: String,
    pub label_id: String,
    pub label_en: String,
    pub refer_to: String,
}

/// The campaign's goal in one market.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Target {
    pub market: String,
    pub traders: i64,
    pub canvassers: i64,
}

/// One version of the consent text in one language.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ConsentText {
    pub version: i64,
    pub lang: String,
    pub text: String,
    pub sha256: String,
}

/// A check of a shop's activity some days after its first product.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ActivityCheck {
    pub code: String,
    pub day: i64,
    pub window_days: i64,
    pub label_id: String,
    pub label_en: String,
}

/// One answer of a question with several.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choice {
    pub code: String,
    pub points: i64,
    pub label_id: String,
    pub label_en: String,
}

/// A question of the priority score.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ask {
    pub code: String,
    pub label_id: String,
    pub label_en: String,
    /// Points of a yes.
    pub points: i64,
    /// The answers, for a question that is not yes or no.
    pub choices: Vec<Choice>,
}

/// Weights, thresholds and classes of the priority score.
#[derive(Debug, Clone, PartialEq)]
pub struct PriorityWeights {
    pub ability: Vec<Ask>,
    pub willingness: Vec<Ask>,
    /// The question without whose answer no class is given.
    pub class_question: String,
    /// Points from which a trader counts as able.
    pub ability_min: i64,
    /// Points from which a trader counts as willing.
    pub willingness_min: i64,
    /// Class codes in the order of a day's list, with labels (id, en).
    pub classes: Vec<(String, String, String)>,
}

impl Default for PriorityWeights {
    fn default() -> Self {
        Self {
            ability: vec![],
            willingness: vec![],
            class_question: "kemauan".into(),
            ability_min: 6,
            willingness_min: 5,
            classes: vec![],
        }
    }
}
