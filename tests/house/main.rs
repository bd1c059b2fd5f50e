//! What the sources and documents of this repository keep to. These tests read text and don't use the library.

mod files;
mod imports;
mod rooms;
mod rules;
