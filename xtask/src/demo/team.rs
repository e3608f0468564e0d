//! The people of the demonstration, and the two tablets that some of them carry.

use std::path::{Path, PathBuf};

use grebeg_core::definition::{DemoPerson, demo_names};
use serde_json::Value;

use crate::run::RunError;

use super::calls::Programs;
use super::office::CAMPAIGN;

/// An enrolled tablet of the demonstration.
#[derive(Debug, Clone)]
pub struct Tablet {
    /// `A` or `B`.
    pub letter: char,
    pub home: PathBuf,
    pub device: String,
    /// Who carries it.
    pub name: String,
}

/// Adds the invented team (an admin, leads and canvassers) where it is not there yet.
pub fn add_people(programs: &Programs) -> Result<(), RunError> {
    let list = programs.office(&["person", "list"]);
    let known = list.quiet_json()?;
    let known: Vec<&str> = rows(&known)
        .filter_map(|row| row["code"].as_str())
        .collect();
    let team = demo_names().demo_team;
    let mut added = 0;
    for (people, role) in [(&team.leads, "lead"), (&team.canvassers, "canvasser")] {
        for person in people {
            if known.contains(&person.code.as_str()) {
                continue;
            }
            let call = programs.office(&[
                "person",
                "add",
                "--campaign",
                CAMPAIGN,
                "--name",
                &person.name,
                "--role",
                role,
                "--markets",
                &person.market,
                "--code",
                &person.code,
            ]);
            // One line shows how it is done; the others are alike.
            match added {
                0 => call.json()?,
                _ => call.quiet_json()?,
            };
            added += 1;
        }
    }
    println!("{added} people were added, {} were there", known.len());
    Ok(())
}

/// Two tablets of canvassers of one market, so that their work meets. Those of the last time are kept.
pub fn enrol_tablets(programs: &Programs, url: &str) -> Result<Vec<Tablet>, RunError> {
    let team = demo_names().demo_team;
    let mut tablets = Vec::new();
    for (letter, person) in ['A', 'B'].into_iter().zip(of_one_market(&team.canvassers)) {
        tablets.push(enrol(programs, url, letter, person)?);
    }
    Ok(tablets)
}

/// The canvassers of the first market that has two of them.
fn of_one_market(canvassers: &[DemoPerson]) -> Vec<&DemoPerson> {
    let colleagues = |market: &str| -> Vec<&DemoPerson> {
        canvassers
            .iter()
            .filter(|one| one.market == market)
            .collect()
    };
    canvassers
        .iter()
        .map(|person| colleagues(&person.market))
        .find(|found| found.len() > 1)
        .unwrap_or_else(|| canvassers.iter().collect())
}

fn enrol(
    programs: &Programs,
    url: &str,
    letter: char,
    person: &DemoPerson,
) -> Result<Tablet, RunError> {
    let home = programs
        .folder()
        .join(format!("tablet-{}", letter.to_ascii_lowercase()));
    let status = programs.tablet(&home, &["status"]);
    let device = match status.quiet_json() {
        Ok(status) => status["device_id"].as_str().map(str::to_owned),
        Err(RunError::Interrupted) => return Err(RunError::Interrupted),
        Err(_) => None,
    };
    let device = match device {
        Some(device) => device,
        None => newly_enrolled(programs, url, &home, person)?,
    };
    println!(
        "tablet {letter}: {} ({}), market {}",
        person.name, person.code, person.market
    );
    Ok(Tablet {
        letter,
        home,
        device,
        name: person.name.clone(),
    })
}

/// Enrols the tablet, which takes everything of its market at once.
fn newly_enrolled(
    programs: &Programs,
    url: &str,
    home: &Path,
    person: &DemoPerson,
) -> Result<String, RunError> {
    let issue = programs.office(&["enrol", "--person", &person.code]);
    let issued = issue.json()?;
    let code = issued["code"].as_str();
    let code = code.ok_or_else(|| issue.no_answer("code"))?;
    let take = programs.tablet(home, &["enrol", "--server", url, "--code", code]);
    let enrolled = take.json()?;
    let device = enrolled["device_id"].as_str();
    let device = device.ok_or_else(|| take.no_answer("device_id"))?;
    let held = programs.tablet(home, &["sync"]).json()?;
    println!("the same as the server: {}", held["same_as_server"]);
    Ok(device.to_owned())
}

fn rows(answer: &Value) -> impl Iterator<Item = &Value> {
    answer.as_array().into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_tablets_work_in_one_market() {
        let team = demo_names().demo_team;
        let found = of_one_market(&team.canvassers);
        assert!(found.len() >= 2);
        assert_eq!(found[0].market, found[1].market);
        assert_ne!(found[0].code, found[1].code);
    }
}
