//! Enrolment: a one-time code becomes a device id and a token, and the first sync follows at once.

use super::{Shelf, http, problem, tls};
use crate::error::{Result, SyncFault, TabletError};
use crate::store::meta::{self, Enrolment, Person, Token};
use crate::store::own;
use crate::store::{Store, page, renumber};
use grebeg_core::id::{CampaignId, DeviceId, PersonId};
use grebeg_core::stamp::Contact;
use serde::Deserialize;

/// What a code became.
#[derive(Deserialize)]
pub struct Answer {
    pub device_id: DeviceId,
    pub token: String,
    pub campaign_id: CampaignId,
    pub people: Vec<AnswerPerson>,
}

#[derive(Deserialize)]
pub struct AnswerPerson {
    pub person_id: PersonId,
    pub name: String,
    #[serde(default)]
    pub role: String,
}

/// Enrols this folder. On one whose device the server no longer knows everything is kept: the new id succeeds the old
/// one and all own changes are numbered anew and sent again.
///
/// Errors: `already_enrolled`, `closed` (a spent or unknown code), and those of the line.
pub fn enrol(shelf: &mut impl Shelf, server: &str, code: &str) -> Result<Enrolment> {
    let contact = shelf.with(|store| {
        before(store)?;
        meta::contact(&store.conn)
    })?;
    let answer = ask(contact, server, code)?;
    shelf.with(|store| take(store, server, answer))
}

/// The enrolment that a new one follows. Errors: `already_enrolled`, `revoked`.
fn before(store: &Store) -> Result<Option<Enrolment>> {
    let before = meta::enrolment(&store.conn)?;
    let unknown_device = meta::flag(&store.conn, "unknown_device")?;
    if before.is_some() && !unknown_device {
        return Err(match meta::flag(&store.conn, "revoked")? {
            true => TabletError::Locked,
            false => TabletError::AlreadyEnrolled,
        });
    }
    Ok(before)
}

/// Makes this folder the tablet that the server's answer names. Errors: `already_enrolled`, `code_refused` for another campaign.
pub fn take(store: &mut Store, server: &str, answer: Answer) -> Result<Enrolment> {
    let before = before(store)?;
    // What was recorded in one campaign means nothing in another.
    if before
        .as_ref()
        .is_some_and(|b| b.campaign != answer.campaign_id)
    {
        return Err(TabletError::CodeRefused("other_campaign".into()));
    }
    let enrolment = Enrolment {
        server: server.trim().trim_end_matches('/').to_owned(),
        campaign: answer.campaign_id,
        device: answer.device_id,
        first_device: answer.device_id,
        succeeds: before.as_ref().map(|b| b.device),
        people: answer
            .people
            .into_iter()
            .map(|person| Person {
                person_id: person.person_id,
                name: person.name,
                role: person.role,
            })
            .collect(),
        name: device_name(),
    };
    store.work(|work, definition| {
        meta::set_enrolment(work.conn, &enrolment)?;
        meta::set_token(work.conn, &Token(answer.token))?;
        meta::set_flag(work.conn, "unknown_device", false)?;
        // After a repair there may be work whose enrolment was lost.
        let before = match &before {
            Some(before) => Some(before.device),
            None => own::latest_device(work.conn)?,
        };
        if let Some(before) = before {
            renumber::renumber(work, definition, before, enrolment.device, |_| true)?;
            page::refill(work, None)?;
        }
        Ok(())
    })?;
    store.copy_anew();
    store.home.keep_reserve();
    Ok(enrolment)
}

fn ask(contact: Option<Contact>, server: &str, code: &str) -> Result<Answer> {
    let body = serde_json::json!({
        "code": code.trim(),
        "device_name": device_name(),
        "app_version": env!("CARGO_PKG_VERSION"),
    });
    let client = tls::client(contact)?;
    let received = http::post(
        &client,
        http::Sending {
            url: http::endpoint(server, "/v1/enrol")?,
            content_type: "application/json",
            token: None,
            body: body.to_string().into_bytes(),
            by: None,
        },
    )?;
    if !received.status.is_success() {
        let problem = problem::code_of(&received.content_type, &received.body);
        return Err(match (received.status.as_u16(), &problem) {
            (400 | 422, Some(code)) => TabletError::CodeRefused(code.clone()),
            _ => problem::of_status(received.status, problem.as_deref()),
        });
    }
    serde_json::from_slice(&received.body)
        .map_err(|_| TabletError::sync(SyncFault::NotOurServer, "what answered is not our server"))
}

/// A name by which the office can tell tablets apart: what `TABLET_NAME` says, else the host's, if it has one.
fn device_name() -> String {
    let host = || std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let given = std::env::var("TABLET_NAME").unwrap_or_else(|_| host());
    let name: String = given.trim().chars().take(60).collect();
    if name.is_empty() {
        "tablet".into()
    } else {
        name
    }
}
