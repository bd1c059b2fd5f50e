//! Rules for the sources and documents of this repository. These tests read text and don't use the library.

mod english;
mod files;
mod imports;
mod rooms;
mod rules;
