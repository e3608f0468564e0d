//! Running a program while watching its memory.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Clock ticks a second in `/proc`.
const TICKS_A_SECOND: u64 = 100;

/// How a program ran.
#[derive(Debug)]
pub struct Watched {
    /// From its start to its end.
    pub took: Duration,
    /// The most memory it held (resident set), in KiB; 0 where the system does not tell.
    pub peak_kib: u64,
    /// Its JSON answer.
    pub answer: Value,
}

/// Prints the command, runs it to its end and reads its JSON answer; panics when it fails.
pub fn json(mut command: Command) -> Watched {
    command.arg("--json");
    println!("$ {}", whole_system_tests::answer::shown(&command));
    let began = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let pid = child.id();
    let reader = child.stdout.take().map(|mut stdout| {
        std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ends_with_the_program = stdout.read_to_end(&mut bytes);
            bytes
        })
    });
    let mut peak = 0;
    let status = loop {
        // The system forgets a process's peak with the process, so that it is asked again and again.
        peak = peak.max(peak_kib(pid));
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) => std::thread::sleep(Duration::from_millis(1)),
            Err(error) => panic!("{command:?}: {error}"),
        }
    };
    let took = began.elapsed();
    let bytes = reader
        .and_then(|thread| thread.join().ok())
        .unwrap_or_default();
    assert!(status.success(), "{command:?} ended with {status}");
    Watched {
        took,
        peak_kib: peak,
        answer: serde_json::from_slice(&bytes).unwrap_or_default(),
    }
}

/// The most memory that a running process has held, in KiB.
pub fn peak_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0)
}

/// Computing time of a process so far, in milliseconds.
pub fn cpu_ms(pid: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    // The name in brackets may hold blanks; user and system time are the 12th and 13th after it.
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after.split_whitespace().skip(11).take(2);
    ticks
        .filter_map(|text| text.parse::<u64>().ok())
        .sum::<u64>()
        * 1_000
        / TICKS_A_SECOND
}
