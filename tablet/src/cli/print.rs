//! What is printed: one JSON document, or a few lines for a person.

use crate::command::{DayReply, Reply, StatusReply, TraderEntry};
use crate::error::{Result, TabletError, file_failed};
use std::io::Write;

/// Prints a reply on standard output.
pub fn reply(reply: &Reply, as_json: bool, english: bool) -> Result<()> {
    let text = if as_json {
        serde_json::to_string(reply).unwrap_or_default()
    } else {
        words(reply, english)
    };
    let mut out = std::io::stdout().lock();
    printed(writeln!(out, "{text}").and_then(|()| out.flush()))
}

/// A reader that has seen enough closes the pipe: that is no failure of ours, any other is.
pub fn printed(written: std::io::Result<()>) -> Result<()> {
    match written {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(file_failed("the answer could not be written")(error))
        }
        _ => Ok(()),
    }
}

/// Says what failed on standard error, and with `--json` on standard output too.
pub fn error(error: &TabletError, as_json: bool) {
    eprintln!("{}", error.sentence_id());
    eprintln!("error: {error}");
    eprintln!("hint: {}", error.hint());
    if let (TabletError::PossibleDuplicate(list), false) = (error, as_json) {
        for one in list {
            eprintln!(
                "  {}  {}  {}  ({})",
                one.id,
                one.name,
                one.stall,
                one.why.join(", ")
            );
        }
    }
    if as_json {
        let mut out = std::io::stdout().lock();
        drop(writeln!(out, "{}", crate::command::failed(error)));
    }
}

fn words(reply: &Reply, english: bool) -> String {
    let say = |id: String, en: String| if english { en } else { id };
    match reply {
        Reply::Enrolled {
            device_id, people, ..
        } => {
            let names: Vec<&str> = people.iter().map(|p| p.name.as_str()).collect();
            let names = names.join(", ");
            say(
                format!("Tablet terdaftar untuk {names} ({device_id})."),
                format!("The tablet is enrolled for {names} ({device_id})."),
            )
        }
        Reply::Synced(result) => say(
            format!(
                "Terkirim {} perubahan, {} ditahan, masih menunggu {}. {}",
                result.accepted,
                result.held_back.len(),
                result.waiting,
                if result.same_as_server {
                    "Sama dengan server."
                } else {
                    "Belum sama dengan server."
                },
            ),
            format!(
                "{} changes sent, {} held back, {} still wait. {}",
                result.accepted,
                result.held_back.len(),
                result.waiting,
                if result.same_as_server {
                    "Same as the server."
                } else {
                    "Not yet the same as the server."
                },
            ),
        ),
        Reply::Status(status) => say(status_id(status), status_en(status)),
        Reply::Traders(list) => list.iter().map(trader_line).collect::<Vec<_>>().join("\n"),
        Reply::Added { id, .. } => say(
            format!("Tersimpan di tablet: pedagang {id}."),
            format!("Saved on the tablet: trader {id}."),
        ),
        Reply::Changed { .. } => say("Tersimpan di tablet.".into(), "Saved on the tablet.".into()),
        Reply::Visited {
            visit_id, warnings, ..
        } => {
            let mut text = say(
                format!("Tersimpan di tablet: kunjungan {visit_id}."),
                format!("Saved on the tablet: visit {visit_id}."),
            );
            for warning in warnings {
                text.push_str(&format!("\n  ! {} {}", warning.code, warning.about));
            }
            text
        }
        Reply::Consented { consent_id, .. } => say(
            format!("Tersimpan di tablet: persetujuan {consent_id}."),
            format!("Saved on the tablet: consent {consent_id}."),
        ),
        Reply::Day(day) => say(day_id(day), day_en(day)),
        Reply::Digest(digest) => digest.digest.clone(),
        Reply::Doctor(doctor) if doctor.ok => {
            say("Semua baik.".into(), "Everything is in order.".into())
        }
        Reply::Doctor(doctor) => doctor.findings.join("\n"),
        // The pages' own replies have no other words here.
        _ => serde_json::to_string_pretty(reply).unwrap_or_default(),
    }
}

fn status_id(status: &StatusReply) -> String {
    let visits = &status.visits;
    let mut text = format!(
        "Kunjungan tercatat {}: terhitung {}, menunggu {}, ditahan {}, disisihkan {}.\nPerubahan menunggu kirim: {}. Dikembalikan: {}.",
        visits.recorded,
        visits.counted,
        visits.waiting,
        visits.held_back,
        visits.set_aside,
        status.waiting,
        status.returned,
    );
    if status.locked {
        text.push_str("\nTablet ini dikunci oleh kantor.");
    }
    if status.clock.doubtful {
        text.push_str("\nJam tablet ini menyimpang; waktu yang dicatat dibetulkan.");
    }
    text
}

fn status_en(status: &StatusReply) -> String {
    let visits = &status.visits;
    let mut text = format!(
        "Visits recorded {}: counted {}, waiting {}, held back {}, set aside {}.\nChanges to be sent: {}. Returned: {}.",
        visits.recorded,
        visits.counted,
        visits.waiting,
        visits.held_back,
        visits.set_aside,
        status.waiting,
        status.returned,
    );
    if status.locked {
        text.push_str("\nThis tablet was locked by the office.");
    }
    if status.clock.doubtful {
        text.push_str("\nThis tablet's clock is off; recorded times are corrected.");
    }
    text
}

fn trader_line(trader: &TraderEntry) -> String {
    let text = |field: &Option<String>| field.clone().unwrap_or_else(|| "-".into());
    format!(
        "{}  {}  {}  {}  {}  {}",
        trader.id,
        trader.market,
        text(&trader.stall),
        text(&trader.name),
        text(&trader.stage),
        trader.why,
    )
}

fn day_id(day: &DayReply) -> String {
    let receipt = day.receipt.as_deref().unwrap_or("setelah semua terkirim");
    format!(
        "{}: tercatat {}, terhitung {}, menunggu {}, ditahan {}, disisihkan {}.\nKode tanda terima: {receipt}",
        day.date,
        day.books.recorded,
        day.books.counted,
        day.books.waiting,
        day.books.held_back,
        day.books.set_aside,
    )
}

fn day_en(day: &DayReply) -> String {
    let receipt = day.receipt.as_deref().unwrap_or("once everything is sent");
    format!(
        "{}: recorded {}, counted {}, waiting {}, held back {}, set aside {}.\nReceipt code: {receipt}",
        day.date,
        day.books.recorded,
        day.books.counted,
        day.books.waiting,
        day.books.held_back,
        day.books.set_aside,
    )
}
