//! Which purposes a trader has agreed to: a rule over append-only records, not over the latest one.
//!
//! A purpose is in force when some yes exists and every no is followed by a yes. Of two tablets that ask at the
//! same time the no therefore stands until somebody asks again, whichever clock was ahead.

use std::collections::{BTreeSet, HashMap, HashSet};

use uuid::Uuid;

use super::facts::ConsentFact;

/// What is known about one purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConsentState {
    NotAsked,
    Yes,
    No,
}

impl ConsentState {
    /// The code of `consent_states`.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotAsked => "belum_ditanya",
            Self::Yes => "ya",
            Self::No => "tidak",
        }
    }
}

/// The state of a purpose over all consent records of a trader and of those merged with it, in any order.
///
/// Unknown ids in `follows` count for nothing, and records that follow each other in a circle end the walk.
pub fn state<'a>(
    consents: impl IntoIterator<Item = &'a ConsentFact>,
    purpose: &str,
) -> ConsentState {
    let consents: Vec<&ConsentFact> = consents.into_iter().collect();
    let answered = |answer: bool| {
        consents
            .iter()
            .filter(move |consent| consent.purposes.get(purpose) == Some(&answer))
    };
    let answered_no: Vec<Uuid> = answered(false).map(|consent| consent.id).collect();
    let answered_yes: Vec<Uuid> = answered(true).map(|consent| consent.id).collect();
    match (answered_yes.is_empty(), answered_no.is_empty()) {
        (true, true) => ConsentState::NotAsked,
        (true, false) => ConsentState::No,
        (false, true) => ConsentState::Yes,
        (false, false) => {
            let taken_back = ancestors(&consents, &answered_yes);
            if answered_no.iter().all(|id| taken_back.contains(id)) {
                ConsentState::Yes
            } else {
                ConsentState::No
            }
        }
    }
}

/// Whether the purpose is in force.
pub fn in_force<'a>(consents: impl IntoIterator<Item = &'a ConsentFact>, purpose: &str) -> bool {
    state(consents, purpose) == ConsentState::Yes
}

/// The records that a new decision on the purpose has to follow: those with an answer to it that no other such
/// record follows. Sorted by id. When all of them follow each other in a circle, all are heads.
pub fn heads<'a>(consents: impl IntoIterator<Item = &'a ConsentFact>, purpose: &str) -> Vec<Uuid> {
    let consents: Vec<&ConsentFact> = consents.into_iter().collect();
    let answers: BTreeSet<Uuid> = consents
        .iter()
        .filter(|consent| consent.purposes.contains_key(purpose))
        .map(|consent| consent.id)
        .collect();
    let behind: HashMap<Uuid, HashSet<Uuid>> = answers
        .iter()
        .map(|id| (*id, ancestors(&consents, &[*id])))
        .collect();
    let follows =
        |later: &Uuid, earlier: &Uuid| behind.get(later).is_some_and(|ids| ids.contains(earlier));
    let followed_by_other = |id: &Uuid| {
        answers
            .iter()
            .any(|other| other != id && follows(other, id) && !follows(id, other))
    };
    answers
        .iter()
        .filter(|id| !followed_by_other(id))
        .copied()
        .collect()
}

/// All ids that these records follow, directly or through others.
fn ancestors(consents: &[&ConsentFact], from: &[Uuid]) -> HashSet<Uuid> {
    let mut follows: HashMap<Uuid, Vec<Uuid>> = HashMap::new();
    for consent in consents {
        follows
            .entry(consent.id)
            .or_default()
            .extend(&consent.follows);
    }
    let mut found = HashSet::new();
    let mut open: Vec<Uuid> = from.to_vec();
    while let Some(id) = open.pop() {
        for earlier in follows.get(&id).into_iter().flatten() {
            if found.insert(*earlier) {
                open.push(*earlier);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn consent(n: u128, answer: bool, follows: &[u128]) -> ConsentFact {
        ConsentFact {
            id: id(n),
            purposes: [("kontak".to_owned(), answer)].into(),
            follows: follows.iter().map(|n| id(*n)).collect(),
            ..ConsentFact::default()
        }
    }

    /// Each case: records as (number, answer, numbers it follows), and the state.
    #[test]
    fn a_no_stands_until_a_yes_follows_it() {
        use ConsentState::{No, NotAsked, Yes};
        type Case = (&'static [(u128, bool, &'static [u128])], ConsentState);
        let cases: [Case; 10] = [
            (&[], NotAsked),
            (&[(1, true, &[])], Yes),
            (&[(1, false, &[])], No),
            (&[(1, true, &[]), (2, false, &[1])], No),
            (&[(1, true, &[]), (2, true, &[]), (3, false, &[1])], No),
            (&[(1, true, &[]), (2, false, &[1]), (3, true, &[2])], Yes),
            (&[(1, false, &[]), (2, false, &[1]), (3, true, &[2])], Yes),
            (&[(1, false, &[]), (2, false, &[]), (3, true, &[2])], No),
            (&[(1, true, &[99]), (2, false, &[98])], No),
            (&[(1, true, &[2]), (2, false, &[1])], Yes),
        ];
        for (records, expected) in cases {
            let consents: Vec<_> = records
                .iter()
                .map(|(n, answer, follows)| consent(*n, *answer, follows))
                .collect();
            assert_eq!(state(&consents, "kontak"), expected, "{records:?}");
            assert_eq!(state(&consents, "foto"), NotAsked);
        }
    }

    #[test]
    fn each_state_is_a_code_of_the_definition() {
        let definition = crate::definition::builtin_definition("cirebon-2019").unwrap();
        use ConsentState::{No, NotAsked, Yes};
        for (state, code) in [(NotAsked, "belum_ditanya"), (Yes, "ya"), (No, "tidak")] {
            assert_eq!(state.code(), code);
            assert!(definition.has_code("consent_states", code), "{code}");
        }
    }

    #[test]
    fn a_new_decision_follows_every_open_one() {
        let consents = [
            consent(1, true, &[]),
            consent(2, false, &[1]),
            consent(3, true, &[1]),
            consent(4, true, &[4]),
        ];
        assert_eq!(heads(&consents, "kontak"), [id(2), id(3), id(4)]);
        assert_eq!(heads(&consents, "foto"), Vec::<Uuid>::new());
        let circle = [consent(1, true, &[2]), consent(2, false, &[1])];
        assert_eq!(heads(&circle, "kontak"), [id(1), id(2)]);
    }

    fn any_consents() -> impl Strategy<Value = Vec<ConsentFact>> {
        let one = |n: u128| {
            (any::<bool>(), proptest::collection::vec(0..9u128, 0..3))
                .prop_map(move |(answer, follows)| consent(n, answer, &follows))
        };
        (0..7u128).prop_flat_map(move |count| (0..count).map(one).collect::<Vec<_>>())
    }

    proptest! {
        #[test]
        fn the_order_of_arrival_changes_nothing(consents in any_consents(), seed in any::<prop::sample::Index>()) {
            let mut other = consents.clone();
            other.reverse();
            if !other.is_empty() { let at = seed.index(other.len()); other.rotate_left(at); }
            other.extend(consents.clone());
            prop_assert_eq!(state(&consents, "kontak"), state(&other, "kontak"));
            prop_assert_eq!(heads(&consents, "kontak"), heads(&other, "kontak"));
        }

        #[test]
        fn a_decision_that_follows_all_heads_holds(consents in any_consents(), answer in any::<bool>()) {
            let mut consents = consents;
            let new = ConsentFact { follows: heads(&consents, "kontak"), ..consent(100, answer, &[]) };
            consents.push(new);
            let expected = if answer { ConsentState::Yes } else { ConsentState::No };
            prop_assert_eq!(state(&consents, "kontak"), expected);
        }
    }
}
