//! The booth's texts in five languages.
//!
//! The texts are [Fluent](https://projectfluent.org) messages in `words/*.ftl`. Each has a [`Key`]. [`Words`] are the
//! texts of one [`Language`].

mod key;
mod language;
mod table;

pub use key::Key;
pub use language::{JAPANESE_NAME, Language};
pub use table::{Value, Words};
