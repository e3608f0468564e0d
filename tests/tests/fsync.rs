//! A kill cannot tell a durable save from a lucky one: the system calls can.

use std::path::Path;
use std::process::{Command, Stdio};
use whole_system_tests::answer::{ValueExt, drain, gone, signal};
use whole_system_tests::{
    Client, Office, Recorder, Register, assert_agree, people, programs, wait,
};

/// Sum of the fsync and fdatasync calls in a summary of `strace -c`.
fn syncs(summary: &Path) -> u64 {
    let text = std::fs::read_to_string(summary).expect("a summary");
    text.lines()
        .filter(|line| line.ends_with(" fsync") || line.ends_with(" fdatasync"))
        .filter_map(|line| line.split_whitespace().nth(3)?.parse::<u64>().ok())
        .sum()
}

#[test]
fn each_save_that_answers_has_reached_the_disk() {
    programs::need("strace");
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 4));
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let trader = tablet.trader_named(&people::name(1));
    let summary = office.folder().join("saves.txt");
    let mut command = Command::new("strace");
    command
        .args(["-f", "-c", "-e", "trace=fsync,fdatasync", "-o"])
        .arg(&summary);
    let record = tablet.command(&["record", "--json"]);
    command.arg(record.get_program()).args(record.get_args());
    let mut recorder = Recorder::open(command);
    let saves = 100;
    for _ in 0..saves {
        assert!(recorder.visit(&trader, "tutup")["visit_id"].is_string());
    }
    assert_eq!(recorder.close(), Some(0));
    let calls = syncs(&summary);
    assert!(calls >= saves, "{calls} calls for {saves} saves");
    tablet.settle();
    assert_eq!(assert_agree(&office, &[&tablet])["counted"].number(), saves);
}

#[test]
fn each_acknowledgement_has_reached_the_servers_disk() {
    programs::need("strace");
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 4));
    let mut client = Client::canvasser(&office, "Ade Nugraha", "KNM");
    let trader = office.traders("KNM")[0].clone();
    let summary = office.folder().join("batches.txt");
    let mut tracer = Command::new("strace")
        .args(["-f", "-c", "-e", "trace=fsync,fdatasync", "-o"])
        .arg(&summary)
        .args(["-p", &office.server().pid().to_string()])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("strace starts");
    let said = drain(tracer.stderr.take().expect("piped"));
    wait::until("strace is attached", || {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", office.server().pid())).ok()?;
        status
            .lines()
            .any(|line| line.starts_with("TracerPid:") && !line.ends_with("\t0"))
            .then_some(())
    });
    let batches = 30;
    for _ in 0..batches {
        let (_, visit) = client.visit(&trader, "tutup");
        client.sync(&[visit]);
    }
    signal(tracer.id(), "INT");
    gone(&mut tracer, "strace ends");
    let said = said.join().expect("the reader does not panic");
    let calls = syncs(&summary);
    assert!(
        calls >= batches,
        "{calls} calls for {batches} batches\n{said}"
    );
}
