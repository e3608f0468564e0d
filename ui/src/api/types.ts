// generated, do not edit: `cargo xtask types`
// Record kinds and their fields, from core/src/kinds/table.

export interface Campaign {
  kind: "campaign";
  id: string;
  code?: string;
  definition_name?: string;
  name_id?: string;
  name_en?: string;
  city?: string;
  timezone?: string;
  training_date?: string;
  field_from?: string;
  field_to?: string;
  target_traders?: number;
  canvassers?: number;
  operator?: string;
  organisers?: unknown[];
  training_place?: string;
  target_markets?: number;
  rehearsal?: boolean;
  closed?: boolean;
}

export interface Market {
  kind: "market";
  id: string;
  code?: string;
  name?: string;
  aliases?: unknown[];
  target?: boolean;
  switched_on?: boolean;
  city?: string;
  opening?: Record<string, unknown>;
  day_starts_at?: unknown[];
  stall_kinds?: unknown[];
  zones?: unknown[];
  position?: number;
  lat?: unknown;
  lon?: unknown;
  point_source?: string;
  demo?: Record<string, unknown>;
}

export interface Channel {
  kind: "channel";
  id: string;
  code?: string;
  name?: string;
  channel_kind?: string;
  counts_as?: string;
  default_on?: boolean;
  verification?: string;
  status?: unknown[];
  prerequisites?: unknown[];
  position?: number;
}

export interface StepDef {
  kind: "step_def";
  id: string;
  code?: string;
  channel?: string;
  version?: number;
  versions?: unknown[];
  valid_from?: string;
  position?: number;
  label_id?: string;
  label_en?: string;
  evidence?: string;
  optional?: boolean;
  required?: boolean;
  milestone?: string;
  own_phone_only?: boolean;
  min?: number;
  max?: number;
}

export interface OutcomeDef {
  kind: "outcome_def";
  id: string;
  code?: string;
  group?: string;
  label_id?: string;
  label_en?: string;
  contact?: boolean;
  taught?: boolean;
  asks?: unknown[];
  follow_up?: unknown;
  stall_effect?: string;
  closes_visiting?: boolean;
  position?: number;
}

export interface Text {
  kind: "text";
  id: string;
  version?: number;
  lang?: string;
  text?: string;
  sha256?: string;
}

export interface Target {
  kind: "target";
  id: string;
  market?: string;
  traders?: number;
  canvassers?: number;
}

export interface Definition {
  kind: "definition";
  id: string;
  version?: number;
  funnel?: unknown;
  activity_checks?: unknown;
  priority?: unknown;
  needs?: unknown;
  obstacles?: unknown;
  commodities?: unknown;
  codes?: unknown;
}

export interface Person {
  kind: "person";
  id: string;
  name?: string;
  role?: string;
  code?: string;
  markets?: unknown[];
  team?: string;
  active?: boolean;
}

export interface Team {
  kind: "team";
  id: string;
  name?: string;
  lead?: string;
  markets?: unknown[];
}

export interface Device {
  kind: "device";
  id: string;
  name?: string;
  people?: unknown[];
  succeeds?: string;
  app_version?: string;
  revoked?: boolean;
  revoked_why?: string;
}

export interface Partner {
  kind: "partner";
  id: string;
  code?: string;
  name?: string;
  needs?: unknown[];
}

export interface Stall {
  kind: "stall";
  id: string;
  market?: string;
  number?: string;
  old_numbers?: unknown[];
  block?: string;
  floor?: string;
  zone?: string;
  stall_kind?: string;
  state?: string;
  plan_x?: number;
  plan_y?: number;
}

export interface Trader {
  kind: "trader";
  id: string;
  name?: string; // personal
  nickname?: string; // personal
  market?: string;
  stall?: string;
  block?: string;
  floor?: string;
  zone?: string;
  stall_kind?: string;
  stall_name?: string; // personal
  place_note?: string; // personal
  phone?: string; // personal
  phone_typed?: string; // personal
  commodity?: string;
  commodity_code?: string;
  goods?: unknown[];
  note?: string; // personal
  register?: string;
  register_no?: string; // personal
  demo?: boolean;
  anonymous?: boolean;
  hp_pintar?: boolean;
  internet?: boolean;
  pakai_wa?: boolean;
  kering_kemas?: boolean;
  penerimaan?: boolean;
  pendamping?: boolean;
  daftar_harga?: boolean;
  kemauan?: string;
  ada_waktu?: boolean;
  janji?: boolean;
  pernah_coba?: boolean;
  ajak_orang?: boolean;
  withdrawn?: boolean;
  merged_into?: string;
  erased?: boolean;
}

export interface Class {
  kind: "class";
  id: string;
  market?: string;
  name?: string;
  date?: string;
  place?: string;
  partner?: string;
  note?: string;
}

export interface Assignment {
  kind: "assignment";
  id: string;
  market?: string;
  person?: string;
  block?: string;
  date?: string;
  active?: boolean;
  note?: string;
}

export interface Visit {
  kind: "visit";
  id: string;
  trader?: string;
  market?: string;
  outcome?: string;
  note?: string; // personal
  answers?: Record<string, unknown>;
  reason?: string;
  check?: Record<string, unknown>;
  follow_up_date?: string;
  at?: string;
  at_raw?: string;
  source?: string;
  paper_no?: string;
  flag_reasons?: Record<string, unknown>;
  erased?: boolean;
  author: string;
  device: string;
}

export interface Step {
  kind: "step";
  id: string;
  trader?: string;
  code?: string;
  state?: string;
  before_campaign?: boolean;
  evidence?: string; // personal
  checklist_version?: number;
  erased?: boolean;
  done: boolean;
  at?: string;
  by?: string;
}

export interface Need {
  kind: "need";
  id: string;
  trader?: string;
  code?: string;
  state?: string;
  referred_to?: string;
  class_date?: string;
  note?: string; // personal
  erased?: boolean;
}

export interface Consent {
  kind: "consent";
  id: string;
  trader?: string;
  purposes?: Record<string, unknown>;
  follows?: unknown[];
  text_version?: number;
  text_lang?: string;
  text_sha256?: string;
  method?: string;
  paper_no?: string; // personal
  read_aloud?: boolean;
  erased?: boolean;
}

export interface Photo {
  kind: "photo";
  id: string;
  trader?: string;
  visit?: string;
  step?: string;
  sha256?: string; // personal
  size_bytes?: number;
  removed?: boolean;
  erased?: boolean;
}

export interface Attendance {
  kind: "attendance";
  id: string;
  class?: string;
  trader?: string;
  name?: string; // personal
  present?: boolean;
  erased?: boolean;
}

export interface Referral {
  kind: "referral";
  id: string;
  trader?: string;
  need?: string;
  partner?: string;
  class?: string;
  state?: string;
  answer?: string; // personal
  erased?: boolean;
}

export interface Request {
  kind: "request";
  id: string;
  trader?: string;
  request_kind?: string;
  received_at?: string;
  due_at?: string;
  done_at?: string;
  answer?: string; // personal
  refused_why?: string;
  erased?: boolean;
}

export interface Merge {
  kind: "merge";
  id: string;
  trader?: string;
  into?: string;
  picks?: Record<string, unknown>;
  undone?: boolean;
}

export interface NotDuplicate {
  kind: "not_duplicate";
  id: string;
  trader?: string;
  other?: string;
  state?: boolean;
}

export interface ConflictChoice {
  kind: "conflict_choice";
  id: string;
  trader?: string;
  record_kind?: string;
  record?: string;
  field?: string;
}

export interface Review {
  kind: "review";
  id: string;
  visit?: string;
  state?: string;
  note?: string; // personal
  erased?: boolean;
}

export interface Return {
  kind: "return";
  id: string;
  visit?: string;
  reason?: string;
  reason_text?: string; // personal
  fields?: unknown[];
  answered?: boolean;
  erased?: boolean;
}

export type Kind =
  | "campaign"
  | "market"
  | "channel"
  | "step_def"
  | "outcome_def"
  | "text"
  | "target"
  | "definition"
  | "person"
  | "team"
  | "device"
  | "partner"
  | "stall"
  | "trader"
  | "class"
  | "assignment"
  | "visit"
  | "step"
  | "need"
  | "consent"
  | "photo"
  | "attendance"
  | "referral"
  | "request"
  | "merge"
  | "not_duplicate"
  | "conflict_choice"
  | "review"
  | "return";

export type HeldReason =
  | "forked-device"
  | "device-mismatch"
  | "author-not-on-device"
  | "out-of-scope"
  | "field-not-allowed"
  | "unknown-kind"
  | "bad-id"
  | "depends-on-held"
  | "too-long"
  | "after-revocation"
  | "recovered"
  | "after-closing";

/** Field labels, Indonesian and English, by kind and field. */
export const LABELS: Record<Kind, Record<string, { id: string; en: string }>> = {
  campaign: {
    code: { id: "Kode kegiatan", en: "Campaign code" },
    definition_name: { id: "Nama definisi", en: "Definition name" },
    name_id: { id: "Nama (Indonesia)", en: "Name (Indonesian)" },
    name_en: { id: "Nama (Inggris)", en: "Name (English)" },
    city: { id: "Kota", en: "City" },
    timezone: { id: "Zona waktu", en: "Time zone" },
    training_date: { id: "Hari pelatihan", en: "Training day" },
    field_from: { id: "Mulai di lapangan", en: "Field work from" },
    field_to: { id: "Selesai di lapangan", en: "Field work until" },
    target_traders: { id: "Target pedagang", en: "Target traders" },
    canvassers: { id: "Jumlah canvasser", en: "Canvassers" },
    operator: { id: "Pengelola pasar", en: "Market operator" },
    organisers: { id: "Penyelenggara", en: "Organisers" },
    training_place: { id: "Tempat pelatihan", en: "Training place" },
    target_markets: { id: "Pasar sasaran", en: "Target markets" },
    rehearsal: { id: "Latihan", en: "Rehearsal" },
    closed: { id: "Ditutup", en: "Closed" },
  },
  market: {
    code: { id: "Kode pasar", en: "Market code" },
    name: { id: "Pasar", en: "Market" },
    aliases: { id: "Nama lain", en: "Other names" },
    target: { id: "Pasar sasaran", en: "Target market" },
    switched_on: { id: "Dipakai", en: "In use" },
    city: { id: "Kota", en: "City" },
    opening: { id: "Jam buka", en: "Opening hours" },
    day_starts_at: { id: "Awal hari kerja", en: "Working day starts at" },
    stall_kinds: { id: "Jenis lapak", en: "Stall kinds" },
    zones: { id: "Zona", en: "Zones" },
    position: { id: "Urutan rute", en: "Route order" },
    lat: { id: "Lintang", en: "Latitude" },
    lon: { id: "Bujur", en: "Longitude" },
    point_source: { id: "Asal titik", en: "Source of the point" },
    demo: { id: "Data peragaan", en: "Demonstration data" },
  },
  channel: {
    code: { id: "Kode kanal", en: "Channel code" },
    name: { id: "Kanal", en: "Channel" },
    channel_kind: { id: "Jenis kanal", en: "Kind of channel" },
    counts_as: { id: "Dihitung sebagai", en: "Counts as" },
    default_on: { id: "Dipakai", en: "In use" },
    verification: { id: "Verifikasi", en: "Verification" },
    status: { id: "Keadaan", en: "Status" },
    prerequisites: { id: "Persiapan", en: "Preparation" },
    position: { id: "Urutan", en: "Order" },
  },
  step_def: {
    code: { id: "Kode langkah", en: "Step code" },
    channel: { id: "Kanal", en: "Channel" },
    version: { id: "Versi", en: "Version" },
    versions: { id: "Versi daftar", en: "Checklist versions" },
    valid_from: { id: "Berlaku mulai", en: "Valid from" },
    position: { id: "Urutan", en: "Order" },
    label_id: { id: "Langkah (Indonesia)", en: "Step (Indonesian)" },
    label_en: { id: "Langkah (Inggris)", en: "Step (English)" },
    evidence: { id: "Bukti", en: "Evidence" },
    optional: { id: "Boleh dilewati", en: "Optional" },
    required: { id: "Wajib dilatih", en: "Required topic" },
    milestone: { id: "Tonggak", en: "Milestone" },
    own_phone_only: { id: "Di HP pedagang", en: "On the trader's phone" },
    min: { id: "Paling sedikit", en: "At least" },
    max: { id: "Paling banyak", en: "At most" },
  },
  outcome_def: {
    code: { id: "Kode hasil", en: "Outcome code" },
    group: { id: "Kelompok", en: "Group" },
    label_id: { id: "Hasil (Indonesia)", en: "Outcome (Indonesian)" },
    label_en: { id: "Hasil (Inggris)", en: "Outcome (English)" },
    contact: { id: "Bertemu", en: "Met" },
    taught: { id: "Mengajar", en: "Taught" },
    asks: { id: "Ditanyakan", en: "Asks" },
    follow_up: { id: "Tindak lanjut", en: "Follow-up" },
    stall_effect: { id: "Akibat bagi lapak", en: "Stall effect" },
    closes_visiting: { id: "Tidak didatangi lagi", en: "Ends visiting" },
    position: { id: "Urutan", en: "Order" },
  },
  text: {
    version: { id: "Versi", en: "Version" },
    lang: { id: "Bahasa", en: "Language" },
    text: { id: "Teks", en: "Text" },
    sha256: { id: "Sidik", en: "Fingerprint" },
  },
  target: {
    market: { id: "Pasar", en: "Market" },
    traders: { id: "Target pedagang", en: "Target traders" },
    canvassers: { id: "Canvasser", en: "Canvassers" },
  },
  definition: {
    version: { id: "Versi", en: "Version" },
    funnel: { id: "Corong", en: "Funnel" },
    activity_checks: { id: "Cek aktivitas", en: "Activity checks" },
    priority: { id: "Prioritas", en: "Priority" },
    needs: { id: "Kebutuhan", en: "Needs" },
    obstacles: { id: "Hambatan", en: "Obstacles" },
    commodities: { id: "Barang dagangan", en: "Goods" },
    codes: { id: "Daftar kode", en: "Code lists" },
  },
  person: {
    name: { id: "Nama", en: "Name" },
    role: { id: "Peran", en: "Role" },
    code: { id: "Kode", en: "Code" },
    markets: { id: "Pasar tugas", en: "Assigned markets" },
    team: { id: "Tim", en: "Team" },
    active: { id: "Aktif", en: "Active" },
  },
  team: {
    name: { id: "Tim", en: "Team" },
    lead: { id: "Ketua tim", en: "Lead" },
    markets: { id: "Pasar", en: "Markets" },
  },
  device: {
    name: { id: "Tablet", en: "Tablet" },
    people: { id: "Pemakai", en: "People" },
    succeeds: { id: "Menggantikan", en: "Succeeds" },
    app_version: { id: "Versi aplikasi", en: "App version" },
    revoked: { id: "Dihentikan", en: "Revoked" },
    revoked_why: { id: "Alasan dihentikan", en: "Why it was revoked" },
  },
  partner: {
    code: { id: "Kode mitra", en: "Partner code" },
    name: { id: "Mitra", en: "Partner" },
    needs: { id: "Untuk kebutuhan", en: "For needs" },
  },
  stall: {
    market: { id: "Pasar", en: "Market" },
    number: { id: "Nomor lapak", en: "Stall number" },
    old_numbers: { id: "Nomor lama", en: "Former numbers" },
    block: { id: "Blok", en: "Block" },
    floor: { id: "Lantai", en: "Floor" },
    zone: { id: "Zona", en: "Zone" },
    stall_kind: { id: "Jenis lapak", en: "Stall kind" },
    state: { id: "Keadaan", en: "State" },
    plan_x: { id: "Letak mendatar", en: "Plan column" },
    plan_y: { id: "Letak tegak", en: "Plan row" },
  },
  trader: {
    name: { id: "Nama", en: "Name" },
    nickname: { id: "Nama panggilan", en: "Called" },
    market: { id: "Pasar", en: "Market" },
    stall: { id: "Nomor lapak", en: "Stall number" },
    block: { id: "Blok", en: "Block" },
    floor: { id: "Lantai", en: "Floor" },
    zone: { id: "Zona", en: "Zone" },
    stall_kind: { id: "Jenis lapak", en: "Stall kind" },
    stall_name: { id: "Nama lapak", en: "Stall name" },
    place_note: { id: "Letak", en: "Place note" },
    phone: { id: "HP", en: "Phone" },
    phone_typed: { id: "HP seperti ditulis", en: "Phone as typed" },
    commodity: { id: "Barang utama", en: "Main goods" },
    commodity_code: { id: "Kelompok barang", en: "Goods group" },
    goods: { id: "Barang lain", en: "Other goods" },
    note: { id: "Catatan", en: "Note" },
    register: { id: "Daftar asal", en: "Register" },
    register_no: { id: "Nomor daftar", en: "Register number" },
    demo: { id: "Peragaan", en: "Demonstration" },
    anonymous: { id: "Tanpa nama", en: "No name kept" },
    hp_pintar: { id: "Punya HP pintar", en: "Has a smartphone" },
    internet: { id: "Ada kuota atau sinyal", en: "Data or signal at the stall" },
    pakai_wa: { id: "Memakai WhatsApp", en: "Uses WhatsApp" },
    kering_kemas: { id: "Barang kering, bisa dikemas", en: "Dry, packable goods" },
    penerimaan: { id: "Rekening atau dompet siap", en: "Bank or e-wallet ready" },
    pendamping: { id: "Ada yang membantu", en: "Has help" },
    daftar_harga: { id: "Stok dan harga jelas", en: "Stock and prices known" },
    kemauan: { id: "Kemauan", en: "Willingness" },
    ada_waktu: { id: "Punya waktu minggu ini", en: "Has time this week" },
    janji: { id: "Sudah ada janji", en: "Appointment made" },
    pernah_coba: { id: "Pernah mencoba", en: "Tried it before" },
    ajak_orang: { id: "Mau memberi contoh", en: "Willing to show others" },
    withdrawn: { id: "Ditarik", en: "Withdrawn" },
    merged_into: { id: "Digabung ke", en: "Merged into" },
    erased: { id: "Dihapus", en: "Erased" },
  },
  class: {
    market: { id: "Pasar", en: "Market" },
    name: { id: "Kelas", en: "Class" },
    date: { id: "Tanggal", en: "Date" },
    place: { id: "Tempat", en: "Place" },
    partner: { id: "Mitra", en: "Partner" },
    note: { id: "Catatan", en: "Note" },
  },
  assignment: {
    market: { id: "Pasar", en: "Market" },
    person: { id: "Canvasser", en: "Canvasser" },
    block: { id: "Blok", en: "Block" },
    date: { id: "Hari kerja", en: "Working day" },
    active: { id: "Berlaku", en: "In force" },
    note: { id: "Catatan", en: "Note" },
  },
  visit: {
    trader: { id: "Pedagang", en: "Trader" },
    market: { id: "Pasar", en: "Market" },
    outcome: { id: "Hasil", en: "Outcome" },
    note: { id: "Catatan", en: "Note" },
    answers: { id: "Jawaban", en: "Answers" },
    reason: { id: "Alasan", en: "Reason" },
    check: { id: "Cek toko", en: "Shop check" },
    follow_up_date: { id: "Jatuh tempo", en: "Due" },
    at: { id: "Waktu", en: "Time" },
    at_raw: { id: "Jam tablet", en: "Tablet clock" },
    source: { id: "Sumber", en: "Source" },
    paper_no: { id: "Nomor lembar", en: "Sheet number" },
    flag_reasons: { id: "Alasan janggal", en: "Reasons for oddities" },
    erased: { id: "Dihapus", en: "Erased" },
  },
  step: {
    trader: { id: "Pedagang", en: "Trader" },
    code: { id: "Langkah", en: "Step" },
    state: { id: "Keadaan", en: "State" },
    before_campaign: { id: "Sebelum kegiatan", en: "Before the campaign" },
    evidence: { id: "Bukti", en: "Evidence" },
    checklist_version: { id: "Versi daftar", en: "Checklist version" },
    erased: { id: "Dihapus", en: "Erased" },
  },
  need: {
    trader: { id: "Pedagang", en: "Trader" },
    code: { id: "Kebutuhan", en: "Need" },
    state: { id: "Keadaan", en: "State" },
    referred_to: { id: "Dirujuk ke", en: "Referred to" },
    class_date: { id: "Tanggal kelas", en: "Class date" },
    note: { id: "Catatan", en: "Note" },
    erased: { id: "Dihapus", en: "Erased" },
  },
  consent: {
    trader: { id: "Pedagang", en: "Trader" },
    purposes: { id: "Tujuan", en: "Purposes" },
    follows: { id: "Menjawab", en: "Follows" },
    text_version: { id: "Versi teks", en: "Text version" },
    text_lang: { id: "Bahasa teks", en: "Text language" },
    text_sha256: { id: "Sidik teks", en: "Text fingerprint" },
    method: { id: "Cara", en: "Method" },
    paper_no: { id: "Nomor kertas", en: "Paper number" },
    read_aloud: { id: "Dibacakan", en: "Read aloud" },
    erased: { id: "Dihapus", en: "Erased" },
  },
  photo: {
    trader: { id: "Pedagang", en: "Trader" },
    visit: { id: "Kunjungan", en: "Visit" },
    step: { id: "Langkah", en: "Step" },
    sha256: { id: "Sidik", en: "Fingerprint" },
    size_bytes: { id: "Ukuran", en: "Size" },
    removed: { id: "Dibuang", en: "Removed" },
    erased: { id: "Dihapus", en: "Erased" },
  },
  attendance: {
    class: { id: "Kelas", en: "Class" },
    trader: { id: "Pedagang", en: "Trader" },
    name: { id: "Nama di daftar", en: "Name on the list" },
    present: { id: "Hadir", en: "Present" },
    erased: { id: "Dihapus", en: "Erased" },
  },
  referral: {
    trader: { id: "Pedagang", en: "Trader" },
    need: { id: "Kebutuhan", en: "Need" },
    partner: { id: "Mitra", en: "Partner" },
    class: { id: "Kelas", en: "Class" },
    state: { id: "Keadaan", en: "State" },
    answer: { id: "Jawaban", en: "Answer" },
    erased: { id: "Dihapus", en: "Erased" },
  },
  request: {
    trader: { id: "Pedagang", en: "Trader" },
    request_kind: { id: "Permintaan", en: "Request" },
    received_at: { id: "Diterima", en: "Received" },
    due_at: { id: "Batas waktu", en: "Due" },
    done_at: { id: "Selesai", en: "Done" },
    answer: { id: "Jawaban", en: "Answer" },
    refused_why: { id: "Alasan ditolak", en: "Why refused" },
    erased: { id: "Dihapus", en: "Erased" },
  },
  merge: {
    trader: { id: "Data yang digabung", en: "Merged record" },
    into: { id: "Ke data", en: "Into" },
    picks: { id: "Isian pilihan", en: "Picked fields" },
    undone: { id: "Dibatalkan", en: "Undone" },
  },
  not_duplicate: {
    trader: { id: "Data pertama", en: "First record" },
    other: { id: "Data kedua", en: "Second record" },
    state: { id: "Bukan data ganda", en: "Not a duplicate" },
  },
  conflict_choice: {
    trader: { id: "Pedagang", en: "Trader" },
    record_kind: { id: "Jenis catatan", en: "Record kind" },
    record: { id: "Catatan", en: "Record" },
    field: { id: "Isian", en: "Field" },
  },
  review: {
    visit: { id: "Kunjungan", en: "Visit" },
    state: { id: "Keadaan", en: "State" },
    note: { id: "Catatan", en: "Note" },
    erased: { id: "Dihapus", en: "Erased" },
  },
  return: {
    visit: { id: "Kunjungan", en: "Visit" },
    reason: { id: "Alasan", en: "Reason" },
    reason_text: { id: "Alasan dalam kata", en: "Reason in words" },
    fields: { id: "Isian yang diperiksa", en: "Fields to check" },
    answered: { id: "Dijawab", en: "Answered" },
    erased: { id: "Dihapus", en: "Erased" },
  },
};
