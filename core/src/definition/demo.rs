//! Name parts from which demonstration people are made; invented, never synced.

use std::collections::BTreeMap;

use serde::Deserialize;

const NAMES: &str = include_str!("../../definition/cirebon-2019/names.json");

/// What demonstration traders, stalls and people are made from.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DemoNames {
    pub male_first: Vec<String>,
    pub female_first: Vec<String>,
    pub family_or_second: Vec<String>,
    pub female_second: Vec<String>,
    /// Forms of address by `male` and `female`.
    pub call_names: BTreeMap<String, Vec<String>>,
    pub name_patterns: Vec<WeightedPattern>,
    /// Shares by `male` and `female`, together 1.
    pub sex_mix: BTreeMap<String, f64>,
    pub stall_name_patterns: Vec<WeightedPattern>,
    pub stall_words: Vec<String>,
    pub stall_places: Vec<String>,
    pub stall_goods: Vec<String>,
    pub stall_number: StallNumbers,
    pub demo_team: DemoTeam,
    /// Rates from 0 to 1 by name, such as `no_phone`.
    pub demo_messiness: BTreeMap<String, serde_json::Value>,
}

/// A pattern such as `{first} {second}` and its share.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct WeightedPattern {
    pub weight: u32,
    pub pattern: String,
}

/// Samples of how stalls are numbered.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StallNumbers {
    pub patterns: Vec<StallPattern>,
}

/// Samples of one kind of stall number.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct StallPattern {
    pub kind: String,
    pub samples: Vec<String>,
}

/// The invented team.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DemoTeam {
    pub leads: Vec<DemoPerson>,
    pub canvassers: Vec<DemoPerson>,
}

/// One invented person and the market they work in.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct DemoPerson {
    pub code: String,
    pub name: String,
    pub market: String,
}

/// The embedded name parts.
pub fn demo_names() -> DemoNames {
    // Covered by a test below; a damaged file would give empty lists.
    serde_json::from_str(NAMES).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::demo_names;

    #[test]
    fn the_embedded_names_are_complete() {
        let names = demo_names();
        assert_eq!(
            (names.male_first.len(), names.female_first.len()),
            (108, 109)
        );
        assert_eq!(
            (
                names.demo_team.leads.len(),
                names.demo_team.canvassers.len()
            ),
            (6, 25)
        );
        assert_eq!(
            names
                .name_patterns
                .iter()
                .map(|pattern| pattern.weight)
                .sum::<u32>(),
            100
        );
    }
}
