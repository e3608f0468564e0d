//! Looks at a workbook before the reader does, and refuses what would take all memory.

use std::io::{Cursor, Read};

use super::{RegisterError, UNPACKED_BYTES_MAX};

/// Unpacks every part and counts the bytes: the sizes that a zip file states about itself cannot be trusted.
///
/// Errors: `UnpackedTooLarge`; `WorkbookDamaged` for what is no zip file, or promises more texts than it can hold.
pub(super) fn check(bytes: &[u8]) -> Result<(), RegisterError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let mut left = UNPACKED_BYTES_MAX;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(damaged)?;
        let holds_texts = part
            .name()
            .map_err(damaged)?
            .to_ascii_lowercase()
            .ends_with("sharedstrings.xml");
        let mut part = part.take(left + 1);
        let taken = if holds_texts {
            let mut content = Vec::new();
            part.read_to_end(&mut content).map_err(damaged)?;
            check_text_count(&content)?;
            content.len() as u64
        } else {
            std::io::copy(&mut part, &mut std::io::sink()).map_err(damaged)?
        };
        left = left
            .checked_sub(taken)
            .ok_or(RegisterError::UnpackedTooLarge {
                bytes_max: UNPACKED_BYTES_MAX,
            })?;
    }
    Ok(())
}

/// The reader sets aside memory for as many texts as the list of texts claims to have, before it has seen one; a false
/// claim would end the whole process. Each text takes bytes, so that an honest claim is below the part's length.
fn check_text_count(content: &[u8]) -> Result<(), RegisterError> {
    const CLAIM: &[u8] = b"uniqueCount";
    // Without its zero bytes, UTF-16 shows the same letters.
    let content: Vec<u8> = content.iter().copied().filter(|byte| *byte != 0).collect();
    for (place, _) in content
        .windows(CLAIM.len())
        .enumerate()
        .filter(|(_, window)| *window == CLAIM)
    {
        let digits = content
            .iter()
            .skip(place + CLAIM.len())
            .skip_while(|byte| {
                byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\'' | b'+')
            })
            .take_while(|byte| byte.is_ascii_digit());
        let claimed = digits.fold(0_usize, |sum, digit| {
            sum.saturating_mul(10)
                .saturating_add(usize::from(digit - b'0'))
        });
        if claimed > content.len() {
            return Err(damaged(
                "its list of texts claims more texts than it has bytes",
            ));
        }
    }
    Ok(())
}

/// A damaged workbook, with what was found.
pub(super) fn damaged(error: impl std::fmt::Display) -> RegisterError {
    RegisterError::WorkbookDamaged {
        why: error.to_string().chars().take(200).collect(),
    }
}
