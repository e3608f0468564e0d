//! The last lines of the demonstration: what to try now, as commands that can be pasted.

use super::calls::Programs;
use super::office::CAMPAIGN;
use super::server::Server;
use super::team::Tablet;

/// Six things to try, each with its exact command.
pub fn text(programs: &Programs, tablets: &[Tablet], server: &Server) -> String {
    let (Some(first), Some(second)) = (tablets.first(), tablets.get(1)) else {
        return String::new();
    };
    let workbook = programs.shown_path(&programs.folder().join("campaign.xlsx"));
    let tries = [
        (
            "see whom to visit next, offline",
            programs.tablet(&first.home, &["traders", "--limit", "10"]),
        ),
        (
            "search as one types in the market",
            programs.tablet(&first.home, &["traders", "--search", "siti blok c"]),
        ),
        (
            "let the other tablet send, then look at the totals",
            programs.tablet(&second.home, &["sync"]),
        ),
        (
            "what the office counts, and who has not sent",
            programs.office(&["totals", "--campaign", CAMPAIGN]),
        ),
        (
            "hand the numbers on",
            programs.office(&[
                "export",
                "--campaign",
                CAMPAIGN,
                "--what",
                "workbook",
                "--format",
                "xlsx",
                "--out",
                &workbook,
            ]),
        ),
        (
            "prove that a tablet and the office hold the same",
            programs.office(&["digest", "--campaign", CAMPAIGN, "--device", &first.device]),
        ),
    ];
    let address = server.url().trim_start_matches("http://");
    let mut text = format!(
        "The server listens on {}; once it has ended, it starts again with\n  {}\n\
         Now try, in this folder and in another terminal:\n",
        server.url(),
        programs.office(&["serve", "--listen", address]).shown(),
    );
    for (number, (what, call)) in tries.iter().enumerate() {
        text.push_str(&format!("{}. {what}: {}\n", number + 1, call.shown()));
    }
    text
}
