//! The page of the browsers' tests: they send it commands and read its reports.
//!
//! Commands are lines of JSON in the array `viewfinder.commands`, which the test creates. Once per frame the page
//! writes its report to `viewfinder.report`, as JSON, and the pixels of photos to `viewfinder.photos`. The bytes of
//! recordings go to `viewfinder`, under the recorder's name, and those of interrupted ones under the name of their
//! file.

#[cfg(target_family = "wasm")]
mod browser;
#[cfg(target_family = "wasm")]
mod command;
#[cfg(target_family = "wasm")]
mod marker;
#[cfg(target_family = "wasm")]
mod people;
#[cfg(target_family = "wasm")]
mod record;
#[cfg(target_family = "wasm")]
mod recover;
#[cfg(target_family = "wasm")]
mod report;
#[cfg(target_family = "wasm")]
mod sound;
#[cfg(target_family = "wasm")]
mod tap;

fn main() {
    #[cfg(target_family = "wasm")]
    browser::run();
    #[cfg(not(target_family = "wasm"))]
    {
        use std::io::Write;

        let _ = writeln!(std::io::stdout(), "this page is for browsers: cargo xtask test web");
    }
}
