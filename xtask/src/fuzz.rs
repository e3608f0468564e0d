//! `cargo xtask fuzz`: libFuzzer on the stable compiler, over everything that reads foreign bytes (`fuzz/targets`).

use std::path::Path;
use std::process::ExitCode;

use crate::root::target_dir;
use crate::run::{CommandLine, RunError};

/// Coverage without a nightly compiler; the code has no `unsafe` of its own for a sanitizer to look at.
const FLAGS: &str = "--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=1";
const TARGETS: [&str; 6] = [
    "request",
    "answer",
    "request_json",
    "stored",
    "register",
    "texts",
];
/// What one run may take before it counts as a failure: an answer is awaited.
const RUN_SECONDS_MAX: u32 = 5;
const MEMORY_MIB_MAX: u32 = 1024;

/// What to run.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// How long each target runs.
    #[arg(long, value_name = "S", default_value_t = 20)]
    seconds: u32,
    /// Only this one.
    #[arg(long, value_parser = TARGETS)]
    target: Option<String>,
}

/// Builds the targets, runs past crashers and then new input. What breaks one is kept in `fuzz/crashers/TARGET`; it belongs into
/// the repository. Exit code 1 when a target broke. Errors: a program that cannot be started.
pub fn run(root: &Path, options: &Options) -> Result<ExitCode, RunError> {
    let chosen: Vec<&str> = match &options.target {
        Some(one) => vec![one],
        None => TARGETS.to_vec(),
    };
    let built = target_dir(root).join("fuzz");
    let built = built.to_string_lossy();
    let host = host(root);
    let mut build = CommandLine::new("cargo build --release --manifest-path fuzz/Cargo.toml")
        .env("RUSTFLAGS", FLAGS)
        .env("CARGO_TARGET_DIR", &built)
        // With a target named the flags do not reach build scripts, which have no coverage to tell of.
        .with("--target")
        .with(&host);
    for target in &chosen {
        build = build.with("--bin").with(target);
    }
    let code = build.run(root)?;
    if code != 0 {
        return Ok(ExitCode::from(code));
    }
    let mut worst = 0;
    for target in chosen {
        let programs = format!("{built}/{host}/release");
        worst = worst.max(fuzz(root, &programs, target, options.seconds)?);
    }
    println!(
        "\nfuzz: {}",
        if worst == 0 {
            "nothing broke"
        } else {
            "BROKEN, see above"
        }
    );
    Ok(ExitCode::from(u8::from(worst != 0)))
}

/// The triple of this machine.
fn host(root: &Path) -> String {
    let said = CommandLine::new("rustc -vV")
        .answer(root)
        .unwrap_or_default();
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.unwrap_or("x86_64-unknown-linux-gnu").to_owned()
}

fn fuzz(root: &Path, programs: &str, target: &str, seconds: u32) -> Result<u8, RunError> {
    let program = format!("{programs}/{target}");
    let (corpus, crashers) = (
        format!("{programs}/corpus/{target}"),
        format!("fuzz/crashers/{target}"),
    );
    for folder in [&corpus, &crashers] {
        let folder = root.join(folder);
        std::fs::create_dir_all(&folder).map_err(|source| RunError::File {
            path: folder.display().to_string(),
            source,
        })?;
    }
    println!("\n== {target}");
    let limits = [
        format!("-max_total_time={seconds}"),
        format!("-timeout={RUN_SECONDS_MAX}"),
        format!("-rss_limit_mb={MEMORY_MIB_MAX}"),
        format!("-artifact_prefix={crashers}/"),
        "-max_len=4096".to_owned(),
        "-print_final_stats=1".to_owned(),
        "-verbosity=0".to_owned(),
    ];
    let mut command = CommandLine::new(&program);
    for word in limits.iter().chain([&corpus]) {
        command = command.with(word);
    }
    let seeds = format!("fuzz/corpus/{target}");
    for folder in [seeds, crashers] {
        if root.join(&folder).is_dir() {
            command = command.with(&folder);
        }
    }
    command.run(root)
}
