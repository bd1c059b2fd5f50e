//! Machines without a GPU or a software driver.

use std::process::Command;

use tempfile::tempdir;

use crate::example::{Run, example};

/// The examples that draw, with their arguments.
const DRAWING: &[(&str, &[&str])] = &[
    ("contact_sheet", &["sheet.png"]),
    ("custom_effect", &[]),
    ("effects_gallery", &["--synthetic"]),
    ("headless", &["--source", "synthetic", "--photo", "photo.png"]),
    ("material", &[]),
    ("minimal", &[]),
    ("multi_camera", &[]),
    ("recorder", &[]),
    ("settings", &[]),
];

/// Hides every driver from a program: it may use only a graphics API that this system lacks.
fn without_gpu(command: &mut Command) -> &mut Command {
    command.env("WGPU_BACKEND", if cfg!(target_os = "macos") { "dx12" } else { "metal" })
}

#[test]
fn help_and_lists_need_no_gpu() {
    let folder = tempdir().expect("a folder for temporary files");
    for arguments in [&["--help"][..], &["--list-effects"], &["--list", "--source", "synthetic"]] {
        let run = Run::of(without_gpu(&mut example("headless", folder.path())).args(arguments)).succeeded();
        assert!(run.output.lines().count() > 5, "{arguments:?}: {}", run.output);
    }
    let run = Run::of(without_gpu(&mut example("effects_gallery", folder.path())).arg("--help")).succeeded();
    assert!(run.output.starts_with("usage: "), "{}", run.output);
}

#[test]
fn examples_that_draw_say_that_there_is_no_gpu() {
    let folder = tempdir().expect("a folder for temporary files");
    // The contact sheet reads its image first.
    let picture = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/pictures/eileen_collins.jpg");
    for (name, arguments) in DRAWING {
        let mut command = example(name, folder.path());
        command.args(*arguments);
        if *name == "contact_sheet" {
            command.arg(picture);
        }
        let run = Run::of(without_gpu(&mut command));
        let message = run.failed(3, "NotSupportedError");
        assert!(message.contains("GPU") && message.contains("install"), "{name}: {message}");
    }
}
