//! The window as a program; on Windows without a console beside it.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]
#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    grebeg_pasar_lib::run()
}
