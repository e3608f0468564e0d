//! What is done with traders: visits, steps, pictures, classes, and the review of it.

use super::super::FieldSpec;
use super::super::FieldType::{Bool, Code, Date, Id, Int, List, Map, Text, Time};
use super::{ERASED, FIELD, LEADS, NOTE, OWNER, TEXT, f};

#[rustfmt::skip]
pub const CLASS: &[FieldSpec] = &[
    f("market", Code, LEADS, "Pasar", "Market"),
    f("name", Text(TEXT), LEADS, "Kelas", "Class"),
    f("date", Date, LEADS, "Tanggal", "Date"),
    f("place", Text(TEXT), LEADS, "Tempat", "Place"),
    f("partner", Id, LEADS, "Mitra", "Partner"),
    f("note", Text(NOTE), LEADS, "Catatan", "Note"),
];

#[rustfmt::skip]
pub const ASSIGNMENT: &[FieldSpec] = &[
    f("market", Code, LEADS, "Pasar", "Market"),
    f("person", Id, LEADS, "Canvasser", "Canvasser"),
    f("block", Text(TEXT), LEADS, "Blok", "Block"),
    f("date", Date, LEADS, "Hari kerja", "Working day"),
    f("active", Bool, LEADS, "Berlaku", "In force"),
    f("note", Text(NOTE), LEADS, "Catatan", "Note"),
];

#[rustfmt::skip]
pub const VISIT: &[FieldSpec] = &[
    f("trader", Id, FIELD, "Pedagang", "Trader").once(),
    f("market", Code, FIELD, "Pasar", "Market").once(),
    f("outcome", Code, FIELD, "Hasil", "Outcome").amended_by(OWNER),
    f("note", Text(NOTE), FIELD, "Catatan", "Note").amended_by(OWNER).personal(),
    f("answers", Map, FIELD, "Jawaban", "Answers").amended_by(OWNER),
    f("reason", Code, FIELD, "Alasan", "Reason").amended_by(OWNER),
    f("check", Map, FIELD, "Cek toko", "Shop check").amended_by(OWNER),
    f("follow_up_date", Date, FIELD, "Jatuh tempo", "Due").amended_by(OWNER),
    f("at", Time, FIELD, "Waktu", "Time").amended_by(OWNER),
    // Only where the tablet's clock was wrong: what it read when the visit was saved.
    f("at_raw", Time, FIELD, "Jam tablet", "Tablet clock").once(),
    f("source", Code, FIELD, "Sumber", "Source").amended_by(OWNER),
    f("paper_no", Text(TEXT), FIELD, "Nomor lembar", "Sheet number").amended_by(OWNER),
    f("flag_reasons", Map, FIELD, "Alasan janggal", "Reasons for oddities").amended_by(OWNER),
    ERASED,
];

#[rustfmt::skip]
pub const STEP: &[FieldSpec] = &[
    f("trader", Id, FIELD, "Pedagang", "Trader").once(),
    f("code", Code, FIELD, "Langkah", "Step").once(),
    f("state", Code, FIELD, "Keadaan", "State"),
    f("before_campaign", Bool, FIELD, "Sebelum kegiatan", "Before the campaign"),
    f("evidence", Text(TEXT), FIELD, "Bukti", "Evidence").personal(),
    f("checklist_version", Int, FIELD, "Versi daftar", "Checklist version"),
    ERASED,
];

#[rustfmt::skip]
pub const PHOTO: &[FieldSpec] = &[
    f("trader", Id, FIELD, "Pedagang", "Trader").once(),
    f("visit", Id, FIELD, "Kunjungan", "Visit").once(),
    f("step", Code, FIELD, "Langkah", "Step").once(),
    f("sha256", Text(64), FIELD, "Sidik", "Fingerprint").once().personal(),
    f("size_bytes", Int, FIELD, "Ukuran", "Size").once(),
    f("removed", Bool, OWNER, "Dibuang", "Removed"),
    ERASED,
];

#[rustfmt::skip]
pub const ATTENDANCE: &[FieldSpec] = &[
    f("class", Id, FIELD, "Kelas", "Class").once(),
    f("trader", Id, FIELD, "Pedagang", "Trader"),
    f("name", Text(TEXT), FIELD, "Nama di daftar", "Name on the list").personal(),
    f("present", Bool, FIELD, "Hadir", "Present"),
    ERASED,
];

#[rustfmt::skip]
pub const REFERRAL: &[FieldSpec] = &[
    f("trader", Id, LEADS, "Pedagang", "Trader").once(),
    f("need", Code, LEADS, "Kebutuhan", "Need").once(),
    f("partner", Id, LEADS, "Mitra", "Partner"),
    f("class", Id, LEADS, "Kelas", "Class"),
    f("state", Code, LEADS, "Keadaan", "State"),
    f("answer", Text(NOTE), LEADS, "Jawaban", "Answer").personal(),
    ERASED,
];

#[rustfmt::skip]
pub const REVIEW: &[FieldSpec] = &[
    f("visit", Id, LEADS, "Kunjungan", "Visit").once(),
    f("state", Code, LEADS, "Keadaan", "State"),
    f("note", Text(NOTE), LEADS, "Catatan", "Note").personal(),
    ERASED,
];

#[rustfmt::skip]
pub const RETURN: &[FieldSpec] = &[
    f("visit", Id, LEADS, "Kunjungan", "Visit").once(),
    f("reason", Code, LEADS, "Alasan", "Reason").once(),
    f("reason_text", Text(NOTE), LEADS, "Alasan dalam kata", "Reason in words").once().personal(),
    f("fields", List, LEADS, "Isian yang diperiksa", "Fields to check").once(),
    f("answered", Bool, OWNER, "Dijawab", "Answered"),
    ERASED,
];
