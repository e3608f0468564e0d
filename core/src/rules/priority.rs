//! Who is visited first: ability times willingness, with the reasons in words, and the order of a day's list.
//!
//! The class orders visits and decides nothing else. An answer that nobody gave is unknown, never a no.

use std::cmp::Ordering;
use std::sync::Arc;

use super::facts::{Answers, Facts, is_empty, latest_answers};
use super::stall::Stall;
use crate::definition::value::yes_no;
use crate::definition::{Ask, Definition};
use crate::kinds;

/// A class, in the order of a day's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Able and willing.
    A,
    /// Willing, needs help.
    B,
    /// The question of willingness is unanswered.
    NotAsked,
    /// Able, needs convincing.
    C,
    /// Later.
    D,
}

impl Class {
    pub const ALL: [Self; 5] = [Self::A, Self::B, Self::NotAsked, Self::C, Self::D];

    /// The code of the definition's classes.
    pub fn code(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::NotAsked => "belum_ditanya",
            Self::C => "C",
            Self::D => "D",
        }
    }
}

/// The score of one trader and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Priority {
    /// Ability, 0 to 10 with the built-in weights.
    pub ability: i64,
    /// Willingness, 0 to 10 with the built-in weights.
    pub willingness: i64,
    /// Ability times willingness.
    pub score: i64,
    pub class: Class,
    /// Codes of the questions that gave points, in the definition's order.
    pub known_yes: Vec<String>,
    /// Codes of the questions answered without points.
    pub known_no: Vec<String>,
    /// Codes of the questions nobody has answered.
    pub unknown: Vec<String>,
    pub why_id: String,
    pub why_en: String,
}

/// What the answers say about one question.
enum Answered<'a> {
    Points(i64, &'a str, &'a str),
    NoPoints(&'a str, &'a str),
    Unknown,
}

/// The priority of a trader from all its visits.
pub fn of_facts(definition: &Definition, facts: &Facts) -> Priority {
    priority(definition, &latest_answers(definition, &facts.visits))
}

/// The priority from the latest answer to each question. What nobody answered gives no points, whatever is known besides.
pub fn priority(definition: &Definition, answers: &Answers) -> Priority {
    let weights = &definition.priority;
    let (mut known_yes, mut known_no, mut unknown) = (Vec::new(), Vec::new(), Vec::new());
    let mut words = [Words::default(), Words::default()];
    let mut sum = |asks: &[Ask]| -> i64 {
        let mut points = 0;
        for ask in asks {
            let (label_id, label_en) = labels(ask);
            match answered(ask, answers) {
                Answered::Points(more, id, en) => {
                    points += more;
                    known_yes.push(ask.code.clone());
                    words[0].yes.push(id.to_owned());
                    words[1].yes.push(en.to_owned());
                }
                Answered::NoPoints(id, en) => {
                    known_no.push(ask.code.clone());
                    words[0].no.push(id.to_owned());
                    words[1].no.push(en.to_owned());
                }
                Answered::Unknown => {
                    unknown.push(ask.code.clone());
                    words[0].unknown.push(label_id.to_owned());
                    words[1].unknown.push(label_en.to_owned());
                }
            }
        }
        points
    };
    let ability = sum(&weights.ability);
    let willingness = sum(&weights.willingness);
    let asked = !unknown.contains(&weights.class_question) && !weights.willingness.is_empty();
    let class = match (
        asked,
        ability >= weights.ability_min,
        willingness >= weights.willingness_min,
    ) {
        (false, _, _) => Class::NotAsked,
        (true, true, true) => Class::A,
        (true, false, true) => Class::B,
        (true, true, false) => Class::C,
        (true, false, false) => Class::D,
    };
    let score = ability.saturating_mul(willingness);
    let class_words = weights
        .classes
        .iter()
        .find(|(code, _, _)| code == class.code());
    let (class_id, class_en) =
        class_words.map_or((class.code(), class.code()), |(_, id, en)| (id, en));
    let [words_id, words_en] = words;
    let why_id = words_id.sentence(
        &format!("{class_id} (mampu {ability}, mau {willingness}, nilai {score})."),
        ["Diketahui", "Tidak atau belum", "Belum diketahui"],
    );
    let why_en = words_en.sentence(
        &format!("{class_en} (ability {ability}, willingness {willingness}, score {score})."),
        ["Known", "Answered no", "Not known yet"],
    );
    Priority {
        ability,
        willingness,
        score,
        class,
        known_yes,
        known_no,
        unknown,
        why_id,
        why_en,
    }
}

/// What a question is called: by the campaign, else as the field of a trader that keeps its answer.
fn labels(ask: &Ask) -> (&str, &str) {
    let field = kinds::kind("trader").and_then(|kind| kind.field(&ask.code));
    let (id, en) = field.map_or((&*ask.code, &*ask.code), |f| (f.label_id, f.label_en));
    let id = if ask.label_id.is_empty() {
        id
    } else {
        &ask.label_id
    };
    let en = if ask.label_en.is_empty() {
        en
    } else {
        &ask.label_en
    };
    (id, en)
}

fn answered<'a>(ask: &'a Ask, answers: &Answers) -> Answered<'a> {
    let (id, en) = labels(ask);
    let answer = answers.get(&ask.code).filter(|answer| !is_empty(answer));
    if !ask.choices.is_empty() {
        let given = answer.and_then(|answer| answer.as_str()).map(str::trim);
        // A word that is none of the choices is as good as no answer.
        return match ask
            .choices
            .iter()
            .find(|choice| Some(choice.code.as_str()) == given)
        {
            Some(choice) if choice.points > 0 => {
                Answered::Points(choice.points, &choice.label_id, &choice.label_en)
            }
            Some(choice) => Answered::NoPoints(&choice.label_id, &choice.label_en),
            None => Answered::Unknown,
        };
    }
    match answer.and_then(yes_no) {
        Some(true) => Answered::Points(ask.points, id, en),
        Some(false) => Answered::NoPoints(id, en),
        None => Answered::Unknown,
    }
}

#[derive(Default)]
struct Words {
    yes: Vec<String>,
    no: Vec<String>,
    unknown: Vec<String>,
}

impl Words {
    fn sentence(&self, opening: &str, names: [&str; 3]) -> String {
        let mut text = opening.to_owned();
        for (name, facts) in names.iter().zip([&self.yes, &self.no, &self.unknown]) {
            if !facts.is_empty() {
                text.push_str(&format!(" {name}: {}.", facts.join("; ")));
            }
        }
        text
    }
}

/// What decides a trader's place in a day's list.
#[derive(Debug, Clone)]
pub struct DayPlace {
    /// Time of an appointment due today, in milliseconds of any one beginning; such traders come first.
    pub appointment_at_ms: Option<i64>,
    /// Place of the market in the route.
    pub market_position: i64,
    pub stall: Arc<Stall>,
    pub class: Class,
    pub score: i64,
    /// Time of the last visit; without one it was longest ago.
    pub last_visit_at_ms: Option<i64>,
    /// Settles what is otherwise equal, so that the order is the same everywhere.
    pub id: uuid::Uuid,
}

/// How a list is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DayOrder {
    /// Walking block by block.
    ByBlock,
    /// Over all blocks of a market.
    WholeMarket,
}

/// The order of two traders in a day's list: appointments by time, then market, block, class, score, longest since
/// the last visit, stall. It is total: only the same trader is equal to itself.
pub fn day_order(a: &DayPlace, b: &DayPlace, order: DayOrder) -> Ordering {
    let appointment = match (a.appointment_at_ms, b.appointment_at_ms) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    };
    let block = || match order {
        // Who stands in no block is looked for at the end.
        DayOrder::ByBlock => (a.stall.block.is_empty())
            .cmp(&b.stall.block.is_empty())
            .then_with(|| a.stall.block_order(&b.stall)),
        DayOrder::WholeMarket => Ordering::Equal,
    };
    appointment
        .then_with(|| a.market_position.cmp(&b.market_position))
        .then_with(block)
        .then_with(|| a.class.cmp(&b.class))
        .then_with(|| b.score.cmp(&a.score))
        .then_with(|| a.last_visit_at_ms.cmp(&b.last_visit_at_ms))
        .then_with(|| a.stall.cmp(&b.stall))
        .then_with(|| a.id.cmp(&b.id))
}

#[cfg(test)]
#[path = "priority_tests.rs"]
mod tests;
