//! The team, its tablets and its partners.

use super::super::FieldSpec;
use super::super::FieldType::{Bool, Code, Id, List, Text};
use super::{ADMIN, NOTE, TEXT, f};

#[rustfmt::skip]
pub const PERSON: &[FieldSpec] = &[
    f("name", Text(TEXT), ADMIN, "Nama", "Name"),
    f("role", Code, ADMIN, "Peran", "Role"),
    f("code", Code, ADMIN, "Kode", "Code"),
    f("markets", List, ADMIN, "Pasar tugas", "Assigned markets"),
    f("team", Id, ADMIN, "Tim", "Team"),
    f("active", Bool, ADMIN, "Aktif", "Active"),
];

#[rustfmt::skip]
pub const TEAM: &[FieldSpec] = &[
    f("name", Text(TEXT), ADMIN, "Tim", "Team"),
    f("lead", Id, ADMIN, "Ketua tim", "Lead"),
    f("markets", List, ADMIN, "Pasar", "Markets"),
];

#[rustfmt::skip]
pub const DEVICE: &[FieldSpec] = &[
    f("name", Text(TEXT), ADMIN, "Tablet", "Tablet"),
    f("people", List, ADMIN, "Pemakai", "People"),
    f("succeeds", Id, ADMIN, "Menggantikan", "Succeeds"),
    f("app_version", Text(TEXT), ADMIN, "Versi aplikasi", "App version"),
    f("revoked", Bool, ADMIN, "Dihentikan", "Revoked"),
    f("revoked_why", Text(NOTE), ADMIN, "Alasan dihentikan", "Why it was revoked"),
];

#[rustfmt::skip]
pub const PARTNER: &[FieldSpec] = &[
    f("code", Code, ADMIN, "Kode mitra", "Partner code"),
    f("name", Text(TEXT), ADMIN, "Mitra", "Partner"),
    f("needs", List, ADMIN, "Untuk kebutuhan", "For needs"),
];
