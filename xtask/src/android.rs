//! `cargo xtask android-check`: does the Rust code compile for the tablets' processors?
//!
//! No Android NDK is needed and nothing is linked. Debian's own Rust brings the standard library's source, which is checked
//! for the target too; its cross compiler stands in for Android's where a crate compiles C.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use crate::root;
use crate::run::{CommandLine, RunError, first_failure};
use crate::tools::{self, Package};

const PACKAGES: &[Package] = &[
    ("rustc-web", "a Rust compiler with its library's source"),
    ("cargo-web", "a Rust compiler with its library's source"),
    ("rust-web-src", "a Rust compiler with its library's source"),
    (
        "gcc-aarch64-linux-gnu",
        "stands in for Android's C compiler",
    ),
    (
        "libc6-dev-arm64-cross",
        "the headers that this C compiler reads; without it no crate with C in it passes",
    ),
];

const TARGET: &str = "aarch64-linux-android";

/// One check.
struct Check {
    what: &'static str,
    package: &'static str,
    left_out: &'static str,
}

const CHECKS: &[Check] = &[
    Check {
        what: "core",
        package: "--package grebeg-core",
        left_out: "nothing",
    },
    Check {
        what: "tablet without its command line",
        package: "--package tablet --lib --no-default-features --features plain",
        left_out: "the encryption: OpenSSL is built by Android's own C compiler only",
    },
    Check {
        what: "the window",
        package: "--package grebeg-pasar --lib --no-default-features --features plain",
        left_out: "the encryption, as above; Kotlin, the manifest and Gradle",
    },
];

/// Runs every check, also after a failure, and says of each what it looked at. Exit code: of the first that failed.
/// Errors: packages that cannot be installed, a program that cannot be started.
pub fn run(root: &Path) -> Result<ExitCode, RunError> {
    tools::install_packages(root, PACKAGES)?;
    let mut lines = Vec::new();
    let mut codes = Vec::new();
    for check in CHECKS {
        println!("\n== {} for {TARGET}", check.what);
        let began = Instant::now();
        let code = command(root, check).run(root)?;
        let minutes = began.elapsed().as_secs_f64() / 60.0;
        let ended = if code == 0 { "type-checked" } else { "FAILED" };
        lines.push(format!(
            "{minutes:>5.1} min  {}: {ended}; not looked at: {}",
            check.what, check.left_out
        ));
        codes.push(code);
    }
    println!("\n== summary: nothing was linked, built or run for Android");
    lines.iter().for_each(|line| println!("{line}"));
    Ok(first_failure(&codes))
}

/// Debian's programs by their places: another Rust may come before them on PATH.
fn command(root: &Path, check: &Check) -> CommandLine {
    let target_dir = root::target_dir(root).join("android");
    let line = format!(
        "/usr/bin/cargo check -Zbuild-std=std,panic_abort --target {TARGET} {}",
        check.package
    );
    CommandLine::new(&line)
        .env("RUSTC", "/usr/bin/rustc")
        // The library's source is an unstable way to have it; here it is only looked at.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CC_aarch64_linux_android", "aarch64-linux-gnu-gcc")
        .env("AR_aarch64_linux_android", "aarch64-linux-gnu-ar")
        .env("CFLAGS_aarch64_linux_android", "-D_GNU_SOURCE")
        .env("CARGO_TARGET_DIR", &target_dir.to_string_lossy())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_is_checked_without_what_needs_android_s_own_compiler() {
        let shown = command(Path::new("/tmp"), &CHECKS[2]).shown();
        for part in [
            "--no-default-features --features plain",
            TARGET,
            "RUSTC=/usr/bin/rustc",
        ] {
            assert!(shown.contains(part), "{shown}");
        }
    }
}
