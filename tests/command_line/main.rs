//! The examples as processes: their output and exit status.
//!
//! These tests don't link Bevy. They run the examples that are built: all of them after `cargo test`, and after
//! `cargo build --examples`.

mod effects;
mod errors;
mod example;
mod gpu;
mod output;
#[cfg(target_os = "linux")]
mod paths;
mod pictures;
mod recording;
mod report;
