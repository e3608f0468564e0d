//! Corrections of a visit.
