//! The library in real browsers, with cameras of their own making, driven by `tests/web`.

use crate::{
    Result, display, packages, paths,
    report::Tally,
    shell,
    web::{self, Site, server::Server},
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

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

/// All scenarios on WebGL2.
pub fn webgl2() -> Result<Tally> {
    test("PAGE_WEBGL2", false)
}

/// All scenarios on WebGPU, in the browser that has it on Linux.
pub fn webgpu() -> Result<Tally> {
    test("PAGE_WEBGPU", true)
}

/// Builds the page for one of the browsers' interfaces, and runs its scenarios. `page` is the variable by which the
/// driver is told of it.
fn test(page: &str, webgpu: bool) -> Result<Tally> {
    let (chromium, firefox) = (find(CHROMIUM), find(FIREFOX));
    if !cfg!(target_os = "linux") {
        return Ok(Tally::skip("the browsers are driven on a virtual display, which is for Linux"));
    }
    if let Err(reason) = web::supported() {
        return Ok(Tally::skip(reason));
    }
    if let Some(missing) = ["node", "npm", "Xvfb"].iter().find(|name| shell::find_program(name).is_none()) {
        return Ok(Tally::skip(format!("the browsers are driven with {missing}, which isn't installed")));
    }
    let mut tally = Tally::default();
    for (name, program) in [("Chromium", &chromium), ("Firefox", &firefox)] {
        if program.is_none() {
            tally += Tally::skip(format!("{name} isn't installed"));
        }
    }
    if chromium.is_none() && firefox.is_none() {
        return Ok(tally);
    }
    let driver = install_driver()?;
    let (_display, display) = display::start_server()?;
    let out = paths::target().join("xtask/web/out");
    let results = paths::target().join("xtask/web/results.tap");
    let mut command = Command::new(shell::require_program("node")?);
    command
        .current_dir(&driver)
        // What happened, for people and for us.
        .args(["--test-reporter=spec", "--test-reporter-destination=stdout"])
        .arg("--test-reporter=tap")
        .arg(format!("--test-reporter-destination={}", results.display()))
        .arg("main.mjs")
        .env("DISPLAY", display)
        .env("OUT", &out);
    for (variable, program) in [("CHROMIUM", chromium), ("FIREFOX", firefox)] {
        command.env_remove(variable).envs(program.map(|program| (variable, program)));
    }
    let folder = Site { example: PAGE.to_owned(), webgpu, release: false }.build()?;
    let server = Server::start_anywhere(folder)?;
    command.env(page, format!("http://localhost:{}/", server.port()));
    println!("$ {}", shell::display(&command));
    let (status, _) = shell::echo(&mut command, "")?;
    tally += of_tap(&fs::read_to_string(&results)?);
    if tally.passed == 0 || (!status.success() && tally.failed == 0) {
        println!("the browsers' tests ended with {status} and {}", tally.summary());
        tally += Tally::fail();
    }
    Ok(tally)
}

/// A copy of the driver, beside which npm may put what it needs: nothing is installed into the checkout.
fn install_driver() -> Result<PathBuf> {
    let source = paths::root().join("tests/web");
    let folder = paths::target().join("xtask/web/driver");
    fs::create_dir_all(&folder)?;
    let scenarios = folder.join("scenarios");
    if scenarios.exists() {
        fs::remove_dir_all(&scenarios)?;
    }
    let lock = "package-lock.json";
    let installed = folder.join("node_modules").is_dir() && same(&source.join(lock), &folder.join(lock));
    paths::copy(&source, &folder)?;
    if !installed {
        let npm = shell::require_program("npm")?;
        let arguments = ["ci", "--ignore-scripts", "--no-audit", "--no-fund"];
        let result = shell::run(Command::new(npm).current_dir(&folder).args(arguments));
        if let Err(error) = result {
            // Not to be taken for installed the next time.
            fs::remove_file(folder.join(lock))?;
            return Err(error);
        }
    }
    Ok(folder)
}

fn same(one: &Path, other: &Path) -> bool {
    fs::read(one).is_ok_and(|one| fs::read(other).is_ok_and(|other| one == other))
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
