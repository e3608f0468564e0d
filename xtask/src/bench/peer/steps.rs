//! What each step of the comparison does on a tablet's folder.

use std::path::PathBuf;

use grebeg_core::stamp::{Clocks, StampClock};
use serde_json::{Map, Value, json};
use tablet::command::{self, Command, Order, Reply, TradersQuery};
use tablet::save::{self, Moment};
use tablet::store::{Store, meta};

use super::workload::{self, Action};
use super::{Result, now_ms, serve};

/// Traders that one change creates; a tablet's change may hold no more patches.
const TRADERS_A_CHANGE: usize = 200;
/// The workload's day begins here (Unix milliseconds), and is played this many times faster.
const DAY_START_MS: i64 = 1_565_136_000_000;
const FASTER: i64 = 20_000;
/// Where each `first` leaves the instant at which it ended, in the server's folder: nothing that a tablet had read then
/// is younger, so that the server believes clocks that read later than this.
const LAST_FIRST: &str = "bench-last-first";

/// The timed part of a step; gives what the result has beside the times.
pub type Work = Box<dyn FnOnce() -> Result<Map<String, Value>>>;

/// Everything of a step that is not timed. Errors: an unknown step, a missing argument, an unreadable workload.
pub fn prepare(step: &str, arguments: &Value) -> Result<Work> {
    let dir = || -> Result<PathBuf> {
        Ok(PathBuf::from(
            arguments["dir"].as_str().ok_or("dir is missing")?,
        ))
    };
    let url = || format!("http://127.0.0.1:{}", arguments["port"]);
    let device = arguments["device"].as_u64().unwrap_or(0);
    Ok(match step {
        "seed" => {
            let (dir, url, code) = (dir()?, url(), serve::code(serve::ADMIN)?);
            Box::new(move || seed(&dir, url, code))
        }
        "first" => {
            let (dir, url, code) = (dir()?, url(), serve::code(serve::CANVASSER)?);
            Box::new(move || {
                enrol(&mut Store::open(&dir)?, url, code)?;
                std::fs::write(last_first()?, now_ms().to_string())?;
                Ok(Map::new())
            })
        }
        "offline" => {
            let (dir, day) = (dir()?, workload::day(device)?);
            let day_start: i64 = std::fs::read_to_string(last_first()?)?.trim().parse()?;
            Box::new(move || offline(&dir, day, day_start))
        }
        "sync" => {
            let dir = dir()?;
            Box::new(move || sync(&mut Store::open(&dir)?))
        }
        "reopen" => {
            let dir = dir()?;
            Box::new(move || reopen(&mut Store::open(&dir)?))
        }
        "dump" => {
            let out = PathBuf::from(arguments["out"].as_str().ok_or("out is missing")?);
            let dir = dir()?;
            Box::new(move || dump(&Store::open(&dir)?, &out))
        }
        "losers" => {
            let losers = arguments["losers"].as_array().cloned().unwrap_or_default();
            Box::new(move || found(&losers))
        }
        _ => return Err("there is no such step".into()),
    })
}

fn last_first() -> Result<PathBuf> {
    Ok(PathBuf::from(std::env::var("DIR")?).join(LAST_FIRST))
}

fn enrol(store: &mut Store, server: String, code: String) -> Result<()> {
    match command::run(store, Command::Enrol { server, code })? {
        Reply::Enrolled {
            first_sync_failed: None,
            ..
        } => Ok(()),
        other => Err(format!("not enrolled: {other:?}").into()),
    }
}

fn seed(dir: &std::path::Path, url: String, code: String) -> Result<Map<String, Value>> {
    let mut store = Store::open(dir)?;
    enrol(&mut store, url, code)?;
    let author = author(&store)?;
    for traders in workload::traders()?.chunks(TRADERS_A_CHANGE) {
        let moment = save::moment(&store.conn)?;
        save::save(&mut store, author, moment, save::salt()?, traders.to_vec())?;
    }
    sync(&mut store)
}

fn author(store: &Store) -> Result<grebeg_core::id::PersonId> {
    let people = store.enrolment()?.people;
    Ok(people.first().ok_or("nobody is enrolled here")?.person_id)
}

/// One change a visit. The tablet's clock reads what the workload says, moved to after the first syncs and faster, so that the
/// order of writes on different devices is the workload's and not that of the processes.
fn offline(dir: &std::path::Path, day: Vec<Action>, day_start: i64) -> Result<Map<String, Value>> {
    let mut store = Store::open(dir)?;
    let author = author(&store)?;
    for action in day {
        let wall_ms = day_start + (action.at - DAY_START_MS) / FASTER;
        let mut stamps = StampClock {
            last: meta::stamp(&store.conn)?,
        };
        let moment = Moment {
            clocks: Clocks {
                wall_ms,
                boot: None,
                mono_ms: None,
            },
            stamp: stamps.tick(wall_ms),
            doubtful: false,
        };
        save::save(&mut store, author, moment, save::salt()?, action.patches)?;
    }
    Ok(Map::new())
}

fn sync(store: &mut Store) -> Result<Map<String, Value>> {
    let Reply::Synced(result) = command::run(store, Command::Sync)? else {
        return Err("no sync".into());
    };
    if result.waiting > 0 || !result.held_back.is_empty() || !result.same_as_server {
        return Err(format!("not in step: {result:?}").into());
    }
    Ok(Map::new())
}

fn reopen(store: &mut Store) -> Result<Map<String, Value>> {
    let all = TradersQuery {
        market: None,
        search: None,
        limit: Some(usize::MAX),
        order: Some(Order::Name),
    };
    let Reply::Traders(rows) = command::run(store, Command::Traders(all))? else {
        return Err("no list".into());
    };
    let first = rows.first().and_then(|row| row.name.clone());
    let result = [("n", json!(rows.len())), ("firstName", json!(first))];
    Ok(result
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect())
}

fn dump(store: &Store, out: &std::path::Path) -> Result<Map<String, Value>> {
    let mut lines = Vec::new();
    command::dump_lines(store, |_, line| lines.push(serde_json::from_str(line)))?;
    let lines: Vec<Value> = lines.into_iter().collect::<std::result::Result<_, _>>()?;
    std::fs::write(out, workload::dumped(lines.into_iter()).to_string())?;
    Ok(Map::new())
}

/// How many overwritten values the server's history still shows.
fn found(losers: &[Value]) -> Result<Map<String, Value>> {
    let mut found = 0;
    for loser in losers {
        let history = serve::office(&[
            "history",
            "trader",
            loser["trader"].as_str().unwrap_or_default(),
        ])?;
        let mut entries = history.as_array().into_iter().flatten();
        found += u64::from(
            entries
                .any(|entry| entry["field"] == loser["field"] && entry["value"] == loser["value"]),
        );
    }
    let how = "`sync-server history`; a conflict card shows them to the lead, who takes one with one press";
    let result = [("found", json!(found)), ("how", json!(how))];
    Ok(result
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect())
}
