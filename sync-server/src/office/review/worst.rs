//! Which flag a lead should see first.

/// Flags from the one that a lead should see first.
const WORST: &[&str] = &[
    "nomor_pribadi",
    "terlalu_cepat",
    "foto_sama",
    "urutan",
    "langkah_serentak",
    "tahap_tanpa_bukti",
    "jauh",
    "dilatih_dua_kali",
    "hp_sama",
    "catatan_sama",
    "dua_catatan",
    "bekas_pemegang",
    "jam_tablet",
    "di_luar_jam",
];

/// The place of a flag among them: the smaller, the worse; unknown ones come last.
pub fn place(flag: &str) -> usize {
    let found = WORST.iter().position(|worst| *worst == flag);
    found.unwrap_or(WORST.len())
}
