//! Who still sells after 7, 14 and 30 days, by the day on which the first product went live.

use super::Look;
use crate::office::review::detail::pair;
use chrono::NaiveDate;
use grebeg_core::rules::activity::{self, ActivityCount, CheckState};
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// Shops of one day.
struct Cohort {
    traders: u64,
    counts: Vec<ActivityCount>,
    /// By check: the first day on which it can be known.
    from: Vec<NaiveDate>,
}

/// Newest cohorts last; a check that no shop of a day is old enough for says from when it can be known.
pub fn of(look: &Look) -> Json {
    let definition = &look.definition;
    let mut cohorts: BTreeMap<NaiveDate, Cohort> = BTreeMap::new();
    for trader in look.traders.iter().filter(|t| t.facts.live) {
        let Some(anchor) = trader.status.since(&definition.anchor_stage) else {
            continue;
        };
        let checks = activity::checks(definition, anchor, &trader.facts.visits, look.date);
        let cohort = cohorts.entry(anchor).or_insert_with(|| Cohort {
            traders: 0,
            counts: Vec::new(),
            from: checks.iter().map(|check| check.due_from).collect(),
        });
        cohort.traders += 1;
        activity::count(&mut cohort.counts, &checks);
        debug_assert!(
            checks
                .iter()
                .all(|c| c.due_from > anchor || c.state != CheckState::TooYoung)
        );
    }
    let rows = cohorts.iter().map(|(date, cohort)| {
        let cells = cohort.counts.iter().zip(&cohort.from).map(|(count, from)| {
            let open = count.due + count.late;
            json!({
                "code": count.code, "from": from, "known": count.too_young < cohort.traders,
                "active": count.active, "ready": count.ready, "not_active": count.not_active, "open": open,
                "late": count.late,
            })
        });
        json!({ "date": date, "traders": cohort.traders, "cells": cells.collect::<Vec<_>>() })
    });
    let stage = definition.stage(&definition.anchor_stage);
    json!({
        "stage": stage.map(|s| pair(&s.label_id, &s.label_en)),
        "checks": definition.activity_checks().iter().map(|check| json!({
            "code": check.code, "day": check.day, "label": pair(&check.label_id, &check.label_en),
        })).collect::<Vec<_>>(),
        "rows": rows.collect::<Vec<_>>(),
    })
}
