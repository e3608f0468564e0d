//! `cargo xtask performance`: `docs/performance.md` and its charts, made of two files of figures.
//!
//! `docs/performance/figures.json` is what `cargo xtask bench` writes, `docs/performance/engines.json` what the comparison with
//! other sync engines writes. A test compares what is committed.

mod chart;
mod engines;
mod page;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::Value;

const FIGURES: &str = "docs/performance/figures.json";
const ENGINES: &str = "docs/performance/engines.json";

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Take the figures of the latest `cargo xtask bench`, from this file.
    #[arg(long, value_name = "FILE")]
    figures: Option<PathBuf>,
    /// Take the figures of a run of the comparison, from its `results/peers.json`.
    #[arg(long, value_name = "FILE")]
    engines: Option<PathBuf>,
    /// Only compare; exit code 1 when the page is not what the figures give.
    #[arg(long)]
    check: bool,
}

/// Writes the page and its charts, or compares them. Exit code 1 when they differ or a file cannot be read or written.
pub fn run(root: &Path, options: &Options) -> ExitCode {
    match play(root, options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => {
            eprintln!(
                "docs/performance.md is not what its figures give\nhint: run `cargo xtask performance`"
            );
            ExitCode::FAILURE
        }
        Err(error) => {
            eprintln!(
                "error: {error}\nhint: run `cargo xtask bench` first, and name files that it wrote"
            );
            ExitCode::FAILURE
        }
    }
}

fn play(root: &Path, options: &Options) -> Result<bool, String> {
    for (from, to) in [(&options.figures, FIGURES), (&options.engines, ENGINES)] {
        if let Some(from) = from {
            let text = serde_json::to_string_pretty(&read(from)?).map_err(|e| e.to_string())?;
            write(&root.join(to), &format!("{text}\n"))?;
        }
    }
    let mut is_same = true;
    for (file, text) in made(&read(&root.join(FIGURES))?, &read(&root.join(ENGINES))?) {
        let path = root.join(&file);
        if std::fs::read_to_string(&path).unwrap_or_default() == text {
            continue;
        }
        is_same = false;
        if !options.check {
            write(&path, &text)?;
            println!("{file} written");
        }
    }
    Ok(is_same || !options.check)
}

/// The page and its charts, by file.
fn made(figures: &Value, engines: &Value) -> Vec<(String, String)> {
    let engines = engines::read(engines);
    let mut files = vec![(
        "docs/performance.md".to_owned(),
        page::page(figures, &engines),
    )];
    for work in engines::WORKS {
        let file = format!("docs/performance/{}.svg", work.name);
        files.push((
            file,
            chart::bars(work.title, work.unit, &engines::bars(work, &engines)),
        ));
    }
    files
}

fn read(path: &Path) -> Result<Value, String> {
    let failed = |error: String| format!("{} was not read: {error}", path.display());
    let text = std::fs::read_to_string(path).map_err(|error| failed(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| failed(error.to_string()))
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let failed = |error| format!("{} was not written: {error}", path.display());
    std::fs::write(path, text).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_what_its_figures_give() {
        let root = crate::root::workspace_root();
        let options = Options {
            figures: None,
            engines: None,
            check: true,
        };
        assert_eq!(
            play(&root, &options),
            Ok(true),
            "run `cargo xtask performance`"
        );
    }
}
