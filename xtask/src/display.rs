//! A virtual display, Xvfb, and screenshots of it by ffmpeg.

use crate::{Result, shell};
use std::{
    collections::HashSet,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

const SIZE: &str = "1280x800";

/// The longest wait for the first image of a program.
const TIMEOUT: Duration = Duration::from_secs(180);

/// The time from its first image to the screenshot.
const SETTLE: Duration = Duration::from_secs(4);

/// Runs a program on a display of its own, waits until it shows something, saves a screenshot, and ends the program.
pub fn screenshot(command: &mut Command, path: &Path) -> Result<()> {
    let (_server, display) = start_server()?;
    say!("$ {}", shell::display(command.env("DISPLAY", &display)))?;
    let mut program = KillOnDrop(command.stdin(Stdio::null()).spawn()?);
    let start = Instant::now();
    while !shows_something(&grab(&display)?) {
        if let Some(status) = program.0.try_wait()? {
            return Err(format!(
                "the program ended with {status} before it showed anything; its messages are above"
            )
            .into());
        }
        if start.elapsed() > TIMEOUT {
            return Err(format!("nothing is on the display after {} s", TIMEOUT.as_secs()).into());
        }
        thread::sleep(Duration::from_millis(500));
    }
    thread::sleep(SETTLE);
    if let Some(status) = program.0.try_wait()? {
        return Err(format!("the program ended with {status} on its own").into());
    }
    shell::read(ffmpeg(&display).arg("-y").arg(path))?;
    Ok(())
}

/// A process that is killed on drop.
pub struct KillOnDrop(Child);

impl Drop for KillOnDrop {
    fn drop(&mut self) {
        // It fails if the process has ended, which is fine.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts Xvfb, which chooses a free display. Returns the value for the variable `DISPLAY`.
pub fn start_server() -> Result<(KillOnDrop, String)> {
    let mut server = KillOnDrop(
        Command::new(shell::require_program("Xvfb")?)
            .args(["-displayfd", "1", "-screen", "0", &format!("{SIZE}x24"), "-nolisten", "tcp"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?,
    );
    let mut number = String::new();
    let stdout = server.0.stdout.take().ok_or("Xvfb has no output")?;
    BufReader::new(stdout).read_line(&mut number)?;
    if number.trim().is_empty() {
        return Err("Xvfb didn't start".into());
    }
    Ok((server, format!(":{}", number.trim())))
}

/// The start of an ffmpeg command that grabs the display once.
fn ffmpeg(display: &str) -> Command {
    let mut command = Command::new("ffmpeg");
    command.args([
        "-loglevel",
        "error",
        "-f",
        "x11grab",
        "-video_size",
        SIZE,
        "-i",
        display,
        "-frames:v",
        "1",
    ]);
    command
}

/// The pixels of the display, as rows of RGB.
fn grab(display: &str) -> Result<Vec<u8>> {
    let output = ffmpeg(display)
        .args(["-f", "rawvideo", "-pix_fmt", "rgb24", "-"])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if output.status.success() { Ok(output.stdout) } else { Err("ffmpeg can't grab the display".into()) }
}

/// True if pixels show something: an empty display has one color, and an empty window on it has a second.
fn shows_something(pixels: &[u8]) -> bool {
    pixels.chunks_exact(3).collect::<HashSet<_>>().len() > 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_window_shows_nothing() {
        assert!(!shows_something(&[]));
        assert!(!shows_something(&[7, 8, 9, 0, 0, 0, 7, 8, 9]));
        assert!(shows_something(&(0..60).collect::<Vec<_>>()));
    }
}
