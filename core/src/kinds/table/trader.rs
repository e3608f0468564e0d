//! Traders and what is known and decided about them.

use super::super::FieldSpec;
use super::super::FieldType::{Bool, Code, Date, Id, Int, List, Map, Text, Time};
use super::{ADMIN, ERASED, FIELD, LEADS, NOTE, TEXT, f};

#[rustfmt::skip]
pub const STALL: &[FieldSpec] = &[
    f("market", Code, FIELD, "Pasar", "Market").amended_by(LEADS),
    f("number", Text(TEXT), FIELD, "Nomor lapak", "Stall number"),
    f("old_numbers", List, LEADS, "Nomor lama", "Former numbers"),
    f("block", Text(TEXT), FIELD, "Blok", "Block"),
    f("floor", Text(TEXT), FIELD, "Lantai", "Floor"),
    f("zone", Code, FIELD, "Zona", "Zone"),
    f("stall_kind", Code, FIELD, "Jenis lapak", "Stall kind"),
    f("state", Code, FIELD, "Keadaan", "State"),
    f("plan_x", Int, FIELD, "Letak mendatar", "Plan column"),
    f("plan_y", Int, FIELD, "Letak tegak", "Plan row"),
];

#[rustfmt::skip]
pub const TRADER: &[FieldSpec] = &[
    f("name", Text(TEXT), FIELD, "Nama", "Name").contact(),
    f("nickname", Text(TEXT), FIELD, "Nama panggilan", "Called").contact(),
    f("market", Code, FIELD, "Pasar", "Market").amended_by(LEADS),
    f("stall", Text(TEXT), FIELD, "Nomor lapak", "Stall number").personal(),
    f("block", Text(TEXT), FIELD, "Blok", "Block").personal(),
    f("floor", Text(TEXT), FIELD, "Lantai", "Floor").personal(),
    f("zone", Code, FIELD, "Zona", "Zone").personal(),
    f("stall_kind", Code, FIELD, "Jenis lapak", "Stall kind").personal(),
    f("stall_name", Text(TEXT), FIELD, "Nama lapak", "Stall name").contact(),
    f("place_note", Text(TEXT), FIELD, "Letak", "Place note").personal(),
    f("phone", Text(TEXT), FIELD, "HP", "Phone").contact(),
    f("phone_typed", Text(TEXT), FIELD, "HP seperti ditulis", "Phone as typed").contact().beside("phone"),
    f("commodity", Text(TEXT), FIELD, "Barang utama", "Main goods").personal(),
    f("commodity_code", Code, FIELD, "Kelompok barang", "Goods group").personal().beside("commodity"),
    f("goods", List, FIELD, "Barang lain", "Other goods").personal(),
    f("note", Text(NOTE), FIELD, "Catatan", "Note").contact(),
    f("register", Text(TEXT), ADMIN, "Daftar asal", "Register").once(),
    f("register_no", Text(TEXT), ADMIN, "Nomor daftar", "Register number").once().personal(),
    f("demo", Bool, ADMIN, "Peragaan", "Demonstration"),
    f("anonymous", Bool, FIELD, "Tanpa nama", "No name kept"),
    f("hp_pintar", Bool, FIELD, "Punya HP pintar", "Has a smartphone").personal(),
    f("internet", Bool, FIELD, "Ada kuota atau sinyal", "Data or signal at the stall").personal(),
    f("pakai_wa", Bool, FIELD, "Memakai WhatsApp", "Uses WhatsApp").personal(),
    f("kering_kemas", Bool, FIELD, "Barang kering, bisa dikemas", "Dry, packable goods").personal(),
    f("penerimaan", Bool, FIELD, "Rekening atau dompet siap", "Bank or e-wallet ready").personal(),
    f("pendamping", Bool, FIELD, "Ada yang membantu", "Has help").personal(),
    f("daftar_harga", Bool, FIELD, "Stok dan harga jelas", "Stock and prices known").personal(),
    f("kemauan", Code, FIELD, "Kemauan", "Willingness").personal(),
    f("ada_waktu", Bool, FIELD, "Punya waktu minggu ini", "Has time this week").personal(),
    f("janji", Bool, FIELD, "Sudah ada janji", "Appointment made").personal(),
    f("pernah_coba", Bool, FIELD, "Pernah mencoba", "Tried it before").personal(),
    f("ajak_orang", Bool, FIELD, "Mau memberi contoh", "Willing to show others").personal(),
    f("withdrawn", Bool, LEADS, "Ditarik", "Withdrawn"),
    f("merged_into", Id, LEADS, "Digabung ke", "Merged into"),
    ERASED,
];

#[rustfmt::skip]
pub const NEED: &[FieldSpec] = &[
    f("trader", Id, FIELD, "Pedagang", "Trader").once(),
    f("code", Code, FIELD, "Kebutuhan", "Need").once(),
    f("state", Code, FIELD, "Keadaan", "State"),
    f("referred_to", Text(TEXT), FIELD, "Dirujuk ke", "Referred to"),
    f("class_date", Date, FIELD, "Tanggal kelas", "Class date"),
    f("note", Text(NOTE), FIELD, "Catatan", "Note").personal(),
    ERASED,
];

#[rustfmt::skip]
pub const CONSENT: &[FieldSpec] = &[
    f("trader", Id, FIELD, "Pedagang", "Trader").once(),
    f("purposes", Map, FIELD, "Tujuan", "Purposes").once().personal(),
    f("follows", List, FIELD, "Menjawab", "Follows").once(),
    f("text_version", Int, FIELD, "Versi teks", "Text version").once(),
    f("text_lang", Code, FIELD, "Bahasa teks", "Text language").once(),
    f("text_sha256", Text(64), FIELD, "Sidik teks", "Text fingerprint").once(),
    f("method", Code, FIELD, "Cara", "Method").once(),
    f("paper_no", Text(TEXT), FIELD, "Nomor kertas", "Paper number").once().personal(),
    f("read_aloud", Bool, FIELD, "Dibacakan", "Read aloud").once(),
    ERASED,
];

#[rustfmt::skip]
pub const REQUEST: &[FieldSpec] = &[
    f("trader", Id, FIELD, "Pedagang", "Trader").once(),
    f("request_kind", Code, FIELD, "Permintaan", "Request").once(),
    f("received_at", Time, FIELD, "Diterima", "Received").once(),
    f("due_at", Time, LEADS, "Batas waktu", "Due"),
    f("done_at", Time, LEADS, "Selesai", "Done"),
    f("answer", Text(NOTE), LEADS, "Jawaban", "Answer").personal(),
    f("refused_why", Text(NOTE), LEADS, "Alasan ditolak", "Why refused"),
    ERASED,
];

#[rustfmt::skip]
pub const MERGE: &[FieldSpec] = &[
    f("trader", Id, LEADS, "Data yang digabung", "Merged record").once(),
    f("into", Id, LEADS, "Ke data", "Into"),
    f("picks", Map, LEADS, "Isian pilihan", "Picked fields"),
    f("undone", Bool, LEADS, "Dibatalkan", "Undone"),
];

#[rustfmt::skip]
pub const NOT_DUPLICATE: &[FieldSpec] = &[
    f("trader", Id, LEADS, "Data pertama", "First record").once(),
    f("other", Id, LEADS, "Data kedua", "Second record").once(),
    f("state", Bool, LEADS, "Bukan data ganda", "Not a duplicate"),
];

#[rustfmt::skip]
pub const CONFLICT_CHOICE: &[FieldSpec] = &[
    f("trader", Id, LEADS, "Pedagang", "Trader").once(),
    f("record_kind", Code, LEADS, "Jenis catatan", "Record kind").once(),
    f("record", Id, LEADS, "Catatan", "Record").once(),
    f("field", Code, LEADS, "Isian", "Field").once(),
];
