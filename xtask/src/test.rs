//! `cargo xtask test`: everything that shows whether the crate works, in one run.

use crate::{
    Result, browsers,
    cargo::{self, Workspace},
    checks, demo, graphics, packages, paths,
    report::{Beside, Report, Tally},
    shell, spelling, systems, vm,
};
use std::{fs, process::ExitCode, time::Duration};

/// The integration test that needs a camera, and so runs in the virtual machine.
const CAMERA_TEST: &str = "v4l2";

/// One step of the run.
struct Step {
    name: &'static str,
    about: &'static str,
    when: When,
    /// The system packages that it needs.
    packages: fn() -> Vec<&'static str>,
    run: fn() -> Result<Tally>,
    /// The step that it runs beside, in a process of its own, where both run: it keeps one core busy, and waits for
    /// no lock that the other one holds.
    beside: Option<&'static str>,
}

/// When a step runs, if it isn't named.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    /// Always.
    Quick,
    /// Not with `--quick`.
    Full,
    /// Never: it says for what reason.
    Named(&'static str),
}

/// All steps, the quickest to tell first.
const STEPS: &[Step] = &[
    Step {
        name: "format",
        about: "the code is formatted",
        when: When::Quick,
        packages: Vec::new,
        run: checks::format,
        beside: None,
    },
    Step {
        name: "spelling",
        about: "`typos` finds no misspelled words",
        when: When::Quick,
        packages: spelling::packages,
        run: spelling::check,
        beside: None,
    },
    Step {
        name: "lint",
        about: "clippy has nothing to say",
        when: When::Quick,
        packages: || [packages::BUILD, packages::BENCHES].concat(),
        run: checks::lint,
        beside: None,
    },
    Step {
        name: "test",
        about: "unit, documentation and integration tests",
        when: When::Quick,
        packages: || [packages::BUILD, packages::GRAPHICS, packages::TESTS].concat(),
        run: tests,
        beside: None,
    },
    Step {
        name: "demo",
        about: "the photobooth, without a display and in a window",
        when: When::Full,
        packages: || [packages::BUILD, packages::GRAPHICS, packages::WINDOW, packages::TESTS].concat(),
        run: demo::test,
        beside: None,
    },
    Step {
        name: "v4l2",
        about: "the kernel's own test camera, in a virtual machine",
        when: When::Full,
        packages: || [packages::BUILD, packages::GRAPHICS, vm::PACKAGES].concat(),
        run: camera_tests,
        beside: None,
    },
    Step {
        name: "page",
        about: "the page of the browsers' tests, built for WebGL2",
        when: When::Full,
        packages: browsers::packages,
        run: browsers::page,
        beside: None,
    },
    Step {
        name: "web",
        about: "the library in Chromium and Firefox, on WebGL2",
        when: When::Full,
        packages: browsers::packages,
        run: browsers::webgl2,
        beside: None,
    },
    Step {
        name: "webgpu",
        about: "the library in Chromium, on WebGPU",
        when: When::Named("it builds most of Bevy once more, which takes too long for every run"),
        packages: browsers::packages,
        run: browsers::webgpu,
        beside: None,
    },
    Step {
        name: "webgpu-graphics",
        about: "the library's pictures in Chromium, on WebGPU",
        when: When::Named("it builds most of Bevy once more, which takes too long for every run"),
        packages: browsers::packages,
        run: browsers::webgpu_graphics,
        beside: None,
    },
    Step {
        name: "features",
        about: "the library with no features, those that a change touched, and all",
        when: When::Full,
        packages: || packages::BUILD.to_vec(),
        run: checks::features,
        beside: None,
    },
    Step {
        name: "every-feature",
        about: "the library with each feature alone",
        when: When::Named("it takes too long for every run, and the GitHub workflow runs it"),
        packages: || packages::BUILD.to_vec(),
        run: checks::every_feature,
        beside: None,
    },
    Step {
        name: "downstream",
        about: "an app outside of this workspace resolves the newest dependencies, and type-checks",
        when: When::Full,
        packages: || packages::BUILD.to_vec(),
        run: checks::downstream,
        beside: None,
    },
    Step {
        name: "docs",
        about: "the documentation has no warnings",
        when: When::Full,
        packages: || packages::BUILD.to_vec(),
        run: checks::docs,
        beside: None,
    },
    Step {
        name: "systems",
        about: "the library type-checks for Windows and macOS, as a dependency",
        when: When::Full,
        packages: systems::packages,
        run: systems::check,
        beside: None,
    },
];

/// `cargo xtask test [--quick] [STEP...]`
pub fn main(arguments: &[String]) -> Result<ExitCode> {
    let steps = select(arguments)?;
    let mut report = Report::new();
    report.step("packages", "system packages that the steps need", || {
        let mut needed: Vec<_> = steps.iter().flat_map(|step| (step.packages)()).collect();
        needed.sort_unstable();
        needed.dedup();
        packages::ensure(&needed)
    });
    for step in &steps {
        match step.when {
            When::Named(reason) if arguments.is_empty() => report.step(step.name, step.about, || {
                Ok(Tally::skip(format!("{reason}. By hand: cargo xtask test {}", step.name)))
            }),
            _ if steps.iter().any(|other| step.beside == Some(other.name)) => {}
            _ => {
                let beside = steps.iter().filter(|other| other.beside == Some(step.name));
                let started: Vec<_> = beside.map(|other| (other, Beside::start(other.name))).collect();
                report.step(step.name, step.about, step.run);
                for (other, process) in started {
                    report.step_beside(other.name, other.about, process);
                }
            }
        }
    }
    report.finish()
}

/// The steps that the command line asks for, in their own order.
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
    // The tests of their command lines run them.
    shell::run(cargo::cargo().args(["build", "--examples"]))?;
    let mut command = cargo::cargo();
    command.args(["test", "--no-fail-fast", "-p", "bevy_viewfinder", "-p", "viewfinder-examples", "--lib"]);
    for name in workspace.tests.iter().filter(|name| *name != CAMERA_TEST) {
        command.args(["--test", name]);
    }
    let mut tally = cargo::test(command.envs(graphics::for_this_machine()))?;
    tally += cargo::test(cargo::cargo().args(["test", "--doc"]).envs(graphics::for_this_machine()))?;
    tally += cargo::test(cargo::cargo().args(["test", "-p", "xtask"]))?;
    Ok(tally)
}

/// The camera's tests and the photobooth, built here and run in the virtual machine.
fn camera_tests() -> Result<Tally> {
    if let Err(reason) = vm::supported() {
        return Ok(Tally::skip(reason));
    }
    let test = cargo::build("test", CAMERA_TEST, &[])?;
    let out = paths::target().join("xtask/v4l2");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    let machine = vm::VirtualMachine { out: out.clone(), timeout: Duration::from_secs(25 * 60) };
    let outcome = machine
        .run(&format!("{} --ignored --test-threads=1 --color=never", shell::quote(test.as_os_str())))?;
    let mut tally = Tally::of_tests(&outcome.output);
    if (outcome.status != 0 && tally.failed == 0) || tally.passed == 0 {
        say!("the tests ended with {} and {}", outcome.status, tally.summary())?;
        tally += Tally::fail();
    }
    tally += photobooth_with_camera(&machine)?;
    Ok(tally)
}

fn photobooth_with_camera(machine: &vm::VirtualMachine) -> Result<Tally> {
    let photobooth = cargo::build("example", demo::EXAMPLE, &[])?;
    let program = shell::quote(photobooth.as_os_str());
    // A small picture, for without KVM it is drawn in software a hundred times slower than elsewhere.
    let options = "--headless --camera 320x180 --timeout 600 --out \"$VIEWFINDER_OUT\"";
    let outcome = machine.run(&format!("{program} {options}"))?;
    let strip = machine.out.join(demo::STRIP);
    // Without a camera it takes the synthetic one, and says so.
    let without_camera = outcome.output.lines().any(|line| line.starts_with("no camera"));
    if outcome.status == 0 && !without_camera && demo::is_png(&strip) {
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
        assert_eq!(names(&["systems", "format"]), ["format", "systems"]);
    }

    #[test]
    fn an_unknown_step_is_an_error() {
        let error = select(&["lnit".to_owned()]).err().unwrap().to_string();
        assert!(error.contains("lnit") && error.contains("lint"), "{error}");
    }
}
