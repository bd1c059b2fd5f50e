//! Other programs: each command is printed before it runs, and an error names the command that failed.

use crate::Result;
use std::{
    env,
    ffi::OsStr,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
};

/// The command as one line for a shell: with its environment variables, and quotes where needed.
pub fn display(command: &Command) -> String {
    let variables =
        command.get_envs().filter_map(|(name, value)| Some(format!("{}={}", name.display(), quote(value?))));
    // Cargo was called by a full path: its name is enough.
    let program = command.get_program();
    let program =
        if env::var_os("CARGO").is_some_and(|cargo| cargo == program) { "cargo".as_ref() } else { program };
    let words = std::iter::once(program).chain(command.get_args()).map(quote);
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

/// A word, quoted for a POSIX shell.
pub fn quote(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:+@%^".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Runs a command that inherits standard output and standard error. An exit status other than 0 is an error.
pub fn run(command: &mut Command) -> Result<()> {
    say!("$ {}", display(command))?;
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("{} can't be started: {error}", command.get_program().display()))?;
    if status.success() { Ok(()) } else { Err(failure(command, &status.to_string())) }
}

/// Starts a command without waiting for it.
pub fn spawn(command: &mut Command) -> Result<Child> {
    say!("$ {}", display(command))?;
    command
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| format!("{} can't be started: {error}", command.get_program().display()).into())
}

/// Runs a command without printing it and returns its standard output.
pub fn read(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{} can't be started: {error}", command.get_program().display()))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(failure(command, &output.status.to_string()))
    }
}

/// Runs a command, prints each line of its standard output at once, after `prefix`, and returns the output.
pub fn echo(command: &mut Command, prefix: &str) -> Result<(ExitStatus, String)> {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("{} can't be started: {error}", command.get_program().display()))?;
    let mut output = String::new();
    let mut shown = Ok(());
    for line in child.stdout.take().into_iter().flat_map(|stdout| BufReader::new(stdout).split(b'\n')) {
        let line = String::from_utf8_lossy(&line?).replace('\r', "");
        // The command runs to its end even if nobody reads the output any more.
        shown = shown.and_then(|()| say!("{prefix}{line}"));
        output.push_str(&line);
        output.push('\n');
    }
    let status = child.wait()?;
    shown.map(|()| (status, output))
}

/// True if the command runs and exits with 0. Its output is discarded.
pub fn succeeds(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

fn failure(command: &Command, status: &str) -> crate::error::Error {
    format!("`{}` ended with {status}", display(command)).into()
}

/// Finds a program on the `PATH`, or in the folders of system tools that a user's `PATH` often lacks.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin", "/usr/bin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// [`find_program`], with an error if there is no such program.
pub fn require_program(name: &str) -> Result<PathBuf> {
    find_program(name).ok_or_else(|| format!("the program `{name}` isn't installed: install it").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_only_what_a_shell_would_change() {
        assert_eq!(quote(OsStr::new("--stream-to=/mnt/x.raw")), "--stream-to=/mnt/x.raw");
        assert_eq!(quote(OsStr::new("two words")), "'two words'");
        assert_eq!(quote(OsStr::new("it's")), r"'it'\''s'");
        assert_eq!(quote(OsStr::new("")), "''");
    }

    #[test]
    fn a_failing_command_is_named() {
        let error = run(Command::new("sh").args(["-c", "exit 7"])).unwrap_err().to_string();
        assert!(error.contains("sh -c 'exit 7'") && error.contains('7'), "{error}");
        assert!(
            run(&mut Command::new("no-such-program")).unwrap_err().to_string().contains("no-such-program")
        );
    }

    #[test]
    fn echoes_and_keeps_the_lines_of_a_failing_command() {
        let (status, output) =
            echo(Command::new("sh").args(["-c", "printf 'a\\r\\nb'; exit 3"]), "| ").unwrap();
        assert_eq!((status.code(), output.as_str()), (Some(3), "a\nb\n"));
    }

    #[test]
    fn reads_standard_output() {
        assert_eq!(read(Command::new("printf").arg("a b")).unwrap(), "a b");
    }
}
