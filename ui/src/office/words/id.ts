// The words of the office's pages in Indonesian; `en.ts` has the same shape.
const n1 = (n: number, what: string) => `${n} ${what}`;

export const id = {
  app: "Grebeg Pasar",
  office: "Kantor",
  nav: {
    label: "Halaman kantor", groupToday: "Hari ini", campaign: "Ringkasan", day: "Tinjau hari", open: (n: number) => `${n} perlu dilihat`,
    profile: (name: string) => `Profil ${name}`, markets: (n: number) => n1(n, "pasar"), allMarkets: "semua pasar", skip: "Langsung ke isi",
  },
  common: {
    close: "Tutup", cancel: "Batal", retry: "Coba lagi", undo: "Urungkan", yes: "Ya", no: "Tidak", unknown: "–", today: "Hari ini", yesterday: "kemarin", loading: "Memuat…",
    noName: "Tanpa nama", figures: "Lihat angka", hideFigures: "Tutup angka", all: "Semua", and: "dan", help: "Bantuan tombol", print: "Cetak",
    market: (name: string) => (/^pasar /i.test(name) ? name : `Pasar ${name}`),
  },
  signIn: {
    title: "Masuk ke kantor", sub: "Untuk ketua tim, admin, dan pengamat.", login: "Nama masuk", password: "Kata sandi", show: "Tampilkan kata sandi", hide: "Sembunyikan kata sandi",
    button: "Masuk", busy: "Memeriksa…", empty: "Isi nama masuk dan kata sandi.",
    wrong: "Nama masuk atau kata sandi salah. Ketik lagi keduanya.", wait: (s: number) => `Terlalu banyak percobaan. Tunggu ${s} detik, lalu coba lagi.`,
    noCookie: "Alamat ini perlu https. Minta alamat yang benar ke admin.", ended: "Sesi berakhir. Masuk lagi; yang sudah diputuskan tetap tersimpan.",
    forgot: "Lupa kata sandi? Admin bisa membuat yang baru.", wrongRole: "Akun ini untuk tablet, bukan untuk kantor.",
  },
  profile: {
    title: "Profil", language: "Bahasa", theme: "Layar", light: "Terang", dark: "Gelap", keys: "Tombol satu huruf", keysSub: "J, K, A, R dan lainnya di halaman tinjau", on: "Nyala", off: "Mati", signOut: "Keluar",
  },
  line: {
    broken: (time: string) => `Sambungan terputus. Yang tampil data ${time}.`, sub: "Tombol menyala lagi setelah tersambung.", why: "Sambungan terputus",
  },
  problem: {
    title: "Belum bisa dimuat.", safe: "Data di server aman.", code: "Kode",
    words: {
      no_line: "Server tidak menjawab. Periksa sambungan internet.", server_busy: "Server sedang sibuk. Coba sebentar lagi.", store_failed: "Server sedang bermasalah. Beri tahu admin.",
      disk_full: "Disk server penuh. Beri tahu admin.", not_allowed: "Halaman ini bukan untuk peran ini.", unknown: "Yang dicari tidak ada lagi. Muat ulang halaman.",
      changed_meanwhile: "Kunjungan ini baru saja berubah. Lihat dulu isinya yang baru.", bad_value: "Ada isian yang belum benar.", no_chance: "Server sedang bermasalah. Beri tahu admin.",
    } as Record<string, string>,
    other: "Terjadi masalah. Coba lagi; bila tetap, sebutkan kodenya ke admin.",
  },
  fresh: {
    complete: "Semua tablet sudah mengirim", provisional: (n: number) => `Sementara: ${n} tablet belum mengirim hari ini`, provisionalDay: (n: number) => `Sementara: ${n} tablet belum mengirim`,
    title: "Tablet yang belum mengirim", last: (when: string) => `terakhir ${when}`, asOf: (time: string) => `data sampai ${time}`,
  },
  day: {
    title: (day: string) => `Tinjau ${day}`, sub: (visits: number, people: number) => `${visits} kunjungan dari ${people} canvasser`, pick: "Pilih hari", pickDay: (day: string) => `Pilih hari, sekarang ${day}`,
    dayOption: (day: string, n: string) => `${day} · ${n} kunjungan`,
    seen: (n: number, all: number) => `${n} dari ${all} sudah dilihat`, minutes: (n: number) => `± ${n} menit lagi`, done: "Semua sudah dilihat",
    groups: { exception: "Perlu dilihat", sample: "Sampel acak", rest: "Tanpa tanda" }, seed: (seed: string) => `benih ${seed}`, seedTitle: "Cara mengundi ulang sampel",
    seedHelp: "Benih ditetapkan dari kegiatan, tanggal, dan pasar, jadi sudah pasti sebelum hari dimulai. Urutan undian: SHA-256 dari benih, baris baru, dan kode kunjungan di ekspor; yang terkecil terpilih. Siapa pun yang memegang ekspor bisa mengundi ulang.",
    seedRun: "Coba sendiri:", showRest: (n: string) => `Tampilkan ${n} kunjungan`, hideRest: "Sembunyikan", noExceptions: "Tidak ada yang janggal.", list: "Kunjungan hari ini",
    steps: (n: number) => n1(n, "langkah"), topics: (n: number) => n1(n, "topik"), newTrader: "Pedagang baru", withheld: "Nama tidak ditampilkan", by: (who: string) => `dicatat ${who}`,
    toList: "Ke daftar", left: (n: number) => `sisa ${n}`, next: "Berikutnya", previous: "Sebelumnya", recorded: "Yang dicatat", evidence: "Bukti", history: "Riwayat pedagang ini", noHistory: "Belum ada kunjungan lain.",
    outcome: "Hasil", step: "Langkah", topic: "Diajarkan", note: "Catatan", comeBack: "Datang lagi", stage: "Tahap", reason: "Alasan", noSteps: "Tidak ada langkah", undone: "dibuka lagi", noNote: "Tidak ada catatan",
    clock: "Jam tablet", clockFine: "cocok", clockOff: (text: string) => `selisih ${text}`, consent: "Persetujuan", consentYes: (day: string) => `setuju, ${day}`, consentNo: (day: string) => `tidak setuju, ${day}`, consentNone: "belum ditanya",
    received: "Diterima", receivedAt: (when: string) => when, links: "Bukti langkah", noProof: "tanpa bukti", proof: (text: string) => text, since: "Jarak", sinceHelp: "waktu sejak catatan sebelumnya", first: "pertama hari itu",
    who: "Oleh", when: "Kapan", result: "Hasil", state: { belum: "Belum diperiksa", disetujui: "Disetujui", dikembalikan: "Dikembalikan" }, stateShort: { belum: "", disetujui: "Disetujui", dikembalikan: "Dikembalikan" },
    corrected: "Sudah diperbaiki", correctedBy: (who: string) => `${who} sudah memperbaiki kunjungan ini`, returnedBefore: (who: string, why: string) => `${who}: “${why}”`, waitingFix: "Menunggu perbaikan dari tablet", seenMark: "Dilewati",
    approve: "Setujui", give: "Kembalikan", skip: "Lewati", approveRest: (n: string) => `Setujui ${n} sekaligus`, restLocked: (n: number) => `Terbuka sesudah ${n} lagi dilihat`, restNone: "Semua sudah diputuskan", restWarn: (n: number) => `${n} tablet belum mengirim: yang menyusul jadi putaran kedua`,
    quick: ["Sesudah", ": alasan cepat"], chooseReason: "Mengapa dikembalikan?", ownReason: "Tulis alasan untuk canvasser", send: "Kirim", needWhy: "Tulis alasannya dulu.", asked: "Yang diminta diperiksa", reasonHint: "Tekan 1–9, atau pilih",
    approved: (name: string) => `Disetujui: ${name}`, approvedMany: (n: string) => `${n} kunjungan disetujui`, returned: (name: string) => `Dikembalikan: ${name}`, undone2: (n: number) => (n === 1 ? "Putusan dibatalkan" : `${n} putusan dibatalkan`),
    newVisits: (n: number) => (n === 1 ? "1 kunjungan baru" : `${n} kunjungan baru`), load: "Muat", none: "Belum ada kunjungan hari ini.", noneSub: "Kunjungan tampil di sini begitu tablet mengirim.", noneThen: "Tidak ada kunjungan pada hari itu.", pickOther: "Lihat hari lain",
    allDone: "Hari ini selesai ditinjau.", allDoneSub: (n: string) => `${n} kunjungan sudah diputuskan.`, position: (n: number, all: number) => `Kunjungan ${n} dari ${all}`, alreadyJudged: "Sudah diputuskan",
    timeline: (n: number, from: string, to: string) => `${n} kunjungan antara ${from} dan ${to}`, timelineThis: "kunjungan ini",
    flag: {
      terlalu_cepat: (n: number, min: number) => (n > 1 ? `${n} kunjungan dalam ${min} menit` : "Terlalu cepat"), terlalu_cepat_why: "Biasanya satu pelajaran 9–25 menit. Bisa jadi dicatat sekaligus sesudahnya.",
      hp_sama: (n: number) => `Nomor HP sama dengan ${n} kios lain`, hp_sama_why: "Bisa satu keluarga, bisa juga nomor canvasser.",
      urutan: "Langkah ini biasanya sesudah langkah lain.", langkah_serentak: "Semua langkah satu kanal selesai dalam satu menit.", tahap_tanpa_bukti: "Langkah ini perlu bukti, dan belum ada.",
      catatan_sama: (n: string) => `Catatan yang sama dipakai ${n} kali hari itu.`, dilatih_dua_kali: (day: string) => `Pedagang ini sudah diajari ${day}.`, jam_tablet: "Jam tablet menyimpang; waktunya sudah dibetulkan.", bekas_pemegang: "Pencatat tidak memegang pasar ini lagi.",
      nomor_pribadi: "Catatan mungkin memuat nomor KTP, rekening, atau kode. Minta dihapus.", dua_catatan: "Dua orang mengisi hal yang berbeda.", tanpa_lapak: "Nomor kios belum diisi.", tanpa_barang: "Barang jualan belum diisi.", foto_sama: "Foto yang sama dipakai kunjungan lain.",
      about: (text: string) => `Tentang: ${text}`,
    },
    keys: {
      title: "Tombol cepat", j: "kunjungan berikutnya", k: "kunjungan sebelumnya", enter: "ke rincian", a: "setujui", r: "kembalikan", digits: "pilih alasan sesudah R", s: "lewati", b: "setujui yang tanpa tanda", z: "urungkan putusan terakhir", esc: "tutup", help: "bantuan ini", off: "Bisa dimatikan di profil.",
    },
  },
  campaign: {
    title: "Ringkasan kegiatan", dayOf: (n: number, all: number) => `hari ke-${n} dari ${all}`, notOfficial: "di luar jadwal", perDate: "Per tanggal", perDateNow: "Sekarang", pickDate: "Pilih tanggal", then: (day: string) => `Seperti diketahui akhir ${day}`, backNow: "Kembali ke sekarang", thenSub: "Yang dikirim sesudahnya tidak ikut.",
    traders: (stage: string) => `Pedagang ${stage.toLowerCase()}`, ofGoal: (goal: string, percent: string) => `dari ${goal} · ${percent}`, needed: "Perlu per hari", pace: "Laju 3 hari", left: "Sisa hari", forecast: "perkiraan", evenPace: "laju rata ke target", provisionalNow: (n: string) => `${n}, sementara`, todayIs: (n: string) => `${n} hari ini`, goal: "target",
    chart: (reached: string, goal: string, from: string, to: string, forecast: string) => `${reached} dari target ${goal} pedagang, ${from} sampai ${to}${forecast}`, chartForecast: (n: string) => `; dengan laju sekarang menjadi ${n}`,
    legend: { complete: "lengkap", provisional: "sementara", forecast: "perkiraan" }, tableDay: "Hari", tableReached: "Pedagang", tableState: "Keadaan", complete: "lengkap", provisional: "sementara", toCome: "belum",
    funnel: "Dari didatangi sampai jualan", funnelSub: "% dari tahap sebelumnya", stage: "Tahap", reached: "Pedagang", share: "Dari sebelumnya", withBefore: "Termasuk sebelum kegiatan", lost: "Pernah, kini tidak", onlineBefore: (n: string) => `${n} pedagang sudah jualan online sebelum kegiatan.`,
    cohorts: "Masih jualan sesudah produk tayang", live: "Tayang", cohortDay: (n: number) => `Hari ke-${n}`, cohort: (day: string, n: string) => `${day} · ${n} pedagang`, from: (day: string) => `mulai ${day}`, tomorrow: "besok", open: (n: string) => `${n} belum dicek`, unchecked: "belum dicek", noCohorts: "Belum ada produk tayang.", active: (a: string, n: string) => `${a} dari ${n} masih jualan`,
    byMarket: "Per pasar", even: (percent: string) => `garis = seharusnya hari ini (${percent})`, market: "Pasar", tablets: (n: number) => `${n} tablet belum`, allSent: "lengkap", all: "Semua", noGoal: "tanpa target", marketLine: (name: string, reached: string, goal: string) => `${name}: ${reached} dari ${goal}`,
    people: "Canvasser hari ini", peopleThen: (day: string) => `Canvasser ${day}`, name: "Nama", taught: "Diajari", visits: "Kunjungan", sent: "Terkirim", seeAll: (n: number) => `lihat ${n} orang`, seeFew: "lebih sedikit", notSent: "belum mengirim", noTablet: "tanpa tablet", noPeople: "Belum ada canvasser di pasar ini.", never: "belum pernah", part: (when: string) => `${when}, hari belum ditutup`,
    balance: "Kunjungan tercatat", counted: "dihitung", waiting: "di tablet", held: "tertahan", aside: "disisihkan", sentence: (r: string, c: string, w: string, h: string, s: string) => `${r} kunjungan tercatat sama dengan ${c} dihitung, tambah ${w} di tablet, tambah ${h} tertahan, tambah ${s} disisihkan`,
    viewer: "Angka saja, tanpa nama.", empty: "Belum ada data sampai tanggal itu.", emptySub: "Pilih tanggal lain.",
  },
};
export type Dictionary = typeof id;
