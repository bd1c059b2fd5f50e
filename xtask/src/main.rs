//! `cargo xtask`: what a person or a machine does with this repository, in one word each.

mod graphics;
mod kernel;
mod packages;
mod paths;
mod shell;
mod vm;

use std::{env, path::PathBuf, process::ExitCode, time::Duration};

type Error = Box<dyn std::error::Error + Send + Sync>;
type Result<T, E = Error> = std::result::Result<T, E>;

const HELP: &str = "\
cargo xtask COMMAND

  vm COMMAND...     run a command in a virtual machine that has cameras (V4L2, the kernel's vivid driver);
                    a single argument is a line for the shell. What it leaves in $VIEWFINDER_OUT is there afterwards
  help              this text";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let result = match command {
        "vm" => virtual_machine(rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        unknown => {
            eprintln!("there is no command {unknown}\n\n{HELP}");
            return ExitCode::from(2);
        }
    };
    result.unwrap_or_else(|error| {
        eprintln!("error: {error}");
        ExitCode::FAILURE
    })
}

/// `cargo xtask vm COMMAND...`
fn virtual_machine(command: &[String]) -> Result<ExitCode> {
    let script = match command {
        [] => return Err("say what to run in the virtual machine".into()),
        [line] => line.clone(),
        words => words.iter().map(|word| shell::quote(word.as_ref())).collect::<Vec<_>>().join(" "),
    };
    packages::ensure(vm::PACKAGES)?;
    let out = env::var_os("VIEWFINDER_OUT").map_or_else(|| paths::target().join("vm"), PathBuf::from);
    let machine = vm::VirtualMachine { out: out.clone(), timeout: Duration::from_secs(600) };
    let outcome = machine.run(&script)?;
    println!("ended with {}; its $VIEWFINDER_OUT is {}", outcome.status, out.display());
    Ok(ExitCode::from(u8::try_from(outcome.status).unwrap_or(1)))
}
