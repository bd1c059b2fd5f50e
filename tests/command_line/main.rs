//! The examples as processes: what they print, and how they end.
//!
//! These tests link nothing of Bevy and run the examples that are built: all of them after `cargo test`, and after
//! `cargo build --examples`.

mod effects;
mod errors;
mod example;
mod gpu;
mod output;
#[cfg(target_os = "linux")]
mod paths;
mod pictures;
