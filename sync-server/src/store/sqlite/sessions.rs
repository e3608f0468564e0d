//! Sessions and marks over SQLite.

use super::convert::{Done, number, uuid};
use super::{SqliteDirectory, StoreError, sql};
use crate::store::sessions::{Mark, SessionRow, Sessions, TokenHash};
use grebeg_core::id::{CampaignId, PersonId};
use rusqlite::named_params;

impl Sessions for SqliteDirectory<'_> {
    type Error = StoreError;

    fn add_session(&mut self, hash: &TokenHash, row: &SessionRow) -> Done<()> {
        self.0.prepare_cached(sql!("session/add"))?.execute(named_params! {
            ":token_hash": hash, ":campaign": row.campaign.0.as_bytes(), ":person": row.person.0.as_bytes(),
            ":login": row.login, ":role": row.role, ":now_ms": row.started_ms,
        })?;
        Ok(())
    }

    fn session(&mut self, hash: &TokenHash) -> Done<Option<SessionRow>> {
        let mut statement = self.0.prepare_cached(sql!("session/get"))?;
        let mut rows = statement.query(named_params! { ":token_hash": hash })?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        Ok(Some(SessionRow {
            campaign: CampaignId(uuid(row, "campaign")?),
            person: PersonId(uuid(row, "person")?),
            login: row.get("login")?,
            role: row.get("role")?,
            started_ms: row.get("started_ms")?,
            seen_ms: row.get("seen_ms")?,
        }))
    }

    fn session_seen(&mut self, hash: &TokenHash, now_ms: i64) -> Done<()> {
        self.0
            .prepare_cached(sql!("session/seen"))?
            .execute(named_params! { ":token_hash": hash, ":now_ms": now_ms })?;
        Ok(())
    }

    fn end_session(&mut self, hash: &TokenHash) -> Done<bool> {
        let ended = self
            .0
            .prepare_cached(sql!("session/end"))?
            .execute(named_params! { ":token_hash": hash })?;
        Ok(ended > 0)
    }

    fn clear_sessions(&mut self, seen_before_ms: i64, started_before_ms: i64) -> Done<()> {
        self.0
            .prepare_cached(sql!("session/clear"))?
            .execute(named_params! {
                ":seen_before_ms": seen_before_ms, ":started_before_ms": started_before_ms,
            })?;
        Ok(())
    }

    fn mark(&mut self, campaign: CampaignId) -> Done<Option<Mark>> {
        let mut statement = self.0.prepare_cached(sql!("office/live_mark"))?;
        let mut rows = statement.query(named_params! { ":campaign": campaign.0.as_bytes() })?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let mut others = [0; 5];
        for (place, column) in others.iter_mut().zip([
            "conflict_seq",
            "report_no",
            "event_no",
            "enrolled",
            "revoked",
        ]) {
            *place = row.get::<_, Option<i64>>(column)?.unwrap_or(0);
        }
        Ok(Some(Mark {
            epoch: uuid(row, "epoch")?,
            seq: number(row, "seq")?,
            others,
        }))
    }
}
