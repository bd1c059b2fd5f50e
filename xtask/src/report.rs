//! The report of a run: a heading and a time for each step, a table at the end, and a closing line with the sums.

use crate::{Result, paths, shell};
use std::{
    env,
    fs::{self, File},
    ops::AddAssign,
    path::PathBuf,
    process::{Child, Command, ExitCode},
    time::{Duration, Instant},
};

/// How many tests passed, failed and were skipped. A step that isn't made of tests counts as one.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Tally {
    pub passed: u32,
    pub failed: u32,
    pub skipped: u32,
    /// The names of the tests that failed, if they are known.
    pub failures: Vec<String>,
    /// The reasons of skips.
    pub reasons: Vec<String>,
}

impl Tally {
    /// One success.
    pub fn pass() -> Self {
        Self { passed: 1, ..Self::default() }
    }

    /// One failure.
    pub fn fail() -> Self {
        Self { failed: 1, ..Self::default() }
    }

    /// One skip. Prints the reason.
    pub fn skip(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        let _ = say!("SKIPPED: {reason}");
        Self { skipped: 1, reasons: vec![reason], ..Self::default() }
    }

    /// Counts tests from the output of Rust's test runner. An ignored test counts as skipped.
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

    /// Parses one step from the table of a report and the lines below the table. `None` without such a row.
    fn of_report(output: &str, step: &str) -> Option<Self> {
        let row = |line: &&str| line.split_whitespace().next() == Some(step) && line.ends_with(" s");
        let (index, row) = output.lines().enumerate().filter(|(_, line)| row(line)).last()?;
        let mut numbers = row.split_whitespace().skip(2).map_while(|word| word.parse().ok());
        let mut tally = Self {
            passed: numbers.next()?,
            failed: numbers.next()?,
            skipped: numbers.next()?,
            ..Self::default()
        };
        for line in output.lines().skip(index) {
            let skipped = line.strip_prefix("SKIPPED in ").and_then(|line| line.split_once(": "));
            tally.reasons.extend(skipped.map(|(_, reason)| reason.to_owned()));
            tally.failures.extend(line.strip_prefix("    ").map(str::to_owned));
        }
        Some(tally)
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

/// A step that runs in its own process at the same time as another step, with the lowest priority. Its output goes to a
/// file until it ends.
#[derive(Debug)]
pub struct Concurrent {
    name: &'static str,
    child: Child,
    log: PathBuf,
    start: Instant,
}

impl Concurrent {
    /// Starts `cargo xtask test NAME`.
    pub fn start(name: &'static str) -> Result<Self> {
        let folder = paths::target().join("xtask");
        fs::create_dir_all(&folder)?;
        let log = folder.join(format!("{name}.log"));
        let output = File::create(&log)?;
        let program = env::current_exe()?;
        let mut command = if cfg!(unix) {
            let mut nice = Command::new("nice");
            nice.args(["-n", "19"]).arg(program);
            nice
        } else {
            Command::new(program)
        };
        command.args(["test", name]).stderr(output.try_clone()?).stdout(output);
        say!("\n==== {name}: starts, at the same time as the next step")?;
        Ok(Self { name, child: shell::spawn(&mut command)?, log, start: Instant::now() })
    }

    /// Waits for the process and prints its output.
    fn finish(mut self) -> Result<(Tally, Duration)> {
        let status = self.child.wait()?;
        let time = self.start.elapsed();
        let output = String::from_utf8_lossy(&fs::read(&self.log)?).into_owned();
        say!("{}", output.trim_end())?;
        let mut tally =
            Tally::of_report(&output, self.name).ok_or("the step's process ended without its table")?;
        if !status.success() && tally.failed == 0 {
            say!("the step's process ended with {status}")?;
            tally += Tally::fail();
        }
        Ok((tally, time))
    }
}

/// Runs steps and records their results.
#[derive(Debug)]
pub struct Report {
    start: Instant,
    entries: Vec<Entry>,
}

impl Report {
    pub fn new() -> Self {
        Self { start: Instant::now(), entries: Vec::new() }
    }

    /// Runs one step. After a failure the next steps still run: one run shows all failures.
    pub fn step(&mut self, name: &'static str, about: &str, run: impl FnOnce() -> Result<Tally>) {
        let start = Instant::now();
        // If nobody reads the output, the step doesn't run.
        let result = say!("\n==== {name}: {about}").and_then(|()| run());
        self.add(name, result, start.elapsed());
    }

    /// Waits for a step that runs at the same time as another one.
    pub fn concurrent_step(&mut self, name: &'static str, about: &str, process: Result<Concurrent>) {
        let printed = say!("\n==== {name}: {about}");
        match printed.and(process).and_then(Concurrent::finish) {
            Ok((tally, time)) => self.add(name, Ok(tally), time),
            Err(error) => self.add(name, Err(error), Duration::ZERO),
        }
    }

    fn add(&mut self, name: &'static str, result: Result<Tally>, time: Duration) {
        let (tally, error) = match result {
            Ok(tally) => (tally, None),
            Err(error) => (Tally::fail(), Some(error.to_string())),
        };
        let entry = Entry { name, tally, time, error };
        if let Some(error) = &entry.error {
            let _ = say!("error: {error}");
        }
        let _ = say!("==== {name}: {}, {} ({})", entry.result(), entry.tally.summary(), seconds(entry.time));
        self.entries.push(entry);
    }

    /// Prints the table and the closing line. The exit code is a success if nothing failed.
    pub fn finish(self) -> Result<ExitCode> {
        say!(
            "\n{:<16} {:<8} {:>6} {:>6} {:>7} {:>9}",
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
            say!("{name:<16} {result:<8} {passed:>6} {failed:>6} {skipped:>7} {time:>9}")?;
        }
        say!("{:<48} {:>9}\n", "all steps", seconds(self.start.elapsed()))?;
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
    fn the_closing_line_counts_skips_only_if_there_are_any() {
        assert_eq!(Tally::pass().summary(), "1 passed, 0 failed");
        let mut sum = Tally::pass();
        sum += Tally::skip("no camera");
        assert_eq!(sum.summary(), "1 passed, 0 failed, 1 skipped");
        assert_eq!(sum.reasons, ["no camera"]);
    }

    #[test]
    fn a_step_is_read_back_from_a_report() {
        let output = [
            "v4l2 noise",
            "step       result   passed failed skipped      time",
            "packages   passed        1      0       0     0.1 s",
            "v4l2       FAILED        5      1       1   300.0 s",
            "all steps                                   300.1 s",
            "SKIPPED in v4l2: no module",
            "FAILED: v4l2",
            "    track::is_live",
            "6 passed, 1 failed, 1 skipped",
        ]
        .join("\n");
        let tally = Tally::of_report(&output, "v4l2").unwrap();
        assert_eq!((tally.passed, tally.failed, tally.skipped), (5, 1, 1));
        assert_eq!(
            (tally.failures, tally.reasons),
            (vec!["track::is_live".into()], vec!["no module".into()])
        );
        assert_eq!(Tally::of_report("v4l2 was killed\n", "v4l2"), None);
        assert_eq!(Tally::of_report("", "v4l2"), None);
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
