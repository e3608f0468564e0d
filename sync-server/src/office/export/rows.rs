//! The rows of the single tables: traders, visits, funnel, points.

use super::columns;
use super::view::{TraderView, View, VisitView};
use crate::export_files::{Cell, Language, Point};
use chrono::NaiveDate;
use grebeg_core::gather;
use grebeg_core::rules::activity::{self, CheckState};
use grebeg_core::rules::consent::{self, ConsentState};
use grebeg_core::rules::facts::{counted_visits, latest_answers};
use grebeg_core::rules::funnel::FunnelCounts;
use grebeg_core::rules::pseudonym::pseudonym;
use grebeg_core::rules::stall;
use grebeg_core::value::Value;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub fn text(text: Option<&str>) -> Cell {
    match text {
        Some(text) if !text.is_empty() => Cell::Text(text.to_owned()),
        _ => Cell::Empty,
    }
}

pub fn int(number: impl TryInto<i64>) -> Cell {
    number.try_into().map_or(Cell::Empty, Cell::Int)
}

pub fn date(date: Option<NaiveDate>) -> Cell {
    date.map_or(Cell::Empty, Cell::Date)
}

pub fn share(part: u64, of: u64) -> Cell {
    match of {
        0 => Cell::Empty,
        of => Cell::Real(part as f64 / of as f64),
    }
}

fn joined<'t>(codes: impl IntoIterator<Item = &'t str>) -> Cell {
    let codes: Vec<&str> = codes.into_iter().collect();
    text(Some(&codes.join("; ")))
}

/// Traders, one row each.
pub fn traders(view: &View) -> Vec<Vec<Cell>> {
    let visits = view.visits_by_root();
    let mut needs: BTreeMap<Uuid, BTreeSet<&str>> = BTreeMap::new();
    for (_, need) in view.snapshot.of_kind("need") {
        let open = need.text("state") != Some("batal");
        if let (Some(trader), Some(code), true) = (need.id("trader"), need.text("code"), open) {
            needs
                .entry(view.families.root(trader))
                .or_default()
                .insert(code);
        }
    }
    let none = Vec::new();
    let row = |trader: &TraderView| {
        let visits = visits.get(&trader.id).unwrap_or(&none);
        let needs = needs.get(&trader.id).into_iter().flatten().copied();
        let cells = trader_cells(view, trader, visits, joined(needs));
        columns::cells(columns::TRADERS, view.named, cells)
    };
    view.traders.iter().filter(|t| t.shown).map(row).collect()
}

fn trader_cells(view: &View, trader: &TraderView, visits: &[&VisitView], needs: Cell) -> Vec<Cell> {
    let (definition, registers, facts) = (&view.definition, &trader.registers, &trader.facts);
    let commodity = gather::commodity(definition, registers);
    let group = commodity.as_deref().and_then(|c| definition.commodity(c));
    let answers = latest_answers(definition, &facts.visits);
    let said_dry = answers.get("kering_kemas").and_then(|v| v.as_bool());
    let dry = said_dry.or_else(|| group.and_then(|g| g.dry_packable));
    // Only codes: the words themselves could hold anything.
    let goods = registers
        .value("goods")
        .and_then(Value::as_list)
        .unwrap_or_default();
    let goods = goods
        .iter()
        .filter_map(|g| definition.commodity_of(g.as_text()?));
    let phone = registers
        .text("phone")
        .or_else(|| registers.text("phone_typed"));
    let mut cells = vec![
        Cell::Text(trader.code.clone()),
        typed(registers.text("name")),
        // What is no phone number may be any other.
        typed(phone),
        text(Some(&trader.market)),
        typed(registers.text("zone")),
        typed(registers.text("stall_kind")),
        typed(registers.text("stall")),
        typed(registers.text("stall_name")),
        typed(registers.text("commodity")),
        text(commodity.as_deref()),
        joined(goods),
        dry.map_or(Cell::Empty, Cell::Bool),
        text(Some(&trader.status.code)),
        int(trader.status.stage),
    ];
    for n in 1..=9 {
        let stage = trader.status.stages.iter().find(|stage| stage.n == n);
        cells.push(date(stage.and_then(|stage| stage.since)));
    }
    cells.push(Cell::Bool(trader.status.online_before));
    let (channels, qris) = channels(view, trader);
    cells.push(text(Some(&channels)));
    cells.push(Cell::Text(qris.to_owned()));
    let counted = counted_visits(definition, &facts.visits);
    let products = counted
        .iter()
        .rev()
        .find_map(|v| v.check.get("produk_tayang"));
    cells.push(
        products
            .and_then(|p| p.as_i64())
            .map_or(Cell::Empty, Cell::Int),
    );
    cells.extend(checks(view, trader));
    cells.push(needs);
    let obstacle = visits.iter().rev().find_map(|v| v.registers.text("reason"));
    cells.push(text(obstacle));
    let attempts = visits.iter().filter(|v| !met(view, &v.reviewed.outcome));
    cells.push(int(visits.len()));
    cells.push(int(attempts.count()));
    cells.push(date(visits.last().map(|v| v.reviewed.day)));
    cells.push(Cell::Text(consent_text(view, trader)));
    cells
}

pub fn met(view: &View, outcome: &str) -> bool {
    view.definition.outcome(outcome).is_some_and(|o| o.contact)
}

/// How far each sales channel is, and QRIS.
fn channels(view: &View, trader: &TraderView) -> (String, &'static str) {
    const FAR: &[(&str, &str)] = &[
        ("account", "akun"),
        ("verified", "terverifikasi"),
        ("listed", "tayang"),
        ("first_order", "pesanan"),
    ];
    let done: BTreeSet<(&str, &str)> = trader
        .facts
        .steps
        .iter()
        .filter(|step| step.is_done())
        .filter_map(|step| view.definition.step(&step.code))
        .map(|step| (step.channel.as_str(), step.milestone.as_str()))
        .collect();
    let mut list = Vec::new();
    let mut qris = "belum";
    for channel in view.definition.channels() {
        let code = channel.code.as_str();
        if channel.is_sales() {
            let far = FAR.iter().rev().find(|(m, _)| done.contains(&(code, m)));
            list.extend(far.map(|(_, word)| format!("{code}:{word}")));
        } else if done.contains(&(code, "ready")) {
            qris = "terpasang";
        } else if done.contains(&(code, "account")) {
            qris = "akun";
        }
    }
    (list.join("; "), qris)
}

/// Results and days of the checks on days 7, 14 and 30.
fn checks(view: &View, trader: &TraderView) -> Vec<Cell> {
    let anchor = trader.status.since(&view.definition.anchor_stage);
    let statuses = anchor
        .map(|anchor| activity::checks(&view.definition, anchor, &trader.facts.visits, view.today));
    let mut cells = Vec::new();
    for code in ["hari_7", "hari_14", "hari_30"] {
        let status = statuses.iter().flatten().find(|status| status.code == code);
        let word = status.and_then(|status| match (status.result, status.state) {
            (Some(result), _) => Some(result.code()),
            (None, CheckState::Late) => Some("terlambat"),
            (None, CheckState::Due) => Some("jatuh_tempo"),
            _ => None,
        });
        cells.push(text(word));
        cells.push(date(status.and_then(|status| status.checked_on)));
    }
    cells
}

fn consent_text(view: &View, trader: &TraderView) -> String {
    let consents = &trader.facts.consents;
    let purpose = crate::office::family::ASSISTANCE;
    let said_yes =
        |c: &&grebeg_core::rules::facts::ConsentFact| c.purposes.get(purpose) == Some(&true);
    match consent::state(consents, purpose) {
        ConsentState::NotAsked => "belum_ditanya".to_owned(),
        ConsentState::No if consents.iter().any(|c| said_yes(&c)) => "dicabut".to_owned(),
        ConsentState::No => "tidak".to_owned(),
        ConsentState::Yes => {
            let last = consents
                .iter()
                .filter(said_yes)
                .max_by_key(|c| (c.at_ms, c.id));
            let record = last.and_then(|c| view.snapshot.get("consent", c.id));
            let version = record.and_then(|r| r.value("text_version")?.as_int());
            version.map_or("ya".to_owned(), |version| format!("ya v{version}"))
        }
    }
}

/// Visits, one row each.
pub fn visits(view: &View, language: Language) -> Vec<Vec<Cell>> {
    let row = |visit: &VisitView| {
        let cells = visit_cells(view, visit, language);
        columns::cells(columns::VISITS, view.named, cells)
    };
    view.visits.iter().filter(|v| v.shown).map(row).collect()
}

fn visit_cells(view: &View, visit: &VisitView, language: Language) -> Vec<Cell> {
    let (reviewed, registers) = (&visit.reviewed, &visit.registers);
    let outcome = view.definition.outcome(&reviewed.outcome);
    let label = outcome.map(|o| match language {
        Language::Id | Language::Codes => o.label_id.as_str(),
        Language::En => o.label_en.as_str(),
    });
    let trader = view.trader(visit.root);
    let trained = |code: &&str| view.definition.step(code).is_some_and(|s| s.is_training());
    let topics = visit.steps.iter().map(String::as_str).filter(trained);
    let follow_up = outcome.and_then(|o| o.follow_up.as_ref());
    let flags = reviewed.codes(grebeg_core::rules::visit_checks::Level::Flag);
    let instant = |ms: i64| view.local(ms).map_or(Cell::Empty, Cell::DateTime);
    let author = reviewed.author.map(|a| view.person_code(a.0));
    vec![
        Cell::Text(pseudonym(&view.key, reviewed.visit)),
        Cell::Text(pseudonym(&view.key, visit.root)),
        typed(trader.and_then(|t| t.text("name"))),
        typed(trader.and_then(|t| t.text("stall"))),
        text(Some(&reviewed.market)),
        Cell::Date(reviewed.day),
        instant(reviewed.at_ms),
        text(author.as_deref()),
        text(Some(&reviewed.outcome)),
        text(label),
        outcome.map_or(Cell::Empty, |o| Cell::Bool(o.contact)),
        outcome.map_or(Cell::Empty, |o| Cell::Bool(o.taught)),
        text(registers.text("reason")),
        joined(topics),
        int(visit.steps.len()),
        text(follow_up.map(|f| f.kind.as_str())),
        date(
            registers
                .text("follow_up_date")
                .and_then(|d| d.parse().ok()),
        ),
        Cell::Text(reviewed.state.code().to_owned()),
        joined(flags.iter().copied()),
        visit.received_ms.map_or(Cell::Empty, instant),
        Cell::Bool(flags.contains(&"jam_tablet")),
        typed(registers.text("note")),
    ]
}

/// Words that somebody typed, unless they hold a number that must never be in a file.
fn typed(words: Option<&str>) -> Cell {
    let private =
        |words: &str| !grebeg_core::rules::visit_checks::find_private_numbers(words).is_empty();
    text(words.filter(|words| !private(words)))
}

/// Funnel counts by market, in the definition's order; markets in use, and others that have traders.
pub fn funnel_by_market(view: &View) -> Vec<(String, FunnelCounts)> {
    let mut counts: BTreeMap<&str, FunnelCounts> = BTreeMap::new();
    for trader in &view.traders {
        let counts = counts.entry(trader.market.as_str());
        counts
            .or_insert_with(|| FunnelCounts::new(&view.definition))
            .add(&trader.status);
    }
    let mut list = Vec::new();
    for market in view.definition.markets() {
        match counts.remove(market.code.as_str()) {
            Some(found) => list.push((market.code.clone(), found)),
            None if market.switched_on => {
                list.push((market.code.clone(), FunnelCounts::new(&view.definition)));
            }
            None => {}
        }
    }
    list.extend(
        counts
            .into_iter()
            .map(|(code, found)| (code.to_owned(), found)),
    );
    list
}

/// The rows of one market, a stage each.
pub fn funnel_cells(
    view: &View,
    market: &str,
    counts: &FunnelCounts,
    language: Language,
) -> Vec<Vec<Cell>> {
    let listed = counts.stages.first().map_or(0, |stage| stage.reached);
    let mut before = listed;
    let mut rows = Vec::new();
    for (count, stage) in counts.stages.iter().zip(view.definition.stages()) {
        let label = match language {
            Language::Id | Language::Codes => &stage.label_id,
            Language::En => &stage.label_en,
        };
        rows.push(vec![
            text(Some(market)),
            int(count.n),
            text(Some(&count.code)),
            text(Some(label)),
            int(count.reached),
            int(count.implied),
            share(count.reached, before),
            share(count.reached, listed),
            int(count.with_before),
        ]);
        before = count.reached;
    }
    rows
}

pub fn funnel(view: &View, language: Language) -> Vec<Vec<Cell>> {
    let markets = funnel_by_market(view);
    markets
        .iter()
        .flat_map(|(market, counts)| funnel_cells(view, market, counts, language))
        .collect()
}

/// One point a market and block.
pub fn points(view: &View) -> Vec<Point> {
    const STAGES: &[(&str, &str)] = &[
        ("visited", "dikunjungi"),
        ("trained", "dilatih"),
        ("listed_products", "produk_tayang"),
        ("active", "aktif"),
    ];
    let mut blocks: BTreeMap<(&str, Option<String>), FunnelCounts> = BTreeMap::new();
    for trader in &view.traders {
        let said = trader.registers.text("block").map(str::to_owned);
        let parsed = || stall::parse(trader.registers.text("stall").unwrap_or_default()).block;
        let block = said.unwrap_or_else(parsed).trim().to_uppercase();
        let key = (
            trader.market.as_str(),
            Some(block).filter(|b| !b.is_empty()),
        );
        let counts = blocks.entry(key);
        counts
            .or_insert_with(|| FunnelCounts::new(&view.definition))
            .add(&trader.status);
    }
    let place = |market: &str| {
        view.snapshot.of_kind("market").find_map(|(_, m)| {
            let degrees = |field: &str| m.value(field)?.to_json().as_f64();
            (m.text("code") == Some(market)).then_some((degrees("lon")?, degrees("lat")?))
        })
    };
    let mut points = Vec::new();
    for ((market, block), counts) in blocks {
        let reached = |code: &str| {
            let stage = counts.stages.iter().find(|stage| stage.code == code);
            stage.map_or(0, |stage| i64::try_from(stage.reached).unwrap_or(i64::MAX))
        };
        let traders = i64::try_from(counts.traders).unwrap_or(i64::MAX);
        let mut list = vec![("traders", traders)];
        list.extend(STAGES.iter().map(|(key, code)| (*key, reached(code))));
        points.push(Point {
            market: market.to_owned(),
            block,
            counts: list,
            lon_lat: place(market),
        });
    }
    points
}

pub fn point_cells(point: &Point) -> Vec<Cell> {
    let mut cells = vec![text(Some(&point.market)), text(point.block.as_deref())];
    cells.extend(point.counts.iter().map(|(_, count)| Cell::Int(*count)));
    cells
}
