//! Type-checks the library for Windows and macOS as a dependency of an app: without the features of Bevy that the
//! examples enable, which could hide a feature that the library lacks. The GitHub workflow checks the examples on those
//! systems. The browser has its own steps.

use crate::{Result, cargo, packages, paths, report::Tally, shell, toolchain, web};
use std::process::Command;

/// A system, and its targets. The standard library is built for the first.
struct System {
    name: &'static str,
    targets: &'static [&'static str],
}

const SYSTEMS: &[System] = &[
    System { name: "Windows", targets: &["x86_64-pc-windows-gnu", "x86_64-pc-windows-msvc"] },
    System { name: "macOS", targets: &["aarch64-apple-darwin", "x86_64-apple-darwin"] },
];

/// The features that are checked: those with code or dependencies for a system. `native` has the crate
/// `viewfinder-cameras`, whose code is for these systems alone.
///
/// The others would only build more of Bevy. `vpx` isn't among these, because `pkg-config` finds the libvpx of this
/// system alone. Nor are `h264`, `upload` and `clipboard`: `openh264-sys2` and `ring` compile C and C++ for their
/// target, and nobody has tried whether the stand-in compilers are enough for it.
const FEATURES: &str = "audio,dialog,effects,native,recorder,rtsp,virtual-camera";

/// `dlltool` and a C compiler for the crates that build for Windows.
const MINGW: &str = "gcc-mingw-w64-x86-64";

/// The system packages for it. None if rustup has the targets.
pub fn packages() -> Vec<&'static str> {
    let installed = toolchain::rustup_targets();
    let missing = SYSTEMS.iter().any(|system| system.installed_target(&installed).is_none());
    if !cfg!(target_os = "linux") {
        Vec::new()
    } else if missing && packages::is_known(toolchain::DEBIAN[0]) {
        [packages::BUILD, toolchain::DEBIAN, &[MINGW]].concat()
    } else {
        [packages::BUILD, &[MINGW]].concat()
    }
}

/// Checks each system. One that can't be checked here is skipped. Each Cargo checks its systems in one build, which
/// compiles macros and build scripts once and keeps all processors busy.
pub fn check() -> Result<Tally> {
    let installed = toolchain::rustup_targets();
    let debian = toolchain::has_debian();
    let mut tally = Tally::default();
    let (mut by_rustup, mut by_debian) = (Vec::new(), Vec::new());
    for system in SYSTEMS {
        match system.installed_target(&installed) {
            Some(target) => by_rustup.push((system.name, target)),
            None if debian => by_debian.push((system.name, system.targets[0])),
            None => {
                let targets = system.targets.join("` or `rustup target add ");
                tally += Tally::skip(format!(
                    "{} needs `rustup target add {targets}`, or Debian's package rustc-web",
                    system.name
                ));
            }
        }
    }
    for (cargo, systems) in [(cargo::cargo(), by_rustup), (debian_cargo(), by_debian)] {
        if systems.is_empty() {
            continue;
        }
        let targets: Vec<_> = systems.iter().map(|(_, target)| *target).collect();
        match shell::run(&mut cargo_check(cargo, &targets)) {
            Ok(()) => {
                for (name, _) in systems {
                    say!("{name}: checked")?;
                    tally += Tally::pass();
                }
            }
            Err(error) => {
                say!("error: {}: {error}", targets.join(", "))?;
                tally += Tally::fail();
            }
        }
    }
    Ok(tally)
}

impl System {
    /// The first of its targets that rustup has installed.
    fn installed_target(&self, installed: &[String]) -> Option<&'static str> {
        self.targets.iter().copied().find(|target| installed.iter().any(|name| name == target))
    }
}

/// Debian's cargo.
fn debian_cargo() -> Command {
    let mut command = toolchain::debian_cargo(paths::target());
    command.args(["-Z", "build-std"]);
    command
}

fn cargo_check(mut cargo: Command, targets: &[&str]) -> Command {
    // The profile of the pages: what runs on this machine is the same there.
    cargo.args(["check", "--lib", "--keep-going", "--profile", web::TEST_PROFILE]);
    cargo.args(["--no-default-features", "--features", FEATURES]);
    for target in targets {
        cargo.args(["--target", target]);
        if target.ends_with("-apple-darwin") && !cfg!(target_os = "macos") {
            // Some build scripts compile C for the target. Nothing is linked, so empty files will do.
            let stand_ins = paths::root().join("xtask/stand-in");
            let suffix = target.replace('-', "_");
            cargo.env(format!("CC_{suffix}"), stand_ins.join("cc"));
            cargo.env(format!("AR_{suffix}"), stand_ins.join("ar"));
        }
    }
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_target_of_rustup_is_preferred() {
        let installed = ["x86_64-unknown-linux-gnu", "x86_64-pc-windows-msvc"].map(str::to_owned);
        assert_eq!(SYSTEMS[0].installed_target(&installed), Some("x86_64-pc-windows-msvc"));
        assert_eq!(SYSTEMS[1].installed_target(&installed), None);
    }

    #[test]
    fn a_check_for_apple_has_a_compiler_to_stand_in() {
        let command = cargo_check(Command::new("cargo"), &["aarch64-apple-darwin"]);
        let stands_in = command.get_envs().any(|(name, value)| {
            name == "CC_aarch64_apple_darwin" && value.is_some_and(|path| Path::new(path).is_file())
        });
        assert_eq!(stands_in, !cfg!(target_os = "macos"));
    }
}
