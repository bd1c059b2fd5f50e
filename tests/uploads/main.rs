//! Uploads to servers that the tests start: good ones, and bad ones of each kind.
//!
//! The allocator that counts is the whole program's, so these tests have a program of their own.

mod failures;
mod server;
mod stage;
mod transfers;

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;
