//! Takes the traits from `src/source.rs`, and leaves its list of sources out.

use std::{env, fs, path::Path};

/// The beginning of the line after the list of sources.
const AFTER_LISTS: &str = "use crate::{";

fn main() {
    let source = "../../src/source.rs";
    println!("cargo::rerun-if-changed={source}");
    let text = fs::read_to_string(source).expect("the room `source` can be read");
    let traits = text.find(&format!("\n{AFTER_LISTS}")).expect("the traits follow the list of sources");
    let imports: String = text.lines().filter(|line| line.starts_with("use std::")).collect();
    let out = env::var("OUT_DIR").expect("Cargo sets it");
    fs::write(Path::new(&out).join("source.rs"), imports + &text[traits..])
        .expect("the traits can be written");
}
