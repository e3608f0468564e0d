//! The workbook: seven sheets, as far as there are data for them.

use super::columns;
use super::formulas::{formula, with_formulas};
use super::rows::{self, date, int, met, share, text};
use super::title;
use super::view::{View, VisitView};
use crate::export_files::{
    Cell, Column, DATA_ROW, ExportFileError, Language, RowError, SheetPlan, WorkbookBuilder,
};
use crate::office::pairs;
use crate::office::review::ReviewState;
use crate::office::totals::Totals;
use chrono::NaiveDate;
use grebeg_core::gather;
use grebeg_core::rules::activity;
use grebeg_core::rules::funnel::FunnelCounts;
use grebeg_core::rules::pseudonym::pseudonym;
use grebeg_core::rules::visit_checks::Level;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

/// Name, columns and rows of a sheet.
type Sheet<'s> = (&'s str, &'s [Column], Vec<Vec<Cell>>);

/// Builds all sheets.
pub fn build(
    view: &View,
    totals: &Totals,
    about: &str,
    language: Language,
) -> Result<WorkbookBuilder, ExportFileError> {
    let mut book = WorkbookBuilder::new(language)?;
    let side = side(view, totals);
    let side: Vec<(&str, Cell)> = side.iter().map(|(l, c)| (*l, c.clone())).collect();
    let sheets: [Sheet<'_>; 7] = [
        ("Ringkasan", columns::SUMMARY, summary(view, totals)),
        ("Corong", columns::FUNNEL, funnel(view, language)),
        ("Pasar", columns::MARKETS, markets(view, totals)),
        ("Canvasser", columns::CANVASSERS, canvassers(view)),
        ("Pedagang", columns::TRADERS, rows::traders(view)),
        ("Kunjungan", columns::VISITS, rows::visits(view, language)),
        ("Mutu data", columns::QUALITY, quality(view)),
    ];
    for (name, columns, rows) in sheets {
        let columns = columns::shown(columns, view.named);
        let plan = SheetPlan {
            name,
            title: &title(view, name),
            as_of: about,
            columns: &columns,
            side: if name == "Ringkasan" { &side } else { &[] },
        };
        book.add_sheet(&plan, rows.into_iter().map(Ok::<_, RowError>))?;
    }
    Ok(book)
}

fn side(view: &View, totals: &Totals) -> Vec<(&'static str, Cell)> {
    let campaign = &view.definition.campaign;
    let markets = view.definition.markets().iter().filter(|m| m.switched_on);
    vec![
        ("Kegiatan", text(Some(&campaign.code))),
        ("Mulai", date(campaign.field_from)),
        ("Selesai", date(campaign.field_to)),
        ("Pasar", int(markets.count())),
        (
            "Data sampai",
            view.local(totals.as_of_ms)
                .map_or(Cell::Empty, Cell::DateTime),
        ),
    ]
}

fn all_counts(view: &View) -> FunnelCounts {
    let mut counts = FunnelCounts::new(&view.definition);
    for trader in &view.traders {
        counts.add(&trader.status);
    }
    counts
}

fn summary(view: &View, totals: &Totals) -> Vec<Vec<Cell>> {
    let definition = &view.definition;
    let counts = all_counts(view);
    let goal = definition.campaign.target_traders;
    let provisional = !totals.tablets_not_sent.is_empty();
    let note = if provisional {
        Cell::Text("sementara".to_owned())
    } else {
        Cell::Empty
    };
    let row = |measure: &str, code: &str, value: Cell| {
        vec![
            text(Some(measure)),
            text(Some(code)),
            value,
            Cell::Empty,
            Cell::Empty,
            note.clone(),
        ]
    };
    let mut list = vec![row("Target", "target", goal.map_or(Cell::Empty, Cell::Int))];
    for (count, stage) in counts.stages.iter().zip(definition.stages()) {
        let mut cells = row(&stage.label_id, &stage.code, int(count.reached));
        let goal = goal.filter(|_| stage.code == definition.target_stage);
        if let (Some(goal), [.., target, progress, _]) = (goal, cells.as_mut_slice()) {
            *target = Cell::Int(goal);
            let row = DATA_ROW + list.len();
            *progress = formula(
                format!("=C{row}/D{row}"),
                share(count.reached, u64::try_from(goal).unwrap_or(0)),
            );
        }
        list.push(cells);
    }
    let outcomes =
        |wanted: &dyn Fn(&VisitView) -> bool| int(view.visits.iter().filter(|v| wanted(v)).count());
    let group = |v: &VisitView| {
        definition
            .outcome(&v.reviewed.outcome)
            .map_or("", |o| o.group.as_str())
            .to_owned()
    };
    list.push(row("Kunjungan", "kunjungan", int(view.visits.len())));
    list.push(row(
        "Percobaan tanpa bertemu",
        "percobaan",
        outcomes(&|v| !met(view, &v.reviewed.outcome)),
    ));
    list.push(row(
        "Menolak",
        "menolak",
        outcomes(&|v| group(v) == "menolak"),
    ));
    list.push(row(
        "Sudah online sebelum kegiatan",
        "sudah_online",
        int(counts.online_before),
    ));
    let qris = view.traders.iter().filter(|t| {
        t.facts.steps.iter().any(|s| {
            let step = definition.step(&s.code).filter(|_| s.is_done());
            step.is_some_and(|step| step.channel == "qris" && step.milestone == "ready")
        })
    });
    list.push(row("QRIS terpasang", "qris", int(qris.count())));
    let mut checks = Vec::new();
    for trader in &view.traders {
        if let Some(anchor) = trader.status.since(&definition.anchor_stage) {
            let found = activity::checks(definition, anchor, &trader.facts.visits, view.today);
            activity::count(&mut checks, &found);
        }
    }
    for check in &checks {
        list.push(row(
            &format!("{} belum", check.code),
            &check.code,
            int(check.due + check.late),
        ));
        list.push(row(
            &format!("{} selesai", check.code),
            &format!("{}_selesai", check.code),
            int(check.active + check.ready + check.not_active),
        ));
    }
    list.push(row(
        "Tablet belum mengirim",
        "tablets_not_sent",
        int(totals.tablets_not_sent.len()),
    ));
    list.push(row(
        "Kunjungan menunggu",
        "waiting",
        int(totals.all.waiting),
    ));
    list.push(row(
        "Kunjungan tertahan",
        "held_back",
        int(totals.all.held_back),
    ));
    list.push(row(
        "Kunjungan disisihkan",
        "set_aside",
        int(totals.all.set_aside),
    ));
    list
}

fn funnel(view: &View, language: Language) -> Vec<Vec<Cell>> {
    let mut list = rows::funnel(view, language);
    list.extend(rows::funnel_cells(
        view,
        "TOTAL",
        &all_counts(view),
        language,
    ));
    with_formulas(&mut list);
    list
}

/// What is counted of one zone of a market.
struct Part<'v> {
    counts: FunnelCounts,
    visits: Vec<&'v VisitView>,
    /// Of each trader's last visit.
    last_outcomes: Vec<&'v str>,
}

/// One row per market and zone.
fn markets(view: &View, totals: &Totals) -> Vec<Vec<Cell>> {
    const STAGES: [&str; 8] = [
        "dikunjungi",
        "bersedia",
        "dilatih",
        "akun_dibuka",
        "terverifikasi",
        "produk_tayang",
        "pesanan_pertama",
        "aktif",
    ];
    let visits = view.visits_by_root();
    let mut parts: BTreeMap<(i64, &str, &str), Part<'_>> = BTreeMap::new();
    for trader in &view.traders {
        let market = view.definition.market(&trader.market);
        let zone = trader.registers.text("zone").unwrap_or_default();
        let key = (
            market.map_or(i64::MAX, |m| m.position),
            trader.market.as_str(),
            zone,
        );
        let part = parts.entry(key);
        let part = part.or_insert_with(|| Part {
            counts: FunnelCounts::new(&view.definition),
            visits: Vec::new(),
            last_outcomes: Vec::new(),
        });
        part.counts.add(&trader.status);
        let own = visits.get(&trader.id).into_iter().flatten().copied();
        part.visits.extend(own.clone());
        part.last_outcomes
            .extend(own.last().map(|v| v.reviewed.outcome.as_str()));
    }
    let mut list = Vec::new();
    for ((_, code, zone), part) in parts {
        let (counts, visits) = (&part.counts, &part.visits);
        let stage = |wanted: &str| {
            let found = counts.stages.iter().find(|s| s.code == wanted);
            int(found.map_or(0, |s| s.reached))
        };
        let ended = |codes: &[&str]| {
            int(part
                .last_outcomes
                .iter()
                .filter(|o| codes.contains(o))
                .count())
        };
        let goal = view.definition.targets().iter().find(|t| t.market == code);
        let market = view.definition.market(code);
        let mut obstacles: BTreeMap<&str, usize> = BTreeMap::new();
        for reason in visits.iter().filter_map(|v| v.registers.text("reason")) {
            *obstacles.entry(reason).or_default() += 1;
        }
        let top = obstacles
            .into_iter()
            .max_by_key(|(code, n)| (*n, std::cmp::Reverse(*code)));
        let waiting = totals.by_market.get(code).map_or(0, |tally| tally.waiting);
        let mut cells = vec![
            text(Some(code)),
            text(market.map(|m| m.name.as_str())),
            text(Some(zone)),
            int(counts.traders),
            goal.map_or(Cell::Empty, |goal| Cell::Int(goal.traders)),
        ];
        cells.extend(STAGES.map(stage));
        cells.extend([
            ended(&["menolak", "menolak_tetap"]),
            ended(&["tutup_lama", "tutup_usaha"]),
            ended(&["kosong"]),
            ended(&["gudang"]),
            ended(&["pindah"]),
            date(visits.iter().map(|v| v.reviewed.day).max()),
            int(waiting),
            text(top.map(|(code, _)| code)),
        ]);
        list.push(cells);
    }
    list
}

/// Whose day it is, and the visits of it.
type AuthorDay<'v> = (Option<Uuid>, Vec<&'v VisitView>);

/// One row per canvasser, market and working day, by code and day: no ranking.
fn canvassers(view: &View) -> Vec<Vec<Cell>> {
    let mut days: BTreeMap<(String, NaiveDate, &str), AuthorDay<'_>> = BTreeMap::new();
    for visit in &view.visits {
        let author = visit.reviewed.author.map(|a| a.0);
        let code = author.map(|a| view.person_code(a)).unwrap_or_default();
        let key = (code, visit.reviewed.day, visit.reviewed.market.as_str());
        let day = days.entry(key).or_insert((author, Vec::new()));
        day.1.push(visit);
    }
    let mut list = Vec::new();
    for ((code, day, market), (author, visits)) in days {
        let count =
            |wanted: &dyn Fn(&VisitView) -> bool| int(visits.iter().filter(|v| wanted(v)).count());
        let is_met = |v: &VisitView| met(view, &v.reviewed.outcome);
        let taught = |v: &VisitView| {
            view.definition
                .outcome(&v.reviewed.outcome)
                .is_some_and(|o| o.taught)
        };
        let instant = |ms: Option<i64>| {
            ms.and_then(|ms| view.local(ms))
                .map_or(Cell::Empty, Cell::DateTime)
        };
        let person = author.and_then(|a| view.snapshot.get("person", a));
        let cells = vec![
            text(Some(&code)),
            text(person.and_then(|p| p.text("name"))),
            text(Some(market)),
            Cell::Date(day),
            int(visits.len()),
            count(&is_met),
            count(&|v| !is_met(v)),
            count(&taught),
            int(visits.iter().map(|v| v.steps.len()).sum::<usize>()),
            instant(visits.iter().map(|v| v.reviewed.at_ms).min()),
            instant(visits.iter().map(|v| v.reviewed.at_ms).max()),
            instant(visits.iter().filter_map(|v| v.received_ms).max()),
            count(&|v| v.reviewed.state == ReviewState::Returned),
            count(&|v| v.reviewed.state == ReviewState::Approved),
        ];
        list.push(columns::cells(columns::CANVASSERS, view.named, cells));
    }
    list
}

/// What the office can work off: flags of visits, traders without stall or goods, likely duplicates.
fn quality(view: &View) -> Vec<Vec<Cell>> {
    let label = |code: &str| {
        view.definition
            .code_label("quality_flags", code, "id")
            .to_owned()
    };
    let row = |kind: &str, code: &str, market: &str, since, responsible: Option<&str>| {
        vec![
            text(Some(kind)),
            text(Some(code)),
            text(Some(market)),
            text(Some(&label(kind))),
            date(since),
            text(responsible),
            Cell::Text("terbuka".to_owned()),
        ]
    };
    let mut list = Vec::new();
    for visit in &view.visits {
        let reviewed = &visit.reviewed;
        let author = reviewed.author.map(|a| view.person_code(a.0));
        let code = pseudonym(&view.key, visit.root);
        for flag in reviewed.codes(Level::Flag) {
            let day = Some(reviewed.day);
            list.push(row(flag, &code, &reviewed.market, day, author.as_deref()));
        }
    }
    for trader in &view.traders {
        let since = Some(trader.facts.listed_on);
        if trader.registers.text("stall").is_none() {
            list.push(row(
                "tanpa_lapak",
                &trader.code,
                &trader.market,
                since,
                None,
            ));
        }
        let goods = gather::commodity(&view.definition, &trader.registers);
        if goods.is_none() && trader.registers.text("commodity").is_none() {
            list.push(row(
                "tanpa_barang",
                &trader.code,
                &trader.market,
                since,
                None,
            ));
        }
    }
    let known = pairs::comparable(&view.snapshot, &view.definition, None);
    let live: BTreeSet<Uuid> = view.traders.iter().map(|t| t.id).collect();
    for pair in pairs::pairs(&known, None) {
        if live.contains(&pair.trader) && live.contains(&pair.other) {
            let (one, two) = (
                pseudonym(&view.key, pair.trader),
                pseudonym(&view.key, pair.other),
            );
            let market = known.get(&pair.trader).map_or("", |k| k.market.as_str());
            let mut cells = row("ganda", &one, market, None, None);
            if let Some(explanation) = cells.get_mut(3) {
                *explanation = Cell::Text(format!("{}: {two} ({})", label("ganda"), pair.score));
            }
            list.push(cells);
        }
    }
    list.sort_by_key(|cells| format!("{cells:?}"));
    list
}
