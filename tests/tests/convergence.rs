//! Many tablets, any order, a bad line: in the end all hold the same bytes, and the books are right all along.
//!
//! `GREBEG_TABLETS` and `GREBEG_VISITS` say how many (8 × 8; a nightly run sets 25 × 40).

use std::collections::HashMap;
use std::time::Duration;
use whole_system_tests::answer::ValueExt;
use whole_system_tests::{
    Chance, Office, Proxy, Register, Script, Tablet, assert_accounts, assert_agree, assert_in_step,
    assert_totals, people,
};

fn size(name: &str, usual: usize) -> usize {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(usual)
}

/// What a bad line does to the next request.
fn bad_luck(chance: &mut Chance) -> Script {
    match chance.below(8) {
        0 => Script::CutRequest(1 + chance.below(900)),
        1 => Script::LoseAnswer,
        2 => Script::CutAnswer(chance.below(1_500)),
        3 => Script::HalfAnswer,
        4 => Script::Twice,
        5 => Script::Break,
        6 => Script::Delay(Duration::from_millis(chance.below(40) as u64)),
        _ => Script::Pass,
    }
}

#[test]
fn many_tablets_on_a_bad_line_end_with_the_same_bytes() {
    let mut chance = Chance::new("convergence");
    let (count, visits) = (size("GREBEG_TABLETS", 8), size("GREBEG_VISITS", 8));
    let office = Office::new();
    let mut register = Register::of("KNM", 1, 12);
    register.add("PGI", 101, 12).add("JGS", 201, 6);
    office.import(&register);
    let proxies: Vec<Proxy> = (0..count).map(|_| Proxy::to(&office.address())).collect();
    let tablets: Vec<Tablet> = proxies
        .iter()
        .enumerate()
        .map(|(index, proxy)| {
            let markets = ["KNM", "PGI", "KNM,PGI", "JGS"][index % 4];
            let person = office.person(&people::name(40 + index), "canvasser", markets);
            let tablet = office.enrol_through(&proxy.url(), &[&person]);
            tablet.sync();
            tablet
        })
        .collect();

    let mut turns: Vec<usize> = (0..count).flat_map(|index| vec![index; visits]).collect();
    chance.shuffle(&mut turns);
    // What each tablet believed when it last heard from the server with nothing left to send.
    let mut in_step: HashMap<usize, u64> = HashMap::new();
    for index in turns {
        let (tablet, proxy) = (&tablets[index], &proxies[index]);
        act(tablet, &mut chance);
        in_step.remove(&index);
        if chance.percent(50) {
            let luck = bad_luck(&mut chance);
            proxy.next([luck]);
            let answer = tablet.try_sync();
            assert!(matches!(answer.exit, Some(0 | 1)), "{answer}");
            proxy.heal();
            if answer.exit == Some(0) && answer.json()["waiting"] == 0 {
                in_step.insert(index, tablet.status()["visits"]["recorded"].number());
            }
        }
        assert_accounts(tablet);
    }
    let totals = assert_totals(&office);
    for (index, recorded) in &in_step {
        let person = tablets[*index].person();
        assert_eq!(
            totals["by_canvasser"][person]["recorded"].number(),
            *recorded,
            "tablet {index}: {totals}"
        );
    }

    let mut order: Vec<usize> = (0..count).collect();
    for _ in 0..2 {
        chance.shuffle(&mut order);
        for index in &order {
            tablets[*index].settle();
        }
    }
    for tablet in &tablets {
        assert_in_step(tablet, &office);
    }
    let totals = assert_agree(&office, &tablets.iter().collect::<Vec<_>>());
    assert_eq!(
        totals["recorded"].number(),
        (count * visits) as u64,
        "{totals}"
    );
    assert_eq!(
        (totals["waiting"].number(), totals["held_back"].number()),
        (0, 0),
        "{totals}"
    );
    assert_eq!(office.json(&["verify"])["ok"], true);
}

/// One visit, and now and then something else at the same stall.
fn act(tablet: &Tablet, chance: &mut Chance) {
    let traders = tablet.traders();
    let trader = chance.pick(&traders)["id"].text().to_owned();
    let outcome = *chance.pick(&people::OUTCOMES);
    let step = *chance.pick(&["prep.hp", "prep.email", "shopee.akun", "wa.aplikasi"]);
    let flag = if chance.percent(20) {
        "--undo-step"
    } else {
        "--step"
    };
    let visit = tablet.visit_with(&trader, outcome, &[flag, step, "--note", "ramai"])["visit_id"]
        .text()
        .to_owned();
    match chance.below(6) {
        0 => drop(tablet.set(&trader, &[&format!("stall=Blok {}", chance.below(100))])),
        1 => drop(tablet.set(
            &trader,
            &[&format!("phone={}", people::phone(chance.below(9_999)))],
        )),
        2 => drop(tablet.json(&["undo", &visit])),
        3 => drop(tablet.json(&["amend", &visit, "note=sepi"])),
        4 => {
            let market = traders[0]["market"].text().to_owned();
            let name = people::name(chance.below(128));
            tablet.add_trader(&market, &format!("Los {}", chance.below(400)), &name);
        }
        _ => {}
    }
}

#[test]
fn a_first_sync_broken_off_again_and_again_ends_whole() {
    let office = Office::new();
    office.json(&[
        "demo-data",
        "--campaign",
        "cirebon-2019",
        "--traders",
        "3000",
        "--seed",
        "11",
    ]);
    let proxy = Proxy::to(&office.address());
    let person = office.person("Ade Nugraha", "canvasser", "KNM,PGI");
    let tablet = office.enrol_through(&proxy.url(), &[&person]);
    let other = office.canvasser("Ani Lestari", "KNM,PGI");
    let whole = other.traders().len();
    let per_market = |tablet: &Tablet| {
        let mut counts: HashMap<String, usize> = HashMap::new();
        for trader in tablet.traders() {
            *counts
                .entry(trader["market"].text().to_owned())
                .or_default() += 1;
        }
        counts
    };
    let full = per_market(&other);
    for cut in [100, 2_000, 20_000, 60_000, 120_000] {
        proxy.next([Script::CutAnswer(cut)]);
        proxy.always(Script::CutAnswer(cut));
        tablet.try_sync();
        for (market, count) in per_market(&tablet) {
            assert_eq!(
                count, full[&market],
                "a market is shown whole or not at all, cut at {cut}"
            );
        }
        other.set(
            other.traders()[cut % whole]["id"].text(),
            &[&format!("stall=Blok {cut}")],
        );
        other.settle();
    }
    proxy.heal();
    tablet.settle();
    assert_eq!(tablet.traders().len(), whole);
    assert_in_step(&tablet, &office);
    proxy.take_bytes();
    tablet.settle();
    let (up, down) = proxy.take_bytes();
    assert!(
        up + down < 2_048,
        "a sync with nothing to say costs {up} + {down} bytes"
    );
}

#[test]
fn a_day_of_forty_visits_fits_the_data_budget() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 40));
    let proxy = Proxy::to(&office.address());
    let person = office.person("Ade Nugraha", "canvasser", "KNM");
    let tablet = office.enrol_through(&proxy.url(), &[&person]);
    tablet.sync();
    let other = office.canvasser("Ani Lestari", "KNM");
    for trader in office.traders("KNM") {
        tablet.visit_with(
            &trader,
            "mengajar",
            &[
                "--step",
                "prep.hp",
                "--step",
                "prep.nomor",
                "--note",
                "ramai",
            ],
        );
        other.set(&trader, &["commodity=terasi"]);
    }
    other.settle();
    proxy.take_bytes();
    proxy.take_requests();
    let sent = tablet.sync();
    let (up, down) = proxy.take_bytes();
    assert_eq!(proxy.take_requests(), 1, "one request and one answer");
    assert_eq!(sent["round_trips"], 1, "{sent}");
    assert!(
        up <= 10 * 1024 && up + down < 200_000,
        "{up} up and {down} down"
    );
    let counted = sent["bytes_up"].number() + sent["bytes_down"].number();
    assert!(
        counted.abs_diff(up + down) * 20 <= up + down,
        "the tablet counts {counted}, the line {}",
        up + down
    );
    tablet.settle();
    assert_in_step(&tablet, &office);
}
