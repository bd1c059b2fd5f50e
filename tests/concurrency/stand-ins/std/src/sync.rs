//! Locks, atomics and shared pointers of the model.

mod arc;
mod condvar;
mod mutex;

pub use real::sync::{Arc as RealArc, *};

pub use arc::{Arc, Weak, switch};
pub use condvar::{Condvar, WaitTimeoutResult};
pub use mutex::{Mutex, MutexGuard};
pub use shuttle::sync::{Barrier, atomic};
