//! `doctor`: whether the store is whole, in words; `--repair` makes again what can be made again.

use crate::error::Result;
use crate::store::own::{self, OwnState};
use crate::store::work::overlay;
use crate::store::{Store, cache, meta, page, record};
use grebeg_core::digest::{Sum, of_record};
use grebeg_core::id::DeviceId;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DoctorReply {
    pub ok: bool,
    pub findings: Vec<String>,
}

/// What is wrong, and whether nothing is, after the repair where one was asked for.
pub fn doctor(store: &mut Store, repair: bool) -> Result<DoctorReply> {
    let mut findings = check(store)?;
    let mut ok = findings.is_empty();
    findings.extend(meta::mended(&store.conn)?);
    if repair {
        mend(store)?;
        meta::forget_mended(&store.conn)?;
        ok = ok || check(store)?.is_empty();
    }
    Ok(DoctorReply { ok, findings })
}

fn check(store: &Store) -> Result<Vec<String>> {
    let mut findings = file(store)?;
    findings.extend(own_changes(store)?);
    findings.extend(overlays(store)?);
    findings.extend(digests(store)?);
    findings.extend(lists(store)?);
    Ok(findings)
}

fn file(store: &Store) -> Result<Vec<String>> {
    let mut statement = store.conn.prepare("pragma quick_check(20)")?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut findings = Vec::new();
    for row in rows {
        let said = row?;
        if said != "ok" {
            findings.push(format!("the database file is damaged: {said}"));
        }
    }
    Ok(findings)
}

/// The chain of own changes: no gap in `n`, each following the one before.
fn own_changes(store: &Store) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    let mut chains: BTreeMap<DeviceId, Vec<own::OwnChange>> = BTreeMap::new();
    for own in own::all(&store.conn)? {
        if own.change.hash() != own.hash {
            findings.push(format!("change {} is not what was saved", own.change.n));
        }
        chains.entry(own.change.device).or_default().push(own);
    }
    let present = meta::enrolment(&store.conn)?.map(|e| e.device);
    let locked = meta::flag(&store.conn, "revoked")?;
    for (device, mut chain) in chains {
        chain.sort_by_key(|own| own.change.n);
        // Under earlier device ids only what the server took is left, on a locked tablet only what it did not take.
        if Some(device) != present || locked {
            continue;
        }
        for (n, own) in (1u64..).zip(&chain) {
            if own.change.n != n {
                findings.push(format!("change {n} of this tablet is missing"));
                break;
            }
        }
        for (before, own) in chain.iter().zip(chain.iter().skip(1)) {
            if own.change.prev != Some(before.hash) {
                findings.push(format!("change {} does not follow its chain", own.change.n));
            }
        }
    }
    Ok(findings)
}

fn overlays(store: &Store) -> Result<Vec<String>> {
    let mut wrong = 0;
    for (key, row) in record::all(&store.conn)? {
        let open = own::open_touching(&store.conn, &key)?;
        let mut registers = row.confirmed.clone().unwrap_or_default();
        for own in &open {
            overlay(&mut registers, &key, &own.change);
        }
        let expected = (!open.is_empty()).then_some(registers);
        wrong += usize::from(expected != row.screen);
    }
    Ok((wrong > 0)
        .then(|| format!("{wrong} records do not show this tablet's own changes"))
        .into_iter()
        .collect())
}

fn digests(store: &Store) -> Result<Vec<String>> {
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    for (key, row) in record::all(&store.conn)? {
        if let Some(confirmed) = &row.confirmed {
            sums.entry(row.home)
                .or_default()
                .add(of_record(&key, confirmed));
        }
    }
    let mut findings = Vec::new();
    for home in record::homes(&store.conn)? {
        if sums.get(&home.home).copied().unwrap_or_default() != home.sum {
            findings.push(format!("the digest of {} does not add up", home.home));
        }
    }
    Ok(findings)
}

/// The cache for lists has a row for each trader and no other.
fn lists(store: &Store) -> Result<Vec<String>> {
    let mut statement = store
        .conn
        .prepare(include_str!("../../sql/trader/ids.sql"))?;
    let rows = statement.query_map([], |row| row.get(0))?;
    let mut listed: Vec<uuid::Uuid> = rows.collect::<Result<_, _>>()?;
    listed.sort();
    let traders = record::trader_ids(&store.conn)?;
    Ok((listed != traders)
        .then(|| "the list of traders is not that of the records".to_owned())
        .into_iter()
        .collect())
}

/// Makes overlays, digests and caches again, and has every home read anew at the next sync; what waits stays.
fn mend(store: &mut Store) -> Result<()> {
    let locked = meta::flag(&store.conn, "revoked")?;
    store.work(|work, _| {
        work.recount_homes()?;
        for (key, _) in record::all(work.conn)? {
            work.touch(&key);
        }
        for own in own::all(work.conn)? {
            let open = own.state.is_open() || own.state == OwnState::Waiting;
            for key in own::touches(&own.change).into_iter().filter(|_| open) {
                work.touch(&key);
            }
        }
        if !locked {
            page::refill(work, None)?;
        }
        Ok(())
    })?;
    let definition = store.definition()?;
    store.transaction(|tx| cache::rebuild(tx, &definition))
}
