//! Tests of the library in real browsers, with the devices that these simulate. `tests/web` drives them.

use crate::{
    Result, cargo, display, npm, packages, paths,
    report::Tally,
    shell,
    web::{self, Site, server::Server},
};
use std::{fs, path::PathBuf, process::Command};

/// The example that is the page of the library's scenarios.
const PAGE: &str = "web_test";

/// A page under test, and the folder of its scenarios in `tests/web`.
struct Scenarios {
    site: Site,
    folder: &'static str,
    /// Only those that depend on the graphics API.
    graphics: bool,
    engines: Engines,
}

/// The browsers of a run.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Engines {
    ChromiumAndFirefox,
    WebKit,
}

/// The names of each browser's program. The first is also the name of Debian's package.
const CHROMIUM: &[&str] = &["chromium", "google-chrome", "chromium-browser"];
const FIREFOX: &[&str] = &["firefox-esr", "firefox"];

/// The driver of WebKitGTK, and the packages that it is in and needs.
const WEBKIT_DRIVER: &str = "WebKitWebDriver";
const WEBKIT_PACKAGES: &[&str] = &["dbus", "gstreamer1.0-plugins-good", "webkit2gtk-driver"];

/// Graphics libraries for the browsers, and the driver's runtime.
const PACKAGES: &[&str] =
    &["libegl-mesa0", "libegl1", "libgl1", "libgl1-mesa-dri", "libpci3", "nodejs", "xvfb"];

/// The system packages for it.
pub fn packages() -> Vec<&'static str> {
    let mut packages = [&web::packages(), packages::TESTS, PACKAGES].concat();
    let missing = [CHROMIUM, FIREFOX].into_iter().filter(|programs| find(programs).is_none());
    packages.extend(missing.map(|programs| programs[0]).filter(|name| packages::is_known(name)));
    // Some packages of Node.js include npm and conflict with Debian's.
    if shell::find_program("npm").is_none() {
        packages.push("npm");
    }
    packages
}

fn find(programs: &[&str]) -> Option<PathBuf> {
    programs.iter().find_map(|name| shell::find_program(name))
}

/// Builds the page under test for WebGL2, for the scenarios that follow.
pub fn page() -> Result<Tally> {
    if let Some(reason) = why_not() {
        return Ok(Tally::skip(reason));
    }
    site(false, false).build()?;
    Ok(Tally::pass())
}

/// The system packages for WebKitGTK.
pub fn webkit_packages() -> Vec<&'static str> {
    [&web::packages(), packages::TESTS, PACKAGES, WEBKIT_PACKAGES].concat()
}

/// The scenarios that WebKitGTK can run, on WebGL2.
pub fn webkit() -> Result<Tally> {
    let (folder, engines) = ("scenarios", Engines::WebKit);
    if find(&[WEBKIT_DRIVER]).is_none() || minibrowser().is_none() {
        return Ok(Tally::skip("WebKitGTK isn't installed: install webkit2gtk-driver"));
    }
    test(&Scenarios { site: site(false, false), folder, graphics: false, engines })
}

/// The browser that WebKitGTK's driver starts.
fn minibrowser() -> Option<PathBuf> {
    let libraries = fs::read_dir("/usr/lib").ok()?.flatten().flat_map(|folder| fs::read_dir(folder.path()));
    let folders = libraries.flat_map(|entries| entries.flatten());
    let of_webkit = folders.filter(|entry| entry.file_name().to_string_lossy().starts_with("webkit2gtk-4"));
    of_webkit.map(|entry| entry.path().join("MiniBrowser")).find(|path| path.exists())
}

fn site(webgpu: bool, release: bool) -> Site {
    Site { example: PAGE.to_owned(), webgpu, release }
}

/// All scenarios on WebGL2.
pub fn webgl2() -> Result<Tally> {
    test(&Scenarios {
        site: site(false, false),
        folder: "scenarios",
        graphics: false,
        engines: Engines::ChromiumAndFirefox,
    })
}

/// The photobooth's scenarios, on WebGL2.
pub fn photobooth() -> Result<Tally> {
    let site = Site { example: cargo::PHOTOBOOTH.to_owned(), webgpu: false, release: false };
    test(&Scenarios { site, folder: "photobooth", graphics: false, engines: Engines::ChromiumAndFirefox })
}

/// All scenarios on WebGPU, in Chromium: Firefox has none on Linux.
pub fn webgpu() -> Result<Tally> {
    test(&Scenarios {
        site: site(true, false),
        folder: "scenarios",
        graphics: false,
        engines: Engines::ChromiumAndFirefox,
    })
}

/// The scenarios on WebGPU that depend on the graphics API.
pub fn webgpu_graphics() -> Result<Tally> {
    test(&Scenarios {
        site: site(true, false),
        folder: "scenarios",
        graphics: true,
        engines: Engines::ChromiumAndFirefox,
    })
}

/// Builds the page and runs its scenarios.
fn test(scenarios: &Scenarios) -> Result<Tally> {
    if let Some(reason) = why_not() {
        return Ok(Tally::skip(reason));
    }
    let mut tally = Tally::default();
    let browsers = [("Chromium", CHROMIUM), ("Firefox", FIREFOX)];
    for (name, programs) in browsers.into_iter().filter(|_| scenarios.engines == Engines::ChromiumAndFirefox)
    {
        if find(programs).is_none() {
            tally += Tally::skip(format!("{name} isn't installed"));
        }
    }
    if tally.skipped == 2 {
        return Ok(tally);
    }
    let results = paths::target().join("xtask/web/results.tap");
    if results.exists() {
        fs::remove_file(&results)?;
    }
    let (mut command, _running) = driver(&scenarios.site)?;
    command
        // One report for people, one to parse.
        .args(["--test-reporter=spec", "--test-reporter-destination=stdout"])
        .arg("--test-reporter=tap")
        .arg(format!("--test-reporter-destination={}", results.display()))
        .arg("main.mjs")
        .env("FOLDER", scenarios.folder)
        .env_remove("GRAPHICS")
        .envs(scenarios.graphics.then_some(("GRAPHICS", "1")));
    command.env_remove("WEBKIT").env_remove("MINIBROWSER");
    if scenarios.engines == Engines::WebKit {
        command.env_remove("CHROMIUM").env_remove("FIREFOX");
        command.envs(find(&[WEBKIT_DRIVER]).map(|program| ("WEBKIT", program)));
        command.envs(minibrowser().map(|program| ("MINIBROWSER", program)));
    }
    say!("$ {}", shell::display(&command))?;
    let (status, _) = shell::echo(&mut command, "")?;
    // A driver that doesn't start writes none.
    tally += of_tap(&fs::read_to_string(&results).unwrap_or_default());
    if tally.passed == 0 || (!status.success() && tally.failed == 0) {
        say!("the browsers' tests ended with {status} and {}", tally.summary())?;
        tally += Tally::fail();
    }
    Ok(tally)
}

/// Measures the cost of a track in Chromium on WebGL2. Returns tables. The page is a release build.
pub fn bench() -> Result<String> {
    if let Some(reason) = why_not() {
        return Err(reason.into());
    }
    let (mut command, _running) = driver(&site(false, true))?;
    command.arg("bench.mjs");
    say!("$ {}", shell::display(&command))?;
    let (status, tables) = shell::echo(&mut command, "")?;
    if status.success() { Ok(tables) } else { Err(format!("the driver ended with {status}").into()) }
}

/// The reason why no browser can be driven here. `None` if one can.
fn why_not() -> Option<String> {
    if !cfg!(target_os = "linux") {
        return Some("the browsers are driven on a virtual display, which is for Linux".into());
    }
    if let Err(reason) = web::supported() {
        return Some(reason);
    }
    let missing = ["node", "npm", "Xvfb"].into_iter().find(|name| shell::find_program(name).is_none())?;
    Some(format!("the browsers are driven with {missing}, which isn't installed: install it"))
}

/// Builds the page, and returns the command that starts the driver in Node.js. The display and the page's server, which
/// are returned too, must live as long as the driver.
fn driver(site: &Site) -> Result<(Command, (display::KillOnDrop, Server))> {
    let folder = install_driver()?;
    let page = if site.webgpu { "PAGE_WEBGPU" } else { "PAGE_WEBGL2" };
    let site = site.build()?;
    let (display_server, display) = display::start_server()?;
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
    Ok((command, (display_server, server)))
}

/// Copies the driver into `target` and installs its dependencies.
fn install_driver() -> Result<PathBuf> {
    let folder = paths::target().join("xtask/web/driver");
    // They may contain scenarios that have been deleted.
    for scenarios in ["scenarios", "photobooth"].map(|name| folder.join(name)) {
        if scenarios.exists() {
            fs::remove_dir_all(&scenarios)?;
        }
    }
    npm::install(&paths::root().join("tests/web"), &folder)?;
    Ok(folder)
}

/// Counts tests in the output of Node.js: the Test Anything Protocol.
fn of_tap(text: &str) -> Tally {
    let mut tally = Tally::default();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
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
            let error = error_of_tap(lines.clone()).map_or_else(String::new, |error| format!(": {error}"));
            Tally { failures: vec![format!("{name}{error}")], ..Tally::fail() }
        };
    }
    tally
}

/// The first line of a failed test's error, from the lines below the test's name.
fn error_of_tap<'a>(lines: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let mut lines = lines.map(str::trim).take_while(|line| *line != "...");
    match lines.find_map(|line| line.strip_prefix("error:"))?.trim() {
        // The text follows, in lines of its own.
        "|-" | "|" => lines.next(),
        quoted => Some(quoted.trim_matches('\'')),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_tests_of_node() {
        let text = "TAP version 13\n# Subtest: a, b\nok 1 - a, b\n  ---\n  duration_ms: 2\n  ...\n\
            not ok 2 - a, c\n  ---\n  ok: 3\n  error: 'it is not ok to do so'\n  ...\n\
            ok 3 - a, d # SKIP no camera\n\
            not ok 4 - a, e\n  ---\n  error: |-\n    first\n    second\n  ...\n\
            not ok 5 - a, f\n1..5\n# pass 1\n# fail 3\n";
        let tally = of_tap(text);
        assert_eq!((tally.passed, tally.failed, tally.skipped), (1, 3, 1));
        assert_eq!(tally.failures, ["a, c: it is not ok to do so", "a, e: first", "a, f"]);
        assert_eq!(tally.reasons, ["a, d: no camera"]);
    }
}
