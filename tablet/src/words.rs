//! The sentences for every error code: Indonesian for the person at the stall, an English hint for support.

/// What is said for one code.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    pub code: &'static str,
    /// What happened and what to do, in Indonesian.
    pub sentence_id: &'static str,
    /// What to do, in English.
    pub hint_en: &'static str,
}

/// The words for a code; a general sentence for one that is not listed.
pub fn of(code: &str) -> Words {
    WORDS
        .iter()
        .find(|words| words.code == code)
        .copied()
        .unwrap_or(GENERAL)
}

const GENERAL: Words = Words {
    code: "failed",
    sentence_id: "Belum berhasil. Coba lagi; kalau tetap gagal, hubungi kantor.",
    hint_en: "try again, and tell the office if it happens again",
};

const fn w(code: &'static str, sentence_id: &'static str, hint_en: &'static str) -> Words {
    Words {
        code,
        sentence_id,
        hint_en,
    }
}

/// Every code that a command can end with.
pub const WORDS: &[Words] = &[
    w(
        "home_busy",
        "Data tablet ini sedang dipakai program lain. Tutup yang lain, lalu coba lagi.",
        "close the other program that has this folder open, then try again",
    ),
    w(
        "home_read_only",
        "Folder data tablet tidak bisa ditulisi. Periksa izin foldernya.",
        "make the folder writable, or name another one with --home",
    ),
    w(
        "disk_full",
        "Penyimpanan tablet penuh, belum tersimpan. Hapus video atau unduhan, lalu simpan lagi. Yang sudah tersimpan tetap aman.",
        "delete videos or downloads, then save again; everything saved before is safe",
    ),
    w(
        "key_missing",
        "Kunci data tablet tidak ada. Salin lagi seluruh folder tablet, bukan sebagian.",
        "copy the whole folder again, its file `key` too",
    ),
    w(
        "key_wrong",
        "Kunci di folder ini bukan kunci data tablet ini. Salin lagi seluruh folder tablet dari sumber yang sama.",
        "copy the whole folder again; its files `key` and `tablet.db` belong together",
    ),
    w(
        "not_encrypted",
        "Program ini dibuat tanpa penyandian data, jadi tidak ada yang dibuka. Pasang program tablet yang resmi.",
        "install a `tablet` that was built with the feature `sqlcipher`",
    ),
    w(
        "store_damaged",
        "Data di tablet ini rusak. Jangan dipakai dulu: jalankan perbaikan (doctor --repair). Berkas yang rusak disimpan, tidak dihapus.",
        "run `tablet doctor --repair`: what was not sent is brought back; the damaged file is set aside, not deleted",
    ),
    w(
        "store_newer",
        "Data tablet ini dari versi aplikasi yang lebih baru. Pasang versi itu.",
        "install the newer program again",
    ),
    w(
        "not_enrolled",
        "Tablet ini belum didaftarkan. Minta kode ke admin, lalu daftarkan.",
        "get a code from the admin and run `tablet enrol`",
    ),
    w(
        "already_enrolled",
        "Tablet ini sudah terdaftar. Untuk kegiatan lain, pakai folder data lain.",
        "use another --home for another enrolment",
    ),
    w(
        "as_needed",
        "Tablet ini dipakai beberapa orang. Sebutkan siapa yang bekerja (--as).",
        "name the person with --as PERSON",
    ),
    w(
        "outcome_unknown",
        "Hasil kunjungan ini tidak dikenal. Pilih dari daftar hasil.",
        "take a code from the campaign's list of outcomes",
    ),
    w(
        "step_unknown",
        "Langkah ini tidak dikenal. Pilih dari daftar langkah.",
        "take a step code from the campaign's checklists",
    ),
    w(
        "market_unknown",
        "Pasar ini tidak dikenal atau bukan pasar tugas tablet ini.",
        "take the code of a market that this tablet's people are assigned to",
    ),
    w(
        "person_unknown",
        "Orang ini tidak terdaftar di tablet ini.",
        "take one of the people that `tablet enrol` listed",
    ),
    w(
        "trader_unknown",
        "Pedagang ini tidak ada di tablet ini. Kirim dan terima dulu, atau cari lagi.",
        "sync first, or look the trader up with `tablet traders --search`",
    ),
    w(
        "reason_unknown",
        "Alasan ini tidak dikenal. Pilih dari daftar.",
        "take a code from the campaign's list of obstacles",
    ),
    w(
        "need_unknown",
        "Kebutuhan ini tidak dikenal. Pilih dari daftar.",
        "take a code from the campaign's list of needs",
    ),
    w(
        "purpose_unknown",
        "Tujuan persetujuan ini tidak dikenal. Pilih dari daftar.",
        "take a code from the campaign's consent purposes",
    ),
    w(
        "method_unknown",
        "Cara persetujuan ini tidak dikenal. Pilih dari daftar.",
        "take a code from the campaign's consent methods",
    ),
    w(
        "visit_unknown",
        "Kunjungan ini tidak ada di tablet ini.",
        "look the visit's id up with `tablet trader ID`",
    ),
    w(
        "return_unknown",
        "Pengembalian ini tidak ada atau sudah dijawab.",
        "look it up with `tablet returned`",
    ),
    w(
        "field_unknown",
        "Isian ini tidak dikenal.",
        "take a field of the record, as `tablet trader ID` shows them",
    ),
    w(
        "too_long",
        "Teks terlalu panjang, belum tersimpan. Pendekkan, lalu simpan lagi.",
        "shorten the text, then save again",
    ),
    w(
        "bad_value",
        "Isian ini tidak bisa dibaca, belum tersimpan. Perbaiki, lalu simpan lagi.",
        "correct the value, then save again",
    ),
    w(
        "field_not_allowed",
        "Isian ini tidak bisa diubah dari tablet ini oleh orang ini.",
        "ask the team lead or the office to change it",
    ),
    w(
        "return_needed",
        "Kunjungan ini dikembalikan lebih dari sekali. Sebutkan yang dijawab (--answers).",
        "name the return with --answers, see `tablet returned`",
    ),
    w(
        "possible_duplicate",
        "Mungkin pedagang ini sudah ada di daftar. Periksa dulu; kalau orang lain, simpan sebagai baru.",
        "open the listed trader, or add --new-anyway if this is somebody else",
    ),
    w(
        "offline",
        "Tidak tersambung ke server. Semua tetap tersimpan di tablet; coba lagi saat ada jaringan.",
        "try again where there is a network; everything is kept",
    ),
    w(
        "tls",
        "Sambungan tidak aman, jadi tidak ada yang dikirim. Periksa alamat server atau jaringannya, lalu coba lagi.",
        "check the server's address (https) and the network, then try again",
    ),
    w(
        "server_busy",
        "Server sedang sibuk. Semua tetap tersimpan di tablet; coba lagi sebentar lagi.",
        "try again in a few minutes; everything is kept",
    ),
    w(
        "not_our_server",
        "Yang menjawab bukan server kita (mungkin halaman login wifi). Tidak ada yang dikirim; coba jaringan lain.",
        "sign in to the wifi or take another network, and check the server's address",
    ),
    w(
        "cut",
        "Sambungan terputus di tengah jalan. Semua tetap tersimpan di tablet; coba lagi.",
        "try again; what had arrived is not sent twice",
    ),
    w(
        "closed",
        "Kegiatan ini sudah ditutup di server. Hubungi kantor.",
        "ask the office; everything is kept on the tablet",
    ),
    w(
        "code_spent",
        "Kode tidak dikenal, atau sudah dipakai. Periksa lagi, atau minta kode baru ke admin.",
        "check the code, or ask the admin for a new one",
    ),
    w(
        "revoked",
        "Tablet ini dikunci oleh kantor. Yang belum terkirim tetap tersimpan; serahkan tablet ke admin.",
        "hand the tablet to the admin; what was not sent is kept",
    ),
    w(
        "unknown_device",
        "Server belum mengenal tablet ini. Minta kode baru ke admin dan daftarkan lagi; tidak ada yang hilang.",
        "get a new code and run `tablet enrol` on this folder; nothing is lost",
    ),
    w(
        "update_needed",
        "Aplikasi tablet ini perlu diperbarui. Yang sempat terkirim sudah diterima; sisanya tetap tersimpan.",
        "install the newer program; what waits is kept",
    ),
    w(
        "code_refused",
        "Kode ini tidak diterima. Periksa hurufnya, atau minta kode baru ke admin.",
        "check the code, or get a new one from the admin",
    ),
    w(
        "no_pages",
        "Halaman tablet tidak ada di program ini. Pasang program yang dibuat dengan halamannya.",
        "build the pages in ui/ first, or install a program that has them",
    ),
    w(
        "unlock_needed",
        "Tablet terkunci. Pilih nama, lalu masukkan PIN.",
        "choose a person and give the PIN",
    ),
    w(
        "pin_wrong",
        "PIN salah. Coba lagi.",
        "try again; after five wrong PINs there is a pause",
    ),
    w(
        "pin_wait",
        "Terlalu sering salah. Tunggu sebentar, lalu coba lagi. Catatan tetap aman.",
        "wait, then try again; nothing is lost",
    ),
    w(
        "pin_needs_lead",
        "PIN sudah salah sepuluh kali. Minta ketua membukanya. Orang lain di tablet ini tetap bisa bekerja.",
        "ask the team lead; the others on this tablet go on",
    ),
    w(
        "pin_missing",
        "Orang ini belum punya PIN. Buat PIN enam angka dulu.",
        "make a PIN of six digits first",
    ),
    w(
        "pin_exists",
        "Orang ini sudah punya PIN. Pakai PIN itu.",
        "use the PIN that is there",
    ),
    w(
        "not_loopback",
        "Halaman tablet hanya dibuka di mesin ini sendiri. Pakai 127.0.0.1.",
        "take an address of this machine such as 127.0.0.1:0",
    ),
    w(
        "store_failed",
        "Data tablet tidak bisa dibaca atau ditulis. Coba lagi; kalau tetap gagal, jalankan doctor.",
        "try again, then run `tablet doctor`",
    ),
    w(
        "file_failed",
        "Berkas di folder tablet tidak bisa dibaca atau ditulis. Coba lagi.",
        "check the folder, then try again",
    ),
];
