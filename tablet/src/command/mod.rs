//! The whole surface of a tablet: one enum of commands, one of replies. Every door (command line, bridge, window) hands a
//! [`Command`] to [`run`] and shows the [`Reply`].

mod day;
mod doctor;
mod dump;
mod outbox;
mod route;
mod status;
mod trader;
mod traders;

pub use day::{DayReply, today};
pub use doctor::DoctorReply;
pub use dump::{DigestReply, dump_lines};
pub use outbox::{OutboxEntry, ReturnedVisit};
pub use status::StatusReply;
pub use traders::{Order, TraderEntry, TradersQuery};

use crate::error::{PossibleDuplicate, Result};
use crate::save::trader::AddTrader;
use crate::save::visit::VisitAction;
use crate::save::{amend, consent, trader as save_trader, visit};
use crate::store::Store;
use crate::store::meta::Person;
use crate::sync::{self, SyncResult};
use grebeg_core::change::ChangeName;
use grebeg_core::id::{CampaignId, DeviceId};
use serde::{Deserialize, Serialize};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// How long an enrolment takes at most until its first sync has an answer.
const ENROL_WAIT: Duration = Duration::from_secs(14);

/// What a tablet can be asked to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
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
}

/// The name of a change as answers give it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ChangeReply {
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
pub struct WarningReply {
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
}

/// Does what is asked. Nothing of it is done when it fails.
pub fn run(store: &mut Store, command: Command) -> Result<Reply> {
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
