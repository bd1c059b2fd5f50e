//! The photobooth as a process: its output and exit status.

use std::{
    fs,
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
fn a_wrong_settings_file_is_one_line_with_its_line_and_status_3() {
    let folder = tempdir().expect("a folder for temporary files");
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).expect("there is room");
    write("settings.ron", "(\n  countdwn: 3)");
    write("layouts.ron", "(layouts: \"layouts\")");
    fs::create_dir(folder.path().join("layouts")).expect("there is room");
    write("layouts/a.layout.ron", "(\n  name: \"A\",\n  canvas: (width: 100000, height: 10),\n  slots: [])");
    for (file, name, part) in [
        (
            "settings.ron",
            "DataError",
            "settings.ron:2: there is no option `countdwn`; did you mean `countdown`?",
        ),
        ("layouts.ron", "DataError", "a.layout.ron:3: a canvas of 100000x10 can't be made"),
        ("none.ron", "NotReadableError", "none.ron can't be read"),
        ("layouts", "NotReadableError", "layouts can't be read"),
    ] {
        let output = run(without_gpu(photobooth(folder.path(), &["--settings", file])));
        let message = message(&output, 3, name);
        assert!(message.contains(part), "{message}");
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

/// The values that ffprobe reads from a file, a line for each packet.
fn probe(path: &Path, entries: &str) -> Vec<Vec<f64>> {
    let mut command = Command::new("ffprobe");
    command.args(["-v", "error", "-of", "csv=p=0", "-show_entries", entries]).arg(path);
    let output = command.output().expect("ffprobe is installed");
    assert!(output.status.success(), "{output:?}");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers = |line: &str| line.split(',').filter_map(|number| number.parse().ok()).collect();
    text.lines().map(numbers).collect()
}

/// Needs a graphics driver. Software will do.
#[test]
fn a_headless_run_leaves_a_strip_a_collage_a_gif_a_boomerang_and_a_clip() {
    let folder = tempdir().expect("a folder for temporary files");
    let settings = "(camera: (320, 180), event: \"Test\", date: \"Today\", gif: (width: 160), \
                    boomerang: (width: 160), clip: (seconds: 1.5))";
    fs::write(folder.path().join("booth.ron"), settings).expect("there is room");
    let arguments = ["--headless", "--source", "synthetic", "--settings", "booth.ron", "--out", "results"];
    let output = run(photobooth(folder.path(), &arguments));
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let path = |name: &str| {
        let line = printed.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        folder.path().join(line.unwrap_or_else(|| panic!("no {name}: {printed}")))
    };
    assert_eq!(probe(&path("strip"), "stream=width,height"), [[591.0, 1772.0]]);
    assert_eq!(probe(&path("collage"), "stream=width,height"), [[1772.0, 1181.0]]);
    for name in ["GIF", "boomerang"] {
        assert_eq!(probe(&path(name), "stream=width,height"), [[160.0, 90.0]], "{name}");
    }
    let shots = probe(&path("GIF"), "packet=duration_time");
    assert_eq!(shots.len(), 4);
    assert!(shots.iter().flatten().all(|time| (time - 0.5).abs() < 0.001), "{shots:?}");
    // Two seconds there, and back without the first and the last frame.
    let frames = probe(&path("boomerang"), "packet=duration_time");
    let all: f64 = frames.iter().flatten().sum();
    assert!(frames.len() >= 2 && frames.len().is_multiple_of(2), "{frames:?}");
    assert!(frames.len() < 10 || (3.0..4.6).contains(&all), "{all} s: {frames:?}");
    // Without `vpx` it is Motion JPEG.
    let clip = path("clip");
    assert!(clip.ends_with("results/clip.webm") || clip.ends_with("results/clip.mkv"), "{}", clip.display());
    assert_eq!(probe(&clip, "stream=width,height"), [[320.0, 180.0]]);
    let frames = probe(&clip, "packet=pts_time");
    assert!(frames.len() >= 2 && frames.is_sorted_by(|a, b| a[0] < b[0]), "{frames:?}");
    let length = probe(&clip, "format=duration");
    assert!((1.4..3.0).contains(&length[0][0]), "{length:?}");
}
