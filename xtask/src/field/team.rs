//! The people of a campaign, and the tablets that they share.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use grebeg_core::definition::{DemoPerson, DemoTeam};
use serde_json::{Value, json};

use crate::run::RunError;

use super::calls::Programs;
use super::clock::Clock;

/// An enrolled tablet.
#[derive(Debug, Clone)]
pub struct Tablet {
    /// `A`, `B` and so on, or the code of whoever holds it.
    pub label: String,
    pub home: PathBuf,
    pub device: String,
    pub market: String,
    /// Ids and names of those who share it.
    pub people: Vec<(String, String)>,
    /// Its own clock, where it has one.
    pub clock: Option<Arc<Clock>>,
}

/// What a tablet is called, and who shares it.
pub type Crew = (String, Vec<DemoPerson>);

impl Tablet {
    /// Turns its own clock to a moment, and that of all where it has none.
    pub fn turn_to(&self, programs: &Programs, at_ms: i64) -> Result<(), RunError> {
        let clock = self.clock.as_deref();
        clock.unwrap_or_else(|| programs.clock()).turn_to(at_ms)
    }

    /// Everybody on it, as it is told.
    pub fn names(&self) -> String {
        let names: Vec<&str> = self.people.iter().map(|(_, name)| name.as_str()).collect();
        names.join(", ")
    }
}

/// The list of tablets in the folder, for whoever opens it later.
pub const LIST: &str = "tablets.json";

/// Ids by code.
pub type People = BTreeMap<String, String>;

/// Adds the invented team (an admin, leads and canvassers) where it is not there yet, and gives the log-ins.
pub fn add_people(
    programs: &Programs,
    team: &DemoTeam,
    sign_ins: &[SignIn],
) -> Result<People, RunError> {
    let mut people = known(programs)?;
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
            let mut words = vec!["person", "add", "--name", &person.name];
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
pub fn crews_of_two(canvassers: &[DemoPerson]) -> Vec<Vec<DemoPerson>> {
    let mut markets: Vec<&str> = canvassers.iter().map(|one| one.market.as_str()).collect();
    markets.dedup();
    let mut crews = Vec::new();
    for market in markets {
        let here = canvassers.iter().filter(|one| one.market == market);
        let mut left: Vec<DemoPerson> = here.cloned().collect();
        while !left.is_empty() {
            let size = 2 + left.len() % 2;
            crews.push(left.drain(..size.min(left.len())).collect());
        }
    }
    crews
}

/// Enrols a tablet for each crew. Those of the last time are kept.
pub fn enrol(
    programs: &Programs,
    url: &str,
    people: &People,
    crews: &[Crew],
) -> Result<Vec<Tablet>, RunError> {
    let mut tablets = Vec::new();
    for (label, crew) in crews {
        let name = format!("tablet-{}", label.to_lowercase());
        let first = crew.first();
        let person = |one: &DemoPerson| Some((people.get(&one.code)?.clone(), one.name.clone()));
        let mut tablet = Tablet {
            label: label.clone(),
            home: programs.folder().join(name),
            device: String::new(),
            market: first.map_or_else(String::new, |one| one.market.clone()),
            people: crew.iter().filter_map(person).collect(),
            clock: None,
        };
        enrol_one(programs, url, &mut tablet, tablets.is_empty())?;
        let codes: Vec<&str> = crew.iter().map(|one| one.code.as_str()).collect();
        println!(
            "tablet {label}: {} ({}), market {}",
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
    let mut spare = Tablet {
        home: programs.folder().join("tablet-spare"),
        label: "SPARE".to_owned(),
        ..tablet.clone()
    };
    enrol_one(programs, url, &mut spare, false)?;
    spare.label.clone_from(&tablet.label);
    Ok(spare)
}

/// Enrols a tablet where it is not yet.
pub fn enrol_one(
    programs: &Programs,
    url: &str,
    tablet: &mut Tablet,
    is_shown: bool,
) -> Result<(), RunError> {
    let device = match enrolled(programs, tablet)? {
        Some(device) => device,
        None => newly_enrolled(programs, url, tablet, is_shown)?,
    };
    tablet.device = device;
    Ok(())
}

/// Keeps the list of tablets for whoever opens the folder later.
pub fn remember(programs: &Programs, tablets: &[Tablet]) -> Result<(), RunError> {
    let row = |tablet: &Tablet| {
        let home = tablet.home.strip_prefix(programs.folder());
        json!({
            "label": tablet.label, "home": home.unwrap_or(&tablet.home), "device": tablet.device,
            "market": tablet.market, "people": tablet.people,
        })
    };
    let list: Vec<Value> = tablets.iter().map(row).collect();
    let path = programs.folder().join(LIST);
    std::fs::write(&path, format!("{:#}\n", Value::from(list))).map_err(|source| RunError::File {
        path: programs.shown_path(&path),
        source,
    })
}

/// The tablets of the last time, each on the clock that everybody has.
pub fn remembered(programs: &Programs) -> Result<Vec<Tablet>, RunError> {
    let path = programs.folder().join(LIST);
    let text = std::fs::read_to_string(&path).map_err(|source| RunError::File {
        path: programs.shown_path(&path),
        source,
    })?;
    let list: Value = serde_json::from_str(&text).unwrap_or_default();
    let tablet = |row: &Value| {
        let text = |field: &str| row[field].as_str().unwrap_or_default().to_owned();
        let pair =
            |pair: &Value| Some((pair[0].as_str()?.to_owned(), pair[1].as_str()?.to_owned()));
        let people = row["people"].as_array().into_iter().flatten();
        Tablet {
            label: text("label"),
            home: programs.folder().join(text("home")),
            device: text("device"),
            market: text("market"),
            people: people.filter_map(pair).collect(),
            clock: None,
        }
    };
    Ok(list.as_array().into_iter().flatten().map(tablet).collect())
}

fn enrolled(programs: &Programs, tablet: &Tablet) -> Result<Option<String>, RunError> {
    match programs.on(tablet, &["status"]).quiet_json() {
        Ok(status) => Ok(status["device_id"].as_str().map(str::to_owned)),
        Err(RunError::Interrupted) => Err(RunError::Interrupted),
        Err(_) => Ok(None),
    }
}

/// Enrols the tablet, which takes everything of its market at once.
fn newly_enrolled(
    programs: &Programs,
    url: &str,
    tablet: &Tablet,
    is_shown: bool,
) -> Result<String, RunError> {
    let ids: Vec<&str> = tablet.people.iter().map(|(id, _)| id.as_str()).collect();
    let issue = ["enrol", "--person", &ids.join(",")];
    let issue = programs.office(&issue);
    let issued = if is_shown {
        issue.json()?
    } else {
        issue.quiet_json()?
    };
    let code = issued["code"].as_str();
    let code = code.ok_or_else(|| issue.no_answer("code"))?;
    let take = programs
        .on(tablet, &["enrol", "--server", url, "--code", code])
        .named(&format!("{}-{}", tablet.market, tablet.label));
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
    use grebeg_core::definition::demo_names;

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
        let crews = crews_of_two(&team.canvassers);
        assert_eq!(crews.iter().map(Vec::len).sum::<usize>(), 25);
        assert_eq!(crews[0].len(), 3);
        assert_eq!(crews[0][0].market, crews[1][0].market);
        for crew in &crews {
            assert!(crew.iter().all(|one| one.market == crew[0].market) && crew.len() < 4);
        }
    }
}
