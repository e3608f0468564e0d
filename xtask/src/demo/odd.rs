//! What goes wrong in the field: a lost tablet whose work is held back, two values for one phone, one trader listed twice.

use serde_json::Value;

use crate::run::RunError;

use crate::field::calls::Programs;
use crate::field::team::Tablet;

/// Names and stalls of the traders that a tablet shows first by stall, with their ids.
fn first_traders(programs: &Programs, tablet: &Tablet) -> Result<Vec<Value>, RunError> {
    let words = ["traders", "--order", "stall", "--limit", "60"];
    let list = programs.on(tablet, &words).quiet_json()?;
    let rows = list.as_array().cloned().unwrap_or_default();
    let is_whole = |row: &Value| {
        row["name"].is_string() && row["phone"].is_string() && row["stall"].is_string()
    };
    Ok(rows.into_iter().filter(is_whole).collect())
}

/// A tablet that was stopped hands in two late visits, which wait at the office for somebody to decide.
pub fn stop_and_rescue(programs: &Programs, tablet: &Tablet) -> Result<(), RunError> {
    let person = tablet.people.first().map_or("", |(id, _)| id);
    for trader in first_traders(programs, tablet)?.iter().rev().take(2) {
        let id = trader["id"].as_str().unwrap_or_default();
        let words = [
            "visit",
            id,
            "--outcome",
            "penjelasan",
            "--reason",
            "sibuk",
            "--as",
            person,
        ];
        programs.on(tablet, &words).quiet_json()?;
    }
    let why = "tertinggal di angkot, sudah kembali";
    programs
        .office(&["device", "revoke", &tablet.device, "--why", why])
        .json()?;
    programs
        .office(&["device", "rescue", &tablet.device])
        .json()?;
    let sync = programs.on(tablet, &["sync"]);
    match sync.quiet_json() {
        // It hands in what it holds, and hears in the same moment that it was stopped.
        Err(RunError::Refused { .. }) | Ok(_) => Ok(()),
        Err(other) => Err(other),
    }
}

/// Two tablets write another phone of the same trader before either has heard of the other.
pub fn disagree(programs: &Programs, one: &Tablet, other: &Tablet) -> Result<(), RunError> {
    let traders = first_traders(programs, one)?;
    let Some(id) = traders.first().and_then(|row| row["id"].as_str()) else {
        return Ok(());
    };
    for (tablet, phone) in [(one, "0840-0031-2264"), (other, "0840-0031-2246")] {
        let person = tablet.people.first().map_or("", |(id, _)| id);
        let phone = format!("phone={phone}");
        let words = ["set", "trader", id, &phone, "--as", person];
        programs.on(tablet, &words).quiet_json()?;
    }
    Ok(())
}

/// Somebody lists a trader who is there already.
pub fn list_twice(programs: &Programs, tablet: &Tablet) -> Result<(), RunError> {
    let traders = first_traders(programs, tablet)?;
    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let Some(row) = traders.get(4) else {
        return Ok(());
    };
    let person = tablet.people.first().map_or("", |(id, _)| id);
    let (stall, name, goods) = (
        text(row, "stall"),
        format!("Bu {}", text(row, "name")),
        text(row, "commodity"),
    );
    let words = [
        "add-trader",
        "--market",
        &tablet.market,
        "--stall",
        &stall,
        "--name",
        &name,
        "--commodity",
        &goods,
        "--new-anyway",
        "--as",
        person,
    ];
    programs.on(tablet, &words).quiet_json()?;
    Ok(())
}
