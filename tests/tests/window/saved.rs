//! The words "Tersimpan di tablet" in the window: after the store's answer, never without it, and true when the power goes.

use crate::{at_work, office};
use serde_json::{Value, json};
use std::time::Duration;
use whole_system_tests::{Machine, Window, people};

const SLOW: Duration = Duration::from_secs(2);

/// Notes on the page, from now on, when a visit was handed to the tablet, when the answer came, and when the words did.
const NOTE: &str = "
    window.noted = { asked: 0, answered: 0, said: 0 };
    const ask = window.fetch;
    window.fetch = async (...args) => {
        const visit = String(args[1]?.body).includes('\"command\":\"visit\"');
        if (visit) noted.asked = performance.now();
        const answer = await ask(...args);
        if (visit) noted.answered = performance.now();
        return answer;
    };
    const look = () => { noted.said ||= document.querySelector('.snack.saved') ? performance.now() : 0; };
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
    return 0";

/// Fills in a visit with two steps at the n-th trader; *Simpan* is what is left to touch.
fn fill_in(window: &Window, n: usize) {
    let name = people::name(n);
    window.find_trader(name.get(..4).unwrap_or(&name), &name);
    window.fill_in(2);
}

#[test]
fn the_words_wait_for_a_slow_store_and_the_power_taken_with_them_loses_nothing() {
    let (mut office, code) = office();
    let machine = Machine::new();
    let window = at_work(&machine, &office, &code);
    office.stop();
    fill_in(&window, 3);
    machine.faults(&json!({ "delay_ms": SLOW.as_millis() as u64 }));
    window.run(NOTE);
    window.button("Simpan");
    window.saved(&people::name(3));
    let noted = window.run("return noted");
    window.kill9();

    let at = |what: &str| noted[what].as_f64().unwrap_or_default();
    let waited = at("answered") - at("asked");
    assert!(
        at("answered") > 0.0 && at("said") >= at("answered"),
        "said before the answer, or the page hands visits over in another way: {noted}"
    );
    assert!(
        waited >= SLOW.as_millis() as f64 - 1.0,
        "answered before the store: {noted}"
    );
    let saved: Vec<Value> = machine.tablet().records("visit");
    assert_eq!(saved.len(), 1, "{saved:?}");
}

#[test]
fn a_store_that_fails_keeps_every_field_and_says_so() {
    let (mut office, code) = office();
    let machine = Machine::new();
    let window = at_work(&machine, &office, &code);
    office.stop();
    fill_in(&window, 4);
    machine.faults(&json!({ "fail": "disk_full" }));
    window.button("Simpan");
    window.see("Belum tersimpan. Memori tablet penuh. Isian masih di layar ini.");
    assert!(!window.says_saved());
    assert_eq!(window.ticked(), 2);

    machine.faults(&json!(null));
    window.button("Simpan");
    window.saved(&people::name(4));
    window.kill9();
    let saved: Vec<Value> = machine.tablet().records("visit");
    assert_eq!(saved.len(), 1, "{saved:?}");
}
