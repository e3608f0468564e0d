//! The `sync-server` command.
#![forbid(unsafe_code)]

use std::process::ExitCode;

/// Hundreds of answers are built at the same time on threads that come and go: the system's allocator keeps what each thread once
/// needed, and takes a quarter of the time. How much memory this one keeps is set in `.cargo/config.toml`.
#[cfg(not(target_env = "msvc"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> ExitCode {
    sync_server::cli::main()
}
