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
mod native;
mod options;
#[path = "../headless/plugins.rs"]
mod plugins;
mod strip;
mod thumbnail;
mod ui;
mod window;

use std::process::ExitCode;

use options::Options;

fn main() -> ExitCode {
    let options = match Options::parse(native::arguments()) {
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
