//! Random choices that can be repeated: the seed is printed, and `GREBEG_SEED` brings it back.

use std::time::{SystemTime, UNIX_EPOCH};

/// A small generator (xorshift64*): good enough to choose moments and orders, and nothing else.
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    /// A generator seeded from `GREBEG_SEED`, else from the clock; prints the seed either way.
    pub fn new(story: &str) -> Self {
        let seed = std::env::var("GREBEG_SEED")
            .ok()
            .and_then(|text| text.parse().ok())
            .unwrap_or_else(|| {
                SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .map_or(1, |now| now.as_nanos() as u64 % 1_000_000_007)
            });
        println!("{story}: seed {seed} (repeat with GREBEG_SEED={seed})");
        Self::seeded(seed)
    }

    /// A generator with a seed of one's own.
    pub fn seeded(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// The next 64 bits.
    pub fn draw(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number from 0 up to, not including, `end` (which is at least 1).
    pub fn below(&mut self, end: usize) -> usize {
        (self.draw() % end.max(1) as u64) as usize
    }

    /// True in `percent` of 100 cases.
    pub fn percent(&mut self, percent: u64) -> bool {
        self.draw() % 100 < percent
    }

    /// One of the choices.
    pub fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        let index = self.below(of.len());
        &of[index]
    }

    /// Puts a list into another order.
    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for index in (1..list.len()).rev() {
            list.swap(index, self.below(index + 1));
        }
    }
}

/// A new random record id (UUID version 4) in lower case, from the system's generator.
pub fn fresh_id() -> String {
    let mut bytes = [0u8; 16];
    let mut source = std::fs::File::open("/dev/urandom").expect("the system has random numbers");
    std::io::Read::read_exact(&mut source, &mut bytes).expect("random numbers can be read");
    bytes[6] = (bytes[6] & 0x0f) | 0x40;
    bytes[8] = (bytes[8] & 0x3f) | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        "{}-{}-{}-{}-{}",
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..]
    )
}

/// How many random kills a story makes: `GREBEG_KILLS`, default 20 (`cargo xtask torture` sets 1,000).
pub fn kills() -> usize {
    std::env::var("GREBEG_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(20)
}

/// How often a story tries something that is done `long` times where `GREBEG_LONG` asks for it, and else a tenth as often.
pub fn times(long: usize) -> usize {
    if is_long() { long } else { long.div_ceil(10) }
}

/// Whether the long forms are asked for (`cargo xtask torture`).
pub fn is_long() -> bool {
    std::env::var_os("GREBEG_LONG").is_some()
}

/// Says a figure that `cargo xtask torture` puts into its table.
pub fn figure(name: &str, value: impl std::fmt::Display) {
    println!("figure: {name}: {value}");
}
