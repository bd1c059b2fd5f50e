//! Errors: one line, an exit status, and a clean exit.

use std::fs;

use tempfile::tempdir;

use crate::{
    example::{Run, example, headless_with},
    pictures::write_picture,
};

#[test]
fn a_wrong_command_line_is_one_line_and_status_2() {
    let folder = tempdir().expect("a folder for temporary files");
    for arguments in [
        &["--sauce"][..],
        &["--source"],
        &["--source", "camera"],
        &["--source", "file:"],
        &["--width", "-1"],
        &["--facing", "up"],
        &["--timeout", "NaN"],
        &["two\nlines"],
    ] {
        let run = headless_with(folder.path(), arguments);
        let message = run.failed(2, "TypeError");
        assert!(message.ends_with("headless --help lists the options"), "{message}");
        assert_eq!(run.output, "");
    }
    for (name, arguments) in [("effects_gallery", &["--sauce"][..]), ("contact_sheet", &[]), ("luts", &[])] {
        Run::of(example(name, folder.path()).args(arguments)).failed(2, "TypeError");
    }
}

#[test]
fn each_error_is_one_line_with_its_name_and_status_3() {
    let folder = tempdir().expect("a folder for temporary files");
    let path = |name: &str| folder.path().join(name);
    write_picture(&path("picture.png"));
    fs::create_dir(path("assets")).expect("there is room");
    fs::write(path("assets/broken.cube"), "LUT_3D_SIZE 2\nnot a number\n").expect("there is room");
    fs::write(path("broken.png"), "no picture").expect("there is room");
    fs::create_dir(path("folder.png")).expect("there is room");
    let picture = "file:picture.png";
    for (arguments, name) in [
        (&["--source", "file:none.png", "--photo", "a.png"][..], "NotFoundError"),
        (&["--source", "file:none.png", "--list"], "NotFoundError"),
        (&["--source", "file:broken.png", "--photo", "a.png"], "NotSupportedError"),
        (&["--source", "device:none", "--photo", "a.png"], "NotFoundError"),
        (&["--source", picture, "--record", "a.avi"], "NotSupportedError"),
        (&["--source", picture, "--effects", "sepiaa", "--photo", "a.png"], "TypeError"),
        (&["--source", picture, "--effects", "sepia:amount=x", "--photo", "a.png"], "TypeError"),
        (&["--source", picture, "--effects", "lut:image=\"a.cube", "--photo", "a.png"], "TypeError"),
        (&["--source", picture, "--effects", "lut:image=broken.cube", "--photo", "a.png"], "DataError"),
        (&["--source", picture, "--effects", "lut:image=none.cube", "--photo", "a.png"], "NotFoundError"),
        (&["--source", picture, "--effects", "lut:image=../a.cube", "--photo", "a.png"], "NotAllowedError"),
        (&["--source", picture, "--effects", "lut:image=", "--photo", "a.png"], "TypeError"),
        (&["--source", picture, "--photo", "a.gif"], "NotSupportedError"),
        (&["--source", picture, "--photo", ""], "NotSupportedError"),
        (&["--source", picture, "--photo", "none/a.png"], "NotFoundError"),
        (&["--source", picture, "--photo", "folder.png"], "OperationError"),
        (&["--source", picture, "--stats", "none/a.json"], "NotFoundError"),
    ] {
        let run = headless_with(folder.path(), arguments);
        if arguments[1].starts_with("device:") {
            // Without any camera this is the only possible error.
            assert_eq!(run.status.code(), Some(3), "{run:?}");
            assert_eq!(run.errors.lines().count(), 1, "{run:?}");
        } else {
            run.failed(3, name);
        }
    }
}

#[test]
fn the_log_appears_on_request() {
    let folder = tempdir().expect("a folder for temporary files");
    let mut command = example("headless", folder.path());
    command
        .args(["--source", "synthetic", "--photo", "photo.png"])
        .env("RUST_LOG", "info")
        .env("NO_COLOR", "1");
    let run = Run::of(&mut command);
    assert!(run.status.success() && run.errors.contains(" INFO "), "{run:?}");
}

/// A process that exits while another thread compiles a pipeline can die by a signal: so it is run many times.
#[test]
fn an_immediate_error_ends_cleanly() {
    let folder = tempdir().expect("a folder for temporary files");
    for _ in 0..20 {
        let run = headless_with(folder.path(), &["--source", "file:none.png", "--photo", "photo.png"]);
        run.failed(3, "NotFoundError");
    }
}
