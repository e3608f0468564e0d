//! Keeps the search index: what a trader adds to it, and what leaves it again.

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

/// Puts a trader into the index, in place of what stood there under the same key.
///
/// Call it inside the transaction that saves the trader. Ascending keys load fastest. Errors: only those of the database.
pub fn put(conn: &Connection, row: &SearchRow<'_>) -> Result<(), SearchError> {
    let stall_pieces = pieces(row.stall);
    let place = stall::stall_place(&stall_pieces);
    let words = document(row, &stall_pieces);
    let mut before = None;
    let is_new = write_row(
        conn,
        include_str!("../../sql/search/insert_row.sql"),
        row,
        place,
        &words,
    )?;
    if !is_new {
        before = stored_words(conn, row.key)?;
        write_row(
            conn,
            include_str!("../../sql/search/update_row.sql"),
            row,
            place,
            &words,
        )?;
        if before.as_deref() == Some(words.as_str()) {
            return Ok(());
        }
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
    match before {
        Some(before) => forget_words(conn, &before),
        None => Ok(()),
    }
}

/// Takes a trader out of the index; nothing that only this trader had stays behind. An unknown key changes nothing.
pub fn remove(conn: &Connection, key: i64) -> Result<(), SearchError> {
    let Some(words) = stored_words(conn, key)? else {
        return Ok(());
    };
    conn.prepare_cached(include_str!("../../sql/search/delete_text.sql"))?
        .execute(named_params! { ":key": key, ":words": words })?;
    conn.prepare_cached(include_str!("../../sql/search/delete_row.sql"))?
        .execute(named_params! { ":key": key })?;
    forget_words(conn, &words)
}

/// Runs one of the statements that write a row; tells whether it wrote.
fn write_row(
    conn: &Connection,
    sql: &str,
    row: &SearchRow<'_>,
    place: i64,
    words: &str,
) -> Result<bool, SearchError> {
    let params =
        named_params! { ":key": row.key, ":market": row.market, ":place": place, ":words": words };
    Ok(conn.prepare_cached(sql)?.execute(params)? > 0)
}

/// Words of a trader as they stand in the index; `None` for an unknown key.
pub fn stored_words(conn: &Connection, key: i64) -> Result<Option<String>, SearchError> {
    let mut statement = conn.prepare_cached(include_str!("../../sql/search/get_row.sql"))?;
    Ok(statement
        .query_row(named_params! { ":key": key }, |row| row.get("words"))
        .optional()?)
}

/// Drops the words that no trader has any more: a rare name alone would tell who was here.
fn forget_words(conn: &Connection, words: &str) -> Result<(), SearchError> {
    let mut used = conn.prepare_cached(include_str!("../../sql/search/match.sql"))?;
    let mut delete = conn.prepare_cached(include_str!("../../sql/search/delete_word.sql"))?;
    for word in words.split(' ').filter(|word| is_correctable(word)) {
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
