//! The narrow trait of sync over SQLite.

use super::convert::{Done, bits, damaged, key, number, place, uuid, uuid_option};
use super::{SqliteStore, StoreError, sql};
use grebeg_core::change::{ChangeName, Hash};
use grebeg_core::digest::Sum;
use grebeg_core::id::{DeviceId, PersonId};
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::sync::store::{DeviceRow, Filed, Head, PastEpoch, Sibling, Store, Stored};
use rusqlite::{OptionalExtension, named_params};
use uuid::Uuid;

/// A register alone in its row, under this name.
const ALONE: &str = "";

impl Store for SqliteStore<'_> {
    type Error = StoreError;

    fn head(&mut self) -> Done<Head> {
        let mut statement = self.connection.prepare_cached(sql!("campaign/head"))?;
        let mut rows =
            statement.query(named_params! { ":campaign": self.campaign.0.as_bytes() })?;
        let row = rows
            .next()?
            .ok_or_else(|| damaged("the campaign is not there"))?;
        Ok(Head {
            campaign: self.campaign,
            epoch: uuid(row, "epoch")?,
            seq: number(row, "seq")?,
            last_ms: row.get("last_ms")?,
            conflict_seq: number(row, "conflict_seq")?,
            device: DeviceId(uuid(row, "device")?),
        })
    }

    fn set_head(&mut self, head: &Head) -> Done<()> {
        self.connection.prepare_cached(sql!("campaign/set_head"))?.execute(named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":epoch": head.epoch.as_bytes(), ":seq": place(head.seq),
            ":last_ms": head.last_ms, ":conflict_seq": place(head.conflict_seq), ":device": head.device.0.as_bytes(),
        })?;
        Ok(())
    }

    fn past_epochs(&mut self) -> Done<Vec<PastEpoch>> {
        let mut statement = self
            .connection
            .prepare_cached(sql!("campaign/past_epochs"))?;
        let mut rows =
            statement.query(named_params! { ":campaign": self.campaign.0.as_bytes() })?;
        let mut past = Vec::new();
        while let Some(row) = rows.next()? {
            past.push(PastEpoch {
                epoch: uuid(row, "epoch")?,
                branch_seq: number(row, "branch_seq")?,
            });
        }
        Ok(past)
    }

    fn record(&mut self, key: &RecordKey) -> Done<Option<Stored>> {
        self.get_record(key)
    }

    fn save_record(&mut self, key: &RecordKey, stored: &Stored) -> Done<u64> {
        self.put_record(key, stored)
    }

    fn hanging_on(&mut self, trader: Uuid) -> Done<Vec<(RecordKey, Stored)>> {
        self.list_hanging(trader)
    }

    fn records_of_kind(&mut self, kind: &str) -> Done<Vec<(RecordKey, Stored)>> {
        self.list_records(
            sql!("record/of_kind"),
            named_params! { ":campaign": self.campaign.0.as_bytes(), ":kind": kind },
        )
    }

    fn rows_after(
        &mut self,
        home: &str,
        kinds: &[&str],
        after: (u64, u64),
        limit: usize,
    ) -> Done<Vec<(RecordKey, Stored)>> {
        self.list_after(home, kinds, after, limit)
    }

    fn add_left(&mut self, home: &str, key: &RecordKey, seq: u64) -> Done<()> {
        self.connection.prepare_cached(sql!("home/add_left"))?.execute(named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":home": home, ":seq": place(seq), ":kind": key.kind, ":id": key.id.as_bytes(),
        })?;
        Ok(())
    }

    fn left_after(&mut self, home: &str, seq: u64) -> Done<Vec<RecordKey>> {
        let mut statement = self.connection.prepare_cached(sql!("home/left_after"))?;
        let mut rows = statement
            .query(named_params! { ":campaign": self.campaign.0.as_bytes(), ":home": home, ":seq": place(seq) })?;
        let mut keys = Vec::new();
        while let Some(row) = rows.next()? {
            keys.push(key(row)?);
        }
        Ok(keys)
    }

    fn homes_since(&mut self, key: &RecordKey, seq: u64) -> Done<Vec<String>> {
        let mut homes = self.homes_left_since(key, seq)?;
        homes.extend(self.get_record(key)?.map(|stored| stored.home));
        Ok(homes)
    }

    fn markets_since(&mut self, person: PersonId, seq: u64) -> Done<Vec<String>> {
        let mut statement = self.connection.prepare_cached(sql!("home/markets_since"))?;
        let markets = statement.query_map(
            named_params! { ":campaign": self.campaign.0.as_bytes(), ":person": person.0.as_bytes(), ":seq": place(seq) },
            |row| row.get(0),
        )?;
        Ok(markets.collect::<Result<_, _>>()?)
    }

    fn set_markets(&mut self, person: PersonId, markets: &[String], seq: u64) -> Done<()> {
        let (campaign, person) = (self.campaign.0, person.0);
        let mut statement = self
            .connection
            .prepare_cached(sql!("home/current_markets"))?;
        let held = statement
            .query_map(
                named_params! { ":campaign": campaign.as_bytes(), ":person": person.as_bytes() },
                |row| row.get(0),
            )?
            .collect::<Result<Vec<String>, _>>()?;
        for market in held.iter().filter(|m| !markets.contains(m)) {
            self.connection.prepare_cached(sql!("home/end_markets"))?.execute(named_params! {
                ":campaign": campaign.as_bytes(), ":person": person.as_bytes(), ":market": market, ":seq": place(seq),
            })?;
        }
        for market in markets.iter().filter(|m| !held.contains(m)) {
            self.connection.prepare_cached(sql!("home/add_market"))?.execute(named_params! {
                ":campaign": campaign.as_bytes(), ":person": person.as_bytes(), ":market": market, ":seq": place(seq),
            })?;
        }
        Ok(())
    }

    fn digest(&mut self, home: &str, readers: u8) -> Done<Sum> {
        let mut statement = self.connection.prepare_cached(sql!("home/digest"))?;
        let sum: Option<[u8; 16]> = statement
            .query_row(
                named_params! { ":campaign": self.campaign.0.as_bytes(), ":home": home, ":readers": readers },
                |row| row.get(0),
            )
            .optional()?;
        Ok(Sum(sum.map_or(0, u128::from_be_bytes)))
    }

    fn set_digest(&mut self, home: &str, readers: u8, sum: Sum) -> Done<()> {
        self.connection.prepare_cached(sql!("home/set_digest"))?.execute(named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":home": home, ":readers": readers, ":sum": sum.0.to_be_bytes(),
        })?;
        Ok(())
    }

    fn filed(&mut self, name: ChangeName) -> Done<Vec<Filed>> {
        self.list_filed(
            sql!("change/named"),
            named_params! { ":campaign": self.campaign.0.as_bytes(), ":device": name.device.0.as_bytes(), ":n": bits(name.n) },
        )
    }

    fn file(&mut self, filed: &Filed, at_ms: i64, by: Option<PersonId>, why: &str) -> Done<()> {
        self.file_change(filed, at_ms, by, why)
    }

    fn refile_bytes(&mut self, name: ChangeName, hash: &Hash, bytes: &[u8]) -> Done<()> {
        self.connection.prepare_cached(sql!("change/refile"))?.execute(named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":device": name.device.0.as_bytes(), ":n": bits(name.n), ":hash": hash, ":bytes": bytes,
        })?;
        Ok(())
    }

    fn filed_with_content(&mut self, content_hash: &Hash, key: &RecordKey) -> Done<Vec<Filed>> {
        self.list_filed(
            sql!("change/with_content"),
            named_params! {
                ":campaign": self.campaign.0.as_bytes(), ":content_hash": content_hash, ":kind": key.kind, ":id": key.id.as_bytes(),
            },
        )
    }

    fn changes_touching(&mut self, key: &RecordKey) -> Done<Vec<Filed>> {
        self.list_filed(
            sql!("change/touching"),
            named_params! { ":campaign": self.campaign.0.as_bytes(), ":kind": key.kind, ":id": key.id.as_bytes() },
        )
    }

    fn high_n(&mut self, device: DeviceId) -> Done<u64> {
        let mut statement = self.connection.prepare_cached(sql!("device/high_n"))?;
        let found: Option<i64> = statement
            .query_row(
                named_params! { ":campaign": self.campaign.0.as_bytes(), ":device": device.0.as_bytes() },
                |row| row.get(0),
            )
            .optional()?;
        Ok(found.unwrap_or(0) as u64)
    }

    fn commit_ms_at(&mut self, seq: u64) -> Done<i64> {
        let mut statement = self
            .connection
            .prepare_cached(sql!("change/commit_ms_at"))?;
        let found: Option<i64> = statement
            .query_row(
                named_params! { ":campaign": self.campaign.0.as_bytes(), ":seq": place(seq) },
                |row| row.get(0),
            )
            .optional()?;
        Ok(found.unwrap_or(0))
    }

    fn settled_after(&mut self, enrolment: Uuid, seq: u64) -> Done<Vec<Filed>> {
        self.list_filed(
            sql!("change/settled_after"),
            named_params! { ":campaign": self.campaign.0.as_bytes(), ":enrolment": enrolment.as_bytes(), ":seq": place(seq) },
        )
    }

    fn set_waits_for(&mut self, filed: &Filed, keys: &[RecordKey]) -> Done<()> {
        self.put_waits(filed, keys)
    }

    fn waiting_for(&mut self, key: &RecordKey) -> Done<Vec<Filed>> {
        self.list_filed(
            sql!("change/waiting_for"),
            named_params! { ":campaign": self.campaign.0.as_bytes(), ":kind": key.kind, ":id": key.id.as_bytes() },
        )
    }

    fn creation_held(&mut self, key: &RecordKey) -> Done<bool> {
        let mut statement = self
            .connection
            .prepare_cached(sql!("change/creation_held"))?;
        Ok(statement.query_row(
            named_params! { ":campaign": self.campaign.0.as_bytes(), ":kind": key.kind, ":id": key.id.as_bytes() },
            |row| row.get(0),
        )?)
    }

    fn siblings(&mut self, key: &RecordKey, field: &str) -> Done<Vec<Sibling>> {
        let mut statement = self.connection.prepare_cached(sql!("conflict/siblings"))?;
        let rows = statement.query_map(
            named_params! {
                ":campaign": self.campaign.0.as_bytes(), ":kind": key.kind, ":id": key.id.as_bytes(), ":field": field,
            },
            |row| row.get::<_, Vec<u8>>(0),
        )?;
        let bytes = rows.collect::<Result<Vec<_>, _>>()?;
        bytes.iter().map(|b| read_sibling(b)).collect()
    }

    fn set_siblings(&mut self, key: &RecordKey, field: &str, siblings: &[Sibling]) -> Done<()> {
        let campaign = self.campaign.0;
        self.connection.prepare_cached(sql!("conflict/clear"))?.execute(named_params! {
            ":campaign": campaign.as_bytes(), ":kind": key.kind, ":id": key.id.as_bytes(), ":field": field,
        })?;
        for (number, sibling) in siblings.iter().enumerate() {
            let alone = Registers([(ALONE.to_owned(), sibling.register.clone())].into());
            self.connection.prepare_cached(sql!("conflict/add"))?.execute(named_params! {
                ":campaign": campaign.as_bytes(), ":kind": key.kind, ":id": key.id.as_bytes(), ":field": field,
                ":number": number as i64, ":register": alone.to_bytes(),
            })?;
        }
        Ok(())
    }

    fn conflicts_in(&mut self, homes: &[String]) -> Done<Vec<(RecordKey, String, Vec<Sibling>)>> {
        let mut statement = self.connection.prepare_cached(sql!("conflict/all"))?;
        let mut rows =
            statement.query(named_params! { ":campaign": self.campaign.0.as_bytes() })?;
        let mut list: Vec<(RecordKey, String, Vec<Sibling>)> = Vec::new();
        while let Some(row) = rows.next()? {
            let home: String = row.get("home")?;
            if !homes.contains(&home) {
                continue;
            }
            let (key, field): (RecordKey, String) = (key(row)?, row.get("field")?);
            let sibling = read_sibling(
                row.get_ref("register")?
                    .as_blob()
                    .map_err(|_| damaged("a conflict"))?,
            )?;
            match list.last_mut() {
                Some((last, last_field, siblings)) if *last == key && *last_field == field => {
                    siblings.push(sibling)
                }
                _ => list.push((key, field, vec![sibling])),
            }
        }
        Ok(list)
    }

    fn own_visits_elsewhere(
        &mut self,
        enrolment: Uuid,
        homes: &[String],
    ) -> Done<Vec<(RecordKey, Stored)>> {
        let homes = serde_json::json!(homes).to_string();
        self.list_records(
            sql!("record/own_elsewhere"),
            named_params! { ":campaign": self.campaign.0.as_bytes(), ":enrolment": enrolment.as_bytes(), ":homes": homes },
        )
    }

    fn erased_ahead(&mut self, key: &RecordKey) -> Done<bool> {
        let mut statement = self
            .connection
            .prepare_cached(sql!("record/erased_ahead"))?;
        Ok(statement.exists(named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":kind": key.kind, ":id": key.id.as_bytes(),
        })?)
    }

    fn erase_ahead(&mut self, key: &RecordKey) -> Done<()> {
        self.connection.prepare_cached(sql!("record/erase_ahead"))?.execute(named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":kind": key.kind, ":id": key.id.as_bytes(),
        })?;
        Ok(())
    }

    fn device(&mut self, device: DeviceId) -> Done<Option<DeviceRow>> {
        let mut statement = self.connection.prepare_cached(sql!("device/get"))?;
        let mut rows = statement
            .query(named_params! { ":campaign": self.campaign.0.as_bytes(), ":device": device.0.as_bytes() })?;
        let Some(row) = rows.next()? else {
            return Ok(None);
        };
        let succeeds = uuid_option(row, "succeeds")?.map(DeviceId);
        Ok(Some(DeviceRow {
            device,
            enrolment: uuid(row, "enrolment")?,
            succeeds,
        }))
    }

    fn devices_of(&mut self, enrolment: Uuid) -> Done<Vec<DeviceRow>> {
        let mut statement = self
            .connection
            .prepare_cached(sql!("device/of_enrolment"))?;
        let mut rows = statement
            .query(named_params! { ":campaign": self.campaign.0.as_bytes(), ":enrolment": enrolment.as_bytes() })?;
        let mut list = Vec::new();
        while let Some(row) = rows.next()? {
            let succeeds = uuid_option(row, "succeeds")?.map(DeviceId);
            list.push(DeviceRow {
                device: DeviceId(uuid(row, "device")?),
                enrolment,
                succeeds,
            });
        }
        Ok(list)
    }

    fn add_device(&mut self, row: &DeviceRow) -> Done<()> {
        self.connection.prepare_cached(sql!("device/add"))?.execute(named_params! {
            ":campaign": self.campaign.0.as_bytes(), ":device": row.device.0.as_bytes(), ":enrolment": row.enrolment.as_bytes(),
            ":succeeds": row.succeeds.map(|d| *d.0.as_bytes()),
        })?;
        Ok(())
    }
}

/// What the writer asks once a transaction.
impl SqliteStore<'_> {
    /// Homes that a record left after a place.
    pub fn homes_left_since(&self, key: &RecordKey, seq: u64) -> Done<Vec<String>> {
        let mut statement = self.connection.prepare_cached(sql!("home/left_by"))?;
        let left = statement.query_map(
            named_params! {
                ":campaign": self.campaign.0.as_bytes(), ":kind": key.kind, ":id": key.id.as_bytes(), ":seq": place(seq),
            },
            |row| row.get(0),
        )?;
        Ok(left.collect::<Result<_, _>>()?)
    }

    /// No held change of the campaign waits for a record.
    pub fn nothing_waits(&self) -> Done<bool> {
        self.none(sql!("change/any_waits"))
    }

    /// No field of the campaign is in conflict.
    pub fn no_conflict(&self) -> Done<bool> {
        self.none(sql!("conflict/any"))
    }

    /// No erasure of before a restore waits for its record.
    pub fn none_erased_ahead(&self) -> Done<bool> {
        self.none(sql!("record/any_erased_ahead"))
    }

    fn none(&self, any: &str) -> Done<bool> {
        let mut statement = self.connection.prepare_cached(any)?;
        Ok(!statement.exists(named_params! { ":campaign": self.campaign.0.as_bytes() })?)
    }
}

pub(super) fn read_sibling(bytes: &[u8]) -> Done<Sibling> {
    let mut alone = Registers::from_bytes(bytes).map_err(|_| damaged("a conflict"))?;
    let register = alone.0.remove(ALONE).ok_or_else(|| damaged("a conflict"))?;
    Ok(Sibling { register })
}
