//! The command line: reads arguments, hands a command to [`crate::command`], prints the reply. Nothing is decided here.

mod args;
mod print;
mod record;
mod repair;

use crate::bridge;
use crate::command::{self, Command, dump_lines};
use crate::error::Result;
use crate::store::Store;
use args::{Args, Sub};
use clap::Parser;
use std::io::Write;
use std::process::ExitCode;

/// Runs the program. Exit: 0 done, 1 failed, 2 wrong usage, 3 a question is open.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let json = args.json;
    match run(args) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            print::error(&error, json);
            ExitCode::from(error.exit())
        }
    }
}

fn run(args: Args) -> Result<()> {
    let (home, json, english) = (args.home.clone(), args.json, args.lang.is_english());
    if let Sub::Ui { listen, pages } = args.command {
        return bridge::serve(&home, &listen, pages);
    }
    if let Sub::Doctor { repair } = &args.command {
        return print::reply(&repair::doctor(&home, *repair)?, json, english);
    }
    let mut store = Store::open(&home)?;
    let command = match args.command {
        Sub::Record => return record::record(&mut store),
        Sub::Dump => return dump(&store),
        sub => args::command(sub)?,
    };
    let is_enrol = matches!(command, Command::Enrol { .. });
    let reply = command::run(&mut store, command)?;
    if let (
        true,
        command::Reply::Enrolled {
            first_sync_failed: Some(code),
            ..
        },
    ) = (is_enrol, &reply)
    {
        let words = crate::words::of(code);
        eprintln!("Terdaftar, tetapi belum terisi. {}", words.sentence_id);
        eprintln!(
            "enrolled, but the first sync failed ({code}): {}",
            words.hint_en
        );
    }
    print::reply(&reply, json, english)
}

fn dump(store: &Store) -> Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let mut written = Ok(());
    dump_lines(store, |_, line| {
        if written.is_ok() {
            written = writeln!(out, "{line}");
        }
    })?;
    print::printed(written.and_then(|()| out.flush()))
}
