//! Takes the traits from `src/source.rs`, and leaves its list of sources out.

use std::{env, fs, path::Path};

/// The beginnings of lines that list modules and publish their items.
const LISTS: [&str; 7] =
    ["//!", "#[cfg(", "mod ", "pub mod ", "pub(crate) mod ", "pub use ", "pub(crate) use "];

fn main() {
    let source = "../../src/source.rs";
    println!("cargo::rerun-if-changed={source}");
    let text = fs::read_to_string(source).expect("the room `source` can be read");
    let traits: String =
        text.split_inclusive('\n').filter(|line| !LISTS.iter().any(|list| line.starts_with(list))).collect();
    let out = env::var("OUT_DIR").expect("Cargo sets it");
    fs::write(Path::new(&out).join("source.rs"), traits).expect("the traits can be written");
}
