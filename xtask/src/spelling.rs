//! `typos` over all files. If it isn't installed, pip installs it from PyPI into a folder in `target`.

use crate::{Result, paths, report::Tally, shell};
use std::{path::PathBuf, process::Command};

/// The pinned version: a newer one may know more words.
const VERSION: &str = "1.52.0";

/// The system packages that install `typos`.
pub fn packages() -> Vec<&'static str> {
    if shell::find_program("typos").is_some() { Vec::new() } else { vec!["python3", "python3-venv"] }
}

/// Checks the repository by `typos.toml`.
pub fn check() -> Result<Tally> {
    let Some(typos) = program()? else {
        return Ok(Tally::skip("`typos` isn't installed, and neither is Python, whose packages have it"));
    };
    shell::run(Command::new(typos).current_dir(paths::root()).args(["--format", "brief"]))?;
    Ok(Tally::pass())
}

/// The system's `typos`, or the one that pip installs. `None` without Python.
fn program() -> Result<Option<PathBuf>> {
    let installed = shell::find_program("typos");
    if installed.is_some() {
        return Ok(installed);
    }
    let Some(python) = shell::find_program("python3") else { return Ok(None) };
    let folder = paths::target().join(format!("xtask/typos-{VERSION}"));
    let typos = folder.join("bin/typos");
    if !typos.is_file() {
        shell::run(Command::new(python).args(["-m", "venv"]).arg(&folder))?;
        let pip = folder.join("bin/pip");
        shell::run(Command::new(pip).args(["install", "--quiet", &format!("typos=={VERSION}")]))?;
    }
    Ok(Some(typos))
}
