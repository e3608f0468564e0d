//! What the search finds, as a table of traders and queries; and what it must never do.

use proptest::prelude::*;
use rusqlite::Connection;

use super::*;

/// key | market | name | nickname | stall | phone | goods
const TRADERS: &[&str] = &[
    "1|KNM|Rokayah|Bu Roka|Blok C No. 7|0840-0012-3456|Kerupuk dan emping",
    "2|KNM|Rokayah Lestari||Blok D/7|+62 840-0034-7890|Terasi, petis, ebi",
    "3|KNM|Djoko Soesilo|Mang Djoko|B-12|0840 0099 0007|Batik dan kain",
    "4|PGI|H. Saefudin|Pak Udin|b 12|084000112233 / 084000445566|Sembako",
    "5|PGI|Hj. Maemunah||232-233||Sayur bawang cabai",
    "6|PGI|Tjarmi||K-101 s.d. K-103||Kue basah",
    "7|JGS|Jaya Kartini|Renée|Blok II No. 3 kiri||Ikan asin",
    "8|JGS|Saadah|Nok Adah|12A||Udang 🍤 segar",
    "9|JGS|Robert'); DROP TABLE trader;--||depan pintu timur||100% halal",
    "10|JGS|ꦥꦱꦂꦥꦒꦶ||Los 5||a\0b kerajinan",
    "11|JGS|Roka||Blok C 9||Jamu",
];

fn put(conn: &Connection, row: &SearchRow<'_>) -> Result<(), SearchError> {
    write(conn, &[*row], &[])
}

fn remove(conn: &Connection, key: i64) -> Result<(), SearchError> {
    write(conn, &[], &[key])
}

fn filled() -> Connection {
    let conn = Connection::open_in_memory().unwrap();
    create_schema(&conn).unwrap();
    for line in TRADERS {
        put(&conn, &row(line)).unwrap();
    }
    conn
}

fn row(line: &str) -> SearchRow<'_> {
    let mut parts = line.split('|');
    let mut next = || parts.next().unwrap();
    SearchRow {
        key: next().parse().unwrap(),
        market: next(),
        name: next(),
        nickname: next(),
        stall: next(),
        phone: next(),
        goods: next(),
    }
}

fn keys(conn: &Connection, query: &str) -> Vec<i64> {
    find(conn, query, None, 50)
        .unwrap()
        .into_iter()
        .map(|hit| hit.key)
        .collect()
}

fn check(cases: &[(&str, &[i64])]) {
    let conn = filled();
    for (query, expected) in cases {
        assert_eq!(keys(&conn, query), *expected, "{query:?}");
    }
}

#[test]
fn names_are_found_by_words_beginnings_and_both_spellings() {
    check(&[
        ("rokayah", &[1, 2]),
        ("ROKAYAH lestari", &[2]),
        ("rokay", &[1, 2, 11]),
        ("rokay blok c", &[1, 11]),
        ("roka", &[11, 1, 2]),
        ("bu rokayah", &[1, 2]),
        ("hj rokayah blok c", &[1]),
        ("joko", &[3]),
        ("djoko susilo", &[3]),
        ("yoko", &[3]),
        ("carmi", &[6]),
        ("djaja", &[7]),
        ("renee", &[7]),
        ("Rénée", &[7]),
        ("sadah", &[8]),
        ("maimunah", &[5]),
        ("rokayah saefudin", &[]),
    ]);
}

#[test]
fn one_wrong_letter_is_forgiven() {
    check(&[
        ("rokajah", &[1, 2]),
        ("rpkayah", &[1, 2]),
        ("rokyah", &[1, 2]),
        ("rokaayah", &[1, 2]),
        ("rokayha", &[1, 2]),
        ("tokayah", &[1, 2]),
        ("okayah", &[1, 2]),
        ("rokatah c7", &[1]),
        ("rikay blok d", &[2]),
        ("dhoko", &[3]),
        ("saefuddim", &[4]),
        ("kerupuj", &[1]),
        ("terasj", &[2]),
        ("rikatah", &[]),
    ]);
}

#[test]
fn a_stall_is_found_however_it_is_written() {
    check(&[
        ("B12", &[3, 4]),
        ("blok b 12", &[3, 4]),
        ("b-12", &[3, 4]),
        ("b no 12", &[3, 4]),
        ("Blok B No. 012", &[3, 4]),
        ("c7", &[1]),
        ("c 07", &[1]),
        ("blok c", &[11, 1]),
        ("blok", &[11, 7, 3, 1, 2, 4, 6]),
        ("blok ii", &[7]),
        ("blok ii 3", &[7]),
        ("12a", &[8]),
        ("12 A", &[8]),
        ("233", &[5, 4]),
        ("k102", &[6]),
        ("los 5", &[10]),
        ("pintu timur", &[9]),
    ]);
}

#[test]
fn a_phone_is_found_by_its_forms_and_parts() {
    check(&[
        ("0840-0012-3456", &[1]),
        ("084000123456", &[1]),
        ("+6284000123456", &[1]),
        ("+62 840 0012 3456", &[1]),
        ("84000123456", &[1]),
        ("3456", &[1]),
        ("0012", &[1]),
        ("56 rokayah", &[]),
        ("789 rokayah", &[2]),
        ("084000445566", &[4]),
        ("084000123466", &[1]),
        ("08400123456", &[1]),
        ("0840000123456", &[1]),
        ("084000124356", &[1]),
        ("084011223344", &[]),
        ("084000990007 joko", &[3]),
        ("00840 123 456 789", &[]),
    ]);
}

#[test]
fn goods_are_found_by_their_labels() {
    check(&[
        ("emping", &[1]),
        ("batik kain", &[3]),
        ("ikan", &[7]),
        ("sayur", &[5]),
        ("kue basah", &[6]),
    ]);
}

#[test]
fn hostile_text_is_only_text() {
    check(&[
        ("\"a\" OR *", &[]),
        ("NEAR(", &[]),
        ("rokayah AND", &[]),
        ("rokayah*", &[1, 2]),
        ("words:rokayah", &[]),
        ("-rokayah", &[1, 2]),
        ("^rokayah", &[1, 2]),
        ("%", &[9]),
        ("100%", &[9]),
        ("_", &[]),
        ("'", &[9]),
        (";--", &[9]),
        ("Robert'); DROP TABLE trader;--", &[9]),
        ("🍤", &[8]),
        ("udang 🍤", &[8]),
        ("rokayah 🍤", &[]),
        ("ꦥꦱꦂ", &[10]),
        ("ꦥꦱꦂꦥꦒꦶ", &[10]),
        ("\0", &[10]),
        ("a\0b", &[10, 7]),
    ]);
}

#[test]
fn a_query_without_words_gives_everybody_in_order_of_market_and_stall() {
    let conn = filled();
    assert_eq!(keys(&conn, "  "), [10, 8, 11, 7, 9, 3, 1, 2, 5, 4, 6]);
    let some: Vec<i64> = find(&conn, "", Some("KNM"), 2)
        .unwrap()
        .into_iter()
        .map(|hit| hit.key)
        .collect();
    assert_eq!(some, [3, 1]);
}

#[test]
fn a_market_and_a_limit_narrow_the_answer() {
    let conn = filled();
    let found = |market, limit| find(&conn, "b12", market, limit).unwrap().len();
    assert_eq!(
        (
            found(None, 50),
            found(Some("KNM"), 50),
            found(Some("PGI"), 50),
            found(Some("XXX"), 50),
            found(None, 1),
            found(None, 0)
        ),
        (2, 1, 1, 0, 1, 0)
    );
}

#[test]
fn the_rank_says_how_well_the_worst_word_fits() {
    let conn = filled();
    for (query, expected) in [
        ("roka", Rank::Exact),
        ("rokay blok c", Rank::Partly),
        ("rokatah", Rank::Near),
    ] {
        assert_eq!(
            find(&conn, query, None, 1).unwrap().first().unwrap().rank,
            expected,
            "{query}"
        );
    }
}

#[test]
fn a_changed_trader_is_found_by_the_new_words_only() {
    let conn = filled();
    put(&conn, &row("1|PGI|Sumiati||D 8|0840-0077-0077|Buah")).unwrap();
    assert_eq!(keys(&conn, "rokayah"), [2]);
    assert_eq!(keys(&conn, "3456"), Vec::<i64>::new());
    assert_eq!(keys(&conn, "sumiati d8 buah"), [1]);
    assert_eq!(find(&conn, "sumiati", Some("KNM"), 5).unwrap(), []);
}

#[test]
fn a_removed_trader_leaves_no_word_behind() {
    let conn = filled();
    remove(&conn, 8).unwrap();
    remove(&conn, 8).unwrap();
    remove(&conn, 999).unwrap();
    assert_eq!(keys(&conn, "saadah"), Vec::<i64>::new());
    conn.execute_batch("create virtual table temp.terms using fts5vocab(main, search_text, row)")
        .unwrap();
    let left: i64 = conn.query_row("select (select count(*) from search_word where word = 'sadah') + (select count(*) from terms where term = 'sadah')", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
    let raw: i64 = conn
        .query_row(
            "select count(*) from search_text_data where instr(block, cast('sadah' as blob)) > 0",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(raw, 0);
    conn.execute_batch("insert into search_text(search_text) values ('integrity-check')")
        .unwrap();
}

#[test]
fn the_schema_can_be_made_twice_and_hostile_text_does_not_change_it() {
    let conn = filled();
    let schema = |conn: &Connection| -> String {
        conn.query_row(
            "select group_concat(name || ifnull(sql, ''), char(10)) from sqlite_schema",
            [],
            |row| row.get(0),
        )
        .unwrap()
    };
    let before = schema(&conn);
    create_schema(&conn).unwrap();
    for (key, text) in (100..).zip([
        "Robert'); DROP TABLE search_row;--",
        "\"a\" OR *",
        "NEAR(",
        "%",
        "_",
        "\\",
        "\0",
        "')",
    ]) {
        put(
            &conn,
            &SearchRow {
                key,
                market: text,
                name: text,
                nickname: text,
                stall: text,
                phone: text,
                goods: text,
            },
        )
        .unwrap();
        find(&conn, text, Some(text), 10).unwrap();
        assert!(keys(&conn, text).contains(&key), "{text:?}");
    }
    assert_eq!(schema(&conn), before);
    assert_eq!(keys(&conn, "rokayah"), [1, 2]);
}

proptest! {
    #[test]
    fn any_text_is_a_query(query in ".{0,60}", market in proptest::option::of(".{0,6}")) {
        thread_local!(static CONN: Connection = filled());
        CONN.with(|conn| find(conn, &query, market.as_deref(), 20).map(|_| ())).map_err(|error| TestCaseError::fail(error.to_string()))?;
    }

    #[test]
    fn signs_and_words_in_any_mixture_are_a_query(query in "([\"*()^:+%_'-]|NEAR|AND|OR|NOT|blok|rokayah|b|12|0840| |\0){0,12}") {
        thread_local!(static CONN: Connection = filled());
        CONN.with(|conn| find(conn, &query, None, 20).map(|_| ())).map_err(|error| TestCaseError::fail(error.to_string()))?;
    }

    #[test]
    fn any_trader_is_found_by_the_own_name(name in "\\PC{1,30}") {
        let conn = filled();
        put(&conn, &SearchRow { key: 500, market: "KNM", name: &name, nickname: "", stall: "", phone: "", goods: "" }).unwrap();
        prop_assert!(find(&conn, &name, None, 1000).unwrap().iter().any(|hit| hit.key == 500), "{:?}", name);
    }
}
