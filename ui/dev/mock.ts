// An invented tablet for building the pages without the real one. Lives in dev/ only: nothing that is shipped imports it.
import { readFileSync } from "node:fs";
import type * as S from "../src/api/surface";

type Names = { male_first: string[]; female_first: string[]; family_or_second: string[]; female_second: string[] };
const L = (id: string, en = id): S.Label => ({ id, en });
const failure = (code: string, more: object = {}) => ({ error: { code, message: code, hint: "", sentence_id: "", sentence_en: "", ...more } });

export interface Scenario { traders: number; enrolled: boolean; unlocked: boolean; pin: boolean; offline: boolean; slowMs: number; full: boolean; revoked: boolean; filling: boolean; empty: boolean; long: boolean; theme: S.Theme; lang: S.Lang; done: boolean; evening: boolean; fail: string; nogoods: boolean; left: boolean }
export const NORMAL: Scenario = { traders: 340, enrolled: true, unlocked: true, pin: true, offline: true, slowMs: 0, full: false, revoked: false, filling: false, empty: false, long: false, theme: "light", lang: "id", done: false, evening: false, fail: "", nogoods: false, left: false };

const GOODS: [string, string, string][] = [["kerupuk", "Kerupuk dan emping", "Kerupuk udang"], ["terasi", "Terasi, petis, ebi", "Terasi & rebon"], ["batik", "Batik", "Batik tulis"], ["ikan_asin", "Ikan asin dan ikan kering", "Ikan asin jambal"], ["bumbu", "Bumbu dapur", "Bumbu giling"], ["sayur", "Sayur", "Sayur"], ["sembako", "Sembako", "Kelontong"], ["plastik", "Plastik dan kemasan", "Plastik & kemasan"], ["kue_kering", "Kue kering dan oleh-oleh", "Gapit"], ["camilan", "Camilan kemasan", "Emping melinjo"], ["lainnya", "Lainnya", "Manisan"]];
const REASONS: S.Reason[] = [
  { icon: "thumb", head: L("Mau & mampu", "Able and willing"), detail: L("punya HP, sudah terima pesanan WA", "has a phone, takes orders by WhatsApp") },
  { icon: "thumb", head: L("Mau & mampu", "Able and willing"), detail: L("punya HP, barang mudah dikirim", "has a phone, goods ship well") },
  { icon: "thumb", head: L("Mau", "Willing"), detail: L("minta diajari lagi saat sepi, lewat pukul 11", "wants to be taught in a quiet hour, after 11") },
  { icon: "cap", head: L("Mau, belum punya HP", "Willing, no phone yet"), detail: L("ajak ke kelas Kamis", "invite to Thursday's class") },
  { icon: "clock", head: L("Belum siap", "Not ready"), detail: L("barang basah, didahulukan nanti", "wet goods, later") },
];
const STAGES: [string, string, string, S.Layer][] = [["terdata", "Terdata", "Listed", 1], ["dikunjungi", "Dikunjungi", "Visited", 2], ["bersedia", "Bersedia", "Willing", 2], ["dilatih", "Dilatih", "Trained", 3], ["akun_dibuka", "Akun dibuka", "Account opened", 4], ["terverifikasi", "Terverifikasi", "Verified", 4], ["produk_tayang", "Produk tayang", "Product live", 5], ["pesanan_pertama", "Pesanan pertama", "First order", 6], ["aktif", "Aktif", "Active", 7]];
const CHANNELS: [string, string, string[]][] = [
  ["prep", "Persiapan", ["HP Android/iPhone dan paket data siap", "Nomor HP aktif dan bisa menerima SMS", "Email dibuat bersama; kata sandi disimpan pedagang", "Nama toko disepakati"]],
  ["tokopedia", "Tokopedia", ["Buat e-mail", "Buka toko di Tokopedia", "Foto 3 produk", "Unggah produk pertama", "Atur pengiriman"]],
  ["gofood", "GoFood", ["Pasang aplikasi", "Buka akun", "Unggah menu", "Tes pesanan"]],
  ["wa", "WA Bisnis", ["Pasang WhatsApp Business", "Isi katalog"]],
  ["shopee", "Shopee", ["Aplikasi Shopee terpasang", "Akun penjual dibuat", "Produk pertama tayang"]],
];
const PEOPLE = [["p1", "Wasih", "Kanoman B"], ["p2", "Aris", "Kanoman C"], ["p3", "Nining", "Pagi A"]] as const;
const DATE = "2019-08-06";
const TOMORROW = ["2019-08-07", "2019-08-08", "2019-08-09", "2019-08-10", "2019-08-11", "2019-08-12", "2019-08-13"];
const at = (hhmm: string, day = DATE) => `${day}T${hhmm}:00+07:00`;

interface Person { id: string; name: string; stall: string; block: string; goods: number; group: S.Group; reason: S.Reason; tile: S.Tile; layer: S.Layer; stage: string; sent: S.Sent | null; appointment: string | null; phone: string; visits: S.VisitLine[]; steps: Set<string>; consent: S.ConsentAnswer }

export class MockTablet {
  private traders: Person[] = [];
  private active: string | null;
  private pins = new Map<string, string>();
  private tries = 5;
  private drafts = new Map<string, unknown>();
  private settings: S.Settings;
  private waiting: S.WaitingLine[] = [];
  private returned = true;
  private closed = false;
  private sync: S.SyncState;
  private enrolled: boolean;
  private nth = 10;
  private sentToday = 8;
  listeners = new Set<(event: S.TabletEvent) => void>();

  constructor(private readonly scenario: Scenario) {
    this.enrolled = scenario.enrolled;
    this.active = scenario.enrolled && scenario.unlocked ? "p1" : null;
    if (scenario.pin) for (const [id] of PEOPLE) this.pins.set(id, "271828");
    this.settings = { theme: scenario.theme, lang: scenario.lang, left_hand: scenario.left };
    this.closed = scenario.done;
    this.invent();
    this.sync = { state: scenario.offline ? "failed" : "idle", at: at("07:42"), code: scenario.offline ? "offline" : null, waiting: 0, next_try_at: null, same_as_server: true };
    if (scenario.fail) this.sync = { ...this.sync, state: "failed", code: scenario.fail };
  }

  private invent() {
    const names = JSON.parse(readFileSync(new URL("../../core/definition/cirebon-2019/names.json", import.meta.url), "utf8")) as Names;
    let seed = 42;
    const random = (n: number) => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed % n; };
    const count = this.scenario.empty ? 0 : this.scenario.traders;
    const blocks = ["B", "C", "A", "D"];
    for (let i = 0; i < count; i += 1) {
      const woman = random(100) < 58;
      const first = woman ? names.female_first[random(names.female_first.length)] : names.male_first[random(names.male_first.length)];
      let name = `${woman ? "Bu" : "Pak"} ${first}`;
      if (this.scenario.long && i % 3 === 0) name = `${name} ${names.family_or_second.slice(0, 5).join(" ")} binti Haji ${first} Kusumaningrum`;
      const block = blocks[i % 25 === 0 ? 3 : Math.floor(i / Math.max(1, Math.ceil(count / 3.2))) % 4] ?? "A";
      const inBlock = this.traders.filter((one) => one.block === block).length;
      const index = inBlock + 1;
      const done = this.scenario.done || index % 23 === 3;
      const group: S.Group = done ? "sudah" : index === 7 ? "janji" : index % 9 === 5 ? "pendamping" : index % 2 === 0 ? "dahulukan" : "lain";
      const stage = done ? 3 : group === "janji" ? 4 : index % 6 === 0 ? 1 : 0;
      const reason = group === "janji" ? { icon: "calendar" as const, head: L("Janji", "Appointment"), detail: L("minta dibantu foto produk", "wants help with photos") } : done ? { icon: "check" as const, head: L("Sudah hari ini", "Done today"), detail: L("2 langkah selesai", "2 steps done") } : group === "pendamping" ? REASONS[3 + (index % 2)]! : group === "lain" ? REASONS[4]! : REASONS[index % 3]!;
      this.traders.push({
        id: `t${i}`, name, stall: `${block}-${String(index).padStart(2, "0")}`, block, goods: random(GOODS.length), group, reason, layer: STAGES[stage]![3], stage: STAGES[stage]![0],
        tile: group === "janji" ? "janji" : done ? "diajari" : group === "pendamping" ? "pendamping" : stage === 1 ? "didatangi" : "belum", sent: done ? (index % 2 ? "sent" : "tablet") : null,
        appointment: group === "janji" ? "09:30" : null, phone: `+62812${String(10000000 + random(89999999))}`, steps: new Set(stage >= 3 ? ["tokopedia.0", "tokopedia.1", "tokopedia.2", "wa.0"] : []), consent: i % 5 === 0 ? "not_asked" : "yes",
        visits: stage >= 3 ? [
          { id: `v${i}b`, at: at("09:10", "2019-08-04"), day: "2019-08-04", outcome: "mengajar", outcome_label: L("Bertemu dan mengajar", "Met and taught"), by: "Aris", mine: false, note: "minta dibantu foto lagi Selasa pagi", steps: [L("Foto 3 produk")], sent: "sent", void: false, return_id: null },
          { id: `v${i}a`, at: at("10:24", "2019-08-01"), day: "2019-08-01", outcome: "mengajar", outcome_label: L("Bertemu dan mengajar", "Met and taught"), by: "Wasih", mine: true, note: null, steps: [L("Buat e-mail"), L("Buka toko di Tokopedia")], sent: "sent", void: false, return_id: null },
        ] : [],
      });
    }
    const line = (n: number, who: number, hhmm: string, what: S.Label, icon: S.WaitingIcon, steps: number): S.WaitingLine => ({ n, at: at(hhmm), who: this.who(who), what, icon, steps, mine: true, by: null });
    if (count > 20) this.waiting = [line(4, 6, "09:41", L("Diajari", "Taught"), "taught", 1), line(3, 18, "09:12", L("Pedagang baru", "New trader"), "new_trader", 0), line(2, 2, "08:10", L("Diajari", "Taught"), "taught", 3), line(1, 5, "07:58", L("Tutup", "Closed"), "closed", 0)];
  }

  private who(index: number): S.Who {
    const one = this.traders[index];
    return { trader: one?.id ?? null, name: one?.name ?? null, stall: one?.stall ?? "" };
  }
  private state(): S.SyncState { return { ...this.sync, waiting: this.waiting.length }; }
  private tell(event: S.TabletEvent) { for (const hear of this.listeners) hear(event); }
  private row(one: Person): S.TraderRow {
    const stage = STAGES.find((known) => known[0] === one.stage)!;
    const goods = GOODS[one.goods]!;
    return { id: one.id, name: one.name, stall: one.stall, goods: this.scenario.nogoods ? null : goods[2], goods_label: this.scenario.nogoods ? null : L(goods[1]), market: "Kanoman", stage: one.stage, stage_label: L(stage[1], stage[2]), layer: one.layer, tile: one.tile, reason: one.reason, group: one.group, sent: one.sent, appointment_at: one.appointment, return_id: one.group === "returned" ? "r1" : null };
  }
  private list(block?: string | null): Person[] {
    const order: S.Group[] = ["returned", "janji", "dahulukan", "pendamping", "lain", "sudah"];
    return this.traders.filter((one) => !block || one.block === block).sort((a, b) => order.indexOf(a.group) - order.indexOf(b.group));
  }
  private channels(one: Person): S.ChannelSteps[] {
    return CHANNELS.map(([code, name, steps], c) => {
      const lines = steps.map((step, s): S.StepLine => {
        const key = `${code}.${s}`;
        const done = one.steps.has(key);
        return { code: key, label: L(step), done, state: done ? "selesai" : "terbuka", by: done ? (s === 2 ? "Aris" : "Wasih") : null, at: done ? at("09:00", s === 2 ? "2019-08-04" : "2019-08-01") : null, mine: s !== 2, optional: false, hint: s === 3 && c === 1 ? L("perlu kuota ± 5 MB", "needs ± 5 MB of data") : null };
      });
      const done = lines.filter((line) => line.done).length;
      return { code, name: L(name), done, total: lines.length, on: code !== "shopee", begun: done > 0, steps: lines };
    });
  }
  private books(): S.Books { const held = this.scenario.empty ? 0 : 1; const waiting = this.waiting.length; const counted = this.scenario.empty ? 0 : this.sentToday; return { recorded: counted + waiting + held, counted, waiting, held_back: held, set_aside: 0 }; }

  async invoke(request: { command: string } & Record<string, unknown>): Promise<unknown> {
    const writes = ["visit", "amend", "undo", "add_trader", "consent", "close_day"].includes(request.command);
    if (writes && this.scenario.slowMs) await new Promise((done) => setTimeout(done, this.scenario.slowMs));
    if (writes && this.scenario.full) return failure("disk_full");
    const known = this as unknown as Record<string, ((args: never) => unknown) | undefined>;
    const act = known[`do_${request.command}`];
    return act ? act.call(this, request as never) : failure("command_unknown");
  }

  do_session(): S.SessionReply {
    return { enrolled: this.enrolled, revoked: this.scenario.revoked, unknown_device: false, mended: null, unsent: this.waiting.length, campaign: this.enrolled ? { name: L("Grebeg Pasar"), city: "Kota Cirebon", rehearsal: false } : null, tablet_name: this.enrolled ? "07" : null, server: this.enrolled ? "https://grebeg.example" : null,
      people: this.enrolled ? PEOPLE.map(([id, name, market], i) => ({ person_id: id, name, role: "canvasser", markets: [market], has_pin: this.pins.has(id), waiting: i === 1 ? 3 : 0, pin_wait_s: 0, pin_tries_left: this.tries, needs_lead: false })) : [],
      active: this.active, first_fill_complete: !this.scenario.filling, settings: this.settings, sync: this.state(), clock: { offset_ms: 0, doubtful: false }, app_version: "0.2.0" };
  }
  async do_enrol(args: { code: string }) { await new Promise((done) => setTimeout(done, 800)); if (args.code.startsWith("X")) return failure("code_refused"); if (args.code.startsWith("Z")) return failure("offline"); this.enrolled = true; return { device_id: "d", campaign: "c", people: [] }; }
  do_set_pin(args: { person: string; pin: string }) { this.pins.set(args.person, args.pin); return {}; }
  do_unlock(args: { person: string; pin: string }) { if (this.pins.get(args.person) !== args.pin) { this.tries = Math.max(0, this.tries - 1); return failure("pin_wrong", { tries_left: this.tries, wait_s: this.tries === 0 ? 30 : 0 }); } this.active = args.person; this.tries = 5; return {}; }
  do_lock() { this.active = null; return {}; }
  do_set_settings(args: Partial<S.Settings>) { for (const key of ["theme", "lang", "left_hand"] as const) if (args[key] !== undefined && args[key] !== null) Object.assign(this.settings, { [key]: args[key] }); return {}; }
  do_today(args: S.TodayQuery): S.TodayReply {
    const rows = this.list(args.block);
    const groups = [...new Set(rows.map((one) => one.group))].map((code) => ({ code, count: rows.filter((one) => one.group === code).length }));
    const open = (block: string) => this.traders.filter((one) => one.block === block && one.group !== "sudah").length;
    const draft = [...this.drafts.keys()][0];
    const drafted = this.traders.find((one) => one.id === draft);
    return { date: DATE, day_number: 9, days: 15, market: { code: "KNM", name: "Pasar Kanoman" }, block: args.block ?? null, now: at("09:34"), taught_today: this.scenario.empty ? 0 : 4, target_today: 6, after_closing: this.scenario.evening, day_closed: this.closed && this.scenario.evening,
      blocks: this.scenario.empty ? [] : ["B", "C", "A", "D"].map((block, i) => ({ block, count: open(block), assigned: i === 0 })), markets: [{ code: "KNM", name: "Pasar Kanoman", count: this.traders.length }], groups, total: rows.length,
      first_fill: { complete: !this.scenario.filling, have: this.scenario.filling ? this.traders.length : 1486, expected: this.scenario.filling ? null : 1486 }, draft: drafted ? { trader: drafted.id, name: drafted.name, stall: drafted.stall } : null, lead: "Bu Dewi" };
  }
  do_today_rows(args: S.RowsQuery): S.RowsReply { return { rows: this.list(args.block).slice(args.from, args.from + args.count).map((one) => this.row(one)) }; }
  do_search(args: S.SearchQuery): S.SearchReply {
    const query = args.query.toLowerCase();
    const stall = query.replace(/[^a-z0-9]/g, "");
    const hits: S.SearchHit[] = [];
    for (const one of this.traders) {
      if (args.block && one.block !== args.block) continue;
      if (args.unvisited && one.layer > 1) continue;
      const matched: S.Matched[] = [];
      const from = query ? one.name.toLowerCase().indexOf(query) : -1;
      if (from >= 0) matched.push({ field: "name", how: one.name.length === from + query.length ? "same" : "begins", text: one.name, marks: [[from, from + query.length]] });
      if (query && one.stall.toLowerCase().replace("-", "") === stall) matched.push({ field: "stall", how: "same", text: one.stall, marks: [[0, one.stall.length]] });
      if (/^\d{4,}$/.test(query) && one.phone.includes(query)) matched.push({ field: "phone", how: "part", text: `…${query}…`, marks: [[1, 1 + query.length]] });
      if (matched.length > 0 || (!query && hits.length < 8)) hits.push({ ...this.row(one), matched: matched[0] ?? null });
      if (hits.length >= (args.limit ?? 50)) break;
    }
    return { total_traders: this.traders.length, hits, more: hits.length >= (args.limit ?? 50) };
  }
  do_trader_page(args: { id: string }): unknown {
    const one = this.traders.find((known) => known.id === args.id);
    if (!one) return failure("trader_unknown");
    const stage = STAGES.findIndex((known) => known[0] === one.stage);
    const [code, id, en, layer] = STAGES[stage]!;
    const goods = GOODS[one.goods]!;
    const reply: S.TraderPage = { id: one.id, name: one.name, nickname: null, stall: one.stall, market: { code: "KNM", name: "Kanoman" }, phone: one.phone, phone_typed: null, goods: goods[2], goods_label: L(goods[1]), stage: { code, label: L(id, en), layer }, tile: one.tile,
      stages: STAGES.map(([c, i, e, l], n) => ({ code: c, label: L(i, e), layer: l, reached: n <= stage, at: n <= stage ? "2019-08-01" : null })), anonymous: false, withheld: false, erased: false, withdrawn: false, channels: this.channels(one), visits: one.visits, needs: one.group === "janji" ? [{ code: "kuota", label: L("Kuota internet", "Data package"), state: "terbuka", state_label: L("Terbuka", "Open") }] : [],
      consent: [{ purpose: "pendampingan", label: L("Pendampingan", "Assistance"), state: one.consent, at: one.consent === "not_asked" ? null : at("09:00", "2019-08-01"), method: one.consent === "not_asked" ? null : "suara", method_label: one.consent === "not_asked" ? null : L("Lisan", "Spoken") }],
      conflicts: one.group === "janji" ? [{ kind: "trader", id: one.id, field: "phone", label: L("Nomor HP", "Phone"), kept: "0812 2140 7731", kept_label: null, lost: [{ value: "0812 2140 7713", label: null, at: at("08:12"), by: "Aris" }] }] : [], appointment: one.appointment ? { date: DATE, at: one.appointment, note: null } : null, next_step: "tokopedia.3", shown_under: null, has_draft: this.drafts.has(one.id) };
    return reply;
  }
  do_visit_sheet(args: { trader: string; visit?: string | null }): unknown {
    const one = this.traders.find((known) => known.id === args.trader);
    if (!one) return failure("trader_unknown");
    const outcome = (code: string, id: string, en: string, group: string, tile: boolean, more: Partial<S.SheetOutcome> = {}): S.SheetOutcome => ({ code, label: L(id, en), group, tile, saves_at_once: false, asks: [], follow_up_days: null, taught: false, contact: group === "bertemu" || group === "menolak", stall_effect: null, ...more });
    const past = args.visit ? one.visits.find((visit) => visit.id === args.visit) : null;
    const reply: S.VisitSheet = { trader: { id: one.id, name: one.name, stall: one.stall, goods: GOODS[one.goods]![2] }, now: at("09:34"),
      outcomes: [
        outcome("mengajar", "Bertemu dan mengajar", "Met and taught", "bertemu", true, { taught: true, asks: ["topik_latihan", "langkah", "kebutuhan"], follow_up_days: 2 }), outcome("diminta_kembali", "Diminta kembali", "Asked to come back", "bertemu", true, { asks: ["janji", "alasan_tertunda"], follow_up_days: 1 }),
        outcome("pergi", "Pedagang sedang pergi", "Trader away for a moment", "tidak_bertemu", true, { saves_at_once: true, follow_up_days: 0 }), outcome("tutup", "Tutup saat didatangi", "Closed at the time", "tidak_bertemu", true, { saves_at_once: true, follow_up_days: 1, stall_effect: "closed_now" }),
        outcome("menolak", "Belum bersedia", "Not willing for now", "menolak", true, { asks: ["alasan_menolak"], follow_up_days: 7 }), outcome("pindah", "Pindah tempat", "Moved elsewhere", "lapak", true, { asks: ["lapak_baru"], follow_up_days: 1, stall_effect: "moved" }),
        outcome("mengajar_sebagian", "Mengajar sebagian, dilanjutkan nanti", "Taught in part, to be continued", "bertemu", false, { taught: true, asks: ["topik_latihan", "alasan_tertunda", "janji"], follow_up_days: 1 }), outcome("penjelasan", "Bertemu, baru dijelaskan", "Met, explained only", "bertemu", false, { asks: ["kemauan", "alasan_tertunda"], follow_up_days: 2 }), outcome("menolak_tetap", "Minta tidak didatangi lagi", "Asked not to be visited again", "menolak", false, { asks: ["alasan_menolak"] }), outcome("kosong", "Lapak kosong", "Stall is empty", "lapak", false, { follow_up_days: 2, stall_effect: "vacant" }),
      ],
      topics: [["latih.manfaat", "Manfaat dan biaya", false], ["latih.foto", "Memotret produk", true], ["latih.unggah", "Mengunggah produk", true], ["latih.pesanan", "Menjawab pesanan", true], ["latih.kemas", "Mengemas", false], ["latih.promosi", "Promosi sederhana", false], ["latih.aman", "Aman: OTP, kata sandi, penipuan", true]].map(([code, id, required]) => ({ code: code as string, label: L(id as string), required: required as boolean, done: false })),
      channels: this.channels(one), reasons: [["belum_hp", "Belum punya HP pintar"], ["sibuk", "Tidak ada waktu"], ["takut", "Takut penipuan"], ["biaya", "Keberatan biaya"], ["puas", "Sudah cukup ramai"]].map(([code, id]) => ({ code: code!, label: L(id!), used_for: ["menolak"] })),
      needs: [["kuota", "Kuota internet"], ["kemasan", "Kemasan"], ["nib", "Bantuan NIB"]].map(([code, id]) => ({ code: code!, label: L(id!) })),
      questions: [{ code: "kemauan", label: L("Kemauan", "Willingness"), type: "choice", choices: [["mau_sekarang", "Mau sekarang"], ["mau_nanti", "Mau, nanti"], ["ragu", "Masih ragu"], ["belum_mau", "Belum mau"]].map(([code, id]) => ({ code: code!, label: L(id!) })), value: "mau_nanti", about: "willingness" }, { code: "hp_pintar", label: L("Punya HP pintar", "Has a smartphone"), type: "yes_no", choices: [], value: null, about: "ability" }],
      phrases: [["perlu_kuota", "Perlu kuota", "kuota"], ["perlu_foto", "Perlu foto", null], ["anak", "Anak membantu", null]].map(([code, id, need]) => ({ code: code!, label: L(id!), need: need ?? null })), days: TOMORROW.map((date, i) => ({ date, label: i === 0 ? "tomorrow" : i === 1 ? "day_after" : null })),
      consent_asked: one.consent !== "not_asked", consent_text: L("Kami mendampingi Bapak/Ibu berjualan daring.\nBapak/Ibu boleh menolak dan tetap boleh diajari.\nApakah Bapak/Ibu setuju?"), draft: this.drafts.get(one.id) ?? null,
      amend: past ? { id: past.id, at: past.at, outcome: past.outcome, note: past.note, reason: null, follow_up_date: null, answers: {}, returns: [] } : null };
    return reply;
  }
  do_check_visit(args: { action: S.VisitAction }): S.CheckReply { return { warnings: args.action.steps?.includes("tokopedia.4") && !args.action.steps.includes("tokopedia.3") ? [{ code: "urutan", about: "tokopedia.4", label: L("Atur pengiriman sebelum Unggah produk pertama. Benar?", "Delivery before the first product. Right?") }] : [] }; }
  do_visit(args: S.VisitAction) {
    const one = this.traders.find((known) => known.id === args.trader);
    if (!one) return failure("trader_unknown");
    const id = `n${this.nth}`;
    one.visits = [{ id, at: at("09:41"), day: DATE, outcome: args.outcome, outcome_label: L(args.outcome), by: "Wasih", mine: true, note: args.note ?? null, steps: [], sent: "tablet", void: false, return_id: null }, ...one.visits];
    for (const step of args.steps ?? []) one.steps.add(step);
    one.group = "sudah"; one.sent = "tablet"; one.tile = "diajari"; one.reason = { icon: "check", head: L("Sudah hari ini", "Done today"), detail: L(args.outcome) };
    this.waiting.unshift({ n: this.nth, at: at("09:41"), who: { trader: one.id, name: one.name, stall: one.stall }, what: L("Diajari", "Taught"), icon: "taught", steps: args.steps?.length ?? 0, mine: true, by: null });
    return { visit_id: id, change: { device_id: "d", n: this.nth++ }, warnings: [] };
  }
  do_undo(args: { visit: string }) { for (const one of this.traders) for (const visit of one.visits) if (visit.id === args.visit) { visit.void = true; one.group = "lain"; one.tile = "belum"; one.sent = null; } return { change: { device_id: "d", n: this.nth++ } }; }
  do_amend() { this.returned = false; return { change: { device_id: "d", n: this.nth++ } }; }
  do_consent(args: { trader: string; answer: boolean }) { const one = this.traders.find((known) => known.id === args.trader); if (one) one.consent = args.answer ? "yes" : "no"; return { consent_id: "c", change: { device_id: "d", n: this.nth++ } }; }
  do_save_draft(args: { trader: string; draft: unknown }) { if (args.draft === null) this.drafts.delete(args.trader); else this.drafts.set(args.trader, args.draft); return {}; }
  do_new_trader_form(): S.NewTraderForm { return { markets: [{ code: "KNM", name: "Pasar Kanoman" }], market: "KNM", goods: GOODS.map(([code, id]) => ({ code, label: L(id) })), block_hint: "B", readiness: { code: "kemauan", label: L("Kemauan"), type: "choice", choices: ["mau_sekarang", "mau_nanti", "ragu", "belum_mau"].map((code) => ({ code, label: L(code) })), value: null, about: "willingness" } }; }
  do_check_duplicates(args: S.Typed): S.DuplicatesReply {
    const found = this.traders.filter((one) => one.stall === args.stall || (args.phone && one.phone.endsWith(args.phone.replace(/\D/g, "").replace(/^0/, "")))).slice(0, 2);
    return { possible_duplicates: found.map((one) => ({ id: one.id, name: one.name, stall: one.stall, goods: GOODS[one.goods]![2], last_visit: { by: "Aris", day: "2019-08-01" }, why: [...(one.stall === args.stall ? ["same_stall"] : []), ...(args.phone ? ["same_phone"] : []), ...(args.name ? ["close_name"] : [])] })) };
  }
  do_add_trader(args: S.AddTrader) { const id = `t${this.traders.length}`; this.traders.push({ id, name: args.name ?? "", stall: args.stall, block: args.stall[0] ?? "B", goods: 0, group: "lain", reason: REASONS[0]!, tile: "belum", layer: 1, stage: "terdata", sent: null, appointment: null, phone: args.phone ?? "", visits: [], steps: new Set(), consent: "not_asked" }); return { id, change: { device_id: "d", n: this.nth++ }, possible_duplicates: [] }; }
  do_send_box(): S.SendBox {
    const fix: S.ToFix[] = this.scenario.empty ? [] : [{ kind: "held", n: 0, at: at("08:00"), who: this.who(110), what: L("Kunjungan", "Visit"), reason: "out-of-scope", reason_label: L("Di luar pasar tugas", "Outside the assigned markets") }];
    if (this.returned && !this.scenario.empty) fix.push({ kind: "returned", visit_id: "v6a", return_id: "r1", who: this.who(28), by: "Bu Dewi", reason_label: L("Tahap tanpa bukti"), reason_text: "Foto kios buram, nomor kios tidak terbaca", at: at("19:05", "2019-08-05") });
    return { books_today: this.books(), fix, waiting: this.waiting, sent_today: this.scenario.empty ? [] : [{ at: at("07:42"), count: this.sentToday, receipt: "7Q4K0742", same_as_server: true }], bytes_waiting: 3900, last_sync_at: at("07:42"), sync: this.state() };
  }
  /** Something that looks like a QR code: three eyes, and a pattern that means nothing. */
  private qr(): boolean[][] {
    const SIZE = 25;
    const eyes = [[3, 3], [21, 3], [3, 21]] as const;
    const dark = (x: number, y: number): boolean => {
      for (const [cx, cy] of eyes) {
        const ring = Math.max(Math.abs(x - cx), Math.abs(y - cy));
        if (ring <= 4) return ring !== 2 && ring !== 4;
      }
      const mixed = Math.imul(x * 31 + y * 17 + 7, 2654435761) >>> 0;
      return ((mixed ^ (mixed >>> 13)) & 3) < 2;
    };
    return Array.from({ length: SIZE }, (_, y) => Array.from({ length: SIZE }, (_, x) => dark(x, y)));
  }
  do_day_page(): S.DayPage {
    const qr = this.qr();
    const sent = this.scenario.done || this.waiting.length === 0;
    return { date: DATE, market: "Pasar Kanoman", closed: this.closed, books: sent ? { recorded: 24, counted: 24, waiting: 0, held_back: 0, set_aside: 0 } : this.books(), receipt: sent ? "7Q4K0824" : null, receipt_qr: sent ? qr : null, received_at: sent ? at("16:48") : null, visits: 24, taught: 6, target: 6, listed: 3, new_traders: 2,
      tomorrow: this.traders.slice(3, 6).map((one, i) => ({ trader: one.id, at: ["08:30", "10:00", "13:00"][i] ?? null, name: one.name, stall: one.stall, what: L(["Atur pengiriman", "Saat sepi", "Foto produk"][i] ?? "") })), waiting: sent ? 0 : this.waiting.length, lead: "Bu Dewi", person: "Wasih" };
  }
  do_close_day() { this.closed = true; return { date: DATE, receipt: null, ...this.books() }; }
  do_reopen_day() { this.closed = false; return {}; }
  do_returned_page(): S.ReturnedPage {
    return { return_id: "r1", visit: { id: "v6a", at: at("10:20", "2019-08-05"), outcome: "mengajar", outcome_label: L("Bertemu dan mengajar", "Met and taught"), follow_up_date: "2019-08-09", note: null }, who: this.who(28), by: { name: "Bu Dewi", role: L("Ketua tim", "Team lead") }, at: at("19:05", "2019-08-05"), reason_label: null, reason_text: "Sebab belum diisi. Langkah Unggah produk benar sudah tayang?",
      fields: [{ field: "step.tokopedia.3", label: L("Unggah produk pertama"), value: true, kind: "step", choices: [] }, { field: "reason", label: L("Sebab", "Reason"), value: null, kind: "choice", choices: [{ code: "sibuk", label: L("Tidak ada waktu") }, { code: "takut", label: L("Takut penipuan") }] }], others: [{ label: L("Hasil", "Result"), value: L("Bertemu dan mengajar", "Met and taught") }, { label: L("Datang lagi", "Come back"), value: L("9 Agu", "9 Aug") }], index: 1, of: 1, answered: !this.returned };
  }
  do_sync() {
    this.sync = { ...this.sync, state: "sending", code: null };
    this.tell({ event: "sync", ...this.state() });
    setTimeout(() => {
      if (this.scenario.offline) this.sync = { ...this.sync, state: "failed", code: "offline" };
      else { this.sentToday += this.waiting.length; this.waiting = []; this.sync = { ...this.sync, state: "idle", at: at("09:50"), same_as_server: true }; }
      this.tell({ event: "sync", ...this.state() });
    }, 700);
    return { started: true };
  }
}
