//! The main job by the tablet's real window: with and without a server, a power cut, a second start, and a server that hangs.

mod closing;
mod door;
mod saved;

use serde_json::{Value, json};
use std::net::TcpListener;
use whole_system_tests::{
    Browser, Machine, Manner, Office, Register, Stranger, ValueExt, Window, assert_in_step, people,
    wait,
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
    window.saved(&format!("{name}, "));
    window.saved("· 2 langkah");
    // From the trader's page back to the list.
    window.button("Kembali");
}

/// What the tablet answers to a command (`{ command: 'session' }`) that the page itself gives.
fn ask(window: &Window, command: &str) -> Value {
    window.run_later(&format!(
        "window.__TAURI__.core.invoke('invoke', {{ command: {command} }}).then(done)"
    ))
}

/// Who is at the tablet and how sending stands.
fn session(window: &Window) -> Value {
    ask(window, "{ command: 'session' }")
}

/// Somebody at the address of the office's server, which was stopped; his answers do not end.
fn stranger_at(office: &Office) -> Stranger {
    let listener = wait::until("the server's port is free", || {
        TcpListener::bind(office.last_address()).ok()
    });
    Stranger::at(listener, Manner::Endless)
}

/// Makes the tablet begin an exchange with a stranger; gives how often he was asked by then.
fn begin_to_send(window: &Window, stranger: &Stranger) -> usize {
    let before = stranger.asked();
    ask(window, "{ command: 'sync' }");
    wait::until("the tablet sends", || {
        (stranger.asked() > before).then_some(())
    });
    assert_eq!(session(window)["sync"]["state"], "sending");
    stranger.asked()
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
    window.saved("perbaikan tersimpan");
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
fn a_window_opens_and_saves_although_the_server_s_answer_never_ends() {
    let (mut office, code) = office();
    let machine = Machine::new();
    let window = at_work(&machine, &office, &code);
    office.stop();
    teach(&window, 1);
    window.kill9();
    let stranger = stranger_at(&office);

    let window = opened_while_it_sends(&machine, &stranger);
    window.unlock();
    let name = people::name(2);
    window.find_trader(name.get(..4).unwrap_or(&name), &name);
    window.fill_in(2);
    let sending = begin_to_send(&window, &stranger);
    window.button("Simpan");
    window.saved(&name);
    assert_eq!(session(&window)["sync"]["state"], "sending");
    assert_eq!(stranger.asked(), sending, "it is still the same exchange");
}

/// Opens the app until its page was ready while its first exchange went on: the tablet gives that up after eleven seconds
/// (`tablet/src/sync/http.rs`), and a busy machine may take longer to open a window.
fn opened_while_it_sends(machine: &Machine, stranger: &Stranger) -> Window {
    for _ in 0..4 {
        let before = stranger.asked();
        let window = machine.open();
        wait::until("the tablet asks the server", || {
            (stranger.asked() > before).then_some(())
        });
        let is_sending = session(&window)["sync"]["state"] == "sending";
        if is_sending && stranger.asked() == before + 1 {
            return window;
        }
        window.kill9();
    }
    panic!("the window opens only after the network has answered or failed");
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
