//! The command line: it parses, hands over to `office`, and prints. One file for each group of commands.

mod campaign;
mod enrol;
mod held;
mod output;
mod person;
mod records;
mod serve;
mod totals;
mod traders;

use crate::data_dir::DataDir;
use crate::office::desk::Desk;
use crate::office::error::OfficeError;
use crate::store::sqlite::{StoreError, open};
use crate::writer::{once, rehearse};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

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
    /// Load, list and export campaign definitions.
    #[command(subcommand)]
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
    /// Totals of visits and the funnel.
    Totals(totals::Totals),
    /// Registers of traders.
    #[command(subcommand)]
    Traders(traders::Traders),
    /// Invented traders, marked as such.
    DemoData(traders::DemoData),
    /// The canonical state, a record a line.
    Dump(records::Dump),
    /// The fingerprint of the canonical state.
    Digest(records::Dump),
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
    match command {
        Command::Serve(args) => serve::run(common, args),
        Command::Campaign(args) => campaign::run(common, args),
        Command::Person(args) => person::run(common, args),
        Command::Enrol(args) => enrol::run(common, args),
        Command::Device(args) => enrol::device(common, args),
        Command::Held(args) => held::run(common, args),
        Command::Totals(args) => totals::run(common, args),
        Command::Traders(args) => traders::run(common, args),
        Command::DemoData(args) => traders::demo_data(common, args),
        Command::Dump(args) => records::dump(common, args),
        Command::Digest(args) => records::digest(common, args),
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
        let mut connection = open(&self.folder()?.store())?;
        once(&mut connection, |turn| {
            let mut desk = Desk::open(turn, self.campaign.as_deref(), self.by.as_deref())?;
            work(&mut desk)
        })
    }

    /// The same, undone at the end: the answer is what would have been.
    fn rehearse<T>(
        &self,
        work: impl FnOnce(&mut Desk<'_>) -> Result<T, OfficeError>,
    ) -> Result<T, OfficeError> {
        let mut connection = open(&self.folder()?.store())?;
        rehearse(&mut connection, |turn| {
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
