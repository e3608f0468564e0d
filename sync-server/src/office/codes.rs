//! Enrolment codes: a spoken one of 10 characters for 10 minutes, a QR of 128 bits for hours; using one spends both.
//! Only their hashes are kept.

use super::desk::Desk;
use super::error::OfficeError;
use crate::clock;
use crate::store::rows::{CodeRow, EnrolmentRow, NewCode};
use crate::store::sqlite::{SqliteDirectory, StoreError};
use crate::store::{Directory, Registry};
use crate::writer::Turn;
use grebeg_core::id::{DeviceId, PersonId};
use grebeg_core::kinds::Role;
use grebeg_core::limits;
use grebeg_core::register::RecordKey;
use grebeg_core::sync::store::{DeviceRow, Store};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// 32 characters that cannot be misheard or misread for one another: no I, L, O, U.
const SPOKEN: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SPOKEN_CHARS: usize = 10;
/// The first characters name the row, so that a guess burns one code and not all.
const NAME_CHARS: usize = 3;
const SPOKEN_MS: i64 = 10 * 60_000;
const QR_HOURS_MAX: u32 = 24 * 7;
/// Wrong tries that burn a spoken code.
const WRONG_MAX: u32 = 5;

/// A fresh pair of codes; the only time that they are readable.
pub struct Issued {
    pub code: String,
    pub code_expires_ms: i64,
    pub qr_text: String,
    pub expires_ms: i64,
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

pub fn issue(
    desk: &mut Desk<'_>,
    people: &[PersonId],
    valid_hours: u32,
) -> Result<Issued, OfficeError> {
    desk.needs(&[Role::Admin], "an admin")?;
    if people.is_empty() || people.len() > limits::PEOPLE_ON_TABLET_MAX {
        return Err(OfficeError::BadValue {
            what: "--person",
            value: people.len().to_string(),
            expected: "between 1 and 16 people share a tablet",
        });
    }
    if valid_hours == 0 || valid_hours > QR_HOURS_MAX {
        return Err(OfficeError::BadValue {
            what: "--valid-hours",
            value: valid_hours.to_string(),
            expected: "between 1 and 168 hours",
        });
    }
    let now_ms = clock::now_ms();
    let draw: [u8; SPOKEN_CHARS] = clock::random()?;
    let code: String = draw
        .iter()
        .map(|byte| char::from(SPOKEN[usize::from(byte % 32)]))
        .collect();
    let qr: [u8; 16] = clock::random()?;
    let qr_text = format!("GREBEG:{}", grebeg_core::wire::json::to_hex(&qr));
    let new = NewCode {
        people: people.to_vec(),
        spoken_name: code.chars().take(NAME_CHARS).collect(),
        spoken_hash: hash(&code),
        spoken_until_ms: now_ms + SPOKEN_MS,
        qr_hash: hash(&qr_text),
        qr_until_ms: now_ms + i64::from(valid_hours) * 3_600_000,
    };
    desk.store.add_code(&new)?;
    let names: Vec<String> = people.iter().map(ToString::to_string).collect();
    desk.log("enrol", &names.join(","))?;
    Ok(Issued {
        code,
        code_expires_ms: new.spoken_until_ms,
        qr_text,
        expires_ms: new.qr_until_ms,
    })
}

/// What a tablet is told when its code was good.
pub struct Welcome {
    pub row: EnrolmentRow,
    pub token: String,
}

/// What became of a code.
pub enum Enrolled {
    Welcome(Box<Welcome>),
    /// Unknown, spent, expired or burnt, which all look alike.
    NoCode,
    /// The code was good, but its campaign is closed; it stays unspent.
    Closed,
}

/// Spends a code.
pub fn enrol(
    turn: &mut Turn<'_>,
    code: &str,
    device_name: &str,
    app_version: &str,
) -> Result<Enrolled, StoreError> {
    let now_ms = turn.wall_ms();
    let Some(found) = find(turn, code, now_ms)? else {
        return Ok(Enrolled::NoCode);
    };
    let mut store = turn.store(found.campaign)?;
    let campaign = RecordKey::new("campaign", found.campaign.0);
    if store
        .record(&campaign)?
        .is_some_and(|c| c.registers.flag("closed"))
    {
        return Ok(Enrolled::Closed);
    }
    store.use_code(found.no, now_ms)?;
    let secret: [u8; 32] = clock::random()?;
    let token = grebeg_core::wire::json::to_hex(&secret);
    let row = EnrolmentRow {
        enrolment: clock::random_uuid()?,
        campaign: found.campaign,
        first_device: DeviceId(clock::random_uuid()?),
        people: found.people,
        device_name: device_name.chars().take(limits::TEXT_CHARS_MAX).collect(),
        app_version: app_version.chars().take(limits::TEXT_CHARS_MAX).collect(),
        // The commit time, not the wall's: figures as of an instant before must not change by it.
        enrolled_ms: store.head()?.last_ms,
        last_seen_ms: now_ms,
        contact: None,
        revoked_ms: None,
        revoked_why: None,
        rescue_until_ms: 0,
    };
    store.add_enrolment(&row, &hash(&token))?;
    store.add_device(&DeviceRow {
        device: row.first_device,
        enrolment: row.enrolment,
        succeeds: None,
    })?;
    super::tablets::publish(&mut store, &row)?;
    Ok(Enrolled::Welcome(Box::new(Welcome { row, token })))
}

fn find(turn: &mut Turn<'_>, code: &str, now_ms: i64) -> Result<Option<CodeRow>, StoreError> {
    let mut directory = SqliteDirectory(turn.connection()?);
    let text = code.trim();
    if text.to_ascii_uppercase().starts_with("GREBEG:") {
        let text = format!("GREBEG:{}", text[7..].to_ascii_lowercase());
        let found = directory.code_by_qr(&hash(&text))?;
        return Ok(found.filter(|row| row.used_ms.is_none() && now_ms <= row.qr_until_ms));
    }
    let spoken = as_spoken(text);
    let name: String = spoken.chars().take(NAME_CHARS).collect();
    let given = hash(&spoken);
    let mut good = None;
    for row in directory.codes_named(&name)? {
        let alive =
            row.used_ms.is_none() && now_ms <= row.spoken_until_ms && row.spoken_wrong < WRONG_MAX;
        if bool::from(row.spoken_hash.ct_eq(&given)) {
            good = alive.then_some(row);
        } else if alive {
            directory.wrong_code(row.no)?;
        }
    }
    Ok(good)
}

/// What was said or typed: without blanks and hyphens, and what looks alike read as what was meant.
fn as_spoken(text: &str) -> String {
    let chars = text
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .take(64);
    chars
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        })
        .collect()
}
