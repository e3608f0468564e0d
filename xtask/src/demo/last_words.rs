//! What stands on the screen at the end: the addresses, the sign-in, and six things to try.

use std::process::{Command, Stdio};

use super::calls::Programs;
use super::running::Running;
use super::team::Tablet;
use super::world::{PIN, World};

/// Addresses, sign-in and things to try. `pages`: those of tablets A and B.
pub fn text(programs: &Programs, world: &World, pages: &[Running]) -> String {
    let mut text =
        String::from("\nOpen these (each tablet's address is good once, for one browser):\n");
    for (tablet, pages) in world.tablets.iter().zip(pages) {
        let place = match pages.url() {
            "" => "its window is open",
            url => url,
        };
        text.push_str(&format!("  tablet {}  {place}\n", tablet.letter));
        text.push_str(&format!("            {}; PIN {PIN}\n", tablet.names()));
    }
    let sign_in = &world.sign_in;
    text.push_str(&format!("  office    {}\n", world.server.url()));
    text.push_str(&format!(
        "            {} (lead): login {}, password {}\n",
        sign_in.name, sign_in.login, sign_in.password
    ));
    text.push_str("\nNow try:\n");
    for (number, line) in tries(programs, world).iter().enumerate() {
        text.push_str(&format!("  {}. {line}\n", number + 1));
    }
    text.push_str(&format!(
        "\nEverything is in {} (--keep goes on with it).\n",
        programs.shown_path(programs.folder())
    ));
    text
}

fn tries(programs: &Programs, world: &World) -> [String; 6] {
    let name = |index: usize| {
        let tablet = world.tablets.first();
        let person = tablet.and_then(|tablet: &Tablet| tablet.people.get(index));
        person.map_or_else(String::new, |(_, name)| name.clone())
    };
    let address = world.server.url().trim_start_matches("http://");
    let serve = programs.office(&["serve", "--listen", address]).shown();
    [
        format!("Tablet A as {}: take the first trader, Catat, Diajari, two steps, Simpan.", name(0)),
        "Office, Ringkasan: the visit is counted there a moment later, without a reload.".to_owned(),
        "Office, Tinjau hari: A approves, R returns with a reason; the tablet shows it under Kirim.".to_owned(),
        format!("Stop the server (kill {}) and go on recording; then start it again: {serve}", world.server.pid()),
        "Tablet A, Cari: type part of a name, a stall or four digits of a phone.".to_owned(),
        "Tablet A, profile: sun theme, Tutup hari with the receipt, another person's PIN.".to_owned(),
    ]
}

/// Opens the addresses where there is a display; nobody waits for the browser.
pub fn open(world: &World, pages: &[Running]) {
    if std::env::var_os("DISPLAY").is_none() {
        return;
    }
    let urls = pages.iter().map(Running::url).chain([world.server.url()]);
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
