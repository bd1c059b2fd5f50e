//! Guards against drivers and bindings that misbehave.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

/// The longest that a thread waits for a source before it looks at its other work, and so the longest that stopping
/// takes.
pub(crate) const LONGEST_WAIT: Duration = Duration::from_millis(50);

/// The number of read errors in a row that ends a track. Fewer are transient.
#[cfg(feature = "native")]
pub(super) const FATAL_FAILURES: u32 = 3;

/// The largest believable age of a frame. A timestamp that is older belongs to another clock.
#[cfg(feature = "native")]
pub(super) const OLDEST_FRAME: Duration = Duration::from_secs(10);

/// A call panicked. The panic hook has printed the message already.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Panicked;

/// Calls into code that may panic: a panic in a driver's binding must not end the app.
pub(crate) fn catch_panic<T>(call: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(call)).map_err(|_| Panicked)
}
