//! `record`: visits as JSON lines, each answered as soon as it is on the disk.

use crate::command::{self, Command, Reply};
use crate::error::{Result, TabletError, file_failed};
use crate::save::visit::VisitAction;
use crate::store::Store;
use std::io::{BufRead, BufReader, Read, Write};

/// Bytes of one line; a longer one is answered as an error and skipped.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// Errors: those of reading, and after every line was answered `not_enrolled` and `revoked`, where no visit could be saved.
pub fn record(store: &mut Store) -> Result<()> {
    let mut none_saved = Ok(());
    let mut input = BufReader::new(std::io::stdin().lock());
    let mut out = std::io::stdout().lock();
    loop {
        let mut line = Vec::new();
        let read = (&mut input)
            .take(LINE_BYTES_MAX)
            .read_until(b'\n', &mut line)
            .map_err(file_failed("the input could not be read"))?;
        if read == 0 {
            return none_saved;
        }
        let whole = line.ends_with(b"\n") || (read as u64) < LINE_BYTES_MAX;
        if !whole {
            skip_line(&mut input)?;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let answer = match save_line(store, &line, whole) {
            Ok(reply) => serde_json::to_string(&reply).unwrap_or_default(),
            Err(error) => {
                let document = command::failed(&error).to_string();
                if matches!(error, TabletError::NotEnrolled | TabletError::Locked) {
                    none_saved = Err(error);
                }
                document
            }
        };
        // A reader that is gone cannot be told; what was saved stays saved.
        if writeln!(out, "{answer}")
            .and_then(|()| out.flush())
            .is_err()
        {
            return none_saved;
        }
    }
}

fn save_line(store: &mut Store, line: &[u8], whole: bool) -> Result<Reply> {
    if !whole {
        return Err(TabletError::TooLong {
            field: "line".into(),
            max: LINE_BYTES_MAX as usize,
        });
    }
    let no_visit = |why: &str| TabletError::bad("line", format!("is no visit: {why}"));
    // Some programs begin a file with a byte order mark.
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
    if !line.trim_ascii_start().starts_with(b"{") {
        return Err(no_visit("expected an object"));
    }
    let action: VisitAction =
        serde_json::from_slice(line).map_err(|error| no_visit(&error.to_string()))?;
    command::run(store, Command::Visit(action))
}

fn skip_line(input: &mut impl BufRead) -> Result<()> {
    loop {
        let mut rest = Vec::new();
        let read = input
            .by_ref()
            .take(LINE_BYTES_MAX)
            .read_until(b'\n', &mut rest)
            .map_err(file_failed("the input could not be read"))?;
        if read == 0 || rest.ends_with(b"\n") {
            return Ok(());
        }
    }
}
