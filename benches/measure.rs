//! Times cases in turns, and prints tables of the results.
//!
//! Machines are shared and noisy. So the compared cases run in turns within one program, and the result is the ratio of
//! the medians.

pub mod frames;
pub mod headless;
pub mod main_clock;
pub mod processor;

use std::{
    fmt::{self, Display},
    time::{Duration, Instant},
};

/// One of several cases that are compared.
pub struct Case<'a> {
    name: String,
    run: Box<dyn FnMut() + 'a>,
}

impl<'a> Case<'a> {
    /// One call of `run` is one sample.
    pub fn new(name: impl Into<String>, run: impl FnMut() + 'a) -> Self {
        Self { name: name.into(), run: Box::new(run) }
    }
}

/// The samples of a case.
#[derive(Debug, Clone)]
pub struct Timing {
    /// The name of the case.
    pub name: String,
    /// Sorted, the shortest first.
    samples: Vec<Duration>,
}

impl Timing {
    /// A timing of these samples, in any order.
    ///
    /// # Panics
    /// If there is no sample.
    pub fn new(name: impl Into<String>, mut samples: Vec<Duration>) -> Self {
        assert!(!samples.is_empty(), "nothing was timed");
        samples.sort_unstable();
        Self { name: name.into(), samples }
    }

    /// The median.
    pub fn median(&self) -> Duration {
        self.percentile(50)
    }

    /// The time that this many percent of the samples don't exceed.
    pub fn percentile(&self, percent: usize) -> Duration {
        self.samples[(self.samples.len() - 1) * percent / 100]
    }

    /// The ratio of this median to another.
    pub fn ratio_to(&self, other: &Self) -> f64 {
        self.median().as_secs_f64() / other.median().as_secs_f64()
    }
}

/// Runs the cases in turns for a number of rounds and times each run. The first tenth of the rounds warms up. Every
/// other round runs backwards, so that no case always follows the same other case.
pub fn in_turns<'a>(rounds: usize, cases: impl IntoIterator<Item = Case<'a>>) -> Vec<Timing> {
    let mut cases: Vec<Case> = cases.into_iter().collect();
    let mut samples = vec![Vec::with_capacity(rounds); cases.len()];
    let warm_up = rounds / 10 + 1;
    for round in 0..warm_up + rounds {
        for turn in 0..cases.len() {
            let index = if round % 2 == 0 { turn } else { cases.len() - 1 - turn };
            let start = Instant::now();
            (cases[index].run)();
            let took = start.elapsed();
            if round >= warm_up {
                samples[index].push(took);
            }
        }
    }
    cases.into_iter().zip(samples).map(|(case, samples)| Timing::new(case.name, samples)).collect()
}

/// A table in Markdown.
#[derive(Debug, Clone)]
pub struct Table {
    columns: usize,
    lines: Vec<String>,
}

impl Table {
    /// A table with these columns and no rows.
    pub fn new<const N: usize>(columns: [&str; N]) -> Self {
        let rule = "|---".repeat(N) + "|";
        Self { columns: N, lines: vec![format!("| {} |", columns.join(" | ")), rule] }
    }

    /// Adds a row.
    ///
    /// # Panics
    /// If the number of cells isn't the number of columns.
    pub fn row<const N: usize>(&mut self, cells: [String; N]) {
        assert_eq!(N, self.columns, "a row has a cell for each column");
        self.lines.push(format!("| {} |", cells.join(" | ")));
    }
}

impl Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lines.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// A time with a suitable unit.
pub fn time(duration: Duration) -> String {
    match duration.as_secs_f64() {
        seconds if seconds >= 1e-2 => format!("{:.1} ms", seconds * 1e3),
        seconds if seconds >= 1e-3 => format!("{:.2} ms", seconds * 1e3),
        seconds if seconds >= 1e-5 => format!("{:.0} µs", seconds * 1e6),
        seconds => format!("{:.2} µs", seconds * 1e6),
    }
}

/// A ratio.
pub fn times(ratio: f64) -> String {
    if ratio >= 20.0 { format!("{ratio:.0} ×") } else { format!("{ratio:.2} ×") }
}

/// A goal and its result.
pub fn goal(name: &str, got: impl Display, met: bool) {
    println!("- {}: {name}: {got}", if met { "met" } else { "**missed**" });
}
