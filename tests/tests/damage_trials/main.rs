//! Damage in every form, over and over: each is noticed at the next start, and what was not sent comes back.
//!
//! A tenth of the trials unless `GREBEG_LONG` is set.

mod day;

use day::{Day, UNSENT};
use std::fs;
use whole_system_tests::chance::{figure, is_long, times};
use whole_system_tests::damage::{ANY_FAULTS, Fault, PAGE_FAULTS, damage};
use whole_system_tests::{Chance, ValueExt};

const DATABASE: &str = "tablet.db";
const WAL: &str = "tablet.db-wal";
const COPIES: [&str; 2] = ["unsent.seal", "unsent-2.seal"];
/// Of so many trials one is sent to the server at its end.
const SENT_EVERY: usize = 5;

#[test]
fn each_changed_bit_is_found_at_the_next_start() {
    let mut chance = Chance::new("changed bits");
    let day = Day::closed();
    let trials = times(100);
    let mut missed = Vec::new();
    for _ in 0..trials {
        let trial = day.trial();
        let how = damage(&trial.file(DATABASE), Fault::Flip, &mut chance);
        if !trial.is_found_damaged() {
            missed.push(how);
        }
    }
    let found = trials - missed.len();
    figure(
        "changed bits found at start",
        format!("{found} of {trials}"),
    );
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn damaged_pages_are_found_and_everything_comes_back_from_the_copy() {
    let mut chance = Chance::new("damaged pages");
    let mut day = Day::closed();
    let trials = times(100);
    for number in 0..trials {
        let mut trial = day.trial();
        let fault = PAGE_FAULTS[number % PAGE_FAULTS.len()];
        let how = damage(&trial.file(DATABASE), fault, &mut chance);
        assert!(trial.is_found_damaged(), "{how}");
        assert_eq!(trial.repair(&how), UNSENT, "{how}");
        if number % SENT_EVERY == 0 {
            assert_eq!(day.send(&mut trial, &how).all, UNSENT, "{how}");
        }
    }
    figure(
        "damaged pages found at start",
        format!("{trials} of {trials}"),
    );
}

#[test]
fn a_cut_or_changed_wal_is_noticed_and_its_end_put_back() {
    let mut chance = Chance::new("damaged WAL");
    let mut day = Day::with_a_wal();
    let device = {
        let trial = day.trial();
        trial.tablet.device_now()
    };
    let trials = times(200);
    let mut lost = 0;
    for number in 0..trials {
        let mut trial = day.trial();
        let fault = [Fault::Cut, Fault::Flip][number % 2];
        let how = damage(&trial.file(WAL), fault, &mut chance);
        // The same damage without a copy: what the database alone would have.
        let alone = day.trial();
        fs::copy(trial.file(WAL), alone.file(WAL)).expect("it can be copied");
        for copy in COPIES {
            fs::remove_file(alone.file(copy)).expect("it is there");
        }
        let left = alone.tablet.status()["waiting"].number() as usize;

        let doctor = trial.tablet.json(&["doctor"]);
        let said = doctor["findings"].to_string();
        let expected = match UNSENT - left {
            0 => "[]".to_owned(),
            1 => "lost a change".to_owned(),
            gone => format!("lost {gone} changes"),
        };
        assert!(said.contains(&expected), "{how}: {left} left; {doctor}");
        assert_eq!(doctor["ok"], true, "{how}: {doctor}");
        assert_eq!(trial.tablet.status()["waiting"], UNSENT, "{how}");
        assert_eq!(trial.tablet.device_now(), device, "{how}: the same numbers");
        lost += UNSENT - left;
        if number % SENT_EVERY == 0 {
            assert_eq!(day.send(&mut trial, &how).all, UNSENT, "{how}");
        }
    }
    assert!(lost > 0, "the damage did nothing");
    figure(
        "damaged WAL noticed and put back",
        format!("{trials} of {trials} ({lost} changes)"),
    );
}

#[test]
fn with_three_pages_of_the_database_and_the_copy_damaged_nearly_everything_comes_back() {
    let mut chance = Chance::new("database and copy damaged");
    let mut day = Day::closed();
    let trials = times(200);
    let mut back = 0;
    for number in 0..trials {
        let mut trial = day.trial();
        let mut how = String::new();
        for _ in 0..3 {
            how += &damage(&trial.file(DATABASE), Fault::Overwritten, &mut chance);
            how += ", ";
        }
        // One of the copy's two files, and in each fourth trial both.
        let spared = chance.below(2);
        for (index, copy) in COPIES.iter().enumerate() {
            if index != spared || number % 4 == 0 {
                let fault = *chance.pick(&ANY_FAULTS);
                how += &damage(&trial.file(copy), fault, &mut chance);
                how += ", ";
            }
        }
        assert!(trial.is_found_damaged(), "{how}");
        let waiting = trial.repair(&how);
        if waiting < UNSENT {
            println!("{how}: {waiting} came back");
        }
        back += waiting;
        if number % SENT_EVERY == 0 {
            assert_eq!(day.send(&mut trial, &how).all, waiting, "{how}");
        }
    }
    let all = trials * UNSENT;
    let percent = 100.0 * back as f64 / all as f64;
    figure(
        "unsent changes brought back, database and copy damaged",
        format!("{back} of {all} in {trials} trials ({percent:.2} %)"),
    );
    // In few trials a single one weighs much.
    let least = if is_long() { 99 } else { 95 };
    assert!(back * 100 >= all * least, "{percent:.2} %");
}

#[test]
fn a_database_that_is_gone_or_empty_comes_back_whole() {
    let mut day = Day::with_a_wal();
    type Loss = (&'static str, fn(&day::Trial));
    let losses: [Loss; 4] = [
        ("deleted with its WAL", |trial| {
            fs::remove_file(trial.file(DATABASE)).expect("it is there");
            fs::remove_file(trial.file(WAL)).expect("it is there");
        }),
        ("deleted", |trial| {
            fs::remove_file(trial.file(DATABASE)).expect("it is there");
        }),
        ("emptied", |trial| {
            fs::write(trial.file(DATABASE), []).expect("it can be written");
        }),
        ("half", |trial| {
            let bytes = fs::read(trial.file(DATABASE)).expect("it is there");
            let half = &bytes[..bytes.len() / 2];
            fs::write(trial.file(DATABASE), half).expect("it can be written");
        }),
    ];
    let count = losses.len();
    for (how, lose) in losses {
        let mut trial = day.trial();
        lose(&trial);
        if !trial.is_found_damaged() {
            // The WAL has every page that is gone.
            assert_eq!(trial.tablet.status()["waiting"], UNSENT, "{how}");
            continue;
        }
        assert_eq!(trial.repair(how), UNSENT, "{how}");
        assert_eq!(day.send(&mut trial, how).all, UNSENT, "{how}");
    }
    figure(
        "databases gone and brought back",
        format!("{count} of {count}"),
    );
}
