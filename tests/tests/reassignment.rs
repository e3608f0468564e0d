//! People and traders move between markets while work is under way: nothing is lost, nothing is half there.

use whole_system_tests::office::Office;
use whole_system_tests::{
    Register, Tablet, ValueExt, assert_accounts, assert_agree, assert_in_step, people,
};

fn two_markets() -> Office {
    let office = Office::new();
    let mut register = Register::of("KNM", 1, 6);
    register.add("PGI", 101, 5);
    office.import(&register);
    office
}

/// How many of its listed traders are of each market.
fn listed(tablet: &Tablet) -> (usize, usize) {
    let all = tablet.traders();
    let of = |market| {
        all.iter()
            .filter(|trader| trader["market"] == market)
            .count()
    };
    (of("KNM"), of("PGI"))
}

#[test]
fn an_assignment_moved_while_work_waits_counts_that_work_and_then_changes_the_list() {
    let office = two_markets();
    let sari = office.canvasser("Sari Wulandari", "KNM");
    for n in 1..=6 {
        sari.visit_with(
            &sari.trader_named(&people::name(n)),
            "mengajar",
            &["--step", "prep.hp"],
        );
    }
    office.give_markets(sari.person(), "PGI");
    assert_eq!(listed(&sari), (6, 0), "the tablet has not heard of it");
    let sent = sari.settle();
    assert_eq!(sent["held_back"].list().len(), 0, "{sent}");
    assert_eq!(
        listed(&sari),
        (0, 5),
        "the new market is whole, the old one is gone"
    );
    let visits = assert_accounts(&sari);
    assert_eq!(
        (visits["recorded"].number(), visits["counted"].number()),
        (6, 6),
        "{visits}"
    );
    assert_agree(&office, &[&sari]);
    assert_in_step(&sari, &office);
}

#[test]
fn the_list_is_never_empty_while_the_markets_change() {
    let office = two_markets();
    let proxy = whole_system_tests::Proxy::to(&office.address());
    let person = office.person("Sari Wulandari", "canvasser", "KNM");
    let sari = office.enrol_through(&proxy.url(), &[&person]);
    sari.sync();
    sari.visit(&sari.trader_named(&people::name(1)), "tutup");
    office.give_markets(&person, "PGI");
    for script in [
        whole_system_tests::Script::LoseAnswer,
        whole_system_tests::Script::HalfAnswer,
        whole_system_tests::Script::CutAnswer(40),
    ] {
        proxy.always(script);
        sari.try_sync().failure();
        let (old, new) = listed(&sari);
        assert!(
            (old == 6 && new == 0) || new == 5,
            "a market is shown whole or not at all: {old} {new}"
        );
    }
    proxy.heal();
    sari.settle();
    assert_eq!(listed(&sari), (0, 5));
    assert_eq!(assert_agree(&office, &[&sari])["counted"], 1);
    assert_in_step(&sari, &office);
}

#[test]
fn a_market_that_was_taken_away_stays_in_the_list_until_the_work_done_there_has_arrived() {
    let office = two_markets();
    let proxy = whole_system_tests::Proxy::to(&office.address());
    let person = office.person("Sari Wulandari", "canvasser", "KNM");
    let sari = office.enrol_through(&proxy.url(), &[&person]);
    sari.sync();
    // More than one request may carry: notes of four-byte letters, as long as a note may be.
    let long = "𝒩".repeat(2000);
    let trader = sari.trader_named(&people::name(1));
    for _ in 0..70 {
        sari.visit_with(&trader, "penjelasan", &["--note", &long]);
    }
    office.give_markets(&person, "PGI");
    proxy.next([whole_system_tests::Script::Pass]);
    proxy.always(whole_system_tests::Script::Break);
    sari.try_sync().failure();
    let waiting = assert_accounts(&sari)["waiting"].number();
    assert!((1..70).contains(&waiting), "one request arrived: {waiting}");
    assert_eq!(
        listed(&sari).0,
        6,
        "whoever looks a waiting visit up finds its trader"
    );
    proxy.heal();
    sari.settle();
    assert_eq!(listed(&sari), (0, 5));
    assert_eq!(assert_agree(&office, &[&sari])["counted"], 70);
    assert_in_step(&sari, &office);
}

#[test]
fn work_for_a_market_that_was_taken_away_before_the_visit_was_heard_of_counts_as_a_former_holders()
{
    let office = two_markets();
    let sari = office.canvasser("Sari Wulandari", "KNM");
    let budi = office.canvasser("Budi Permana", "KNM");
    let trader = sari.trader_named(&people::name(2));
    office.give_markets(sari.person(), "PGI");
    let visit = sari.visit(&trader, "penjelasan");
    budi.settle();
    sari.settle();
    budi.settle();
    assert!(
        budi.record("visit", &visit).is_some(),
        "the new holder sees the visit"
    );
    assert_eq!(assert_agree(&office, &[&sari, &budi])["counted"], 1);
    for tablet in [&sari, &budi] {
        assert_in_step(tablet, &office);
    }
}

#[test]
fn a_trader_who_moves_to_another_market_takes_everything_along() {
    let office = two_markets();
    let lead_person = office.person("Rini Handayani", "lead", "KNM,PGI");
    let lead = office.enrol(&[&lead_person]);
    lead.sync();
    let old = office.canvasser("Ade Nugraha", "KNM");
    let new = office.canvasser("Lina Safitri", "PGI");
    let trader = old.trader_named(&people::name(3));
    let visit = old.visit_with(&trader, "mengajar", &["--step", "shopee.akun"])["visit_id"]
        .text()
        .to_owned();
    old.settle();
    lead.settle();
    let late = old.visit(&trader, "penjelasan");
    lead.set(&trader, &["market=PGI"]);
    lead.settle();
    new.settle();
    assert!(new.record("trader", &trader).is_some() && new.record("visit", &visit).is_some());
    assert_eq!(new.records("step").len(), 1, "with the steps");

    old.settle();
    assert!(
        old.record("trader", &trader).is_none(),
        "and has left the old market's tablets"
    );
    assert_eq!(old.records("step").len(), 0, "with all that hangs on it");
    new.settle();
    assert!(
        new.record("visit", &late).is_some(),
        "work that waited then is not lost"
    );
    for tablet in [&lead, &old, &new] {
        tablet.settle();
        assert_in_step(tablet, &office);
        assert_accounts(tablet);
    }
    let totals = assert_agree(&office, &[&lead, &old, &new]);
    assert_eq!(totals["counted"], 2);
    assert_eq!(
        totals["by_market"]["KNM"]["counted"].number()
            + totals["by_market"]["PGI"]["counted"].number(),
        2
    );

    lead.set(&trader, &["market=KNM"]);
    for tablet in [&lead, &old, &new] {
        tablet.settle();
        assert_in_step(tablet, &office);
    }
    assert!(
        old.record("trader", &trader).is_some() && new.record("trader", &trader).is_none(),
        "there and back"
    );
}

#[test]
fn a_scope_widened_and_narrowed_again_leaves_the_same_bytes_on_both_sides() {
    let office = two_markets();
    let tablet = office.canvasser("Ade Nugraha", "KNM");
    let other = office.canvasser("Lina Safitri", "PGI");
    for (markets, expected) in [
        ("KNM,PGI", (6, 5)),
        ("PGI", (0, 5)),
        ("KNM,PGI", (6, 5)),
        ("KNM", (6, 0)),
    ] {
        other.visit(&other.trader_named(&people::name(101)), "tutup");
        other.settle();
        let first = tablet.traders()[0]["id"].text().to_owned();
        tablet.visit(&first, "pergi");
        office.give_markets(tablet.person(), markets);
        tablet.settle();
        assert_eq!(listed(&tablet), expected, "{markets}");
        assert_in_step(&tablet, &office);
        other.settle();
        assert_in_step(&other, &office);
    }
    assert_eq!(assert_agree(&office, &[&tablet, &other])["counted"], 8);
}

#[test]
fn a_visit_that_was_set_aside_stays_so_in_the_books_when_its_trader_leaves() {
    let office = two_markets();
    let sari = office.canvasser("Sari Wulandari", "KNM");
    let trader = sari.trader_named(&people::name(1));
    let visit = sari.visit(&trader, "mengajar");
    sari.visit(&sari.trader_named(&people::name(2)), "mengajar");
    sari.settle();
    let void = ["outcome=batal", "--why", "salah orang"];
    let mut args = vec!["record", "set", "visit", &visit];
    args.extend(void);
    office.json(&args);
    sari.settle();
    office.give_markets(sari.person(), "PGI");
    sari.settle();
    let visits = assert_accounts(&sari);
    assert_eq!(
        (visits["counted"].number(), visits["set_aside"].number()),
        (1, 1),
        "{visits}"
    );
    assert_agree(&office, &[&sari]);
}

#[test]
fn what_the_office_amends_after_a_visit_left_the_tablets_markets_is_in_that_tablets_books() {
    let office = two_markets();
    let sari = office.canvasser("Sari Wulandari", "KNM");
    let [moved, other] = [1, 2].map(|n| {
        let trader = sari.trader_named(&people::name(n));
        sari.visit_with(&trader, "mengajar", &[])["visit_id"]
            .text()
            .to_owned()
    });
    sari.settle();
    let amend = |visit: &str, field: &str| {
        office.json(&[
            "record",
            "set",
            "visit",
            visit,
            field,
            "--why",
            "salah orang",
        ]);
    };
    let set_aside = |expected: u64| {
        sari.settle();
        let visits = assert_accounts(&sari);
        assert_eq!(visits["set_aside"].number(), expected, "{visits}");
        assert_agree(&office, &[&sari]);
        assert_in_step(&sari, &office);
    };
    office.give_markets(sari.person(), "PGI");
    set_aside(0);
    amend(&moved, "outcome=batal");
    set_aside(1);
    amend(&other, "outcome=batal");
    set_aside(2);
    amend(&moved, "outcome=mengajar");
    set_aside(1);

    office.give_markets(sari.person(), "KNM");
    set_aside(1);
    amend(&other, "outcome=mengajar");
    set_aside(0);
}
