//! What the made traders and visits say.

use whole_system_tests::{Chance, people};

pub const MARKETS: [&str; 6] = [
    "Kanoman",
    "Pagi",
    "Jagasatru",
    "Perumnas",
    "Drajat",
    "Harjamukti",
];
pub const OUTCOMES: [&str; 6] = [
    "bertemu",
    "kios_tutup",
    "menolak",
    "janji_ulang",
    "selesai_langkah",
    "pindah_kios",
];
pub const STEPS: [&str; 7] = [
    "penjelasan",
    "buat_akun",
    "foto_produk",
    "unggah_produk",
    "pesanan_pertama",
    "kemasan",
    "promosi",
];
const GOODS: [&str; 12] = [
    "Batik trusmi",
    "Sayur mayur",
    "Ikan asin jambal",
    "Terasi dan petis",
    "Daging sapi",
    "Ayam potong",
    "Beras dan palawija",
    "Bumbu dapur",
    "Kerupuk melarat",
    "Tahu gejrot",
    "Pakaian anak",
    "Peralatan dapur",
];
const STATES: [&str; 7] = [
    "dikunjungi",
    "berminat",
    "terdaftar",
    "foto_produk",
    "toko_aktif",
    "berjualan",
    "menolak",
];
const WILLING: [&str; 4] = [
    "mampu_mau",
    "mampu_belum_mau",
    "mau_belum_mampu",
    "belum_mau",
];
const PLATFORMS: [&str; 6] = [
    "Tokopedia",
    "Shopee",
    "Bukalapak",
    "Grab",
    "Gojek",
    "Blibli",
];
const NOTES: [&str; 12] = [
    "ramai pagi sampai jam sembilan",
    "minta dijelaskan lagi setelah zuhur",
    "anaknya yang pegang telepon",
    "sudah punya akun tetapi lupa sandi",
    "takut barang tidak dibayar",
    "perlu bantuan foto produk",
    "stok hanya hari pasaran",
    "sinyal lemah di blok belakang",
    "titip pesan lewat koordinator pasar",
    "harga grosir beda dengan eceran",
    "belum punya rekening sendiri",
    "minta ditelepon sore",
];

pub fn note(chance: &mut Chance) -> String {
    format!("{}; {}", chance.pick(&NOTES), chance.pick(&NOTES))
}

/// A value that a field may have.
pub fn value(field: &str, chance: &mut Chance) -> String {
    let of = |list: &[&str], chance: &mut Chance| (*chance.pick(list)).to_owned();
    match field {
        "status" => of(&STATES, chance),
        "willing" => of(&WILLING, chance),
        "platform" => of(&PLATFORMS, chance),
        "commodity" => of(&GOODS, chance),
        "note" => note(chance),
        "name" => people::name(chance.below(4_000)),
        "phone" => format!("0840{:08}", chance.below(100_000_000)),
        "block" => format!(
            "Blok {}{}",
            chance.pick(&["A", "B", "C", "D", "E"]),
            1 + chance.below(4)
        ),
        "stall" => format!(
            "{}-{:03}",
            chance.pick(&["KS", "LS", "RK"]),
            1 + chance.below(480)
        ),
        _ => format!(
            "Koordinator {} {}",
            chance.pick(&MARKETS),
            1 + chance.below(9)
        ),
    }
}

/// A value that is not the one before.
pub fn another(field: &str, before: &str, chance: &mut Chance) -> String {
    loop {
        let value = value(field, chance);
        if value != before {
            return value;
        }
    }
}
