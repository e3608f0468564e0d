//! The whole surface of a tablet: one enum of commands, one of replies. Every door (command line, bridge, window) hands a
//! [`Command`] to [`run`] and shows the [`Reply`].

mod day;
mod day_page;
mod doctor;
mod drafts;
mod dump;
mod failed;
mod look;
mod new_trader;
mod outbox;
mod parts;
mod qr;
mod returned_page;
mod route;
mod search;
mod send_box;
mod session;
mod settings;
mod status;
#[cfg(test)]
mod tests;
mod today;
mod trader;
mod trader_page;
mod traders;
#[cfg(test)]
mod typescript;
mod visit_sheet;

pub use day::{DayReply, today};
pub use day_page::DayPage;
pub use doctor::DoctorReply;
pub use dump::{DigestReply, dump_lines};
pub use failed::document as failed;
pub use look::markets_of;
pub use new_trader::{DuplicatesReply, NewTraderForm, Typed};
pub use outbox::{OutboxEntry, ReturnedVisit};
pub use parts::{Done, Label, SyncPhase, SyncState};
pub use returned_page::ReturnedPage;
pub use search::{SearchQuery, SearchReply};
pub use send_box::SendBox;
pub use session::{CampaignName, Mended, Pin, SessionReply, TabletPerson};
pub use settings::{Settings, SettingsChange, settings};
pub use status::{ClockReply, StatusReply, clock};
pub use today::{DayList, RowsQuery, RowsReply, TodayQuery, TodayReply, first_fill};
pub use trader_page::TraderPage;
pub use traders::{Order, TraderEntry, TradersQuery};
pub use visit_sheet::{CheckReply, VisitSheet};

use crate::error::{PossibleDuplicate, Result, TabletError};
use crate::save::trader::AddTrader;
use crate::save::visit::VisitAction;
use crate::save::{amend, consent, trader as save_trader, visit};
use crate::store::Store;
use crate::store::meta::Person;
use crate::sync::{self, SyncResult};
use grebeg_core::change::ChangeName;
use grebeg_core::id::{CampaignId, DeviceId, PersonId};
use look::Look;
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long an enrolment takes at most until its first sync has an answer.
const ENROL_WAIT: Duration = Duration::from_secs(14);

/// What a tablet can be asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
pub enum Command {
    Enrol {
        server: String,
        code: String,
    },
    Sync,
    Status,
    Traders(TradersQuery),
    Trader {
        id: String,
    },
    AddTrader(AddTrader),
    SetTrader {
        id: String,
        fields: Vec<(String, String)>,
        #[serde(rename = "as")]
        as_person: Option<String>,
    },
    Visit(VisitAction),
    Consent {
        trader: String,
        purpose: String,
        answer: bool,
        method: Option<String>,
        #[serde(rename = "as")]
        as_person: Option<String>,
    },
    Amend {
        visit: String,
        fields: Vec<(String, String)>,
        answers: Option<String>,
        #[serde(rename = "as")]
        as_person: Option<String>,
    },
    Undo {
        visit: String,
        #[serde(rename = "as")]
        as_person: Option<String>,
    },
    Returned,
    Outbox,
    CloseDay {
        date: Option<String>,
    },
    Digest,
    Doctor {
        repair: bool,
    },

    // What the pages ask besides. The first five are answered by `crate::desk`, which knows who is at the tablet.
    Session,
    SetPin {
        #[cfg_attr(test, ts(type = "Id"))]
        person: Uuid,
        #[cfg_attr(test, ts(type = "string"))]
        pin: Pin,
    },
    Unlock {
        #[cfg_attr(test, ts(type = "Id"))]
        person: Uuid,
        #[cfg_attr(test, ts(type = "string"))]
        pin: Pin,
    },
    /// A lead lets a person make a new PIN.
    ClearPin {
        #[cfg_attr(test, ts(type = "Id"))]
        person: Uuid,
    },
    Lock,
    SetSettings(SettingsChange),
    Today(TodayQuery),
    TodayRows(RowsQuery),
    Search(SearchQuery),
    TraderPage {
        id: String,
    },
    VisitSheet {
        trader: String,
        /// The visit that is to be corrected.
        visit: Option<String>,
    },
    /// The checks of a visit before it is saved; nothing is saved.
    CheckVisit {
        action: VisitAction,
    },
    /// Keeps a half-filled sheet for its person; null lets it go.
    SaveDraft {
        trader: String,
        #[cfg_attr(test, ts(type = "unknown"))]
        draft: serde_json::Value,
    },
    NewTraderForm {
        market: Option<String>,
        stall: Option<String>,
    },
    CheckDuplicates(Typed),
    SendBox,
    DayPage {
        date: Option<String>,
    },
    ReopenDay {
        date: Option<String>,
    },
    ReturnedPage {
        return_id: String,
    },
}

/// The name of a change as answers give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ChangeReply {
    #[cfg_attr(test, ts(type = "Id"))]
    pub device_id: DeviceId,
    pub n: u64,
}

impl From<ChangeName> for ChangeReply {
    fn from(name: ChangeName) -> Self {
        Self {
            device_id: name.device,
            n: name.n,
        }
    }
}

/// What is odd about a visit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct WarningReply {
    #[cfg_attr(test, ts(type = "string"))]
    pub code: &'static str,
    pub about: String,
}

/// What was done, in the form of `--json`.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Reply {
    Enrolled {
        device_id: DeviceId,
        campaign: CampaignId,
        people: Vec<Person>,
        /// Code of what stopped the first sync; the enrolment holds all the same.
        #[serde(skip_serializing_if = "Option::is_none")]
        first_sync_failed: Option<&'static str>,
    },
    Synced(SyncResult),
    Status(StatusReply),
    Traders(Vec<TraderEntry>),
    Trader(serde_json::Value),
    Added {
        id: Uuid,
        change: ChangeReply,
        possible_duplicates: Vec<PossibleDuplicate>,
    },
    Changed {
        change: ChangeReply,
    },
    Visited {
        visit_id: Uuid,
        change: ChangeReply,
        warnings: Vec<WarningReply>,
    },
    Consented {
        consent_id: Uuid,
        change: ChangeReply,
    },
    Returned(Vec<ReturnedVisit>),
    Outbox(Vec<OutboxEntry>),
    Day(DayReply),
    Digest(DigestReply),
    Doctor(DoctorReply),
    Session(Box<SessionReply>),
    Done(Done),
    /// A sync goes on in the background; events tell of it.
    Started {
        started: bool,
    },
    Today(Box<TodayReply>),
    Rows(RowsReply),
    Search(SearchReply),
    TraderPage(Box<TraderPage>),
    VisitSheet(Box<VisitSheet>),
    Checked(CheckReply),
    NewTraderForm(NewTraderForm),
    Duplicates(DuplicatesReply),
    SendBox(SendBox),
    DayPage(Box<DayPage>),
    ReturnedPage(Box<ReturnedPage>),
}

/// Who asks: at the pages the person who is unlocked, with what the process knows about sending.
#[derive(Debug, Clone, Default)]
pub struct Viewer {
    pub person: Option<PersonId>,
    pub sync: SyncState,
}

/// Does what is asked on the command line. Nothing of it is done when it fails.
pub fn run(store: &mut Store, command: Command) -> Result<Reply> {
    run_for(store, command, &Viewer::default())
}

/// The same for a person at the pages. What only the process can answer (who is unlocked) is not here: see [`crate::desk`].
pub fn run_for(store: &mut Store, command: Command, viewer: &Viewer) -> Result<Reply> {
    let changed = |name: ChangeName| Reply::Changed {
        change: name.into(),
    };
    Ok(match command {
        Command::Enrol { server, code } => enrol(store, &server, &code)?,
        Command::Sync => Reply::Synced(sync::run(store)?),
        Command::Status => Reply::Status(status::status(store)?),
        Command::Traders(query) => Reply::Traders(traders::traders(store, &query)?),
        Command::Trader { id } => Reply::Trader(trader::trader(store, &id)?),
        Command::AddTrader(action) => {
            let added = save_trader::add(store, &action)?;
            Reply::Added {
                id: added.id,
                change: added.name.into(),
                possible_duplicates: added.possible_duplicates,
            }
        }
        Command::SetTrader {
            id,
            fields,
            as_person,
        } => changed(save_trader::set(store, &id, &fields, as_person.as_deref())?),
        Command::Visit(action) => {
            let saved = visit::record(store, &action)?;
            Reply::Visited {
                visit_id: saved.visit,
                change: saved.name.into(),
                warnings: saved
                    .warnings
                    .into_iter()
                    .map(|oddity| WarningReply {
                        code: oddity.code,
                        about: oddity.about,
                    })
                    .collect(),
            }
        }
        Command::Consent {
            trader,
            purpose,
            answer,
            method,
            as_person,
        } => {
            let (consent_id, name) = consent::record(
                store,
                &trader,
                &purpose,
                answer,
                method.as_deref(),
                as_person.as_deref(),
            )?;
            Reply::Consented {
                consent_id,
                change: name.into(),
            }
        }
        Command::Amend {
            visit,
            fields,
            answers,
            as_person,
        } => changed(amend::amend(
            store,
            &visit,
            &fields,
            answers.as_deref(),
            as_person.as_deref(),
        )?),
        Command::Undo { visit, as_person } => {
            changed(amend::undo(store, &visit, as_person.as_deref())?)
        }
        Command::Returned => Reply::Returned(outbox::returned(store)?),
        Command::Outbox => Reply::Outbox(outbox::outbox(store)?),
        Command::CloseDay { date } => Reply::Day(day::close(store, date.as_deref())?),
        Command::Digest => Reply::Digest(dump::digest(store)?),
        Command::Doctor { repair } => Reply::Doctor(doctor::doctor(store, repair)?),
        Command::SetSettings(change) => Reply::Done(settings::set(store, change)?),
        Command::Session
        | Command::SetPin { .. }
        | Command::Unlock { .. }
        | Command::ClearPin { .. }
        | Command::Lock => return Err(TabletError::UnlockNeeded),
        screen => return show(&mut Look::new(store, viewer.person)?, screen, viewer),
    })
}

/// A screen, for the person who looks.
fn show(look: &mut Look<'_>, command: Command, viewer: &Viewer) -> Result<Reply> {
    Ok(match command {
        Command::Today(query) => Reply::Today(Box::new(today::today(look, &query)?)),
        Command::TodayRows(query) => Reply::Rows(today::rows(look, &query)?),
        Command::Search(query) => Reply::Search(search::search(look, &query)?),
        Command::TraderPage { id } => {
            Reply::TraderPage(Box::new(trader_page::trader_page(look, &id)?))
        }
        Command::VisitSheet { trader, visit } => Reply::VisitSheet(Box::new(
            visit_sheet::visit_sheet(look, &trader, visit.as_deref())?,
        )),
        Command::CheckVisit { action } => Reply::Checked(visit_sheet::check_visit(look, &action)?),
        Command::SaveDraft { trader, draft } => Reply::Done(drafts::save(look, &trader, &draft)?),
        Command::NewTraderForm { market, stall } => {
            Reply::NewTraderForm(new_trader::form(look, market.as_deref(), stall.as_deref())?)
        }
        Command::CheckDuplicates(typed) => {
            Reply::Duplicates(new_trader::check_duplicates(look, &typed)?)
        }
        Command::SendBox => Reply::SendBox(send_box::send_box(look, viewer.sync.clone())?),
        Command::DayPage { date } => {
            Reply::DayPage(Box::new(day_page::day_page(look, date.as_deref())?))
        }
        Command::ReopenDay { date } => Reply::Done(day_page::reopen(look, date.as_deref())?),
        Command::ReturnedPage { return_id } => {
            Reply::ReturnedPage(Box::new(returned_page::returned_page(look, &return_id)?))
        }
        // Everything else was answered before.
        _ => return Err(TabletError::UnlockNeeded),
    })
}

/// Enrols and syncs at once; an enrolment holds although its first sync fails.
fn enrol(store: &mut Store, server: &str, code: &str) -> Result<Reply> {
    let by = Instant::now() + ENROL_WAIT;
    let enrolment = sync::enrol::enrol(store, server, code)?;
    let first_sync = sync::run_by(store, Some(by));
    Ok(Reply::Enrolled {
        device_id: enrolment.device,
        campaign: enrolment.campaign,
        people: enrolment.people,
        first_sync_failed: first_sync.err().map(|error| error.code()),
    })
}
