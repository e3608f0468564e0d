//! The indexes that statements were written for are the ones that SQLite takes, with values bound and not written out.

use super::{open, sql};

#[test]
fn statements_over_the_changes_use_the_index_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let connection = open(&folder.path().join("office.db")).unwrap();
    for (name, statement, index) in [
        ("seq_at", sql!("change/seq_at"), "change_seq"),
        ("known_ms", sql!("change/known_ms"), "change_seq"),
        ("commit_ms_at", sql!("change/commit_ms_at"), "change_seq"),
        ("in_order", sql!("change/in_order"), "change_seq"),
        ("accepted", sql!("verify/accepted"), "change_seq"),
        ("held_markets", sql!("home/held_markets"), "change_seq"),
        ("in_state", sql!("change/in_state"), "change_open"),
        (
            "settled_after",
            sql!("change/settled_after"),
            "change_settled",
        ),
        ("visits", sql!("change/visits"), "change_visit"),
        (
            "own_elsewhere",
            sql!("record/own_elsewhere"),
            "sqlite_autoindex_record_1",
        ),
        (
            "own_elsewhere",
            sql!("record/own_elsewhere"),
            "change_visit (campaign=? AND device=? AND state=?",
        ),
        ("once_held", sql!("change/once_held"), "event_change"),
        ("hanging_on", sql!("record/hanging_on"), "record_owner"),
        ("with_content", sql!("change/with_content"), "PRIMARY KEY"),
    ] {
        let explained = format!("explain query plan {statement}");
        let mut statement = connection.prepare(&explained).unwrap();
        let mut rows = statement.raw_query();
        let mut plan = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            plan.push(row.get::<_, String>("detail").unwrap());
        }
        let named = match index {
            "PRIMARY KEY" => format!("{index} "),
            index => format!("INDEX {index}"),
        };
        let uses = |line: &String| line.contains(&named);
        assert!(plan.iter().any(uses), "{name}: {plan:#?}");
        let scans = |line: &String| line.starts_with("SCAN change");
        assert!(!plan.iter().any(scans), "{name}: {plan:#?}");
    }
}
