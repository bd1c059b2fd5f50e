//! A printer.

use std::{ffi::OsString, fs::File, path::Path, time::Duration};

use super::{
    command::{Output, run},
    error::PrintError,
    state::PrinterState,
};
use crate::venue::PrintSettings;

/// The time for a command. CUPS itself gives up on a dead server after some seconds.
const TIME: Duration = Duration::from_secs(20);

/// A picture in the printer's queue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The name that the system gave it, such as `Booth-7`. Empty if it gave none.
    pub name: String,
    /// The number of copies.
    pub copies: u32,
}

/// A printer of the system. Its methods wait for commands: not for the main thread.
#[derive(Debug, Clone)]
pub struct Printer {
    settings: PrintSettings,
    time: Duration,
}

impl Printer {
    /// The printer of the settings.
    pub fn new(settings: PrintSettings) -> Self {
        Self { settings, time: TIME }
    }

    /// Sets the time for a command, 20 s by default.
    #[must_use]
    pub fn with_time(mut self, time: Duration) -> Self {
        self.time = time;
        self
    }

    /// Puts a picture into the printer's queue.
    ///
    /// # Errors
    /// [`PrintError::File`] if the file can't be read, [`PrintError::NoPrinter`], [`PrintError::NoCommand`],
    /// [`PrintError::NoAnswer`], and [`PrintError::Refused`] with the system's reason.
    pub fn print(&self, file: &Path, copies: u32) -> Result<Job, PrintError> {
        let cannot = |error| PrintError::File { path: file.into(), error };
        // An absolute path is never taken for an option.
        let path = file.canonicalize().map_err(cannot)?;
        File::open(&path).map_err(cannot)?;
        let mut arguments: Vec<OsString> = Vec::new();
        if let Some(printer) = &self.settings.printer {
            arguments.extend(["-d".into(), printer.into()]);
        }
        arguments.extend(["-n".into(), copies.to_string().into(), "-t".into(), "Photobooth".into()]);
        for option in &self.settings.options {
            arguments.extend(["-o".into(), option.into()]);
        }
        arguments.extend(["--".into(), path.into()]);
        let output = self.run("lp", arguments)?;
        // "request id is Booth-7 (1 file(s))"
        let name = output.stdout.split_whitespace().nth(3).unwrap_or_default().to_owned();
        Ok(Job { name, copies })
    }

    /// The printer's state.
    ///
    /// # Errors
    /// [`PrintError::NoPrinter`], [`PrintError::NoCommand`], [`PrintError::NoAnswer`], [`PrintError::Refused`].
    pub fn state(&self) -> Result<PrinterState, PrintError> {
        let printer = match &self.settings.printer {
            Some(printer) => printer.clone(),
            None => self.default_printer()?,
        };
        let output = self.run("lpstat", ["-l".to_owned(), "-p".to_owned(), printer])?;
        Ok(PrinterState::parse(&output.stdout))
    }

    fn default_printer(&self) -> Result<String, PrintError> {
        let output = self.run("lpstat", ["-d"])?;
        let name = output.stdout.trim().strip_prefix("system default destination: ").map(ToOwned::to_owned);
        name.ok_or_else(|| PrintError::NoPrinter(output.stdout.trim().to_owned()))
    }

    fn run<A: AsRef<std::ffi::OsStr>>(
        &self,
        command: &'static str,
        arguments: impl IntoIterator<Item = A>,
    ) -> Result<Output, PrintError> {
        let output = run(self.settings.programs.as_deref(), command, arguments, self.time)?;
        if output.status.success() { Ok(output) } else { Err(refusal(&output.stderr)) }
    }
}

/// The error from the message of a command that failed, in English.
fn refusal(message: &str) -> PrintError {
    let message = message.trim();
    let unknown = [
        "no default destination",
        "printer or class does not exist",
        "invalid destination name",
        "no destinations added",
        "unknown destination",
    ];
    let lower = message.to_lowercase();
    if unknown.iter().any(|part| lower.contains(part)) {
        PrintError::NoPrinter(message.into())
    } else {
        PrintError::Refused(message.into())
    }
}
