//! One row of a list: the trader's line in the cache in the words that a screen shows, with the reason for its place.

use super::list::DayList;
use super::{Group, Reason, ReasonIcon, Tile, TraderRow};
use crate::command::look::{Look, OpenReturn};
use crate::command::parts::{Label, SentState};
use crate::error::Result;
use crate::store::own;
use chrono::NaiveDate;
use grebeg_core::definition::Ask;
use grebeg_core::rules::layers;
use rusqlite::{OptionalExtension, Row, named_params};
use uuid::Uuid;

/// Facts that a reason names at most.
const FACTS_MAX: usize = 2;

/// A trader's line in the cache.
#[derive(Debug, Clone)]
pub struct Line {
    pub id: Uuid,
    pub market: String,
    pub name: String,
    pub nickname: String,
    pub stall: String,
    pub block: String,
    pub phone: String,
    pub commodity: String,
    pub goods: String,
    pub stage: String,
    pub class: String,
    known: String,
    lacking: String,
    pub visit_ms: Option<i64>,
    pub visit_day: String,
    pub visit_author: Option<Uuid>,
    pub outcome: String,
    pub met: bool,
    /// In no list: refused, merged away, withdrawn or erased.
    pub hidden: bool,
    pub appointment: String,
    pub appointment_at: String,
    pub appointment_note: String,
}

impl Line {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get("id")?,
            market: row.get("market")?,
            name: row.get("name")?,
            nickname: row.get("nickname")?,
            stall: row.get("stall")?,
            block: row.get("block")?,
            phone: row.get("phone")?,
            commodity: row.get("commodity")?,
            goods: row.get("goods")?,
            stage: row.get("stage")?,
            class: row.get("class")?,
            known: row.get("known")?,
            lacking: row.get("lacking")?,
            visit_ms: row.get("last_visit_ms")?,
            visit_day: row.get("visit_day")?,
            visit_author: row.get("visit_author")?,
            outcome: row.get("outcome")?,
            met: row.get("met")?,
            hidden: row.get("hidden")?,
            appointment: row.get("appointment")?,
            appointment_at: row.get("appointment_at")?,
            appointment_note: row.get("appointment_note")?,
        })
    }

    pub fn of_key(look: &Look<'_>, key: i64) -> Result<Option<Self>> {
        Ok(look
            .conn()
            .prepare_cached(include_str!("../../../sql/trader/line.sql"))?
            .query_row(named_params! { ":key": key }, Self::read)
            .optional()?)
    }

    pub fn of_trader(look: &Look<'_>, trader: Uuid) -> Result<Option<Self>> {
        let key: Option<i64> = look
            .conn()
            .prepare_cached(include_str!("../../../sql/trader/get_key.sql"))?
            .query_row(named_params! { ":id": trader }, |row| row.get(0))
            .optional()?;
        match key {
            Some(key) => Self::of_key(look, key),
            None => Ok(None),
        }
    }

    /// The group in which the trader would stand, for rows outside the day's list.
    pub fn group(&self, day: &str, returned: bool) -> Group {
        if returned {
            Group::Returned
        } else if !self.appointment.is_empty() && self.appointment.as_str() <= day {
            Group::Janji
        } else if self.visit_day == day {
            Group::Sudah
        } else {
            match self.class.as_str() {
                "A" => Group::Dahulukan,
                "B" => Group::Pendamping,
                _ => Group::Lain,
            }
        }
    }

    pub fn tile(&self, look: &Look<'_>, day: &str) -> Tile {
        tile(
            look,
            &TileFacts {
                stage: &self.stage,
                class: &self.class,
                outcome: &self.outcome,
                met: self.met,
                visited: self.visit_ms.is_some(),
                due: !self.appointment.is_empty() && self.appointment.as_str() <= day,
            },
        )
    }
}

/// What a tile follows from.
pub struct TileFacts<'f> {
    pub stage: &'f str,
    pub class: &'f str,
    pub outcome: &'f str,
    pub met: bool,
    pub visited: bool,
    /// An appointment is due.
    pub due: bool,
}

/// What happened last overrides how far a trader has come; of somebody not met yet the need for help is told.
pub fn tile(look: &Look<'_>, facts: &TileFacts<'_>) -> Tile {
    let outcome = look.definition.outcome(facts.outcome);
    let effect = outcome.map_or("", |outcome| outcome.stall_effect.as_str());
    if facts.due {
        return Tile::Janji;
    }
    match effect {
        "closed_now" | "closed_temporarily" | "ceased" | "vacant" | "storage" => {
            return Tile::Tutup;
        }
        "do_not_visit" => return Tile::Menolak,
        "moved" | "new_trader" | "not_found" => return Tile::Pindah,
        _ if outcome.is_some_and(|outcome| outcome.group == "menolak") => return Tile::Menolak,
        _ => {}
    }
    match layers::layer(&look.definition, facts.stage) {
        7 | 6 => Tile::Aktif,
        5 => Tile::Tayang,
        4 => Tile::Akun,
        3 => Tile::Diajari,
        _ if facts.class == "B" => Tile::Pendamping,
        2 => Tile::Didatangi,
        _ if facts.met || facts.visited => Tile::Didatangi,
        _ => Tile::Belum,
    }
}

/// The row of a trader in a group.
pub fn row(look: &Look<'_>, list: &DayList, line: Line, group: Group) -> Result<TraderRow> {
    let day = own::label(look.day_in(&line.market));
    let returned = list.returned.get(&line.id);
    let goods_label = look
        .definition
        .commodity(&line.goods)
        .map(|group| Label::new(&group.label_id, &group.label_en));
    let sent = list.sent.get(&line.id).copied();
    Ok(TraderRow {
        reason: reason(look, &line, group, returned, &day)?,
        tile: line.tile(look, &day),
        layer: layers::layer(&look.definition, &line.stage),
        stage_label: look.stage_label(&line.stage),
        market: look.market_name(&line.market).name,
        sent: sent.filter(|sent| *sent != SentState::Sent || line.visit_day == day),
        return_id: returned.map(|open| open.id),
        appointment_at: Some(line.appointment_at).filter(|at| !at.is_empty()),
        id: line.id,
        name: Some(line.name).filter(|name| !name.is_empty()),
        goods: Some(line.commodity).filter(|goods| !goods.is_empty()),
        goods_label,
        stall: line.stall,
        stage: line.stage,
        group,
    })
}

fn reason(
    look: &Look<'_>,
    line: &Line,
    group: Group,
    returned: Option<&OpenReturn>,
    day: &str,
) -> Result<Reason> {
    Ok(match (group, returned) {
        (Group::Returned, Some(open)) => {
            let by = look.person_name(open.by)?;
            let text = open.record.text("reason_text").map(Label::same);
            let coded = open
                .record
                .text("reason")
                .and_then(|code| look.known_reason(code));
            Reason {
                icon: ReasonIcon::Return,
                head: match by {
                    Some(by) => {
                        Label::new(format!("Dikembalikan {by}"), format!("Returned by {by}"))
                    }
                    None => Label::new("Dikembalikan", "Returned"),
                },
                detail: text.or(coded).unwrap_or_default(),
            }
        }
        (Group::Returned | Group::Janji, _) => appointment(look, line, day),
        (Group::Sudah, _) => {
            let at = line.visit_ms.map(|ms| look.definition.local_time(ms));
            let at = at.map(|at| {
                Label::new(
                    at.format("%H.%M").to_string(),
                    at.format("%H:%M").to_string(),
                )
            });
            Reason {
                icon: ReasonIcon::Check,
                head: look.outcome_label(&line.outcome),
                detail: at.unwrap_or_default(),
            }
        }
        _ => of_class(look, line, day),
    })
}

fn appointment(look: &Look<'_>, line: &Line, day: &str) -> Reason {
    let passed = line.appointment.as_str() < day;
    let date = line.appointment.parse::<NaiveDate>().ok();
    let head = match (passed, date, line.appointment_at.as_str()) {
        (true, Some(date), _) => {
            let (id, en) = short_dates(date);
            Label::new(
                format!("Janji {id} terlewat"),
                format!("Appointment of {en} passed"),
            )
        }
        (_, _, "") => Label::new("Janji hari ini", "Appointment today"),
        (_, _, at) => Label::new(
            format!("Janji {}", at.replace(':', ".")),
            format!("Appointment {at}"),
        ),
    };
    let note = line.appointment_note.trim();
    Reason {
        icon: ReasonIcon::Calendar,
        head,
        detail: if note.is_empty() {
            look.outcome_label(&line.outcome)
        } else {
            Label::same(note)
        },
    }
}

/// `6 Agu` and `6 Aug`.
pub fn short_dates(date: NaiveDate) -> (String, String) {
    use chrono::Datelike;
    const ID: [&str; 12] = [
        "Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des",
    ];
    let month = ID.get(date.month0() as usize).unwrap_or(&"");
    (
        format!("{} {month}", date.day()),
        format!("{} {}", date.day(), date.format("%b")),
    )
}

/// What is known of ability and willingness: for the able what speaks for them, for the others what is missing.
fn of_class(look: &Look<'_>, line: &Line, day: &str) -> Reason {
    let weights = &look.definition.priority;
    let class = weights
        .classes
        .iter()
        .find(|(code, ..)| *code == line.class);
    let first_part = |label: &str| {
        let (head, _) = label.split_once(':').unwrap_or((label, ""));
        head.trim().to_owned()
    };
    let head = match class {
        Some((_, id, en)) => Label::new(first_part(id), first_part(en)),
        None => Label::same(line.class.clone()),
    };
    let (icon, facts) = match line.class.as_str() {
        "A" => (ReasonIcon::Thumb, facts(&weights.ability, &line.known)),
        "B" => (ReasonIcon::Cap, missing(&weights.ability, &line.lacking)),
        "C" => (
            ReasonIcon::Question,
            missing(&weights.willingness, &line.lacking),
        ),
        "D" => (ReasonIcon::Clock, missing(&weights.ability, &line.lacking)),
        _ => (ReasonIcon::Question, facts(&weights.ability, &line.known)),
    };
    let detail = if !facts.is_empty() {
        facts
    } else if line.visit_day == day {
        Label::new("coba lagi hari ini", "try again today")
    } else if line.visit_ms.is_none() {
        Label::new("belum didatangi", "not visited yet")
    } else {
        look.outcome_label(&line.outcome)
    };
    Reason { icon, head, detail }
}

fn facts(asks: &[Ask], codes: &str) -> Label {
    let known: Vec<&Ask> = codes
        .split(',')
        .filter_map(|code| asks.iter().find(|ask| ask.code == code))
        .take(FACTS_MAX)
        .collect();
    let joined = |label: fn(&Ask) -> &String| -> String {
        let labels: Vec<String> = known.iter().map(|ask| lower_first(label(ask))).collect();
        labels.join(", ")
    };
    Label::new(joined(|ask| &ask.label_id), joined(|ask| &ask.label_en))
}

fn missing(asks: &[Ask], codes: &str) -> Label {
    let facts = facts(asks, codes);
    if facts.is_empty() {
        return facts;
    }
    Label::new(
        format!("belum: {}", facts.id),
        format!("not yet: {}", facts.en),
    )
}

/// A label within a line begins small, unless it is an abbreviation.
fn lower_first(label: &str) -> String {
    let mut chars = label.chars();
    match (chars.next(), chars.clone().next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(chars).collect()
        }
        _ => label.to_owned(),
    }
}
