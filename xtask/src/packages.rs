//! System packages: what is missing is installed where the system has apt and we may use it, and named where
//! not.

use crate::{Result, shell};
use std::{fs, process::Command};

/// Installs those of `packages` that are missing. What apt should take away goes with a minus at its end.
pub fn ensure(packages: &[&str]) -> Result<()> {
    let missing = missing(packages);
    if missing.is_empty() {
        println!("all packages are there: {}", packages.join(" "));
        return Ok(());
    }
    if shell::find_program("apt-get").is_none() {
        println!(
            "warning: this system has no apt. These are needed, by their Debian names: {}",
            packages.join(" ")
        );
        return Ok(());
    }
    println!("missing: {}", missing.join(" "));
    update()?;
    let mut command = apt_get()?;
    command.args(["install", "--yes", "-qq", "--no-install-recommends"]).args(&missing);
    if missing.contains(&"qemu-system-x86") && is_installed("qemu-utils") {
        // An older qemu-utils would stand in the way.
        command.arg("qemu-utils-");
    }
    shell::run(&mut command)
}

/// Reads the package lists anew.
pub fn update() -> Result<()> {
    shell::run(apt_get()?.args(["update", "-qq"]))
}

/// Those of `packages` that dpkg doesn't know as installed.
pub fn missing<'a>(packages: &[&'a str]) -> Vec<&'a str> {
    packages.iter().copied().filter(|package| !is_installed(package)).collect()
}

fn is_installed(package: &str) -> bool {
    shell::find_program("dpkg-query").is_some()
        && Command::new("dpkg-query")
            .args(["--show", "--showformat=${db:Status-Status}", package])
            .output()
            .is_ok_and(|output| output.stdout == b"installed")
}

/// apt-get with the rights to change the system.
fn apt_get() -> Result<Command> {
    let mut command = if is_root() {
        Command::new("env")
    } else if shell::find_program("sudo").is_some() {
        let mut command = Command::new("sudo");
        command.arg("env");
        command
    } else {
        return Err("packages are missing, and this user can't install them: be root, or install sudo".into());
    };
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    Ok(command)
}

fn is_root() -> bool {
    fs::read_to_string("/proc/self/status").is_ok_and(|status| {
        status.lines().any(|line| {
            line.strip_prefix("Uid:").is_some_and(|ids| ids.split_whitespace().nth(1) == Some("0"))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_is_not_there_is_missing() {
        assert_eq!(missing(&["no-such-package-anywhere"]), ["no-such-package-anywhere"]);
        if shell::find_program("dpkg-query").is_some() {
            assert!(missing(&["dpkg"]).is_empty());
        }
    }
}
