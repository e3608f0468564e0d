//! `cargo xtask torture`: real faults on the real programs, and a table of what they did.
//!
//! The stories are those of every test run, which takes a tenth of each; here they are told at full length. A story says its figures
//! in lines that begin with `figure: `.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use crate::run::{CommandLine, RunError, first_failure};

/// How long to go on.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// As often as in every test run: some minutes.
    #[arg(long)]
    short: bool,
    /// Only stories whose names hold this.
    #[arg(long, value_name = "WORDS")]
    only: Option<String>,
}

/// The stories' files in `tests/tests`, and what each is about.
const STORIES: [(&str, &str); 4] = [
    ("damage_trials", "damage of a tablet's files"),
    ("disk_errors", "errors of the disk, at each call"),
    ("power_cut", "power cuts, after each write"),
    ("kills", "kill -9"),
];
/// Kills of each side in the long form.
const KILLS: &str = "1000";
/// How a figure of a story begins; its name ends with a colon too.
const FIGURE: &str = "figure: ";

/// Runs every story, also after a failure, prints the table, and ends with the exit code of the first that failed.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    let build = CommandLine::new("cargo build --package tablet --package sync-server --bins");
    let mut codes = vec![build.run(root)?];
    let mut figures = Vec::new();
    for (story, title) in STORIES {
        println!("\n== {title}");
        let began = Instant::now();
        let code =
            command(story, options).run_watched(root, |line| figures.extend(figure(line)))?;
        let seconds = began.elapsed().as_secs_f64();
        println!("-- {title}: exit code {code} after {seconds:.0} s");
        codes.push(code);
    }
    println!("\n== figures");
    let width = figures.iter().map(|(name, _)| name.len()).max();
    for (name, value) in &figures {
        println!("{name:width$}  {value}", width = width.unwrap_or(0));
    }
    Ok(first_failure(&codes))
}

fn command(story: &str, options: &Options) -> CommandLine {
    let line = format!("cargo test --package whole-system-tests --test {story} --no-fail-fast --");
    // One after the other: what the machine does beside it is no part of the story.
    let mut command = CommandLine::new(&line)
        .with("--nocapture")
        .with("--test-threads=1");
    if let Some(only) = &options.only {
        command = command.with(only);
    }
    if options.short {
        return command;
    }
    command.env("GREBEG_LONG", "1").env("GREBEG_KILLS", KILLS)
}

/// The name and value of a figure. The runner's own words may stand before it on the line.
fn figure(line: &str) -> Option<(String, String)> {
    let (_, figure) = line.split_once(FIGURE)?;
    let (name, value) = figure.trim_end().split_once(": ")?;
    Some((name.to_owned(), value.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_figure_is_seen_also_behind_the_runners_words() {
        let expected = Some(("kills, lost".to_owned(), "1000, 0".to_owned()));
        assert_eq!(figure("figure: kills, lost: 1000, 0"), expected);
        assert_eq!(
            figure("test a_b ... figure: kills, lost: 1000, 0\n"),
            expected
        );
        assert_eq!(figure("test a_b ... ok"), None);
    }

    #[test]
    fn the_long_form_asks_for_it_and_the_short_one_does_not() {
        let shown = |short| command("kills", &Options { short, only: None }).shown();
        assert!(shown(false).starts_with("GREBEG_LONG=1 GREBEG_KILLS=1000 cargo test"));
        assert!(shown(true).starts_with("cargo test"));
    }
}
