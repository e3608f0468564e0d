//! The people of the demonstration, and the tablets that they share by twos and threes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use grebeg_core::definition::{DemoPerson, demo_names};
use serde_json::Value;

use crate::run::RunError;

use super::calls::Programs;
use super::office::CAMPAIGN;

/// An enrolled tablet of the demonstration.
#[derive(Debug, Clone)]
pub struct Tablet {
    /// `A`, `B` and so on.
    pub letter: char,
    pub home: PathBuf,
    pub device: String,
    pub market: String,
    /// Ids and names of those who share it.
    pub people: Vec<(String, String)>,
}

impl Tablet {
    /// Everybody on it, as it is told.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.people.iter().map(|(_, name)| name.as_str()).collect();
        names.join(", ")
    }
}

/// Ids by code.
pub type People = BTreeMap<String, String>;

/// Adds the invented team (an admin, leads and canvassers) where it is not there yet, and gives the log-ins.
pub fn add_people(programs: &Programs, sign_ins: &[SignIn]) -> Result<People, RunError> {
    let mut people = known(programs)?;
    let team = demo_names().demo_team;
    let admin = [DemoPerson {
        code: ADMIN.to_owned(),
        name: "Dewi Kusumawati".to_owned(),
        ..DemoPerson::default()
    }];
    let mut added = 0;
    for (list, role) in [
        (&admin[..], "admin"),
        (&team.leads, "lead"),
        (&team.canvassers, "canvasser"),
    ] {
        for person in list {
            if people.contains_key(&person.code) {
                continue;
            }
            let mut words = vec![
                "person",
                "add",
                "--campaign",
                CAMPAIGN,
                "--name",
                &person.name,
            ];
            words.extend(["--role", role, "--code", &person.code]);
            if !person.market.is_empty() {
                words.extend(["--markets", &person.market]);
            }
            let call = programs.office(&words);
            // One line shows how it is done; the others are alike.
            let answer = match added {
                0 => call.json()?,
                _ => call.quiet_json()?,
            };
            let id = answer["person_id"].as_str();
            let id = id.ok_or_else(|| call.no_answer("person_id"))?;
            people.insert(person.code.clone(), id.to_owned());
            added += 1;
        }
    }
    for one in sign_ins {
        let id = people.get(one.code).map_or("", String::as_str);
        let words = [
            "person",
            "set",
            id,
            "--login",
            one.login,
            "--password-stdin",
        ];
        programs.office(&words).quiet_json_of(one.password)?;
    }
    println!("{added} people were added");
    Ok(people)
}

/// A person of the office and what opens the pages.
#[derive(Debug, Clone, Copy)]
pub struct SignIn {
    pub who: &'static str,
    pub code: &'static str,
    pub login: &'static str,
    pub password: &'static str,
}

const ADMIN: &str = "AD-01";

/// The lead of the market in which tablets A and B work, and the admin of all.
pub const SIGN_INS: [SignIn; 2] = [
    SignIn {
        who: "Rini Handayani, lead of Kanoman",
        code: "KT-01",
        login: "ketua",
        password: "pasar-kanoman",
    },
    SignIn {
        who: "Dewi Kusumawati, admin of all markets",
        code: ADMIN,
        login: "admin",
        password: "enam-pasar",
    },
];

fn known(programs: &Programs) -> Result<People, RunError> {
    let list = programs.office(&["person", "list"]).quiet_json()?;
    let rows = list.as_array().into_iter().flatten();
    let pair = |row: &Value| {
        Some((
            row["code"].as_str()?.to_owned(),
            row["person_id"].as_str()?.to_owned(),
        ))
    };
    Ok(rows.filter_map(pair).collect())
}

/// Who shares a tablet: canvassers of one market, two or three of them; the first market's come first.
fn crews(canvassers: &[DemoPerson]) -> Vec<Vec<&DemoPerson>> {
    let mut markets: Vec<&str> = canvassers.iter().map(|one| one.market.as_str()).collect();
    markets.dedup();
    let mut crews = Vec::new();
    for market in markets {
        let mut left: Vec<&DemoPerson> = canvassers
            .iter()
            .filter(|one| one.market == market)
            .collect();
        while !left.is_empty() {
            let size = 2 + left.len() % 2;
            crews.push(left.drain(..size.min(left.len())).collect());
        }
    }
    crews
}

/// Enrols the first `count` tablets of the team. Those of the last time are kept.
pub fn enrol(
    programs: &Programs,
    url: &str,
    people: &People,
    count: usize,
) -> Result<Vec<Tablet>, RunError> {
    let team = demo_names().demo_team;
    let mut tablets = Vec::new();
    for (letter, crew) in ('A'..='Z').zip(crews(&team.canvassers)).take(count) {
        let small = letter.to_ascii_lowercase();
        let home = programs.folder().join(format!("tablet-{small}"));
        let codes: Vec<&str> = crew.iter().map(|one| one.code.as_str()).collect();
        let name = format!(
            "{}-{letter}",
            crew.first().map_or("", |one| one.market.as_str())
        );
        let device = match enrolled(programs, &home)? {
            Some(device) => device,
            None => newly_enrolled(programs, url, &home, &codes.join(","), &name, letter == 'A')?,
        };
        let tablet = Tablet {
            letter,
            home,
            device,
            market: crew
                .first()
                .map(|one| one.market.clone())
                .unwrap_or_default(),
            people: crew
                .iter()
                .filter_map(|one| Some((people.get(&one.code)?.clone(), one.name.clone())))
                .collect(),
        };
        println!(
            "tablet {letter}: {} ({}), market {}",
            tablet.names(),
            codes.join(", "),
            tablet.market
        );
        tablets.push(tablet);
    }
    Ok(tablets)
}

/// A second tablet for the people of one.
pub fn enrol_spare(programs: &Programs, url: &str, tablet: &Tablet) -> Result<Tablet, RunError> {
    let ids: Vec<&str> = tablet.people.iter().map(|(id, _)| id.as_str()).collect();
    let home = programs.folder().join("tablet-spare");
    let name = format!("{}-SPARE", tablet.market);
    let device = newly_enrolled(programs, url, &home, &ids.join(","), &name, false)?;
    Ok(Tablet {
        home,
        device,
        ..tablet.clone()
    })
}

fn enrolled(programs: &Programs, home: &Path) -> Result<Option<String>, RunError> {
    match programs.tablet(home, &["status"]).quiet_json() {
        Ok(status) => Ok(status["device_id"].as_str().map(str::to_owned)),
        Err(RunError::Interrupted) => Err(RunError::Interrupted),
        Err(_) => Ok(None),
    }
}

/// Enrols the tablet, which takes everything of its market at once.
fn newly_enrolled(
    programs: &Programs,
    url: &str,
    home: &Path,
    codes: &str,
    name: &str,
    is_shown: bool,
) -> Result<String, RunError> {
    let issue = programs.office(&["enrol", "--person", codes]);
    let issued = if is_shown {
        issue.json()?
    } else {
        issue.quiet_json()?
    };
    let code = issued["code"].as_str();
    let code = code.ok_or_else(|| issue.no_answer("code"))?;
    let take = programs
        .tablet(home, &["enrol", "--server", url, "--code", code])
        .named(name);
    let enrolled = if is_shown {
        take.json()?
    } else {
        take.quiet_json()?
    };
    let device = enrolled["device_id"].as_str();
    Ok(device
        .ok_or_else(|| take.no_answer("device_id"))?
        .to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_signs_in_is_in_the_team() {
        let team = demo_names().demo_team;
        let lead = team
            .leads
            .iter()
            .find(|lead| lead.code == SIGN_INS[0].code)
            .unwrap();
        assert!(SIGN_INS[0].who.starts_with(&lead.name));
        assert_eq!(lead.market, team.canvassers[0].market);
    }

    #[test]
    fn everybody_has_a_tablet_and_the_first_two_work_in_one_market() {
        let team = demo_names().demo_team;
        let crews = crews(&team.canvassers);
        assert_eq!(crews.iter().map(Vec::len).sum::<usize>(), 25);
        assert_eq!(crews[0].len(), 3);
        assert_eq!(crews[0][0].market, crews[1][0].market);
        for crew in crews {
            assert!(crew.iter().all(|one| one.market == crew[0].market) && crew.len() < 4);
        }
    }
}
