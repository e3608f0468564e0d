//! Takes the built pages (`ui/dist`) of the office into the program; without them it is built all the same and says so when asked.

#[path = "../ui/embed/array.rs"]
mod array;
#[path = "../ui/embed/pages.rs"]
mod pages;

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../ui/embed");
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui");
    array::write(&pages::built(&ui, "office", "tablet"));
}
