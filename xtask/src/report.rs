//! What a run says: a heading and a time for each step, a table at the end, and a closing line with the sums.

use crate::Result;
use std::{
    ops::AddAssign,
    process::ExitCode,
    time::{Duration, Instant},
};

/// How many tests passed, failed and were skipped. A step that isn't made of tests counts as one.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
    /// The names of the tests that failed, where they have some.
    pub failures: Vec<String>,
    /// Why something was skipped.
    pub reasons: Vec<String>,
}

impl Tally {
    /// One thing that went well.
    pub fn pass() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    /// One thing that went wrong.
    pub fn fail() -> Self {
        Self { failed: 1, ..Self::default() }
    }

    /// One thing that couldn't be done here. Says so at once.
    pub fn skip(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        let _ = say!("SKIPPED: {reason}");
        Self { skipped: 1, reasons: vec![reason], ..Self::default() }
    }

    /// Sums up the closing lines of Rust's test runner, and notes who failed; an ignored test is a skipped one.
    pub fn of_tests(output: &str) -> Self {
        let mut tally = Self::default();
        for line in output.lines() {
            let failed = line.strip_prefix("test ").and_then(|line| line.strip_suffix(" ... FAILED"));
            tally.failures.extend(failed.map(str::to_owned));
            let Some((_, result)) = line.split_once("test result: ") else { continue };
            for part in result.split(['.', ';']) {
                match part.trim().split_once(' ') {
                    Some((number, "passed")) => tally.passed += number.parse().unwrap_or(0),
                    Some((number, "failed")) => tally.failed += number.parse().unwrap_or(0),
                    Some((number, "ignored")) => tally.skipped += number.parse().unwrap_or(0),
                    _ => {}
                }
            }
        }
        if tally.skipped > 0 {
            tally.reasons.push(format!("{} tests are marked as ignored", tally.skipped));
        }
        tally
    }

    /// The closing line.
    pub fn summary(&self) -> String {
        let mut text = format!("{} passed, {} failed", self.passed, self.failed);
        if self.skipped > 0 {
            text.push_str(&format!(", {} skipped", self.skipped));
        }
        text
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.failures.extend(other.failures);
        self.reasons.extend(other.reasons);
    }
}

/// A finished step.
#[derive(Debug)]
struct Entry {
    name: &'static str,
    tally: Tally,
    time: Duration,
    error: Option<String>,
}

impl Entry {
    fn result(&self) -> &'static str {
        match &self.tally {
            tally if tally.failed > 0 => "FAILED",
            tally if tally.passed == 0 => "SKIPPED",
            _ => "passed",
        }
    }
}

/// Runs steps one after the other and remembers how they ended.
#[derive(Debug)]
pub struct Report {
    start: Instant,
    entries: Vec<Entry>,
}

impl Report {
    pub fn new() -> Self {
        Self { start: Instant::now(), entries: Vec::new() }
    }

    /// Runs one step. When it fails the next ones run all the same: one run shows all that is wrong.
    pub fn step(&mut self, name: &'static str, about: &str, run: impl FnOnce() -> Result<Tally>) {
        let start = Instant::now();
        // Without a reader there is nobody to run it for.
        let (tally, error) = match say!("\n==== {name}: {about}").and_then(|()| run()) {
            Ok(tally) => (tally, None),
            Err(error) => (Tally::fail(), Some(error.to_string())),
        };
        let entry = Entry { name, tally, time: start.elapsed(), error };
        if let Some(error) = &entry.error {
            let _ = say!("error: {error}");
        }
        let _ = say!("==== {name}: {}, {} ({})", entry.result(), entry.tally.summary(), seconds(entry.time));
        self.entries.push(entry);
    }

    /// Prints the table and the closing line. Success is when nothing failed.
    pub fn finish(self) -> Result<ExitCode> {
        say!(
            "\n{:<10} {:<8} {:>6} {:>6} {:>7} {:>9}",
            "step",
            "result",
            "passed",
            "failed",
            "skipped",
            "time"
        )?;
        let mut total = Tally::default();
        for entry in &self.entries {
            let Tally { passed, failed, skipped, .. } = entry.tally;
            let (name, result, time) = (entry.name, entry.result(), seconds(entry.time));
            say!("{name:<10} {result:<8} {passed:>6} {failed:>6} {skipped:>7} {time:>9}")?;
        }
        say!("{:<42} {:>9}\n", "all steps", seconds(self.start.elapsed()))?;
        for entry in self.entries {
            for reason in &entry.tally.reasons {
                say!("SKIPPED in {}: {reason}", entry.name)?;
            }
            if entry.tally.failed > 0 {
                let error = entry.error.map_or(String::new(), |error| format!(": {error}"));
                say!("FAILED: {}{error}", entry.name)?;
                for test in &entry.tally.failures {
                    say!("    {test}")?;
                }
            }
            total += entry.tally;
        }
        say!("{}", total.summary())?;
        Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_the_results_of_several_test_binaries() {
        let output = "running 3 tests\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s\n\
            noise\n\
            test looks::are_right ... FAILED\n\
            test result: FAILED. 4 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.52s\n";
        let tally = Tally::of_tests(output);
        assert_eq!((tally.passed, tally.failed, tally.skipped), (6, 1, 1));
        assert_eq!(tally.summary(), "6 passed, 1 failed, 1 skipped");
        assert_eq!(tally.failures, ["looks::are_right"]);
    }

    #[test]
    fn the_closing_line_names_skipped_ones_only_where_there_are_some() {
        assert_eq!(Tally::pass().summary(), "1 passed, 0 failed");
        let mut sum = Tally::pass();
        sum += Tally::skip("no camera");
        assert_eq!(sum.summary(), "1 passed, 0 failed, 1 skipped");
        assert_eq!(sum.reasons, ["no camera"]);
    }

    #[test]
    fn a_failing_step_fails_the_run_and_the_next_step_runs() {
        let mut report = Report::new();
        report.step("first", "fails", || Err("broken".into()));
        report.step("second", "passes", || Ok(Tally::pass()));
        let results: Vec<_> = report.entries.iter().map(Entry::result).collect();
        assert_eq!(results, ["FAILED", "passed"]);
        assert_eq!(report.finish().unwrap(), ExitCode::FAILURE);
    }
}
