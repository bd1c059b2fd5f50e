//! Shared parts of the examples: output that doesn't panic, command-line arguments, effects as text, text on images,
//! rendered scenes in place of webcams, and Bevy without a window.

mod arguments;
#[cfg(feature = "ui")]
mod choices;
mod film;
mod headless;
mod lettering;
mod output;
mod quiet;
mod stack;

pub use arguments::{SourceArgument, seconds, source};
#[cfg(feature = "ui")]
pub use choices::{ChoicesPlugin, Chosen, Notice};
pub use film::{FILMED, film};
pub use headless::{headless_app, without_gpu};
pub use lettering::{BOLD, Lettering, MEDIUM};
pub use output::{fail, misuse, note, print};
pub use stack::parse_stack;
