//! The photobooth as a process: its output and exit status.

use std::{
    path::Path,
    process::{Command, Output},
};

use tempfile::tempdir;

/// The photobooth, in an environment without displays and log settings.
fn photobooth(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_photobooth"));
    command.current_dir(folder).args(arguments);
    for variable in ["XDG_RUNTIME_DIR", "DISPLAY", "WAYLAND_DISPLAY", "RUST_LOG", "RUST_BACKTRACE"] {
        command.env_remove(variable);
    }
    command
}

/// Hides every driver: the program may use only a graphics API that this system lacks.
fn without_gpu(mut command: Command) -> Command {
    command.env("WGPU_BACKEND", if cfg!(target_os = "macos") { "dx12" } else { "metal" });
    command
}

fn run(mut command: Command) -> Output {
    command.output().expect("the photobooth can be run")
}

/// The rest of the single line `error: NAME: ...` on the standard error.
fn message(output: &Output, status: i32, name: &str) -> String {
    assert_eq!(output.status.code(), Some(status), "{output:?}");
    let errors = String::from_utf8_lossy(&output.stderr);
    let line = errors.strip_suffix('\n').filter(|line| !line.contains(char::is_control));
    let message = line.and_then(|line| line.strip_prefix("error: ")?.strip_prefix(name)?.strip_prefix(": "));
    message.unwrap_or_else(|| panic!("no single line 'error: {name}: ...': {output:?}")).to_owned()
}

#[test]
fn a_wrong_command_line_is_one_line_and_status_2() {
    let folder = tempdir().expect("a folder for temporary files");
    for arguments in [&["--sauce"][..], &["--size", "0x5"], &["--source", "camera"], &["--timeout", "-1"]] {
        let output = run(without_gpu(photobooth(folder.path(), arguments)));
        let message = message(&output, 2, "TypeError");
        assert!(message.ends_with("photobooth --help lists the options"), "{message}");
        assert!(output.stdout.is_empty());
    }
}

#[test]
fn help_needs_no_gpu() {
    let folder = tempdir().expect("a folder for temporary files");
    let output = run(without_gpu(photobooth(folder.path(), &["--help"])));
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    assert!(output.stdout.starts_with(b"usage: "), "{output:?}");
}

#[test]
fn without_a_gpu_the_photobooth_says_so() {
    let folder = tempdir().expect("a folder for temporary files");
    for arguments in [&[][..], &["--headless"]] {
        let output = run(without_gpu(photobooth(folder.path(), arguments)));
        let message = message(&output, 3, "NotSupportedError");
        assert!(message.contains("GPU") && message.contains("install"), "{message}");
    }
}
