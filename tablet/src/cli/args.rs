//! The arguments, with exactly the names that support people and other programs type.

use crate::command::{Command, Order, TradersQuery};
use crate::error::{Result, TabletError};
use crate::save::check;
use crate::save::trader::AddTrader;
use crate::save::visit::VisitAction;
use clap::{ArgGroup, Parser, Subcommand, ValueEnum};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Field canvassing on a tablet, offline first.
#[derive(Debug, Parser)]
#[command(name = "tablet", version)]
pub struct Args {
    /// The tablet's data folder.
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "TABLET_HOME",
        default_value = "tablet-home"
    )]
    pub home: PathBuf,
    /// One JSON document on standard output.
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of what a person reads.
    #[arg(long, global = true, value_enum, default_value_t = Lang::Id)]
    pub lang: Lang,
    #[command(subcommand)]
    pub command: Sub,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Lang {
    Id,
    En,
}

impl Lang {
    pub fn is_english(self) -> bool {
        self == Self::En
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum OrderArg {
    Route,
    Name,
    Stall,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum YesNo {
    #[value(alias = "ya")]
    Yes,
    #[value(alias = "tidak")]
    No,
}

#[derive(Debug, Subcommand)]
pub enum Sub {
    /// Enrols this folder with a code from the admin.
    Enrol {
        #[arg(long, value_name = "URL")]
        server: String,
        #[arg(long)]
        code: String,
    },
    /// One full exchange with the server, until nothing waits.
    Sync,
    /// Where this tablet stands; works offline.
    Status,
    /// The list of traders, or a search in it.
    Traders {
        #[arg(long)]
        market: Option<String>,
        #[arg(long, value_name = "Q", allow_hyphen_values = true)]
        search: Option<String>,
        #[arg(long, value_name = "N")]
        limit: Option<usize>,
        /// Else the order of the day; of a search the best first.
        #[arg(long, value_enum)]
        order: Option<OrderArg>,
    },
    /// One trader, all of it.
    Trader { id: String },
    /// Adds a trader, after a look for the same person.
    #[command(group = ArgGroup::new("who").required(true).args(["name", "anonymous"]))]
    AddTrader {
        #[arg(long)]
        market: String,
        #[arg(long, allow_hyphen_values = true)]
        stall: String,
        #[arg(long, allow_hyphen_values = true)]
        name: Option<String>,
        /// The trader gives no name.
        #[arg(long)]
        anonymous: bool,
        #[arg(long, allow_hyphen_values = true)]
        phone: Option<String>,
        #[arg(long, allow_hyphen_values = true)]
        commodity: Option<String>,
        /// Saves although a trader like this is listed.
        #[arg(long)]
        new_anyway: bool,
        #[arg(long = "as", value_name = "PERSON")]
        as_person: Option<String>,
    },
    /// Sets fields of a trader.
    Set {
        #[command(subcommand)]
        what: SetWhat,
    },
    /// Records a visit.
    Visit {
        trader: String,
        #[arg(long)]
        outcome: String,
        #[arg(long = "step", value_name = "CODE")]
        steps: Vec<String>,
        #[arg(long = "undo-step", value_name = "CODE")]
        undo_steps: Vec<String>,
        #[arg(long = "answer", value_name = "K=V", value_parser = pair, allow_hyphen_values = true)]
        answers: Vec<(String, String)>,
        #[arg(long = "consent", value_name = "PURPOSE=yes|no", value_parser = pair)]
        consent: Vec<(String, String)>,
        #[arg(long)]
        reason: Option<String>,
        #[arg(long = "need", value_name = "CODE")]
        needs: Vec<String>,
        #[arg(long = "check", value_name = "K=V", value_parser = pair, allow_hyphen_values = true)]
        check: Vec<(String, String)>,
        #[arg(long, allow_hyphen_values = true)]
        note: Option<String>,
        #[arg(long, value_name = "DATE")]
        follow_up: Option<String>,
        #[arg(long = "as", value_name = "PERSON")]
        as_person: Option<String>,
    },
    /// Reads visits as JSON lines and answers each when it is on the disk.
    Record,
    /// A consent given, refused or withdrawn.
    Consent {
        trader: String,
        #[arg(long)]
        purpose: String,
        #[arg(long, value_enum)]
        answer: YesNo,
        #[arg(long)]
        method: Option<String>,
        #[arg(long = "as", value_name = "PERSON")]
        as_person: Option<String>,
    },
    /// Corrects a visit, and answers the return that asked for it.
    #[command(group = ArgGroup::new("what").required(true).multiple(true).args(["fields", "answers"]))]
    Amend {
        visit: String,
        #[arg(value_name = "FIELD=VALUE", value_parser = pair)]
        fields: Vec<(String, String)>,
        #[arg(long, value_name = "RETURN")]
        answers: Option<String>,
        #[arg(long = "as", value_name = "PERSON")]
        as_person: Option<String>,
    },
    /// Voids a visit.
    Undo {
        visit: String,
        #[arg(long = "as", value_name = "PERSON")]
        as_person: Option<String>,
    },
    /// Visits that a lead sent back.
    Returned,
    /// What waits and what is held back.
    Outbox,
    /// Closes a working day.
    CloseDay {
        #[arg(long)]
        date: Option<String>,
    },
    /// The canonical state, one record a line.
    Dump,
    /// The fingerprint of the dump.
    Digest,
    /// Whether the local store is whole.
    Doctor {
        #[arg(long)]
        repair: bool,
    },
    /// Serves the tablet's pages.
    Ui {
        #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0")]
        listen: String,
        /// Serves the pages of this folder in place of the program's own.
        #[arg(long, value_name = "DIR")]
        pages: Option<PathBuf>,
    },
}

#[derive(Debug, Subcommand)]
pub enum SetWhat {
    Trader {
        id: String,
        #[arg(value_name = "FIELD=VALUE", value_parser = pair, required = true)]
        fields: Vec<(String, String)>,
        #[arg(long = "as", value_name = "PERSON")]
        as_person: Option<String>,
    },
}

fn pair(text: &str) -> std::result::Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it has to be NAME=VALUE")?;
    if name.trim().is_empty() {
        return Err("it has to be NAME=VALUE".into());
    }
    Ok((name.trim().to_owned(), value.to_owned()))
}

/// A value as `amend` takes it: a whole JSON map stays a text, `answers.K` names one answer.
fn answers(pairs: Vec<(String, String)>) -> BTreeMap<String, serde_json::Value> {
    pairs
        .into_iter()
        .map(|(question, text)| (question, check::answer(&text).to_json()))
        .collect()
}

/// The command that arguments ask for.
pub fn command(sub: Sub) -> Result<Command> {
    Ok(match sub {
        Sub::Enrol { server, code } => Command::Enrol { server, code },
        Sub::Sync => Command::Sync,
        Sub::Status => Command::Status,
        Sub::Traders {
            market,
            search,
            limit,
            order,
        } => Command::Traders(TradersQuery {
            market,
            search,
            limit,
            order: order.map(|order| match order {
                OrderArg::Route => Order::Route,
                OrderArg::Name => Order::Name,
                OrderArg::Stall => Order::Stall,
            }),
        }),
        Sub::Trader { id } => Command::Trader { id },
        Sub::AddTrader {
            market,
            stall,
            name,
            anonymous: _,
            phone,
            commodity,
            new_anyway,
            as_person,
        } => Command::AddTrader(AddTrader {
            market,
            stall,
            name,
            phone,
            commodity,
            answers: BTreeMap::new(),
            new_anyway,
            not_same_as: Vec::new(),
            as_person,
        }),
        Sub::Set {
            what:
                SetWhat::Trader {
                    id,
                    fields,
                    as_person,
                },
        } => Command::SetTrader {
            id,
            fields,
            as_person,
        },
        Sub::Visit {
            trader,
            outcome,
            steps,
            undo_steps,
            answers: given,
            consent,
            reason,
            needs,
            check,
            note,
            follow_up,
            as_person,
        } => Command::Visit(VisitAction {
            trader,
            outcome,
            steps,
            undo_steps,
            answers: answers(given),
            consent: answers(consent),
            reason,
            needs,
            check: answers(check),
            note,
            follow_up_date: follow_up,
            as_person,
        }),
        Sub::Consent {
            trader,
            purpose,
            answer,
            method,
            as_person,
        } => Command::Consent {
            trader,
            purpose,
            answer: answer == YesNo::Yes,
            method,
            as_person,
        },
        Sub::Amend {
            visit,
            fields,
            answers,
            as_person,
        } => Command::Amend {
            visit,
            fields,
            answers,
            as_person,
        },
        Sub::Undo { visit, as_person } => Command::Undo { visit, as_person },
        Sub::Returned => Command::Returned,
        Sub::Outbox => Command::Outbox,
        Sub::CloseDay { date } => Command::CloseDay { date },
        Sub::Digest => Command::Digest,
        Sub::Doctor { repair } => Command::Doctor { repair },
        Sub::Record | Sub::Dump | Sub::Ui { .. } => return Err(TabletError::NoPages),
    })
}
