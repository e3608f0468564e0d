//! The receipt code of a working day: both sides compute it from the changes that were accepted, so a lead can check it.

use crate::change::{Change, Hash};
use crate::definition::Definition;
use crate::id::{CampaignId, DeviceId};
use chrono::NaiveDate;
use sha2::{Digest, Sha256};

/// Letters of RFC 4648's base32.
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// Characters of a code.
const LENGTH: usize = 8;

/// The working day of a change by its (corrected) stamp.
///
/// The market is the one of the visit that it creates, else of a trader that it names with a market; without one the
/// day is the calendar day in the campaign's time zone.
pub fn day_of(change: &Change, definition: &Definition) -> NaiveDate {
    definition.working_day(market_of(change), change.stamp.ms())
}

/// The market that a change belongs to; empty when it names none.
pub fn market_of(change: &Change) -> &str {
    let named = |kind: &str| {
        change
            .patches
            .iter()
            .filter(|patch| patch.kind == kind)
            .find_map(|patch| patch.value("market")?.as_text())
    };
    named("visit").or_else(|| named("trader")).unwrap_or("")
}

/// The code of a working day. `hashes`: those of the accepted changes of that day, in any order.
///
/// `first_device` is the first device id of the enrolment, whatever the tablet is called now.
pub fn code(
    campaign: CampaignId,
    first_device: DeviceId,
    date: NaiveDate,
    hashes: impl IntoIterator<Item = Hash>,
) -> String {
    let mut hashes: Vec<Hash> = hashes.into_iter().collect();
    hashes.sort_unstable();
    let mut hash = Sha256::new();
    hash.update(campaign.0.as_bytes());
    hash.update(first_device.0.as_bytes());
    hash.update(date.format("%Y-%m-%d").to_string().as_bytes());
    for one in hashes {
        hash.update(one);
    }
    let digest = hash.finalize();
    let bits = digest
        .iter()
        .take(5)
        .fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
    (0..LENGTH)
        .map(|place| {
            let index = (bits >> (5 * (LENGTH - 1 - place))) & 31;
            char::from(*ALPHABET.get(index as usize).unwrap_or(&b'A'))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Patch;
    use crate::definition::builtin_definition;
    use crate::id::PersonId;
    use crate::stamp::{Clocks, Stamp};
    use uuid::Uuid;

    #[test]
    fn the_order_of_the_hashes_does_not_matter_and_everything_else_does() {
        let campaign = CampaignId(Uuid::from_u128(1));
        let device = DeviceId(Uuid::from_u128(2));
        let date = NaiveDate::from_ymd_opt(2019, 8, 5).unwrap();
        let known = code(campaign, device, date, [[1; 32], [2; 32]]);
        assert_eq!(known, "6LXUKLWL");
        assert_eq!(code(campaign, device, date, [[2; 32], [1; 32]]), known);
        assert_ne!(code(campaign, device, date, [[1; 32]]), known);
        let next = date.succ_opt().unwrap();
        assert_ne!(code(campaign, device, next, [[1; 32], [2; 32]]), known);
    }

    #[test]
    fn a_night_market_s_change_belongs_to_the_day_that_had_begun() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let at = chrono::DateTime::parse_from_rfc3339("2019-08-06T02:30:00+07:00").unwrap();
        let change = |patches| Change {
            device: DeviceId(Uuid::from_u128(2)),
            n: 1,
            stamp: Stamp::at_ms(at.timestamp_millis()),
            clocks: Clocks::default(),
            author: PersonId(Uuid::from_u128(3)),
            seen: None,
            prev: None,
            salt: None,
            patches,
        };
        let day = |market: &str| {
            let visit = Patch::new("visit", Uuid::from_u128(4), [("market", market.into())]);
            day_of(&change(vec![visit]), &definition).to_string()
        };
        let night = definition
            .markets()
            .iter()
            .find(|m| m.day_starts.iter().any(|s| s.at != chrono::NaiveTime::MIN))
            .unwrap();
        assert_eq!(day(&night.code), "2019-08-05");
        assert_eq!(day("KNM"), "2019-08-06");
        assert_eq!(
            day_of(&change(vec![]), &definition).to_string(),
            "2019-08-06"
        );
    }
}
