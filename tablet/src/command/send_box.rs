//! `send_box`: what is sent, what waits, what a person has to mend.

use super::look::{self, Look};
use super::parts::{Label, SyncState, Who};
use crate::error::Result;
use crate::store::own::{self, OwnState};
use crate::store::view::{self, Books};
use crate::store::{batch, meta};
use grebeg_core::change::Change;
use grebeg_core::value::Value;
use grebeg_core::wire::json::time;
use serde::Serialize;
use uuid::Uuid;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SendBox {
    /// Visits of this working day.
    pub books_today: Books,
    pub fix: Vec<ToFix>,
    /// Newest first.
    pub waiting: Vec<WaitingLine>,
    /// One line for each exchange of this working day that carried something, newest first.
    pub sent_today: Vec<SentBatch>,
    /// Bytes that would go over the line now, about.
    pub bytes_waiting: u64,
    pub last_sync_at: Option<String>,
    pub sync: SyncState,
}

/// Something that a person has to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum ToFix {
    /// The server keeps a change and does not count it.
    Held {
        n: u64,
        at: String,
        who: Who,
        what: Label,
        reason: String,
        reason_label: Label,
    },
    /// A lead sent a visit back.
    Returned {
        #[cfg_attr(test, ts(type = "Id"))]
        visit_id: Uuid,
        #[cfg_attr(test, ts(type = "Id"))]
        return_id: Uuid,
        who: Who,
        by: Option<String>,
        reason_label: Option<Label>,
        reason_text: Option<String>,
        at: Option<String>,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WaitingLine {
    pub n: u64,
    pub at: String,
    pub who: Who,
    pub what: Label,
    pub icon: WaitingIcon,
    pub steps: u32,
    /// Recorded by the person who looks.
    pub mine: bool,
    /// Who recorded it, where that is somebody else.
    pub by: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum WaitingIcon {
    Taught,
    Visit,
    Appointment,
    Away,
    Closed,
    Refused,
    Moved,
    NewTrader,
    Trader,
    Consent,
    Correction,
    Undone,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct SentBatch {
    pub at: String,
    pub count: u32,
    /// The day's code as it was after this exchange; null while something waited.
    pub receipt: Option<String>,
    pub same_as_server: bool,
}

/// What one change says, for a line of the send box.
struct Told {
    who: Who,
    what: Label,
    icon: WaitingIcon,
    steps: u32,
}

pub fn send_box(look: &mut Look<'_>, sync: SyncState) -> Result<SendBox> {
    let date = look::date_or_today(look, None)?;
    let conn = look.conn();
    let mut fix = Vec::new();
    let mut waiting = Vec::new();
    let mut bytes = 0;
    for own in own::open(conn)? {
        let at = time(own.change.stamp.ms());
        let told = told(look, &own.change)?;
        if own.state == OwnState::Waiting {
            bytes += own.size as u64;
            let author = own.change.author.0;
            let mine = look.is_me(author);
            waiting.push(WaitingLine {
                n: own.change.n,
                at,
                who: told.who,
                what: told.what,
                icon: told.icon,
                steps: told.steps,
                mine,
                by: if mine {
                    None
                } else {
                    look.person_name(author)?
                },
            });
        } else {
            let reason = own.reason.unwrap_or_default();
            fix.push(ToFix::Held {
                n: own.change.n,
                at,
                who: told.who,
                what: told.what,
                reason_label: look.code_label("held_reasons", &reason),
                reason,
            });
        }
    }
    waiting.reverse();
    for open in look::returns_to(look)? {
        let reason = open.record.text("reason");
        fix.push(ToFix::Returned {
            visit_id: open.visit,
            return_id: open.id,
            who: look.who(Some(open.trader))?,
            by: look.person_name(open.by)?,
            reason_label: reason.and_then(|code| look.known_reason(code)),
            reason_text: open.record.text("reason_text").map(str::to_owned),
            at: Some(time(open.at_ms)),
        });
    }
    let sent_today = batch::of_day(conn, &date)?
        .into_iter()
        .map(|batch| SentBatch {
            at: time(batch.at_ms),
            count: batch.count,
            receipt: batch.receipt,
            same_as_server: batch.same_as_server,
        })
        .collect();
    Ok(SendBox {
        books_today: view::books(conn, &look.definition, Some(&date))?,
        fix,
        waiting,
        sent_today,
        bytes_waiting: if bytes == 0 { 0 } else { bytes + REQUEST_BYTES },
        last_sync_at: meta::moment(conn, "last_sync")?.map(time),
        sync,
    })
}

/// Bytes of a request that carries nothing, about.
const REQUEST_BYTES: u64 = 500;

fn told(look: &Look<'_>, change: &Change) -> Result<Told> {
    let patches = &change.patches;
    let of_kind = |kind: &str| patches.iter().find(|patch| patch.kind == kind);
    let steps = patches.iter().filter(|patch| {
        patch.kind == "step" && patch.value("state").and_then(Value::as_text) == Some("selesai")
    });
    let steps = u32::try_from(steps.count()).unwrap_or(u32::MAX);
    let trader = look::traders_of(look.conn(), change)?.into_iter().next();
    let (what, icon) = if let Some(visit) = of_kind("visit") {
        let outcome = visit.value("outcome").and_then(Value::as_text);
        let is_new = visit.value("trader").is_some();
        match outcome {
            Some(code) if look.definition.is_void(code) => {
                (Label::new("diurungkan", "undone"), WaitingIcon::Undone)
            }
            Some(code) if is_new => (look.outcome_label(code), icon_of(look, code)),
            _ => (
                Label::new("perbaikan", "correction"),
                WaitingIcon::Correction,
            ),
        }
    } else if let Some(trader) = of_kind("trader") {
        if trader.value("market").is_some() && trader.value("stall").is_some() {
            (
                Label::new("pedagang baru", "new trader"),
                WaitingIcon::NewTrader,
            )
        } else {
            (
                Label::new("data pedagang", "trader's data"),
                WaitingIcon::Trader,
            )
        }
    } else if of_kind("consent").is_some() {
        (Label::new("persetujuan", "consent"), WaitingIcon::Consent)
    } else {
        (
            Label::new("perbaikan", "correction"),
            WaitingIcon::Correction,
        )
    };
    Ok(Told {
        who: look.who(trader)?,
        what,
        icon,
        steps,
    })
}

fn icon_of(look: &Look<'_>, code: &str) -> WaitingIcon {
    let Some(outcome) = look.definition.outcome(code) else {
        return WaitingIcon::Visit;
    };
    match (outcome.group.as_str(), outcome.stall_effect.as_str()) {
        _ if outcome.taught => WaitingIcon::Taught,
        ("menolak", _) => WaitingIcon::Refused,
        (_, "closed_now" | "closed_temporarily" | "vacant" | "storage" | "ceased") => {
            WaitingIcon::Closed
        }
        (_, "moved" | "new_trader" | "not_found") => WaitingIcon::Moved,
        ("tidak_bertemu", _) => WaitingIcon::Away,
        _ if outcome.asks.iter().any(|ask| ask == "janji") => WaitingIcon::Appointment,
        _ => WaitingIcon::Visit,
    }
}
