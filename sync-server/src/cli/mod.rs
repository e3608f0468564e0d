//! The command line: it parses, hands over to `office`, and prints. One file for each group of commands.

mod campaign;
mod enrol;
mod export;
mod held;
mod office;
mod output;
mod person;
mod record;
mod records;
mod review;
mod rights;
mod serve;
mod totals;
mod traders;
mod upkeep;

use crate::data_dir::DataDir;
use crate::office::desk::Desk;
use crate::office::error::OfficeError;
use crate::store::Directory;
use crate::store::sqlite::{SqliteDirectory, StoreError, open};
use crate::writer::once;
use clap::{Args, Parser, Subcommand};
use grebeg_core::id::PersonId;
use rusqlite::Connection;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// How long a line of the log waits for another process that writes.
const NOTE_WAIT: Duration = Duration::from_secs(2);

/// Grebeg Pasar's office: sync with the tablets, people, imports, totals, exports.
#[derive(Parser)]
#[command(name = "sync-server", version, propagate_version = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes, before or after its name.
#[derive(Args, Clone)]
pub struct Common {
    /// The server's data folder.
    #[arg(long, global = true, value_name = "DIR", default_value = "grebeg-data")]
    data: PathBuf,
    /// One JSON document on stdout.
    #[arg(long, global = true)]
    json: bool,
    /// The campaign: its id, code or definition name. Not needed where there is one.
    #[arg(long, global = true, value_name = "C")]
    campaign: Option<String>,
    /// Who acts: a person's id or code. Without it the console, with an admin's rights.
    #[arg(long = "as", global = true, value_name = "PERSON")]
    by: Option<String>,
    /// PostgreSQL in place of the embedded store.
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Answer tablets over HTTP.
    Serve(serve::Serve),
    /// Load, list, show, export, close and open campaigns.
    #[command(subcommand, alias = "definition")]
    Campaign(campaign::Campaign),
    /// Add, change and list the team's people.
    #[command(subcommand)]
    Person(person::Person),
    /// Make codes with which one tablet enrols.
    Enrol(enrol::Enrol),
    /// List, stop and rescue tablets.
    #[command(subcommand)]
    Device(enrol::Device),
    /// What is held back, and deciding about it.
    #[command(subcommand)]
    Held(held::Held),
    /// A lead's day: what is odd first, approving and sending back.
    #[command(subcommand)]
    Review(review::Review),
    /// Fields with two values, and choosing one.
    #[command(subcommand)]
    Conflicts(review::Conflicts),
    /// Whether a canvasser's receipt code is what the server holds.
    Receipt(review::Receipt),
    /// Totals of visits and the funnel.
    Totals(totals::Totals),
    /// Registers of traders.
    #[command(subcommand)]
    Traders(traders::Traders),
    /// Write a file: without names, unless they are asked for with a reason.
    Export(export::Export),
    /// Remove a person's data everywhere, keeping the counts.
    Erase(office::Erase),
    /// Who changed what of a record, when, and what it was.
    History(office::History),
    /// Traders that may be one person.
    #[command(subcommand)]
    Duplicates(office::Duplicates),
    /// Invented traders, marked as such.
    DemoData(traders::DemoData),
    /// The canonical state, a record a line.
    Dump(records::Dump),
    /// The fingerprint of the canonical state.
    Digest(records::Dump),
    /// A copy of the store while it is in use.
    Backup(upkeep::Backup),
    /// Put a backup in place; the old store is set aside.
    Restore(upkeep::Restore),
    /// Prove the store, the chains and the digest; print the head.
    Verify(upkeep::Verify),
    /// What is wrong with this installation and what to do.
    Doctor,
    /// The log of what people did.
    #[command(subcommand)]
    Audit(upkeep::Audit),
    /// Fields of any record, for what has no command of its own.
    #[command(subcommand)]
    Record(record::Record),
    /// Teams: a lead and the lead's markets.
    #[command(subcommand)]
    Team(record::OfKind),
    /// Classes.
    #[command(subcommand)]
    Class(record::OfKind),
    /// Referrals of traders to partners and classes.
    #[command(subcommand)]
    Referral(record::OfKind),
    /// Partners to whom traders are referred.
    #[command(subcommand)]
    Partner(record::OfKind),
}

/// Runs the program.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let code = if error.use_stderr() { 2 } else { 0 };
            let _closed = error.print();
            return ExitCode::from(code);
        }
    };
    let common = cli.common;
    match run(&common, cli.command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => output::failed(&common, &error),
    }
}

fn run(common: &Common, command: Command) -> Result<(), OfficeError> {
    if common.database.is_some() {
        return Err(OfficeError::Other {
            code: "database_not_supported",
            message: "this version keeps its data in the embedded store only".to_owned(),
            hint: "leave --database out; PostgreSQL comes with a later version".to_owned(),
        });
    }
    if common.by.is_some() {
        let right = rights::of(&command);
        common.read(|desk| desk.needs(right.roles(), right.needed()))?;
    }
    match command {
        Command::Serve(args) => serve::run(common, args),
        Command::Campaign(args) => campaign::run(common, args),
        Command::Person(args) => person::run(common, args),
        Command::Enrol(args) => enrol::run(common, args),
        Command::Device(args) => enrol::device(common, args),
        Command::Held(args) => held::run(common, args),
        Command::Review(args) => review::review(common, args),
        Command::Conflicts(args) => review::conflicts(common, args),
        Command::Receipt(args) => review::receipt(common, args),
        Command::Totals(args) => totals::run(common, args),
        Command::Traders(args) => traders::run(common, args),
        Command::DemoData(args) => traders::demo_data(common, args),
        Command::Export(args) => export::run(common, args),
        Command::Erase(args) => office::erase(common, args),
        Command::History(args) => office::history(common, args),
        Command::Duplicates(args) => office::duplicates(common, args),
        Command::Dump(args) => records::dump(common, args),
        Command::Digest(args) => records::digest(common, args),
        Command::Backup(args) => upkeep::backup(common, args),
        Command::Restore(args) => upkeep::restore(common, args),
        Command::Verify(args) => upkeep::verify(common, args),
        Command::Doctor => upkeep::doctor(common),
        Command::Audit(args) => upkeep::audit(common, args),
        Command::Record(args) => record::run(common, args),
        Command::Team(args) => record::of_kind(common, "team", args),
        Command::Class(args) => record::of_kind(common, "class", args),
        Command::Referral(args) => record::of_kind(common, "referral", args),
        Command::Partner(args) => record::of_kind(common, "partner", args),
    }
}

impl Common {
    fn folder(&self) -> Result<DataDir, OfficeError> {
        let failed = |source| OfficeError::File {
            path: self.data.display().to_string(),
            source,
        };
        DataDir::open(&self.data).map_err(failed)
    }

    /// Works in one transaction and commits it before anything is printed.
    fn write<T>(
        &self,
        work: impl FnOnce(&mut Desk<'_>) -> Result<T, OfficeError>,
    ) -> Result<T, OfficeError> {
        self.write_with(&mut self.connection()?, work)
    }

    /// A line in the log of every campaign here, for what reads all of them. Reading goes on where nothing can be written
    /// (a full disk, another process that writes): then stderr says that the line is missing.
    fn note(&self, what: &str, detail: &str) {
        let noted = || -> Result<(), OfficeError> {
            let mut connection = open(&self.folder()?.store())?;
            connection
                .busy_timeout(NOTE_WAIT)
                .map_err(StoreError::from)?;
            once(&mut connection, |turn| {
                for row in SqliteDirectory(turn.connection()?).campaigns()? {
                    let mut desk = Desk::open(turn, Some(&row.code), None)?;
                    desk.by = self.person(&mut desk)?;
                    desk.log(what, detail)?;
                }
                Ok(())
            })
        };
        if let Err(error) = noted() {
            output::warn(&format!("{what} does not stand in the log: {error}"));
        }
    }

    /// Who acts, as far as this campaign knows them.
    fn person(&self, desk: &mut Desk<'_>) -> Result<Option<PersonId>, OfficeError> {
        match self.by.as_deref().map(|by| desk.person(by)).transpose() {
            Err(OfficeError::PersonUnknown(_)) => Ok(None),
            found => found,
        }
    }

    /// A connection for writing more than once.
    fn connection(&self) -> Result<Connection, OfficeError> {
        Ok(open(&self.folder()?.store())?)
    }

    /// One of several transactions.
    fn write_with<T>(
        &self,
        connection: &mut Connection,
        work: impl FnOnce(&mut Desk<'_>) -> Result<T, OfficeError>,
    ) -> Result<T, OfficeError> {
        once(connection, |turn| {
            let mut desk = Desk::open(turn, self.campaign.as_deref(), self.by.as_deref())?;
            work(&mut desk)
        })
    }

    /// Reads within one read transaction.
    fn read<T>(
        &self,
        work: impl FnOnce(&mut Desk<'_>) -> Result<T, OfficeError>,
    ) -> Result<T, OfficeError> {
        let connection = open(&self.folder()?.store())?;
        let transaction = connection
            .unchecked_transaction()
            .map_err(StoreError::from)?;
        let mut desk = Desk::read(&transaction, self.campaign.as_deref(), self.by.as_deref())?;
        work(&mut desk)
    }
}
