//! Taking in what tablets send.

use crate::lost;
use std::collections::BTreeSet;
use whole_system_tests::chance::{figure, is_long, times};
use whole_system_tests::power_cut::{Disk, Keeps};
use whole_system_tests::trace::{self, What, strace};
use whole_system_tests::{Chance, Client, Office, Register, ValueExt, inject};

/// How an answer of the server begins that acknowledges.
const OK: &str = "HTTP/1.1 200 OK";

#[test]
fn every_visit_that_was_acknowledged_outlives_a_power_cut_after_every_write() {
    let mut chance = Chance::new("power cuts of the server");
    let mut office = Office::new();
    office.import(&Register::of("KNM", 1, 4));
    let mut client = Client::canvasser(&office, "Ade Nugraha", "KNM");
    let trader = office.traders("KNM")[0].clone();
    let file = office.folder().join("trace.txt");
    let trace = inject::attached(strace(&file), office.server().pid(), &file);
    let mut disk = Disk::of(office.data());
    let mut sent = Vec::new();
    for _ in 0..times(300) {
        let (id, visit) = client.visit(&trader, "tutup");
        let answer = client.sync(&[visit]);
        assert_eq!(answer["acks"].list().len(), 1, "{answer}");
        sent.push(id);
    }
    // No call was made to fail: only what was traced counts.
    assert!(!trace.end());
    office.stop();

    let some_every = if is_long() { 8 } else { 40 };
    let mut answered = BTreeSet::new();
    let (mut cuts, mut looked_at) = (0, 0);
    for (number, event) in trace::read(&file).iter().enumerate() {
        let mut is_new = disk.take(event);
        // One client asks, so that the answers come in the order of its questions.
        if matches!(&event.what, What::Said { text } if text.starts_with(OK)) {
            answered.insert(sent[answered.len()].clone());
            is_new = true;
        }
        cuts += 2;
        if is_new {
            look(&disk, Keeps::None, &answered);
            looked_at += 1;
        }
        if number % some_every == 0 {
            look(&disk, Keeps::Some(&mut chance), &answered);
            looked_at += 1;
        }
    }
    assert_eq!(answered.len(), sent.len(), "every answer was seen");
    figure(
        "power cuts of the server, acknowledged visits lost",
        format!(
            "{cuts} cuts ({looked_at} different disks), {} acknowledged, 0 lost",
            sent.len()
        ),
    );
}

fn look(disk: &Disk, keeps: Keeps<'_>, answered: &BTreeSet<String>) {
    let left = disk.cut(keeps);
    let office = Office::over(left.path());
    let dump = office.dump();
    let lost = lost(answered, &dump);
    assert!(
        lost.is_empty(),
        "{} of {} are lost: {lost:?}",
        lost.len(),
        answered.len()
    );
    assert_eq!(office.json(&["verify"])["ok"], true);
}
