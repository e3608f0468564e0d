//! Invented people of the stories; names are put together from parts that nobody is meant by.

/// First names, for traders and canvassers alike.
pub const FIRST: [&str; 16] = [
    "Rokayah", "Sobari", "Casinih", "Taryana", "Wiwin", "Sunarto", "Euis", "Kosim", "Nining",
    "Saptono", "Juminah", "Mansur", "Lasmi", "Ujang", "Rodiah", "Karta",
];

/// Second names.
pub const SECOND: [&str; 8] = [
    "Lestari",
    "Hidayat",
    "Puspita",
    "Nugraha",
    "Safitri",
    "Permana",
    "Wulandari",
    "Saputra",
];

/// The six markets of the campaign.
pub const MARKETS: [&str; 6] = ["KNM", "PGI", "JGS", "PRM", "DRJ", "HRJ"];

/// Outcomes that count and ask for nothing else.
pub const OUTCOMES: [&str; 4] = ["mengajar", "penjelasan", "tutup", "pergi"];

/// The name of the n-th invented person: different for the first 128.
pub fn name(n: usize) -> String {
    format!(
        "{} {}",
        FIRST[n % FIRST.len()],
        SECOND[(n / FIRST.len()) % SECOND.len()]
    )
}

/// The n-th invented phone number as a register writes it (a range that no operator uses).
pub fn phone(n: usize) -> String {
    format!("0840-00{:02}-{:04}", n / 10_000 % 100, n % 10_000)
}

/// The same number as the programs keep it.
pub fn phone_kept(n: usize) -> String {
    format!("+6284000{:02}{:04}", n / 10_000 % 100, n % 10_000)
}
