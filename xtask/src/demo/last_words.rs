//! What stands on the screen at the end: the addresses, the sign-in, and six things to try.

use std::process::{Command, Stdio};

use super::stage::Stage;
use crate::field::team::SIGN_INS;

/// Addresses, sign-in and things to try.
pub fn text(stage: &Stage) -> String {
    let mut text =
        String::from("\nOpen these (a tablet's address is good once, for one browser):\n");
    for (tablet, url) in stage.tablets().iter().zip(stage.pages()) {
        let place = if url.is_empty() {
            "its window is open"
        } else {
            url
        };
        text.push_str(&format!("  tablet {}  {place}\n", tablet.label));
        text.push_str(&format!(
            "            {}; PIN {}\n",
            tablet.names(),
            stage.pin()
        ));
    }
    text.push_str(&format!("  office    {}\n", stage.office()));
    for one in &SIGN_INS {
        text.push_str(&format!(
            "            login {}, password {} ({})\n",
            one.login, one.password, one.who
        ));
    }
    text.push_str("\nNow try:\n");
    for (number, line) in tries(stage).iter().enumerate() {
        text.push_str(&format!("  {}. {line}\n", number + 1));
    }
    let programs = stage.programs();
    text.push_str(&format!(
        "\nEverything is in {} (--keep goes on with it).\n",
        programs.shown_path(programs.folder())
    ));
    text
}

fn tries(stage: &Stage) -> [String; 6] {
    let first = stage.tablets().first();
    let name = first
        .and_then(|tablet| tablet.people.first())
        .map_or("", |(_, name)| name.as_str());
    let label = first.map_or("", |tablet| tablet.label.as_str());
    let address = stage.office().trim_start_matches("http://");
    let serve = stage
        .programs()
        .server(&["serve", "--listen", address])
        .shown();
    [
        format!("Tablet {label} as {name}: the first trader, Catat, Diajari, two steps, Simpan."),
        "Office, Ringkasan: the visit is counted a moment later, without a reload.".to_owned(),
        "Office, Tinjau hari: A approves, R returns with a reason; the tablet shows it under Kirim."
            .to_owned(),
        format!(
            "Stop the server (kill {}), go on recording, and start it again: {serve}",
            stage.server_pid()
        ),
        format!("Tablet {label}, Cari: part of a name, a stall, or four digits of a phone."),
        format!("Tablet {label}, profile: sun theme; Tutup hari with its receipt; another person."),
    ]
}

/// Opens the addresses where there is a display; nobody waits for the browser.
pub fn open(stage: &Stage) {
    if std::env::var_os("DISPLAY").is_none() {
        return;
    }
    let urls = stage.pages().into_iter().chain([stage.office()]);
    for url in urls.filter(|url| !url.is_empty()) {
        let opener = Command::new("xdg-open")
            .arg(url)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        if opener.is_err() {
            println!("(there is no xdg-open here: open the addresses by hand)");
            return;
        }
    }
}
