//! The `tablet` command line.
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    tablet::cli::main()
}
