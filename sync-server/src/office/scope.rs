//! What the people on one tablet may see together.

use grebeg_core::id::PersonId;
use grebeg_core::kinds::{Role, Roles};
use grebeg_core::register::RecordKey;
use grebeg_core::sync::pull::Scope;
use grebeg_core::sync::store::Store;

/// The union over `people`, by their roles and markets as they are now.
pub fn scope_of<S: Store>(store: &mut S, people: &[PersonId]) -> Result<Scope, S::Error> {
    let mut scope = Scope {
        roles: Roles::NONE,
        markets: Vec::new(),
    };
    for person in people {
        let Some(record) = store.record(&RecordKey::new("person", person.0))? else {
            continue;
        };
        if record.registers.value("active").and_then(|v| v.as_bool()) == Some(false) {
            continue;
        }
        let Some(role) = record.registers.text("role").and_then(Role::parse) else {
            continue;
        };
        scope.roles = scope.roles.and(role.bit());
        match role {
            Role::Admin => {
                let markets = store.records_of_kind("market")?;
                scope.markets.extend(
                    markets
                        .iter()
                        .filter_map(|(_, m)| m.registers.text("code").map(str::to_owned)),
                );
            }
            Role::Viewer => {}
            Role::Canvasser | Role::Lead => {
                let markets = record
                    .registers
                    .value("markets")
                    .and_then(|v| v.as_list())
                    .unwrap_or_default();
                scope.markets.extend(
                    markets
                        .iter()
                        .filter_map(|m| m.as_text().map(str::to_owned)),
                );
            }
        }
    }
    scope.markets.sort();
    scope.markets.dedup();
    Ok(scope)
}
