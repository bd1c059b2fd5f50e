//! Runs scenarios: in many orders of a model, or a few times on threads of the system.

use std::{thread, time::Duration};

/// A time that no wait of a scenario takes. A model waits for ever instead, and reports a deadlock.
pub const LONG: Duration = Duration::from_secs(60);

/// The seed of the schedules. `SHUTTLE_RANDOM_SEED` replaces it.
#[cfg(feature = "model")]
const SEED: u64 = 18;

/// The most switches between threads that one schedule forces.
#[cfg(feature = "model")]
const DEPTH: usize = 4;

/// Runs a scenario in this many random orders, and in as many with few switches at inconvenient times.
#[cfg(feature = "model")]
pub fn check(schedules: usize, scenario: fn()) {
    use shuttle::scheduler::{PctScheduler, RandomScheduler};

    let schedules = schedules * factor();
    let random = RandomScheduler::new_from_seed(SEED, schedules);
    shuttle::Runner::new(random, config()).run(scenario);
    let few_switches = PctScheduler::new_from_seed(SEED, DEPTH, schedules);
    shuttle::Runner::new(few_switches, config()).run(scenario);
}

#[cfg(feature = "model")]
fn config() -> shuttle::Config {
    let mut config = shuttle::Config::new();
    config.stack_size = 1 << 19;
    // More than any scenario takes: the threads of one that takes them run in a circle.
    config.max_steps = shuttle::MaxSteps::FailAfter(100_000);
    // Weaker orders are left to other tools.
    config.silence_warnings = true;
    config
}

/// `VIEWFINDER_SCHEDULES` is a number by which the counts are multiplied.
fn factor() -> usize {
    std::env::var("VIEWFINDER_SCHEDULES").ok().and_then(|factor| factor.parse().ok()).unwrap_or(1)
}

/// Runs a scenario on threads of the system: less often, because their waits take time.
#[cfg(not(feature = "model"))]
pub fn check(schedules: usize, scenario: fn()) {
    let runs = if cfg!(miri) { 2 } else { schedules.div_ceil(500) };
    (0..runs * factor()).for_each(|_| scenario());
}

/// Waits until this holds.
pub fn eventually(holds: impl Fn() -> bool) {
    let start = bevy::platform::time::Instant::now();
    while !holds() {
        thread::sleep(Duration::from_millis(1));
        if cfg!(not(feature = "model")) {
            assert!(start.elapsed() < LONG, "it doesn't come to hold");
        }
    }
}
