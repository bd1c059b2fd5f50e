//! The WGSL of effects: read, checked, and linked with others into the text of one shader.
//!
//! An effect's file is plain WGSL with a `struct Params`, a `fn effect` and helpers of its own. It declares neither
//! bindings nor entry points, and uses names of this crate's [`library`] without declaring them. [`link`] gives the
//! global names of each file a suffix of their own and adds what is used of the library; no type is resolved for that,
//! only names. Nothing here knows Bevy.

mod check;
#[cfg(test)]
mod hostile;
mod library;
mod link;
mod module;
mod read;
mod tokens;

use std::fmt::{self, Display};

pub use check::{Parameters, check};
pub use link::Linker;
pub use module::Module;
pub(crate) use read::read_builtin_effect;
pub use read::read_effect;

/// A fault in a WGSL text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; `None` for faults of the whole text.
    pub line: Option<u32>,
    /// The reason.
    pub message: String,
}

impl Fault {
    fn at(line: u32, message: impl Into<String>) -> Self {
        Self { line: Some(line), message: message.into() }
    }

    fn of_text(message: impl Into<String>) -> Self {
        Self { line: None, message: message.into() }
    }

    /// As a line of text that names the file.
    pub fn in_file(&self, path: &str) -> impl Display {
        fmt::from_fn(move |formatter| match self.line {
            Some(line) => write!(formatter, "{path}:{line}: {}", self.message),
            None => write!(formatter, "{path}: {}", self.message),
        })
    }
}
