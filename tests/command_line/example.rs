//! Running an example.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Output},
};

/// The path of an example: beside the folder of this test.
///
/// # Panics
/// If it isn't built.
pub fn path(name: &str) -> PathBuf {
    let test = env::current_exe().expect("this program lies somewhere");
    let profile = test.parent().and_then(Path::parent).expect("it lies in target/PROFILE/deps");
    let example = profile.join("examples").join(name).with_extension(env::consts::EXE_EXTENSION);
    assert!(example.is_file(), "{} isn't built: cargo build --example {name}", example.display());
    example
}

/// An example with its assets in this folder, in an environment without displays and log settings.
pub fn example(name: &str, assets: &Path) -> Command {
    let mut command = Command::new(path(name));
    command.env("BEVY_ASSET_ROOT", assets).current_dir(assets);
    for variable in ["XDG_RUNTIME_DIR", "DISPLAY", "WAYLAND_DISPLAY", "RUST_LOG", "RUST_BACKTRACE"] {
        command.env_remove(variable);
    }
    command
}

/// Runs `headless` in this folder.
pub fn headless(folder: &Path, arguments: &[&OsStr]) -> Run {
    Run::of(example("headless", folder).args(arguments))
}

/// Runs `headless` with arguments that are Unicode.
pub fn headless_with(folder: &Path, arguments: &[&str]) -> Run {
    headless(folder, &arguments.iter().map(OsStr::new).collect::<Vec<_>>())
}

/// A program that has ended.
#[derive(Debug)]
pub struct Run {
    pub status: ExitStatus,
    pub output: String,
    pub errors: String,
}

impl Run {
    pub fn of(command: &mut Command) -> Self {
        let Output { status, stdout, stderr } = command.output().expect("the example can be run");
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Self { status, output: text(stdout), errors: text(stderr) }
    }

    /// Asserts that it exited with 0 and wrote nothing to its standard error.
    pub fn succeeded(self) -> Self {
        assert!(self.status.success() && self.errors.is_empty(), "{self:?}");
        self
    }

    /// Asserts that it exited with this status and wrote one line to its standard error: `error: NAME: ...`.
    /// Returns the rest of that line.
    pub fn failed(&self, status: i32, name: &str) -> &str {
        assert_eq!(self.status.code(), Some(status), "{self:?}");
        let line = self.errors.strip_suffix('\n').filter(|line| !line.contains(char::is_control));
        let message =
            line.and_then(|line| line.strip_prefix("error: ")?.strip_prefix(name)?.strip_prefix(": "));
        message.unwrap_or_else(|| panic!("no single line 'error: {name}: ...': {self:?}"))
    }
}
