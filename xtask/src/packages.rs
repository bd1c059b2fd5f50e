//! System packages: what is missing is installed where the system has apt and we may use it, and named where
//! not.

use crate::{Result, report::Tally, shell};
use std::{
    fs,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
};

/// What building takes: a C compiler to link with, and libclang for the bindings to V4L2.
pub const BUILD: &[&str] = &["gcc", "libc6-dev", "pkg-config", "libclang-dev"];

/// What building the benches' baselines takes: libjpeg-turbo comes as its source.
pub const BENCHES: &[&str] = &["cmake", "nasm"];

/// Vulkan, in software where there is no GPU.
pub const GRAPHICS: &[&str] = &["libvulkan1", "mesa-vulkan-drivers"];

/// What a window takes on X11: the libraries that winit loads when it runs.
pub const WINDOW: &[&str] = &["libx11-xcb1", "libxcursor1", "libxi6", "libxrandr2", "libxkbcommon-x11-0"];

/// What tests compare with and show their windows on.
pub const TESTS: &[&str] = &["ffmpeg", "xvfb"];

/// Installs those of `packages` that are missing.
pub fn ensure(packages: &[&str]) -> Result<Tally> {
    if !cfg!(target_os = "linux") {
        say!("on this system cargo brings all that is needed")?;
        return Ok(Tally::pass());
    }
    if shell::find_program("apt-get").is_none() {
        let names = packages.join(" ");
        return Ok(Tally::skip(format!(
            "there is no apt here. Install what these are called on this system: {names}"
        )));
    }
    let missing = missing(packages);
    if missing.is_empty() {
        say!("all are there: {}", packages.join(" "))?;
        return Ok(Tally::pass());
    }
    say!("missing: {}", missing.join(" "))?;
    update()?;
    let install = |extra: &[&str]| -> Result<()> {
        let options = ["install", "--yes", "-qq", "--no-install-recommends"];
        shell::run(apt_get()?.args(options).args(&missing).args(extra))
    };
    match install(&[]) {
        // Debian's QEMU conflicts with a qemu-utils of another version.
        Err(_) if missing.contains(&"qemu-system-x86") && is_installed("qemu-utils") => {
            say!("once more, without qemu-utils")?;
            install(&["qemu-utils-"])?;
        }
        other => other?,
    }
    Ok(Tally::pass())
}

/// Whether apt knows a package, after a look at fresh lists if the old ones don't have it.
pub fn is_known(package: &str) -> bool {
    let known = || shell::succeeds(Command::new("apt-cache").args(["show", package]));
    known() || (update().is_ok() && known())
}

/// Reads the package lists anew, once per run.
pub fn update() -> Result<()> {
    static DONE: AtomicBool = AtomicBool::new(false);
    if DONE.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
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
    // A freshly started machine may be updating itself: wait for it.
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", "DPkg::Lock::Timeout=300"]);
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
