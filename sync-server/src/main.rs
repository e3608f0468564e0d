//! The `sync-server` command.
#![forbid(unsafe_code)]

use std::process::ExitCode;

fn main() -> ExitCode {
    sync_server::cli::main()
}
