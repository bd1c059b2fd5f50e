//! Output to a pipe that the reader may have closed. `println!` panics then.

use crate::Result;
use std::{
    fmt,
    io::{self, ErrorKind, Write},
};

/// Prints a line as `println!` does, and returns the error instead of panicking.
macro_rules! say {
    ($($argument:tt)*) => { $crate::output::line(format_args!($($argument)*)) };
}

/// The reader of the output is gone, as `head` is once it has its lines. The work ends then, without a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closed;

/// The exit status for it: the one that a shell reports for a program that SIGPIPE ended.
pub const CLOSED: u8 = 141;

impl fmt::Display for Closed {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("the output is closed")
    }
}

impl std::error::Error for Closed {}

/// Prints a line.
pub fn line(text: fmt::Arguments) -> Result<()> {
    line_to(&mut io::stdout().lock(), text)
}

fn line_to(output: &mut impl Write, text: fmt::Arguments) -> Result<()> {
    output.write_fmt(format_args!("{text}\n")).and_then(|()| output.flush()).map_err(|error| {
        match error.kind() {
            ErrorKind::BrokenPipe => Closed.into(),
            _ => format!("the output can't be written: {error}").into(),
        }
    })
}

/// Prints a line to the standard error. A failure is ignored: there is no place to report it.
pub fn complain(text: fmt::Arguments) {
    let _ = writeln!(io::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An output on which each write fails with this error.
    struct Failing(ErrorKind);

    impl Write for Failing {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_closed_pipe_differs_from_a_full_disk() {
        let failure = |kind| line_to(&mut Failing(kind), format_args!("a line")).unwrap_err();
        assert!(failure(ErrorKind::BrokenPipe).is::<Closed>());
        assert!(!failure(ErrorKind::StorageFull).is::<Closed>());
    }
}
