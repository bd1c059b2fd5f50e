//! `cargo xtask demo`: builds and runs the photobooth.

use crate::{Result, cargo, display, graphics, packages, paths, report::Tally, shell};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// The package that the demo is.
pub const PACKAGE: &str = "photobooth";

/// The strip that its headless run leaves in the output folder.
pub const STRIP: &str = "strip.png";

/// The files that its headless run leaves there.
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
    let program = build(false)?;
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
/// the slow work, and the tests have built Bevy in this profile already.
fn build(release: bool) -> Result<PathBuf> {
    cargo::build("bin", PACKAGE, if release { &["--release"] } else { &[] })
}

/// Runs the photobooth without a window. It prints the paths of its results, which are new files.
fn run_headless(program: &Path, out: &Path, options: &[String]) -> Result<()> {
    for result in RESULTS.iter().map(|name| out.join(name)).filter(|path| path.exists()) {
        fs::remove_file(result)?;
    }
    shell::run(photobooth(program, out).arg("--headless").args(options))?;
    match RESULTS.iter().map(|name| out.join(name)).find(|path| !is_image(path)) {
        Some(missing) => Err(format!("the photobooth left no {}", missing.display()).into()),
        None => Ok(()),
    }
}

fn run_on_virtual_display(program: &Path, out: &Path, options: &[String]) -> Result<PathBuf> {
    let screenshot = out.join("window.png");
    display::screenshot(photobooth(program, out).args(options), &screenshot)?;
    Ok(screenshot)
}

/// The photobooth as cargo would run it: Bevy finds its assets by `CARGO_MANIFEST_DIR`.
fn photobooth(program: &Path, out: &Path) -> Command {
    let mut command = Command::new(program);
    let folder = paths::root().join("examples").join(PACKAGE);
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
