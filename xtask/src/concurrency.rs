//! Races, leaks and undefined behavior: the rooms of the library that threads share, in the package
//! `tests/concurrency`, which is built without Bevy.

use crate::{Result, cargo, packages, paths, report::Tally, shell, toolchain};
use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
};

/// The tests of scenarios with several threads. The rooms have unit tests of their own, too.
const SCENARIOS: &[&str] = &["--test", "scenarios"];

/// The unit tests that Miri, which is hundreds of times slower than the processor, is to end within minutes: by parts
/// of their names.
const MIRI_TESTS: &[&str] = &[
    "capture::lease",
    "capture::native",
    "frame::jpeg::bits",
    "frame::jpeg::tests::a_progressive_jpeg_is",
    "frame::jpeg::tests::pixels_are",
    "frame::jpeg::tests::samples_are",
    "frame::jpeg::tests::what_is_not_supported",
    "frame::pool",
    "frame::slot",
    "frame::staging",
    "source::custom",
    "tap::",
];

/// The packages with algorithms, whose unit tests Miri runs too.
const MIRI_PACKAGES: &[&str] = &["viewfinder-fiducial", "viewfinder-people"];

/// Runs the scenarios in many orders of their threads' steps.
pub fn model() -> Result<Tally> {
    cargo::test(test(cargo::cargo()).args(SCENARIOS).args(["--features", "model"]))
}

/// The system packages for the sanitizers: Debian's Rust if rustup has no source of the standard library.
pub fn packages() -> Vec<&'static str> {
    let has_source = sysroot().is_ok_and(|sysroot| source(&sysroot).is_dir());
    if !has_source && cfg!(target_os = "linux") && packages::is_known(toolchain::DEBIAN[0]) {
        [packages::BUILD, toolchain::DEBIAN].concat()
    } else {
        packages::BUILD.to_vec()
    }
}

/// Runs the scenarios and the unit tests with LeakSanitizer and with ThreadSanitizer.
pub fn sanitizers() -> Result<Tally> {
    let Some(host) = host()? else {
        return Ok(Tally::skip("the sanitizers are run on Linux, on x86-64 and 64-bit ARM"));
    };
    let mut tally = leaks(&host)?;
    tally += races(&host)?;
    Ok(tally)
}

/// LeakSanitizer replaces the allocator only, so the standard library is as rustup has it.
fn leaks(host: &str) -> Result<Tally> {
    let mut command = test(cargo::cargo());
    sanitize(&mut command, host, &["-Zsanitizer=leak".into()]);
    cargo::test(&mut command)
}

/// ThreadSanitizer must see the standard library, so that is built too.
fn races(host: &str) -> Result<Tally> {
    let sysroot = sysroot()?;
    let mut flags = vec![OsString::from("-Zsanitizer=thread")];
    let mut command = if source(&sysroot).is_dir() {
        test(cargo::cargo())
    } else if toolchain::has_debian() {
        let target = sysroot.join("lib/rustlib").join(host);
        let Some(runtime) = runtime(&target.join("lib")) else {
            return Ok(Tally::skip("this toolchain of Rust has no runtime of ThreadSanitizer"));
        };
        // Debian's Rust has no runtime. Rustup's is linked as C compilers link theirs, by its own linker: that of an
        // older system can't.
        flags.extend([
            "-Zexternal-clangrt".into(),
            "-Clink-arg=-fuse-ld=lld".into(),
            flag("-Clink-arg=-B", &target.join("bin/gcc-ld")),
            "-Clink-arg=-Wl,--export-dynamic,--whole-archive".into(),
            flag("-Clink-arg=", &runtime),
            "-Clink-args=-Wl,--no-whole-archive -lm -lpthread -lc".into(),
        ]);
        test(toolchain::debian_cargo(paths::target().join("concurrency")))
    } else {
        return Ok(Tally::skip(
            "ThreadSanitizer needs `rustup component add rust-src`, or Debian's package rustc-web",
        ));
    };
    sanitize(&mut command, host, &flags);
    cargo::test(command.args(["-Z", "build-std"]))
}

/// A flag that ends with a path.
fn flag(name: &str, path: &Path) -> OsString {
    let mut flag = OsString::from(name);
    flag.push(path);
    flag
}

/// Lets a command test the scenarios and the unit tests with these flags of the compiler, some of which are unstable.
fn sanitize(command: &mut Command, host: &str, flags: &[OsString]) {
    // With a target, the flags aren't those of macros and build scripts.
    command.args(["--no-fail-fast", "--lib", "--target", host]).args(SCENARIOS);
    command.env("RUSTC_BOOTSTRAP", "1").env("CARGO_ENCODED_RUSTFLAGS", flags.join("\x1f".as_ref()));
}

/// Runs unit tests and the scenarios in Miri.
pub fn miri() -> Result<Tally> {
    let mut version = miri_cargo();
    if shell::find_program("rustup").is_none() || !shell::succeeds(version.args(["miri", "--version"])) {
        return Ok(Tally::skip("Miri needs `rustup toolchain install nightly --component miri`"));
    }
    // Threads that nobody joins may still be on their way out when the tests are over. Miri calls that a leak.
    // LeakSanitizer looks for the others.
    let leaks = ("MIRIFLAGS", "-Zmiri-ignore-leaks");
    let mut tally = cargo::test(miri_test(&manifest()).args(SCENARIOS).env(leaks.0, leaks.1))?;
    let unit_tests = ["--lib", "--"].iter().chain(MIRI_TESTS);
    tally += cargo::test(miri_test(&manifest()).args(unit_tests).env(leaks.0, leaks.1))?;
    for package in MIRI_PACKAGES {
        tally += cargo::test(miri_test(&paths::root().join("Cargo.toml")).args(["-p", package, "--lib"]))?;
    }
    Ok(tally)
}

fn miri_cargo() -> Command {
    let mut command = Command::new("rustup");
    command.current_dir(paths::root()).args(["run", "nightly", "cargo"]);
    cargo::forget_ours(&mut command);
    command
}

fn miri_test(manifest: &Path) -> Command {
    let mut command = miri_cargo();
    command.args(["miri", "test", "--locked", "--manifest-path"]).arg(manifest);
    command
}

/// A command that tests the package.
fn test(mut cargo: Command) -> Command {
    cargo.args(["test", "--locked", "--manifest-path"]).arg(manifest());
    cargo
}

fn manifest() -> PathBuf {
    paths::root().join("tests/concurrency/Cargo.toml")
}

/// The folder of the compiler that builds this repository.
fn sysroot() -> Result<PathBuf> {
    let text = shell::read(Command::new("rustc").current_dir(paths::root()).args(["--print", "sysroot"]))?;
    Ok(text.trim().into())
}

/// The source of the standard library in it.
fn source(sysroot: &Path) -> PathBuf {
    sysroot.join("lib/rustlib/src/rust/library")
}

/// The runtime of ThreadSanitizer in a folder of libraries.
fn runtime(folder: &Path) -> Option<PathBuf> {
    let mut files = folder.read_dir().ok()?.flatten().map(|file| file.path());
    files.find(|path| path.to_string_lossy().ends_with("_rt.tsan.a"))
}

/// This machine's target, if it is one that the sanitizers support here.
fn host() -> Result<Option<String>> {
    let text = shell::read(Command::new("rustc").current_dir(paths::root()).arg("-vV"))?;
    Ok(supported_host(&text).map(str::to_owned))
}

/// The target that `rustc -vV` prints, if it is supported.
fn supported_host(version: &str) -> Option<&str> {
    let host = version.lines().find_map(|line| line.strip_prefix("host: "))?;
    ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"].into_iter().find(|supported| *supported == host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sanitizers_are_for_linux() {
        let version = |host| format!("rustc 1.95.0\nbinary: rustc\nhost: {host}\nrelease: 1.95.0\n");
        let linux = "aarch64-unknown-linux-gnu";
        assert_eq!(supported_host(&version(linux)), Some(linux));
        assert_eq!(supported_host(&version("aarch64-apple-darwin")), None);
    }

    #[test]
    fn flags_are_those_of_the_target_alone() {
        let mut command = Command::new("cargo");
        sanitize(&mut command, "host", &["-Zone".into(), "-Ztwo".into()]);
        let flags = command.get_envs().find(|(name, _)| *name == "CARGO_ENCODED_RUSTFLAGS");
        assert_eq!(flags.and_then(|(_, value)| value), Some("-Zone\x1f-Ztwo".as_ref()));
        assert!(command.get_args().any(|argument| argument == "--target"));
    }
}
