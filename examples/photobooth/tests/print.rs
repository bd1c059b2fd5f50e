//! Printing, with commands of this test in the place of those of CUPS.
#![cfg(all(unix, feature = "print"))]

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, time::Duration};

use photobooth::{
    print::{PrintError, Printer, PrinterState},
    venue::PrintSettings,
};
use tempfile::{TempDir, tempdir};

/// A folder with commands and a picture.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new(lp: &str, lpstat: &str) -> Self {
        let folder = tempdir().expect("a folder");
        for (name, script) in [("lp", lp), ("lpstat", lpstat)] {
            let path = folder.path().join(name);
            // Under another name first: a file that is open for writing can't be run.
            let new = folder.path().join("new");
            fs::write(&new, format!("#!/bin/sh\n{script}\n")).expect("written");
            fs::set_permissions(&new, fs::Permissions::from_mode(0o755)).expect("allowed");
            fs::rename(new, path).expect("named");
        }
        fs::write(folder.path().join("-picture of us.png"), "pixels").expect("written");
        Self { folder }
    }

    fn picture(&self) -> PathBuf {
        self.folder.path().join("-picture of us.png")
    }

    fn settings(&self) -> PrintSettings {
        PrintSettings {
            enabled: true,
            printer: Some("Booth".into()),
            options: vec!["media=Postcard".into(), "fit-to-page".into()],
            programs: Some(self.folder.path().into()),
            ..Default::default()
        }
    }

    fn printer(&self) -> Printer {
        Printer::new(self.settings())
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).expect("a file")
    }
}

#[test]
fn the_picture_goes_to_the_printer() {
    let desk = Desk::new(
        r#"for argument in "$@"; do printf '%s\n' "$argument"; done > "$(dirname "$0")/arguments"
           for last; do :; done; cp "$last" "$(dirname "$0")/printed"
           echo "request id is Booth-7 (1 file(s))""#,
        "",
    );
    let job = desk.printer().print(&desk.picture(), 2).expect("printed");
    assert_eq!((job.name.as_str(), job.copies), ("Booth-7", 2));
    let picture = desk.picture().canonicalize().expect("a path").display().to_string();
    let arguments = desk.read("arguments");
    assert_eq!(
        arguments.lines().collect::<Vec<_>>(),
        [
            "-d",
            "Booth",
            "-n",
            "2",
            "-t",
            "Photobooth",
            "-o",
            "media=Postcard",
            "-o",
            "fit-to-page",
            "--",
            &picture
        ]
    );
    assert_eq!(desk.read("printed"), "pixels");
}

#[test]
fn refusals_are_named_with_the_reason() {
    for (message, is_no_printer) in [
        ("lp: Error - no default destination available.", true),
        // CUPS 2.4.
        ("lp: Error - No default destination.", true),
        ("lp: The printer or class does not exist.", true),
        ("lp: Error - The printer or class does not exist.", true),
        ("lp: Destination \"Booth\" is not accepting jobs.", false),
        ("lp: Unsupported document-format \"image/png\".", false),
        ("", false),
    ] {
        let desk = Desk::new(&format!("echo '{message}' >&2; exit 1"), "");
        let error = desk.printer().print(&desk.picture(), 1).expect_err("refused");
        match &error {
            PrintError::NoPrinter(reason) if is_no_printer => assert_eq!(reason, message),
            PrintError::Refused(reason) if !is_no_printer => assert_eq!(reason, message),
            other => panic!("{message}: {other:?}"),
        }
    }
}

#[test]
fn commands_that_are_missing_or_hang_are_named() {
    let desk = Desk::new("sleep 5 & sleep 5", "yes");
    let empty = tempdir().expect("a folder");
    let settings = PrintSettings { programs: Some(empty.path().into()), ..desk.settings() };
    let error = Printer::new(settings).print(&desk.picture(), 1).expect_err("no lp");
    assert!(matches!(error, PrintError::NoCommand("lp")), "{error}");

    let printer = desk.printer().with_time(Duration::from_millis(300));
    let error = printer.print(&desk.picture(), 1).expect_err("it hangs");
    assert!(matches!(error, PrintError::NoAnswer("lp")), "{error}");
    // Endless output fills no memory.
    let error = printer.state().expect_err("it never ends");
    assert!(matches!(error, PrintError::NoAnswer("lpstat") | PrintError::Refused(_)), "{error}");

    let error = desk.printer().print(&desk.folder.path().join("none.png"), 1).expect_err("no file");
    assert!(matches!(error, PrintError::File { .. }), "{error}");
    fs::set_permissions(desk.folder.path().join("lp"), fs::Permissions::from_mode(0o644)).expect("changed");
    let error = desk.printer().print(&desk.picture(), 1).expect_err("no program");
    assert!(matches!(error, PrintError::Command { command: "lp", .. }), "{error}");
}

#[test]
fn a_printer_out_of_paper_says_so() {
    let out_of_paper = r#"[ "$LC_ALL" = C ] || exit 3
        case "$*" in
            -d) echo "system default destination: Booth";;
            "-l -p Booth") printf 'printer Booth now printing Booth-7.  enabled since today\n\tAlerts: media-empty-error\n';;
            *) echo "lpstat: Invalid destination name in list \"$3\"." >&2; exit 1;;
        esac"#;
    let desk = Desk::new("", out_of_paper);
    assert_eq!(desk.printer().state().expect("a state"), PrinterState::PaperOut);
    let by_default = Printer::new(PrintSettings { printer: None, ..desk.settings() });
    assert_eq!(by_default.state().expect("a state"), PrinterState::PaperOut);
    let unknown = Printer::new(PrintSettings { printer: Some("None".into()), ..desk.settings() });
    assert!(matches!(unknown.state(), Err(PrintError::NoPrinter(_))));

    let desk = Desk::new("", "echo 'no system default destination'");
    let by_default = Printer::new(PrintSettings { printer: None, ..desk.settings() });
    assert!(matches!(by_default.state(), Err(PrintError::NoPrinter(_))));
}
