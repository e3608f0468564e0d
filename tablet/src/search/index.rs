//! Keeps the search index: what a trader adds to it, and what leaves it again.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rusqlite::{Connection, OptionalExtension as _, named_params};

use super::fold::{Piece, number, pieces};
use super::near::LETTERS_MIN;
use super::{SearchError, SearchRow, phone, stall};

/// Words kept of one trader; the texts themselves are limited where they are typed.
const WORDS_MAX: usize = 512;

/// Makes the tables of the index where they are missing; does no harm to a filled one.
pub fn create_schema(conn: &Connection) -> Result<(), SearchError> {
    Ok(conn.execute_batch(include_str!("../../sql/search/schema.sql"))?)
}

/// Puts traders into the index, each in place of what stood there under the same key, and takes others out; nothing that only they
/// had stays behind. An unknown key to be removed changes nothing.
///
/// Call it inside the transaction that saves the traders, for many of them at once: the index writes what it holds so far whenever it
/// is asked something in between, or hears of a smaller key than before. Errors: only those of the database.
pub fn write(conn: &Connection, rows: &[SearchRow<'_>], gone: &[i64]) -> Result<(), SearchError> {
    let mut all: Vec<(i64, Option<&SearchRow<'_>>)> = Vec::new();
    all.extend(rows.iter().map(|row| (row.key, Some(row))));
    all.extend(gone.iter().map(|key| (*key, None)));
    all.sort_by_key(|(key, _)| *key);
    let mut left = BTreeSet::new();
    for (key, row) in all {
        let words = match row {
            Some(row) => put(conn, row)?,
            None => remove(conn, key)?,
        };
        let words = words.unwrap_or_default();
        let correctable = words.split(' ').filter(|word| is_correctable(word));
        left.extend(correctable.map(str::to_owned));
    }
    forget_words(conn, &left)
}

/// Gives the words that stood there before, where they are others.
fn put(conn: &Connection, row: &SearchRow<'_>) -> Result<Option<String>, SearchError> {
    let stall_pieces = pieces(row.stall);
    let place = stall::stall_place(&stall_pieces);
    let words = document(row, &stall_pieces);
    let before = stored_words(conn, row.key)?;
    let sql = match before {
        None => include_str!("../../sql/search/insert_row.sql"),
        Some(_) => include_str!("../../sql/search/update_row.sql"),
    };
    let params =
        named_params! { ":key": row.key, ":market": row.market, ":place": place, ":words": words };
    conn.prepare_cached(sql)?.execute(params)?;
    if before.as_deref() == Some(words.as_str()) {
        return Ok(None);
    }
    if let Some(before) = &before {
        conn.prepare_cached(include_str!("../../sql/search/delete_text.sql"))?
            .execute(named_params! { ":key": row.key, ":words": before })?;
    }
    conn.prepare_cached(include_str!("../../sql/search/put_text.sql"))?
        .execute(named_params! { ":key": row.key, ":words": words })?;
    let mut put_word = conn.prepare_cached(include_str!("../../sql/search/put_word.sql"))?;
    for word in words.split(' ').filter(|word| is_correctable(word)) {
        put_word.execute(named_params! { ":word": word })?;
    }
    Ok(before)
}

/// Gives the words that stood there.
fn remove(conn: &Connection, key: i64) -> Result<Option<String>, SearchError> {
    let words = stored_words(conn, key)?;
    if let Some(words) = &words {
        conn.prepare_cached(include_str!("../../sql/search/delete_text.sql"))?
            .execute(named_params! { ":key": key, ":words": words })?;
        conn.prepare_cached(include_str!("../../sql/search/delete_row.sql"))?
            .execute(named_params! { ":key": key })?;
    }
    Ok(words)
}

/// Words of a trader as they stand in the index; `None` for an unknown key.
pub fn stored_words(conn: &Connection, key: i64) -> Result<Option<String>, SearchError> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/search/get_row.sql"))?;
    Ok(statement
        .query_row(named_params! { ":key": key }, |row| row.get("words"))
        .optional()?)
}

/// Drops the words that no trader has any more: a rare name alone would tell who was here.
fn forget_words(conn: &Connection, words: &BTreeSet<String>) -> Result<(), SearchError> {
    let mut used = conn.prepare_cached(include_str!("../../sql/search/match.sql"))?;
    let mut delete = conn.prepare_cached(include_str!("../../sql/search/delete_word.sql"))?;
    for word in words {
        if !used.exists(named_params! { ":expression": format!("\"{word}\""), ":limit": 1 })? {
            delete.execute(named_params! { ":word": word })?;
        }
    }
    Ok(())
}

/// Words that a wrong letter may lead to; folding can make a word of four letters one shorter.
fn is_correctable(word: &str) -> bool {
    word.len() + 2 > LETTERS_MIN && word.bytes().all(|b| b.is_ascii_lowercase())
}

/// Token of a market, so that a query can be kept to it; hexadecimal, because a market's name may hold anything.
pub fn market_token(market: &str) -> String {
    let mut token = String::from('\u{E0FF}');
    for byte in market.bytes() {
        // Writing to a string cannot fail.
        let _ = write!(token, "{byte:02x}");
    }
    token
}

/// All tokens of a trader, parted by single spaces.
fn document(row: &SearchRow<'_>, stall_pieces: &[Piece]) -> String {
    let mut tokens = vec![market_token(row.market)];
    let mut signs = Vec::new();
    for field in [row.name, row.nickname, row.goods] {
        for piece in pieces(field) {
            match piece {
                Piece::Letters { text, .. } => stall::push_word(&text, &mut tokens),
                Piece::Number { digits, .. } => tokens.push(number(&digits).to_owned()),
                Piece::Sign { token, .. } => signs.push(token),
            }
        }
    }
    stall::stall_tokens(stall_pieces, &mut tokens);
    signs.extend(stall_pieces.iter().filter_map(|piece| match piece {
        Piece::Sign { token, .. } => Some(token.clone()),
        _ => None,
    }));
    signs.sort_unstable();
    signs.dedup();
    tokens.extend(signs);
    for number in phone::numbers(row.phone) {
        tokens.extend(phone::runs(phone::national(&number)));
    }
    tokens.truncate(WORDS_MAX);
    tokens.join(" ")
}
