//! Filing changes and finding them again.

use super::convert::{Done, bits, filed, place, visit_row};
use super::{SqliteStore, sql};
use crate::store::rows::VisitRow;
use grebeg_core::change::{ChangeName, Hash};
use grebeg_core::id::PersonId;
use grebeg_core::register::RecordKey;
use grebeg_core::sync::messages::State;
use grebeg_core::sync::store::Filed;
use rusqlite::{OptionalExtension, Params, named_params};

impl SqliteStore<'_> {
    pub(super) fn list_filed(&self, statement: &str, params: impl Params) -> Done<Vec<Filed>> {
        let mut statement = self.connection.prepare_cached(statement)?;
        let mut rows = statement.query(params)?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            list.push(filed(row)?);
        }
        Ok(list)
    }

    pub(super) fn list_visits(&self) -> Done<Vec<VisitRow>> {
        let mut statement = self.connection.prepare_cached(sql!("change/visits"))?;
        let mut rows =
            statement.query(named_params! { ":campaign": self.campaign.0.as_bytes() })?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            list.extend(visit_row(row)?);
        }
        Ok(list)
    }

    /// Number, state and reason of an entry that is there already.
    fn known(&self, name: ChangeName, hash: &Hash) -> Done<Option<(i64, String, Option<String>)>> {
        let mut statement = self.connection.prepare_cached(sql!("change/known"))?;
        let found = statement.query_row(
            named_params! {
                ":campaign": self.campaign.0.as_bytes(), ":device": name.device.0.as_bytes(), ":n": bits(name.n), ":hash": hash,
            },
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
        );
        Ok(found.optional()?)
    }

    pub(super) fn file_change(
        &self,
        filed: &Filed,
        at_ms: i64,
        by: Option<PersonId>,
        why: &str,
    ) -> Done<()> {
        let reason = filed.reason.map(|r| r.code());
        let commit_ms = if filed.seq > 0 { at_ms } else { 0 };
        let known = self.known(filed.name, &filed.hash)?;
        let visit = filed.visit.as_ref();
        let no = match &known {
            Some((no, ..)) => {
                self.connection.prepare_cached(sql!("change/update"))?.execute(named_params! {
                    ":no": no, ":in_chain": filed.in_chain, ":state": filed.state.code(), ":reason": reason, ":stamp": bits(filed.stamp.0),
                    ":seq": place(filed.seq), ":settled_seq": place(filed.settled_seq), ":commit_ms": commit_ms,
                    ":content_hash": filed.content_hash, ":author": filed.author.map(|p| *p.0.as_bytes()),
                    ":visit": visit.map(|v| *v.visit.as_bytes()), ":visit_trader": visit.and_then(|v| v.trader).map(|t| *t.as_bytes()),
                    ":visit_market": visit.map(|v| v.market.as_str()), ":bytes": filed.bytes,
                })?;
                *no
            }
            None => self.insert_change(filed, reason, commit_ms)?,
        };
        if filed.in_chain {
            self.connection.prepare_cached(sql!("device/raise_high_n"))?.execute(named_params! {
                ":campaign": self.campaign.0.as_bytes(), ":device": filed.name.device.0.as_bytes(), ":n": bits(filed.name.n),
            })?;
        }
        // Most changes are accepted at once; only the others have a story to tell.
        let changed = known
            .as_ref()
            .is_some_and(|(_, state, why)| state != filed.state.code() || why.as_deref() != reason);
        if changed || known.is_none() && filed.state != State::Accepted {
            self.connection.prepare_cached(sql!("change/add_event"))?.execute(named_params! {
                ":campaign": self.campaign.0.as_bytes(), ":change_no": no, ":at_ms": at_ms, ":state": filed.state.code(),
                ":reason": reason, ":by_person": by.map(|p| *p.0.as_bytes()), ":why": why,
            })?;
        }
        Ok(())
    }

    fn insert_change(&self, filed: &Filed, reason: Option<&str>, commit_ms: i64) -> Done<i64> {
        let campaign = self.campaign.0.as_bytes();
        let visit = filed.visit.as_ref();
        self.connection.prepare_cached(sql!("change/insert"))?.execute(named_params! {
            ":campaign": campaign, ":device": filed.name.device.0.as_bytes(), ":n": bits(filed.name.n), ":hash": filed.hash,
            ":in_chain": filed.in_chain, ":state": filed.state.code(), ":reason": reason, ":stamp": bits(filed.stamp.0),
            ":given_stamp": bits(filed.given_stamp.0), ":seq": place(filed.seq), ":settled_seq": place(filed.settled_seq),
            ":received_ms": filed.received_ms, ":commit_ms": commit_ms, ":content_hash": filed.content_hash,
            ":author": filed.author.map(|p| *p.0.as_bytes()), ":visit": visit.map(|v| *v.visit.as_bytes()),
            ":visit_trader": visit.and_then(|v| v.trader).map(|t| *t.as_bytes()),
            ":visit_market": visit.map(|v| v.market.as_str()), ":bytes": filed.bytes,
        })?;
        let no = self.connection.last_insert_rowid();
        let mut touch = self.connection.prepare_cached(sql!("change/add_touch"))?;
        for key in &filed.touches {
            touch.execute(named_params! {
                ":campaign": campaign, ":kind": key.kind, ":id": key.id.as_bytes(), ":change_no": no,
            })?;
        }
        Ok(no)
    }

    pub(super) fn put_waits(&self, filed: &Filed, keys: &[RecordKey]) -> Done<()> {
        let Some((no, ..)) = self.known(filed.name, &filed.hash)? else {
            return Ok(());
        };
        let campaign = self.campaign.0.as_bytes();
        self.connection
            .prepare_cached(sql!("change/clear_waits"))?
            .execute(named_params! { ":campaign": campaign, ":change_no": no })?;
        let mut add = self.connection.prepare_cached(sql!("change/add_wait"))?;
        for key in keys {
            add.execute(named_params! {
                ":campaign": campaign, ":kind": key.kind, ":id": key.id.as_bytes(), ":change_no": no,
            })?;
        }
        Ok(())
    }
}
