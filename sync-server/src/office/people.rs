//! People of the team and their log-ins.

use super::desk::Desk;
use super::error::OfficeError;
use crate::clock;
use crate::store::sqlite::SqliteDirectory;
use crate::store::{Directory, Registry};
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use grebeg_core::change::Patch;
use grebeg_core::id::PersonId;
use grebeg_core::kinds::Role;
use grebeg_core::limits;
use grebeg_core::register::RecordKey;
use grebeg_core::sync::store::Store;
use grebeg_core::value::Value;

/// Shortest password that is taken.
const PASSWORD_CHARS_MIN: usize = 10;

#[derive(Debug, Default, Clone)]
pub struct PersonInput {
    pub name: Option<String>,
    pub role: Option<String>,
    pub markets: Option<Vec<String>>,
    pub code: Option<String>,
    pub active: Option<bool>,
    pub login: Option<String>,
    pub password: Option<String>,
}

/// Adds a person (`id` is `None`) or changes one; only given fields are written.
pub fn save(
    desk: &mut Desk<'_>,
    id: Option<PersonId>,
    input: &PersonInput,
) -> Result<PersonId, OfficeError> {
    desk.needs(&[Role::Admin], "an admin")?;
    let mut fields: Vec<(&str, Value)> = Vec::new();
    if let Some(name) = &input.name {
        let name = name.trim();
        if name.chars().count() > limits::TEXT_CHARS_MAX {
            return Err(OfficeError::TooLong {
                field: "name",
                max: limits::TEXT_CHARS_MAX,
            });
        }
        if name.is_empty() {
            return Err(OfficeError::BadValue {
                what: "name",
                value: name.to_owned(),
                expected: "a name",
            });
        }
        fields.push(("name", Value::text(name)));
    }
    if let Some(role) = &input.role {
        let role = Role::parse(role).ok_or_else(|| OfficeError::RoleUnknown(role.clone()))?;
        fields.push(("role", Value::text(role.code())));
    }
    if let Some(markets) = &input.markets {
        let definition = desk.definition()?;
        let mut codes = Vec::new();
        for name in markets.iter().map(|m| m.trim()).filter(|m| !m.is_empty()) {
            let market = definition
                .market_by_name(name)
                .ok_or_else(|| OfficeError::MarketUnknown(name.to_owned()))?;
            codes.push(market.code.clone());
        }
        codes.sort();
        codes.dedup();
        fields.push((
            "markets",
            Value::List(codes.into_iter().map(Value::Text).collect()),
        ));
    }
    if let Some(code) = input.code.as_deref().map(str::trim) {
        let people = desk.store.records_of_kind("person")?;
        let theirs = people.iter().any(|(key, other)| {
            id.is_none_or(|id| id.0 != key.id)
                && other
                    .registers
                    .text("code")
                    .is_some_and(|c| c.eq_ignore_ascii_case(code))
        });
        if theirs && !code.is_empty() {
            return Err(OfficeError::Taken {
                what: "the code",
                value: code.to_owned(),
            });
        }
        fields.push(("code", Value::text(code)));
    }
    if let Some(active) = input.active {
        fields.push(("active", Value::Bool(active)));
    }
    let person = match id {
        Some(id) => id,
        None => PersonId(clock::random_uuid()?),
    };
    let known = desk
        .store
        .record(&RecordKey::new("person", person.0))?
        .unwrap_or_default();
    fields.retain(|(field, value)| known.registers.value(field) != Some(value));
    let mut what: Vec<String> = fields.iter().map(|(f, _)| (*f).to_owned()).collect();
    if !fields.is_empty() {
        desk.change(vec![Patch::new("person", person.0, fields)])?;
    }
    if let Some(login) = &input.login {
        let password = input.password.as_deref().unwrap_or_default();
        if password.chars().count() < PASSWORD_CHARS_MIN {
            return Err(OfficeError::Other {
                code: "password_too_short",
                message: format!("the password has fewer than {PASSWORD_CHARS_MIN} characters"),
                hint: "give a longer one on stdin with --password-stdin".to_owned(),
            });
        }
        let login = login.trim();
        if login.is_empty() || login.chars().count() > limits::TEXT_CHARS_MAX {
            return Err(OfficeError::TooLong {
                field: "login",
                max: limits::TEXT_CHARS_MAX,
            });
        }
        let owner = SqliteDirectory(desk.store.connection).login(login)?;
        if owner.is_some_and(|(c, p, _)| (c, p) != (desk.row.campaign, person)) {
            return Err(OfficeError::Taken {
                what: "login",
                value: login.to_owned(),
            });
        }
        let hash = hash_password(password)?;
        desk.store.set_login(login, person, &hash)?;
        what.push(format!("login {login}"));
    }
    if let Some(role) = &input.role {
        what.push(format!("role is {role}"));
    }
    desk.log("person", &format!("{person} {}", what.join(", ")))?;
    Ok(person)
}

/// argon2id, 19 MiB, two passes: slow for a guesser, bearable for a small server.
fn hash_password(password: &str) -> Result<String, OfficeError> {
    let failed = |error: &dyn std::fmt::Display| {
        OfficeError::Refused(format!("the password cannot be hashed: {error}"))
    };
    let params = Params::new(19 * 1_024, 2, 1, None).map_err(|error| failed(&error))?;
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = hasher
        .hash_password(password.as_bytes())
        .map_err(|error| failed(&error))?;
    Ok(hash.to_string())
}

/// A hash that no password is known for, with the same costs: unknown log-ins take as long as known ones.
pub const NOBODYS_HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$Z3JlYmVnLXBhc2FyLW5vYm9keQ$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Whether a password is the one that was hashed. Slow on purpose.
pub fn password_fits(hash: &str, password: &str) -> bool {
    Argon2::default()
        .verify_password(password.as_bytes(), hash)
        .is_ok()
}
