// Invented traders, put together from parts that nobody is meant by.
const FIRST = ["Rokayah", "Sobari", "Casinih", "Taryana", "Wiwin", "Sunarto", "Euis", "Kosim", "Nining", "Saptono", "Juminah", "Mansur", "Lasmi", "Ujang", "Rodiah", "Karta"];
const SECOND = ["Lestari", "Hidayat", "Puspita", "Nugraha", "Safitri", "Permana", "Wulandari", "Saputra"];

/** The n-th name; different for the first 128. @param {number} n */
export const name = (n) => `${FIRST[n % FIRST.length]} ${SECOND[Math.floor(n / FIRST.length) % SECOND.length]}`;

/** A register of `count` traders in one block. @param {number} count @param {string} [block] @param {string} [market] @returns {import("./office.mjs").Entry[]} */
export const traders = (count, block = "B", market = "KNM") =>
  Array.from({ length: count }, (_, n) => ({ market, stall: `${block}-${String(n + 1).padStart(2, "0")}`, name: name(n), phone: `0840-0000-${String(1000 + n)}` }));

/** A name of sixty letters and a note of four hundred, as they do come. */
export const LONG_NAME = "Hajjah Siti Rokayah binti Sobari Nurhidayat Kusumawardani Lestari";
export const LONG_NOTE = "Anaknya membantu sesudah pulang sekolah, jadi minta dijelaskan lagi pelan-pelan. ".repeat(5).trim();
