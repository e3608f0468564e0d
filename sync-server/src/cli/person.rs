//! `person`: the team.

use super::{Common, output};
use crate::office::desk::json_fields;
use crate::office::error::OfficeError;
use crate::office::people::{self, PersonInput};
use clap::error::ErrorKind;
use clap::{Args, Subcommand};
use grebeg_core::sync::store::Store;
use serde_json::{Value as Json, json};

#[derive(Subcommand)]
pub enum Person {
    /// Add somebody.
    Add(Fields),
    /// Change somebody: only what is given is written.
    Set {
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        fields: Fields,
    },
    /// Everybody.
    List,
}

#[derive(Args)]
pub struct Fields {
    #[arg(long, value_name = "N")]
    name: Option<String>,
    /// canvasser, lead, admin or viewer.
    #[arg(long, value_name = "R")]
    role: Option<String>,
    /// Market codes, such as KNM,PGI.
    #[arg(long, value_name = "KNM,PGI")]
    markets: Option<String>,
    /// Short code, such as CV-01.
    #[arg(long, value_name = "CV-01")]
    code: Option<String>,
    /// Log-in for the office's pages.
    #[arg(long, value_name = "L", requires = "password_stdin")]
    login: Option<String>,
    /// Read the password from stdin.
    #[arg(long)]
    password_stdin: bool,
    /// Whether the person still works here.
    #[arg(long, value_name = "true|false")]
    active: Option<bool>,
}

impl Fields {
    fn input(self) -> Result<PersonInput, OfficeError> {
        let password = match self.password_stdin {
            false => None,
            true => {
                let failed = |source| OfficeError::File {
                    path: "stdin".to_owned(),
                    source,
                };
                let text = std::io::read_to_string(std::io::stdin()).map_err(failed)?;
                Some(text.trim_end_matches(['\r', '\n']).to_owned())
            }
        };
        let markets = self
            .markets
            .map(|list| list.split(',').map(str::to_owned).collect());
        Ok(PersonInput {
            name: self.name,
            role: self.role,
            markets,
            code: self.code,
            active: self.active,
            login: self.login,
            password,
        })
    }
}

pub fn run(common: &Common, args: Person) -> Result<(), OfficeError> {
    match args {
        Person::Add(fields) => {
            for (what, missing) in [
                ("--name", fields.name.is_none()),
                ("--role", fields.role.is_none()),
            ] {
                if missing {
                    let message = format!("{what} is needed to add somebody\n");
                    clap::Error::raw(ErrorKind::MissingRequiredArgument, message).exit();
                }
            }
            let input = fields.input()?;
            let id = common.write(|desk| people::save(desk, None, &input))?;
            output::show(common, &json!({ "person_id": id.to_string() }));
        }
        Person::Set { id, fields } => {
            let input = fields.input()?;
            let id = common.write(|desk| {
                let id = desk.person(&id)?;
                people::save(desk, Some(id), &input)
            })?;
            output::show(common, &json!({ "person_id": id.to_string() }));
        }
        Person::List => {
            let list: Vec<Json> = common.read(|desk| {
                let people = desk.store.records_of_kind("person")?;
                Ok(people
                    .iter()
                    .map(|(key, stored)| {
                        let mut fields = json_fields(stored);
                        fields.insert("person_id".to_owned(), key.id.to_string().into());
                        fields.into_iter().collect()
                    })
                    .collect())
            })?;
            output::show(common, &list.into());
        }
    }
    Ok(())
}
