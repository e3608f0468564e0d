//! The campaign definition: markets, channels, steps, outcomes, words and weights, as versioned data.
//!
//! A definition is a list of [`Entry`]s, each of which is stored as one synced record. [`builtin`] gives the
//! one that is embedded, [`from_json`] reads the document that an admin loads, and [`Definition`] is the typed
//! form that the rules consult; it is built from whatever records have arrived and never fails.

mod demo;
mod document;
mod files;
mod parts;
mod read;
mod rule;
#[cfg(test)]
mod tests;
mod typed;
pub mod value;
mod working_day;

pub use demo::{
    DemoNames, DemoPerson, DemoTeam, StallNumbers, StallPattern, WeightedPattern, demo_names,
};
pub use document::{DefinitionError, Finding, from_json, to_json, validate};
pub use files::{Files, parse};
pub use parts::{
    ActivityCheck, Ask, Campaign, Channel, ChannelState, Choice, Commodity, ConsentText, DayStart,
    FollowUpDefault, Market, Need, Obstacle, Opening, Outcome, PriorityWeights, Step, StepVersion,
    Target,
};
pub use rule::{Rule, Stage};
pub use typed::Definition;

use std::collections::BTreeMap;

/// The fields of one entry by name, as they are stored in the record.
pub type Fields = BTreeMap<String, serde_json::Value>;

/// The record kinds that a definition consists of, in the order in which they are written.
pub const KINDS: [&str; 8] = [
    "campaign",
    "definition",
    "market",
    "channel",
    "step_def",
    "outcome_def",
    "text",
    "target",
];

/// The `channel` of preparation steps, which are done once per trader.
pub const CHANNEL_PREPARATION: &str = "prep";
/// The `channel` of training topics.
pub const CHANNEL_TRAINING: &str = "latih";

/// One record of a definition.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// One of [`KINDS`].
    pub kind: &'static str,
    /// Unique within the kind and stable over versions: the market code, the step code and so on.
    pub key: String,
    /// Values by field name.
    pub fields: Fields,
}

/// The entries of the definition with this name, or `None` if none of that name is embedded.
///
/// Known: `cirebon-2019`.
pub fn builtin(name: &str) -> Option<Vec<Entry>> {
    if name != files::CIREBON_2019.name {
        return None;
    }
    // The embedded files are covered by a test; were they damaged, the name would count as unknown.
    parse(&files::CIREBON_2019).ok()
}

/// The built-in definition in its typed form; for demonstrations and tests.
pub fn builtin_definition(name: &str) -> Option<Definition> {
    let entries = builtin(name)?;
    Some(Definition::from_entries(
        entries.iter().map(|entry| (entry.kind, &entry.fields)),
    ))
}
