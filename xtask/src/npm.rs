//! What npm brings, in the versions of a lock file: into the target folder, so that nothing is installed into the
//! checkout.

use crate::{Result, paths, shell};
use std::{fs, path::Path, process::Command};

const LOCK: &str = "package-lock.json";

/// Copies a folder with a package, and installs beside it what the package needs, unless that is there.
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
        // Not to be taken for installed the next time.
        fs::remove_file(folder.join(LOCK))?;
        Err(error)
    })
}

fn same(one: &Path, other: &Path) -> bool {
    fs::read(one).is_ok_and(|one| fs::read(other).is_ok_and(|other| one == other))
}
