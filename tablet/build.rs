//! Takes the built pages (`ui/dist`) of the tablet into the program; without them it is built all the same and says so when asked.

#[path = "../ui/embed/array.rs"]
mod array;
#[path = "../ui/embed/pages.rs"]
mod pages;

use std::path::Path;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=../ui/embed");
    // Only the bridge carries pages; the window has its own.
    if std::env::var_os("CARGO_FEATURE_CLI").is_none() {
        return;
    }
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ui");
    array::write(&pages::built(&ui, "tablet", "office"));
}
