//! Taking in what a tablet sends.

use whole_system_tests::chance::figure;
use whole_system_tests::inject::{Failure, Kth};
use whole_system_tests::{Chance, Client, Office, Register, ValueExt};

const FAILURES: [Failure; 4] = [
    ("pwrite64", "EIO"),
    ("pwrite64", "ENOSPC"),
    ("fdatasync", "EIO"),
    ("fsync", "EIO"),
];
/// Syncs for each failing call: enough for the last of its writes to come in one of them.
const SYNCS: usize = 3;
/// Tries of one sync: the disk fails once.
const TRIES: usize = 4;

#[test]
fn what_a_server_acknowledges_is_there_once_whatever_call_fails() {
    let mut chance = Chance::new("errors of the server's disk");
    let mut office = Office::new();
    office.import(&Register::of("KNM", 1, 4));
    let mut client = Client::canvasser(&office, "Ade Nugraha", "KNM");
    let trader = office.traders("KNM")[0].clone();
    let log = office.folder().join("injected.txt");
    let (mut struck, mut refused, mut ids) = (0, 0, Vec::new());
    for failure in FAILURES {
        let mut how = Kth::of(failure, &mut chance);
        loop {
            let attached = how.attach(office.server().pid(), &log);
            for _ in 0..SYNCS {
                let (id, visit) = client.visit(&trader, "tutup");
                refused += send(&mut client, &[visit], &how);
                ids.push(id);
            }
            let has_struck = attached.end();
            assert!(office.alive(), "{how}");
            if !has_struck {
                break;
            }
            struck += 1;
            how.go_on();
        }
    }
    let dump = office.dump();
    assert!(ids.iter().all(|id| dump.contains(id)));
    assert_eq!(office.totals()["counted"].number(), ids.len() as u64);
    assert_eq!(office.json(&["verify"])["ok"], true);
    figure(
        "errors of the server's disk, visits lost or doubled",
        format!(
            "{struck} errors ({refused} answers refused), {} visits, 0 wrong",
            ids.len()
        ),
    );
}

/// Sends the same until it is acknowledged; how often it was refused.
fn send(client: &mut Client, changes: &[serde_json::Value], how: &Kth) -> usize {
    for refused in 0..TRIES {
        let reply = client.post(&client.body(changes));
        if reply.status == 200 {
            assert_eq!(reply.json()["acks"].list().len(), 1, "{how}");
            return refused;
        }
        assert!(reply.status >= 500, "{how}: {}", reply.status);
    }
    panic!("{how}: it never recovers")
}
