//! The indexes that statements of a save were written for are the ones that SQLite takes: nothing walks the whole market.

use super::office::ready_with_one;

#[test]
fn what_every_save_asks_uses_the_index_of_its_own() {
    let (_, tablet, _) = ready_with_one();
    for (name, statement, index) in [
        (
            "same_phone",
            include_str!("../../../sql/trader/same_phone.sql"),
            "trader_row_phone",
        ),
        (
            "open_touching",
            include_str!("../../../sql/own/open_touching.sql"),
            "SEARCH t USING PRIMARY KEY (kind=? AND id=?)",
        ),
        (
            "of_owner",
            include_str!("../../../sql/record/of_owner.sql"),
            "record_owner",
        ),
    ] {
        let explained = format!("explain query plan {statement}");
        let mut statement = tablet.store.conn.prepare(&explained).unwrap();
        let mut rows = statement.raw_query();
        let mut plan = Vec::new();
        while let Some(row) = rows.next().unwrap() {
            plan.push(row.get::<_, String>(3).unwrap());
        }
        let plan = plan.join("; ");
        assert!(plan.contains(index), "{name}: {plan}");
        assert!(!plan.contains("SCAN"), "{name}: {plan}");
    }
}
