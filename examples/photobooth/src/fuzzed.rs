//! The root of the crate that the fuzz targets of the photobooth build: the files of layouts, without the booth around
//! them. `fuzz/booth/Cargo.toml` names it.

#![allow(dead_code, unused_imports, reason = "the booth uses the rest")]

mod document;
pub mod fuzz;
mod layout;
