//! A display where there is none: Xvfb, and a photograph of what is on it by ffmpeg.

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

/// How long a program may take until it shows something.
const PATIENCE: Duration = Duration::from_secs(180);

/// How long it runs on before the photograph.
const SETTLE: Duration = Duration::from_secs(4);

/// Runs a program on a display of its own, waits until it shows a picture, saves that, and ends the program.
pub fn photograph(command: &mut Command, picture: &Path) -> Result<()> {
    let (_server, display) = start_server()?;
    say!("$ {}", shell::display(command.env("DISPLAY", &display)))?;
    let mut program = Ended(command.stdin(Stdio::null()).spawn()?);
    let start = Instant::now();
    while !is_picture(&grab(&display)?) {
        if let Some(status) = program.0.try_wait()? {
            return Err(format!("the program ended with {status} before it showed anything").into());
        }
        if start.elapsed() > PATIENCE {
            return Err(format!("no picture on the display after {} s", PATIENCE.as_secs()).into());
        }
        thread::sleep(Duration::from_millis(500));
    }
    thread::sleep(SETTLE);
    if let Some(status) = program.0.try_wait()? {
        return Err(format!("the program ended with {status} on its own").into());
    }
    shell::read(camera(&display).arg("-y").arg(picture))?;
    Ok(())
}

/// A process that doesn't outlive us.
pub struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may be gone already, which is as well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts Xvfb, which chooses a free display and says which, for the variable `DISPLAY`.
pub fn start_server() -> Result<(Ended, String)> {
    let mut server = Ended(
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

/// ffmpeg, about to take one picture of the whole display.
fn camera(display: &str) -> Command {
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

/// What is on the display, as rows of RGB.
fn grab(display: &str) -> Result<Vec<u8>> {
    let output = camera(display)
        .args(["-f", "rawvideo", "-pix_fmt", "rgb24", "-"])
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    if output.status.success() { Ok(output.stdout) } else { Err("ffmpeg can't see the display".into()) }
}

/// Whether pixels show something: an empty display has one color, an empty window on it a second.
fn is_picture(pixels: &[u8]) -> bool {
    pixels.chunks_exact(3).collect::<HashSet<_>>().len() > 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_window_is_no_picture() {
        assert!(!is_picture(&[]));
        assert!(!is_picture(&[7, 8, 9, 0, 0, 0, 7, 8, 9]));
        assert!(is_picture(&(0..60).collect::<Vec<_>>()));
    }
}
