//! What is asked before the campaign is known: which campaigns, whose token, whose code.

use super::convert::{Done, people_from_text, uuid};
use super::registry::enrolment;
use super::{StoreError, sql};
use crate::store::Directory;
use crate::store::rows::{CampaignRow, CodeRow, EnrolmentRow};
use grebeg_core::id::{CampaignId, DeviceId, PersonId};
use rusqlite::{Connection, Row, named_params};
use uuid::Uuid;

/// The store as a whole, within the caller's transaction.
pub struct SqliteDirectory<'c>(pub &'c Connection);

impl Directory for SqliteDirectory<'_> {
    type Error = StoreError;

    fn campaigns(&mut self) -> Done<Vec<CampaignRow>> {
        let mut statement = self.0.prepare_cached(sql!("campaign/all"))?;
        let mut rows = statement.query([])?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            list.push(CampaignRow {
                campaign: CampaignId(uuid(row, "campaign")?),
                code: row.get("code")?,
                definition_name: row.get("definition_name")?,
                export_key: row.get("export_key")?,
            });
        }
        Ok(list)
    }

    fn add_campaign(&mut self, row: &CampaignRow, epoch: Uuid, device: DeviceId) -> Done<()> {
        self.0.prepare_cached(sql!("campaign/add"))?.execute(named_params! {
            ":campaign": row.campaign.0.as_bytes(), ":code": row.code, ":definition_name": row.definition_name,
            ":epoch": epoch.as_bytes(), ":device": device.0.as_bytes(), ":export_key": row.export_key,
        })?;
        Ok(())
    }

    fn rename_campaign(&mut self, row: &CampaignRow) -> Done<()> {
        self.0.prepare_cached(sql!("campaign/rename"))?.execute(named_params! {
            ":campaign": row.campaign.0.as_bytes(), ":code": row.code, ":definition_name": row.definition_name,
        })?;
        Ok(())
    }

    fn enrolment_by_token(&mut self, token_hash: &[u8; 32]) -> Done<Option<EnrolmentRow>> {
        let mut statement = self.0.prepare_cached(sql!("enrolment/by_token"))?;
        let mut rows = statement.query(named_params! { ":token_hash": token_hash })?;
        rows.next()?.map(enrolment).transpose()
    }

    fn codes_named(&mut self, spoken_name: &str) -> Done<Vec<CodeRow>> {
        let mut statement = self.0.prepare_cached(sql!("enrolment/codes_named"))?;
        let mut rows = statement.query(named_params! { ":spoken_name": spoken_name })?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            list.push(code(row)?);
        }
        Ok(list)
    }

    fn code_by_qr(&mut self, qr_hash: &[u8; 32]) -> Done<Option<CodeRow>> {
        let mut statement = self.0.prepare_cached(sql!("enrolment/code_by_qr"))?;
        let mut rows = statement.query(named_params! { ":qr_hash": qr_hash })?;
        rows.next()?.map(code).transpose()
    }

    fn wrong_code(&mut self, no: i64) -> Done<()> {
        self.0
            .prepare_cached(sql!("enrolment/wrong_code"))?
            .execute(named_params! { ":no": no })?;
        Ok(())
    }

    fn login(&mut self, login: &str) -> Done<Option<(CampaignId, PersonId, String)>> {
        let mut statement = self.0.prepare_cached(sql!("office/login"))?;
        let mut rows = statement.query(named_params! { ":login": login })?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        Ok(Some((
            CampaignId(uuid(row, "campaign")?),
            PersonId(uuid(row, "person")?),
            row.get("password_hash")?,
        )))
    }
}

pub(super) fn code(row: &Row<'_>) -> Done<CodeRow> {
    Ok(CodeRow {
        no: row.get("no")?,
        campaign: CampaignId(uuid(row, "campaign")?),
        people: people_from_text(&row.get::<_, String>("people")?)?,
        spoken_hash: row.get("spoken_hash")?,
        spoken_until_ms: row.get("spoken_until_ms")?,
        spoken_wrong: row.get("spoken_wrong")?,
        qr_hash: row.get("qr_hash")?,
        qr_until_ms: row.get("qr_until_ms")?,
        used_ms: row.get("used_ms")?,
    })
}
