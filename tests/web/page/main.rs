//! A page without a mind of its own: the browsers' tests tell it what to do, and read what became of it.
//!
//! Commands come as lines of JSON in `viewfinder.commands`, an array that the test puts on the page; what the page
//! knows it writes to `viewfinder.report`, as JSON, once per frame, and the pixels of photos to
//! `viewfinder.photos`.

#[cfg(target_family = "wasm")]
mod browser;
#[cfg(target_family = "wasm")]
mod command;
#[cfg(target_family = "wasm")]
mod report;

fn main() {
    #[cfg(target_family = "wasm")]
    browser::run();
    #[cfg(not(target_family = "wasm"))]
    {
        use std::io::Write;

        let _ = writeln!(std::io::stdout(), "this page is for browsers: cargo xtask test web");
    }
}
