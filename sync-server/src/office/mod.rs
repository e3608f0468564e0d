//! What the office does, whoever asks: the command line now, its pages later. Each function works within one transaction.

pub mod campaign;
pub mod codes;
pub mod demo;
pub mod desk;
pub mod error;
pub mod held;
pub mod import;
pub mod pairs;
pub mod people;
pub mod scope;
pub mod state;
pub mod tablets;
pub mod totals;
