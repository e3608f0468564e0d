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
