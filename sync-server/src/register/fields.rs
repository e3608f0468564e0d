//! The fields of a register and the headings by which offices call them.

use super::RegisterError;

/// All fields, in the order in which messages list them; also the default column names.
pub const FIELDS: [&str; 12] = [
    "register_no",
    "market",
    "stall",
    "name",
    "nickname",
    "phone",
    "commodity",
    "zone",
    "stall_kind",
    "block",
    "floor",
    "note",
];

/// Headings seen in the field, in plain form (see [`plain`]). Within a field the earlier one is the better match:
/// "No" is often a mere running number, so it is the last that is taken for the register's own number.
const HEADINGS: [(&str, &[&str]); 12] = [
    (
        "register_no",
        &[
            "register no",
            "no register",
            "nomor register",
            "no registrasi",
            "nomor registrasi",
            "no induk",
            "nomor induk",
            "no pedagang",
            "nomor pedagang",
            "id pedagang",
            "kode pedagang",
            "no urut",
            "nomor urut",
            "register number",
            "nomor",
            "no",
        ],
    ),
    (
        "market",
        &["market", "pasar", "nama pasar", "kode pasar", "market code"],
    ),
    (
        "stall",
        &[
            "stall",
            "stall no",
            "stall number",
            "no lapak",
            "nomor lapak",
            "lapak",
            "no kios",
            "nomor kios",
            "no los",
            "nomor los",
            "no kios los",
            "kios los",
            "los kios",
            "no tempat",
            "nomor tempat",
            "kios",
            "los",
            "tempat",
        ],
    ),
    (
        "name",
        &[
            "name",
            "nama",
            "nama pedagang",
            "nama lengkap",
            "nama pemilik",
            "trader name",
            "trader",
            "pedagang",
            "pemilik",
        ],
    ),
    (
        "nickname",
        &["nickname", "nama panggilan", "panggilan", "alias"],
    ),
    (
        "phone",
        &[
            "phone",
            "phone number",
            "no hp",
            "nomor hp",
            "hp",
            "no telepon",
            "nomor telepon",
            "telepon",
            "no telp",
            "nomor telp",
            "telp",
            "no tlp",
            "tlp",
            "handphone",
            "no handphone",
            "no wa",
            "nomor wa",
            "wa",
            "whatsapp",
            "no whatsapp",
            "no hp wa",
            "hp wa",
            "kontak",
        ],
    ),
    (
        "commodity",
        &[
            "commodity",
            "komoditi",
            "komoditas",
            "barang",
            "barang utama",
            "barang dagangan",
            "jenis barang",
            "jenis dagangan",
            "dagangan",
            "jualan",
            "jenis jualan",
            "jenis usaha",
            "goods",
        ],
    ),
    ("zone", &["zone", "zona"]),
    (
        "stall_kind",
        &[
            "stall kind",
            "jenis lapak",
            "jenis tempat",
            "tipe lapak",
            "jenis kios",
        ],
    ),
    ("block", &["block", "blok"]),
    ("floor", &["floor", "lantai", "lt"]),
    ("note", &["note", "notes", "catatan", "keterangan", "ket"]),
];

/// A heading as it is compared: lower case, each run of anything but letters and digits one space.
pub(super) fn plain(heading: &str) -> String {
    let spaced: String = heading
        .to_lowercase()
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The field that a heading names, with its rank (0: the field's own name; higher: a vaguer word), or `None`.
pub(super) fn ranked_field(heading: &str) -> Option<(&'static str, usize)> {
    let wanted = plain(heading);
    HEADINGS.iter().find_map(|(field, words)| {
        words
            .iter()
            .position(|word| *word == wanted)
            .map(|rank| (*field, rank))
    })
}

/// The field that a heading names by itself, in any case and punctuation, or `None`.
pub fn field_of_heading(heading: &str) -> Option<&'static str> {
    ranked_field(heading).map(|(field, _)| field)
}

/// A mapping whose field names are known: `(column heading, field)`.
pub(super) type Mapping = Vec<(String, &'static str)>;

/// Checks the fields of a mapping; columns can only be checked against a file.
pub(super) fn check_mapping(mapping: &[(String, String)]) -> Result<Mapping, RegisterError> {
    let mut checked: Mapping = Vec::with_capacity(mapping.len());
    for (column, field) in mapping {
        let wanted = field.trim();
        let Some(field) = FIELDS.into_iter().find(|known| *known == wanted) else {
            return Err(RegisterError::UnknownField {
                field: wanted.to_owned(),
                existing: FIELDS.join(", "),
            });
        };
        if checked.iter().any(|(_, taken)| *taken == field) {
            return Err(RegisterError::FieldTwice {
                field: field.to_owned(),
            });
        }
        checked.push((column.trim().to_owned(), field));
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_its_own_heading() {
        for field in FIELDS {
            assert_eq!(ranked_field(field), Some((field, 0)), "{field}");
        }
    }

    #[test]
    fn indonesian_headings_are_known_in_any_case_and_punctuation() {
        for (heading, field) in [
            ("No.", "register_no"),
            ("Nomor", "register_no"),
            ("NAMA PEDAGANG", "name"),
            ("Nama", "name"),
            ("Pasar", "market"),
            ("No. Lapak", "stall"),
            ("Lapak", "stall"),
            ("kios", "stall"),
            ("LOS", "stall"),
            ("HP", "phone"),
            ("No.HP", "phone"),
            ("Telepon", "phone"),
            ("Barang", "commodity"),
            ("Dagangan", "commodity"),
            ("Komoditi", "commodity"),
            (" No_HP/WA ", "phone"),
        ] {
            assert_eq!(field_of_heading(heading), Some(field), "{heading}");
        }
        assert_eq!(field_of_heading("Retribusi"), None);
        assert_eq!(field_of_heading(""), None);
    }
}
