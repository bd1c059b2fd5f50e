//! Outputs that are closed or full.

use std::io;

use tempfile::tempdir;

use crate::{
    example::{Run, example, headless_with},
    pictures::{color_of, is_near, write_picture},
};

#[test]
fn a_closed_pipe_is_a_success() {
    let folder = tempdir().expect("a folder for temporary files");
    write_picture(&folder.path().join("picture.png"));
    for arguments in [
        &["--help"][..],
        &["--list-effects"],
        &["--list", "--source", "synthetic"],
        &["--source", "file:picture.png", "--photo", "photo.png"],
    ] {
        let (reader, writer) = io::pipe().expect("the system has pipes");
        drop(reader);
        Run::of(example("headless", folder.path()).args(arguments).stdout(writer)).succeeded();
    }
    assert!(folder.path().join("photo.png").is_file());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_an_error() {
    use std::fs::File;

    let folder = tempdir().expect("a folder for temporary files");
    write_picture(&folder.path().join("picture.png"));
    let full = || File::options().write(true).open("/dev/full").expect("Linux has one");
    for arguments in [
        &["--help"][..],
        &["--list-effects"],
        &["--list", "--source", "synthetic"],
        &["--source", "file:picture.png", "--photo", "photo.png"],
        &["--source", "file:picture.png", "--stats", "/dev/full"],
    ] {
        let mut command = example("headless", folder.path());
        command.args(arguments);
        let is_stats = arguments.contains(&"--stats");
        let run = if is_stats { Run::of(&mut command) } else { Run::of(command.stdout(full())) };
        let message = run.failed(3, "OperationError");
        assert!(message.contains("free some space"), "{arguments:?}: {message}");
    }
    // The status is right even if the message can't be written.
    let mut command = example("headless", folder.path());
    let run = Run::of(command.args(["--source", "file:none.png", "--photo", "photo.png"]).stderr(full()));
    assert_eq!(run.status.code(), Some(3));
}

#[test]
fn a_success_says_where_the_photo_is_and_nothing_else() {
    let folder = tempdir().expect("a folder for temporary files");
    write_picture(&folder.path().join("picture.png"));
    let run =
        headless_with(folder.path(), &["--source", "file:picture.png", "--photo", "photo.png"]).succeeded();
    assert_eq!(run.output, "photo: photo.png\n");
    assert!(is_near(color_of(&folder.path().join("photo.png")), crate::pictures::COLOR));
}

#[test]
fn figures_are_json_whatever_the_file_is_called() {
    let folder = tempdir().expect("a folder for temporary files");
    // Characters that Rust's `{:?}` escapes in its own way.
    let names =
        ["10.00\u{202f}AM.png", "no\u{a0}break.png", "e\u{301} \u{1f469}\u{200d}\u{1f680}.png", "\u{7f}.png"];
    for name in names {
        write_picture(&folder.path().join(name));
        let source = format!("file:{name}");
        let arguments = ["--source", &source, "--seconds", "0.1", "--stats", "stats.json"];
        headless_with(folder.path(), &arguments).succeeded();
        let text = std::fs::read_to_string(folder.path().join("stats.json")).expect("the figures");
        let figures: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(figures["settings"]["label"], name, "{text}");
        assert_eq!(figures["settings"]["width"], 16, "{text}");
        assert!(figures["totalFrames"].as_u64().is_some_and(|count| count > 0), "{text}");
    }
}
