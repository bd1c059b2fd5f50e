//! `cargo xtask`: the commands for people and machines that work on this repository.

// First, for its macro.
#[macro_use]
mod output;

mod archive;
mod bench;
mod browsers;
mod bundle;
mod cargo;
mod checks;
mod concurrency;
mod demo;
mod display;
mod error;
mod graphics;
mod kernel;
mod npm;
mod packages;
mod paths;
mod report;
mod shell;
mod soak;
mod spelling;
mod systems;
mod test;
mod toolchain;
mod vm;
mod web;

use error::Result;
use std::{env, path::PathBuf, process::ExitCode, time::Duration};

const HELP: &str = "\
cargo xtask COMMAND

  demo [--headless | --window] [--release] [-- OPTIONS]
                      the photobooth: in a window where there is a display, else headless. --window without a
                      display opens it on a virtual one and saves a screenshot. OPTIONS go to the photobooth
  test [--quick] [STEP...]
                      all tests and checks. --quick is the inner loop; a name runs that step alone: format, spelling, lint, test, demo, v4l2, page, web, webgpu,
                      webgpu-graphics, webkit, photobooth-page, concurrency, sanitizers, miri, pipewire, features, every-feature,
                      downstream, package, docs, systems
  web [EXAMPLE | --all] [--webgpu] [--release] [--serve]
                      an example (the photobooth) as a page in target/web, or all examples and a page that lists
                      them: for WebGL2, or for WebGPU. --release makes pages small and takes long; --serve serves
                      them at localhost
  bench [BENCH...]    measure. Without names, and with `web` alone, which takes an hour, the results are written
                      to docs/benchmarks.md
  soak [NAME...]      the tests that repeat something, with their full counts: 100 killed recordings, 1,000
                      starts, ten minutes of sound
  bundle [--release] [--identity NAME] [PROGRAM]
                      on macOS: a bundle of the photobooth or of a program in target/bundle, with the texts and the
                      entitlements for cameras and microphones, signed for this machine or by NAME
  vm COMMAND...       run a command in a virtual machine that has cameras (V4L2, the kernel's vivid driver).
                      A single argument is a line for the shell. Files that it writes to $VIEWFINDER_OUT
                      are kept
  help                this text

System packages that are missing are installed with apt, as root or with sudo.";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let result = match command {
        "demo" => demo::main(rest),
        "test" => test::main(rest),
        "web" => web::main(rest),
        "bench" => bench::main(rest),
        "soak" => soak::main(rest),
        "bundle" => bundle::main(rest),
        "vm" => virtual_machine(rest),
        "help" | "--help" | "-h" => say!("{HELP}").map(|()| ExitCode::SUCCESS),
        unknown => {
            output::complain(format_args!("there is no command {unknown}\n\n{HELP}"));
            return ExitCode::from(2);
        }
    };
    result.unwrap_or_else(|error| {
        if error.is::<output::Closed>() {
            return ExitCode::from(output::CLOSED);
        }
        output::complain(format_args!("error: {error}"));
        ExitCode::FAILURE
    })
}

/// `cargo xtask vm COMMAND...`
fn virtual_machine(command: &[String]) -> Result<ExitCode> {
    let script = match command {
        [] => return Err("there is nothing to run in the virtual machine: name a command".into()),
        [line] => line.clone(),
        words => words.iter().map(|word| shell::quote(word.as_ref())).collect::<Vec<_>>().join(" "),
    };
    packages::ensure(vm::PACKAGES)?;
    let out = env::var_os("VIEWFINDER_OUT").map_or_else(|| paths::target().join("vm"), PathBuf::from);
    let machine = vm::VirtualMachine { out: out.clone(), timeout: Duration::from_secs(1500) };
    let outcome = machine.run(&script)?;
    say!("ended with {}; its $VIEWFINDER_OUT is {}", outcome.status, out.display())?;
    Ok(ExitCode::from(u8::try_from(outcome.status).unwrap_or(1)))
}
