//! The table itself.

use super::FieldType::{Any, Bool, Code, Date, Id, Int, List, Map, Text, Time};
use super::MergeRule::{Forever, Latest, Once};
use super::{FieldSpec, FieldType, HomeRule, KindSpec, MergeRule, Personal, Roles};
use crate::limits::{NOTE_CHARS_MAX as NOTE, TEXT_CHARS_MAX as TEXT};

const C: Roles = Roles::CANVASSER;
const ADMIN: Roles = Roles::ADMIN;
const LEADS: Roles = Roles::LEAD.and(ADMIN);
const FIELD: Roles = C.and(LEADS);
const OWNER: Roles = Roles::OWNER.and(LEADS);
const EVERYONE: Roles = FIELD.and(Roles::VIEWER);
const NONE: Roles = Roles::NONE;

/// A field that the same roles write at any time.
const fn f(
    name: &'static str,
    field_type: FieldType,
    who: Roles,
    label_id: &'static str,
    label_en: &'static str,
) -> FieldSpec {
    FieldSpec {
        name,
        field_type,
        merge: Latest,
        personal: Personal::No,
        create: who,
        amend: who,
        label_id,
        label_en,
    }
}

impl FieldSpec {
    const fn amended_by(mut self, who: Roles) -> Self {
        self.amend = who;
        self
    }

    const fn once(mut self) -> Self {
        self.merge = Once;
        self.amend = NONE;
        self
    }

    const fn merged(mut self, rule: MergeRule) -> Self {
        self.merge = rule;
        self
    }

    /// Goes with an erasure.
    const fn personal(mut self) -> Self {
        self.personal = Personal::Erasure;
        self
    }

    /// Goes with an erasure or a refusal.
    const fn contact(mut self) -> Self {
        self.personal = Personal::Refusal;
        self
    }
}

const ERASED: FieldSpec = f("erased", Bool, ADMIN, "Dihapus", "Erased").merged(Forever);

/// All record kinds, final from the first version on: kinds and fields are added, never renamed or dropped.
pub const KINDS: &[KindSpec] = &[
    KindSpec {
        name: "campaign",
        home: HomeRule::Campaign,
        read: EVERYONE,
        fields: CAMPAIGN,
    },
    KindSpec {
        name: "market",
        home: HomeRule::Campaign,
        read: EVERYONE,
        fields: MARKET,
    },
    KindSpec {
        name: "channel",
        home: HomeRule::Campaign,
        read: EVERYONE,
        fields: CHANNEL,
    },
    KindSpec {
        name: "step_def",
        home: HomeRule::Campaign,
        read: EVERYONE,
        fields: STEP_DEF,
    },
    KindSpec {
        name: "outcome_def",
        home: HomeRule::Campaign,
        read: EVERYONE,
        fields: OUTCOME_DEF,
    },
    KindSpec {
        name: "text",
        home: HomeRule::Campaign,
        read: EVERYONE,
        fields: TEXTS,
    },
    KindSpec {
        name: "target",
        home: HomeRule::Campaign,
        read: EVERYONE,
        fields: TARGET,
    },
    KindSpec {
        name: "definition",
        home: HomeRule::Campaign,
        read: EVERYONE,
        fields: DEFINITION,
    },
    KindSpec {
        name: "person",
        home: HomeRule::Campaign,
        read: FIELD,
        fields: PERSON,
    },
    KindSpec {
        name: "team",
        home: HomeRule::Campaign,
        read: FIELD,
        fields: TEAM,
    },
    KindSpec {
        name: "device",
        home: HomeRule::Campaign,
        read: LEADS,
        fields: DEVICE,
    },
    KindSpec {
        name: "partner",
        home: HomeRule::Campaign,
        read: FIELD,
        fields: PARTNER,
    },
    KindSpec {
        name: "stall",
        home: HomeRule::OwnMarket,
        read: FIELD,
        fields: STALL,
    },
    KindSpec {
        name: "trader",
        home: HomeRule::OwnMarket,
        read: FIELD,
        fields: TRADER,
    },
    KindSpec {
        name: "class",
        home: HomeRule::OwnMarket,
        read: FIELD,
        fields: CLASS,
    },
    KindSpec {
        name: "assignment",
        home: HomeRule::OwnMarket,
        read: FIELD,
        fields: ASSIGNMENT,
    },
    KindSpec {
        name: "visit",
        home: HomeRule::Trader,
        read: FIELD,
        fields: VISIT,
    },
    KindSpec {
        name: "step",
        home: HomeRule::Trader,
        read: FIELD,
        fields: STEP,
    },
    KindSpec {
        name: "need",
        home: HomeRule::Trader,
        read: FIELD,
        fields: NEED,
    },
    KindSpec {
        name: "consent",
        home: HomeRule::Trader,
        read: FIELD,
        fields: CONSENT,
    },
    KindSpec {
        name: "photo",
        home: HomeRule::Trader,
        read: FIELD,
        fields: PHOTO,
    },
    KindSpec {
        name: "attendance",
        home: HomeRule::Trader,
        read: FIELD,
        fields: ATTENDANCE,
    },
    KindSpec {
        name: "referral",
        home: HomeRule::Trader,
        read: FIELD,
        fields: REFERRAL,
    },
    KindSpec {
        name: "request",
        home: HomeRule::Trader,
        read: FIELD,
        fields: REQUEST,
    },
    KindSpec {
        name: "merge",
        home: HomeRule::Trader,
        read: FIELD,
        fields: MERGE,
    },
    KindSpec {
        name: "not_duplicate",
        home: HomeRule::Trader,
        read: LEADS,
        fields: NOT_DUPLICATE,
    },
    KindSpec {
        name: "conflict_choice",
        home: HomeRule::Trader,
        read: LEADS,
        fields: CONFLICT_CHOICE,
    },
    KindSpec {
        name: "review",
        home: HomeRule::Visit,
        read: FIELD,
        fields: REVIEW,
    },
    KindSpec {
        name: "return",
        home: HomeRule::Visit,
        read: FIELD,
        fields: RETURN,
    },
];

const CAMPAIGN: &[FieldSpec] = &[
    f("code", Code, ADMIN, "Kode kegiatan", "Campaign code"),
    f(
        "definition_name",
        Text(TEXT),
        ADMIN,
        "Nama definisi",
        "Definition name",
    ),
    f(
        "name_id",
        Text(TEXT),
        ADMIN,
        "Nama (Indonesia)",
        "Name (Indonesian)",
    ),
    f(
        "name_en",
        Text(TEXT),
        ADMIN,
        "Nama (Inggris)",
        "Name (English)",
    ),
    f("city", Text(TEXT), ADMIN, "Kota", "City"),
    f("timezone", Text(TEXT), ADMIN, "Zona waktu", "Time zone"),
    f(
        "training_date",
        Date,
        ADMIN,
        "Hari pelatihan",
        "Training day",
    ),
    f(
        "field_from",
        Date,
        ADMIN,
        "Mulai di lapangan",
        "Field work from",
    ),
    f(
        "field_to",
        Date,
        ADMIN,
        "Selesai di lapangan",
        "Field work until",
    ),
    f(
        "target_traders",
        Int,
        ADMIN,
        "Target pedagang",
        "Target traders",
    ),
    f("canvassers", Int, ADMIN, "Jumlah canvasser", "Canvassers"),
    f(
        "operator",
        Text(TEXT),
        ADMIN,
        "Pengelola pasar",
        "Market operator",
    ),
    f("organisers", List, ADMIN, "Penyelenggara", "Organisers"),
    f(
        "training_place",
        Text(TEXT),
        ADMIN,
        "Tempat pelatihan",
        "Training place",
    ),
    f(
        "target_markets",
        Int,
        ADMIN,
        "Pasar sasaran",
        "Target markets",
    ),
    f("rehearsal", Bool, ADMIN, "Latihan", "Rehearsal"),
    f("closed", Bool, ADMIN, "Ditutup", "Closed"),
];

const MARKET: &[FieldSpec] = &[
    f("code", Code, ADMIN, "Kode pasar", "Market code"),
    f("name", Text(TEXT), ADMIN, "Pasar", "Market"),
    f("aliases", List, ADMIN, "Nama lain", "Other names"),
    f("target", Bool, ADMIN, "Pasar sasaran", "Target market"),
    f("switched_on", Bool, ADMIN, "Dipakai", "In use"),
    f("city", Text(TEXT), ADMIN, "Kota", "City"),
    f("opening", Map, ADMIN, "Jam buka", "Opening hours"),
    f(
        "day_starts_at",
        List,
        ADMIN,
        "Awal hari kerja",
        "Working day starts at",
    ),
    f("stall_kinds", List, ADMIN, "Jenis lapak", "Stall kinds"),
    f("zones", List, ADMIN, "Zona", "Zones"),
    f("position", Int, ADMIN, "Urutan rute", "Route order"),
    f("lat", Any, ADMIN.and(C), "Lintang", "Latitude"),
    f("lon", Any, ADMIN.and(C), "Bujur", "Longitude"),
    f(
        "point_source",
        Text(TEXT),
        ADMIN.and(C),
        "Asal titik",
        "Source of the point",
    ),
    f("demo", Map, ADMIN, "Data peragaan", "Demonstration data"),
];

const CHANNEL: &[FieldSpec] = &[
    f("code", Code, ADMIN, "Kode kanal", "Channel code"),
    f("name", Text(TEXT), ADMIN, "Kanal", "Channel"),
    f(
        "channel_kind",
        Code,
        ADMIN,
        "Jenis kanal",
        "Kind of channel",
    ),
    f("counts_as", Code, ADMIN, "Dihitung sebagai", "Counts as"),
    f("default_on", Bool, ADMIN, "Dipakai", "In use"),
    f("verification", Code, ADMIN, "Verifikasi", "Verification"),
    f("status", List, ADMIN, "Keadaan", "Status"),
    f("prerequisites", List, ADMIN, "Persiapan", "Preparation"),
    f("position", Int, ADMIN, "Urutan", "Order"),
];

const STEP_DEF: &[FieldSpec] = &[
    f("code", Code, ADMIN, "Kode langkah", "Step code"),
    f("channel", Code, ADMIN, "Kanal", "Channel"),
    f("version", Int, ADMIN, "Versi", "Version"),
    f(
        "versions",
        List,
        ADMIN,
        "Versi daftar",
        "Checklist versions",
    ),
    f("valid_from", Date, ADMIN, "Berlaku mulai", "Valid from"),
    f("position", Int, ADMIN, "Urutan", "Order"),
    f(
        "label_id",
        Text(TEXT),
        ADMIN,
        "Langkah (Indonesia)",
        "Step (Indonesian)",
    ),
    f(
        "label_en",
        Text(TEXT),
        ADMIN,
        "Langkah (Inggris)",
        "Step (English)",
    ),
    f("evidence", Code, ADMIN, "Bukti", "Evidence"),
    f("optional", Bool, ADMIN, "Boleh dilewati", "Optional"),
    f("required", Bool, ADMIN, "Wajib dilatih", "Required topic"),
    f("milestone", Code, ADMIN, "Tonggak", "Milestone"),
    f(
        "own_phone_only",
        Bool,
        ADMIN,
        "Di HP pedagang",
        "On the trader's phone",
    ),
    f("min", Int, ADMIN, "Paling sedikit", "At least"),
    f("max", Int, ADMIN, "Paling banyak", "At most"),
];

const OUTCOME_DEF: &[FieldSpec] = &[
    f("code", Code, ADMIN, "Kode hasil", "Outcome code"),
    f("group", Code, ADMIN, "Kelompok", "Group"),
    f(
        "label_id",
        Text(TEXT),
        ADMIN,
        "Hasil (Indonesia)",
        "Outcome (Indonesian)",
    ),
    f(
        "label_en",
        Text(TEXT),
        ADMIN,
        "Hasil (Inggris)",
        "Outcome (English)",
    ),
    f("contact", Bool, ADMIN, "Bertemu", "Met"),
    f("taught", Bool, ADMIN, "Mengajar", "Taught"),
    f("asks", List, ADMIN, "Ditanyakan", "Asks"),
    f("follow_up", Any, ADMIN, "Tindak lanjut", "Follow-up"),
    f(
        "stall_effect",
        Code,
        ADMIN,
        "Akibat bagi lapak",
        "Stall effect",
    ),
    f(
        "closes_visiting",
        Bool,
        ADMIN,
        "Tidak didatangi lagi",
        "Ends visiting",
    ),
    f("position", Int, ADMIN, "Urutan", "Order"),
];

const TEXTS: &[FieldSpec] = &[
    f("version", Int, ADMIN, "Versi", "Version"),
    f("lang", Code, ADMIN, "Bahasa", "Language"),
    f("text", Text(NOTE), ADMIN, "Teks", "Text"),
    f("sha256", Text(64), ADMIN, "Sidik", "Fingerprint"),
];

const TARGET: &[FieldSpec] = &[
    f("market", Code, ADMIN, "Pasar", "Market"),
    f("traders", Int, ADMIN, "Target pedagang", "Target traders"),
    f("canvassers", Int, ADMIN, "Canvasser", "Canvassers"),
];

const DEFINITION: &[FieldSpec] = &[
    f("version", Int, ADMIN, "Versi", "Version"),
    f("funnel", Any, ADMIN, "Corong", "Funnel"),
    f(
        "activity_checks",
        Any,
        ADMIN,
        "Cek aktivitas",
        "Activity checks",
    ),
    f("priority", Any, ADMIN, "Prioritas", "Priority"),
    f("needs", Any, ADMIN, "Kebutuhan", "Needs"),
    f("obstacles", Any, ADMIN, "Hambatan", "Obstacles"),
    f("commodities", Any, ADMIN, "Barang dagangan", "Goods"),
    f("codes", Any, ADMIN, "Daftar kode", "Code lists"),
];

const PERSON: &[FieldSpec] = &[
    f("name", Text(TEXT), ADMIN, "Nama", "Name"),
    f("role", Code, ADMIN, "Peran", "Role"),
    f("code", Code, ADMIN, "Kode", "Code"),
    f("markets", List, ADMIN, "Pasar tugas", "Assigned markets"),
    f("team", Id, ADMIN, "Tim", "Team"),
    f("active", Bool, ADMIN, "Aktif", "Active"),
];

const TEAM: &[FieldSpec] = &[
    f("name", Text(TEXT), ADMIN, "Tim", "Team"),
    f("lead", Id, ADMIN, "Ketua tim", "Lead"),
    f("markets", List, ADMIN, "Pasar", "Markets"),
];

const DEVICE: &[FieldSpec] = &[
    f("name", Text(TEXT), ADMIN, "Tablet", "Tablet"),
    f("people", List, ADMIN, "Pemakai", "People"),
    f("succeeds", Id, ADMIN, "Menggantikan", "Succeeds"),
    f(
        "app_version",
        Text(TEXT),
        ADMIN,
        "Versi aplikasi",
        "App version",
    ),
    f("revoked", Bool, ADMIN, "Dihentikan", "Revoked"),
    f(
        "revoked_why",
        Text(NOTE),
        ADMIN,
        "Alasan dihentikan",
        "Why it was revoked",
    ),
];

const PARTNER: &[FieldSpec] = &[
    f("code", Code, ADMIN, "Kode mitra", "Partner code"),
    f("name", Text(TEXT), ADMIN, "Mitra", "Partner"),
    f("needs", List, ADMIN, "Untuk kebutuhan", "For needs"),
];

const STALL: &[FieldSpec] = &[
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

const TRADER: &[FieldSpec] = &[
    f("name", Text(TEXT), FIELD, "Nama", "Name").contact(),
    f("nickname", Text(TEXT), FIELD, "Nama panggilan", "Called").contact(),
    f("market", Code, FIELD, "Pasar", "Market").amended_by(LEADS),
    f("stall", Text(TEXT), FIELD, "Nomor lapak", "Stall number"),
    f("block", Text(TEXT), FIELD, "Blok", "Block"),
    f("floor", Text(TEXT), FIELD, "Lantai", "Floor"),
    f("zone", Code, FIELD, "Zona", "Zone"),
    f("stall_kind", Code, FIELD, "Jenis lapak", "Stall kind"),
    f("stall_name", Text(TEXT), FIELD, "Nama lapak", "Stall name").contact(),
    f("place_note", Text(TEXT), FIELD, "Letak", "Place note").personal(),
    f("phone", Text(TEXT), FIELD, "HP", "Phone").contact(),
    f(
        "phone_typed",
        Text(TEXT),
        FIELD,
        "HP seperti ditulis",
        "Phone as typed",
    )
    .contact(),
    f("commodity", Text(TEXT), FIELD, "Barang utama", "Main goods"),
    f(
        "commodity_code",
        Code,
        FIELD,
        "Kelompok barang",
        "Goods group",
    ),
    f("goods", List, FIELD, "Barang lain", "Other goods"),
    f("note", Text(NOTE), FIELD, "Catatan", "Note").contact(),
    f("register", Text(TEXT), ADMIN, "Daftar asal", "Register").once(),
    f(
        "register_no",
        Text(TEXT),
        ADMIN,
        "Nomor daftar",
        "Register number",
    )
    .once()
    .personal(),
    f("demo", Bool, ADMIN, "Peragaan", "Demonstration"),
    f("anonymous", Bool, FIELD, "Tanpa nama", "No name kept"),
    f(
        "hp_pintar",
        Bool,
        FIELD,
        "Punya HP pintar",
        "Has a smartphone",
    ),
    f(
        "internet",
        Bool,
        FIELD,
        "Ada kuota atau sinyal",
        "Data or signal at the stall",
    ),
    f("pakai_wa", Bool, FIELD, "Memakai WhatsApp", "Uses WhatsApp"),
    f(
        "kering_kemas",
        Bool,
        FIELD,
        "Barang kering, bisa dikemas",
        "Dry, packable goods",
    ),
    f(
        "penerimaan",
        Bool,
        FIELD,
        "Rekening atau dompet siap",
        "Bank or e-wallet ready",
    ),
    f("pendamping", Bool, FIELD, "Ada yang membantu", "Has help"),
    f(
        "daftar_harga",
        Bool,
        FIELD,
        "Stok dan harga jelas",
        "Stock and prices known",
    ),
    f("kemauan", Code, FIELD, "Kemauan", "Willingness"),
    f(
        "ada_waktu",
        Bool,
        FIELD,
        "Punya waktu minggu ini",
        "Has time this week",
    ),
    f("janji", Bool, FIELD, "Sudah ada janji", "Appointment made"),
    f(
        "pernah_coba",
        Bool,
        FIELD,
        "Pernah mencoba",
        "Tried it before",
    ),
    f(
        "ajak_orang",
        Bool,
        FIELD,
        "Mau memberi contoh",
        "Willing to show others",
    ),
    f("withdrawn", Bool, LEADS, "Ditarik", "Withdrawn"),
    f("merged_into", Id, LEADS, "Digabung ke", "Merged into"),
    ERASED,
];

const CLASS: &[FieldSpec] = &[
    f("market", Code, LEADS, "Pasar", "Market"),
    f("name", Text(TEXT), LEADS, "Kelas", "Class"),
    f("date", Date, LEADS, "Tanggal", "Date"),
    f("place", Text(TEXT), LEADS, "Tempat", "Place"),
    f("partner", Id, LEADS, "Mitra", "Partner"),
    f("note", Text(NOTE), LEADS, "Catatan", "Note"),
];

const ASSIGNMENT: &[FieldSpec] = &[
    f("market", Code, LEADS, "Pasar", "Market"),
    f("person", Id, LEADS, "Canvasser", "Canvasser"),
    f("block", Text(TEXT), LEADS, "Blok", "Block"),
    f("date", Date, LEADS, "Hari kerja", "Working day"),
    f("active", Bool, LEADS, "Berlaku", "In force"),
    f("note", Text(NOTE), LEADS, "Catatan", "Note"),
];

const VISIT: &[FieldSpec] = &[
    f("trader", Id, FIELD, "Pedagang", "Trader").once(),
    f("market", Code, FIELD, "Pasar", "Market").once(),
    f("outcome", Code, FIELD, "Hasil", "Outcome").amended_by(OWNER),
    f("note", Text(NOTE), FIELD, "Catatan", "Note")
        .amended_by(OWNER)
        .personal(),
    f("answers", Map, FIELD, "Jawaban", "Answers").amended_by(OWNER),
    f("reason", Code, FIELD, "Alasan", "Reason").amended_by(OWNER),
    f("check", Map, FIELD, "Cek toko", "Shop check").amended_by(OWNER),
    f("follow_up_date", Date, FIELD, "Jatuh tempo", "Due").amended_by(OWNER),
    f("at", Time, FIELD, "Waktu", "Time").amended_by(OWNER),
    // Only where the tablet's clock was wrong: what it read when the visit was saved.
    f("at_raw", Time, FIELD, "Jam tablet", "Tablet clock").once(),
    f("source", Code, FIELD, "Sumber", "Source").amended_by(OWNER),
    f(
        "paper_no",
        Text(TEXT),
        FIELD,
        "Nomor lembar",
        "Sheet number",
    )
    .amended_by(OWNER),
    f(
        "flag_reasons",
        Map,
        FIELD,
        "Alasan janggal",
        "Reasons for oddities",
    )
    .amended_by(OWNER),
    ERASED,
];

const STEP: &[FieldSpec] = &[
    f("trader", Id, FIELD, "Pedagang", "Trader").once(),
    f("code", Code, FIELD, "Langkah", "Step").once(),
    f("state", Code, FIELD, "Keadaan", "State"),
    f(
        "before_campaign",
        Bool,
        FIELD,
        "Sebelum kegiatan",
        "Before the campaign",
    ),
    f("evidence", Text(TEXT), FIELD, "Bukti", "Evidence").personal(),
    f(
        "checklist_version",
        Int,
        FIELD,
        "Versi daftar",
        "Checklist version",
    ),
    ERASED,
];

const NEED: &[FieldSpec] = &[
    f("trader", Id, FIELD, "Pedagang", "Trader").once(),
    f("code", Code, FIELD, "Kebutuhan", "Need").once(),
    f("state", Code, FIELD, "Keadaan", "State"),
    f(
        "referred_to",
        Text(TEXT),
        FIELD,
        "Dirujuk ke",
        "Referred to",
    ),
    f("class_date", Date, FIELD, "Tanggal kelas", "Class date"),
    f("note", Text(NOTE), FIELD, "Catatan", "Note").personal(),
    ERASED,
];

const CONSENT: &[FieldSpec] = &[
    f("trader", Id, FIELD, "Pedagang", "Trader").once(),
    f("purposes", Map, FIELD, "Tujuan", "Purposes").once(),
    f("follows", List, FIELD, "Menjawab", "Follows").once(),
    f("text_version", Int, FIELD, "Versi teks", "Text version").once(),
    f("text_lang", Code, FIELD, "Bahasa teks", "Text language").once(),
    f(
        "text_sha256",
        Text(64),
        FIELD,
        "Sidik teks",
        "Text fingerprint",
    )
    .once(),
    f("method", Code, FIELD, "Cara", "Method").once(),
    f(
        "paper_no",
        Text(TEXT),
        FIELD,
        "Nomor kertas",
        "Paper number",
    )
    .once()
    .personal(),
    f("read_aloud", Bool, FIELD, "Dibacakan", "Read aloud").once(),
    ERASED,
];

const PHOTO: &[FieldSpec] = &[
    f("trader", Id, FIELD, "Pedagang", "Trader").once(),
    f("visit", Id, FIELD, "Kunjungan", "Visit").once(),
    f("step", Code, FIELD, "Langkah", "Step").once(),
    f("sha256", Text(64), FIELD, "Sidik", "Fingerprint")
        .once()
        .personal(),
    f("size_bytes", Int, FIELD, "Ukuran", "Size").once(),
    f("removed", Bool, OWNER, "Dibuang", "Removed"),
    ERASED,
];

const ATTENDANCE: &[FieldSpec] = &[
    f("class", Id, FIELD, "Kelas", "Class").once(),
    f("trader", Id, FIELD, "Pedagang", "Trader"),
    f(
        "name",
        Text(TEXT),
        FIELD,
        "Nama di daftar",
        "Name on the list",
    )
    .personal(),
    f("present", Bool, FIELD, "Hadir", "Present"),
    ERASED,
];

const REFERRAL: &[FieldSpec] = &[
    f("trader", Id, LEADS, "Pedagang", "Trader").once(),
    f("need", Code, LEADS, "Kebutuhan", "Need").once(),
    f("partner", Id, LEADS, "Mitra", "Partner"),
    f("class", Id, LEADS, "Kelas", "Class"),
    f("state", Code, LEADS, "Keadaan", "State"),
    f("answer", Text(NOTE), LEADS, "Jawaban", "Answer").personal(),
    ERASED,
];

const REQUEST: &[FieldSpec] = &[
    f("trader", Id, FIELD, "Pedagang", "Trader").once(),
    f("request_kind", Code, FIELD, "Permintaan", "Request").once(),
    f("received_at", Time, FIELD, "Diterima", "Received").once(),
    f("due_at", Time, LEADS, "Batas waktu", "Due"),
    f("done_at", Time, LEADS, "Selesai", "Done"),
    f("answer", Text(NOTE), LEADS, "Jawaban", "Answer").personal(),
    f(
        "refused_why",
        Text(NOTE),
        LEADS,
        "Alasan ditolak",
        "Why refused",
    ),
    ERASED,
];

const MERGE: &[FieldSpec] = &[
    f("trader", Id, LEADS, "Data yang digabung", "Merged record").once(),
    f("into", Id, LEADS, "Ke data", "Into"),
    f("picks", Map, LEADS, "Isian pilihan", "Picked fields"),
    f("undone", Bool, LEADS, "Dibatalkan", "Undone"),
];

const NOT_DUPLICATE: &[FieldSpec] = &[
    f("trader", Id, LEADS, "Data pertama", "First record").once(),
    f("other", Id, LEADS, "Data kedua", "Second record").once(),
    f("state", Bool, LEADS, "Bukan data ganda", "Not a duplicate"),
];

const CONFLICT_CHOICE: &[FieldSpec] = &[
    f("trader", Id, LEADS, "Pedagang", "Trader").once(),
    f("record_kind", Code, LEADS, "Jenis catatan", "Record kind").once(),
    f("record", Id, LEADS, "Catatan", "Record").once(),
    f("field", Code, LEADS, "Isian", "Field").once(),
];

const REVIEW: &[FieldSpec] = &[
    f("visit", Id, LEADS, "Kunjungan", "Visit").once(),
    f("state", Code, LEADS, "Keadaan", "State"),
    f("note", Text(NOTE), LEADS, "Catatan", "Note").personal(),
    ERASED,
];

const RETURN: &[FieldSpec] = &[
    f("visit", Id, LEADS, "Kunjungan", "Visit").once(),
    f("reason", Code, LEADS, "Alasan", "Reason").once(),
    f(
        "reason_text",
        Text(NOTE),
        LEADS,
        "Alasan dalam kata",
        "Reason in words",
    )
    .once()
    .personal(),
    f(
        "fields",
        List,
        LEADS,
        "Isian yang diperiksa",
        "Fields to check",
    )
    .once(),
    f("answered", Bool, OWNER, "Dijawab", "Answered"),
    ERASED,
];
