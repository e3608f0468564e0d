//! Stories of the store with a server in memory: saving, acknowledgements, forks, fills, erasure and the books.

mod books;
mod copy;
mod keys;
mod lines;
pub mod office;
mod older;
mod plans;
mod restored;
mod stories;
