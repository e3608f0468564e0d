//! What the window's page may do: it is asked of the page itself, line by line.

use crate::session;
use serde_json::Value;
use whole_system_tests::{Machine, Manner, Stranger, Window, wait};

/// Each would bring something of another server into the page, or something of the page to another server. `U`: its address.
const ABROAD: &[&str] = &[
    "fetch(U).catch(() => 0)",
    "fetch(U, { method: 'POST', mode: 'no-cors', body: 'x' }).catch(() => 0)",
    "const x = new XMLHttpRequest(); x.open('GET', U); x.send()",
    "new EventSource(U)",
    "new WebSocket(U.replace('http', 'ws'))",
    "if (!navigator.sendBeacon(U, 'x')) throw 0",
    "new Image().src = U",
    "put('script', 'src')",
    "put('object', 'data')",
    "put('video', 'src')",
    "const l = put('link', 'href'); l.rel = 'stylesheet'",
    "new FontFace('x', `url(${U})`).load().catch(() => 0)",
    "const s = new CSSStyleSheet(); s.replaceSync(`body { background-image: url(${U}) }`); document.adoptedStyleSheets.push(s)",
    "const f = put('form', 'action'); f.method = 'post'; f.submit()",
    "import(U).catch(() => { throw 0 })",
    "put('iframe', 'src')",
];

/// Each would turn text into code, markup or looks. The policy refuses at once, or says so in a task of its own.
const FROM_TEXT: &[&str] = &[
    "eval('1')",
    "new Function('1')",
    "setTimeout('1')",
    "document.createElement('div').innerHTML = '<b>x</b>'",
    "const s = document.createElement('script'); s.textContent = '1'; document.body.append(s)",
    "document.createElement('iframe').srcdoc = '<b>x</b>'",
    "document.body.setAttribute('style', 'color: red')",
    "const b = document.createElement('b'); b.setAttribute('onclick', '1'); b.click()",
    "document.head.append(Object.assign(document.createElement('style'), { textContent: '*{color:red}' }))",
    "trustedTypes.createPolicy('mine', { createHTML: (text) => text })",
];

/// Each would show another page, here or in a window of its own. What is called `touched` is touched by a finger, which
/// opens more doors than a script.
const ELSEWHERE: &[&str] = &[
    "location.href = U",
    "location.replace(U)",
    "window.open(U)",
    "window.open(U, '_top')",
    "put('a', 'href').click()",
    "const l = put('a', 'href'); l.textContent = l.id = 'touched'; document.body.prepend(l)",
    "const l = put('a', 'href'); l.textContent = l.id = 'touched'; l.target = '_blank'; document.body.prepend(l)",
    "const b = document.createElement('button'); b.textContent = b.id = 'touched'; b.onclick = () => window.open(U); document.body.prepend(b)",
];

/// What the pages are allowed: the one command, and to hear.
const ALLOWED: &[&str] = &["plugin:event|listen", "plugin:event|unlisten"];

/// All commands that the window's frame knows, as the build wrote them down.
const KNOWN: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../src-tauri/gen/schemas/acl-manifests.json"
);

/// Counts from now on how often the page's policy says no.
fn count_refusals(window: &Window) {
    window.run(
        "window.refused = 0; addEventListener('securitypolicyviolation', () => { refused += 1; }); return 0",
    );
}

/// The body of a function that tries one thing. `U` is the stranger's address, and `put` adds an element that names it.
fn attempt(line: &str, stranger: &Stranger) -> String {
    format!(
        "const U = 'http://{}/'; const put = (tag, name) => {{ \
           const made = document.createElement(tag); made[name] = U; document.body.append(made); return made; }}; \
         window.refused = 0; try {{ {line} }} catch {{ refused += 1; }}",
        stranger.address()
    )
}

#[test]
fn the_page_brings_nothing_in_and_nothing_out() {
    let machine = Machine::new();
    let window = machine.open();
    let stranger = Stranger::new(Manner::Welcoming);
    count_refusals(&window);
    for line in ABROAD {
        window.run(&attempt(line, &stranger));
        // Either the policy says no, or the stranger is asked.
        let is_refused = wait::until(line, || {
            let is_refused = window.run("return refused > 0") == true;
            (is_refused || stranger.asked() > 0).then_some(is_refused)
        });
        assert!(is_refused, "the stranger was asked by: {line}");
    }
    assert_eq!(stranger.asked(), 0, "somebody was asked all the same");
}

#[test]
fn the_page_turns_no_text_into_code_markup_or_looks() {
    let machine = Machine::new();
    let window = machine.open();
    let stranger = Stranger::new(Manner::Welcoming);
    count_refusals(&window);
    let allowed: Vec<_> = FROM_TEXT
        .iter()
        .filter(|line| {
            // The policy tells in a task of its own, which was queued before these.
            let attempt = attempt(line, &stranger);
            let script = format!("{attempt} setTimeout(() => setTimeout(() => done(refused)))");
            window.run_later(&script) == 0
        })
        .collect();
    assert!(allowed.is_empty(), "{allowed:#?}");
}

#[test]
fn the_page_may_give_one_command_and_hear() {
    let machine = Machine::new();
    let window = machine.open();
    let known = std::fs::read_to_string(KNOWN).expect("the window was built in this checkout");
    let known: Value = serde_json::from_str(&known).expect("JSON");
    let commands = commands(&known);
    assert!(commands.len() > 50, "{commands:?}");
    let allowed: Vec<_> = commands
        .iter()
        .filter(|command| {
            let asked = format!("window.__TAURI__.core.invoke('{command}', {{}}).then(() => done(''), (no) => done(String(no)))");
            !window.run_later(&asked).as_str().unwrap_or_default().contains("not allowed")
        })
        .collect();
    assert_eq!(allowed, ALLOWED);
    assert_eq!(session(&window)["enrolled"], false);
}

/// The names of all commands of Tauri's own, as a page calls them, sorted.
fn commands(known: &Value) -> Vec<String> {
    let mut commands = Vec::new();
    for (plugin, manifest) in known.as_object().into_iter().flatten() {
        let Some(plugin) = plugin.strip_prefix("core:") else {
            continue;
        };
        let permissions = manifest["permissions"].as_object();
        for (_, permission) in permissions.into_iter().flatten() {
            let names = permission["commands"]["allow"].as_array();
            let names = names.into_iter().flatten().filter_map(Value::as_str);
            commands.extend(names.map(|name| format!("plugin:{plugin}|{name}")));
        }
    }
    commands.sort();
    commands.dedup();
    commands
}

#[test]
fn no_other_page_takes_the_place_of_the_window_s_own() {
    let machine = Machine::new();
    let window = machine.open();
    let stranger = Stranger::new(Manner::Welcoming);
    for line in ELSEWHERE {
        window.run(&attempt(line, &stranger));
        if window.run("return document.getElementById('touched') !== null") == true {
            window.tap("//*[@id='touched']");
            window.run("document.getElementById('touched').remove(); return 0");
        }
        // Whether the page may go is decided in the window's own thread, which also takes these questions, in their order.
        for _ in 0..10 {
            assert_eq!(session(&window)["enrolled"], false, "{line}");
        }
        assert_eq!(stranger.asked(), 0, "{line}");
    }
    assert_eq!(window.run("return location.protocol"), "tauri:");
}
