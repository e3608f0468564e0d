//! What a trader asked of us: not to be recorded by name, not to be visited again.
//!
//! Said in a consent, or by the outcome of a visit. The stall, the visits and the counts stay.

use super::consent::{self, ConsentState};
use super::facts::{Facts, VisitFact, counted_visits};
use crate::definition::Definition;
use std::collections::BTreeSet;

/// The purpose without which nothing personal is shown once it was refused.
pub const ASSISTANCE: &str = "pendampingan";

/// Stall effects of outcomes by which a trader asks for something.
const DO_NOT_VISIT: &str = "do_not_visit";
const ANONYMOUS: &str = "anonymous";

/// What holds for one trader, all its merged parts together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wishes {
    /// Name, phone and the like are hidden at once, and removed later.
    pub unnamed: bool,
    /// The trader stands in no list and is found by no search.
    pub unlisted: bool,
    /// A visit ended with the wish not to be visited again ("jangan didatangi").
    pub do_not_visit: bool,
}

/// The wishes of a trader.
pub fn of(definition: &Definition, facts: &Facts) -> Wishes {
    let refused = consent::state(&facts.consents, ASSISTANCE) == ConsentState::No;
    let visits = wishing(definition, facts);
    let do_not_visit = visits
        .iter()
        .any(|visit| effect(definition, visit) == Some(DO_NOT_VISIT));
    Wishes {
        unnamed: refused || !visits.is_empty() && !consented(facts),
        unlisted: refused || do_not_visit,
        do_not_visit,
    }
}

/// The visits by which a name has to go: none while a consent holds that was not withdrawn.
pub fn unnaming_visits<'f>(definition: &Definition, facts: &'f Facts) -> Vec<&'f VisitFact> {
    if consented(facts) {
        return Vec::new();
    }
    wishing(definition, facts)
}

/// Whether an outcome can be a wish.
pub fn is_wish(definition: &Definition, outcome: &str) -> bool {
    definition
        .outcome(outcome)
        .is_some_and(|o| matches!(o.stall_effect.as_str(), DO_NOT_VISIT | ANONYMOUS))
}

/// Counted visits that end with a wish, each until a yes that was given later.
fn wishing<'f>(definition: &Definition, facts: &'f Facts) -> Vec<&'f VisitFact> {
    let yes = facts
        .consents
        .iter()
        .filter(|consent| consent.purposes.values().any(|yes| *yes));
    let last_yes_ms = yes.map(|consent| consent.at_ms).max();
    counted_visits(definition, &facts.visits)
        .into_iter()
        .filter(|visit| is_wish(definition, &visit.outcome))
        .filter(|visit| last_yes_ms.is_none_or(|yes_ms| yes_ms <= visit.at_ms))
        .collect()
}

fn effect<'d>(definition: &'d Definition, visit: &VisitFact) -> Option<&'d str> {
    let outcome = definition.outcome(&visit.outcome)?;
    Some(outcome.stall_effect.as_str())
}

/// Whether some purpose is in force.
fn consented(facts: &Facts) -> bool {
    let purposes: BTreeSet<&String> = facts
        .consents
        .iter()
        .flat_map(|consent| consent.purposes.keys())
        .collect();
    purposes
        .into_iter()
        .any(|purpose| consent::in_force(&facts.consents, purpose))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::definition::builtin_definition;
    use crate::rules::facts::ConsentFact;
    use uuid::Uuid;

    /// `said`: at each moment an outcome, or a consent `purpose=yes` or `purpose=no` that follows all before it.
    fn check(said: &[&str], unnamed: bool, unlisted: bool) {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let mut facts = Facts::default();
        for (at_ms, said) in (1i64..).zip(said) {
            match said.split_once('=') {
                Some((purpose, answer)) => facts.consents.push(ConsentFact {
                    id: Uuid::from_u128(at_ms as u128),
                    purposes: [(purpose.to_owned(), answer == "yes")].into(),
                    follows: facts.consents.iter().map(|c| c.id).collect(),
                    at_ms,
                    ..ConsentFact::default()
                }),
                None => facts.visits.push(VisitFact {
                    id: Uuid::from_u128(at_ms as u128),
                    at_ms,
                    outcome: (*said).to_owned(),
                    ..VisitFact::default()
                }),
            }
        }
        let found = of(&definition, &facts);
        assert_eq!(
            (found.unnamed, found.unlisted),
            (unnamed, unlisted),
            "{said:?}"
        );
        assert!(!found.do_not_visit || found.unlisted);
    }

    #[test]
    fn a_wish_holds_until_a_later_yes() {
        check(&[], false, false);
        check(&["mengajar", "menolak"], false, false);
        check(&["pendampingan=no"], true, true);
        check(&["pendampingan=no", "pendampingan=yes"], false, false);
        check(&["menolak_tetap"], true, true);
        check(&["menolak_tetap", "tutup"], true, true);
        check(&["menolak_tetap", "pendampingan=yes"], false, false);
        check(&["tanpa_data"], true, false);
        check(&["tanpa_data", "pendampingan=yes"], false, false);
    }

    #[test]
    fn a_consent_that_was_not_withdrawn_keeps_the_name() {
        check(&["pendampingan=yes", "menolak_tetap"], false, true);
        check(&["kontak=yes", "menolak_tetap"], false, true);
        check(&["kontak=yes", "kontak=no", "menolak_tetap"], true, true);
        check(
            &["pendampingan=yes", "menolak_tetap", "pendampingan=no"],
            true,
            true,
        );
        check(&["pendampingan=yes", "tanpa_data"], false, false);
    }

    #[test]
    fn the_visits_by_which_a_name_has_to_go_are_named() {
        let definition = builtin_definition("cirebon-2019").unwrap();
        let visit = |at_ms: i64, outcome: &str| VisitFact {
            id: Uuid::from_u128(at_ms as u128),
            at_ms,
            outcome: outcome.to_owned(),
            ..VisitFact::default()
        };
        let mut facts = Facts {
            visits: vec![
                visit(3, "tanpa_data"),
                visit(1, "mengajar"),
                visit(2, "menolak_tetap"),
            ],
            ..Facts::default()
        };
        let named = |facts: &Facts| -> Vec<i64> {
            let visits = unnaming_visits(&definition, facts).into_iter();
            visits.map(|visit| visit.at_ms).collect()
        };
        assert_eq!(named(&facts), [2, 3]);
        facts.consents.push(ConsentFact {
            purposes: [(ASSISTANCE.to_owned(), true)].into(),
            ..ConsentFact::default()
        });
        assert!(named(&facts).is_empty());
    }
}
