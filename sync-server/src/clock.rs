//! The one place that reads the server's clock and its source of chance.

use std::time::{SystemTime, UNIX_EPOCH};

/// Unix milliseconds; before 1970 it is 0.
pub fn now_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let now_ms = i64::try_from(since.as_millis()).unwrap_or(i64::MAX);
    now_ms.saturating_add(turned_ms())
}

/// By how much a demonstration has turned the clock, in milliseconds: what the file says that `GREBEG_CLOCK` names, anew
/// at each reading. Only in builds for development.
#[cfg(debug_assertions)]
fn turned_ms() -> i64 {
    static FILE: std::sync::OnceLock<Option<std::path::PathBuf>> = std::sync::OnceLock::new();
    let file = FILE.get_or_init(|| std::env::var_os("GREBEG_CLOCK").map(Into::into));
    let text = file
        .as_ref()
        .and_then(|file| std::fs::read_to_string(file).ok());
    text.and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

#[cfg(not(debug_assertions))]
fn turned_ms() -> i64 {
    0
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
