//! The compact form of a request and an answer.

mod answer;
mod changes;
mod records;
mod request;

pub use answer::{read_answer, write_answer};
pub use request::{read_request, write_request};

#[cfg(test)]
mod tests;
