//! `cargo xtask pictures`: every screen over the real programs with a week of invented work, taken by Chromium.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde_json::json;

use crate::demo::{Moment, Size, Stage};
use crate::run::RunError;

/// The campaign's eighth day, in the middle of a morning: 2019-08-06 09:41 in Cirebon.
const NOW_MS: i64 = 1_565_059_260_000;
/// The evening of that day: 17:40.
const EVENING_MS: i64 = 1_565_088_000_000;
/// The working day whose review is shown.
const YESTERDAY: &str = "2019-08-05";
/// What README shows; the others are only taken where they are asked for.
const SHOWN: &str = "docs/pictures";

/// Where the pictures go.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The folder for all pictures; those that README shows are put anew into docs/pictures.
    #[arg(long, value_name = "DIR", default_value = "target/pictures")]
    out: PathBuf,
    /// The folder for the invented week.
    #[arg(long, value_name = "DIR", default_value = "target/pictures-data")]
    folder: PathBuf,
    /// Invented traders.
    #[arg(long, value_name = "N", default_value_t = 9_000)]
    traders: u64,
}

/// Takes all pictures. Errors: those of the demonstration; `refused` when a page says something on the console.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    let out = root.join(&options.out);
    let size = Size {
        traders: options.traders,
        seed: 2019,
        visits: 30,
    };
    let mut stage = Stage::set(root, &options.folder, Moment::At(NOW_MS), size, false, None)?;
    let world = stage.programs().folder().join("pictures.json");
    let take = |stage: &Stage, part: &str| -> Result<(), RunError> {
        println!("» {part}");
        let mut command = Command::new("node");
        command
            .arg(root.join("ui/dev/pictures.mjs"))
            .arg(part)
            .args([&world, &out]);
        stage.run("pictures", command)
    };
    write(&world, &addresses(&mut stage)?)?;
    stage.stop_server();
    take(&stage, "tablet")?;
    stage.evening(EVENING_MS)?;
    take(&stage, "closing")?;
    take(&stage, "office")?;
    println!("all pictures are in {}", out.display());
    renew_shown(&root.join(SHOWN), &out)?;
    Ok(ExitCode::SUCCESS)
}

/// What the browser has to know.
fn addresses(stage: &mut Stage) -> Result<String, RunError> {
    let [lead, admin] = stage.sign_ins();
    let sign_in = |one: (&str, &str)| json!({ "login": one.0, "password": one.1 });
    let fresh = stage.fresh_pages()?;
    let world = json!({
        "office": stage.office(),
        "tablets": stage.pages(),
        "fresh": fresh,
        "pin": stage.pin(),
        "lead": sign_in(lead),
        "admin": sign_in(admin),
        "yesterday": YESTERDAY,
    });
    Ok(world.to_string())
}

fn write(path: &Path, text: &str) -> Result<(), RunError> {
    std::fs::write(path, text).map_err(|source| RunError::file(path, source))
}

/// Pictures of the same name take the place of those that README shows.
fn renew_shown(shown: &Path, out: &Path) -> Result<(), RunError> {
    for entry in std::fs::read_dir(shown).map_err(|source| RunError::file(shown, source))? {
        let entry = entry.map_err(|source| RunError::file(shown, source))?;
        let taken = out.join(entry.file_name());
        if taken.is_file() {
            std::fs::copy(&taken, entry.path()).map_err(|source| RunError::file(&taken, source))?;
        }
    }
    Ok(())
}
