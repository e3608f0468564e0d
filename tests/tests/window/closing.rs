//! The window is closed by its cross: everything ends, nothing waits for the network, and nothing is lost.

use crate::{ask, at_work, begin_to_send, office, send, stranger_at, teach};
use serde_json::json;
use std::time::{Duration, Instant};
use whole_system_tests::{Machine, Window, assert_in_step, people, wait};

/// Less than the tablet waits for an answer that does not end (`tablet/src/sync/http.rs`).
const AT_ONCE: Duration = Duration::from_secs(7);

/// Waits until the tablet keeps the sheet that is open as a draft with so many steps.
fn kept_as_draft(window: &Window, steps: usize) {
    let trader = window.run("return decodeURIComponent(location.hash).match(/[0-9a-f-]{36}/)[0]");
    let sheet = format!("{{ command: 'visit_sheet', trader: {trader}, visit: null }}");
    wait::until("the draft is kept", || {
        let ticked = ask(window, &sheet)["draft"]["steps"].as_array()?.len();
        (ticked == steps).then_some(())
    });
}

#[test]
fn closing_while_it_sends_ends_every_process_and_the_half_filled_sheet_comes_back() {
    let (mut office, code) = office();
    let machine = Machine::new();
    let window = at_work(&machine, &office, &code);
    office.stop();
    teach(&window, 5);
    window.tab("Hari ini");
    let stranger = stranger_at(&office);
    let name = people::name(6);
    window.find_trader(name.get(..4).unwrap_or(&name), &name);
    window.fill_in(1);
    kept_as_draft(&window, 1);
    begin_to_send(&window, &stranger);
    let closed = Instant::now();
    assert_eq!(window.close(), Some(0));
    let took = closed.elapsed();
    assert!(took < AT_ONCE, "closing waited for the network: {took:?}");

    drop(stranger);
    office.serve();
    let window = machine.open();
    window.unlock();
    window.tab("Hari ini");
    window.button(&format!("Lanjutkan isian {name}?"));
    window.until(
        "the step that was ticked",
        "//button[@role='checkbox' and @aria-checked='true']",
    );
    assert_eq!(window.ticked(), 1);
    window.button("Simpan");
    window.saved(&name);
    send(&window);
    assert_eq!(window.close(), Some(0));
    assert_eq!(office.totals()["counted"], 2);
    let tablet = machine.tablet();
    tablet.settle();
    assert_in_step(&tablet, &office);
}

/// Closed between the touch and the words: what was filled in is a visit or a draft afterwards, and never both or neither.
#[test]
fn closing_while_a_visit_is_being_saved_loses_neither_visit_nor_sheet() {
    let (mut office, code) = office();
    let machine = Machine::new();
    let window = at_work(&machine, &office, &code);
    office.stop();
    let name = people::name(8);
    window.find_trader(name.get(..4).unwrap_or(&name), &name);
    window.fill_in(2);
    kept_as_draft(&window, 2);
    machine.faults(&json!({ "delay_ms": 3_000 }));
    window.button("Simpan");
    window.see("Menyimpan…");
    assert_eq!(window.close(), Some(0));

    machine.faults(&json!(null));
    let visits = machine.tablet().records("visit").len();
    let window = machine.open();
    window.unlock();
    window.tab("Hari ini");
    window.until("the list", "//button[@data-open]");
    let resumes = window.text().contains(&format!("Lanjutkan isian {name}?"));
    assert_eq!((visits, resumes), (0, true), "{}", window.text());
}
