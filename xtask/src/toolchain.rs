//! Rust for other targets than this machine's: rustup's targets if they are installed. Otherwise Debian's Rust, which
//! includes the source of the standard library and builds it as a dependency.

use crate::{cargo, packages, paths, shell};
use std::{
    path::{Path, PathBuf},
    process::Command,
};

/// Debian's Rust for other targets, with the standard library's source.
pub const DEBIAN: &[&str] = &["rustc-web", "cargo-web", "rust-web-src"];

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";

/// The targets that rustup has installed.
pub fn rustup_targets() -> Vec<String> {
    if shell::find_program("rustup").is_none() {
        return Vec::new();
    }
    let text =
        shell::read(Command::new("rustup").args(["target", "list", "--installed"])).unwrap_or_default();
    text.lines().map(|line| line.trim().to_owned()).collect()
}

/// True if Debian's Rust is installed.
pub fn has_debian() -> bool {
    packages::missing(DEBIAN).is_empty() && Path::new(DEBIAN_RUSTC).exists()
}

/// Debian's cargo, for builds into this folder that include the standard library. `build-std` is unstable, so
/// `RUSTC_BOOTSTRAP` allows it.
pub fn debian_cargo(target_folder: PathBuf) -> Command {
    let mut command = Command::new("/usr/bin/cargo");
    command
        .current_dir(paths::root())
        .env("RUSTC", DEBIAN_RUSTC)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", target_folder);
    cargo::forget_ours(&mut command);
    command
}

/// The LLVM version of Debian's Rust, which its linker must match. apt knows it before the packages are installed.
pub fn debian_llvm() -> Option<u32> {
    let mut command = Command::new(shell::find_program("apt-cache")?);
    command.args(["depends", "--recurse", "--important", DEBIAN[0]]);
    llvm_among(&shell::read(&mut command).ok()?)
}

/// The version of LLVM's library among the packages that `apt-cache depends` lists.
fn llvm_among(dependencies: &str) -> Option<u32> {
    dependencies.lines().find_map(|line| line.trim().strip_prefix("Depends: libllvm")?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_llvm_among_the_dependencies() {
        let text = "rustc-web\n  Depends: libc6\nlibstd-rust-web-1.96\n  Depends: libllvm22\nlibllvm22\n";
        assert_eq!(llvm_among(text), Some(22));
        assert_eq!(llvm_among("rustc-web\n  Depends: gcc\n"), None);
    }
}
