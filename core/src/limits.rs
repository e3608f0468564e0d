//! Every maximum of the product, named once; derived ones are checked against each other below.

/// Longest name, stall, goods or other short text, in characters.
pub const TEXT_CHARS_MAX: usize = 200;
/// Longest note or reason, in characters.
pub const NOTE_CHARS_MAX: usize = 2_000;
/// Longest string anywhere inside a change, in bytes, known field or not.
pub const STRING_BYTES_MAX: usize = 8_192;
/// Fields that one patch may name.
pub const PATCH_FIELDS_MAX: usize = 64;
/// Patches of one change: one action of one person, or the definition of a campaign loaded at once.
pub const CHANGE_PATCHES_MAX: usize = 2_000;
/// Patches of one change that a tablet may send.
pub const TABLET_CHANGE_PATCHES_MAX: usize = 200;
/// Bytes of one encoded change.
pub const CHANGE_BYTES_MAX: usize = 1 << 20;
/// Changes in one request.
pub const REQUEST_CHANGES_MAX: usize = 500;
/// Changes of others in one request that a tablet offers back after a restore.
pub const RECOVERED_CHANGES_MAX: usize = 200;
/// Bytes of a request or an answer on the wire.
pub const WIRE_BYTES_MAX: usize = 1 << 20;
/// Bytes of an answer on the wire that a tablet takes.
pub const ANSWER_WIRE_BYTES_MAX: usize = 4 << 20;
/// Bytes of a request after unpacking.
pub const UNPACKED_BYTES_MAX: usize = 8 << 20;
/// Bytes of an answer after unpacking that a tablet takes.
pub const ANSWER_UNPACKED_BYTES_MAX: usize = 32 << 20;
/// Bytes of an answer's records once the names of all their fields are spelt out, about.
pub const ANSWER_SPELT_OUT_BYTES_MAX: usize = 128 << 20;
/// Depth of lists and maps inside a value or a JSON body.
pub const DEPTH_MAX: usize = 16;
/// Records in one page of an answer.
pub const PAGE_RECORDS_MAX: usize = 5_000;
/// Records that a tablet takes in one page, a newer server's larger pages included.
pub const PAGE_RECORDS_TAKEN_MAX: usize = 50_000;
/// Days that a tablet reports about in one request.
pub const REPORTS_MAX: usize = 120;
/// Visits that a tablet may report of one day, and waiting ones of one market and author.
pub const REPORT_VISITS_MAX: u64 = 1_000_000;
/// Parts of a tablet's report of one day: its people in their markets.
pub const REPORT_PARTS_MAX: usize = 1_000;
/// Distance of a stamp from its place on the server's time line that is still believed, in milliseconds.
pub const STAMP_TOLERANCE_MS: i64 = 60_000;
/// People who share one tablet.
pub const PEOPLE_ON_TABLET_MAX: usize = 16;

const _: () = assert!(TABLET_CHANGE_PATCHES_MAX <= CHANGE_PATCHES_MAX);
const _: () = assert!(
    NOTE_CHARS_MAX * 4 <= STRING_BYTES_MAX,
    "a note of four-byte characters has to fit"
);
const _: () = assert!(PAGE_RECORDS_MAX <= PAGE_RECORDS_TAKEN_MAX);
