//! `set_settings`: how the pages look on this tablet, whoever is at it.

use super::parts::Done;
use crate::error::Result;
use crate::store::{Store, meta};
use rusqlite::Connection;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Theme {
    #[default]
    Light,
    Dark,
    /// Black on white for bright sunlight.
    Sun,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Language {
    #[default]
    Id,
    En,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Settings {
    pub theme: Theme,
    pub lang: Language,
    pub left_hand: bool,
}

/// What is to be changed of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(optional_fields = nullable))]
pub struct SettingsChange {
    pub theme: Option<Theme>,
    pub lang: Option<Language>,
    pub left_hand: Option<bool>,
}

/// The settings of this tablet; what cannot be read is as at the first start.
pub fn settings(conn: &Connection) -> Result<Settings> {
    let json = meta::settings(conn)?;
    Ok(json
        .and_then(|json| serde_json::from_str(&json).ok())
        .unwrap_or_default())
}

pub fn set(store: &mut Store, change: SettingsChange) -> Result<Done> {
    let mut settings = settings(&store.conn)?;
    settings.theme = change.theme.unwrap_or(settings.theme);
    settings.lang = change.lang.unwrap_or(settings.lang);
    settings.left_hand = change.left_hand.unwrap_or(settings.left_hand);
    // Three plain values; there is nothing in them that JSON cannot hold.
    let json = serde_json::to_string(&settings).unwrap_or_default();
    store.transaction(|tx| meta::set_settings(tx, &json))?;
    Ok(Done {})
}
