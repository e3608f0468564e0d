//! The main job by the tablet's real window: with and without a server, a power cut, a second start, and a server that hangs.

use serde_json::{Value, json};
use std::net::TcpListener;
use whole_system_tests::{
    Browser, Machine, Office, Register, ValueExt, Window, assert_in_step, people, wait,
};

const WHY: &str = "Catatan belum jelas";
const FIXED: &str = "minta diajari lagi hari Senin";
const TRADERS: usize = 12;

/// An office with a register of one market, its lead, and a canvasser's code.
fn office() -> (Office, String) {
    let office = Office::new();
    office.import(&Register::of("KNM", 1, TRADERS));
    office.person_with_login("Dewi Nurlaela", "lead", "KNM", "dewi");
    let person = office.person("Ade Nugraha", "canvasser", "KNM");
    let code = office.code(&[&person]);
    (office, code)
}

/// A window that is enrolled at the office, with its first fill, and its only person at work.
fn at_work(machine: &Machine, office: &Office, code: &str) -> Window {
    let window = machine.open();
    window.enrol(&office.url(), code);
    window.make_pin();
    window.until("the market is here", "//button[@data-open]");
    window
}

/// Opens the n-th trader's page and records a visit with two steps.
fn teach(window: &Window, n: usize) {
    let name = people::name(n);
    let words = name.get(..4).unwrap_or(&name);
    window.find_trader(words, &name);
    window.teach(2);
    window.see("Tersimpan di tablet");
    window.see(&format!("{name}, "));
    window.see("· 2 langkah");
    // From the trader's page back to the list.
    window.button("Kembali");
}

/// Who is at the tablet and how sending stands, as the page itself asks for it.
fn session(window: &Window) -> Value {
    window.run_later(
        "window.__TAURI__.core.invoke('invoke', { command: { command: 'session' } }).then(done)",
    )
}

/// Sends, and waits for the words that everything is the same as on the server.
fn send(window: &Window) {
    window.tab("Kirim");
    window.button("Kirim sekarang");
    window.see("sama dengan server");
}

#[test]
fn a_visit_goes_to_the_office_comes_back_with_a_reason_and_is_closed_by_its_correction() {
    let (mut office, code) = office();
    let machine = Machine::new();
    let window = at_work(&machine, &office, &code);

    // Out in the market there is no server.
    office.stop();
    teach(&window, 7);
    window.tab("Hari ini");
    window.see("Tanpa sinyal");

    office.serve();
    send(&window);
    assert_eq!(office.totals()["counted"], 1);
    let lead = Browser::signed_in(&office, "dewi");
    let visit = lead.ask("/api/day")["visits"][0].clone();
    assert_eq!(visit["trader"]["name"], people::name(7).as_str(), "{visit}");
    let id = visit["visit_id"].text();
    lead.judge(json!({
        "verdict": "return", "visit": id, "reason": "catatan_kurang", "why": WHY, "fields": ["note"],
    }));

    window.button("Kirim sekarang");
    window.see(WHY);
    window.button("Perbaiki");
    window.see("Dikembalikan ketua");
    window.see(WHY);
    window.type_into("//ol//input", FIXED);
    window.button("Kirim perbaikan");
    window.see("Tersimpan di tablet");
    send(&window);
    let fixed = lead.until_visit(id, "the correction", |v| v["corrected"] == true);
    assert_eq!(fixed["note"], FIXED, "{fixed}");
    lead.judge(json!({ "verdict": "approve", "visits": [id] }));
    assert_eq!(lead.visit(id)["state"], "disetujui");
    window.button("Kirim sekarang");
    window.until(
        "nothing is left to mend",
        "//main[not(contains(., 'Perlu diperbaiki'))]",
    );
    window.kill9();
    let tablet = machine.tablet();
    tablet.settle();
    assert_in_step(&tablet, &office);
}

#[test]
fn killing_the_app_right_after_the_words_loses_nothing() {
    let (mut office, code) = office();
    let machine = Machine::new();
    let window = at_work(&machine, &office, &code);
    office.stop();
    teach(&window, 3);
    window.kill9();

    let window = machine.open();
    window.unlock();
    window.tab("Kirim");
    window.see(&people::name(3));
    window.kill9();
    let saved: Vec<Value> = machine.tablet().records("visit");
    assert_eq!(saved.len(), 1, "{saved:?}");
}

#[test]
fn a_window_opens_at_once_although_the_server_never_answers() {
    let (mut office, code) = office();
    let machine = Machine::new();
    let window = at_work(&machine, &office, &code);
    office.stop();
    teach(&window, 1);
    window.kill9();
    // At the server's address somebody takes every connection and says nothing.
    let silent = wait::until("the server's port is free", || {
        TcpListener::bind(office.last_address()).ok()
    });
    silent.set_nonblocking(true).expect("a socket");

    let window = machine.open();
    let _held = wait::until("the tablet asks the server", || silent.accept().ok());
    assert_eq!(session(&window)["sync"]["state"], "sending");
    window.unlock();
    let name = people::name(2);
    window.find_trader(name.get(..4).unwrap_or(&name), &name);
    window.teach(2);
    window.see("Tersimpan di tablet");
}

#[test]
fn a_second_start_says_that_the_tablet_is_open_and_opens_when_it_is_not() {
    let machine = Machine::new();
    let first = machine.open();
    let second = machine.open();
    second.see("sudah terbuka");
    second.see("E-HOME-BUSY");
    first.see("Sambungkan tablet ini");
    first.kill9();
    second.button("Coba lagi");
    second.see("Sambungkan tablet ini");
}

/// What a page may do is asked of the page itself: each line tries one thing and says what came of it.
#[test]
fn the_window_allows_its_own_pages_and_nothing_else() {
    let machine = Machine::new();
    let window = machine.open();
    let policy = window.run_later(
        "document.addEventListener('securitypolicyviolation', (told) => done(told.originalPolicy), { once: true }); \
         document.body.setAttribute('style', 'color: red')",
    );
    let policy = policy.text();
    for part in [
        "default-src 'none'",
        "frame-ancestors 'none'",
        "trusted-types svelte-trusted-html",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert!(!policy.contains("unsafe"), "{policy}");
    for (what, attempt) in [
        (
            "another server",
            "fetch('http://127.0.0.1:9/').then(ok, no)",
        ),
        (
            "a page as text",
            "document.createElement('div').innerHTML = '<b>x</b>'; ok()",
        ),
        ("code as text", "eval('1'); ok()"),
        (
            "a command of the window's frame",
            "window.__TAURI__.core.invoke('plugin:window|title', { label: 'main' }).then(ok, no)",
        ),
        (
            "an event of the tablet's",
            "window.__TAURI__.event.emit('grebeg', {}).then(ok, no)",
        ),
    ] {
        let script = format!(
            "const ok = () => done('allowed'), no = () => done('refused'); try {{ {attempt} }} catch {{ no() }}"
        );
        assert_eq!(window.run_later(&script), "refused", "{what}");
    }
    assert_eq!(session(&window)["enrolled"], false);
    // Another page does not take this one's place.
    window.run("location.href = 'http://127.0.0.1:9/'; return 0");
    window.run("window.open('http://127.0.0.1:9/'); return 0");
    window.see("Sambungkan tablet ini");
    assert_eq!(window.run("return location.protocol"), "tauri:");
}
