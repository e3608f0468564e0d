//! What each evening tells: the day's visits, what has come so far and what still waits, the pace that is needed, the funnel.

use serde_json::Value;

use crate::field::days::{at_ms, side_by_side};
use crate::field::team::Tablet;
use crate::run::RunError;

use super::city::City;
use super::evening::long_date;
use super::stages::STAGES;
use super::troubles::Evening;
use super::{calendar, evening};

const HOUR: (u32, u32) = (17, 40);

/// Prints the recap of every city, as the office and the tablets without a line have it.
pub fn print(cities: &mut [City], number: u64, days: u64) -> Result<(), RunError> {
    let day = calendar::field_day(number);
    evening::turn(cities, day, HOUR)?;
    for city in cities {
        let today = city
            .programs
            .office(&["totals", "--date", &day.to_string()])
            .quiet_json()?;
        let all = city.programs.office(&["totals"]).quiet_json()?;
        let waiting = waiting(city)?;
        let funnel = &all["funnel"];
        let trained = funnel["dilatih"].as_u64().unwrap_or(0);
        let left = days - number - 1;
        println!(
            "  {} · {} · {}{}",
            city.name,
            long_date(at_ms(&city.definition, day, HOUR)),
            visits(&today, "today"),
            provisional(city, &today),
        );
        println!("    {} · {}", visits(&all, "so far"), waiting);
        println!(
            "    trained {trained} of {} (+{} today){}",
            city.target,
            trained - city.trained.min(trained),
            needed(city.target.saturating_sub(trained), left)
        );
        let stages = STAGES.map(|stage| format!("{stage} {}", funnel[stage]));
        println!("    {}", stages.join(" › "));
        city.trained = trained;
    }
    Ok(())
}

fn visits(totals: &Value, when: &str) -> String {
    let mut text = format!("{} visits counted {when}", totals["counted"]);
    for (field, words) in [("held_back", "held back"), ("set_aside", "set aside")] {
        if totals[field] != 0 {
            text.push_str(&format!(", {} {words}", totals[field]));
        }
    }
    text
}

/// Whose day is not closed at the office; a market that trades at night is never done in the evening.
fn provisional(city: &City, today: &Value) -> String {
    let missing = today["tablets_not_sent"].as_array().into_iter().flatten();
    let missing: Vec<&str> = missing.filter_map(Value::as_str).collect();
    let is_missing = |tablet: &&Tablet| missing.contains(&tablet.device.as_str());
    let labels = city.tablets.iter().filter(is_missing);
    let labels: Vec<&str> = labels.map(|tablet| tablet.label.as_str()).collect();
    match labels.is_empty() {
        true => String::new(),
        false => format!(", provisional: {} not closed", labels.join(", ")),
    }
}

fn needed(missing: u64, days_left: u64) -> String {
    match (missing, days_left) {
        (0, _) => " · the target is reached".to_owned(),
        (_, 0) => String::new(),
        _ => format!(
            " · {days_left} days left, {} a day are needed",
            missing.div_ceil(days_left)
        ),
    }
}

/// What waits on each tablet that could not send.
fn waiting(city: &City) -> Result<String, RunError> {
    let tablets = city.tablets.iter().zip(&city.troubles);
    let dark: Vec<&Tablet> = tablets
        .filter(|(_, trouble)| trouble.evening() != Evening::Sends)
        .map(|(tablet, _)| tablet)
        .collect();
    let counts = side_by_side(&dark, |tablet| {
        let status = city.programs.on(tablet, &["status"]).quiet_json()?;
        Ok(status["visits"]["waiting"].as_u64().unwrap_or(0))
    })?;
    let mut parts = Vec::new();
    for (tablet, count) in dark.iter().zip(&counts).filter(|(_, count)| **count > 0) {
        parts.push(format!("{} {count}", tablet.label));
    }
    Ok(match parts.is_empty() {
        true => "nothing waits on a tablet".to_owned(),
        false => format!(
            "{} wait on tablets: {}",
            counts.iter().sum::<u64>(),
            parts.join(", ")
        ),
    })
}
