//! A short text as the squares of a QR code.

use qrcodegen::{QrCode, QrCodeEcc};

/// Row by row, true is dark; `None` for a text that no code holds.
pub fn code(text: &str) -> Option<Vec<Vec<bool>>> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let rows = (0..size).map(|y| (0..size).map(|x| code.get_module(x, y)).collect());
    Some(rows.collect())
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn a_receipt_becomes_a_square_with_its_three_corners() {
        let rows = code("6LXUKLWL").unwrap();
        assert_eq!(rows.len(), 21);
        assert!(rows.iter().all(|row| row.len() == 21));
        for (x, y) in [(0, 0), (20, 0), (0, 20)] {
            assert!(rows[y][x], "{x} {y}");
        }
        assert!(code(&"x".repeat(10_000)).is_none());
    }
}
