//! The example `camera_report`, on vivid's cameras.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
};

use serde_json::Value;

use crate::{
    bench::Vivid,
    example::{Run, example},
};

/// A quick report on a camera.
fn report(vivid: &Vivid, folder: &Path) -> (Run, Value) {
    let file = folder.join("report.json");
    let id = vivid.listed().id.0;
    let run =
        Run::of(example("camera_report", folder).args(["--quick", "--device", &id, "--out"]).arg(&file));
    let text = fs::read_to_string(file).unwrap_or_else(|error| panic!("{error}: {run:?}"));
    (run, serde_json::from_str(&text).expect("JSON"))
}

/// The verdict and the reason of a check, and of the first entry of a section that has it.
fn finding<'a>(report: &'a Value, section: &str, check: &str) -> (&'a str, &'a str) {
    let entries = report["entries"].as_array().into_iter().flatten();
    let findings = entries
        .filter(|entry| entry["section"] == section)
        .flat_map(|entry| entry["findings"].as_array().into_iter().flatten());
    let finding = findings.clone().find(|finding| finding["check"] == check);
    let finding = finding.unwrap_or_else(|| panic!("no {check} in {section}: {report:#}"));
    (finding["verdict"].as_str().expect("a verdict"), finding["reason"].as_str().expect("a reason"))
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_good_camera_passes() {
    let vivid = Vivid::first();
    let folder = tempfile::tempdir().expect("a folder");
    let (run, report) = report(&vivid, folder.path());
    println!("{}", run.output);
    assert_eq!(run.status.code(), Some(0), "{run:?}");
    assert_ne!(report["verdict"], "FAIL");
    assert_eq!(report["backend"], "V4L2");
    assert_eq!(report["quick"], true);
    assert_eq!(report["device"]["label"], "vivid");
    for control in ["brightness", "contrast", "saturation"] {
        let entries = report["entries"].as_array().expect("entries");
        let entry = entries.iter().find(|entry| entry["subject"] == control).expect("an entry of it");
        assert_eq!(entry["findings"][0]["verdict"], "PASS", "{entry}");
        assert_eq!(entry["findings"][0]["reason"], "min 0, max 255");
        let now = vivid.v4l2_ctl(&["--get-ctrl", control]);
        assert_eq!(now.trim(), format!("{control}: 128"), "it has its former value");
    }
    for (section, check) in
        [("modes", "opens"), ("modes", "time stamps"), ("closing", "opens again"), ("track", "becomes live")]
    {
        assert_eq!(finding(&report, section, check).0, "PASS", "{report:#}");
    }
    assert!(!run.output.contains("FAIL") && run.output.contains("passed"), "{}", run.output);
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_busy_camera_fails_and_the_report_says_why() {
    let vivid = Vivid::first();
    let folder = tempfile::tempdir().expect("a folder");
    let (run, report) = vivid.while_held(|| report(&vivid, folder.path()));
    assert_eq!(run.status.code(), Some(1), "{run:?}");
    assert_eq!(report["verdict"], "FAIL");
    let (verdict, reason) = finding(&report, "modes", "opens");
    assert!(verdict == "FAIL" && reason.contains("another program"), "{reason}");
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn a_camera_that_drops_frames_is_found_out() {
    let vivid = Vivid::first();
    let folder = tempfile::tempdir().expect("a folder");
    vivid.set_control("percentage_of_dropped_buffers", 60);
    let (run, dropping) = report(&vivid, folder.path());
    vivid.set_control("percentage_of_dropped_buffers", 100);
    let (silent_run, silent) = report(&vivid, folder.path());
    vivid.set_control("percentage_of_dropped_buffers", 0);
    let flaws = dropping.to_string().contains("were lost on their way");
    assert!(flaws, "{run:?}: {dropping:#}");
    assert_eq!(silent_run.status.code(), Some(1), "{silent_run:?}");
    let (verdict, reason) = finding(&silent, "modes", "frames");
    assert!(verdict == "FAIL" && reason.contains("no frame for"), "{reason}");
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn unplugging_is_judged_when_the_user_does_it() {
    let vivid = Vivid::first();
    let folder = tempfile::tempdir().expect("a folder");
    let id = vivid.listed().id.0;
    let mut command = example("camera_report", folder.path());
    command.args(["--quick", "--unplug", "--json", "--device", &id]);
    // A pipe would have to be read at the same time as the other one.
    let json = folder.path().join("report.json");
    let stdout = fs::File::create(&json).expect("a file");
    let mut child = command.stdout(stdout).stderr(Stdio::piped()).spawn().expect("the example can be run");
    let lines = BufReader::new(child.stderr.take().expect("its standard error")).lines();
    for line in lines.map_while(Result::ok) {
        if line.starts_with("Unplug the camera now") {
            Vivid::unplug();
        } else if line.starts_with("Plug it in again") {
            Vivid::plug_in();
        }
    }
    let status = child.wait().expect("it ends");
    let report = fs::read(json).expect("its output");
    let report: Value = serde_json::from_slice(&report).expect("JSON");
    for check in ["unplugging ends the track", "it leaves the list", "it returns"] {
        assert_eq!(finding(&report, "unplugging", check).0, "PASS", "{report:#}");
    }
    assert_eq!(status.code(), Some(0), "{report:#}");
}

#[test]
#[ignore = "needs the vivid driver: cargo xtask test runs it in a virtual machine"]
fn without_a_camera_it_says_where_it_looked() {
    Vivid::first();
    let folder = tempfile::tempdir().expect("a folder");
    Vivid::unplug();
    let run = Run::of(&mut example("camera_report", folder.path()));
    Vivid::plug_in();
    assert_eq!(run.status.code(), Some(2), "{run:?}");
    assert!(run.errors.contains("There is no camera. Looked for (V4L2): "), "{}", run.errors);
    assert!(run.errors.contains("Plug a camera in"), "{}", run.errors);
    assert!(
        run.output.is_empty() && fs::read_dir(folder.path()).is_ok_and(|mut files| files.next().is_none())
    );
}
