//! The library in real browsers, with cameras of their own making, driven by `tests/web`.

use crate::{
    Result, display, npm, packages, paths,
    report::Tally,
    shell,
    web::{self, Site, server::Server},
};
use std::{fs, path::PathBuf, process::Command};

/// The example that is the page under test.
const PAGE: &str = "web_test";

/// The programs that may be each browser; the first has the name of Debian's package.
const CHROMIUM: &[&str] = &["chromium", "google-chrome", "chromium-browser"];
const FIREFOX: &[&str] = &["firefox-esr", "firefox"];

/// What the browsers draw with and are driven by.
const PACKAGES: &[&str] =
    &["libegl-mesa0", "libegl1", "libgl1", "libgl1-mesa-dri", "libpci3", "nodejs", "xvfb"];

/// What has to be installed.
pub fn packages() -> Vec<&'static str> {
    let mut packages = [&web::packages(), packages::TESTS, PACKAGES].concat();
    let missing = [CHROMIUM, FIREFOX].into_iter().filter(|programs| find(programs).is_none());
    packages.extend(missing.map(|programs| programs[0]).filter(|name| packages::is_known(name)));
    // Some packages of Node.js bring it, and refuse the one of Debian.
    if shell::find_program("npm").is_none() {
        packages.push("npm");
    }
    packages
}

fn find(programs: &[&str]) -> Option<PathBuf> {
    programs.iter().find_map(|name| shell::find_program(name))
}

/// Builds the page under test for WebGL2; the scenarios then find it built.
pub fn page() -> Result<Tally> {
    if let Some(reason) = why_not() {
        return Ok(Tally::skip(reason));
    }
    site(false, false).build()?;
    Ok(Tally::pass())
}

fn site(webgpu: bool, release: bool) -> Site {
    Site { example: PAGE.to_owned(), webgpu, release }
}

/// All scenarios on WebGL2.
pub fn webgl2() -> Result<Tally> {
    test("PAGE_WEBGL2", false, false)
}

/// All scenarios on WebGPU, in the browser that has it on Linux.
pub fn webgpu() -> Result<Tally> {
    test("PAGE_WEBGPU", true, false)
}

/// Those scenarios on WebGPU for which the graphics interface matters most.
pub fn webgpu_graphics() -> Result<Tally> {
    test("PAGE_WEBGPU", true, true)
}

/// Builds the page for one of the browsers' interfaces, and runs its scenarios. `page` is the variable by which the
/// driver is told of it.
fn test(page: &str, webgpu: bool, graphics: bool) -> Result<Tally> {
    if let Some(reason) = why_not() {
        return Ok(Tally::skip(reason));
    }
    let mut tally = Tally::default();
    for (name, programs) in [("Chromium", CHROMIUM), ("Firefox", FIREFOX)] {
        if find(programs).is_none() {
            tally += Tally::skip(format!("{name} isn't installed"));
        }
    }
    if tally.skipped == 2 {
        return Ok(tally);
    }
    let results = paths::target().join("xtask/web/results.tap");
    let (mut command, _running) = driver(page, webgpu, false)?;
    command
        // What happened, for people and for us.
        .args(["--test-reporter=spec", "--test-reporter-destination=stdout"])
        .arg("--test-reporter=tap")
        .arg(format!("--test-reporter-destination={}", results.display()))
        .arg("main.mjs")
        .env_remove("GRAPHICS")
        .envs(graphics.then_some(("GRAPHICS", "1")));
    say!("$ {}", shell::display(&command))?;
    let (status, _) = shell::echo(&mut command, "")?;
    tally += of_tap(&fs::read_to_string(&results)?);
    if tally.passed == 0 || (!status.success() && tally.failed == 0) {
        say!("the browsers' tests ended with {status} and {}", tally.summary())?;
        tally += Tally::fail();
    }
    Ok(tally)
}

/// What a camera costs in Chromium, on WebGL2, as tables. The page is built as it would be shipped.
pub fn bench() -> Result<String> {
    if let Some(reason) = why_not() {
        return Err(reason.into());
    }
    let (mut command, _running) = driver("PAGE_WEBGL2", false, true)?;
    command.arg("bench.mjs");
    say!("$ {}", shell::display(&command))?;
    let (status, tables) = shell::echo(&mut command, "")?;
    if status.success() { Ok(tables) } else { Err(format!("the driver ended with {status}").into()) }
}

/// Why no browser can be driven here.
fn why_not() -> Option<String> {
    if !cfg!(target_os = "linux") {
        return Some("the browsers are driven on a virtual display, which is for Linux".into());
    }
    if let Err(reason) = web::supported() {
        return Some(reason);
    }
    let missing = ["node", "npm", "Xvfb"].into_iter().find(|name| shell::find_program(name).is_none())?;
    Some(format!("the browsers are driven with {missing}, which isn't installed"))
}

/// Node.js in the driver's folder, told where the browsers and the page are, which is built. What comes with it has
/// to live as long: the display, and the page's server.
fn driver(page: &str, webgpu: bool, release: bool) -> Result<(Command, (display::Ended, Server))> {
    let folder = install_driver()?;
    let site = site(webgpu, release).build()?;
    let (ended, display) = display::start_server()?;
    let server = Server::start_anywhere(site)?;
    let mut command = Command::new(shell::require_program("node")?);
    command
        .current_dir(folder)
        .env("DISPLAY", display)
        .env("OUT", paths::target().join("xtask/web/out"))
        .env("GOLDEN", paths::root().join("tests/effects/golden"))
        .env(page, format!("http://localhost:{}/", server.port()));
    for (variable, programs) in [("CHROMIUM", CHROMIUM), ("FIREFOX", FIREFOX)] {
        let program = find(programs);
        command.env_remove(variable).envs(program.map(|program| (variable, program)));
    }
    Ok((command, (ended, server)))
}

/// A copy of the driver, with what it needs.
fn install_driver() -> Result<PathBuf> {
    let folder = paths::target().join("xtask/web/driver");
    let scenarios = folder.join("scenarios");
    // Of those that are no more.
    if scenarios.exists() {
        fs::remove_dir_all(&scenarios)?;
    }
    npm::install(&paths::root().join("tests/web"), &folder)?;
    Ok(folder)
}

/// Counts the tests in what Node.js writes: the Test Anything Protocol.
fn of_tap(text: &str) -> Tally {
    let mut tally = Tally::default();
    for line in text.lines() {
        let (passed, rest) = match line.split_once("ok ") {
            Some(("", rest)) => (true, rest),
            Some(("not ", rest)) => (false, rest),
            _ => continue,
        };
        let name = rest.split_once(" - ").map_or(rest, |(_, name)| name);
        tally += if let Some((name, reason)) = name.split_once(" # SKIP") {
            Tally::skip(format!("{name}: {}", reason.trim()))
        } else if passed {
            Tally::pass()
        } else {
            Tally { failures: vec![name.to_owned()], ..Tally::fail() }
        };
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_node_reports() {
        let text = "TAP version 13\n# Subtest: a, b\nok 1 - a, b\n  ---\n  duration_ms: 2\n  ...\n\
            not ok 2 - a, c\n  ---\n  ok: 3\n  error: 'it is not ok to do so'\n  ...\n\
            ok 3 - a, d # SKIP no camera\n1..3\n# pass 1\n# fail 1\n";
        let tally = of_tap(text);
        assert_eq!((tally.passed, tally.failed, tally.skipped), (1, 1, 1));
        assert_eq!(tally.failures, ["a, c"]);
        assert_eq!(tally.reasons, ["a, d: no camera"]);
    }
}
