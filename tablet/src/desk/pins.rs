//! PINs: six digits, hashed slowly, and pauses that neither a clock nor a restart makes shorter.
//!
//! A try is counted on disk before it is looked at, so that killing the program in between gains nothing. Pauses are
//! measured by the monotonic clock of one boot; after another boot a pause begins anew.

use super::{Active, Desk};
use crate::clock;
use crate::command::{Done, Pin, Reply};
use crate::error::{Result, TabletError, Unknown};
use crate::store::meta;
use crate::store::pin::{self, PinRow};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use grebeg_core::id::PersonId;
use grebeg_core::kinds::Role;
use grebeg_core::stamp::Clocks;
use std::sync::PoisonError;
use std::time::Instant;

/// Digits of a PIN.
const DIGITS: usize = 6;
/// Tries before the first pause, and before a lead is needed.
const TRIES_FREE: u32 = 5;
const TRIES_MAX: u32 = 10;
/// The pause after the fifth error and after each that follows, in seconds.
const PAUSES_S: [i64; 4] = [30, 60, 300, 900];

/// Argon2id: memory in KiB and passes. About a third of a second on a laptop.
#[cfg(not(test))]
const COST: (u32, u32) = (64 * 1_024, 8);
#[cfg(test)]
const COST: (u32, u32) = (64, 1);

/// Where one person's PIN stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub wait_s: u64,
    pub tries_left: u32,
    pub needs_lead: bool,
}

/// The pause that an error brings, in milliseconds. `wrong`: errors so far, this one included.
fn pause_ms(wrong: u32) -> i64 {
    let Some(over) = wrong.checked_sub(TRIES_FREE) else {
        return 0;
    };
    let last = PAUSES_S.len() - 1;
    let pause = PAUSES_S.get((over as usize).min(last)).copied();
    pause.unwrap_or(0) * 1_000
}

/// What is left of a pause. Time of another boot tells nothing about this one: then the whole pause is left.
fn left_ms(row: &PinRow, now: &Clocks) -> i64 {
    let passed_ms = match (row.boot, row.mono_ms, now.boot, now.mono_ms) {
        (Some(then), Some(from), Some(boot), Some(to)) if then == boot => to.saturating_sub(from),
        _ => 0,
    };
    (row.wait_ms - passed_ms.max(0)).max(0)
}

/// Where a PIN stands now.
pub fn standing(row: &PinRow, now: &Clocks) -> Standing {
    let left_ms = left_ms(row, now);
    Standing {
        wait_s: u64::try_from(left_ms).unwrap_or(0).div_ceil(1_000),
        tries_left: TRIES_FREE.saturating_sub(row.wrong).max(1),
        needs_lead: row.wrong >= TRIES_MAX,
    }
}

/// A pause that belongs to an earlier boot begins with this one; whether the row changed.
pub fn carry_over(row: &mut PinRow, now: &Clocks) -> bool {
    let is_old = row.wait_ms > 0 && row.boot != now.boot;
    if is_old {
        row.boot = now.boot;
        row.mono_ms = now.mono_ms;
    }
    is_old
}

/// Counts one more error.
fn count(row: &mut PinRow, now: &Clocks) {
    row.wrong = row.wrong.saturating_add(1);
    row.wait_ms = pause_ms(row.wrong);
    row.boot = now.boot;
    row.mono_ms = now.mono_ms;
}

fn hasher() -> Result<Argon2<'static>> {
    let (memory_kib, passes) = COST;
    let params = Params::new(memory_kib, passes, 1, None).map_err(|error| failed(&error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn failed(error: &dyn std::fmt::Display) -> TabletError {
    TabletError::File {
        what: "the PIN cannot be hashed",
        error: std::io::Error::other(error.to_string()),
    }
}

fn hash(pin: &Pin) -> Result<String> {
    let hash = hasher()?
        .hash_password(pin.0.as_bytes())
        .map_err(|error| failed(&error))?;
    Ok(hash.to_string())
}

fn is_right(pin: &Pin, hash: &str) -> Result<bool> {
    Ok(hasher()?.verify_password(pin.0.as_bytes(), hash).is_ok())
}

fn check_form(pin: &Pin) -> Result<()> {
    let digits = pin.0.len() == DIGITS && pin.0.bytes().all(|b| b.is_ascii_digit());
    if digits {
        Ok(())
    } else {
        Err(TabletError::bad("pin", "takes six digits"))
    }
}

impl Desk {
    /// Errors: `pin_exists`, `bad_value`, `person_unknown`.
    pub(super) fn set_pin(&self, person: PersonId, pin: &Pin) -> Result<Reply> {
        let _one_at_a_time = self.trying.lock().unwrap_or_else(PoisonError::into_inner);
        check_form(pin)?;
        self.check_person(person)?;
        if pin::get(&self.lock_store().conn, person)?.is_some() {
            return Err(TabletError::PinExists);
        }
        let row = PinRow {
            hash: hash(pin)?,
            wrong: 0,
            wait_ms: 0,
            boot: None,
            mono_ms: None,
        };
        self.lock_store().keep_pin(person, &row)?;
        Ok(Reply::Done(Done {}))
    }

    /// Errors: `pin_wrong`, `pin_wait`, `pin_needs_lead`, `pin_missing`, `bad_value`, `person_unknown`.
    pub(super) fn unlock(&self, person: PersonId, pin: &Pin) -> Result<Reply> {
        let _one_at_a_time = self.trying.lock().unwrap_or_else(PoisonError::into_inner);
        check_form(pin)?;
        self.check_person(person)?;
        let now = clock::read();
        let mut store = self.lock_store();
        let mut row = pin::get(&store.conn, person)?.ok_or(TabletError::PinMissing)?;
        if carry_over(&mut row, &now) {
            store.keep_pin(person, &row)?;
        }
        let before = standing(&row, &now);
        if before.needs_lead {
            return Err(TabletError::PinNeedsLead);
        }
        if before.wait_s > 0 {
            return Err(TabletError::PinWait {
                wait_s: before.wait_s,
            });
        }
        count(&mut row, &now);
        store.keep_pin(person, &row)?;
        // Hashing takes long on purpose; saves and screens do not wait for it.
        drop(store);
        if !is_right(pin, &row.hash)? {
            let after = standing(&row, &clock::read());
            return Err(match after.needs_lead {
                true => TabletError::PinNeedsLead,
                false => TabletError::PinWrong {
                    tries_left: after.tries_left,
                    wait_s: after.wait_s,
                },
            });
        }
        row.wrong = 0;
        row.wait_ms = 0;
        self.lock_store().keep_pin(person, &row)?;
        *self.lock_active() = Some(Active {
            person,
            last_used: Instant::now(),
        });
        Ok(Reply::Done(Done {}))
    }

    /// Lets a person make a new PIN. Errors: `field_not_allowed` unless a lead or an admin is unlocked, `person_unknown`.
    pub(super) fn clear_pin(&self, by: PersonId, person: PersonId) -> Result<Reply> {
        self.check_person(person)?;
        let mut store = self.lock_store();
        let people = store.enrolment()?.people;
        let role = people.iter().find(|p| p.person_id == by).map(|p| &p.role);
        let role = role.and_then(|role| Role::parse(role));
        if !matches!(role, Some(Role::Lead | Role::Admin)) {
            return Err(TabletError::FieldNotAllowed {
                field: "pin".into(),
            });
        }
        store.forget_pin(person)?;
        Ok(Reply::Done(Done {}))
    }

    /// Errors: `not_enrolled`, `revoked`, `person_unknown`.
    fn check_person(&self, person: PersonId) -> Result<()> {
        let store = self.lock_store();
        if meta::flag(&store.conn, "revoked")? {
            return Err(TabletError::Locked);
        }
        let people = store.enrolment()?.people;
        if people.iter().any(|known| known.person_id == person) {
            return Ok(());
        }
        Err(TabletError::unknown(Unknown::Person, person.0.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(boot: u64, mono_s: i64) -> Clocks {
        Clocks {
            wall_ms: 0,
            boot: Some(boot),
            mono_ms: Some(mono_s * 1_000),
        }
    }

    fn row() -> PinRow {
        PinRow {
            hash: String::new(),
            wrong: 0,
            wait_ms: 0,
            boot: None,
            mono_ms: None,
        }
    }

    #[test]
    fn pauses_grow_from_the_fifth_error_and_the_tenth_needs_a_lead() {
        let mut row = row();
        let mut pauses = Vec::new();
        for _ in 0..10 {
            assert!(!standing(&row, &at(1, 0)).needs_lead);
            count(&mut row, &at(1, 0));
            let now = standing(&row, &at(1, 0));
            pauses.push((now.tries_left, now.wait_s));
        }
        assert!(standing(&row, &at(1, 0)).needs_lead);
        assert_eq!(
            pauses,
            [
                (4, 0),
                (3, 0),
                (2, 0),
                (1, 0),
                (1, 30),
                (1, 60),
                (1, 300),
                (1, 900),
                (1, 900),
                (1, 900)
            ]
        );
    }

    #[test]
    fn a_pause_is_measured_within_one_boot_and_begins_anew_in_another() {
        let mut row = row();
        for _ in 0..5 {
            count(&mut row, &at(1, 100));
        }
        let mut tomorrow = at(1, 110);
        tomorrow.wall_ms = 86_400_000;
        assert_eq!(standing(&row, &tomorrow).wait_s, 20);
        assert_eq!(standing(&row, &at(1, 130)).wait_s, 0);
        // Booted again, with an uptime beyond the old one.
        let mut booted = row.clone();
        assert_eq!(standing(&booted, &at(2, 500)).wait_s, 30);
        assert!(carry_over(&mut booted, &at(2, 500)));
        assert_eq!(standing(&booted, &at(2, 510)).wait_s, 20);
        assert!(!carry_over(&mut booted, &at(2, 520)));
        assert_eq!(standing(&booted, &at(2, 530)).wait_s, 0);
    }

    #[test]
    fn only_six_digits_are_a_pin() {
        for (typed, good) in [
            ("123456", true),
            ("12345", false),
            ("1234567", false),
            ("12345a", false),
            ("１２３４５６", false),
            ("", false),
        ] {
            assert_eq!(check_form(&Pin(typed.into())).is_ok(), good, "{typed}");
        }
        assert_eq!(format!("{:?}", Pin("123456".into())), "Pin(…)");
    }
}
