//! A photobooth: a mirror with looks to choose from, a countdown, four shots, and a strip of them to keep.
//!
//! ```text
//! cargo run --example photobooth
//! cargo run --example photobooth -- --headless --out pictures
//! ```

mod booth;
mod date;
mod develop;
mod feed;
mod headless;
mod lettering;
mod look;
#[cfg(not(target_family = "wasm"))]
mod native;
mod options;
#[path = "../headless/plugins.rs"]
mod plugins;
mod strip;
mod thumbnail;
mod ui;
#[cfg(target_family = "wasm")]
mod web;
mod window;

use std::process::ExitCode;

#[cfg(not(target_family = "wasm"))]
use native as system;
use options::Options;
#[cfg(target_family = "wasm")]
use web as system;

fn main() -> ExitCode {
    let options = match Options::parse(system::arguments()) {
        Ok(Some(options)) => options,
        Ok(None) => {
            println!("{}", options::USAGE);
            return ExitCode::SUCCESS;
        }
        Err(error) => {
            eprintln!("error: {error}\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    if options.headless { headless::run(options) } else { window::run(options) }
}
