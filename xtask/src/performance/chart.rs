//! Horizontal bars as SVG, readable in print, in the dark, and without colours: ours is black, the floor hatched.

use std::fmt::Write;

use super::engines::{FLOOR, OURS};

const WIDTH: f64 = 720.0;
const NAMES: f64 = 110.0;
const VALUES: f64 = 90.0;
const ROW: f64 = 26.0;
const TOP: f64 = 44.0;

/// A chart; `bars`: name and value, not negative.
pub fn bars(title: &str, unit: &str, bars: &[(String, f64)]) -> String {
    let most = bars
        .iter()
        .map(|(_, value)| *value)
        .fold(f64::MIN_POSITIVE, f64::max);
    let height = TOP + ROW * bars.len() as f64 + 12.0;
    let mut svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="14" role="img" aria-label="{title}">
<defs><pattern id="floor" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V6" stroke="#767676" stroke-width="3"/></pattern></defs>
<rect width="{WIDTH}" height="{height}" fill="#fff"/>
<text x="12" y="26" font-weight="600" font-size="16">{title}</text>
"##
    );
    for (place, (name, value)) in bars.iter().enumerate() {
        let y = TOP + ROW * place as f64;
        let width = ((WIDTH - NAMES - VALUES) * value / most).max(1.0);
        let (fill, weight) = match name.as_str() {
            OURS => ("#111", 700),
            FLOOR => ("url(#floor)", 400),
            _ => ("#b5b5b5", 400),
        };
        let shown = shown(*value);
        // Writing into a String cannot fail.
        let _infallible = writeln!(
            svg,
            r#"<text x="{x}" y="{base}" text-anchor="end" font-weight="{weight}">{name}</text><rect x="{NAMES}" y="{y}" width="{width:.1}" height="18" fill="{fill}"/><text x="{after:.1}" y="{base}" font-weight="{weight}">{shown} {unit}</text>"#,
            x = NAMES - 8.0,
            base = y + 14.0,
            after = NAMES + width + 6.0,
        );
    }
    svg.push_str("</svg>\n");
    svg
}

/// Three digits that say something, and groups of three in large numbers.
pub fn shown(value: f64) -> String {
    let decimals = match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 0.1 || size == 0.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    let (whole, rest) = text.split_once('.').unwrap_or((text.as_str(), ""));
    let mut grouped = String::new();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match rest {
        "" => grouped,
        rest => format!("{grouped}.{rest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_three_digits() {
        for (value, text) in [
            (0.0, "0.00"),
            (0.0123, "0.012"),
            (4.6, "4.60"),
            (43.24, "43.2"),
            (15_838.0, "15,838"),
        ] {
            assert_eq!(shown(value), text);
        }
    }

    #[test]
    fn the_longest_bar_fills_its_room_and_ours_stands_out() {
        let svg = bars(
            "Bytes",
            "KiB",
            &[("ours".into(), 5.0), ("other".into(), 10.0)],
        );
        assert!(
            svg.contains(r##"width="520.0" height="18" fill="#b5b5b5""##),
            "{svg}"
        );
        assert!(
            svg.contains(r##"width="260.0" height="18" fill="#111""##),
            "{svg}"
        );
    }
}
