//! Commands with a time limit.

use std::{
    ffi::OsStr,
    io::{ErrorKind, Read},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, channel},
    thread,
    time::{Duration, Instant},
};

use super::error::PrintError;

/// The most bytes of output that are read.
const OUTPUT: u64 = 64 * 1024;
/// The time between two looks at a command that is running.
const REST: Duration = Duration::from_millis(20);
/// The time for the rest of the output once a command has ended.
const LAST_OUTPUT: Duration = Duration::from_secs(1);

/// The result of a command.
#[derive(Debug)]
pub struct Output {
    pub status: ExitStatus,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a command and waits for its end, at most for `time`. Its messages are in English.
///
/// # Errors
/// [`PrintError::NoCommand`], [`PrintError::NoAnswer`], [`PrintError::Command`].
pub fn run<A: AsRef<OsStr>>(
    folder: Option<&Path>,
    name: &'static str,
    arguments: impl IntoIterator<Item = A>,
    time: Duration,
) -> Result<Output, PrintError> {
    let program = folder.map_or_else(|| name.into(), |folder| folder.join(name));
    let cannot = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound => PrintError::NoCommand(name),
        _ => PrintError::Command { command: name, error },
    };
    let mut child = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(cannot)?;
    let stdout = read(child.stdout.take());
    let stderr = read(child.stderr.take());
    let status = wait(&mut child, time).map_err(cannot)?.ok_or(PrintError::NoAnswer(name))?;
    let output = |text: Receiver<String>| text.recv_timeout(LAST_OUTPUT).unwrap_or_default();
    Ok(Output { status, stdout: output(stdout), stderr: output(stderr) })
}

/// Reads an output on a thread. It may outlive the command: children of the command can keep the output open.
fn read(output: Option<impl Read + Send + 'static>) -> Receiver<String> {
    let (sender, receiver) = channel();
    if let Some(output) = output {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = output.take(OUTPUT).read_to_end(&mut bytes);
            let _ = sender.send(String::from_utf8_lossy(&bytes).into_owned());
        });
    }
    receiver
}

/// Waits for the end of a command. `None` if it was ended because its time was over.
fn wait(child: &mut Child, time: Duration) -> std::io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + time;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(REST);
    }
}
