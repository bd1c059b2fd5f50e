//! Standard output and standard error, which may be closed or full. `println!` and `eprintln!` panic then.

use std::io::{self, ErrorKind, Write};

use bevy::app::AppExit;
use bevy_viewfinder::prelude::*;

/// Writes text to the standard output. A closed pipe is a success: the reader (`headless --list | head -1`) has all
/// that it wants.
///
/// # Errors
/// [`ErrorName::Operation`] for any other failure, such as a full disk.
pub fn print(text: &str) -> Result<(), MediaError> {
    print_to(&mut io::stdout().lock(), text)
}

fn print_to(output: &mut impl Write, text: &str) -> Result<(), MediaError> {
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(MediaError::operation(format!(
            "the standard output can't be written: {error}; free some space, or send it elsewhere"
        ))),
        _ => Ok(()),
    }
}

/// Writes a line to the standard error. A failure is ignored: there is no other place to report it.
pub fn note(text: &str) {
    let _ = writeln!(io::stderr(), "{}", one_line(text));
}

/// Prints an error as one line, and returns its exit status, 3.
pub fn fail(error: &MediaError) -> AppExit {
    note(&format!("error: {error}"));
    AppExit::from_code(3)
}

/// Prints an error of the command line as one line, and returns its exit status, 2.
pub fn misuse(message: &str) -> AppExit {
    note(&format!("error: {}", MediaError::type_error(message.to_owned())));
    AppExit::from_code(2)
}

/// Replaces line breaks and other control characters, which file names may contain, by spaces.
fn one_line(text: &str) -> String {
    text.trim_end().replace(char::is_control, " ")
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
    fn a_closed_pipe_is_a_success_and_a_full_disk_is_not() {
        assert_eq!(print_to(&mut Failing(ErrorKind::BrokenPipe), "text"), Ok(()));
        let error = print_to(&mut Failing(ErrorKind::StorageFull), "text").expect_err("nothing was written");
        assert_eq!(error.name, ErrorName::Operation);
    }

    #[test]
    fn a_message_stays_on_one_line() {
        assert_eq!(one_line("a\nb\r\tc\u{1b}[31md\n"), "a b  c [31md");
    }
}
