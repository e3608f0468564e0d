//! The sample of a day: which visits without a flag are looked at all the same, drawn so that anybody can draw it again.
//!
//! The seed is the first 16 hex digits of SHA-256 over four lines: `grebeg-sample/1`, the campaign's code, the working day, and
//! the market codes in alphabetical order with commas. It is known before the day begins. A visit's rank is SHA-256 over the
//! seed, a line feed, and the visit's code as exports have it; the visits with the smallest ranks are the sample. So whoever
//! holds the day's export can check it: `printf '%s\n%s' SEED CODE | sha256sum`, then sort.

use chrono::NaiveDate;
use grebeg_core::wire::json::to_hex;
use sha2::{Digest, Sha256};

/// Share of the day's visits, in per cent, and the least number.
const PERCENT: usize = 5;
const LEAST: usize = 10;

/// The seed of a day for the one who answers for these markets.
pub fn seed(campaign: &str, date: NaiveDate, markets: &[String]) -> String {
    let mut markets = markets.to_vec();
    markets.sort();
    let lines = format!("grebeg-sample/1\n{campaign}\n{date}\n{}", markets.join(","));
    let hex = to_hex(&Sha256::digest(lines.as_bytes()));
    hex.chars().take(16).collect()
}

/// How many are drawn of a day with so many visits.
pub fn size(visits: usize) -> usize {
    (visits * PERCENT).div_ceil(100).max(LEAST)
}

/// Where a visit stands in the draw.
pub fn rank(seed: &str, code: &str) -> String {
    to_hex(&Sha256::digest(format!("{seed}\n{code}").as_bytes()))
}

/// Places of the drawn among the codes, in the order of the draw.
pub fn draw(seed: &str, codes: &[String], size: usize) -> Vec<usize> {
    let mut ranked: Vec<(String, usize)> = codes
        .iter()
        .enumerate()
        .map(|(at, code)| (rank(seed, code), at))
        .collect();
    ranked.sort();
    ranked.into_iter().take(size).map(|(_, at)| at).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn the_seed_is_fixed_by_campaign_day_and_markets() {
        let markets = ["PGI".to_owned(), "KNM".to_owned()];
        let one = seed("CRB-2019", day("2019-08-05"), &markets);
        // printf 'grebeg-sample/1\nCRB-2019\n2019-08-05\nKNM,PGI' | sha256sum
        assert_eq!(one, "6ea0a82f916eb57f");
        let turned = ["KNM".to_owned(), "PGI".to_owned()];
        assert_eq!(one, seed("CRB-2019", day("2019-08-05"), &turned));
        assert_ne!(one, seed("CRB-2019", day("2019-08-06"), &markets));
        assert_ne!(one, seed("CRB-2019", day("2019-08-05"), &turned[..1]));
    }

    #[test]
    fn a_twentieth_is_drawn_and_never_less_than_ten() {
        for (visits, drawn) in [(0, 10), (168, 10), (200, 10), (201, 11), (320, 16)] {
            assert_eq!(size(visits), drawn, "{visits}");
        }
    }

    #[test]
    fn the_same_codes_in_any_order_give_the_same_sample() {
        let codes: Vec<String> = (0..100).map(|n| format!("P{n:012}")).collect();
        let drawn = |codes: &[String]| -> Vec<String> {
            draw("0123456789abcdef", codes, 10)
                .into_iter()
                .map(|at| codes[at].clone())
                .collect()
        };
        let turned: Vec<String> = codes.iter().rev().cloned().collect();
        assert_eq!(drawn(&codes), drawn(&turned));
        assert_eq!(draw("x", &codes[..3], 10).len(), 3);
    }
}
