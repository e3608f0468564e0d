//! The funnel as the book has it: the nine stages in the plainest way, from the rules as they stand on paper.

use std::collections::{BTreeMap, BTreeSet};

use super::book::{Book, Visit};

/// Stages from the first to the last.
pub const STAGES: [&str; 9] = [
    "terdata",
    "dikunjungi",
    "bersedia",
    "dilatih",
    "akun_dibuka",
    "terverifikasi",
    "produk_tayang",
    "pesanan_pertama",
    "aktif",
];
/// Outcomes in which the trader was met.
pub const MET: [&str; 11] = [
    "mengajar",
    "mengajar_sebagian",
    "bersedia",
    "penjelasan",
    "diminta_kembali",
    "sudah_online",
    "bantu_langkah",
    "cek_aktif",
    "menolak",
    "menolak_tetap",
    "tanpa_data",
];
const TAUGHT: [&str; 3] = ["mengajar", "mengajar_sebagian", "tanpa_data"];
const TOPICS: [&str; 4] = ["latih.foto", "latih.unggah", "latih.pesanan", "latih.aman"];
/// Account, verified, listed, first order: WhatsApp verifies nobody, so that its account is enough.
const SHOPS: [[&str; 4]; 2] = [
    ["wa.akun", "wa.akun", "wa.tayang", "wa.pesanan"],
    [
        "shopee.akun",
        "shopee.lolos",
        "shopee.tayang",
        "shopee.pesanan",
    ],
];

/// How many traders have reached each stage; whoever stands higher has reached those below.
pub fn reached(book: &Book) -> [usize; 9] {
    let mut by_trader: BTreeMap<&str, Vec<&Visit>> = BTreeMap::new();
    for visit in book.standing() {
        by_trader.entry(&visit.trader).or_default().push(visit);
    }
    let mut reached = [0; 9];
    reached[0] = book.traders;
    for visits in by_trader.values_mut() {
        visits.sort_by_key(|visit| visit.at_ms);
        for count in reached.iter_mut().take(stage(visits)).skip(1) {
            *count += 1;
        }
    }
    reached
}

/// The highest stage, from 1, of a trader with these visits in their order.
fn stage(visits: &[&Visit]) -> usize {
    let steps: BTreeSet<&str> = visits
        .iter()
        .flat_map(|visit| visit.steps.iter().map(String::as_str))
        .collect();
    let any = |outcomes: &[&str]| {
        visits
            .iter()
            .any(|visit| outcomes.contains(&visit.outcome.as_str()))
    };
    let wants = visits.iter().rev().find_map(|visit| visit.wants.as_deref());
    let wants = matches!(wants, Some("mau_sekarang" | "mau_nanti"));
    let shop = |count: usize| {
        SHOPS
            .iter()
            .any(|shop| shop.iter().take(count).all(|step| steps.contains(step)))
    };
    let check = visits.iter().rev().find_map(|visit| visit.check.as_ref());
    let sells = check.is_some_and(|(products, orders)| *products > 0 && orders != "0");
    let holds = [
        true,
        any(&MET),
        wants && visits.iter().any(|visit| visit.agreed),
        any(&TAUGHT) && TOPICS.iter().all(|topic| steps.contains(topic)),
        shop(1),
        shop(2),
        shop(3),
        // A first order counts in a shop that shows goods, and its account with them.
        SHOPS
            .iter()
            .any(|shop| shop.iter().all(|step| steps.contains(step))),
        shop(4) && sells,
    ];
    holds
        .iter()
        .rposition(|holds| *holds)
        .map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn of(typed: &[Value]) -> usize {
        let visits: Vec<Visit> = typed
            .iter()
            .enumerate()
            .map(|(at, typed)| Visit::told(at as i64, "KNM", "CV-01", "1", typed))
            .collect();
        stage(&visits.iter().collect::<Vec<_>>())
    }

    #[test]
    fn stages_follow_from_visits_and_steps() {
        let taught = json!({ "outcome": "mengajar", "steps": TOPICS });
        let shop = json!({ "outcome": "bantu_langkah", "steps": ["wa.akun"] });
        let shows = json!({ "outcome": "bantu_langkah", "steps": ["wa.tayang"] });
        let order = json!({ "outcome": "bantu_langkah", "steps": ["wa.pesanan"] });
        let check = |orders: &str| json!({ "outcome": "cek_aktif", "check": { "produk_tayang": 2, "pesanan": orders } });
        assert_eq!(of(&[json!({ "outcome": "tutup" })]), 1);
        assert_eq!(of(&[json!({ "outcome": "menolak" })]), 2);
        assert_eq!(of(std::slice::from_ref(&taught)), 4);
        assert_eq!(of(&[taught.clone(), shop.clone()]), 6);
        assert_eq!(of(&[taught.clone(), shop.clone(), shows.clone()]), 7);
        let sold = [taught, shop, shows, order];
        assert_eq!(of(&[&sold[..], &[check("0")]].concat()), 8);
        assert_eq!(of(&[&sold[..], &[check("1-4")]].concat()), 9);
    }
}
