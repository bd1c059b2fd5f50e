//! System packages. Missing ones are installed by apt, as root or with sudo. Without apt their names are printed.

use crate::{Result, report::Tally, shell};
use std::{
    fs,
    process::Command,
    sync::atomic::{AtomicBool, Ordering},
};

/// For building: a C compiler for linking, libclang for the bindings to V4L2, libvpx and PipeWire, ALSA for
/// microphones, and a C++ compiler and an assembler for OpenH264. Without the assembler OpenH264 is built too, and is
/// three times slower.
pub const BUILD: &[&str] = &[
    "gcc",
    "g++",
    "libc6-dev",
    "pkg-config",
    "libasound2-dev",
    "libclang-dev",
    "libpipewire-0.3-dev",
    "libvpx-dev",
    "nasm",
];

/// For the tests of PipeWire: a session with a camera, the camera portal, and a sandbox.
pub const PIPEWIRE: &[&str] = &[
    "bubblewrap",
    "dbus-daemon",
    "gstreamer1.0-pipewire",
    "gstreamer1.0-plugins-base",
    "gstreamer1.0-tools",
    "libspa-0.2-modules",
    "pipewire",
    "pipewire-bin",
    "python3-dbus",
    "python3-gi",
    "wireplumber",
    "xdg-desktop-portal",
];

/// For building the baselines of the benches: libjpeg-turbo is built from source.
pub const BENCHES: &[&str] = &["cmake"];

/// Vulkan, in software if there is no GPU.
pub const GRAPHICS: &[&str] = &["libvulkan1", "mesa-vulkan-drivers"];

/// For a window on X11: the libraries that winit loads at run time.
pub const WINDOW: &[&str] = &["libx11-xcb1", "libxcursor1", "libxi6", "libxrandr2", "libxkbcommon-x11-0"];

/// For tests: references for images and their metadata, speakers and a microphone without hardware, system calls, and a
/// virtual display.
pub const TESTS: &[&str] =
    &["ffmpeg", "libasound2-plugins", "pulseaudio", "pulseaudio-utils", "python3-pil", "strace", "xvfb"];

/// For the tests of RTSP: a server that others wrote, with encoders of H.264, H.265 and JPEG.
pub const RTSP: &[&str] = &[
    "gir1.2-gst-rtsp-server-1.0",
    "gstreamer1.0-plugins-bad",
    "gstreamer1.0-plugins-base",
    "gstreamer1.0-plugins-good",
    "gstreamer1.0-plugins-ugly",
    "python3-gi",
];

/// Installs the packages that are missing.
pub fn ensure(packages: &[&str]) -> Result<Tally> {
    if !cfg!(target_os = "linux") {
        say!("no system packages are needed here")?;
        return Ok(Tally::pass());
    }
    if shell::find_program("apt-get").is_none() {
        let names = packages.join(" ");
        return Ok(Tally::skip(format!(
            "there is no apt here. Install these packages, or this system's equivalents: {names}"
        )));
    }
    let missing = missing(packages);
    if missing.is_empty() {
        say!("all are installed: {}", packages.join(" "))?;
        return Ok(Tally::pass());
    }
    say!("missing: {}", missing.join(" "))?;
    update()?;
    let install = |extra: &[&str]| -> Result<()> {
        let options = ["install", "--yes", "-qq", "--no-install-recommends"];
        shell::run(apt_get()?.args(options).args(&missing).args(extra))
    };
    match install(&[]) {
        // Debian's QEMU conflicts with another version of qemu-utils.
        Err(_) if missing.contains(&"qemu-system-x86") && is_installed("qemu-utils") => {
            say!("trying again without qemu-utils")?;
            install(&["qemu-utils-"])?;
        }
        other => other?,
    }
    Ok(Tally::pass())
}

/// True if apt knows a package. Updates the package lists if it doesn't.
pub fn is_known(package: &str) -> bool {
    let known = || shell::succeeds(Command::new("apt-cache").args(["show", package]));
    known() || (update().is_ok() && known())
}

/// Updates the package lists, at most once per run.
pub fn update() -> Result<()> {
    static DONE: AtomicBool = AtomicBool::new(false);
    if DONE.swap(true, Ordering::Relaxed) {
        return Ok(());
    }
    shell::run(apt_get()?.args(["update", "-qq"]))
}

/// The packages that aren't installed according to dpkg.
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

/// apt-get, as root or with sudo.
fn apt_get() -> Result<Command> {
    let mut command = if is_root() {
        Command::new("env")
    } else if shell::find_program("sudo").is_some() {
        let mut command = Command::new("sudo");
        command.arg("env");
        command
    } else {
        return Err(
            "packages are missing, and this user can't install them: run as root, or install sudo".into()
        );
    };
    // A machine that has just started may be running updates: wait for the lock.
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
    fn an_unknown_package_is_missing() {
        assert_eq!(missing(&["no-such-package-anywhere"]), ["no-such-package-anywhere"]);
        if shell::find_program("dpkg-query").is_some() {
            assert!(missing(&["dpkg"]).is_empty());
        }
    }
}
