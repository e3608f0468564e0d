//! The columns of each export, once: key, headings, kind, and whether they are personal. The order is part of the promise.

use crate::export_files::{Cell, CellKind, Column};
use CellKind::{Bool, Date, DateTime, Int, Percent, Text};

const fn c(
    key: &'static str,
    label_id: &'static str,
    label_en: &'static str,
    kind: CellKind,
) -> Column {
    Column {
        key,
        label_id,
        label_en,
        kind,
        personal: false,
    }
}

/// Only in a named export.
const fn n(key: &'static str, label_id: &'static str, label_en: &'static str) -> Column {
    Column {
        key,
        label_id,
        label_en,
        kind: Text,
        personal: true,
    }
}

/// One row per live trader.
pub const TRADERS: &[Column] = &[
    c("trader_code", "Kode pedagang", "Trader code", Text),
    n("name", "Nama", "Name"),
    n("phone", "HP", "Phone"),
    c("market", "Pasar", "Market", Text),
    c("zone", "Zona", "Zone", Text),
    c("stall_kind", "Jenis lapak", "Stall kind", Text),
    n("stall", "Nomor lapak", "Stall number"),
    n("stall_name", "Nama lapak", "Stall name"),
    n("commodity", "Barang (tertulis)", "Goods (as written)"),
    c("commodity_code", "Barang utama", "Main goods", Text),
    c("goods", "Barang lain", "Other goods", Text),
    c("dry", "Bahan kering", "Dry goods", Bool),
    c("stage", "Tahap", "Stage", Text),
    c("stage_no", "Tahap ke", "Stage no.", Int),
    c("stage_1_date", "Tahap 1 sejak", "Stage 1 since", Date),
    c("stage_2_date", "Tahap 2 sejak", "Stage 2 since", Date),
    c("stage_3_date", "Tahap 3 sejak", "Stage 3 since", Date),
    c("stage_4_date", "Tahap 4 sejak", "Stage 4 since", Date),
    c("stage_5_date", "Tahap 5 sejak", "Stage 5 since", Date),
    c("stage_6_date", "Tahap 6 sejak", "Stage 6 since", Date),
    c("stage_7_date", "Tahap 7 sejak", "Stage 7 since", Date),
    c("stage_8_date", "Tahap 8 sejak", "Stage 8 since", Date),
    c("stage_9_date", "Tahap 9 sejak", "Stage 9 since", Date),
    c(
        "online_before",
        "Sudah online sebelumnya",
        "Online before",
        Bool,
    ),
    c("channels", "Kanal", "Channels", Text),
    c("qris", "QRIS", "QRIS", Text),
    c("products_live", "Produk tayang", "Products live", Int),
    c("check_7", "Cek hari 7", "Day 7 check", Text),
    c(
        "check_7_date",
        "Tanggal cek hari 7",
        "Day 7 check date",
        Date,
    ),
    c("check_14", "Cek hari 14", "Day 14 check", Text),
    c(
        "check_14_date",
        "Tanggal cek hari 14",
        "Day 14 check date",
        Date,
    ),
    c("check_30", "Cek hari 30", "Day 30 check", Text),
    c(
        "check_30_date",
        "Tanggal cek hari 30",
        "Day 30 check date",
        Date,
    ),
    c("needs", "Kebutuhan", "Needs", Text),
    c("last_obstacle", "Hambatan terakhir", "Last obstacle", Text),
    c("visits", "Jumlah kunjungan", "Visits", Int),
    c("attempts", "Jumlah percobaan", "Attempts", Int),
    c("last_visit", "Kunjungan terakhir", "Last visit", Date),
    c("consent", "Persetujuan", "Consent", Text),
];

/// One row per visit that counts.
pub const VISITS: &[Column] = &[
    c("visit_code", "Kode kunjungan", "Visit code", Text),
    c("trader_code", "Kode pedagang", "Trader code", Text),
    n("trader_name", "Nama", "Name"),
    n("stall", "Nomor lapak", "Stall number"),
    c("market", "Pasar", "Market", Text),
    c("date", "Hari kerja", "Working day", Date),
    c("at", "Waktu (WIB)", "Time (WIB)", DateTime),
    c("canvasser", "Canvasser", "Canvasser", Text),
    c("outcome", "Kode hasil", "Outcome code", Text),
    c("outcome_label", "Hasil", "Outcome", Text),
    c("met", "Bertemu", "Met", Bool),
    c("taught", "Mengajar", "Taught", Bool),
    c("reason", "Alasan", "Reason", Text),
    c("topics", "Topik", "Topics", Text),
    c("steps_done", "Langkah selesai", "Steps done", Int),
    c("follow_up", "Tindak lanjut", "Follow-up", Text),
    c("follow_up_date", "Jatuh tempo", "Due", Date),
    c("state", "Status periksa", "Review", Text),
    c("flags", "Kejanggalan", "Flags", Text),
    c(
        "received_at",
        "Diterima kantor (WIB)",
        "Received (WIB)",
        DateTime,
    ),
    c(
        "clock_doubtful",
        "Jam tablet diragukan",
        "Clock doubtful",
        Bool,
    ),
    n("note", "Catatan", "Note"),
];

/// One row per market and stage.
pub const FUNNEL: &[Column] = &[
    c("market", "Pasar", "Market", Text),
    c("stage_no", "Tahap ke", "Stage no.", Int),
    c("stage", "Kode tahap", "Stage code", Text),
    c("stage_label", "Tahap", "Stage", Text),
    c("count", "Jumlah", "Count", Int),
    c("implied", "Tersirat", "Implied", Int),
    c(
        "of_previous",
        "Dari tahap sebelumnya",
        "Of previous stage",
        Percent,
    ),
    c("of_listed", "Dari terdata", "Of listed", Percent),
    c(
        "with_before",
        "Termasuk sebelum kegiatan",
        "Including before the campaign",
        Int,
    ),
];

/// One row per market and block; the same figures as the map's points.
pub const POINTS: &[Column] = &[
    c("market", "Pasar", "Market", Text),
    c("block", "Blok", "Block", Text),
    c("traders", "Pedagang", "Traders", Int),
    c("visited", "Dikunjungi", "Visited", Int),
    c("trained", "Dilatih", "Trained", Int),
    c("listed_products", "Produk tayang", "Products live", Int),
    c("active", "Aktif", "Active", Int),
];

pub const SUMMARY: &[Column] = &[
    c("measure", "Ukuran", "Measure", Text),
    c("code", "Kode", "Code", Text),
    c("value", "Nilai", "Value", Int),
    c("target", "Target", "Target", Int),
    c("progress", "Capaian", "Progress", Percent),
    c("note", "Catatan", "Note", Text),
];

pub const MARKETS: &[Column] = &[
    c("market", "Kode", "Code", Text),
    c("market_name", "Pasar", "Market", Text),
    c("zone", "Zona", "Zone", Text),
    c("listed", "Terdata", "Listed", Int),
    c("target", "Target", "Target", Int),
    c("visited", "Bertemu", "Met", Int),
    c("willing", "Bersedia", "Willing", Int),
    c("trained", "Dilatih", "Trained", Int),
    c("account", "Akun", "Account", Int),
    c("verified", "Terverifikasi", "Verified", Int),
    c("live", "Tayang", "Live", Int),
    c("order", "Pesanan", "Order", Int),
    c("active", "Aktif", "Active", Int),
    c("refused", "Menolak", "Refused", Int),
    c("closed", "Tutup", "Closed", Int),
    c("vacant", "Kosong", "Vacant", Int),
    c("storage", "Gudang", "Storage", Int),
    c("moved", "Pindah", "Moved", Int),
    c("last_day", "Hari kerja terakhir", "Last working day", Date),
    c("waiting", "Kunjungan menunggu", "Visits waiting", Int),
    c(
        "top_obstacle",
        "Hambatan terbanyak",
        "Most frequent obstacle",
        Text,
    ),
];

pub const CANVASSERS: &[Column] = &[
    c("code", "Kode", "Code", Text),
    n("name", "Nama", "Name"),
    c("market", "Pasar", "Market", Text),
    c("date", "Hari kerja", "Working day", Date),
    c("visits", "Kunjungan", "Visits", Int),
    c("met", "Bertemu", "Met", Int),
    c("attempts", "Percobaan", "Attempts", Int),
    c("taught", "Mengajar", "Taught", Int),
    c("steps_done", "Langkah selesai", "Steps done", Int),
    c(
        "first_at",
        "Kunjungan pertama (WIB)",
        "First visit (WIB)",
        DateTime,
    ),
    c(
        "last_at",
        "Kunjungan terakhir (WIB)",
        "Last visit (WIB)",
        DateTime,
    ),
    c(
        "received_at",
        "Terkirim terakhir (WIB)",
        "Last received (WIB)",
        DateTime,
    ),
    c("returned", "Dikembalikan", "Returned", Int),
    c("approved", "Disetujui", "Approved", Int),
];

pub const QUALITY: &[Column] = &[
    c("kind", "Jenis", "Kind", Text),
    c("trader_code", "Kode pedagang", "Trader code", Text),
    c("market", "Pasar", "Market", Text),
    c("explanation", "Penjelasan", "Explanation", Text),
    c("since", "Sejak", "Since", Date),
    c("responsible", "Penanggung jawab", "Responsible", Text),
    c("state", "Status", "State", Text),
];

/// The columns that this export shows.
pub fn shown(columns: &[Column], named: bool) -> Vec<Column> {
    let shown = columns.iter().filter(|column| named || !column.personal);
    shown.copied().collect()
}

/// The cells of those columns.
pub fn cells(columns: &[Column], named: bool, row: Vec<Cell>) -> Vec<Cell> {
    debug_assert_eq!(columns.len(), row.len(), "a cell for each column");
    let shown = row
        .into_iter()
        .zip(columns)
        .filter(|(_, column)| named || !column.personal);
    shown.map(|(cell, _)| cell).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn keys_are_unique_and_none_names_an_id() {
        for columns in [
            TRADERS, VISITS, FUNNEL, POINTS, SUMMARY, MARKETS, CANVASSERS, QUALITY,
        ] {
            let keys: BTreeSet<&str> = columns.iter().map(|c| c.key).collect();
            assert_eq!(keys.len(), columns.len());
            assert!(keys.iter().all(|k| *k != "id" && *k != "register_no"));
        }
    }
}
