//! Printing by the printers of the system, through the commands of CUPS.
//!
//! Linux and macOS have `lp` and `lpstat`. Each call waits for them, for a limited time: not for the main thread.

mod budget;
mod command;
mod error;
mod printer;
mod state;

pub use budget::PrintBudget;
pub use error::PrintError;
pub use printer::{Job, Printer};
pub use state::PrinterState;
