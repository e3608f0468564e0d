//! What a campaign is made of: markets, channels, steps, outcomes, texts, targets.

use super::super::FieldSpec;
use super::super::FieldType::{Any, Bool, Code, Date, Int, List, Map, Text};
use super::{ADMIN, C, NOTE, TEXT, f};

#[rustfmt::skip]
pub const CAMPAIGN: &[FieldSpec] = &[
    f("code", Code, ADMIN, "Kode kegiatan", "Campaign code"),
    f("definition_name", Text(TEXT), ADMIN, "Nama definisi", "Definition name"),
    f("name_id", Text(TEXT), ADMIN, "Nama (Indonesia)", "Name (Indonesian)"),
    f("name_en", Text(TEXT), ADMIN, "Nama (Inggris)", "Name (English)"),
    f("city", Text(TEXT), ADMIN, "Kota", "City"),
    f("timezone", Text(TEXT), ADMIN, "Zona waktu", "Time zone"),
    f("training_date", Date, ADMIN, "Hari pelatihan", "Training day"),
    f("field_from", Date, ADMIN, "Mulai di lapangan", "Field work from"),
    f("field_to", Date, ADMIN, "Selesai di lapangan", "Field work until"),
    f("target_traders", Int, ADMIN, "Target pedagang", "Target traders"),
    f("canvassers", Int, ADMIN, "Jumlah canvasser", "Canvassers"),
    f("operator", Text(TEXT), ADMIN, "Pengelola pasar", "Market operator"),
    f("organisers", List, ADMIN, "Penyelenggara", "Organisers"),
    f("training_place", Text(TEXT), ADMIN, "Tempat pelatihan", "Training place"),
    f("target_markets", Int, ADMIN, "Pasar sasaran", "Target markets"),
    f("rehearsal", Bool, ADMIN, "Latihan", "Rehearsal"),
    f("closed", Bool, ADMIN, "Ditutup", "Closed"),
];

#[rustfmt::skip]
pub const MARKET: &[FieldSpec] = &[
    f("code", Code, ADMIN, "Kode pasar", "Market code"),
    f("name", Text(TEXT), ADMIN, "Pasar", "Market"),
    f("aliases", List, ADMIN, "Nama lain", "Other names"),
    f("target", Bool, ADMIN, "Pasar sasaran", "Target market"),
    f("switched_on", Bool, ADMIN, "Dipakai", "In use"),
    f("city", Text(TEXT), ADMIN, "Kota", "City"),
    f("opening", Map, ADMIN, "Jam buka", "Opening hours"),
    f("day_starts_at", List, ADMIN, "Awal hari kerja", "Working day starts at"),
    f("stall_kinds", List, ADMIN, "Jenis lapak", "Stall kinds"),
    f("zones", List, ADMIN, "Zona", "Zones"),
    f("position", Int, ADMIN, "Urutan rute", "Route order"),
    f("lat", Any, ADMIN.and(C), "Lintang", "Latitude"),
    f("lon", Any, ADMIN.and(C), "Bujur", "Longitude"),
    f("point_source", Text(TEXT), ADMIN.and(C), "Asal titik", "Source of the point"),
    f("demo", Map, ADMIN, "Data peragaan", "Demonstration data"),
];

#[rustfmt::skip]
pub const CHANNEL: &[FieldSpec] = &[
    f("code", Code, ADMIN, "Kode kanal", "Channel code"),
    f("name", Text(TEXT), ADMIN, "Kanal", "Channel"),
    f("channel_kind", Code, ADMIN, "Jenis kanal", "Kind of channel"),
    f("counts_as", Code, ADMIN, "Dihitung sebagai", "Counts as"),
    f("default_on", Bool, ADMIN, "Dipakai", "In use"),
    f("verification", Code, ADMIN, "Verifikasi", "Verification"),
    f("status", List, ADMIN, "Keadaan", "Status"),
    f("prerequisites", List, ADMIN, "Persiapan", "Preparation"),
    f("position", Int, ADMIN, "Urutan", "Order"),
];

#[rustfmt::skip]
pub const STEP_DEF: &[FieldSpec] = &[
    f("code", Code, ADMIN, "Kode langkah", "Step code"),
    f("channel", Code, ADMIN, "Kanal", "Channel"),
    f("version", Int, ADMIN, "Versi", "Version"),
    f("versions", List, ADMIN, "Versi daftar", "Checklist versions"),
    f("valid_from", Date, ADMIN, "Berlaku mulai", "Valid from"),
    f("position", Int, ADMIN, "Urutan", "Order"),
    f("label_id", Text(TEXT), ADMIN, "Langkah (Indonesia)", "Step (Indonesian)"),
    f("label_en", Text(TEXT), ADMIN, "Langkah (Inggris)", "Step (English)"),
    f("evidence", Code, ADMIN, "Bukti", "Evidence"),
    f("optional", Bool, ADMIN, "Boleh dilewati", "Optional"),
    f("required", Bool, ADMIN, "Wajib dilatih", "Required topic"),
    f("milestone", Code, ADMIN, "Tonggak", "Milestone"),
    f("own_phone_only", Bool, ADMIN, "Di HP pedagang", "On the trader's phone"),
    f("min", Int, ADMIN, "Paling sedikit", "At least"),
    f("max", Int, ADMIN, "Paling banyak", "At most"),
];

#[rustfmt::skip]
pub const OUTCOME_DEF: &[FieldSpec] = &[
    f("code", Code, ADMIN, "Kode hasil", "Outcome code"),
    f("group", Code, ADMIN, "Kelompok", "Group"),
    f("label_id", Text(TEXT), ADMIN, "Hasil (Indonesia)", "Outcome (Indonesian)"),
    f("label_en", Text(TEXT), ADMIN, "Hasil (Inggris)", "Outcome (English)"),
    f("contact", Bool, ADMIN, "Bertemu", "Met"),
    f("taught", Bool, ADMIN, "Mengajar", "Taught"),
    f("asks", List, ADMIN, "Ditanyakan", "Asks"),
    f("follow_up", Any, ADMIN, "Tindak lanjut", "Follow-up"),
    f("stall_effect", Code, ADMIN, "Akibat bagi lapak", "Stall effect"),
    f("closes_visiting", Bool, ADMIN, "Tidak didatangi lagi", "Ends visiting"),
    f("position", Int, ADMIN, "Urutan", "Order"),
];

#[rustfmt::skip]
pub const TEXTS: &[FieldSpec] = &[
    f("version", Int, ADMIN, "Versi", "Version"),
    f("lang", Code, ADMIN, "Bahasa", "Language"),
    f("text", Text(NOTE), ADMIN, "Teks", "Text"),
    f("sha256", Text(64), ADMIN, "Sidik", "Fingerprint"),
];

#[rustfmt::skip]
pub const TARGET: &[FieldSpec] = &[
    f("market", Code, ADMIN, "Pasar", "Market"),
    f("traders", Int, ADMIN, "Target pedagang", "Target traders"),
    f("canvassers", Int, ADMIN, "Canvasser", "Canvassers"),
];

#[rustfmt::skip]
pub const DEFINITION: &[FieldSpec] = &[
    f("version", Int, ADMIN, "Versi", "Version"),
    f("funnel", Any, ADMIN, "Corong", "Funnel"),
    f("activity_checks", Any, ADMIN, "Cek aktivitas", "Activity checks"),
    f("priority", Any, ADMIN, "Prioritas", "Priority"),
    f("needs", Any, ADMIN, "Kebutuhan", "Needs"),
    f("obstacles", Any, ADMIN, "Hambatan", "Obstacles"),
    f("commodities", Any, ADMIN, "Barang dagangan", "Goods"),
    f("codes", Any, ADMIN, "Daftar kode", "Code lists"),
];
