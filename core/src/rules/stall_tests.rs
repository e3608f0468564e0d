//! One place has one form, and stalls are walked in natural order.

use super::*;
use proptest::prelude::*;

#[test]
fn one_place_has_one_form() {
    for same in [
        &[
            "Blok B 12",
            "B12",
            "B-12",
            "b 12",
            "blok b no.12",
            "BLOK B/12",
            "Blok B - 12",
            "blokb12",
            "B 012",
            "Kios B12",
        ][..],
        &["Blok C No. 7", "C7", "C-07", "blok c no.7"][..],
        &["12A", "12 A ", "12a", "No. 12A", "012A"][..],
        &[
            "232-233",
            "232 – 233",
            "232 s.d. 233",
            "232/233",
            "232 sampai 233",
        ][..],
        &["Blok II No. 3 kiri", "II-3 kiri"][..],
        &["Lt. 2 B-14", "lantai 2 blok B no 14"][..],
        &["depan pintu timur", "Depan  Pintu Timur"][..],
        &["Los 5 kiri", "los 5 kiri"][..],
    ] {
        let normal = parse(same[0]).normal;
        for text in same {
            assert_eq!(parse(text).normal, normal, "{text} and {}", same[0]);
            assert!(parse(text).same_place(&parse(same[0])));
        }
    }
}

#[test]
fn different_places_stay_apart() {
    let texts = [
        "12",
        "12A",
        "B12",
        "C12",
        "Los 12",
        "Petian 12",
        "Lt. 2 B-12",
        "Jl. Winaon 12",
        "3 bis",
        "3",
        "depan pintu timur",
        "121",
    ];
    for (at, a) in texts.iter().enumerate() {
        for b in &texts[at + 1..] {
            assert!(!parse(a).same_place(&parse(b)), "{a} and {b}");
        }
    }
    for nothing in ["", " ", "?", "-", "no."] {
        assert!(
            parse(nothing).is_empty() && !parse(nothing).same_place(&parse(nothing)),
            "{nothing}"
        );
    }
}

#[test]
fn a_range_shares_its_places() {
    for (range, single, shares) in [
        ("232-233", "233", true),
        ("41 - 43", "42", true),
        ("41 - 43", "44", false),
        ("A12/A13", "A-13", true),
        ("A12/A13", "B13", false),
        ("K-101 s.d. K-103", "K102", true),
        ("1-999999999999", "5", false),
    ] {
        assert_eq!(
            parse(range).same_place(&parse(single)),
            shares,
            "{range} and {single}"
        );
    }
}

#[test]
fn stalls_are_walked_in_natural_order() {
    let mut texts = vec![
        "B1",
        "A10",
        "A2",
        "depan pintu",
        "",
        "10",
        "9",
        "07",
        "7",
        "A2B",
        "Lt. 2 A1",
        "AA1",
        "12A",
        "12",
    ];
    texts.sort_by_key(|text| parse(text).walk_key());
    assert_eq!(
        texts,
        [
            "7",
            "07",
            "9",
            "10",
            "12",
            "12A",
            "depan pintu",
            "A2",
            "A2B",
            "A10",
            "B1",
            "AA1",
            "Lt. 2 A1",
            ""
        ]
    );
}

#[test]
fn near_means_a_few_numbers_in_one_block() {
    assert!(parse("B12").is_near(&parse("blok b 14"), 2));
    assert!(!parse("B12").is_near(&parse("C12"), 2));
    assert!(!parse("B12").is_near(&parse("depan pintu"), 2));
}

proptest! {
    #[test]
    fn the_keys_tell_places_apart_and_nothing_panics(a in "[A-Ca-c0-9 ./–-]{0,8}|\\PC{0,12}", b in "[A-Ca-c0-9 ./-]{0,8}") {
        let (a, b) = (parse(&a), parse(&b));
        let (x, y) = (a.walk_key(), b.walk_key());
        prop_assert!(a != b || x == y);
        prop_assert!(x != y || a.normal == b.normal);
        // More may follow a key without changing the order.
        prop_assert!(x == y || !x.starts_with(&y) && !y.starts_with(&x));
    }
}
