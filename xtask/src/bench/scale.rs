//! How large everything is: in full, and for a quick look.

/// How often the same work is measured where the quietest pass counts.
pub const PASSES: usize = 4;

/// Counts of one run.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// Traders of a campaign.
    pub traders: usize,
    /// Traders of the largest campaign that lists are measured with.
    pub traders_many: usize,
    /// Visits of a tablet's day.
    pub visits: usize,
    /// Tablets that converge.
    pub tablets: usize,
    /// Tablets that send at the same moment.
    pub load_tablets: usize,
    /// How often they send one visit each.
    pub load_rounds: usize,
    /// How often they send a whole day each.
    pub load_day_rounds: usize,
    /// Searches and lists in each pass.
    pub questions: usize,
    /// Visits saved one by one, in all passes together.
    pub saves: usize,
    /// Programs started to be timed.
    pub starts: usize,
}

impl Scale {
    pub const FULL: Self = Self {
        traders: 9_000,
        traders_many: 100_000,
        visits: 40,
        tablets: 25,
        load_tablets: 500,
        load_rounds: 7,
        load_day_rounds: 5,
        questions: 1_000,
        saves: 1_200,
        starts: 20,
    };
    pub const QUICK: Self = Self {
        traders: 2_000,
        traders_many: 9_000,
        visits: 40,
        tablets: 4,
        load_tablets: 60,
        load_rounds: 3,
        load_day_rounds: 1,
        questions: 300,
        saves: 200,
        starts: 5,
    };
}
