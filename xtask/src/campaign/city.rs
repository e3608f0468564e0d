//! One city: its campaign at the office, its people with their tablets and stalls, and its book.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use grebeg_core::definition::{Definition, builtin, builtin_definition, to_json};
use serde_json::Value;

use crate::field::calls::Programs;
use crate::field::chance::Chance;
use crate::field::clock::Clock;
use crate::field::office::{self, CAMPAIGN, CODE};
use crate::field::story::Ways;
use crate::field::team::{self, SIGN_INS, Tablet};
use crate::field::walk::{self, Walker};
use crate::run::RunError;

use super::book::Book;
use super::lost::Lost;
use super::roster;
use super::troubles::Troubles;
use super::{Size, calendar};

/// See the module.
#[derive(Debug)]
pub struct City {
    pub name: String,
    pub programs: Programs,
    pub definition: Definition,
    pub tablets: Vec<Tablet>,
    /// Of each tablet.
    pub troubles: Vec<Troubles>,
    pub walkers: Vec<Walker>,
    pub chance: Chance,
    pub book: Book,
    /// Codes of people by their ids.
    pub codes: BTreeMap<String, String>,
    /// Traders as the book names them, by their ids.
    pub names: BTreeMap<String, String>,
    /// Places in the book by the ids that tablets gave to visits.
    pub places: BTreeMap<String, usize>,
    /// Visits that a lead has sent back and nobody has corrected yet, with the ids of their authors.
    pub open: BTreeMap<String, String>,
    pub lost: Option<Lost>,
    /// Trained so far, as of the last recap.
    pub trained: u64,
    pub target: u64,
}

impl City {
    /// Loads the campaign, adds its people and traders, and enrols the tablets over the line.
    pub fn make(programs: &Programs, size: Size, number: u64, url: &str) -> Result<Self, RunError> {
        let missing = || RunError::NoAnswer {
            command: CAMPAIGN.to_owned(),
            expected: "definition".to_owned(),
        };
        let definition = builtin_definition(CAMPAIGN).ok_or_else(missing)?;
        let (name, programs) = load(programs, number)?;
        let seed = size.seed.wrapping_add(number.wrapping_mul(1_000_003));
        let people = roster::team(&definition, size.canvassers, number, size.seed);
        let sign_ins = match number {
            0 => &SIGN_INS[..],
            _ => &[],
        };
        let ids = team::add_people(&programs, &people, sign_ins)?;
        office::add_traders(&programs, size.traders, seed)?;
        let mut tablets = Vec::new();
        for (label, crew) in roster::crews(&people) {
            tablets.extend(enrol(&programs, url, &ids, (label, crew))?);
        }
        println!("{} tablets were enrolled", tablets.len());
        let mut city = Self {
            name,
            codes: ids.into_iter().map(|(code, id)| (id, code)).collect(),
            troubles: (0..tablets.len() as u64)
                .map(|tablet| Troubles::new(seed ^ ((tablet + 1) << 40)))
                .collect(),
            walkers: Vec::new(),
            chance: Chance::new(seed),
            book: Book::default(),
            names: BTreeMap::new(),
            places: BTreeMap::new(),
            open: BTreeMap::new(),
            lost: None,
            trained: 0,
            target: (size.canvassers * 80).min(size.traders),
            programs,
            definition,
            tablets,
        };
        city.take_register()?;
        city.lost = Lost::choose(&mut city.chance, size.days, &city.tablets);
        Ok(city)
    }

    /// The code of a person, or the id where there is none.
    pub fn code<'a>(&'a self, person: &'a str) -> &'a str {
        self.codes.get(person).map_or(person, String::as_str)
    }

    /// A trader as the book names them.
    pub fn trader<'a>(&'a self, id: &'a str) -> &'a str {
        self.names.get(id).map_or(id, String::as_str)
    }

    /// Where the book has a visit, by the id that its tablet gave it.
    pub fn place(&self, visit: &str) -> usize {
        self.places.get(visit).copied().unwrap_or(usize::MAX)
    }

    /// Whether something that was sent back is for somebody on this tablet.
    pub fn is_called(&self, tablet: &Tablet) -> bool {
        let mut authors = self.open.values();
        authors.any(|author| tablet.people.iter().any(|(id, _)| id == author))
    }

    /// The register on paper: who stands in it, and who of the canvassers has which stalls, block by block.
    fn take_register(&mut self) -> Result<(), RunError> {
        let mut rows = self.programs.office(&["dump"]).quiet_rows()?;
        rows.retain(|row| row["kind"] == "trader");
        let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
        self.book.traders = rows.len();
        for row in &rows {
            self.names.insert(text(row, "id"), text(row, "register_no"));
        }
        rows.sort_by_key(|row| {
            let stall = text(row, "stall");
            let block = walk::block_of(&stall).unwrap_or_default().to_owned();
            let number: String = stall.chars().filter(char::is_ascii_digit).collect();
            let number: u64 = number.parse().unwrap_or(0);
            (block.len(), block, number, text(row, "register_no"))
        });
        let people = self.tablets.iter().enumerate();
        self.walkers = people
            .flat_map(|(at, tablet)| tablet.people.iter().map(move |(id, _)| Walker::new(at, id)))
            .collect();
        let markets: Vec<String> = self.tablets.iter().map(|one| one.market.clone()).collect();
        let mut done: Vec<&String> = Vec::new();
        for market in &markets {
            if done.contains(&market) {
                continue;
            }
            done.push(market);
            let here = rows.iter().filter(|row| row["market"] == market.as_str());
            let stalls: Vec<_> = here
                .map(|row| (text(row, "id"), text(row, "stall"), text(row, "commodity")))
                .collect();
            let is_here = |walker: &&mut Walker| markets.get(walker.tablet) == Some(market);
            let mut walkers: Vec<&mut Walker> = self.walkers.iter_mut().filter(is_here).collect();
            walk::share_out(&mut walkers, &stalls, Ways::SADEWA, &mut self.chance);
            walk::share_out_unnumbered(&mut walkers, &stalls, Ways::SADEWA, &mut self.chance);
        }
        Ok(())
    }
}

/// Loads the campaign of Cirebon, or the same plan under another code for another city.
fn load(programs: &Programs, number: u64) -> Result<(String, Programs), RunError> {
    if number == 0 {
        programs.server(&["campaign", "load", CAMPAIGN]).json()?;
        let own = programs.of_campaign(CODE, programs.folder().to_path_buf());
        return Ok(("Cirebon".to_owned(), own));
    }
    let number = number + 1;
    let (code, name) = (format!("KOTA{number:02}-2019"), format!("Kota {number}"));
    let folder = programs.folder().join(format!("city-{number:02}"));
    let failed = |path: &std::path::Path, source| RunError::File {
        path: programs.shown_path(path),
        source,
    };
    std::fs::create_dir_all(&folder).map_err(|source| failed(&folder, source))?;
    let mut entries = builtin(CAMPAIGN).unwrap_or_default();
    for entry in &mut entries {
        if entry.kind == "campaign" {
            entry.key.clone_from(&code);
            for (field, text) in [("code", &code), ("city", &name), ("definition_name", &code)] {
                entry.fields.insert(field.to_owned(), text.as_str().into());
            }
        }
    }
    let file = folder.join("definition.json");
    std::fs::write(&file, to_json(&entries)).map_err(|source| failed(&file, source))?;
    let path = programs.shown_path(&file);
    programs.server(&["campaign", "load", &path]).quiet_json()?;
    Ok((name, programs.of_campaign(&code, folder)))
}

/// Enrols a tablet with a clock of its own.
fn enrol(
    programs: &Programs,
    url: &str,
    ids: &team::People,
    (label, crew): team::Crew,
) -> Result<Option<Tablet>, RunError> {
    let Some(market) = crew.first().map(|one| one.market.clone()) else {
        return Ok(None);
    };
    let person = |one: &grebeg_core::definition::DemoPerson| {
        Some((ids.get(&one.code)?.clone(), one.name.clone()))
    };
    let people = crew.iter().filter_map(person).collect();
    let home = programs
        .folder()
        .join(format!("tablet-{}", label.to_lowercase()));
    let mut tablet = Tablet {
        clock: Some(own_clock(programs, &home)?),
        label,
        home,
        device: String::new(),
        market,
        people,
    };
    team::enrol_one(programs, url, &mut tablet, false)?;
    Ok(Some(tablet))
}

/// A clock beside a tablet's home, turned as that of all.
pub fn own_clock(programs: &Programs, home: &std::path::Path) -> Result<Arc<Clock>, RunError> {
    let folder = PathBuf::from(format!("{}-clock", home.display()));
    std::fs::create_dir_all(&folder).map_err(|source| RunError::File {
        path: programs.shown_path(&folder),
        source,
    })?;
    let clock = Clock::new(&folder, Some(calendar::BEFORE_MS));
    clock.turn_as(programs.clock())?;
    Ok(Arc::new(clock))
}
