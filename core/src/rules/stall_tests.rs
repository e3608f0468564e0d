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
        "Lt. 3 B-12",
        "LG 12",
        "Blok 3 No. 12",
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
    // More digits than any number has still tell two places apart.
    let digits = ["111111111111111111111", "222222222222222222222"];
    assert!(!parse(digits[0]).same_place(&parse(digits[1])));
    for nothing in ["", " ", "?", "-", "no.", "blok"] {
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
        ("1-30", "15", true),
        ("1-31", "15", false),
        ("100-200", "150", false),
        ("1-999999999999", "5", false),
    ] {
        assert_eq!(
            parse(range).same_place(&parse(single)),
            shares,
            "{range} and {single}"
        );
    }
}

/// Each case: a text, and the floor, block and first number that it says.
#[test]
fn a_text_says_floor_block_and_number() {
    for (text, floor, block, number) in [
        ("12A", "", "", 12),
        ("B12", "", "b", 12),
        ("Lt. 2 B-14", "2", "b", 14),
        ("Lantai Dasar 52", "dasar", "", 52),
        ("LG 31", "lg", "", 31),
        ("UG 5", "ug", "", 5),
        ("GF 2", "gf", "", 2),
        ("Blok Timur 12", "", "timur", 12),
        ("Blok 3 No. 12", "", "3", 12),
        // A row, a table and a street are no blocks.
        ("Los 5 kiri", "", "", 5),
        ("Petian 88", "", "", 88),
        ("Baris 3 meja 12", "", "", 3),
        ("Gg 4", "", "", 4),
        // A block that is begun and not said.
        ("5 blok", "", "", 5),
    ] {
        let stall = parse(text);
        let said = (stall.floor.as_str(), stall.block.as_str(), stall.number);
        assert_eq!(said, (floor, block, Some(number)), "{text}");
    }
}

#[test]
fn floors_are_walked_from_the_lowest_to_the_highest() {
    let walked = [
        "1",
        "LG 1",
        "GF 1",
        "UG 1",
        "Lt. 1 1",
        "Lt. 2 1",
        "Lt. 10 1",
        "Lantai Atas 1",
    ];
    let mut texts = walked;
    texts.reverse();
    texts.sort_by_key(|text| parse(text).walk_key());
    assert_eq!(texts, walked);
    let dasar = parse("Lantai Dasar 1").walk_key();
    assert!(parse("LG 1").walk_key() < dasar && dasar < parse("UG 1").walk_key());
}

/// Stores keep these bytes in their indexes.
#[test]
fn a_number_in_a_key_is_the_count_of_its_bytes_and_then_they() {
    for (number, bytes) in [
        (0, &[0][..]),
        (7, &[1, 7]),
        (256, &[2, 1, 0]),
        (65_536, &[3, 1, 0, 0]),
        (u64::MAX, &[8, 255, 255, 255, 255, 255, 255, 255, 255]),
    ] {
        let mut key = Vec::new();
        write_number(&mut key, number);
        assert_eq!(key, bytes, "{number}");
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
