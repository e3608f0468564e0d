//! Tablets, codes, reports, log-ins and the log over SQLite.

use super::convert::{
    Done, bits, damaged, key, number, parts_from_text, parts_to_text, people_from_text,
    people_to_text, place, uuid, uuid_option,
};
use super::sync::read_sibling;
use super::{SqliteStore, sql};
use crate::store::Registry;
use crate::store::rows::{
    AuditLine, EnrolmentRow, Event, HeldMarket, NewCode, RegisterValue, ReportRow, VisitRow,
};
use grebeg_core::change::ChangeName;
use grebeg_core::id::{CampaignId, DeviceId, PersonId};
use grebeg_core::register::RecordKey;
use grebeg_core::stamp::{Clocks, Contact};
use grebeg_core::sync::messages::{HeldReason, State};
use grebeg_core::sync::store::{Filed, Sibling, Stored};
use rusqlite::{OptionalExtension, Row, named_params};
use uuid::Uuid;

impl Registry for SqliteStore<'_> {
    fn campaign(&self) -> CampaignId {
        self.campaign
    }

    fn past_epoch_add(&mut self, epoch: Uuid, branch_seq: u64) -> Done<()> {
        self.connection.prepare_cached(sql!("campaign/add_past_epoch"))?.execute(named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":epoch": epoch.as_bytes(), ":branch_seq": place(branch_seq),
        })?;
        Ok(())
    }

    fn all_records(&mut self) -> Done<Vec<(RecordKey, Stored)>> {
        self.list_records(
            sql!("record/all"),
            named_params! { ":campaign": self.campaign.0.as_bytes() },
        )
    }

    fn merged_traders(&mut self) -> Done<Vec<(RecordKey, Stored)>> {
        self.list_records(
            sql!("record/linked"),
            named_params! { ":campaign": self.campaign.0.as_bytes() },
        )
    }

    fn changes_in_order(&mut self, after_seq: u64) -> Done<Vec<Filed>> {
        let params =
            named_params! { ":campaign": self.campaign.0.as_bytes(), ":seq": place(after_seq) };
        self.list_filed(sql!("change/in_order"), params)
    }

    fn changes_in_state(&mut self, state: State) -> Done<Vec<Filed>> {
        let params =
            named_params! { ":campaign": self.campaign.0.as_bytes(), ":state": state.code() };
        self.list_filed(sql!("change/in_state"), params)
    }

    fn changes_once_held(&mut self) -> Done<Vec<Filed>> {
        self.list_filed(
            sql!("change/once_held"),
            named_params! { ":campaign": self.campaign.0.as_bytes() },
        )
    }

    fn filed_visits(&mut self) -> Done<Vec<VisitRow>> {
        self.list_visits()
    }

    fn seq_at(&mut self, at_ms: i64) -> Done<u64> {
        let mut statement = self.connection.prepare_cached(sql!("change/seq_at"))?;
        let seq: Option<i64> = statement
            .query_row(
                named_params! { ":campaign": self.campaign.0.as_bytes(), ":at_ms": at_ms },
                |row| row.get(0),
            )
            .optional()?;
        Ok(seq.unwrap_or(0) as u64)
    }

    fn known_ms(&mut self, at_ms: i64) -> Done<i64> {
        let mut statement = self.connection.prepare_cached(sql!("change/known_ms"))?;
        Ok(statement.query_row(
            named_params! { ":campaign": self.campaign.0.as_bytes(), ":at_ms": at_ms },
            |row| row.get(0),
        )?)
    }

    fn held_markets(&mut self) -> Done<Vec<HeldMarket>> {
        let mut statement = self.connection.prepare_cached(sql!("home/held_markets"))?;
        let mut rows =
            statement.query(named_params! { ":campaign": self.campaign.0.as_bytes() })?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            let until_seq: Option<i64> = row.get("until_seq")?;
            let until_ms: Option<i64> = row.get("until_ms")?;
            list.push(HeldMarket {
                person: PersonId(uuid(row, "person")?),
                market: row.get("market")?,
                from_seq: number(row, "from_seq")?,
                from_ms: row.get("from_ms")?,
                until: until_seq.map(|seq| (seq as u64, until_ms.unwrap_or(0))),
            });
        }
        Ok(list)
    }

    fn events(&mut self) -> Done<Vec<Event>> {
        let mut statement = self.connection.prepare_cached(sql!("change/events"))?;
        let mut rows =
            statement.query(named_params! { ":campaign": self.campaign.0.as_bytes() })?;
        let mut events = Vec::new();
        while let Some(row) = rows.next()? {
            let state: String = row.get("state")?;
            let reason: Option<String> = row.get("reason")?;
            events.push(Event {
                at_ms: row.get("at_ms")?,
                name: ChangeName {
                    device: DeviceId(uuid(row, "device")?),
                    n: number(row, "n")?,
                },
                hash: row.get("hash")?,
                state: State::parse(&state).ok_or_else(|| damaged("an event's state"))?,
                reason: reason.as_deref().and_then(HeldReason::parse),
                by: uuid_option(row, "by_person")?.map(PersonId),
                why: row.get("why")?,
            });
        }
        Ok(events)
    }

    fn all_siblings(&mut self) -> Done<Vec<(RecordKey, String, Sibling)>> {
        let mut statement = self.connection.prepare_cached(sql!("conflict/all"))?;
        let mut rows =
            statement.query(named_params! { ":campaign": self.campaign.0.as_bytes() })?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            let bytes: Vec<u8> = row.get("register")?;
            list.push((key(row)?, row.get("field")?, read_sibling(&bytes)?));
        }
        Ok(list)
    }

    fn add_enrolment(&mut self, row: &EnrolmentRow, token_hash: &[u8; 32]) -> Done<()> {
        self.connection.prepare_cached(sql!("enrolment/add"))?.execute(named_params! {
            ":enrolment": row.enrolment.as_bytes(), ":campaign": row.campaign.0.as_bytes(),
            ":first_device": row.first_device.0.as_bytes(), ":token_hash": token_hash, ":people": people_to_text(&row.people),
            ":device_name": row.device_name, ":app_version": row.app_version, ":now_ms": row.enrolled_ms,
        })?;
        Ok(())
    }

    fn enrolment(&mut self, id: Uuid) -> Done<Option<EnrolmentRow>> {
        let mut statement = self.connection.prepare_cached(sql!("enrolment/get"))?;
        let mut rows = statement.query(named_params! { ":enrolment": id.as_bytes() })?;
        rows.next()?.map(enrolment).transpose()
    }

    fn token_hash(&mut self, enrolment: Uuid) -> Done<Option<[u8; 32]>> {
        let mut statement = self
            .connection
            .prepare_cached(sql!("enrolment/token_hash"))?;
        let params = named_params! { ":enrolment": enrolment.as_bytes() };
        Ok(statement.query_row(params, |row| row.get(0)).optional()?)
    }

    fn enrolments(&mut self) -> Done<Vec<EnrolmentRow>> {
        let mut statement = self
            .connection
            .prepare_cached(sql!("enrolment/of_campaign"))?;
        let mut rows =
            statement.query(named_params! { ":campaign": self.campaign.0.as_bytes() })?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            list.push(enrolment(row)?);
        }
        Ok(list)
    }

    fn enrolment_seen(&mut self, enrolment: Uuid, contact: &Contact) -> Done<()> {
        let clocks = &contact.clocks;
        self.connection.prepare_cached(sql!("enrolment/seen"))?.execute(named_params! {
            ":enrolment": enrolment.as_bytes(), ":now_ms": contact.server_ms, ":wall_ms": clocks.wall_ms,
            ":boot": clocks.boot.map(bits), ":mono_ms": clocks.mono_ms,
        })?;
        Ok(())
    }

    fn revoke(&mut self, enrolment: Uuid, now_ms: i64, why: &str) -> Done<()> {
        self.connection
            .prepare_cached(sql!("enrolment/revoke"))?
            .execute(named_params! { ":enrolment": enrolment.as_bytes(), ":now_ms": now_ms, ":why": why })?;
        Ok(())
    }

    fn set_rescue(&mut self, enrolment: Uuid, until_ms: i64) -> Done<()> {
        self.connection
            .prepare_cached(sql!("enrolment/set_rescue"))?
            .execute(named_params! { ":enrolment": enrolment.as_bytes(), ":until_ms": until_ms })?;
        Ok(())
    }

    fn add_code(&mut self, code: &NewCode) -> Done<()> {
        self.connection.prepare_cached(sql!("enrolment/add_code"))?.execute(named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":people": people_to_text(&code.people), ":spoken_name": code.spoken_name,
            ":spoken_hash": code.spoken_hash, ":spoken_until_ms": code.spoken_until_ms, ":qr_hash": code.qr_hash,
            ":qr_until_ms": code.qr_until_ms,
        })?;
        Ok(())
    }

    fn use_code(&mut self, no: i64, now_ms: i64) -> Done<()> {
        self.connection
            .prepare_cached(sql!("enrolment/use_code"))?
            .execute(named_params! { ":no": no, ":now_ms": now_ms })?;
        Ok(())
    }

    fn add_report(&mut self, row: &ReportRow) -> Done<()> {
        let parts = parts_to_text(&row.parts);
        let campaign = self.campaign.0;
        let last: Option<(i64, i64, bool, String)> = self
            .connection
            .prepare_cached(sql!("office/last_report"))?
            .query_row(
                named_params! { ":campaign": campaign.as_bytes(), ":enrolment": row.enrolment.as_bytes(), ":date": row.date },
                |found| Ok((found.get(0)?, found.get(1)?, found.get(2)?, found.get(3)?)),
            )
            .optional()?;
        let now = (
            place(row.recorded),
            place(row.waiting),
            row.closed,
            parts.clone(),
        );
        if last.as_ref() == Some(&now) {
            return Ok(());
        }
        self.connection.prepare_cached(sql!("office/add_report"))?.execute(named_params! {
            ":campaign": campaign.as_bytes(), ":enrolment": row.enrolment.as_bytes(), ":date": row.date,
            ":recorded": now.0, ":waiting": now.1, ":closed": row.closed, ":parts": parts, ":at_ms": row.at_ms,
        })?;
        Ok(())
    }

    fn reports_until(&mut self, until_ms: i64) -> Done<Vec<ReportRow>> {
        let mut statement = self
            .connection
            .prepare_cached(sql!("office/reports_until"))?;
        let mut rows = statement.query(
            named_params! { ":campaign": self.campaign.0.as_bytes(), ":until_ms": until_ms },
        )?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            list.push(ReportRow {
                enrolment: uuid(row, "enrolment")?,
                date: row.get("date")?,
                recorded: number(row, "recorded")?,
                waiting: number(row, "waiting")?,
                closed: row.get("closed")?,
                parts: parts_from_text(&row.get::<_, String>("parts")?)?,
                at_ms: row.get("at_ms")?,
            });
        }
        Ok(list)
    }

    fn set_login(&mut self, login: &str, person: PersonId, password_hash: &str) -> Done<()> {
        self.connection.prepare_cached(sql!("office/set_login"))?.execute(named_params! {
            ":login": login, ":campaign": self.campaign.0.as_bytes(), ":person": person.0.as_bytes(),
            ":password_hash": password_hash,
        })?;
        Ok(())
    }

    fn audit(&mut self, at_ms: i64, who: &str, what: &str, detail: &str) -> Done<()> {
        self.connection.prepare_cached(sql!("office/audit"))?.execute(named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":at_ms": at_ms, ":who": who, ":what": what, ":detail": detail,
        })?;
        Ok(())
    }

    fn audits(&mut self) -> Done<Vec<AuditLine>> {
        let mut statement = self.connection.prepare_cached(sql!("office/audits"))?;
        let rows = statement.query_map(
            named_params! { ":campaign": self.campaign.0.as_bytes() },
            |row| {
                Ok(AuditLine {
                    at_ms: row.get(0)?,
                    who: row.get(1)?,
                    what: row.get(2)?,
                    detail: row.get(3)?,
                })
            },
        )?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn register_values(&mut self, register: &str) -> Done<Vec<RegisterValue>> {
        let mut statement = self.connection.prepare_cached(sql!("register/all"))?;
        let mut rows = statement.query(
            named_params! { ":campaign": self.campaign.0.as_bytes(), ":register": register },
        )?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            list.push(register_value(row)?);
        }
        Ok(list)
    }

    fn register_value(&mut self, register: &str, trader: Uuid) -> Done<Option<RegisterValue>> {
        let mut statement = self.connection.prepare_cached(sql!("register/get"))?;
        let mut rows = statement.query(named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":register": register, ":trader": trader.as_bytes(),
        })?;
        rows.next()?.map(register_value).transpose()
    }

    fn put_register_value(&mut self, register: &str, value: &RegisterValue) -> Done<()> {
        let marks = serde_json::to_string(&value.marks).unwrap_or_default();
        self.connection.prepare_cached(sql!("register/put"))?.execute(named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":register": register, ":trader": value.trader.as_bytes(),
            ":match_key": value.match_key, ":marks": marks,
        })?;
        Ok(())
    }

    fn forget_register_values(&mut self, trader: Uuid) -> Done<()> {
        self.connection
            .prepare_cached(sql!("register/forget"))?
            .execute(named_params! {
                ":campaign": self.campaign.0.as_bytes(), ":trader": trader.as_bytes(),
            })?;
        Ok(())
    }
}

fn register_value(row: &Row<'_>) -> Done<RegisterValue> {
    let marks: String = row.get("marks")?;
    Ok(RegisterValue {
        trader: uuid(row, "trader")?,
        match_key: row.get("match_key")?,
        marks: serde_json::from_str(&marks).map_err(|_| damaged("a register's marks"))?,
    })
}

pub(super) fn enrolment(row: &Row<'_>) -> Done<EnrolmentRow> {
    Ok(EnrolmentRow {
        enrolment: uuid(row, "enrolment")?,
        campaign: CampaignId(uuid(row, "campaign")?),
        first_device: DeviceId(uuid(row, "first_device")?),
        people: people_from_text(&row.get::<_, String>("people")?)?,
        device_name: row.get("device_name")?,
        app_version: row.get("app_version")?,
        enrolled_ms: row.get("enrolled_ms")?,
        last_seen_ms: row.get("last_seen_ms")?,
        contact: contact(row)?,
        revoked_ms: row.get("revoked_ms")?,
        revoked_why: row.get("revoked_why")?,
        rescue_until_ms: row.get("rescue")?,
    })
}

fn contact(row: &Row<'_>) -> Done<Option<Contact>> {
    let Some(wall_ms) = row.get("contact_wall_ms")? else {
        return Ok(None);
    };
    let boot: Option<i64> = row.get("contact_boot")?;
    Ok(Some(Contact {
        server_ms: row.get("last_seen_ms")?,
        clocks: Clocks {
            wall_ms,
            boot: boot.map(|bits| bits as u64),
            mono_ms: row.get("contact_mono_ms")?,
        },
    }))
}
