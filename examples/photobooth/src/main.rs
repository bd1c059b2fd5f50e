//! A photobooth: a mirror with looks to choose from, a countdown, four shots, and a strip of them to keep.
//!
//! ```text
//! cargo run -p photobooth
//! cargo run -p photobooth -- --headless --out pictures
//! ```

mod booth;
mod date;
mod develop;
mod feed;
mod headless;
mod look;
#[cfg(not(target_family = "wasm"))]
mod native;
mod options;
mod strip;
mod thumbnail;
mod ui;
#[cfg(target_family = "wasm")]
mod web;
mod window;

use bevy::prelude::*;
#[cfg(not(target_family = "wasm"))]
use native as system;
use options::Options;
use viewfinder_examples::{fail, misuse, print};
#[cfg(target_family = "wasm")]
use web as system;

fn main() -> AppExit {
    let done = match Options::parse(system::arguments()) {
        Ok(Some(options)) if options.headless => headless::run(options),
        Ok(Some(options)) => window::run(options),
        Ok(None) => print(options::USAGE).map(|()| AppExit::Success),
        Err(error) => return misuse(&format!("{error}; photobooth --help lists the options")),
    };
    done.unwrap_or_else(|error| fail(&error))
}
