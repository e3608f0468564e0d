//! Who is visited first: ability times willingness, with the reasons in words, and the order of a day's list.
//!
//! The class orders visits and decides nothing else. An answer that nobody gave is unknown, never a no.

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

/// What decides a trader's place in a day's list, but for an appointment due today: those come first, by time.
#[derive(Debug, Clone)]
pub struct DayPlace<'s> {
    /// Place of the market in the route; without one it comes last.
    pub market_position: Option<i64>,
    pub stall: &'s Stall,
    pub class: Class,
    pub score: i64,
    /// Time of the last visit, Unix milliseconds; without one it was longest ago.
    pub last_visit_at_ms: Option<i64>,
}

impl DayPlace<'_> {
    /// Bytes whose order is that of a day: market, block, class, score, longest since the last visit, and the way through the
    /// market. A store keeps them in an index, so that no list has to be sorted.
    pub fn key(&self) -> Vec<u8> {
        let mut key = market_key(self.market_position).to_vec();
        // Who stands in no block is looked for at the end.
        key.push(u8::from(self.stall.block.is_empty()));
        key.extend(self.stall.block_key());
        key.push(self.class as u8);
        let score = u32::try_from(self.score.max(0)).unwrap_or(u32::MAX);
        key.extend((u32::MAX - score).to_be_bytes());
        let visited = self.last_visit_at_ms.map_or(0, |ms| ms.max(1));
        key.extend(visited.to_be_bytes());
        key.extend(self.stall.walk_key());
        key
    }
}

/// With these bytes the keys of all places of a market begin.
pub fn market_key(position: Option<i64>) -> [u8; 4] {
    let position = position.and_then(|position| u32::try_from(position).ok());
    position.unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
#[path = "priority_tests.rs"]
mod tests;
