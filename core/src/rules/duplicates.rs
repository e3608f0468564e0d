//! Whether two trader records may be one person: the score and the reasons, for a question that one tap answers.
//!
//! Nothing is merged by this. A match from [`OFFER_MIN`] on is asked about at entry; a weaker one, such as father
//! and daughter at one stall, is only told.

use super::names::{self, Name};
use super::phone;
use super::stall::{self, Stall};

/// Scores from here on are offered as "already known?".
pub const OFFER_MIN: u8 = 60;

/// Likeness of names (0 to 100) from which they count as close.
const CLOSE_MIN: u32 = 82;
/// Likeness from which names share something.
const PARTLY_MIN: u32 = 68;
/// Stall numbers this far apart in one block count as neighbours.
const NEAR_NUMBERS: u64 = 1;

/// A trader prepared for comparing with many others.
#[derive(Debug, Clone, Default)]
pub struct Candidate {
    market: String,
    name: Name,
    stall: Stall,
    /// Normalised; empty when unknown.
    phone: String,
    commodity: String,
}

/// Why two records may be one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Match {
    /// 0 to 100.
    pub score: u8,
    /// Codes for the screen: `same_phone`, `same_stall`, `near_stall`, `same_block`, `other_stall`, `same_name`,
    /// `close_name`, `partly_same_name`, `no_name`, `same_goods`, `other_name`, `other_phone`, `other_market`.
    pub why: Vec<&'static str>,
}

impl Match {
    /// Whether it is worth a question at entry.
    pub fn is_offered(&self) -> bool {
        self.score >= OFFER_MIN
    }
}

impl Candidate {
    /// Prepares a trader; every text may be empty. `market` is a code, `phone` as typed or normalised.
    pub fn new(market: &str, name: &str, stall: &str, phone: &str, commodity: &str) -> Self {
        Self {
            market: market.to_owned(),
            name: names::parse(name),
            stall: stall::parse(stall),
            phone: phone::normalise(phone).unwrap_or_default(),
            commodity: commodity.trim().to_lowercase(),
        }
    }

    pub fn market(&self) -> &str {
        &self.market
    }

    /// Normalised; empty when unknown.
    pub fn phone(&self) -> &str {
        &self.phone
    }
}

/// Compares two traders; `None` when nothing speaks for one person. The order of the two does not matter.
pub fn score(a: &Candidate, b: &Candidate) -> Option<Match> {
    let same_market = a.market == b.market;
    let same_phone = !a.phone.is_empty() && a.phone == b.phone;
    if !same_market && !same_phone {
        // Namesakes in different markets are different people until a phone number says otherwise.
        return None;
    }
    let same_stall = same_market && a.stall.same_place(&b.stall);
    let unnamed = a.name.is_empty() || b.name.is_empty();
    let likeness = a.name.similarity(&b.name);
    if !same_phone && !same_stall && likeness < CLOSE_MIN {
        return None;
    }
    let mut found = Weigher {
        score: 0,
        why: Vec::new(),
    };
    let close = likeness >= CLOSE_MIN;
    if same_phone {
        // Enough by itself: one number under two names is a family or a mistake, and a person tells which.
        found.add(i32::from(OFFER_MIN), "same_phone");
        if !same_market {
            found.add(0, "other_market");
        }
    }
    if same_stall {
        found.add(if same_phone { 25 } else { 45 }, "same_stall");
    }
    match likeness {
        100 => found.add(if same_stall || same_phone { 45 } else { 30 }, "same_name"),
        CLOSE_MIN.. => found.add(if same_stall || same_phone { 35 } else { 30 }, "close_name"),
        PARTLY_MIN.. => found.add(20, "partly_same_name"),
        _ if unnamed => found.add(if same_stall { 20 } else { 5 }, "no_name"),
        // Families share a phone and a stall: told, but as a weak sign.
        _ if same_phone && same_stall => found.add(-15, "other_name"),
        _ if same_phone => found.add(0, "other_name"),
        _ => found.add(-5, "other_name"),
    }
    if close && !same_stall && same_market {
        // A name of two parts says more than a first name, which dozens in a market share.
        let parts = a.name.parts.len().min(b.name.parts.len());
        if parts >= 2 {
            found.score += 30;
        }
        if a.stall.is_near(&b.stall, NEAR_NUMBERS) {
            found.add(30, "near_stall");
        } else if !a.stall.block.is_empty()
            && a.stall.floor == b.stall.floor
            && a.stall.block == b.stall.block
        {
            found.add(10, "same_block");
        } else if !a.stall.is_empty() && !b.stall.is_empty() {
            found.add(-10, "other_stall");
        }
        if !a.commodity.is_empty() && a.commodity == b.commodity {
            found.add(10, "same_goods");
        }
    }
    if !same_phone && !a.phone.is_empty() && !b.phone.is_empty() {
        found.add(if same_stall { -5 } else { -15 }, "other_phone");
    }
    Some(Match {
        score: u8::try_from(found.score.clamp(0, 100)).unwrap_or(0),
        why: found.why,
    })
}

struct Weigher {
    score: i32,
    why: Vec<&'static str>,
}

impl Weigher {
    fn add(&mut self, points: i32, reason: &'static str) {
        self.score += points;
        self.why.push(reason);
    }
}

#[cfg(test)]
#[path = "duplicates_tests.rs"]
mod tests;
