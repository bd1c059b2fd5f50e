//! The machine: its system, and advice for one without a camera.

use std::{fs, process::Command, time::Duration};

use bevy_viewfinder::error::MediaError;
use serde::Serialize;

use crate::{options::Backend, time_limit::within};

/// The longest time that a program may take to print the version of the system.
const LIMIT: Duration = Duration::from_secs(5);

/// The system, for a bug report.
#[derive(Serialize, Debug, Clone)]
pub struct System {
    pub os: &'static str,
    pub architecture: &'static str,
    /// Its own name and version. Empty if unknown.
    pub version: String,
}

impl System {
    pub fn read() -> Self {
        let version = version().unwrap_or_default();
        Self { os: std::env::consts::OS, architecture: std::env::consts::ARCH, version }
    }
}

fn version() -> Option<String> {
    match std::env::consts::OS {
        "linux" => {
            let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
            let name = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
            let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
            Some(format!("{}, kernel {}", name.unwrap_or("unnamed").trim_matches('"'), kernel.trim()))
        }
        "macos" => output("sw_vers", &["-productVersion"]),
        "windows" => output("cmd", &["/c", "ver"]),
        _ => None,
    }
}

/// The output of a program.
fn output(program: &'static str, arguments: &'static [&'static str]) -> Option<String> {
    let run = move || {
        let output = Command::new(program).args(arguments).output();
        output.map_err(|error| MediaError::operation(format!("{program}: {error}")))
    };
    let output = within(LIMIT, run).ok()?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Lines for a user without a camera: where it was looked for, and what to do.
pub fn without_camera(backend: Backend) -> String {
    let (looked, advice) = match std::env::consts::OS {
        "linux" => (linux_nodes(), LINUX),
        "macos" => ("The cameras that macOS lets this program see.".into(), MACOS),
        "windows" => ("The cameras that Windows lists for apps.".into(), WINDOWS),
        os => (format!("The cameras of {os}."), ""),
    };
    format!(
        "There is no camera. Looked for ({}): {looked}\n\
         What you can do:\n\
         - Plug a camera in, or switch the built-in one on: some laptops have a key or a shutter for it.\n\
         - Close virtual machines that have taken the camera.\n\
         {advice}\
         - See how a report looks: camera_report --backend synthetic",
        backend.name()
    )
}

const LINUX: &str = "\
- List the cameras that the system knows: v4l2-ctl --list-devices (package v4l-utils), and lsusb.
- A container or sandbox must be given the device: --device /dev/video0.
- Cameras of Raspberry Pis and of laptops with an IPU6 need libcamera: start this program by libcamerify.
";

const MACOS: &str = "\
- Allow the terminal to use the camera: System Settings, Privacy & Security, Camera.
";

const WINDOWS: &str = "\
- Allow desktop apps to use the camera: Settings, Privacy & security, Camera.
- Look for the camera in the Device Manager.
";

/// The video nodes of Linux, in words.
fn linux_nodes() -> String {
    let entries = fs::read_dir("/dev").into_iter().flatten().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut nodes: Vec<_> = names.filter(|name| name.starts_with("video")).collect();
    nodes.sort();
    if nodes.is_empty() {
        "video devices in /dev, and there are none.".into()
    } else {
        format!("video devices in /dev that capture. There are {}, and none of them does.", nodes.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_has_a_name() {
        let System { os, architecture, version } = System::read();
        assert!(!os.is_empty() && !architecture.is_empty());
        if os == "linux" {
            assert!(version.contains("kernel "), "{version}");
        }
    }

    #[test]
    fn advice_is_for_people() {
        let text = without_camera(Backend::Default);
        assert!(text.starts_with("There is no camera.") && text.contains("--backend synthetic"), "{text}");
        assert!(text.lines().skip(2).all(|line| line.starts_with("- ")), "{text}");
    }
}
