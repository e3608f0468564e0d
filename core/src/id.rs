//! Identifiers that cannot be swapped, and the ids that are derived instead of drawn.

use sha2::{Digest, Sha256};
use uuid::Uuid;

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.hyphenated().fmt(f)
            }
        }
    };
}

id_type!(
    /// One campaign in one city.
    CampaignId
);
id_type!(
    /// A tablet's (or the server's own) source of changes; a copied or damaged tablet takes a new one.
    DeviceId
);
id_type!(
    /// A person of the team; never a trader.
    PersonId
);

/// The office's command line, acting with an admin's rights when nobody is named.
pub const CONSOLE: PersonId = PersonId(Uuid::from_u128(0x0c05_0000_0000_8000_8000_0000_0000_0001));

/// Namespace of everything derived here.
const NAMESPACE: Uuid = Uuid::from_u128(0x6772_6562_6567_5000_8000_7061_7361_7231);

fn derive(within: &Uuid, parts: &[&str]) -> Uuid {
    Uuid::new_v5(within, parts.join("\u{1f}").as_bytes())
}

impl CampaignId {
    fn space(&self) -> Uuid {
        derive(&NAMESPACE, &[&self.0.hyphenated().to_string()])
    }

    /// Id of a definition's record (market, channel, step …), so that loading it again finds the same record.
    pub fn definition_record(&self, kind: &str, key: &str) -> Uuid {
        derive(&self.space(), &["definition", kind, key])
    }

    /// Id of a trader from a register: it need not travel, because both sides can derive it.
    ///
    /// `register_no`: the register's own number as trimmed text.
    pub fn register_trader(&self, register: &str, register_no: &str) -> Uuid {
        derive(&self.space(), &["register", register, register_no])
    }
}

/// Id of a trader's step: two canvassers who tick the same box make one record.
///
/// UUIDv5 of the trader's id and the code, so that anybody who writes a client can derive it.
pub fn step_id(trader: &Uuid, step_code: &str) -> Uuid {
    Uuid::new_v5(trader, step_code.as_bytes())
}

/// Id of a trader's need tag, in the same way; it is of another kind than a step with the same code.
pub fn need_id(trader: &Uuid, need_code: &str) -> Uuid {
    Uuid::new_v5(trader, need_code.as_bytes())
}

/// Under which a visit is counted whose own id is none: one for each patch of each change.
pub fn nameless_visit_id(device: &DeviceId, n: u64, patch: usize) -> Uuid {
    derive(
        &device.0,
        &["visit without an id", &n.to_string(), &patch.to_string()],
    )
}

/// Id of a visit's review: one verdict for each visit, the latest holds.
pub fn review_id(visit: &Uuid) -> Uuid {
    derive(visit, &["review"])
}

/// Id of the record of a merge of `other` into another trader.
pub fn merge_id(other: &Uuid) -> Uuid {
    derive(other, &["merge"])
}

/// Id of the statement that two traders are two people, whichever is named first.
pub fn not_duplicate_id(a: &Uuid, b: &Uuid) -> Uuid {
    derive(
        a.min(b),
        &["not_duplicate", &a.max(b).hyphenated().to_string()],
    )
}

/// Id of the lead's choice in a conflict of one field.
pub fn conflict_choice_id(record: &Uuid, field: &str) -> Uuid {
    derive(record, &["conflict_choice", field])
}

/// Id under which a held-back change is named to people: its hash, cut to an id.
pub fn held_id(hash: &[u8; 32]) -> Uuid {
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The device id under which a change is accepted that came under a number which it does not hold: drawn from its hash.
pub fn accepted_alone(hash: &[u8; 32]) -> DeviceId {
    let mut drawn = Sha256::new();
    drawn.update(b"grebeg accepted alone");
    drawn.update(hash);
    let digest: [u8; 32] = drawn.finalize().into();
    DeviceId(held_id(&digest))
}

/// Id of the `number`-th record that a change creates, drawn from the change's salt: as random as the salt, and it need not travel.
pub fn created_id(salt: &[u8; 16], number: u32) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(b"grebeg created id");
    hash.update(salt);
    hash.update(number.to_be_bytes());
    let digest = hash.finalize();
    let mut bytes = [0u8; 16];
    bytes.copy_from_slice(&digest[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn derived_ids_stay_what_they_are() {
        let campaign = CampaignId(Uuid::from_u128(7));
        // These are kept in the field for ever: a change of derivation would double every trader.
        assert_eq!(
            campaign.register_trader("operator", "17").to_string(),
            "fd20eaa6-0cbe-58e9-92c5-9e1bc45310eb"
        );
        assert_ne!(
            campaign.register_trader("operator", "17"),
            campaign.register_trader("operato", "r17")
        );
        // By anybody's library: uuid5(namespace = trader, name = code).
        assert_eq!(
            step_id(
                &uuid::uuid!("6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
                "prep.hp"
            )
            .to_string(),
            "78b8ec6f-8fe0-5288-b2db-ed8b2c7631d2"
        );
        assert_eq!(created_id(&[3; 16], 0).get_version_num(), 8);
    }
}
