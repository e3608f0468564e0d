//! Spellings of one name are one, other people stay others, and a search forgives a letter.

use super::*;
use proptest::prelude::*;

#[test]
fn old_and_new_spelling_are_one() {
    for same in [
        &[
            "Hj. Siti Djubaedah",
            "Ibu Siti Jubaedah",
            "SITI ZUBAEDAH",
            "siti  jubaedah",
            "Bu Hj. Siti Jubaidah",
        ][..],
        &["Achmad", "Ahmad", "Akhmad", "Pak H. Ahmad"][..],
        &["Soegeng", "Sugeng", "Mas Sugeng"][..],
        &["Rokayah", "Roekayah", "Rukayah", "Rokaya", "Bi Rokayah"][..],
        &["Syarif", "Sjarif", "Sarip"][..],
        &["Tjarsa", "Carsa"][..],
        &["Saefudin", "Saifuddin", "Syaefudin", "Saepudin"][..],
        &["Mariyam", "Mariam"][..],
        &["Ma'mun", "Mamun"][..],
        &["Muhammad Ali", "Moch. Ali", "M. Ali"][..],
    ] {
        for name in same {
            assert_eq!(normal(name), normal(same[0]), "{name}");
            assert_eq!(similarity(name, same[0]), 100);
        }
    }
    assert_eq!(parse("Bu Haji").parts.len(), 2);
    assert!(parse("?!").is_empty());
}

#[test]
fn one_wrong_letter_is_close_and_other_people_are_not() {
    for (a, b, range) in [
        ("Siti Jubaedah", "Siti Jubaeda", 100..=100),
        ("Warsinih", "Warsinah", 85..=95),
        ("Siti Jubaedah", "Jubaedah Siti", 100..=100),
        ("Siti Jubaedah", "Jubaedah", 85..=90),
        ("Siti Jubaedah", "Siti Aminah", 0..=60),
        ("Siti Jubaedah", "S. Jubaedah", 85..=95),
        ("Budi Permana", "Rini Handayani", 0..=0),
        ("Ani", "Ita", 0..=0),
        ("", "Ani", 0..=0),
        ("Rokay", "Rokayah", 70..=95),
    ] {
        let found = similarity(a, b);
        assert!(range.contains(&found), "{a} and {b}: {found}");
        assert_eq!(found, similarity(b, a), "{a} and {b}");
    }
}

#[test]
fn a_search_forgives_spelling_and_one_letter() {
    for (searched, name, expected) in [
        ("rokay", "Rokayah", true),
        ("roekay", "Rokayah", true),
        ("rukoyah", "Rokayah", true),
        ("djubae", "Siti Zubaedah", true),
        ("jubad", "Siti Zubaedah", true),
        ("sit", "Siti", true),
        ("ani", "Ida", false),
        ("karto", "Warsinih", false),
    ] {
        let (searched, name) = (parse(searched), parse(name));
        let found = name
            .parts
            .iter()
            .any(|part| finds(&searched.parts[0], part));
        assert_eq!(found, expected, "{searched:?} {name:?}");
    }
}

#[test]
fn one_edit_is_one_edit() {
    for (a, b, expected) in [
        ("kartini", "kartini", true),
        ("kartini", "kartni", true),
        ("kartini", "kartinni", true),
        ("kartini", "karitni", true),
        ("kartini", "kartono", false),
        ("ab", "ba", true),
        ("abc", "cba", false),
        ("", "a", true),
        ("", "ab", false),
        ("kabut", "kbcut", false),
        ("aab", "ab", true),
    ] {
        assert_eq!(within_one_edit(a, b), expected, "{a} {b}");
        assert_eq!(within_one_edit(b, a), expected, "{b} {a}");
    }
}

#[test]
fn the_form_for_comparing_is_without_address_and_old_spelling() {
    for (written, normal_form) in [
        ("Hj. Siti Zubaedah", "siti jubaida"),
        ("Pak H. Achmad", "ahmad"),
        ("Toko 007", "tuku 7"),
        // A closing h is left out only behind a syllable more.
        ("Iah", "iah"),
        ("Diah", "dia"),
        ("Janah", "jana"),
    ] {
        assert_eq!(normal(written), normal_form, "{written}");
    }
}

#[test]
fn other_numbers_are_other_places_and_the_same_number_is_the_same() {
    for (a, b, expected) in [
        ("Toko 11", "Toko 12", 0),
        ("Toko 11", "Toko 011", 100),
        ("Toko 11", "Toko", 88),
        ("Toko", "Toko", 100),
    ] {
        assert_eq!(similarity(a, b), expected, "{a} and {b}");
        assert_eq!(similarity(b, a), expected, "{b} and {a}");
    }
}

/// Each case: two names and how alike they are, whichever comes first.
#[test]
fn likeness_falls_with_what_differs() {
    for (a, b, expected) in [
        ("", "", 0),
        // One letter in a long name and in a short one.
        ("Warsinih", "Tarsinih", 88),
        ("Rini", "Rani", 55),
        // A beginning, from four letters on.
        ("Sari", "Sarifin", 78),
        ("Ani", "Anisa", 0),
        ("S", "Salamah", 60),
        ("S", "Rokayah", 0),
        // Two letters in a long name, in a short one, and more than two.
        ("Kartini", "Hartono", 0),
        ("Casinih", "Kasinah", 70),
        ("Setiawan", "Setiawati", 70),
        ("Suryana", "Suryani", 88),
        ("Tarsinih", "Surtini", 0),
        ("Karta", "Darma", 0),
        ("Kurniawan", "Kurnia", 78),
        // A part that is like none takes no part of the other away from the next.
        ("Rudi Siti", "Siti Warsinih Kartika", 38),
        ("Siti Warsinih Kartika Ayu", "Siti", 64),
    ] {
        assert_eq!(similarity(a, b), expected, "{a} and {b}");
        assert_eq!(similarity(b, a), expected, "{b} and {a}");
    }
}

#[test]
fn a_search_forgives_from_four_letters_on() {
    for (searched, part, expected) in [
        ("karl", "kartini", true),
        ("kal", "kartini", false),
        // A letter too many in front of the end, one too few, and two wrong ones.
        ("kaarti", "kartini", true),
        ("krtin", "kartini", true),
        ("kolt", "kartini", false),
    ] {
        assert_eq!(finds(searched, part), expected, "{searched} in {part}");
    }
}

#[test]
fn edits_are_letters_changed_added_and_left_out() {
    for (a, b, expected) in [
        ("", "", 0),
        ("", "ani", 3),
        ("kartini", "kartini", 0),
        ("kartini", "artini", 1),
        ("kartini", "rtini", 2),
        ("kartini", "kartono", 2),
        ("sari", "risa", 4),
    ] {
        assert_eq!(edits(a, b), expected, "{a} {b}");
        assert_eq!(edits(b, a), expected, "{b} {a}");
    }
}

#[test]
fn the_letters_of_a_part_are_bits() {
    for (part, bits) in [
        ("", 0),
        ("a", 1),
        ("baba", 0b11),
        ("zz", 1 << 25),
        ("a7", 1 << 31 | 1),
        ("77", 1 << 31),
    ] {
        assert_eq!(letters_of(part), bits, "{part}");
    }
}

proptest! {
    #[test]
    fn likeness_is_symmetric_and_a_name_is_like_itself(a in "[A-Za-z .]{1,16}|\\PC{0,12}", b in "[A-Za-z .]{0,16}") {
        prop_assert_eq!(similarity(&a, &b), similarity(&b, &a));
        prop_assert!(similarity(&a, &b) <= 100);
        if !parse(&a).is_empty() { prop_assert_eq!(similarity(&a, &a), 100); }
    }

    #[test]
    fn one_edit_agrees_with_counting(a in "[ab]{0,6}", b in "[ab]{0,6}") {
        if edits(&a, &b) <= 1 { prop_assert!(within_one_edit(&a, &b)); }
        if edits(&a, &b) > 2 { prop_assert!(!within_one_edit(&a, &b)); }
    }

    #[test]
    fn folding_twice_changes_nothing_more_than_once(word in "[a-z]{0,10}") {
        let once = normal(&word);
        prop_assert_eq!(similarity(&word, &word) > 0, !once.is_empty());
    }
}
