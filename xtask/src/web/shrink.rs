//! A smaller module by Binaryen's `wasm-opt`, where that is installed.

use super::size;
use crate::{Result, shell};
use std::{collections::BTreeMap, fs, path::Path, process::Command};
use wasmparser::{ExternalKind, Parser, Payload, RefType};

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

/// Shrinks the module in its place, if what comes out is still the same program.
pub fn shrink(module: &Path) -> Result<()> {
    let Some(program) = shell::find_program("wasm-opt") else {
        println!(
            "there is no wasm-opt, which would make the module smaller (Binaryen's, in its newest version)"
        );
        return Ok(());
    };
    println!("{:<40} {}", "before wasm-opt", size::megabytes(fs::metadata(module)?.len()));
    let small = module.with_extension("small");
    shell::run(Command::new(program).arg("-Oz").args(FEATURES).arg(module).arg("-o").arg(&small))?;
    if exported_tables(&fs::read(module)?)? == exported_tables(&fs::read(&small)?)? {
        fs::rename(small, module)?;
    } else {
        // Seen in version 108, which Debian 12 and Ubuntu 24.04 have.
        println!("this wasm-opt mixes up the module's tables, so it isn't used: take a newer one");
        fs::remove_file(small)?;
    }
    Ok(())
}

/// What the tables hold that the script may use, by their names.
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

    /// A module with a table of functions and one of references, of which one is exported as `t`.
    fn module(index: u8) -> Vec<u8> {
        let tables = [4, 7, 2, 0x70, 0, 1, 0x6f, 0, 1];
        let exports = [7, 5, 1, 1, b't', 1, index];
        [b"\0asm\x01\0\0\0".as_slice(), &tables, &exports].concat()
    }

    #[test]
    fn a_table_in_another_ones_place_is_seen() {
        let functions = exported_tables(&module(0)).unwrap();
        assert_eq!(functions["t"], Some(RefType::FUNCREF));
        assert_eq!(exported_tables(&module(1)).unwrap()["t"], Some(RefType::EXTERNREF));
        assert!(exported_tables(b"no module").is_err());
    }
}
