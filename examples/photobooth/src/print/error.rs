//! The errors of printing.

use std::{io, path::PathBuf};

use thiserror::Error;

/// A failure of printing.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PrintError {
    /// The system has no commands for printing.
    #[error(
        "the system has no `{0}` command; install CUPS (`apt install cups-client`), or switch printing off"
    )]
    NoCommand(&'static str),
    /// There is no such printer.
    #[error(
        "the system has no such printer ({0}); `lpstat -p` lists the printers, and print.printer names one"
    )]
    NoPrinter(String),
    /// The printing system doesn't answer.
    #[error("`{0}` gave no answer in time; is the printing system (cupsd) running?")]
    NoAnswer(&'static str),
    /// The printing system refuses the picture.
    #[error("the printing system refused the picture: {0}; check the printer and print.options")]
    Refused(String),
    /// The guest has no prints left.
    #[error("{asked} copies are too many: {left} are left in this session; print.copies sets the limit")]
    Limit {
        /// The requested copies.
        asked: u32,
        /// The copies that are left.
        left: u32,
    },
    /// The picture's file can't be read.
    #[error("{} can't be printed: {error}; save the picture first", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The system's error.
        error: io::Error,
    },
    /// The command can't be run.
    #[error("`{command}` can't be run: {error}; check the installation of CUPS")]
    Command {
        /// The command.
        command: &'static str,
        /// The system's error.
        error: io::Error,
    },
}
