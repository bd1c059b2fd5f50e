//! Counts the accepted inputs of a run.

use std::{
    env, fs,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

/// The variable with the path of a file, to which the count is written.
const VARIABLE: &str = "VIEWFINDER_FUZZ_COUNT";

/// The number of inputs between two writes.
const STEP: u64 = 256;

/// Counts an accepted input.
pub(crate) fn count() {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    static PATH: OnceLock<Option<String>> = OnceLock::new();
    let count = COUNT.fetch_add(1, Ordering::Relaxed) + 1;
    if count.is_multiple_of(STEP)
        && let Some(path) = PATH.get_or_init(|| env::var(VARIABLE).ok())
    {
        let _ = fs::write(path, count.to_string());
    }
}
