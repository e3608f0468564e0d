//! The demonstration from its first line to its last, small: what is open while it runs, and what it leaves behind.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

/// Longest wait for one line of the demonstration.
const PATIENCE: Duration = Duration::from_secs(180);

fn demo(folder: &Path, words: &[&str]) -> Command {
    let programs = Path::new(env!("CARGO_BIN_EXE_xtask"))
        .parent()
        .expect("it works");
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
    command
        .args(["demo", "--traders", "300", "--visits", "4", "--folder"])
        .arg(folder)
        .args(words)
        .env_remove("DISPLAY");
    // Whoever tests has built the programs; a release brings its own.
    if std::env::var_os("GREBEG_BIN_DIR").is_none() {
        command.env("GREBEG_BIN_DIR", programs);
    }
    command
}

fn shown(output: &Output) -> String {
    let parts = [&output.stdout, &output.stderr];
    parts
        .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
        .concat()
}

/// Status line, headers and body of a request to one of our programs.
fn ask(address: &str, request: &str) -> String {
    let mut line = TcpStream::connect(address).expect("it listens");
    line.set_read_timeout(Some(Duration::from_secs(30)))
        .expect("it works");
    line.write_all(request.replace('\n', "\r\n").as_bytes())
        .expect("it works");
    let mut answer = Vec::new();
    line.read_to_end(&mut answer).expect("it works");
    String::from_utf8_lossy(&answer).into_owned()
}

/// Ended with its children, whatever a check says.
struct Running(Child);

impl Running {
    /// All lines up to the one with this in it.
    fn until(&mut self, wanted: &str) -> Vec<String> {
        let stdout = self.0.stdout.take().expect("nobody reads it yet");
        let (line_heard, heard) = std::sync::mpsc::channel();
        // Reads on, so that the demonstration can always write.
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _nobody_waits = line_heard.send(line);
            }
        });
        let mut lines: Vec<String> = Vec::new();
        while !lines.last().is_some_and(|line| line.contains(wanted)) {
            match heard.recv_timeout(PATIENCE) {
                Ok(line) => lines.push(line),
                Err(_) => panic!("{wanted:?} was not said:\n{}", lines.join("\n")),
            }
        }
        lines
    }

    /// Process ids of the children, from the system's table.
    fn children(&self) -> Vec<u32> {
        let table = Command::new("ps")
            .args(["-eo", "pid=,ppid="])
            .output()
            .expect("it works");
        let table = String::from_utf8_lossy(&table.stdout).into_owned();
        let pair = |line: &str| {
            let mut words = line.split_whitespace().map(|word| word.parse::<u32>());
            Some((words.next()?.ok()?, words.next()?.ok()?))
        };
        let pairs = table.lines().filter_map(pair);
        pairs
            .filter(|(_, parent)| *parent == self.0.id())
            .map(|(pid, _)| pid)
            .collect()
    }

    fn interrupt(&self) {
        let pid = self.0.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-INT", &pid])
                .status()
                .expect("it works")
                .success()
        );
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // SIGTERM lets it end its own children.
        let _gone = Command::new("kill")
            .args(["-TERM", &self.0.id().to_string()])
            .stderr(Stdio::null())
            .status();
        let _gone = self.0.wait();
    }
}

fn started(folder: &Path) -> Running {
    Running(
        demo(folder, &[])
            .stdout(Stdio::piped())
            .spawn()
            .expect("xtask can be run"),
    )
}

/// The answer of the office's command line.
fn office_says(data: &Path, words: &[&str]) -> serde_json::Value {
    let programs = std::env::var_os("GREBEG_BIN_DIR").map(std::path::PathBuf::from);
    let beside = || Path::new(env!("CARGO_BIN_EXE_xtask")).with_file_name("sync-server");
    let program = programs.map_or_else(beside, |folder| folder.join("sync-server"));
    let output = Command::new(program)
        .args(words)
        .arg("--json")
        .arg("--data")
        .arg(data)
        .output()
        .expect("sync-server can be run");
    serde_json::from_slice(&output.stdout).expect("it answers in JSON")
}

fn is_alive(pid: u32) -> bool {
    let asked = Command::new("kill")
        .args(["-0", &pid.to_string()])
        .output()
        .expect("it works");
    asked.status.success()
}

/// The word after another one, in the first line that has it.
fn word_after<'l>(lines: &'l [String], before: &str) -> &'l str {
    let line = lines
        .iter()
        .find_map(|line| line.trim_start().strip_prefix(before));
    let word = line.and_then(|rest| rest.split([' ', ',']).find(|word| !word.is_empty()));
    word.unwrap_or_else(|| panic!("no {before:?} in:\n{}", lines.join("\n")))
}

#[test]
fn its_pages_answer_the_sign_in_works_and_an_interruption_leaves_nothing_running() {
    let place = tempfile::tempdir().unwrap();
    let mut demo = started(&place.path().join("demo"));
    let lines = demo.until("It runs until");

    let tablet = word_after(&lines, "tablet A  http://");
    let (host, path) = tablet.split_once('/').unwrap();
    let page = ask(
        host,
        &format!("GET /{path} HTTP/1.1\nHost: {host}\nConnection: close\n\n"),
    );
    assert!(
        page.starts_with("HTTP/1.1 200") && page.contains("tablet-"),
        "{page}"
    );

    let office = word_after(&lines, "office    http://");
    let body = format!(
        r#"{{"login":"{}","password":"{}"}}"#,
        word_after(&lines, "login "),
        lines
            .iter()
            .find_map(|line| line.split("password ").nth(1)?.split(' ').next())
            .unwrap()
    );
    let signed_in = ask(
        office,
        &format!(
            "POST /api/session HTTP/1.1\nHost: {office}\nOrigin: http://{office}\nContent-Type: application/json\n\
             Content-Length: {}\nConnection: close\n\n{body}",
            body.len()
        ),
    );
    assert!(signed_in.starts_with("HTTP/1.1 200"), "{signed_in}");
    assert!(
        lines
            .iter()
            .any(|line| line.trim_start().starts_with("6. ")),
        "{lines:#?}"
    );

    // "  2019-08-01: 48 visits": what the office holds of a day behind.
    let day = lines
        .iter()
        .find(|line| line.ends_with(" visits"))
        .expect("a day behind");
    let (date, count) = day.trim().split_once(": ").expect("a day and its visits");
    let listed = office_says(
        &place.path().join("demo/office"),
        &["review", "list", "--date", date],
    );
    let count: usize = count.trim_end_matches(" visits").parse().expect("a number");
    assert_eq!(listed.as_array().map(Vec::len), Some(count), "{date}");

    let children = demo.children();
    assert_eq!(children.len(), 3, "a server and the pages of two tablets");
    demo.interrupt();
    assert!(demo.0.wait().unwrap().success());
    assert!(!children.into_iter().any(is_alive));

    let kept = demo_once(&place.path().join("demo"), &["--keep"]);
    assert!(kept.contains("tablet B  http://"), "{kept}");
}

fn demo_once(folder: &Path, words: &[&str]) -> String {
    let output = demo(folder, &[&["--once"], words].concat())
        .output()
        .expect("xtask can be run");
    let text = shown(&output);
    assert!(output.status.success(), "{text}");
    text
}

#[test]
fn an_interruption_midway_leaves_nothing_running() {
    let place = tempfile::tempdir().unwrap();
    let mut demo = started(&place.path().join("demo"));
    demo.until("days in the markets");
    let children = demo.children();
    demo.interrupt();
    assert_eq!(demo.0.wait().unwrap().code(), Some(130));
    assert!(!children.is_empty() && !children.into_iter().any(is_alive));
}

#[test]
fn a_folder_of_somebody_else_is_not_touched() {
    let place = tempfile::tempdir().unwrap();
    std::fs::write(place.path().join("letter.txt"), "dear").unwrap();
    let output = demo(place.path(), &["--once"]).output().unwrap();
    let text = shown(&output);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("not_ours"), "{text}");
    assert_eq!(std::fs::read_dir(place.path()).unwrap().count(), 1);
}
