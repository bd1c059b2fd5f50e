//! The standard library, with the threads, locks, atomics and clock of a model.
//!
//! `shuttle` runs the model's threads one at a time, and chooses among them before each operation that others can see.
//! Memory is sequentially consistent in it: weaker orders are left to Miri and ThreadSanitizer.
#![no_std]

extern crate std as real;

pub use real::*;

pub mod sync;
pub mod thread;
pub mod time;

pub use shuttle::thread_local;
