//! Signing in at the office's pages: a password opens a session, and a session ends by itself.
//!
//! The role is the one of the person's record at each request. A session ends at once when that changes, when the person
//! does not work here any more, and (by the store itself) when the password or the log-in changes.

use super::desk::Desk;
use super::error::OfficeError;
use super::people;
use crate::clock;
use crate::store::Directory;
use crate::store::sessions::{SessionRow, Sessions, TokenHash};
use crate::store::sqlite::{SqliteDirectory, SqliteStore, StoreError};
use crate::writer::Turn;
use grebeg_core::id::{CampaignId, PersonId};
use grebeg_core::kinds::Role;
use grebeg_core::register::{RecordKey, Registers};
use grebeg_core::sync::store::Store;
use grebeg_core::wire::json::to_hex;
use rusqlite::Connection;
use sha2::{Digest, Sha256};

/// Without doing anything a person is signed out after this time.
pub const IDLE_MS: i64 = 30 * 60_000;
/// And after this time in any case.
pub const AGE_MS_MAX: i64 = 12 * 3_600_000;
/// How often it is noted that a person still works.
pub const NOTE_EVERY_MS: i64 = 60_000;
/// A clock that was set back by more than this ends what it makes come from the future.
const CLOCK_TOLERANCE_MS: i64 = 5 * 60_000;

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq)]
pub struct Who {
    pub campaign: CampaignId,
    pub person: PersonId,
    pub role: Role,
    pub hash: TokenHash,
    pub seen_ms: i64,
}

/// The hash under which a cookie is kept.
pub fn hash_of(cookie: &str) -> TokenHash {
    Sha256::digest(cookie.as_bytes()).into()
}

/// Who a cookie belongs to at an instant; `None` where nobody is signed in with it any more.
pub fn find(
    connection: &Connection,
    hash: &TokenHash,
    now_ms: i64,
) -> Result<Option<Who>, StoreError> {
    let Some(row) = SqliteDirectory(connection).session(hash)? else {
        return Ok(None);
    };
    let from_future = row.started_ms.saturating_sub(now_ms) > CLOCK_TOLERANCE_MS;
    let idle = now_ms.saturating_sub(row.seen_ms) >= IDLE_MS;
    let old = now_ms.saturating_sub(row.started_ms) >= AGE_MS_MAX;
    if from_future || idle || old {
        return Ok(None);
    }
    let mut store = SqliteStore::new(connection, row.campaign);
    let person = store.record(&RecordKey::new("person", row.person.0))?;
    let role = person.and_then(|p| working_role(&p.registers));
    Ok(role.filter(|role| role.code() == row.role).map(|role| Who {
        campaign: row.campaign,
        person: row.person,
        role,
        hash: *hash,
        seen_ms: row.seen_ms,
    }))
}

/// The role of somebody who still works here.
fn working_role(person: &Registers) -> Option<Role> {
    let works = person.value("active").and_then(|v| v.as_bool()) != Some(false);
    person.text("role").and_then(Role::parse).filter(|_| works)
}

/// What a log-in leads to, for the check of the password outside any transaction.
#[derive(Debug, Clone)]
pub struct Account {
    pub campaign: CampaignId,
    pub person: PersonId,
    pub password_hash: String,
}

pub fn account(connection: &Connection, login: &str) -> Result<Option<Account>, StoreError> {
    let found = SqliteDirectory(connection).login(login)?;
    Ok(found.map(|(campaign, person, password_hash)| Account {
        campaign,
        person,
        password_hash,
    }))
}

/// Whether a password is the account's. Takes the same time without an account; slow on purpose, so not on async threads.
pub fn password_fits(account: Option<&Account>, password: &str) -> bool {
    let hash = account.map_or(people::NOBODYS_HASH, |a| a.password_hash.as_str());
    people::password_fits(hash, password) && account.is_some()
}

/// Opens a session after the password was found right, unless it was changed meanwhile; the cookie's value, told once.
///
/// `before`: the session that the same browser had, which ends.
pub fn start(
    turn: &mut Turn<'_>,
    login: &str,
    account: &Account,
    before: Option<&TokenHash>,
) -> Result<Option<String>, OfficeError> {
    let now_ms = turn.wall_ms();
    let mut directory = SqliteDirectory(turn.connection()?);
    directory.clear_sessions(now_ms - IDLE_MS, now_ms - AGE_MS_MAX)?;
    if let Some(before) = before {
        directory.end_session(before)?;
    }
    let same = directory
        .login(login)?
        .is_some_and(|(_, person, hash)| person == account.person && hash == account.password_hash);
    let campaign = account.campaign.to_string();
    let person = account.person.to_string();
    let mut desk = Desk::open(turn, Some(&campaign), Some(&person))?;
    let record = desk
        .store
        .record(&RecordKey::new("person", account.person.0))?;
    let role = record.and_then(|p| working_role(&p.registers));
    let Some(role) = role.filter(|_| same) else {
        return Ok(None);
    };
    let cookie = to_hex(&clock::random::<32>()?);
    let row = SessionRow {
        campaign: account.campaign,
        person: account.person,
        login: login.to_owned(),
        role: role.code().to_owned(),
        started_ms: now_ms,
        seen_ms: now_ms,
    };
    desk.log("sign in", role.code())?;
    SqliteDirectory(turn.connection()?).add_session(&hash_of(&cookie), &row)?;
    Ok(Some(cookie))
}

/// Ends a session and notes it.
pub fn end(turn: &mut Turn<'_>, who: &Who) -> Result<(), OfficeError> {
    if SqliteDirectory(turn.connection()?).end_session(&who.hash)? {
        let (campaign, person) = (who.campaign.to_string(), who.person.to_string());
        Desk::open(turn, Some(&campaign), Some(&person))?.log("sign out", "")?;
    }
    Ok(())
}

/// Notes how many tries failed, without the names that were tried: a wrong one may be somebody's password.
pub fn note_failures(turn: &mut Turn<'_>, count: u64) -> Result<(), OfficeError> {
    let campaigns = SqliteDirectory(turn.connection()?).campaigns()?;
    if let Some(row) = campaigns.first() {
        let mut desk = Desk::open(turn, Some(&row.code), None)?;
        desk.log("sign in failed", &count.to_string())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::people::{PersonInput, save};
    use crate::office::test_office::Office;
    use crate::store::Registry;
    use crate::writer::once;

    const PASSWORD: &str = "kopi tubruk pagi";

    fn office() -> (Office, PersonId) {
        let mut office = Office::new();
        let person = office.person("Bu Ratna", "lead", &["KNM"]);
        set_password(&mut office, person, PASSWORD);
        (office, person)
    }

    fn set_password(office: &mut Office, person: PersonId, password: &str) {
        let input = PersonInput {
            login: Some("ratna".to_owned()),
            password: Some(password.to_owned()),
            ..PersonInput::default()
        };
        office.desk(|desk| save(desk, Some(person), &input));
    }

    fn sign_in(office: &mut Office, before: Option<&TokenHash>) -> TokenHash {
        let found = account(&office.connection, "ratna").unwrap().unwrap();
        let cookie = once(&mut office.connection, |turn| {
            start(turn, "ratna", &found, before)
        });
        hash_of(&cookie.unwrap().unwrap())
    }

    fn is_in(office: &Office, hash: &TokenHash, after_ms: i64) -> bool {
        let found = find(&office.connection, hash, clock::now_ms() + after_ms);
        found.unwrap().is_some()
    }

    fn change(office: &mut Office, person: PersonId, input: PersonInput) {
        office.desk(|desk| save(desk, Some(person), &input));
    }

    #[test]
    fn a_password_fits_its_account_and_nobody_else() {
        let (office, person) = office();
        let found = account(&office.connection, "ratna").unwrap().unwrap();
        assert_eq!(found.person, person);
        assert!(password_fits(Some(&found), PASSWORD));
        assert!(!password_fits(Some(&found), "kopi tubruk siang"));
        assert!(!password_fits(None, PASSWORD));
        assert!(account(&office.connection, "budi").unwrap().is_none());
    }

    #[test]
    fn a_session_ends_when_nobody_works_and_after_half_a_day() {
        let (mut office, _) = office();
        let hash = sign_in(&mut office, None);
        assert!(is_in(&office, &hash, 0));
        assert!(is_in(&office, &hash, IDLE_MS - 5_000));
        assert!(!is_in(&office, &hash, IDLE_MS));
        assert!(!is_in(&office, &hash, -2 * CLOCK_TOLERANCE_MS));
        for n in 1..30 {
            let at_ms = clock::now_ms() + n * (IDLE_MS - 60_000);
            SqliteDirectory(&office.connection)
                .session_seen(&hash, at_ms)
                .unwrap();
            let inside = n * (IDLE_MS - 60_000) < AGE_MS_MAX - 5_000;
            assert_eq!(is_in(&office, &hash, n * (IDLE_MS - 60_000)), inside, "{n}");
        }
    }

    #[test]
    fn a_session_ends_with_the_role_the_person_and_the_password() {
        for what in ["role", "person", "password"] {
            let (mut office, person) = office();
            let hash = sign_in(&mut office, None);
            match what {
                "role" => change(
                    &mut office,
                    person,
                    PersonInput {
                        role: Some("admin".to_owned()),
                        ..PersonInput::default()
                    },
                ),
                "person" => change(
                    &mut office,
                    person,
                    PersonInput {
                        active: Some(false),
                        ..PersonInput::default()
                    },
                ),
                _ => set_password(&mut office, person, "teh poci sore hari"),
            }
            assert!(!is_in(&office, &hash, 0), "{what}");
        }
    }

    #[test]
    fn who_signs_in_again_gets_a_new_session_and_the_old_one_ends() {
        let (mut office, _) = office();
        let first = sign_in(&mut office, None);
        let other_browser = sign_in(&mut office, None);
        let second = sign_in(&mut office, Some(&first));
        assert!(first != second && !is_in(&office, &first, 0));
        assert!(is_in(&office, &second, 0) && is_in(&office, &other_browser, 0));
        let who = find(&office.connection, &second, clock::now_ms())
            .unwrap()
            .unwrap();
        once(&mut office.connection, |turn| end(turn, &who)).unwrap();
        assert!(!is_in(&office, &second, 0));
        let audits = office.desk(|desk| Ok(desk.store.audits()?));
        let signs: Vec<&str> = audits
            .iter()
            .map(|line| line.what.as_str())
            .filter(|what| what.starts_with("sign"))
            .collect();
        assert_eq!(signs, ["sign in", "sign in", "sign in", "sign out"]);
    }
}
