//! A store that an older program left: it opens, and shows what it showed.

use super::office::{Tablet, ready};
use crate::command::{self, Command, Reply, TraderEntry, TradersQuery};
use crate::store::{Store, migrate};

/// Takes the store back to the schema before reasons were kept apart, with rows as that program wrote them.
const BEFORE_REASONS: &str = "
    alter table trader_row drop column why;
    drop table why;
    alter table trader_row add column why_id text not null default '';
    alter table trader_row add column why_en text not null default '';
    update trader_row set why_id = 'lama', why_en = 'old';
    pragma user_version = 3;
";

fn listed(store: &mut Store) -> Vec<TraderEntry> {
    match command::run(store, Command::Traders(TradersQuery::default())) {
        Ok(Reply::Traders(entries)) => entries,
        other => panic!("no list: {other:?}"),
    }
}

#[test]
fn lists_say_the_same_reasons_after_the_schema_changed() {
    let (_office, mut tablet, _) = ready(3);
    let before = listed(&mut tablet.store);
    let Tablet { folder, store } = tablet;
    store.conn.execute_batch(BEFORE_REASONS).unwrap();
    drop(store);
    let mut store = Store::open(folder.path()).unwrap();
    assert_eq!(listed(&mut store), before);
    let version: i64 = store
        .conn
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, migrate::VERSION);
}
