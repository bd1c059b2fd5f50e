//! A smaller module by Binaryen's `wasm-opt`, where that is installed.

use super::size;
use crate::{Result, shell};
use std::{fs, path::Path, process::Command};

/// What Rust's compiler lets the module use. Named one by one: with all features that it knows, older versions
/// of `wasm-opt` write modules that browsers refuse.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Shrinks the module in its place.
pub fn shrink(module: &Path) -> Result<()> {
    let Some(program) = shell::find_program("wasm-opt") else {
        println!("there is no wasm-opt, which would make the module smaller (Debian and Ubuntu: binaryen)");
        return Ok(());
    };
    println!("{:<40} {}", "before wasm-opt", size::megabytes(fs::metadata(module)?.len()));
    let small = module.with_extension("small");
    shell::run(Command::new(program).arg("-Oz").args(FEATURES).arg(module).arg("-o").arg(&small))?;
    Ok(fs::rename(small, module)?)
}
