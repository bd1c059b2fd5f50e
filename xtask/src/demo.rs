//! `cargo xtask demo`: builds and runs the photobooth.

use crate::{
    Result,
    cargo::{self, PHOTOBOOTH, PHOTOBOOTH_FEATURES},
    display, graphics, packages, paths,
    report::Tally,
    shell,
};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// The strip that its headless run leaves in the output folder.
pub const STRIP: &str = "strip.png";

/// The clip that its headless run leaves there: VP8 in WebM, or else Motion JPEG in Matroska.
const CLIP: &str = if cfg!(target_os = "linux") { "clip.webm" } else { "clip.mkv" };

/// The images that its headless run leaves there.
const RESULTS: &[&str] = &[STRIP, "collage.png", "animation.gif", "boomerang.gif"];

/// `cargo xtask demo [--headless | --window] [--release] [-- PHOTOBOOTH'S OPTIONS]`
pub fn main(arguments: &[String]) -> Result<ExitCode> {
    let (ours, theirs) = match arguments.iter().position(|argument| argument == "--") {
        Some(at) => (&arguments[..at], &arguments[at + 1..]),
        None => (arguments, &[][..]),
    };
    let (mut headless, mut window, mut release) = (false, false, false);
    for argument in ours {
        match argument.as_str() {
            "--headless" => headless = true,
            "--window" => window = true,
            "--release" => release = true,
            unknown => return Err(format!("the demo has no option {unknown}: see cargo xtask help").into()),
        }
    }
    if headless && window {
        return Err("the demo is either --headless or in a --window: give one of them".into());
    }
    let headless = headless || (!window && !has_display());

    let shows = if headless { &[][..] } else { packages::WINDOW };
    let tools = if window && !has_display() { packages::TESTS } else { &[][..] };
    packages::ensure(&[packages::BUILD, packages::GRAPHICS, shows, tools].concat())?;
    let program = build(release)?;
    let out = paths::root().join("out");
    fs::create_dir_all(&out)?;
    if headless {
        say!("there is no display, or --headless was given: the photobooth runs without a window")?;
        run_headless(&program, &out, theirs)?;
        say!("\nall files: {}", out.display())?;
    } else if has_display() {
        shell::run(photobooth(&program, &out).args(theirs))?;
        say!("\nsaved results: {}", out.display())?;
    } else {
        say!("there is no display: the window opens on a virtual one, and a screenshot is saved")?;
        let screenshot = run_on_virtual_display(&program, &out, theirs)?;
        say!("\nthe window: {}\nall files: {}", screenshot.display(), out.display())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The step of `cargo xtask test`: the same program, once without a window and once with.
pub fn test() -> Result<Tally> {
    let out = paths::target().join("xtask/demo");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    fs::create_dir_all(&out)?;
    let program = build_tested()?;
    run_headless(&program, &out, &[])?;
    let mut tally = Tally::pass();
    if cfg!(target_os = "linux") {
        say!("the window: {}", run_on_virtual_display(&program, &out, &[])?.display())?;
        tally += Tally::pass();
    } else {
        tally += Tally::skip("the window is tested on a virtual display, which is for Linux");
    }
    Ok(tally)
}

/// Builds the photobooth, without optimization unless `release`: the GPU and the decoder, which is always optimized, do
/// the slow work.
pub fn build(release: bool) -> Result<PathBuf> {
    let profile = if release { &["--release"][..] } else { &[] };
    let mut command = cargo::cargo();
    command.args(["build", "-p", PHOTOBOOTH, "--bin", PHOTOBOOTH]).args(PHOTOBOOTH_FEATURES).args(profile);
    cargo::built(&mut command, "bin", PHOTOBOOTH)
}

/// Builds the photobooth with the library that the tests have built.
pub fn build_tested() -> Result<PathBuf> {
    let mut command = cargo::cargo();
    // With an example the features are those of the tests.
    command.arg("build").args(cargo::tested_packages()).args(["--bin", PHOTOBOOTH, "--example", "headless"]);
    cargo::built(&mut command, "bin", PHOTOBOOTH)
}

/// Runs the photobooth without a window. It prints the paths of its results, which are new files.
fn run_headless(program: &Path, out: &Path, options: &[String]) -> Result<()> {
    let results = || RESULTS.iter().map(|name| out.join(name));
    for result in results().chain([out.join(CLIP)]).filter(|path| path.exists()) {
        fs::remove_file(result)?;
    }
    shell::run(photobooth(program, out).arg("--headless").args(options))?;
    if let Some(missing) = results().find(|path| !is_image(path)) {
        return Err(format!("the photobooth left no {}", missing.display()).into());
    }
    check_clip(&out.join(CLIP))
}

/// Checks the first bytes of the clip, and reads it by ffprobe if that is installed.
fn check_clip(clip: &Path) -> Result<()> {
    if !fs::read(clip).is_ok_and(|bytes| bytes.starts_with(b"\x1a\x45\xdf\xa3")) {
        return Err(format!("the photobooth left no {}", clip.display()).into());
    }
    if shell::find_program("ffprobe").is_none() {
        return say!("ffprobe isn't installed, so the clip isn't decoded");
    }
    let entries = "stream=codec_name,nb_read_frames:format=duration";
    let mut ffprobe = Command::new("ffprobe");
    ffprobe.args(["-v", "error", "-count_frames", "-of", "csv=p=0", "-show_entries", entries]).arg(clip);
    let read = shell::read(&mut ffprobe)?;
    let Some((codec, frames, seconds)) = clip_figures(&read) else {
        return Err(format!("{} can't be played: ffprobe says {read:?}", clip.display()).into());
    };
    say!("the clip, as ffprobe reads it: {codec}, {frames} frames, {seconds:.1} s")
}

/// The codec, the frames and the seconds of a clip, from the output of ffprobe. `None` for a file without frames.
fn clip_figures(output: &str) -> Option<(&str, u32, f64)> {
    let (stream, format) = output.trim().split_once('\n')?;
    let (codec, frames) = stream.trim_end_matches(',').split_once(',')?;
    let (frames, seconds) = (frames.parse().ok()?, format.trim().parse().ok()?);
    (frames >= 2 && seconds > 0.5).then_some((codec, frames, seconds))
}

fn run_on_virtual_display(program: &Path, out: &Path, options: &[String]) -> Result<PathBuf> {
    let screenshot = out.join("window.png");
    display::screenshot(photobooth(program, out).args(options), &screenshot)?;
    Ok(screenshot)
}

/// The photobooth as cargo would run it: Bevy finds its assets by `CARGO_MANIFEST_DIR`.
fn photobooth(program: &Path, out: &Path) -> Command {
    let mut command = Command::new(program);
    let folder = paths::root().join("examples").join(PHOTOBOOTH);
    command.arg("--out").arg(out).env("CARGO_MANIFEST_DIR", folder).envs(graphics::for_this_machine());
    command
}

/// True if a window can be shown. On Linux, X11 decides, which Wayland desktops offer too.
fn has_display() -> bool {
    !cfg!(target_os = "linux") || env::var_os("DISPLAY").is_some_and(|display| !display.is_empty())
}

/// True if the file exists and starts with the signature of a PNG or a GIF.
pub fn is_image(path: &Path) -> bool {
    fs::read(path).is_ok_and(|bytes| bytes.starts_with(b"\x89PNG\r\n\x1a\n") || bytes.starts_with(b"GIF89a"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clip_has_frames_and_a_length() {
        assert_eq!(clip_figures("vp8,150\n5.012000\n"), Some(("vp8", 150, 5.012)));
        assert_eq!(clip_figures("mjpeg,30,\n1.5\n"), Some(("mjpeg", 30, 1.5)));
        for nothing in ["", "vp8,150\n", "vp8,N/A\nN/A\n", "vp8,1\n0.033\n", "vp8,150\nN/A\n"] {
            assert_eq!(clip_figures(nothing), None, "{nothing}");
        }
    }
}
