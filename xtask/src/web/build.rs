//! Compiles an example to WebAssembly.

use super::site::Site;
use crate::{
    Result,
    cargo::{self, Example},
    packages, paths, toolchain,
};
use std::{path::PathBuf, process::Command};

const TARGET: &str = "wasm32-unknown-unknown";

/// The profile that builds quickly.
pub const TEST_PROFILE: &str = "web-test";

/// The system packages for it. If rustup lacks the target: Debian's Rust and its linker.
pub fn packages() -> Vec<&'static str> {
    if !cfg!(target_os = "linux") {
        return Vec::new();
    }
    // Build scripts are linked for this machine.
    let mut packages = packages::BUILD.to_vec();
    if !rustup_has_target() && packages::is_known(toolchain::DEBIAN[0]) {
        packages.extend_from_slice(toolchain::DEBIAN);
        // It is called once in a run, so it leaks only a few bytes.
        packages.extend(toolchain::debian_llvm().map(|version| &*format!("lld-{version}").leak()));
    }
    packages
}

/// Checks that a toolchain has the target. The error names the package to install.
pub fn supported() -> Result<(), String> {
    if rustup_has_target() || toolchain::has_debian() {
        Ok(())
    } else {
        Err(format!("the browser needs `rustup target add {TARGET}`, or Debian's package rustc-web"))
    }
}

/// Builds the example with these features, without the default ones, and returns the linked module.
pub fn wasm<'a>(site: &Site, example: &Example, features: impl Iterator<Item = &'a str>) -> Result<PathBuf> {
    let mut command = cargo()?;
    let profile = if site.release { "web" } else { TEST_PROFILE };
    command.args(["--target", TARGET, "--profile", profile]);
    let kind = match example.package {
        None => "example",
        Some(_) => {
            command.args(["-p", &site.example]);
            "bin"
        }
    };
    command.args([&format!("--{kind}"), &site.example]);
    let features: Vec<&str> = features.chain(site.webgpu.then_some("bevy/webgpu")).collect();
    command.args(["--no-default-features", "--features", &features.join(",")]);
    cargo::built(&mut command, kind, &site.example)
}

/// `cargo build` of the toolchain that has the target.
fn cargo() -> Result<Command> {
    if rustup_has_target() {
        let mut command = cargo::cargo();
        command.arg("build");
        return Ok(command);
    }
    supported()?;
    let llvm = toolchain::debian_llvm().ok_or("apt doesn't say which LLVM Debian's Rust is built on")?;
    // Only this compiler builds these profiles, so it can share the target folder.
    let mut command = toolchain::debian_cargo(paths::target());
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", format!("wasm-ld-{llvm}")).args([
        "build",
        "-Z",
        "build-std=std,panic_abort",
    ]);
    Ok(command)
}

fn rustup_has_target() -> bool {
    toolchain::rustup_targets().iter().any(|target| target == TARGET)
}
