//! The script between the browser and the module, by wasm-bindgen as a library: its version must match the crate's
//! exactly, and nobody has to install it.

use crate::Result;
use std::path::{Path, PathBuf};
use wasm_bindgen_cli_support::Bindgen;

/// Writes `NAME.js` and the module that it loads. Returns the module's path. Functions lose their names: in a build
/// that isn't optimized for size these are four fifths of the module. Panics still have their file and line.
pub fn generate(wasm: &Path, folder: &Path, name: &str) -> Result<PathBuf> {
    Bindgen::new()
        .input_path(wasm)
        .out_name(name)
        .web(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(folder)?;
    Ok(folder.join(format!("{name}_bg.wasm")))
}

#[cfg(test)]
mod tests {
    use crate::paths;
    use std::fs;

    /// The versions of all packages of that name in the lock file.
    fn locked(lock: &str, name: &str) -> Vec<String> {
        let start = format!("name = \"{name}\"\nversion = \"");
        lock.split(&start).skip(1).filter_map(|rest| Some(rest.split_once('"')?.0.to_owned())).collect()
    }

    /// The library rejects modules of another version, but only when a page is built.
    #[test]
    fn the_tool_has_the_version_of_the_crate() {
        let lock = fs::read_to_string(paths::root().join("Cargo.lock")).unwrap();
        let library = locked(&lock, "wasm-bindgen");
        assert_eq!(library.len(), 1, "{library:?}");
        assert_eq!(locked(&lock, "wasm-bindgen-cli-support"), library);
    }
}
