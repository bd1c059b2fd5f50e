//! Shrinks the module with Binaryen's `wasm-opt`, from the system or from npm.

use super::size;
use crate::{Result, npm, paths, shell};
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
};
use wasmparser::{ExternalKind, Parser, Payload, RefType};

/// The WebAssembly features that Rust's compiler uses. With `--all-features`, older versions of `wasm-opt` write
/// modules that browsers reject.
const FEATURES: &[&str] = &[
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--enable-simd",
];

/// The last version that mixes up a module's tables: Debian 12 and Ubuntu 24.04 have it.
const BROKEN: u32 = 108;

/// Shrinks the module in place. Keeps it unchanged if the result has other tables.
pub fn shrink(module: &Path) -> Result<()> {
    let Some(program) = program() else {
        say!("there is no wasm-opt to make the module smaller: install Node.js or Binaryen")?;
        return Ok(());
    };
    say!("{:<40} {}", "before wasm-opt", size::megabytes(fs::metadata(module)?.len()))?;
    let small = module.with_extension("small");
    shell::run(Command::new(program).arg("-Oz").args(FEATURES).arg(module).arg("-o").arg(&small))?;
    if exported_tables(&fs::read(module)?)? == exported_tables(&fs::read(&small)?)? {
        fs::rename(small, module)?;
    } else {
        say!(
            "this wasm-opt mixes up the module's tables, so its result isn't used: install a newer version"
        )?;
        fs::remove_file(small)?;
    }
    Ok(())
}

/// The system's wasm-opt if it is newer than the broken versions, otherwise npm's, which is slower.
fn program() -> Option<PathBuf> {
    let system = shell::find_program("wasm-opt");
    let version = |program: &PathBuf| version_in(&shell::read(Command::new(program).arg("--version")).ok()?);
    if system.as_ref().and_then(version).is_some_and(|version| version > BROKEN) {
        return system;
    }
    let has_node = ["node", "npm"].iter().all(|name| shell::find_program(name).is_some());
    if !has_node {
        return system;
    }
    let folder = paths::target().join("xtask/web/binaryen");
    match npm::install(&paths::root().join("xtask/web/binaryen"), &folder) {
        Ok(()) => Some(folder.join("node_modules/.bin/wasm-opt")),
        Err(error) => {
            let _ = say!("npm can't install wasm-opt: {error}");
            system
        }
    }
}

/// The number in `wasm-opt version 108 (version_108)`.
fn version_in(text: &str) -> Option<u32> {
    text.split_whitespace().find_map(|word| word.parse().ok())
}

/// The element types of the exported tables, by name.
fn exported_tables(module: &[u8]) -> Result<BTreeMap<String, Option<RefType>>> {
    let mut tables = Vec::new();
    let mut exported = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::TableSection(section) => {
                for table in section {
                    tables.push(table?.ty.element_type);
                }
            }
            Payload::ExportSection(section) => {
                for export in section {
                    let export = export?;
                    if export.kind == ExternalKind::Table {
                        exported.insert(export.name.to_owned(), tables.get(export.index as usize).copied());
                    }
                }
            }
            _ => {}
        }
    }
    Ok(exported)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module with a table of functions and a table of references. The one at `index` is exported as `t`.
    fn module(index: u8) -> Vec<u8> {
        let tables = [4, 7, 2, 0x70, 0, 1, 0x6f, 0, 1];
        let exports = [7, 5, 1, 1, b't', 1, index];
        [b"\0asm\x01\0\0\0".as_slice(), &tables, &exports].concat()
    }

    #[test]
    fn reads_the_version() {
        assert_eq!(version_in("wasm-opt version 108\n"), Some(108));
        assert_eq!(version_in("wasm-opt version 132 (version_132)"), Some(132));
        assert_eq!(version_in("wasm-opt"), None);
    }

    #[test]
    fn a_swapped_table_is_found() {
        let functions = exported_tables(&module(0)).unwrap();
        assert_eq!(functions["t"], Some(RefType::FUNCREF));
        assert_eq!(exported_tables(&module(1)).unwrap()["t"], Some(RefType::EXTERNREF));
        assert!(exported_tables(b"no module").is_err());
    }
}
