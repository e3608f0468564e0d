//! A morning of visits on one tablet, through `tablet record`, and its sending.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Stdio};
use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use crate::run::RunError;

use super::calls::Programs;
use super::team::Tablet;

/// Repeatable choices (xorshift64*): good enough for an invented morning.
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let drawn = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33;
        usize::try_from(drawn).unwrap_or(0) % end.max(1)
    }
}

/// A visit as `record` reads it. The mix is that of a good morning: more than half are taught something.
fn visit(trader: &str, chance: &mut Chance) -> Value {
    let mut visit = match chance.below(10) {
        0..=2 => json!({
            "outcome": "mengajar", "steps": ["prep.hp", "latih.manfaat"],
            "answers": { "kemauan": "mau_sekarang" },
        }),
        3 | 4 => json!({ "outcome": "mengajar_sebagian", "steps": ["prep.hp"] }),
        5 => json!({ "outcome": "bersedia", "note": "minta didampingi anaknya" }),
        6 => json!({ "outcome": "penjelasan" }),
        7 => json!({ "outcome": "menolak", "reason": "sibuk" }),
        8 => json!({ "outcome": "pergi" }),
        _ => json!({ "outcome": "tutup" }),
    };
    visit["trader"] = trader.into();
    visit
}

/// A running `tablet record`; killed by its own id when it leaves scope.
struct Recorder(Child);

impl Drop for Recorder {
    fn drop(&mut self) {
        let _already_gone = self.0.kill();
        let _already_gone = self.0.wait();
    }
}

/// Plays so many visits of the traders whom the tablet puts first, each durable before the next, and voids one.
/// Errors: `refused` when a visit is not saved.
pub fn play(
    programs: &Programs,
    tablet: &Tablet,
    visits: usize,
    seed: u64,
) -> Result<(), RunError> {
    let limit = (visits + 20).to_string();
    let list = programs.tablet(&tablet.home, &["traders", "--limit", &limit]);
    let traders = list.json()?;
    let traders: Vec<&str> = traders
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|trader| trader["id"].as_str())
        .collect();
    if traders.is_empty() {
        return Err(list.no_answer("trader"));
    }
    let call = programs.tablet(&tablet.home, &["record"]);
    println!("$ {} < visits as JSON lines", call.shown());
    let mut child = call
        .command()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|source| RunError::NotStarted {
            program: "tablet".to_owned(),
            source,
        })?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let _recorder = Recorder(child);
    let (Some(mut stdin), Some(stdout)) = (stdin, stdout) else {
        return Err(call.no_answer("line"));
    };
    let mut answers = BufReader::new(stdout).lines();
    let mut chance = Chance(seed | 1);
    let mut last = None;
    for done in 0..visits {
        if programs.stop().load(Ordering::SeqCst) {
            return Err(RunError::Interrupted);
        }
        let chosen = traders.get(chance.below(traders.len())).unwrap_or(&"");
        let line = visit(chosen, &mut chance);
        let sent = writeln!(stdin, "{line}").and_then(|()| stdin.flush());
        sent.map_err(|_| call.no_answer("answer"))?;
        let answer = match answers.next() {
            Some(Ok(answer)) => answer,
            _ => return Err(call.no_answer("answer")),
        };
        let answer: Value =
            serde_json::from_str(&answer).map_err(|_| call.no_answer("JSON answer"))?;
        last = Some(answer["visit_id"].as_str().map(str::to_owned));
        if !answer["error"].is_null() {
            return Err(RunError::Refused {
                command: call.shown(),
                said: answer["error"]["message"].to_string(),
            });
        }
        if (done + 1) % 10 == 0 || done + 1 == visits {
            println!(
                "  tablet {}: {} of {visits} visits saved",
                tablet.letter,
                done + 1
            );
        }
    }
    drop(_recorder);
    if let Some(Some(visit)) = last {
        println!("  the last one was a mistake and is voided:");
        programs.tablet(&tablet.home, &["undo", &visit]).json()?;
    }
    Ok(())
}

/// Sends, closes the day and shows its receipt.
pub fn send(programs: &Programs, tablet: &Tablet) -> Result<(), RunError> {
    let synced = programs.tablet(&tablet.home, &["sync"]).json()?;
    println!(
        "  {} changes sent in {} round trip(s): {} bytes up, {} bytes down; still waiting: {}",
        synced["pushed"],
        synced["round_trips"],
        synced["bytes_up"],
        synced["bytes_down"],
        synced["waiting"],
    );
    let day = programs.tablet(&tablet.home, &["close-day"]).json()?;
    println!(
        "  receipt of the day: {}",
        day["receipt"].as_str().unwrap_or("not yet")
    );
    // The close itself is told to the office with the next exchange.
    programs.tablet(&tablet.home, &["sync"]).json()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_morning() {
        let morning = |seed| {
            let mut chance = Chance(seed);
            (0..20)
                .map(|_| visit("t", &mut chance).to_string())
                .collect::<Vec<_>>()
        };
        assert_eq!(morning(7), morning(7));
        assert_ne!(morning(7), morning(9));
    }

    #[test]
    fn every_outcome_step_and_reason_is_in_the_definition() {
        let definition = grebeg_core::definition::builtin_definition("cirebon-2019").unwrap();
        let mut chance = Chance(11);
        for _ in 0..200 {
            let visit = visit("t", &mut chance);
            let outcome = visit["outcome"].as_str().unwrap();
            assert!(
                definition.outcomes().iter().any(|one| one.code == outcome),
                "{outcome}"
            );
        }
    }
}
