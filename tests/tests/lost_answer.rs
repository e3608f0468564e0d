//! Sent is sent: the server commits, the tablet hears nothing, and sending again is safe.

use whole_system_tests::answer::ValueExt;
use whole_system_tests::{
    Clock, Office, Proxy, Register, Script, Tablet, assert_agree, assert_in_step, people,
};

fn out_with_work(office: &Office, proxy: &Proxy, clock: Option<Clock>) -> Tablet {
    office.import(&Register::of("KNM", 1, 6));
    let person = office.person("Maya Wulandari", "canvasser", "KNM");
    let mut tablet = office.enrol_through(&proxy.url(), &[&person]);
    tablet.clock = clock;
    tablet.sync();
    for n in 1..=4 {
        tablet.visit_with(
            &tablet.trader_named(&people::name(n)),
            "mengajar",
            &["--step", "prep.hp"],
        );
    }
    tablet.set(
        &tablet.trader_named(&people::name(5)),
        &["phone=0840-0011-2233"],
    );
    tablet
}

fn three_lost_answers(clock: Option<Clock>) {
    let office = Office::new();
    let proxy = Proxy::to(&office.address());
    let tablet = out_with_work(&office, &proxy, clock);
    for round in 1..=3 {
        proxy.next([Script::LoseAnswer]);
        proxy.always(Script::Break);
        let code = tablet.try_sync().failure();
        assert!(
            ["cut", "offline"].contains(&code.as_str()),
            "round {round}: {code}"
        );
        proxy.heal();
        assert_eq!(
            office.totals()["counted"],
            4,
            "round {round}: the server has committed once"
        );
        let status = tablet.status();
        assert_eq!(
            status["waiting"], 5,
            "round {round}: nothing is sent before the tablet hears so: {status}"
        );
    }
    let before = office.dump();
    let sent = tablet.sync();
    assert_eq!(sent["waiting"], 0, "{sent}");
    assert_eq!(
        sent["accepted"].number() + sent["restamped"].number(),
        5,
        "{sent}"
    );
    assert_eq!(sent["held_back"].list().len(), 0, "{sent}");
    tablet.settle();
    assert_eq!(office.dump(), before, "acknowledging again changes nothing");
    assert_agree(&office, &[&tablet]);
    assert_eq!(office.records("step").len(), 4);
    assert_in_step(&tablet, &office);
}

#[test]
fn an_answer_lost_three_times_doubles_nothing_and_loses_nothing() {
    three_lost_answers(None);
}

#[test]
fn an_answer_lost_three_times_by_a_tablet_of_2011_doubles_nothing() {
    three_lost_answers(Some(Clock::off("-15y")));
}

#[test]
fn an_answer_lost_three_times_by_a_tablet_of_2099_doubles_nothing() {
    three_lost_answers(Some(Clock::off("+73y")));
}

#[test]
fn an_answer_lost_three_times_by_a_tablet_that_starts_at_the_same_instant_each_time_doubles_nothing()
 {
    three_lost_answers(Some(Clock::starts_at("2011-01-01 08:00:00")));
}

#[test]
fn work_saved_between_the_lost_answers_is_sent_too() {
    let office = Office::new();
    let proxy = Proxy::to(&office.address());
    let tablet = out_with_work(&office, &proxy, None);
    let trader = tablet.trader_named(&people::name(6));
    for round in 0..3 {
        proxy.next([Script::LoseAnswer]);
        proxy.always(Script::Break);
        tablet.try_sync().failure();
        tablet.visit(&trader, "pergi");
        tablet.set(&trader, &[&format!("stall=Blok Z {round}")]);
    }
    proxy.heal();
    tablet.settle();
    assert_eq!(assert_agree(&office, &[&tablet])["counted"], 7);
    assert_eq!(
        office.record("trader", &trader).expect("there")["stall"],
        "Blok Z 2"
    );
    assert_in_step(&tablet, &office);
}

#[test]
fn a_request_that_reaches_the_server_twice_counts_once() {
    let office = Office::new();
    let proxy = Proxy::to(&office.address());
    let tablet = out_with_work(&office, &proxy, None);
    proxy.always(Script::Twice);
    tablet.settle();
    assert_eq!(assert_agree(&office, &[&tablet])["counted"], 4);
    assert_in_step(&tablet, &office);
}

#[test]
fn a_request_cut_at_any_place_leaves_no_part_of_a_change() {
    let office = Office::new();
    let proxy = Proxy::to(&office.address());
    let tablet = out_with_work(&office, &proxy, None);
    let empty = office.dump();
    for length in [1, 17, 60, 150, 300, 500, 700] {
        proxy.heal();
        proxy.always(Script::CutRequest(length));
        tablet.try_sync().failure();
        let now = office.dump();
        // A cut beyond the end of a short request is a lost answer: all of it or nothing of it.
        assert!(
            now == empty || office.totals()["counted"] == 4,
            "cut at {length}"
        );
    }
    proxy.heal();
    tablet.settle();
    assert_eq!(assert_agree(&office, &[&tablet])["counted"], 4);
    assert_in_step(&tablet, &office);
}
