//! Measures the search: time to load 9,000 traders, and p50/p99 of mixed queries at 9,000 and 100,000 traders.
//!
//! `cargo run --release -p tablet --example search_speed`

use std::time::{Duration, Instant};

use rusqlite::Connection;
use tablet::search::{SearchRow, create_schema, find, write};

const FIRST: &[&str] = &[
    "Rokayah",
    "Saefudin",
    "Djoko",
    "Maemunah",
    "Tjarmi",
    "Kartini",
    "Solihin",
    "Badrudin",
    "Casinih",
    "Wartono",
    "Nurhayati",
    "Komariah",
    "Jaenudin",
    "Salbiyah",
    "Taryana",
    "Zubaedah",
    "Halimah",
    "Sutrisna",
    "Budi",
    "Ani",
    "Yuyun",
    "Caskim",
    "Bambang",
    "Endang",
    "Fatimah",
    "Gunawan",
];
const GOODS: &[&str] = &[
    "Kerupuk dan emping",
    "Terasi, petis, ebi",
    "Ikan asin dan ikan kering",
    "Batik dan kain",
    "Bumbu kering dan rempah",
    "Sepatu, sandal, tas",
    "Sembako",
    "Sayur",
    "Buah",
    "Ikan segar dan hasil laut",
    "Kue basah",
    "Plastik dan kemasan",
];
const MARKETS: &[&str] = &["DRJ", "JGS", "KNM", "PGI", "PRM", "KLK"];
const SYLLABLES: &[&str] = &[
    "ka", "sa", "ri", "ti", "nur", "mu", "han", "di", "ya", "wa", "lis", "tu", "man", "sri", "to",
    "ra", "din", "ma", "ni", "hi", "jo", "ko", "su", "la", "bi", "pa", "dar", "mi", "en", "yo",
];

struct Trader {
    key: i64,
    market: &'static str,
    name: String,
    nickname: String,
    stall: String,
    phone: String,
    goods: &'static str,
}

/// A small repeatable generator; the quality of its numbers does not matter here.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % sides
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.below(from.len())]
    }

    fn invented_word(&mut self) -> String {
        let mut word = String::new();
        for _ in 0..2 + self.below(3) {
            word.push_str(self.pick(SYLLABLES));
        }
        word
    }
}

fn trader(key: i64, dice: &mut Dice) -> Trader {
    let second = dice.invented_word();
    let block = char::from(b'A' + dice.below(8) as u8);
    let number = 1 + dice.below(400);
    let stall = match dice.below(6) {
        0 => String::new(),
        1 => format!("Blok {block} No. {number}"),
        2 => format!("{block}-{number}"),
        3 => format!("{number}-{}", number + 1),
        4 => format!("Los {number} kiri"),
        _ => format!("{block}{number}"),
    };
    let first = dice.pick(FIRST);
    Trader {
        key,
        market: dice.pick(MARKETS),
        name: format!("{first} {second}"),
        nickname: if dice.below(3) == 0 {
            format!("Bu {first}")
        } else {
            String::new()
        },
        stall,
        phone: if dice.below(5) == 0 {
            String::new()
        } else {
            format!("0840-00{:02}-{:04}", dice.below(100), dice.below(10_000))
        },
        goods: dice.pick(GOODS),
    }
}

fn load(conn: &mut Connection, traders: &[Trader]) -> Result<Duration, Box<dyn std::error::Error>> {
    let started = Instant::now();
    let transaction = conn.transaction()?;
    let rows: Vec<SearchRow<'_>> = traders
        .iter()
        .map(|t| SearchRow {
            key: t.key,
            market: t.market,
            name: &t.name,
            nickname: &t.nickname,
            stall: &t.stall,
            phone: &t.phone,
            goods: t.goods,
        })
        .collect();
    write(&transaction, &rows, &[])?;
    transaction.commit()?;
    Ok(started.elapsed())
}

/// One query of each kind, made from a trader that exists.
fn queries(t: &Trader, dice: &mut Dice) -> Vec<(&'static str, String)> {
    let first = t.name.split(' ').next().unwrap_or_default().to_lowercase();
    let second = t.name.split(' ').nth(1).unwrap_or_default();
    let mut wrong = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        let at = dice.below(letters.len());
        match dice.below(4) {
            0 => letters[at] = char::from(b'a' + dice.below(26) as u8),
            1 => letters.insert(at, char::from(b'a' + dice.below(26) as u8)),
            2 => drop(letters.remove(at)),
            _ if at > 0 => letters.swap(at - 1, at),
            _ => letters.push('x'),
        }
        letters.into_iter().collect::<String>()
    };
    vec![
        ("first letter", first.chars().take(1).collect()),
        ("two letters", first.chars().take(2).collect()),
        ("a first name", first.clone()),
        ("a rare name", second.to_owned()),
        (
            "part and block",
            format!("{} blok c", first.chars().take(5).collect::<String>()),
        ),
        ("block", "blok c".to_owned()),
        ("blok", "blok".to_owned()),
        ("stall", t.stall.clone()),
        ("whole phone", t.phone.clone()),
        (
            "last digits",
            t.phone
                .chars()
                .rev()
                .take(4)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .collect(),
        ),
        ("phone beginning", "0840".to_owned()),
        ("wrong digit", t.phone.replacen('7', "3", 1)),
        ("goods", t.goods.to_owned()),
        ("wrong letter", wrong(&first)),
        ("wrong letter, rare", wrong(second)),
        (
            "two wrong words",
            format!("{} {}", wrong(&first), wrong(second)),
        ),
        (
            "three wrong words",
            format!("{} {} {}", wrong(&first), wrong(second), wrong("kerupuk")),
        ),
        ("nothing", String::new()),
        ("no such name", "qwertyuiop zxcvbnm".to_owned()),
    ]
}

fn percentile(times: &[Duration], percent: usize) -> f64 {
    let at = (times.len() * percent / 100).min(times.len().saturating_sub(1));
    times
        .get(at)
        .map_or(0.0, |time| time.as_secs_f64() * 1000.0)
}

fn measure(
    conn: &Connection,
    traders: &[Trader],
    rounds: usize,
) -> Result<(), Box<dyn std::error::Error>> {
    let mut dice = Dice(7);
    let mut by_kind: Vec<(&str, Vec<Duration>, usize)> = Vec::new();
    for _ in 0..rounds {
        let t = &traders[dice.below(traders.len())];
        for (at, (kind, query)) in queries(t, &mut dice).into_iter().enumerate() {
            let market = (dice.below(2) == 0).then_some(t.market);
            let started = Instant::now();
            let hits = find(conn, &query, market, 50)?;
            let took = started.elapsed();
            if by_kind.len() <= at {
                by_kind.push((kind, Vec::new(), 0));
            }
            by_kind[at].1.push(took);
            by_kind[at].2 += hits.len();
        }
    }
    let mut all: Vec<Duration> = by_kind
        .iter()
        .flat_map(|kind| kind.1.iter().copied())
        .collect();
    all.sort_unstable();
    println!(
        "{} traders, {} queries: p50 {:.2} ms, p99 {:.2} ms, slowest {:.2} ms",
        traders.len(),
        all.len(),
        percentile(&all, 50),
        percentile(&all, 99),
        percentile(&all, 100)
    );
    for (kind, times, hits) in &mut by_kind {
        times.sort_unstable();
        println!(
            "  {kind:20} p50 {:6.2} ms  p99 {:6.2} ms  {:4} hits on average",
            percentile(times, 50),
            percentile(times, 99),
            *hits / times.len()
        );
    }
    Ok(())
}

fn opened(
    folder: &tempfile::TempDir,
    name: &str,
) -> Result<Connection, Box<dyn std::error::Error>> {
    let conn = Connection::open(folder.path().join(name))?;
    conn.execute_batch("pragma journal_mode = wal; pragma synchronous = full; pragma temp_store = memory; pragma cache_size = -16000;")?;
    create_schema(&conn)?;
    Ok(conn)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for (count, loads) in [(9_000_i64, 7), (100_000, 1)] {
        let folder = tempfile::tempdir()?;
        let mut dice = Dice(1);
        let traders: Vec<Trader> = (1..=count).map(|key| trader(key, &mut dice)).collect();
        let mut times = Vec::new();
        for load_no in 1..loads {
            times.push(load(
                &mut opened(&folder, &format!("{load_no}.db"))?,
                &traders,
            )?);
        }
        let mut conn = opened(&folder, "measured.db")?;
        times.push(load(&mut conn, &traders)?);
        times.sort_unstable();
        let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
        let bytes = pragma("page_count")? * pragma("page_size")?;
        println!(
            "{count} puts in one transaction: median of {loads} {:.0} ms, fastest {:.0} ms; {} KB on disk",
            percentile(&times, 50),
            percentile(&times, 0),
            bytes / 1024
        );
        measure(&conn, &traders, 200)?;
    }
    Ok(())
}
