//! The one place that reads the server's clock and its source of chance.

use std::time::{SystemTime, UNIX_EPOCH};

/// Unix milliseconds; before 1970 it is 0.
pub fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// The system gave no random bytes; nothing secret can be made then.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random bytes: {0}")]
pub struct NoChance(getrandom::Error);

pub fn random<const N: usize>() -> Result<[u8; N], NoChance> {
    let mut bytes = [0u8; N];
    getrandom::fill(&mut bytes).map_err(NoChance)?;
    Ok(bytes)
}

pub fn random_uuid() -> Result<uuid::Uuid, NoChance> {
    Ok(uuid::Builder::from_random_bytes(random()?).into_uuid())
}
