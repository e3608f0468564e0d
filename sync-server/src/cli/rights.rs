//! Which roles may give which command: one table, asked before any command runs.
//!
//! The functions of `office` ask again within their transaction, and narrow what a lead or a canvasser sees to their markets.

use super::Command;
use super::campaign::Campaign;
use super::enrol::Device;
use super::person::Person;
use grebeg_core::kinds::Role;

/// Who may give a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// The installation, the definition, the team, names in files.
    Admin,
    /// A lead's work on the lead's markets.
    Lead,
    /// Whoever works with traders, on the own markets.
    Field,
    /// Everybody: what is shown holds no name, or is narrowed to what a tablet of that person would hold.
    Everybody,
}

impl Right {
    pub fn roles(self) -> &'static [Role] {
        match self {
            Self::Admin => &[Role::Admin],
            Self::Lead => &[Role::Lead, Role::Admin],
            Self::Field => &[Role::Canvasser, Role::Lead, Role::Admin],
            Self::Everybody => &[Role::Canvasser, Role::Lead, Role::Admin, Role::Viewer],
        }
    }

    pub fn needed(self) -> &'static str {
        match self {
            Self::Admin => "an admin",
            Self::Lead => "a lead",
            Self::Field => "somebody who works with traders",
            Self::Everybody => "a person of the campaign",
        }
    }
}

/// The table. A new command does not compile before it stands here.
pub fn of(command: &Command) -> Right {
    match command {
        Command::Totals(_) | Command::Dump(_) | Command::Digest(_) => Right::Everybody,
        Command::Campaign(Campaign::List | Campaign::Show) => Right::Everybody,
        // The table of kinds says who reads and writes which.
        Command::Record(_)
        | Command::Team(_)
        | Command::Class(_)
        | Command::Referral(_)
        | Command::Partner(_) => Right::Everybody,
        Command::History(_) | Command::Person(Person::List) => Right::Field,
        Command::Held(_)
        | Command::Review(_)
        | Command::Conflicts(_)
        | Command::Duplicates(_)
        | Command::Receipt(_)
        | Command::Device(Device::List) => Right::Lead,
        Command::Serve(_)
        | Command::Campaign(
            Campaign::Load { .. } | Campaign::Export { .. } | Campaign::Close | Campaign::Open,
        )
        | Command::Person(Person::Add(_) | Person::Set { .. })
        | Command::Enrol(_)
        | Command::Device(Device::Revoke { .. } | Device::Rescue { .. })
        | Command::Traders(_)
        | Command::DemoData(_)
        | Command::Export(_)
        | Command::Erase(_)
        | Command::Backup(_)
        | Command::Restore(_)
        | Command::Verify(_)
        | Command::Doctor
        | Command::Audit(_) => Right::Admin,
    }
}
