//! The program as it is started: one server a folder, commands beside it, and an end that is asked for.
#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn program(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sync-server"));
    command.args(args).arg("--json").arg("--data").arg(data);
    command
}

fn run(data: &Path, args: &[&str]) -> (Option<i32>, serde_json::Value) {
    let Output { status, stdout, .. } = program(data, args).output().unwrap();
    (
        status.code(),
        serde_json::from_slice(&stdout).unwrap_or_default(),
    )
}

fn serve(data: &Path) -> Child {
    let mut child = program(data, &["serve", "--listen", "127.0.0.1:0"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    assert!(
        line.starts_with("listening on http://127.0.0.1:"),
        "{line:?}"
    );
    child
}

/// Asks the process to end, and waits until it has.
fn end(mut child: Child) -> Option<i32> {
    let asked = Command::new("kill")
        .arg("-TERM")
        .arg(child.id().to_string())
        .status();
    assert!(asked.unwrap().success());
    child.wait().unwrap().code()
}

#[test]
fn one_server_a_folder_with_every_command_but_restore_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let backup = folder.path().join("backup.db");
    let backup = backup.to_str().unwrap();
    assert_eq!(run(&data, &["campaign", "load", "cirebon-2019"]).0, Some(0));
    let server = serve(&data);
    let (code, answer) = run(&data, &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(code, Some(1));
    assert_eq!(answer["error"]["code"], "folder_in_use");
    let (code, answer) = run(&data, &["backup", "--out", backup]);
    assert_eq!(code, Some(1));
    assert_eq!(answer["error"]["code"], "recipient_needed");
    let (code, answer) = run(&data, &["backup", "--out", backup, "--plain"]);
    assert_eq!((code, &answer["ok"]), (Some(0), &true.into()));
    let (code, answer) = run(&data, &["restore", "--from", backup]);
    assert_eq!(code, Some(1));
    assert_eq!(answer["error"]["code"], "folder_in_use");
    let (code, answer) = run(&data, &["verify"]);
    assert_eq!((code, &answer["ok"]), (Some(0), &true.into()));
    let head = answer["head"].as_str().unwrap().to_owned();
    let (code, answer) = run(&data, &["verify", "--head", &format!("9{head}")]);
    assert_eq!((code, &answer["ok"]), (Some(1), &false.into()));
    assert_eq!(answer["error"]["code"], "tail_cut");

    assert_eq!(end(server), Some(0));
    let (code, answer) = run(&data, &["restore", "--from", backup]);
    assert_eq!((code, &answer["ok"]), (Some(0), &true.into()));
    // The lock went with its process, and the restored folder serves.
    assert_eq!(end(serve(&data)), Some(0));
}

#[test]
fn reading_goes_on_while_another_process_writes() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(run(&data, &["campaign", "load", "cirebon-2019"]).0, Some(0));
    let mut other = sync_server::store::sqlite::open(&data.join("office.db")).unwrap();
    let writing = other
        .transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)
        .unwrap();
    let started = std::time::Instant::now();
    for command in ["totals", "dump", "digest", "doctor", "verify"] {
        assert_eq!(run(&data, &[command]).0, Some(0), "{command}");
    }
    // Whoever waits for the writer waits for 20 s.
    assert!(started.elapsed().as_secs() < 20);
    drop(writing);
}

#[test]
fn a_damaged_head_is_damage_and_a_cut_backup_is_a_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let path = |name: &str| folder.path().join(name).display().to_string();
    assert_eq!(run(&data, &["campaign", "load", "cirebon-2019"]).0, Some(0));
    let (plain, key, sealed) = (path("plain"), path("key"), path("sealed"));
    run(&data, &["backup", "--plain", "--out", &plain]);
    let (_, made) = run(&data, &["backup", "keygen", "--out", &key]);
    let recipient = made["recipient"].as_str().unwrap();
    run(
        &data,
        &["backup", "--recipient", recipient, "--out", &sealed],
    );
    let cut = path("cut");
    for (whole, keep) in [(&plain, 9_000), (&sealed, 9_000), (&sealed, 90)] {
        let bytes = std::fs::read(whole).unwrap();
        std::fs::write(&cut, &bytes[..keep]).unwrap();
        let (code, answer) = run(&data, &["restore", "--from", &cut, "--identity", &key]);
        assert_eq!(code, Some(1));
        assert_eq!(answer["error"]["code"], "backup_damaged", "{answer}");
    }
    let own = data.join("office.db").display().to_string();
    let (code, answer) = run(
        &data,
        &[
            "export", "--what", "traders", "--format", "csv", "--out", &own,
        ],
    );
    assert_eq!(
        (code, &answer["error"]["code"]),
        (Some(1), &"bad_value".into())
    );
    let (code, answer) = run(&data, &["backup", "--plain", "--out", &own]);
    assert_eq!(
        (code, &answer["error"]["code"]),
        (Some(1), &"bad_value".into())
    );

    assert_eq!(run(&data, &["restore", "--from", &plain]).0, Some(0));
    for file in std::fs::read_dir(&data).unwrap() {
        use std::os::unix::fs::PermissionsExt;
        let file = file.unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}", file.path());
    }
    let (_, answer) = run(&data, &["doctor"]);
    assert!(answer.to_string().contains("set_aside_stores"), "{answer}");

    let mut bytes = std::fs::read(data.join("office.db")).unwrap();
    bytes[..100].fill(0x55);
    std::fs::write(data.join("office.db"), bytes).unwrap();
    let (code, answer) = run(&data, &["totals"]);
    assert_eq!(code, Some(1));
    assert_eq!(answer["error"]["code"], "store_damaged", "{answer}");
}

#[cfg(target_os = "linux")]
#[test]
fn a_stderr_that_cannot_be_written_stops_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let full = || {
        std::fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let mut failing = program(&data, &["totals"]);
    assert_eq!(
        failing.stderr(full()).output().unwrap().status.code(),
        Some(1)
    );
    assert_eq!(run(&data, &["campaign", "load", "cirebon-2019"]).0, Some(0));
    let mut child = program(&data, &["serve", "--listen", "127.0.0.1:0"])
        .env("GREBEG_LOG", "trace")
        .stdout(Stdio::piped())
        .stderr(full())
        .spawn()
        .unwrap();
    let mut line = String::new();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    out.read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("listening on http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    std::io::Write::write_all(
        &mut stream,
        b"GET /health HTTP/1.1\r\nHost: uji\r\nConnection: close\r\n\r\n",
    )
    .unwrap();
    let mut answer = String::new();
    std::io::Read::read_to_string(&mut stream, &mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert_eq!(end(child), Some(0));
}
