//! The report as a table for people.

use std::fmt::Write;

use crate::{
    judge::{Finding, Verdict},
    report::{Entry, Report},
};

/// The widest line, in characters.
const WIDTH: usize = 110;

/// The indent of reasons.
const INDENT: &str = "            ";

/// The report, as text.
pub fn table(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string can't fail.
    let _ = writeln!(
        text,
        "{} {}, {}, {} {} ({})\n{} (id {})",
        report.library,
        report.version,
        report.backend,
        report.system.os,
        report.system.architecture,
        report.system.version,
        report.device.label,
        report.device.id
    );
    let mut section = None;
    for entry in &report.entries {
        if section.replace(entry.section) != Some(entry.section) {
            let _ = writeln!(text, "\n{}", entry.section.title());
        }
        let _ = writeln!(text, "  {}  {}", entry.verdict().as_str(), entry.subject);
        for reason in reasons(entry) {
            for line in wrap(&reason, WIDTH - INDENT.len()) {
                let _ = writeln!(text, "{INDENT}{line}");
            }
        }
    }
    let count = |verdict| report.entries.iter().filter(|entry| entry.verdict() == verdict).count();
    let _ = writeln!(
        text,
        "\n{}: {} passed, {} with warnings, {} failed, in {:.0} s",
        report.verdict.as_str(),
        count(Verdict::Pass),
        count(Verdict::Warn),
        count(Verdict::Fail),
        report.seconds
    );
    text
}

/// The reasons of an entry: those of its flaws, each on its own, or all in one.
fn reasons(entry: &Entry) -> Vec<String> {
    let text = |finding: &Finding| match finding.reason.is_empty() {
        true => finding.check.to_owned(),
        false => format!("{}: {}", finding.check, finding.reason),
    };
    let (passed, flawed): (Vec<_>, Vec<_>) =
        entry.findings.iter().partition(|finding| finding.verdict == Verdict::Pass);
    let flaw = |finding: &Finding| format!("{} {}", finding.verdict.as_str(), text(finding));
    let passed = passed.into_iter().map(text).collect::<Vec<_>>().join("; ");
    flawed.into_iter().map(flaw).chain((!passed.is_empty()).then_some(passed)).collect()
}

/// Breaks a text into lines of at most this many characters, between words. Line breaks and other control characters
/// become spaces.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::report;

    #[test]
    fn flaws_come_first_and_the_rest_is_one_line() {
        let text = table(&report());
        let expected = "
Modes
  PASS  640x480 at 30 Hz, Yuyv
            opens: within 0.10 s; rate: 30.0 Hz

Controls
  FAIL  brightness
            FAIL round trip: 7 is read back after 9
            opens: as ever

FAIL: 1 passed, 0 with warnings, 1 failed, in 2 s
";
        assert!(text.ends_with(expected), "{text}");
        assert!(text.starts_with("bevy_viewfinder 0.1.0, V4L2, linux x86_64"), "{text}");
    }

    #[test]
    fn long_reasons_are_wrapped_between_words() {
        assert_eq!(wrap("one two\nthree", 8), ["one two", "three"]);
        assert_eq!(wrap("", 8), [""; 0]);
        assert_eq!(wrap("unbreakable", 3), ["unbreakable"]);
    }
}
