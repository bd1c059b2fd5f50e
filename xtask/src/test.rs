//! `cargo xtask test`: all tests and checks, in one run.

use crate::{
    Result, browsers,
    cargo::{self, PHOTOBOOTH, Workspace},
    checks, concurrency, demo, graphics, packages, paths,
    report::{Concurrent, Report, Tally},
    shell, spelling, systems, vm,
};
use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::OnceLock,
    time::Duration,
};

/// The integration test that needs a camera, and so runs in the virtual machine.
const CAMERA_TEST: &str = "v4l2";

/// The example that has unit tests of its own, and that the integration test with a camera runs.
const CAMERA_EXAMPLE: &str = "camera_report";

/// The examples that the tests in `tests/command_line` run. Clippy checks the others: linking Bevy takes ten seconds
/// for each.
const COMMAND_LINE_EXAMPLES: &[&str] = &[
    CAMERA_EXAMPLE,
    "contact_sheet",
    "custom_effect",
    "effects_gallery",
    "headless",
    "luts",
    "material",
    "minimal",
    "multi_camera",
    "recorder",
    "settings",
];

/// One step of the run.
struct Step {
    name: &'static str,
    about: &'static str,
    when: When,
    /// System packages.
    packages: fn() -> Vec<&'static str>,
    /// Builds what `run` needs, before the steps that run at the same time start: these hold Cargo's lock for long.
    build: Option<fn() -> Result<()>>,
    run: fn() -> Result<Tally>,
    /// Another step that it runs at the same time as, in a process of its own with the lowest priority: the other step
    /// waits much of its time, or keeps only one processor busy, and needs Cargo only in its `build`.
    concurrent_with: Option<&'static str>,
}

/// When a step runs that isn't named on the command line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// Always.
    Quick,
    /// Not with `--quick`.
    Full,
    /// Never, for this reason.
    Named(&'static str),
}

/// All steps, those that report first in front.
const STEPS: &[Step] = &[
    Step {
        name: "format",
        about: "the code is formatted",
        when: When::Quick,
        packages: Vec::new,
        build: None,
        run: checks::format,
        concurrent_with: None,
    },
    Step {
        name: "spelling",
        about: "`typos` finds no misspelled words",
        when: When::Quick,
        packages: spelling::packages,
        build: None,
        run: spelling::check,
        concurrent_with: None,
    },
    Step {
        name: "lint",
        about: "clippy has no warnings",
        when: When::Quick,
        packages: || [packages::BUILD, packages::BENCHES].concat(),
        build: None,
        run: checks::lint,
        concurrent_with: None,
    },
    Step {
        name: "test",
        about: "unit, documentation and integration tests",
        when: When::Quick,
        packages: || [packages::BUILD, packages::GRAPHICS, packages::TESTS, packages::RTSP].concat(),
        build: None,
        run: tests,
        concurrent_with: None,
    },
    Step {
        name: "systems",
        about: "the library type-checks for Windows and macOS, as a dependency",
        when: When::Full,
        packages: systems::packages,
        build: None,
        run: systems::check,
        concurrent_with: Some("test"),
    },
    Step {
        name: "demo",
        about: "the photobooth, without a display and in a window",
        when: When::Full,
        packages: || [packages::BUILD, packages::GRAPHICS, packages::WINDOW, packages::TESTS].concat(),
        build: None,
        run: demo::test,
        concurrent_with: None,
    },
    Step {
        name: "v4l2",
        about: "the kernel's test camera, in a virtual machine",
        when: When::Full,
        packages: || [packages::BUILD, packages::GRAPHICS, vm::PACKAGES].concat(),
        build: Some(|| if vm::supported().is_ok() { CameraPrograms::get().map(drop) } else { Ok(()) }),
        run: camera_tests,
        concurrent_with: None,
    },
    Step {
        name: "pipewire",
        about: "cameras by the camera portal and PipeWire, in sessions of the tests' own",
        when: When::Named("it takes two minutes more, and the GitHub workflow runs it"),
        packages: || [packages::BUILD, packages::PIPEWIRE].concat(),
        build: None,
        run: pipewire_tests,
        concurrent_with: None,
    },
    Step {
        name: "page",
        about: "the page of the browsers' tests, built for WebGL2",
        when: When::Full,
        packages: browsers::packages,
        build: None,
        run: browsers::page,
        concurrent_with: Some("v4l2"),
    },
    Step {
        name: "web",
        about: "the library in Chromium and Firefox, on WebGL2",
        when: When::Full,
        packages: browsers::packages,
        build: None,
        run: browsers::webgl2,
        concurrent_with: None,
    },
    Step {
        name: "downstream",
        about: "an app outside of this workspace, with the newest dependencies",
        when: When::Full,
        packages: || packages::BUILD.to_vec(),
        build: None,
        run: checks::downstream,
        concurrent_with: Some("v4l2"),
    },
    Step {
        name: "webgpu",
        about: "the library in Chromium, on WebGPU",
        when: When::Named("it builds most of Bevy again, which takes too long for every run"),
        packages: browsers::packages,
        build: None,
        run: browsers::webgpu,
        concurrent_with: None,
    },
    Step {
        name: "webgpu-graphics",
        about: "the library's graphics in Chromium, on WebGPU",
        when: When::Named("it builds most of Bevy again, which takes too long for every run"),
        packages: browsers::packages,
        build: None,
        run: browsers::webgpu_graphics,
        concurrent_with: None,
    },
    Step {
        name: "webkit",
        about: "the library in WebKitGTK, on WebGL2",
        when: When::Named(
            "other than Chromium and Firefox it is no browser that people use: it stands for Safari's engine",
        ),
        packages: browsers::webkit_packages,
        build: None,
        run: browsers::webkit,
        concurrent_with: None,
    },
    Step {
        name: "photobooth-page",
        about: "the photobooth in Chromium and Firefox, on WebGL2",
        when: When::Named("it builds most of Bevy again, which takes too long for every run"),
        packages: browsers::packages,
        build: None,
        run: browsers::photobooth,
        concurrent_with: None,
    },
    Step {
        name: "concurrency",
        about: "the rooms that threads share, in many orders of the threads' steps",
        when: When::Full,
        packages: || packages::BUILD.to_vec(),
        build: None,
        run: concurrency::model,
        concurrent_with: Some("v4l2"),
    },
    Step {
        name: "sanitizers",
        about: "the same rooms in LeakSanitizer and ThreadSanitizer",
        when: When::Named("it builds the standard library again, and the GitHub workflow runs it"),
        packages: concurrency::packages,
        build: None,
        run: concurrency::sanitizers,
        concurrent_with: None,
    },
    Step {
        name: "miri",
        about: "the same rooms and the crates with algorithms in Miri",
        when: When::Named("it needs a nightly toolchain, and the GitHub workflow runs it"),
        packages: || packages::BUILD.to_vec(),
        build: None,
        run: concurrency::miri,
        concurrent_with: None,
    },
    Step {
        name: "features",
        about: "the library with no features, with the default ones, and with those that a change touched",
        when: When::Full,
        packages: || packages::BUILD.to_vec(),
        build: None,
        run: checks::features,
        concurrent_with: None,
    },
    Step {
        name: "every-feature",
        about: "the library with each feature alone",
        when: When::Named("it takes too long for every run, and the GitHub workflow runs it"),
        packages: || packages::BUILD.to_vec(),
        build: None,
        run: checks::every_feature,
        concurrent_with: None,
    },
    Step {
        name: "package",
        about: "the package for crates.io can be made, and is small",
        when: When::Full,
        packages: Vec::new,
        build: None,
        run: checks::package,
        concurrent_with: None,
    },
    Step {
        name: "docs",
        about: "the documentation has no warnings, here and as docs.rs builds it",
        when: When::Full,
        packages: || packages::BUILD.to_vec(),
        build: None,
        run: checks::docs,
        concurrent_with: Some("web"),
    },
];

/// `cargo xtask test [--quick] [STEP...]`
pub fn main(arguments: &[String]) -> Result<ExitCode> {
    let steps = select(arguments)?;
    let mut report = Report::new();
    // Without names on the command line, a step that has to be named doesn't run, and needs no packages.
    let reason = |step: &Step| match step.when {
        When::Named(reason) if arguments.is_empty() => Some(reason),
        _ => None,
    };
    report.step("packages", "system packages that the steps need", || {
        let running = steps.iter().filter(|step| reason(step).is_none());
        let mut needed: Vec<_> = running.flat_map(|step| (step.packages)()).collect();
        needed.sort_unstable();
        needed.dedup();
        packages::ensure(&needed)
    });
    for step in &steps {
        match reason(step) {
            Some(reason) => report.step(step.name, step.about, || {
                Ok(Tally::skip(format!("{reason}. Run it with: cargo xtask test {}", step.name)))
            }),
            None if steps.iter().any(|other| step.concurrent_with == Some(other.name)) => {}
            None => {
                let others = steps.iter().filter(|other| other.concurrent_with == Some(step.name));
                let mut started = Vec::new();
                report.step(step.name, step.about, || {
                    let built = step.build.map_or(Ok(()), |build| build());
                    // They run too if it can't be built.
                    started.extend(others.map(|other| (other, Concurrent::start(other.name))));
                    built?;
                    (step.run)()
                });
                for (other, process) in started {
                    report.concurrent_step(other.name, other.about, process);
                }
            }
        }
    }
    report.finish()
}

/// The steps that the command line selects, in the order of [`STEPS`].
fn select(arguments: &[String]) -> Result<Vec<&'static Step>> {
    let quick = arguments.iter().any(|argument| argument == "--quick");
    let names: Vec<_> = arguments.iter().filter(|argument| *argument != "--quick").collect();
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|step| step.name != name.as_str())) {
        let known = STEPS.iter().map(|step| step.name).collect::<Vec<_>>().join(", ");
        return Err(format!("there is no step {unknown}: the steps are {known}").into());
    }
    let wanted = |step: &&Step| {
        if names.is_empty() {
            step.when == When::Quick || !quick
        } else {
            names.iter().any(|name| *name == step.name)
        }
    };
    Ok(STEPS.iter().filter(wanted).collect())
}

/// The tests that run on any machine.
fn tests() -> Result<Tally> {
    let workspace = Workspace::read()?;
    let examples = COMMAND_LINE_EXAMPLES.iter().flat_map(|name| ["--example", name]);
    shell::run(
        cargo::cargo().arg("build").args(cargo::tested_packages()).args(["--bin", PHOTOBOOTH]).args(examples),
    )?;
    let mut command = cargo::cargo();
    command.args(["test", "--no-fail-fast"]).args(cargo::tested_packages()).args(["--lib", "--bins"]);
    command.args(["--example", CAMERA_EXAMPLE]);
    for name in workspace.tests.iter().filter(|name| *name != CAMERA_TEST) {
        command.args(["--test", name]);
    }
    let mut tally = cargo::test(command.envs(graphics::for_this_machine()))?;
    tally += cargo::test(
        cargo::cargo()
            .args(["test", "--doc"])
            .args(cargo::tested_packages())
            .envs(graphics::for_this_machine()),
    )?;
    tally += cargo::test(cargo::cargo().args(["test", "-p", "xtask"]))?;
    Ok(tally)
}

/// The tests of the camera portal and PipeWire.
fn pipewire_tests() -> Result<Tally> {
    if !cfg!(target_os = "linux") {
        return Ok(Tally::skip("PipeWire is a part of Linux"));
    }
    let tests = ["--lib", "--test", "pipewire"];
    let mut command = cargo::cargo();
    command.args(["test", "-p", "viewfinder-cameras", "--features", "pipewire"]).args(tests);
    cargo::test(&mut command)
}

/// The programs that run in the virtual machine.
struct CameraPrograms {
    test: PathBuf,
    photobooth: PathBuf,
}

impl CameraPrograms {
    /// Builds them, once.
    fn get() -> Result<&'static Self> {
        static BUILT: OnceLock<CameraPrograms> = OnceLock::new();
        if let Some(built) = BUILT.get() {
            return Ok(built);
        }
        let example = ["--example", CAMERA_EXAMPLE];
        shell::run(cargo::cargo().arg("build").args(cargo::tested_packages()).args(example))?;
        let built = Self { test: cargo::build_test(CAMERA_TEST)?, photobooth: demo::build_tested()? };
        Ok(BUILT.get_or_init(|| built))
    }
}

/// The tests with cameras and the photobooth, run in the virtual machine.
fn camera_tests() -> Result<Tally> {
    if let Err(reason) = vm::supported() {
        return Ok(Tally::skip(reason));
    }
    let programs = CameraPrograms::get()?;
    let out = paths::target().join("xtask/v4l2");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    let machine = vm::VirtualMachine { out: out.clone(), timeout: Duration::from_secs(25 * 60) };
    let outcome = machine.run(&format!(
        "{} --ignored --test-threads=1 --color=never",
        shell::quote(programs.test.as_os_str())
    ))?;
    let mut tally = Tally::of_tests(&outcome.output);
    if (outcome.status != 0 && tally.failed == 0) || tally.passed == 0 {
        say!("the tests ended with {} and {}", outcome.status, tally.summary())?;
        tally += Tally::fail();
    }
    tally += photobooth_with_camera(&machine, &programs.photobooth)?;
    Ok(tally)
}

fn photobooth_with_camera(machine: &vm::VirtualMachine, photobooth: &Path) -> Result<Tally> {
    let program = shell::quote(photobooth.as_os_str());
    // A small size: without KVM, rendering in software is a hundred times slower.
    let options = "--headless --camera 320x180 --timeout 600 --out \"$VIEWFINDER_OUT\"";
    let outcome = machine.run(&format!("{program} {options}"))?;
    let strip = machine.out.join(demo::STRIP);
    // Without a camera it continues with the synthetic device and prints a line.
    let without_camera = outcome.output.lines().any(|line| line.starts_with("no camera"));
    if outcome.status == 0 && !without_camera && demo::is_image(&strip) {
        say!("the strip of the camera: {}", strip.display())?;
        Ok(Tally::pass())
    } else {
        say!("the photobooth made no {} with the camera", demo::STRIP)?;
        Ok(Tally::fail())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(arguments: &[&str]) -> Vec<&'static str> {
        let arguments: Vec<_> = arguments.iter().map(|&argument| argument.to_owned()).collect();
        select(&arguments).unwrap().iter().map(|step| step.name).collect()
    }

    #[test]
    fn all_steps_run_unless_some_are_named() {
        assert_eq!(names(&[]).len(), STEPS.len());
        assert_eq!(names(&["--quick"]), ["format", "spelling", "lint", "test"]);
        assert_eq!(names(&["demo", "format"]), ["format", "demo"]);
    }

    #[test]
    fn an_unknown_step_is_an_error() {
        let error = select(&["lnit".to_owned()]).err().unwrap().to_string();
        assert!(error.contains("lnit") && error.contains("lint"), "{error}");
    }
}
