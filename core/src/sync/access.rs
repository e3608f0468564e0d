//! Who may write what, decided at one place from the table of kinds; a change beyond it is held back with the reason.

use super::messages::{CAMPAIGN_HOME, HeldReason};
use super::store::{Store, Stored};
use crate::change::{Change, Patch, Seen};
use crate::id::{CONSOLE, PersonId, review_id};
use crate::kinds::{self, FieldFault, FieldSpec, HomeRule, KindSpec, MergeRule, Role, Roles};
use crate::limits;
use crate::merge::ERASED;
use crate::register::{RecordKey, Registers};
use crate::value::Value;
use uuid::Uuid;

/// Whose request a change came with.
#[derive(Debug, Clone, PartialEq)]
pub struct Sender {
    pub enrolment: Uuid,
    pub people: Vec<PersonId>,
    /// The server's own device: its authors were checked by the command or page that made the change.
    pub server: bool,
    /// The tablet was revoked and an admin let it hand in once what it still held.
    pub rescue: bool,
}

impl Sender {
    /// The server itself.
    pub fn server() -> Self {
        Self {
            enrolment: Uuid::nil(),
            people: Vec::new(),
            server: true,
            rescue: false,
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub enum Judgement {
    Accept,
    Hold {
        reason: HeldReason,
        /// Records whose appearance makes it worth judging again.
        waits_for: Vec<RecordKey>,
    },
}

fn hold<E>(reason: HeldReason) -> Result<Judgement, E> {
    Ok(Judgement::Hold {
        reason,
        waits_for: Vec::new(),
    })
}

/// The place in this epoch's order that `seen` stands for; 0 when it says nothing that this server knows.
pub fn seen_seq<S: Store>(store: &mut S, seen: Option<Seen>) -> Result<u64, S::Error> {
    let Some(seen) = seen else { return Ok(0) };
    let head = store.head()?;
    if seen.epoch == head.epoch {
        return Ok(seen.seq.min(head.seq));
    }
    let past = store.past_epochs()?;
    let Some(from) = past.iter().position(|p| p.epoch == seen.epoch) else {
        return Ok(0);
    };
    // Every restore since then may have branched earlier still.
    Ok(past
        .iter()
        .skip(from)
        .fold(seen.seq, |seq, p| seq.min(p.branch_seq)))
}

/// Judges a change by what it says and who says it. `seen`: what its tablet had read, as far as that is known.
pub fn judge<S: Store>(
    store: &mut S,
    sender: &Sender,
    change: &Change,
    seen: Option<Seen>,
) -> Result<Judgement, S::Error> {
    if let Some(reason) = fault_of_form(change, sender) {
        return hold(reason);
    }
    if sender.rescue {
        return hold(HeldReason::AfterRevocation);
    }
    if !sender.server && !sender.people.contains(&change.author) {
        return hold(HeldReason::AuthorNotOnDevice);
    }
    let role = role_of(store, change.author)?;
    let Some(role) = role else {
        return hold(HeldReason::FieldNotAllowed);
    };
    let seq = seen_seq(store, seen)?;
    if role != Role::Admin && closing_seen(store, seq)? {
        return hold(HeldReason::AfterClosing);
    }
    if deactivation_seen(store, change.author, seq)? {
        return hold(HeldReason::OutOfScope);
    }
    let markets = if role == Role::Admin {
        None
    } else {
        Some(store.markets_since(change.author, seq)?)
    };
    let mut visit = Visitor {
        store,
        change,
        role,
        seq,
        markets,
        waits_for: Vec::new(),
    };
    for patch in &change.patches {
        if let Some(reason) = visit.patch(patch)? {
            return Ok(Judgement::Hold {
                reason,
                waits_for: visit.waits_for,
            });
        }
    }
    Ok(Judgement::Accept)
}

/// A record that a change needs and that is not there, whoever wrote the change: it would make records of no known place.
pub(super) fn lacks<S: Store>(
    store: &mut S,
    change: &Change,
) -> Result<Option<RecordKey>, S::Error> {
    let mut visit = Visitor {
        store,
        change,
        role: Role::Admin,
        seq: 0,
        markets: None,
        waits_for: Vec::new(),
    };
    for patch in &change.patches {
        let key = RecordKey::new(&patch.kind, patch.id);
        let Some(spec) = kinds::kind(&patch.kind) else {
            continue;
        };
        if visit.store.record(&key)?.is_none()
            && let Err(missing) = visit.new_home(spec, patch)?
        {
            return Ok(Some(missing));
        }
        // Also of a kind whose home is another's: a trader that is nobody.
        if let Some(trader) = patch.value("trader").and_then(Value::as_id)
            && let Err(missing) = visit.homes_of(RecordKey::new("trader", trader))?
        {
            return Ok(Some(missing));
        }
    }
    Ok(None)
}

/// What is wrong with the change by itself, whoever sent it.
fn fault_of_form(change: &Change, sender: &Sender) -> Option<HeldReason> {
    let patches_max = if sender.server {
        limits::CHANGE_PATCHES_MAX
    } else {
        limits::TABLET_CHANGE_PATCHES_MAX
    };
    if change.patches.len() > patches_max {
        return Some(HeldReason::TooLong);
    }
    let specs: Option<Vec<_>> = change
        .patches
        .iter()
        .map(|p| kinds::kind(&p.kind))
        .collect();
    let Some(specs) = specs else {
        return Some(HeldReason::UnknownKind);
    };
    if change.patches.iter().any(Patch::is_nameless) {
        return Some(HeldReason::BadId);
    }
    for (patch, spec) in change.patches.iter().zip(specs) {
        if patch.fields.len() > limits::PATCH_FIELDS_MAX {
            return Some(HeldReason::TooLong);
        }
        for (field, content) in &patch.fields {
            if field.len() > limits::TEXT_CHARS_MAX {
                return Some(HeldReason::TooLong);
            }
            let Some(value) = content.value() else {
                continue;
            };
            match kinds::check_field(field, spec.field(field), value) {
                Ok(()) => {}
                Err(FieldFault::TooLong { .. }) => return Some(HeldReason::TooLong),
                Err(FieldFault::BadId { .. }) => return Some(HeldReason::BadId),
                Err(FieldFault::WrongType { .. }) => return Some(HeldReason::FieldNotAllowed),
            }
        }
    }
    None
}

/// A person's role as the server has it now; `None` for somebody who is not in the campaign.
pub fn role_of<S: Store>(store: &mut S, person: PersonId) -> Result<Option<Role>, S::Error> {
    if person == CONSOLE {
        return Ok(Some(Role::Admin));
    }
    let record = store.record(&RecordKey::new("person", person.0))?;
    Ok(record.and_then(|r| Role::parse(r.registers.text("role")?)))
}

/// Whether the campaign is closed and the author's tablet had heard of it: what it recorded before is work like any other.
fn closing_seen<S: Store>(store: &mut S, seq: u64) -> Result<bool, S::Error> {
    let id = store.head()?.campaign.0;
    let campaign = store.record(&RecordKey::new("campaign", id))?;
    Ok(campaign.is_some_and(|r| {
        let closed = r.registers.0.get("closed");
        r.registers.flag("closed") && closed.is_some_and(|closed| closed.seq <= seq)
    }))
}

/// Whether the author works here no more and the tablet had heard of it: as with a market that was taken away, what was
/// recorded before is work like any other, and what came after waits for a lead.
fn deactivation_seen<S: Store>(
    store: &mut S,
    author: PersonId,
    seq: u64,
) -> Result<bool, S::Error> {
    let person = store.record(&RecordKey::new("person", author.0))?;
    let active = person.and_then(|p| p.registers.0.get("active").cloned());
    Ok(active.is_some_and(|a| a.value.as_bool() == Some(false) && a.seq <= seq))
}

/// Whether a role writes any field of a kind.
fn writes_kind(spec: &KindSpec, role: Role) -> bool {
    let any =
        |roles: Roles| roles.has(role.bit()) || role == Role::Canvasser && roles.has(Roles::OWNER);
    spec.fields
        .iter()
        .any(|field| any(field.create) || any(field.amend))
}

struct Visitor<'a, S: Store> {
    store: &'a mut S,
    change: &'a Change,
    role: Role,
    seq: u64,
    /// Markets that the author held at `seen` or later; `None`: all.
    markets: Option<Vec<String>>,
    waits_for: Vec<RecordKey>,
}

impl<S: Store> Visitor<'_, S> {
    fn patch(&mut self, patch: &Patch) -> Result<Option<HeldReason>, S::Error> {
        // Both were checked with the form.
        let Some(spec) = kinds::kind(&patch.kind) else {
            return Ok(Some(HeldReason::UnknownKind));
        };
        let key = RecordKey::new(&patch.kind, patch.id);
        let existing = self.store.record(&key)?;
        if let Some(reason) = self.scope(spec, &key, existing.as_ref(), patch)? {
            return Ok(Some(reason));
        }
        let owns = match &existing {
            Some(stored) => self.owns(&patch.kind, stored)?,
            None => true,
        };
        for (field, content) in &patch.fields {
            let allowed = match spec.field(field) {
                None => {
                    // A field that only a newer program knows may come from anybody who writes this kind at all.
                    writes_kind(spec, self.role)
                        && !kinds::RESERVED_FIELDS.contains(&field.as_str())
                }
                Some(field_spec) => match (&existing, content.value()) {
                    (_, None) => true,
                    (None, Some(_)) => {
                        field_spec.create.has(self.role.bit())
                            || field_spec.create.has(Roles::OWNER)
                    }
                    (Some(stored), Some(value)) => {
                        self.may_amend(patch, field_spec, &stored.registers, value, owns)?
                    }
                },
            };
            if !allowed {
                return Ok(Some(HeldReason::FieldNotAllowed));
            }
        }
        if self.goes_beyond(spec, patch) {
            return Ok(Some(HeldReason::OutOfScope));
        }
        if patch.kind == "visit"
            && existing.is_some()
            && self.role == Role::Canvasser
            && self.approval_seen(patch.id)?
        {
            return Ok(Some(HeldReason::FieldNotAllowed));
        }
        Ok(None)
    }

    fn may_amend(
        &self,
        patch: &Patch,
        spec: &FieldSpec,
        registers: &Registers,
        value: &Value,
        owns: bool,
    ) -> Result<bool, S::Error> {
        let old = registers.0.get(spec.name).map(|r| &r.value);
        if old.is_some_and(|old| old == value) {
            return Ok(true);
        }
        if spec.merge == MergeRule::Once {
            // A record that another's patch created without this field: its creation is completed, not amended.
            return Ok(old.is_none() && (spec.create.has(self.role.bit())));
        }
        if old.is_none() && registers.flag(ERASED) {
            // Erased before its creation arrived (again, after a restore): the creation is completed without the person.
            return Ok(spec.create.has(self.role.bit()));
        }
        if patch.kind == "trader" && spec.name == "market" && self.role == Role::Canvasser {
            return Ok(self.moves_by_outcome(patch.id));
        }
        Ok(spec.amend.has(self.role.bit()) || owns && spec.amend.has(Roles::OWNER))
    }

    /// A canvasser moves a trader only together with a visit that says so.
    fn moves_by_outcome(&self, trader: Uuid) -> bool {
        self.change.patches.iter().any(|p| {
            p.kind == "visit"
                && p.value("outcome").and_then(Value::as_text) == Some("pindah")
                && p.value("trader").and_then(Value::as_id) == Some(trader)
        })
    }

    fn owns(&mut self, kind: &str, stored: &Stored) -> Result<bool, S::Error> {
        let author = match kind {
            "visit" => stored.registers.origin("trader").map(|o| o.author),
            "return" => {
                let visit = stored
                    .registers
                    .id("visit")
                    .map(|id| RecordKey::new("visit", id));
                let visit = visit
                    .map(|key| self.store.record(&key))
                    .transpose()?
                    .flatten();
                visit.and_then(|v| v.registers.origin("trader").map(|o| o.author))
            }
            _ => stored
                .registers
                .0
                .values()
                .map(|r| r.origin)
                .min_by_key(|o| (o.stamp, o.device))
                .map(|o| o.author),
        };
        Ok(author == Some(self.change.author))
    }

    /// Whether the author knew that the visit was approved and answers no return with this change.
    fn approval_seen(&mut self, visit: Uuid) -> Result<bool, S::Error> {
        if self.change.patches.iter().any(|p| p.kind == "return") {
            return Ok(false);
        }
        let review = self
            .store
            .record(&RecordKey::new("review", review_id(&visit)))?;
        Ok(review.is_some_and(|r| {
            r.registers.text("state") == Some("disetujui")
                && r.registers
                    .0
                    .get("state")
                    .is_some_and(|s| s.seq <= self.seq)
        }))
    }

    fn scope(
        &mut self,
        spec: &KindSpec,
        key: &RecordKey,
        existing: Option<&Stored>,
        patch: &Patch,
    ) -> Result<Option<HeldReason>, S::Error> {
        let mut homes = match existing {
            Some(_) => self.store.homes_since(key, self.seq)?,
            None => match self.new_home(spec, patch)? {
                Ok(homes) => homes,
                Err(missing) => return Ok(Some(self.missing(missing)?)),
            },
        };
        // Where a visit was is where its trader was: what is counted for a market does not rest on a claim.
        if patch.kind == "visit"
            && existing.is_none()
            && let Some(claimed) = patch.value("market").and_then(Value::as_text)
            && !homes.iter().any(|home| home == claimed)
        {
            return Ok(Some(HeldReason::OutOfScope));
        }
        let Some(markets) = &self.markets else {
            return Ok(None);
        };
        homes.retain(|home| home != CAMPAIGN_HOME);
        let held = |home: &String| markets.contains(home);
        if !homes.is_empty() && !homes.iter().any(held) {
            return Ok(Some(HeldReason::OutOfScope));
        }
        Ok(None)
    }

    /// Where a record goes has to be the author's too, or traders could be pushed into others' lists.
    fn goes_beyond(&self, spec: &KindSpec, patch: &Patch) -> bool {
        let target = patch.value("market").and_then(Value::as_text);
        let (Some(markets), Some(target)) = (&self.markets, target) else {
            return false;
        };
        let by_market = matches!(spec.home, HomeRule::OwnMarket | HomeRule::MarketOrCampaign);
        by_market && !markets.iter().any(|held| held == target)
    }

    /// Homes of a record that is about to be created; the record that it hangs on when that is not there.
    fn new_home(
        &mut self,
        spec: &KindSpec,
        patch: &Patch,
    ) -> Result<Result<Vec<String>, RecordKey>, S::Error> {
        let named = |field: &str| patch.value(field).and_then(Value::as_id);
        match spec.home {
            HomeRule::Campaign => Ok(Ok(vec![CAMPAIGN_HOME.to_owned()])),
            HomeRule::OwnMarket | HomeRule::MarketOrCampaign => {
                let market = patch.value("market").and_then(Value::as_text);
                match market {
                    Some(market) => Ok(Ok(vec![market.to_owned()])),
                    None if spec.home == HomeRule::MarketOrCampaign => {
                        Ok(Ok(vec![CAMPAIGN_HOME.to_owned()]))
                    }
                    // A change of a record that is not here (yet): it would be seen by everybody.
                    None => Ok(Err(RecordKey::new(&patch.kind, patch.id))),
                }
            }
            HomeRule::Trader => match named("trader") {
                None if patch.kind == "attendance" => match named("class") {
                    Some(class) => self.homes_of(RecordKey::new("class", class)),
                    None => Ok(Err(RecordKey::new(&patch.kind, patch.id))),
                },
                // It amends a record whose creation is not here.
                None => Ok(Err(RecordKey::new(&patch.kind, patch.id))),
                Some(trader) => self.homes_of(RecordKey::new("trader", trader)),
            },
            HomeRule::Visit => match named("visit") {
                None => Ok(Err(RecordKey::new(&patch.kind, patch.id))),
                Some(visit) => self.homes_of(RecordKey::new("visit", visit)),
            },
        }
    }

    fn homes_of(&mut self, key: RecordKey) -> Result<Result<Vec<String>, RecordKey>, S::Error> {
        let sibling = self
            .change
            .patches
            .iter()
            .find(|p| p.kind == key.kind && p.id == key.id);
        if let Some(stored) = self.store.record(&key)? {
            let completes =
                stored.registers.flag(ERASED) && stored.registers.text("market").is_none();
            if sibling.is_none() || !completes {
                return Ok(Ok(self.store.homes_since(&key, self.seq)?));
            }
        }
        // Created by an earlier patch of the same change, or erased before its creation arrived (again).
        match sibling.and_then(|p| Some((kinds::kind(&p.kind)?, p))) {
            Some((spec, patch)) => self.new_home(spec, patch),
            None => Ok(Err(key)),
        }
    }

    fn missing(&mut self, key: RecordKey) -> Result<HeldReason, S::Error> {
        let held = self.store.creation_held(&key)?;
        if !key.id.is_nil() {
            self.waits_for.push(key);
        }
        // Whether an id exists is not told: unknown looks like somebody else's.
        Ok(if held {
            HeldReason::DependsOnHeld
        } else {
            HeldReason::OutOfScope
        })
    }
}
