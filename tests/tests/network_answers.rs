//! Never "sent" when it was not: every answer that is not ours leaves the outbox as it was.

use std::time::Duration;
use whole_system_tests::answer::ValueExt;
use whole_system_tests::{
    Answer, Office, Proxy, Register, Script, Tablet, assert_accounts, assert_agree, assert_in_step,
    people, raw_answers,
};

/// Codes that a failed sync may end with.
const DOCUMENTED: [&str; 9] = [
    "offline",
    "tls",
    "server_busy",
    "not_our_server",
    "cut",
    "closed",
    "revoked",
    "unknown_device",
    "update_needed",
];

/// Words of which an Indonesian sentence about a line has at least one.
const INDONESIAN: [&str; 8] = [
    "belum",
    "tidak",
    "tersambung",
    "jaringan",
    "sedang",
    "putus",
    "coba",
    "tablet ini",
];

struct Out {
    office: Office,
    proxy: Proxy,
    tablet: Tablet,
}

/// A tablet behind a proxy with 12 unsent visits.
fn out_with_twelve() -> Out {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 12));
    let proxy = Proxy::to(&office.address());
    let person = office.person("Maya Wulandari", "canvasser", "KNM");
    let tablet = office.enrol_through(&proxy.url(), &[&person]);
    tablet.sync();
    // One program at a time has a tablet's folder open: who is where is looked up before.
    let traders: Vec<String> = (1..=12)
        .map(|n| tablet.trader_named(&people::name(n)))
        .collect();
    let mut recorder = tablet.recorder();
    for trader in &traders {
        recorder.visit(trader, "tutup");
    }
    drop(recorder);
    Out {
        office,
        proxy,
        tablet,
    }
}

/// The sync failed with one of `codes`, in words, in time, and all twelve still wait.
#[track_caller]
fn still_twelve(tablet: &Tablet, failed: &Answer, codes: &[&str]) {
    let code = failed.failure();
    assert!(
        DOCUMENTED.contains(&code.as_str()) && codes.contains(&code.as_str()),
        "{code}, not of {codes:?}\n{failed}"
    );
    assert!(failed.took < Duration::from_secs(15), "{failed}");
    let words = failed.stderr.to_lowercase();
    assert!(
        INDONESIAN.iter().any(|word| words.contains(word)),
        "no sentence in Indonesian\n{failed}"
    );
    let visits = assert_accounts(tablet);
    assert_eq!(
        (visits["recorded"].number(), visits["waiting"].number()),
        (12, 12),
        "{visits}"
    );
    assert_eq!(tablet.traders().len(), 12, "the list is whole");
}

#[test]
fn no_answer_that_is_not_ours_marks_anything_as_sent() {
    let Out {
        office,
        proxy,
        tablet,
    } = out_with_twelve();
    let plain_401 = raw_answers::answer("401 Unauthorized", "text/html", "<h1>Login</h1>");
    let plain_426 = raw_answers::answer("426 Upgrade Required", "text/html", "<h1>Upgrade</h1>");
    let wrong_json = raw_answers::answer(
        "200 OK",
        "application/json",
        "{\"acks\":[{\"n\":1,\"state\":\"accepted\"}]}",
    );
    let strange = raw_answers::answer(
        "200 OK",
        "application/octet-stream",
        "\u{0}\u{1}\u{2}not ours",
    );
    let too_long = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 5000\r\n\r\nshort".to_vec();
    let cases: Vec<(Script, &[&str])> = vec![
        (
            Script::Answer(raw_answers::bad_gateway()),
            &["server_busy", "offline", "not_our_server"],
        ),
        (Script::Answer(raw_answers::busy()), &["server_busy"]),
        (
            Script::Answer(raw_answers::hotel_page()),
            &["not_our_server"],
        ),
        (
            Script::Answer(raw_answers::empty_ok()),
            &["not_our_server", "cut"],
        ),
        (
            Script::Answer(raw_answers::empty_object()),
            &["not_our_server"],
        ),
        (
            Script::Answer(raw_answers::not_found()),
            &["not_our_server", "closed"],
        ),
        (
            Script::Answer(raw_answers::gone()),
            &["closed", "not_our_server"],
        ),
        (Script::Answer(raw_answers::redirect()), &["not_our_server"]),
        (
            Script::Answer(raw_answers::garbage()),
            &["not_our_server", "cut", "offline"],
        ),
        (Script::Answer(plain_401), &["not_our_server"]),
        (
            Script::Answer(plain_426),
            &["not_our_server", "update_needed"],
        ),
        (Script::Answer(wrong_json), &["not_our_server"]),
        (Script::Answer(strange), &["not_our_server"]),
        (Script::Answer(too_long), &["cut"]),
        (Script::Break, &["cut", "offline"]),
        (Script::CutRequest(100), &["cut", "offline"]),
    ];
    for (script, codes) in cases {
        proxy.always(script.clone());
        println!("{script:?}");
        still_twelve(&tablet, &tablet.try_sync(), codes);
        assert_eq!(office.totals()["counted"], 0);
    }
    proxy.refuse();
    still_twelve(&tablet, &tablet.try_sync(), &["offline"]);
    proxy.accept_again();
    for script in [
        Script::HalfAnswer,
        Script::CutAnswer(10),
        Script::LoseAnswer,
    ] {
        proxy.always(script);
        still_twelve(&tablet, &tablet.try_sync(), &["cut", "offline"]);
    }
    proxy.heal();
    let sent = tablet.settle();
    assert_eq!(sent["waiting"], 0, "{sent}");
    assert_eq!(
        assert_agree(&office, &[&tablet])["counted"],
        12,
        "the next good answer delivers all, once"
    );
    assert_in_step(&tablet, &office);
}

#[test]
fn an_answer_that_is_valid_but_for_another_tablet_marks_nothing_as_sent() {
    let Out {
        office,
        proxy,
        tablet,
    } = out_with_twelve();
    let person = office.person("Ani Lestari", "canvasser", "KNM");
    let other = office.enrol_through(&proxy.url(), &[&person]);
    other.sync();
    for n in 1..=12 {
        other.visit(&other.trader_named(&people::name(n)), "pergi");
    }
    proxy.take_exchanges();
    other.sync();
    let theirs = proxy.take_exchanges().swap_remove(0).answer.bytes();
    proxy.always(Script::Answer(theirs));
    still_twelve(&tablet, &tablet.try_sync(), &["not_our_server"]);
    proxy.heal();
    tablet.settle();
    assert_eq!(office.totals()["counted"], 24);
    assert_in_step(&tablet, &office);
}

#[test]
fn an_own_answer_of_long_ago_marks_nothing_new_as_sent() {
    let Out {
        office,
        proxy,
        tablet,
    } = out_with_twelve();
    tablet.sync();
    let old = proxy
        .take_exchanges()
        .into_iter()
        .rev()
        .find(|exchange| exchange.answer.status() == Some(200));
    let old = old.expect("a good exchange").answer.bytes();
    let trader = tablet.trader_named(&people::name(1));
    tablet.visit(&trader, "mengajar");
    let before = tablet.dump();
    proxy.always(Script::Answer(old));
    for _ in 0..3 {
        let failed = tablet.try_sync();
        assert_eq!(failed.failure(), "not_our_server", "{failed}");
    }
    assert_eq!(
        assert_accounts(&tablet)["waiting"],
        1,
        "it named other changes than the one that waits"
    );
    assert_eq!(tablet.dump(), before, "nothing was taken away");
    proxy.heal();
    tablet.settle();
    assert_eq!(assert_agree(&office, &[&tablet])["counted"], 13);
    assert_in_step(&tablet, &office);
}

#[test]
fn an_answer_that_trickles_in_is_not_waited_for() {
    let Out {
        office,
        proxy,
        tablet,
    } = out_with_twelve();
    let drip = Script::Drip {
        bytes: 1,
        pause: Duration::from_millis(500),
    };
    proxy.always(drip.clone());
    still_twelve(&tablet, &tablet.try_sync(), &["cut"]);
    proxy.heal();
    tablet.settle();
    assert_in_step(&tablet, &office);

    let code = office.code(&[tablet.person()]);
    proxy.always(drip);
    let url = proxy.url();
    let failed = Tablet::new().ask(&["enrol", "--server", &url, "--code", &code]);
    failed.fails_with("cut");
    assert!(failed.took < Duration::from_secs(15), "{failed}");
}

#[test]
fn a_server_without_tls_is_said_to_be_a_tls_failure() {
    let office = Office::new();
    let person = office.person("Maya Wulandari", "canvasser", "KNM");
    let tablet = Tablet::new();
    let url = office.url().replace("http://", "https://");
    let failed = tablet.ask(&[
        "enrol",
        "--server",
        &url,
        "--code",
        &office.code(&[&person]),
    ]);
    failed.fails_with("tls");
    assert!(failed.took < Duration::from_secs(15));
}

#[test]
fn enrolling_at_what_is_not_our_server_keeps_the_code_good() {
    let office = Office::new();
    let person = office.person("Maya Wulandari", "canvasser", "KNM");
    let code = office.code(&[&person]);
    let proxy = Proxy::to(&office.address());
    let mut tablet = Tablet::new();
    for raw in [
        raw_answers::hotel_page(),
        raw_answers::bad_gateway(),
        raw_answers::empty_object(),
    ] {
        proxy.next([Script::Answer(raw)]);
        proxy.always(Script::Break);
        tablet
            .ask(&["enrol", "--server", &proxy.url(), "--code", &code])
            .failure();
        proxy.heal();
    }
    tablet.enrol(&proxy.url(), &code);
    tablet.sync();
    let again = Tablet::new().ask(&["enrol", "--server", &proxy.url(), "--code", &code]);
    assert_eq!(again.exit, Some(1), "a code is good once\n{again}");
}

#[test]
fn a_slow_line_is_waited_for() {
    let Out {
        office,
        proxy,
        tablet,
    } = out_with_twelve();
    proxy.always(Script::Delay(Duration::from_millis(1_500)));
    tablet.settle();
    assert_eq!(assert_agree(&office, &[&tablet])["counted"], 12);
}

/// A market's first fill over a line of 2 KiB a second takes longer than people wait for an answer; while it comes, it is taken.
#[test]
fn a_whole_market_over_a_thin_line_arrives() {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, 2_500));
    let person = office.person("Maya Wulandari", "canvasser", "KNM");
    let proxy = Proxy::to(&office.address());
    let step = 2 << 10;
    proxy.always(Script::Drip {
        bytes: step,
        pause: Duration::from_secs(1),
    });
    // Enrols, and fetches the market.
    let tablet = office.enrol_through(&proxy.url(), &[&person]);
    let answers = proxy.take_exchanges();
    let longest = answers.iter().map(|e| e.answer.content().len()).max();
    assert!(longest > Some(12 * step), "{longest:?} bytes in one answer");
    assert_eq!(tablet.traders().len(), 2_500);
    assert_in_step(&tablet, &office);
}
