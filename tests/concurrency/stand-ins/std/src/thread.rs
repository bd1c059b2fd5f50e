//! Threads of the model.

pub use shuttle::thread::*;

use crate::time::{self, Duration};

/// Sleeps: time passes, and others run.
pub fn sleep(time: Duration) {
    time::pass(time);
    yield_now();
}
