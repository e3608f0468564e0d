//! Reads a register saved as text: any of four delimiters, quoted cells, and the physical line of each record.
//!
//! The splitting is done here rather than by the `csv` crate because findings must name the physical line, also after
//! empty lines and quoted line breaks, and because a stray quote must not swallow the rest of an office's list.

use super::assemble::{Assembler, heading_score, no_heading, trimmed};
use super::fields::Mapping;
use super::{COLUMNS_MAX, Finding, HEADING_LINES_MAX, RegisterError, RegisterTable, text};

const DELIMITERS: [u8; 4] = [b';', b',', b'\t', b'|'];
/// A quoted cell that crosses a line end and is longer than this is taken for a stray quote.
const QUOTED_BYTES_MAX: usize = 16 * 1024;

pub(super) fn read(bytes: &[u8], mapping: &Mapping) -> Result<RegisterTable, RegisterError> {
    let (content, encoding) = text::decode(bytes);
    let (delimiter, heading_place) = find_heading(&content, mapping)?;
    let mut records = Records::new(&content, delimiter);
    let mut assembler = None;
    let mut place = 0;
    while let Some((line, cells)) = records.next_filled()? {
        match assembler.as_mut() {
            None if place == heading_place => {
                assembler = Some(Assembler::new(line, &cells, mapping)?)
            }
            None => place += 1,
            Some(assembler) => {
                assembler.push(line, |column| {
                    cells.get(column).map(|cell| without_guard(cell))
                })?;
            }
        }
    }
    let Some(assembler) = assembler else {
        return Err(RegisterError::Empty);
    };
    let mut table = assembler.finish();
    for row in std::mem::take(&mut records.stray_quotes) {
        let reason =
            "a quote was opened and not closed; it was read as a character, check this line"
                .to_owned();
        table.warnings.push(Finding {
            row,
            column: String::new(),
            reason,
            code: "stray_quote",
        });
    }
    if encoding == "windows-1252" {
        let reason = "the file is not UTF-8 and was read as Windows-1252; check names with accents"
            .to_owned();
        table.warnings.push(Finding {
            row: 0,
            column: String::new(),
            reason,
            code: "encoding_guessed",
        });
    }
    Ok(table)
}

/// The delimiter, and which of the filled lines (from 0) is the heading: the pair under which most columns are known.
fn find_heading(content: &str, mapping: &Mapping) -> Result<(u8, usize), RegisterError> {
    let mut best = (0, 0, 0);
    let mut chosen = None;
    let mut first_line = None;
    // With a mapping, an unknown column is the better message: the widest first line then counts as the heading.
    let mut widest = (0, b',');
    let mut failed = None;
    for delimiter in DELIMITERS {
        let mut records = Records::new(content, delimiter);
        for place in 0..HEADING_LINES_MAX {
            // Under a wrong delimiter a line may have too many columns; that is only an error if nothing else fits.
            let (_, cells) = match records.next_filled() {
                Ok(Some(record)) => record,
                Ok(None) => break,
                Err(error) => {
                    failed = Some(error);
                    break;
                }
            };
            let score = heading_score(&cells, mapping);
            let filled = cells
                .iter()
                .filter(|cell| !trimmed(cell).is_empty())
                .count();
            // Among lines that name as much, a lone word (a title, or a line cut by the wrong delimiter) comes last.
            let rank = (score, filled.min(2), cells.len().min(2));
            if score > 0 && rank > best {
                best = rank;
                chosen = Some((delimiter, place));
            }
            if place == 0 && cells.len() > widest.0 {
                widest = (cells.len(), delimiter);
                first_line = Some(cells);
            }
        }
    }
    match (chosen, first_line) {
        (Some(_), _) if best.2 < 2 && failed.is_some() => {
            Err(failed.unwrap_or(RegisterError::Empty))
        }
        (Some(chosen), _) => Ok(chosen),
        (None, Some(_)) if !mapping.is_empty() => Ok((widest.1, 0)),
        (None, Some(cells)) => Err(no_heading(&cells)),
        (None, None) => Err(failed.unwrap_or(RegisterError::Empty)),
    }
}

/// Takes back the `'` that exports set before a text that a spreadsheet would run as a formula.
fn without_guard(cell: &str) -> &str {
    match cell.strip_prefix('\'') {
        Some(rest) if crate::export_files::needs_guard(rest) => rest,
        _ => cell,
    }
}

/// Splits text into records.
struct Records<'t> {
    text: &'t str,
    bytes: &'t [u8],
    at: usize,
    line: usize,
    delimiter: u8,
    stray_quotes: Vec<usize>,
}

impl<'t> Records<'t> {
    fn new(text: &'t str, delimiter: u8) -> Self {
        Self {
            text,
            bytes: text.as_bytes(),
            at: 0,
            line: 1,
            delimiter,
            stray_quotes: Vec::new(),
        }
    }

    /// The next record with a filled cell, and the physical line on which it begins.
    fn next_filled(&mut self) -> Result<Option<(usize, Vec<String>)>, RegisterError> {
        while self.at < self.bytes.len() {
            let line = self.line;
            let cells = self.next_record()?;
            if cells.iter().any(|cell| !trimmed(cell).is_empty()) {
                return Ok(Some((line, cells)));
            }
        }
        Ok(None)
    }

    fn next_record(&mut self) -> Result<Vec<String>, RegisterError> {
        let mut cells = Vec::new();
        loop {
            if cells.len() >= COLUMNS_MAX {
                return Err(RegisterError::TooManyColumns);
            }
            let mut cell = String::new();
            if self.byte(0) == Some(b'"') {
                match self.closing_quote() {
                    Some(close) => self.take_quoted(close, &mut cell),
                    None => {
                        if self.stray_quotes.last() != Some(&self.line)
                            && self.stray_quotes.len() < 1000
                        {
                            self.stray_quotes.push(self.line);
                        }
                    }
                }
            }
            let start = self.at;
            while self
                .byte(0)
                .is_some_and(|byte| byte != self.delimiter && byte != b'\n' && byte != b'\r')
            {
                self.at += 1;
            }
            cell.push_str(self.text.get(start..self.at).unwrap_or_default());
            cells.push(cell);
            match self.byte(0) {
                Some(byte) if byte == self.delimiter => self.at += 1,
                Some(byte) => {
                    self.at += if byte == b'\r' && self.byte(1) == Some(b'\n') {
                        2
                    } else {
                        1
                    };
                    self.line += 1;
                    return Ok(cells);
                }
                None => return Ok(cells),
            }
        }
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    /// Place of the quote that closes the cell beginning here, or `None` where the opening one is a stray character.
    fn closing_quote(&self) -> Option<usize> {
        let mut at = self.at + 1;
        let mut crossed = false;
        loop {
            match self.bytes.get(at)? {
                b'"' if self.bytes.get(at + 1) == Some(&b'"') => at += 2,
                b'"' => break,
                b'\n' | b'\r' => {
                    crossed = true;
                    at += 1;
                }
                _ => at += 1,
            }
            if crossed && at - self.at > QUOTED_BYTES_MAX {
                return None;
            }
        }
        let after = self.bytes.get(at + 1).copied();
        let ends =
            after.is_none_or(|byte| byte == self.delimiter || byte == b'\n' || byte == b'\r');
        (ends || !crossed).then_some(at)
    }

    fn take_quoted(&mut self, close: usize, cell: &mut String) {
        let inside = self.text.get(self.at + 1..close).unwrap_or_default();
        let breaks = inside.bytes().filter(|byte| *byte == b'\n').count();
        let lone_returns = inside
            .replace("\r\n", "\n")
            .bytes()
            .filter(|byte| *byte == b'\r')
            .count();
        self.line += breaks + lone_returns;
        cell.push_str(&inside.replace("\"\"", "\""));
        self.at = close + 1;
    }
}
