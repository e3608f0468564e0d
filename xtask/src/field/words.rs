//! Words of the invented canvassers: short notes, and the reasons that they hear.

use std::collections::HashMap;

pub const REFUSALS: &[&str] = &[
    "cukup_pelanggan",
    "belum_perlu",
    "takut_tipu",
    "tidak_sempat",
    "grosir_saja",
    "barang_segar",
    "ongkir",
    "biaya_admin",
];
pub const DELAYS: &[&str] = &[
    "sibuk",
    "tunggu_keluarga",
    "tunggu_pemilik",
    "hp_penuh",
    "belum_biasa",
    "identitas",
];
pub const NEEDS: &[&str] = &[
    "promosi",
    "kemasan",
    "foto_produk",
    "hp_data",
    "rekening",
    "kelas_lanjutan",
    "logistik",
];

/// `{}` is what the trader sells.
const TAUGHT: &[&str] = &[
    "Sudah bisa memotret {} sendiri",
    "Anaknya ikut belajar dan akan membantu unggah",
    "Minta diulang cara menjawab pesanan",
    "Mulai dari tiga macam {} dulu",
    "Mau ajak kios sebelah ikut belajar",
    "Paham soal OTP, pernah hampir tertipu",
    "HP baru, tinggal pasang aplikasi",
    "Foto {} masih gelap, dicoba lagi dekat pintu",
    "Senang, pembeli lama sudah tanya lewat WhatsApp",
    "Kemasan {} perlu label",
    "Belajar sambil melayani pembeli",
    "Perlu kuota untuk mengunggah",
];
const HELPED: &[&str] = &[
    "Akun jadi, kata sandi disimpan sendiri",
    "Katalog {} diisi bersama anaknya",
    "Menunggu verifikasi, dicek lagi lusa",
    "Harga {} sudah ditulis per kemasan",
    "Alamat ambil barang lewat pintu timur",
    "Pesanan pertama dari tetangga rumah",
];
const TALKED: &[&str] = &[
    "Ramai pembeli, minta datang lebih pagi",
    "Suaminya yang pegang HP, datang besok",
    "Tertarik, masih menghitung ongkos kirim {}",
    "Minta contoh toko yang sudah jalan",
    "Mau kalau diajari pelan-pelan",
    "Bicara dengan anaknya dulu",
];
const CLOSED: &[&str] = &[
    "Kata tetangga buka lagi besok pagi",
    "Sedang belanja {} ke gudang",
    "Hanya ada penjaga",
];

/// Notes in an order that repeats none before all of its kind were used.
#[derive(Debug, Default)]
pub struct Deck(HashMap<&'static str, usize>);

impl Deck {
    /// A deck that begins elsewhere, so that two people do not write the same on one day.
    pub fn cut(at: usize) -> Self {
        Self(
            ["taught", "helped", "talked", "closed"]
                .map(|kind| (kind, at * 5))
                .into(),
        )
    }

    /// A note that fits the outcome; `None` where canvassers write none.
    pub fn next(&mut self, outcome: &str, goods: &str) -> Option<String> {
        let (kind, notes) = match outcome {
            "mengajar" | "mengajar_sebagian" => ("taught", TAUGHT),
            "bantu_langkah" => ("helped", HELPED),
            "bersedia" | "penjelasan" | "diminta_kembali" => ("talked", TALKED),
            "tutup" | "pergi" | "bukan_pemilik" => ("closed", CLOSED),
            _ => return None,
        };
        let at = self.0.entry(kind).or_default();
        *at += 1;
        notes
            .get(*at % notes.len())
            .map(|note| note.replace("{}", goods))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_comes_again_only_after_all_others() {
        let mut deck = Deck::default();
        let notes: Vec<_> = (0..TAUGHT.len())
            .map(|_| deck.next("mengajar", "terasi").unwrap())
            .collect();
        let distinct: std::collections::BTreeSet<_> = notes.iter().collect();
        assert_eq!(distinct.len(), TAUGHT.len());
        assert!(notes.iter().all(|note| !note.contains('{')));
        assert_eq!(deck.next("menolak", "terasi"), None);
    }
}
