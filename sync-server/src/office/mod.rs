//! What the office does, whoever asks: the command line now, its pages later. Each function works within one transaction.

pub mod backup;
pub mod campaign;
pub mod codes;
pub mod conflicts;
pub mod definition_file;
pub mod demo;
pub mod desk;
pub mod doctor;
pub mod duplicates;
pub mod erasure;
pub mod error;
pub mod export;
pub mod family;
pub mod forever;
pub mod held;
pub mod history;
pub mod import;
mod import_rows;
pub mod pairs;
pub mod people;
pub mod receipts;
pub mod record_edit;
pub mod refusal;
pub mod restore;
pub mod review;
pub mod scope;
pub mod sessions;
pub mod state;
pub mod summary;
pub mod tablets;
pub mod totals;
pub mod verify;

#[cfg(test)]
mod refusal_tests;
#[cfg(test)]
mod review_tests;
#[cfg(test)]
pub(crate) mod test_office;
#[cfg(test)]
mod totals_tests;
#[cfg(test)]
mod upkeep_tests;
#[cfg(test)]
mod verify_tests;
