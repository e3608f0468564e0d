//! The key of the data and the damage of its file: each case has an error of its own, and nothing is overwritten.

use crate::store::{Store, meta};
use std::path::Path;
use tempfile::TempDir;

/// A home with a little in it.
fn home() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(folder.path()).unwrap();
    store
        .transaction(|tx| meta::set_moment(tx, "last_sync", 7))
        .unwrap();
    folder
}

fn code(folder: &Path) -> &'static str {
    Store::open(folder).unwrap_err().code()
}

#[test]
fn a_home_without_its_key_says_so_and_gets_no_new_one() {
    let home = home();
    std::fs::rename(home.path().join("key"), home.path().join("elsewhere")).unwrap();
    assert_eq!(code(home.path()), "key_missing");
    assert!(!home.path().join("key").exists());
    std::fs::rename(home.path().join("elsewhere"), home.path().join("key")).unwrap();
    Store::open(home.path()).unwrap();
}

#[test]
fn half_a_key_is_a_wrong_key() {
    let home = home();
    std::fs::write(home.path().join("key"), [7; 16]).unwrap();
    assert_eq!(code(home.path()), "key_wrong");
}

#[test]
fn a_file_that_is_no_database_is_damaged_and_stays_as_it_is() {
    let home = home();
    let database = home.path().join("tablet.db");
    let garbage = vec![0x5a; 8_192];
    std::fs::write(&database, &garbage).unwrap();
    assert_eq!(code(home.path()), "store_damaged");
    assert_eq!(std::fs::read(&database).unwrap(), garbage);
}

#[test]
#[cfg(unix)]
fn the_key_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let home = home();
    let mode = |name: &str| {
        let file = std::fs::metadata(home.path().join(name)).unwrap();
        file.permissions().mode() & 0o777
    };
    assert_eq!((mode("key"), mode("key-mark")), (0o600, 0o600));
}

#[test]
#[cfg(feature = "sqlcipher")]
fn another_homes_key_is_told_from_damage() {
    let (other, home) = (home(), home());
    let key = std::fs::read(home.path().join("key")).unwrap();
    std::fs::copy(other.path().join("key"), home.path().join("key")).unwrap();
    assert_eq!(code(home.path()), "key_wrong");
    std::fs::write(home.path().join("key"), key).unwrap();
    let store = Store::open(home.path()).unwrap();
    assert_eq!(meta::moment(&store.conn, "last_sync").unwrap(), Some(7));
}

#[test]
#[cfg(feature = "sqlcipher")]
fn one_changed_bit_in_any_page_is_found_before_anything_is_done() {
    const PAGE: usize = 4_096;
    let home = home();
    let database = home.path().join("tablet.db");
    let empty: i64 = Store::open(home.path())
        .unwrap()
        .conn
        .pragma_query_value(None, "freelist_count", |row| row.get(0))
        .unwrap();
    let mut unread = 0;
    let whole = std::fs::read(&database).unwrap();
    assert!(whole.len() > 20 * PAGE, "{} bytes", whole.len());
    for page in 0..whole.len() / PAGE {
        let mut damaged = whole.clone();
        // Another place in each page.
        damaged[page * PAGE + (page * 977 + 20) % PAGE] ^= 1 << (page % 8);
        std::fs::write(&database, &damaged).unwrap();
        match Store::open(home.path()) {
            // A page that holds nothing is not read, and is written whole before it holds something again.
            Ok(store) => {
                drop(store);
                unread += 1;
            }
            Err(error) => {
                assert_eq!(error.code(), "store_damaged", "page {page}");
                assert_eq!(std::fs::read(&database).unwrap(), damaged);
            }
        }
    }
    assert!(unread <= empty, "{unread} pages of which {empty} are empty");
    std::fs::write(&database, &whole).unwrap();
    Store::open(home.path()).unwrap();
}

#[test]
#[cfg(feature = "sqlcipher")]
fn the_file_is_sealed_and_the_search_works_in_it() {
    let home = home();
    let store = Store::open(home.path()).unwrap();
    let count: i64 = store
        .conn
        .query_row("select count(*) from search_text", [], |row| row.get(0))
        .unwrap();
    assert_eq!(count, 0);
    drop(store);
    let bytes = std::fs::read(home.path().join("tablet.db")).unwrap();
    assert!(!bytes.starts_with(b"SQLite format 3"));
    assert!(!bytes.windows(9).any(|part| part == b"last_sync"));
}
