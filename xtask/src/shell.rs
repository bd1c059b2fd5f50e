//! Running other programs: every command is printed before it runs, and a failure says which one failed.

use crate::Result;
use std::{
    env,
    ffi::OsStr,
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Child, Command, ExitStatus, Stdio},
};

/// The command as one line that could be typed: with the variables that it sets, and quotes where needed.
pub fn display(command: &Command) -> String {
    let variables =
        command.get_envs().filter_map(|(name, value)| Some(format!("{}={}", name.display(), quote(value?))));
    // By whatever path cargo was called: one types its name.
    let program = command.get_program();
    let program =
        if env::var_os("CARGO").is_some_and(|cargo| cargo == program) { "cargo".as_ref() } else { program };
    let words = std::iter::once(program).chain(command.get_args()).map(quote);
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

/// A word as a POSIX shell reads it back unchanged.
pub fn quote(word: &OsStr) -> String {
    let text = word.to_string_lossy();
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_=./,:+@%^".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

/// Runs a command with its output on ours. An exit status other than 0 is an error.
pub fn run(command: &mut Command) -> Result<()> {
    say!("$ {}", display(command))?;
    let status = command
        .stdin(Stdio::null())
        .status()
        .map_err(|error| format!("{} can't be started: {error}", command.get_program().display()))?;
    if status.success() { Ok(()) } else { Err(failure(command, &status.to_string())) }
}

/// Starts a command, and doesn't wait for it.
pub fn spawn(command: &mut Command) -> Result<Child> {
    say!("$ {}", display(command))?;
    command
        .stdin(Stdio::null())
        .spawn()
        .map_err(|error| format!("{} can't be started: {error}", command.get_program().display()).into())
}

/// Runs a command quietly and gives back what it wrote to its standard output.
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

/// Runs a command, shows its standard output line by line as it comes, each after `prefix`, and gives it back.
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
        // A command that has begun goes on to its end, also when its reader has gone.
        shown = shown.and_then(|()| say!("{prefix}{line}"));
        output.push_str(&line);
        output.push('\n');
    }
    let status = child.wait()?;
    shown.map(|()| (status, output))
}

/// Whether a command runs and ends with 0, whatever it prints.
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

/// Where a program lies: on the `PATH`, or with the system's own tools, which an ordinary user's `PATH`
/// often leaves out.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .chain(["/usr/sbin", "/sbin", "/usr/bin"].map(PathBuf::from))
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// The same as [`find_program`], for a program that the next step can't do without.
pub fn require_program(name: &str) -> Result<PathBuf> {
    find_program(name).ok_or_else(|| format!("the program `{name}` isn't installed").into())
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
