//! Totals of what came in more than one way.

use super::test_office::{Office, moment, trader, visit};
use super::totals::{Question, totals};
use grebeg_core::id::PersonId;
use grebeg_core::sync::messages::State;
use grebeg_core::sync::recovered::take_recovered;
use grebeg_core::sync::settle::discard;
use grebeg_core::sync::store::Store;
use uuid::Uuid;

#[test]
fn a_visit_that_others_offered_back_stands_as_its_own_tablet_hears() {
    let mut office = Office::new();
    let ade = office.person("Ade Nugraha", "canvasser", &["KNM"]);
    let mut tablet = office.tablet(ade);
    let (stall, new) = trader("Rokayah", "0812-0000-0001");
    let at_ms = office.desk(|desk| Ok(desk.store.head()?.last_ms));
    assert_eq!(
        tablet.send(&mut office, at_ms, vec![new]).state,
        State::Accepted
    );
    // Recorded by somebody whom this tablet does not know, so that it waits; others saw it before a restore.
    tablet.person = PersonId(Uuid::from_u128(9));
    let change = tablet.change(at_ms + 1, vec![visit(stall, "mengajar").1]);
    tablet.person = ade;
    office.desk(|desk| {
        let head = desk.store.head()?;
        let moment = moment(head.last_ms);
        let mut seen = change.clone();
        seen.patches[0].fields.remove("outcome");
        assert_eq!(take_recovered(&mut desk.store, moment, &[seen])?, 1);
        let copies = desk.store.filed(change.name())?;
        assert!(discard(&mut desk.store, &copies[0], None, "not needed")?.is_ok());
        Ok(())
    });
    let all = |office: &mut Office| office.desk(|desk| totals(desk, Question::default())).all;
    assert_eq!(
        (all(&mut office).held_back, all(&mut office).set_aside),
        (0, 1)
    );
    assert_eq!(tablet.deliver(&mut office, change).state, State::HeldBack);
    assert_eq!(
        (all(&mut office).held_back, all(&mut office).set_aside),
        (1, 0)
    );
}
