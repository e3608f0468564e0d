//! Register files as market operators hand them over.

use crate::people;
use std::path::{Path, PathBuf};

/// A register in the plain form: the columns named as the fields.
#[derive(Clone, Debug, Default)]
pub struct Register {
    lines: Vec<String>,
}

impl Register {
    /// An empty register.
    pub fn new() -> Self {
        Self::default()
    }

    /// A register of `count` invented traders of one market, numbered from `first`.
    pub fn of(market: &str, first: usize, count: usize) -> Self {
        let mut register = Self::new();
        register.add(market, first, count);
        register
    }

    /// Adds `count` invented traders of a market, numbered from `first`.
    pub fn add(&mut self, market: &str, first: usize, count: usize) -> &mut Self {
        for number in first..first + count {
            self.row(
                &number.to_string(),
                market,
                &format!("Blok {} {}", (b'A' + (number % 8) as u8) as char, number),
                &people::name(number),
                &people::phone(number),
                "kerupuk",
            );
        }
        self
    }

    /// Adds one row; texts must not hold commas or quotes.
    pub fn row(
        &mut self,
        number: &str,
        market: &str,
        stall: &str,
        name: &str,
        phone: &str,
        commodity: &str,
    ) -> &mut Self {
        self.lines
            .push([number, market, stall, name, phone, commodity].join(","));
        self
    }

    /// Writes the file into a folder and gives its path.
    pub fn save(&self, dir: &Path, file: &str) -> PathBuf {
        let mut text = String::from("register_no,market,stall,name,phone,commodity\n");
        for line in &self.lines {
            text.push_str(line);
            text.push('\n');
        }
        let path = dir.join(file);
        std::fs::write(&path, text).expect("a register can be written");
        path
    }
}
