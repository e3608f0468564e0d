//! Duplicates: found, merged, taken back, told apart.

#![allow(clippy::unwrap_used)]

mod support;

use grebeg_core::value::Value;
use support::Office;
use sync_server::office::duplicates::{list, merge, not_duplicates, undo};
use uuid::Uuid;

const TRADERS: &str = "register_no,market,stall,name,phone\n\
    1,KNM,12A,Siti Aminah,0840-0012-3456\n\
    2,KNM,12a,Siti Amina,0840-0099-0007\n\
    3,KNM,12-A,St. Aminah,\n\
    4,PGI,12A,Siti Aminah,0840-0012-3456\n\
    5,KNM,90,Carsa,0840-0055-0005\n";

fn office() -> (Office, Vec<String>) {
    let mut office = Office::new();
    office.import(TRADERS);
    let mut ids: Vec<(String, String)> = office
        .snapshot()
        .of_kind("trader")
        .map(|(id, r)| (r.text("register_no").unwrap().to_owned(), id.to_string()))
        .collect();
    ids.sort();
    (office, ids.into_iter().map(|(_, id)| id).collect())
}

fn root(office: &mut Office, id: &str) -> String {
    office
        .snapshot()
        .root(Uuid::parse_str(id).unwrap())
        .to_string()
}

fn phone(office: &mut Office, id: &str) -> Option<String> {
    let id = Uuid::parse_str(id).unwrap();
    let snapshot = office.snapshot();
    let trader = snapshot.get("trader", id).unwrap();
    trader.text("phone").map(str::to_owned)
}

#[test]
fn alike_traders_are_listed_once_with_the_reasons_and_no_others() {
    let (mut office, ids) = office();
    let pairs = office.write(list).unwrap();
    assert!(pairs.iter().all(|p| p["score"].as_u64() >= Some(60)));
    assert!(
        pairs
            .iter()
            .all(|p| p["trader"] != ids[4] && p["other"] != ids[4])
    );
    let found = |a: &String, b: &String| {
        let (a, b) = (a.min(b), a.max(b));
        let pair = pairs
            .iter()
            .filter(|p| p["trader"] == **a && p["other"] == **b);
        pair.count()
    };
    assert_eq!(found(&ids[0], &ids[1]), 1);
    assert_eq!(found(&ids[0], &ids[3]), 1);
}

#[test]
fn merges_are_followed_and_undone_in_any_order() {
    let (mut office, ids) = office();
    let pick = ["phone".to_owned()];
    office
        .write(|desk| merge(desk, &ids[1], &ids[0], &pick))
        .unwrap();
    office
        .write(|desk| merge(desk, &ids[2], &ids[1], &[]))
        .unwrap();
    assert_eq!(root(&mut office, &ids[0]), ids[2]);
    assert_eq!(
        phone(&mut office, &ids[1]).as_deref(),
        Some("+6284000123456")
    );
    let circle = office.write(|desk| merge(desk, &ids[0], &ids[2], &[]));
    assert_eq!(circle.unwrap_err().code(), "refused");
    office.write(|desk| undo(desk, &ids[0])).unwrap();
    assert_eq!(root(&mut office, &ids[0]), ids[0]);
    assert_eq!(root(&mut office, &ids[1]), ids[2]);
    assert_eq!(
        phone(&mut office, &ids[1]).as_deref(),
        Some("+6284000990007")
    );
    office.write(|desk| undo(desk, &ids[1])).unwrap();
    assert_eq!(root(&mut office, &ids[1]), ids[1]);
    assert_eq!(
        office.write(|desk| undo(desk, &ids[1])).unwrap_err().code(),
        "refused"
    );
    // Once more: a merge that was taken back can be made again.
    office
        .write(|desk| merge(desk, &ids[1], &ids[0], &[]))
        .unwrap();
    assert_eq!(root(&mut office, &ids[0]), ids[1]);
}

#[test]
fn a_picked_value_that_was_changed_since_stays_when_the_merge_is_undone() {
    let (mut office, ids) = office();
    let pick = ["phone".to_owned(), "name".to_owned()];
    office
        .write(|desk| merge(desk, &ids[1], &ids[0], &pick))
        .unwrap();
    let kept = Uuid::parse_str(&ids[1]).unwrap();
    office.set("trader", kept, &[("phone", Value::text("+6284000111111"))]);
    office.write(|desk| undo(desk, &ids[0])).unwrap();
    let snapshot = office.snapshot();
    let trader = snapshot.get("trader", kept).unwrap();
    assert_eq!(trader.text("phone"), Some("+6284000111111"));
    assert_eq!(trader.text("name"), Some("Siti Amina"));
}

#[test]
fn traders_of_two_markets_are_not_merged() {
    let (mut office, ids) = office();
    let error = office
        .write(|desk| merge(desk, &ids[0], &ids[3], &[]))
        .unwrap_err();
    assert!(error.to_string().contains("different markets"), "{error}");
}

#[test]
fn a_pair_that_was_told_apart_is_not_asked_about_again() {
    let (mut office, ids) = office();
    let before = office.write(list).unwrap().len();
    office
        .write(|desk| not_duplicates(desk, &ids[3], &ids[0]))
        .unwrap();
    assert_eq!(office.write(list).unwrap().len(), before - 1);
}
