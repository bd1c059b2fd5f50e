//! Packages from npm, in the versions of a lock file, installed into `target` instead of the checkout.

use crate::{Result, paths, shell};
use std::{fs, path::Path, process::Command};

const LOCK: &str = "package-lock.json";

/// Copies a folder with a `package.json` and installs its dependencies there, unless they are installed.
pub fn install(source: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder)?;
    let installed = folder.join("node_modules").is_dir() && same(&source.join(LOCK), &folder.join(LOCK));
    paths::copy(source, folder)?;
    if installed {
        return Ok(());
    }
    let npm = shell::require_program("npm")?;
    let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
    shell::run(Command::new(npm).current_dir(folder).args(arguments)).or_else(|error| {
        // Otherwise the next run would take it for installed.
        fs::remove_file(folder.join(LOCK))?;
        Err(error)
    })
}

fn same(one: &Path, other: &Path) -> bool {
    fs::read(one).is_ok_and(|one| fs::read(other).is_ok_and(|other| one == other))
}
