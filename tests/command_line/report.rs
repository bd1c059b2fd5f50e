//! The report on a camera.

use std::fs;

use tempfile::tempdir;

use crate::example::{Run, example};

#[test]
fn the_synthetic_camera_passes_and_its_report_is_a_table_and_a_file() {
    let folder = tempdir().expect("a folder for temporary files");
    let run = Run::of(example("camera_report", folder.path()).args(["--backend", "synthetic", "--quick"]));
    assert!(run.status.success() && run.errors.is_empty(), "{run:?}");
    for part in ["Synthetic camera", "Modes\n", "Controls\n", "  PASS  brightness\n", "camera_report.json"] {
        assert!(run.output.contains(part), "no {part:?}: {}", run.output);
    }
    let text = fs::read_to_string(folder.path().join("camera_report.json")).expect("the file is there");
    let report: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    assert_ne!(report["verdict"], "FAIL", "{report:#}");
    assert_eq!(report["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(report["device"]["id"], "synthetic-1");
}

#[test]
fn help_is_the_output_and_a_wrong_command_line_is_not() {
    let folder = tempdir().expect("a folder for temporary files");
    let run = Run::of(example("camera_report", folder.path()).arg("--help")).succeeded();
    assert!(run.output.starts_with("usage: camera_report"), "{}", run.output);
    for arguments in [&["--sauce"][..], &["--device"], &["--backend", "film"]] {
        let run = Run::of(example("camera_report", folder.path()).args(arguments));
        let message = run.failed(2, "TypeError");
        assert!(message.ends_with("camera_report --help lists the options"), "{message}");
    }
}

#[test]
fn a_camera_that_is_not_there_is_status_2_with_a_list() {
    let folder = tempdir().expect("a folder for temporary files");
    let arguments = ["--backend", "synthetic", "--device", "Brio"];
    let run = Run::of(example("camera_report", folder.path()).args(arguments));
    assert_eq!(run.status.code(), Some(2), "{run:?}");
    assert!(run.errors.contains("'Brio'") && run.errors.contains("Synthetic camera"), "{}", run.errors);
    assert_eq!(run.output, "");
}

#[test]
fn a_report_that_cannot_be_written_is_an_error_by_name() {
    let folder = tempdir().expect("a folder for temporary files");
    let arguments = ["--backend", "synthetic", "--quick", "--json", "--out", "none/report.json"];
    let run = Run::of(example("camera_report", folder.path()).args(arguments));
    run.failed(3, "NotFoundError");
    assert!(run.output.starts_with('{'), "the report is printed all the same: {}", run.output);
}
