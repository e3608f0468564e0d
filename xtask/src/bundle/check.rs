//! Looks into a `.deb`, unpacks it into a folder of its own, and starts its program once on a screen without a monitor.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::root;
use crate::run::{CommandLine, RunError};

/// What the package has to hold.
const FILES: &[&str] = &[
    "usr/bin/grebeg-pasar",
    "usr/share/applications/Grebeg Pasar.desktop",
];
/// The tablet's data, as the program makes it when it starts.
const MADE: &str = "id.grebegpasar.tablet/home/tablet.db";
/// What the page keeps for its next start, as soon as the tablet has answered it (`ui/src/tablet/tablet.svelte.ts`).
const KEPT: &str = "grebeg.settings";
/// Longest time from start to both; seconds on a loaded machine.
const START_MAX: Duration = Duration::from_secs(90);

/// Errors: what the package lacks, or a program that ended before it had made its data and shown its page.
pub fn package(root: &Path, package: &Path) -> Result<(), RunError> {
    let package = package.to_string_lossy();
    let scratch = root::target_dir(root).join("release/bundle/unpacked");
    drop(std::fs::remove_dir_all(&scratch));
    for action in ["--info", "--contents"] {
        succeeded(
            root,
            &CommandLine::new(&format!("dpkg-deb {action}")).with(&package),
        )?;
    }
    let unpack = CommandLine::new("dpkg-deb --extract").with(&package);
    succeeded(root, &unpack.with(&scratch.to_string_lossy()))?;
    for file in FILES {
        if !scratch.join(file).is_file() {
            return Err(RunError::NoAnswer {
                command: format!("dpkg-deb --extract {package}"),
                expected: (*file).to_owned(),
            });
        }
    }
    let program = scratch.join("usr/bin/grebeg-pasar");
    println!(
        "the package has {} and its program {}",
        megabytes(Path::new(&*package)),
        megabytes(&program)
    );
    starts(&program, &scratch.join("data"))
}

fn megabytes(file: &Path) -> String {
    let bytes = file.metadata().map_or(0, |file| file.len());
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn succeeded(root: &Path, command: &CommandLine) -> Result<(), RunError> {
    match command.run(root)? {
        0 => Ok(()),
        code => Err(RunError::Refused {
            command: command.shown(),
            said: format!("exit code {code}"),
        }),
    }
}

/// Starts the unpacked program and waits for its data and its page; both processes are ended by their ids.
fn starts(program: &Path, data: &Path) -> Result<(), RunError> {
    // The X server says on its standard output which number was free.
    let mut screen = Ending::start(
        Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1024x1280x24"])
            .args(["-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null()),
    )?;
    let number = screen.first_line();
    println!(
        "$ DISPLAY=:{number} XDG_DATA_HOME={} {}",
        data.display(),
        program.display()
    );
    let started = Instant::now();
    let mut app = Ending::start(
        Command::new(program)
            .env("DISPLAY", format!(":{number}"))
            .env_remove("WAYLAND_DISPLAY")
            .env("XDG_DATA_HOME", data)
            .env("XDG_CACHE_HOME", data.join("cache")),
    )?;
    let mut seen = |what: &str, is_there: &dyn Fn() -> bool| {
        while !is_there() {
            let ended = app.0.try_wait().ok().flatten();
            if ended.is_some() || started.elapsed() > START_MAX {
                return Err(RunError::NoAnswer {
                    command: program.display().to_string(),
                    expected: format!("{what} ({ended:?})"),
                });
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        println!(
            "{what} {:.1} s after its start",
            started.elapsed().as_secs_f64()
        );
        Ok(())
    };
    seen("the tablet's data was there", &|| data.join(MADE).is_file())?;
    seen("its page had its first answer", &|| keeps(data, KEPT))
}

/// Whether a file of a folder, or of one below, has these bytes in it.
fn keeps(folder: &Path, words: &str) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).any(|path| {
        if path.is_dir() {
            return keeps(&path, words);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes
            .windows(words.len())
            .any(|part| part == words.as_bytes())
    })
}

/// A process that is killed by its id when it leaves scope.
struct Ending(Child);

impl Ending {
    fn start(command: &mut Command) -> Result<Self, RunError> {
        let program = command.get_program().to_string_lossy().into_owned();
        let child = command.stdin(Stdio::null()).spawn();
        child
            .map(Self)
            .map_err(|source| RunError::NotStarted { program, source })
    }

    /// Empty where the process ended without a word.
    fn first_line(&mut self) -> String {
        use std::io::BufRead;
        let mut line = String::new();
        if let Some(out) = self.0.stdout.take() {
            drop(std::io::BufReader::new(out).read_line(&mut line));
        }
        line.trim().to_owned()
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_keeps_is_found_wherever_it_is_put() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("storage/ab12/LocalStorage");
        std::fs::create_dir_all(&below).unwrap();
        std::fs::write(folder.path().join("salt"), "grebeg").unwrap();
        assert!(!keeps(folder.path(), KEPT));
        std::fs::write(
            below.join("localstorage.sqlite3-wal"),
            b"\0\x01grebeg.settings\0{",
        )
        .unwrap();
        assert!(keeps(folder.path(), KEPT));
        assert!(!keeps(&folder.path().join("gone"), KEPT));
    }
}
