//! `cargo xtask bench`: runs the benches and keeps their tables in `docs/benchmarks.md`.

mod document;
mod web;

use document::Document;

use crate::{
    Result, browsers,
    cargo::{self, Workspace},
    graphics, packages, paths, shell,
};
use std::{
    env, fs,
    process::{Command, ExitCode},
    thread,
};

/// The package whose benches are in the document. Other crates have documents of their own.
const PACKAGE: &str = "viewfinder-benches";

/// `cargo xtask bench [BENCH...]`. Without names, runs the native benches of the library and rewrites the document
/// except for the browser's section, which `bench web` writes. With other names, only prints the results.
pub fn main(names: &[String]) -> Result<ExitCode> {
    let workspace = Workspace::read()?;
    let benches = workspace.benches.iter().map(|(_, bench)| bench.as_str()).chain([web::NAME]);
    if let Some(unknown) = names.iter().find(|name| !benches.clone().any(|bench| bench == name.as_str())) {
        let known: Vec<_> = benches.collect();
        return Err(format!("there is no bench {unknown}: the benches are {}", known.join(", ")).into());
    }
    let is_wanted = |name: &str| names.iter().any(|wanted| wanted == name);
    let is_native = |package: &str, name: &str| (names.is_empty() && package == PACKAGE) || is_wanted(name);
    let native: Vec<_> =
        workspace.benches.iter().filter(|(package, name)| is_native(package, name)).collect();
    let mut packages = vec![packages::BUILD, packages::GRAPHICS, &["vulkan-tools"]];
    if !native.is_empty() {
        packages.extend([packages::TESTS, packages::BENCHES]);
    }
    let browsers = browsers::packages();
    if is_wanted(web::NAME) {
        packages.push(&browsers);
    }
    packages::ensure(&packages.concat())?;
    let path = paths::root().join("docs/benchmarks.md");
    let mut document = Document::parse(&fs::read_to_string(&path).unwrap_or_default());
    for (package, name) in native {
        say!("\n==== {name}")?;
        let mut command = cargo::cargo();
        command.args(["bench", "-p", package, "--bench", name]).envs(graphics::for_this_machine());
        let (status, tables) = shell::echo(&mut command, "")?;
        if !status.success() {
            return Err(format!("the bench {name} ended with {status}").into());
        }
        document.write(name, &tables);
    }
    if is_wanted(web::NAME) {
        say!("\n==== {}", web::NAME)?;
        document.write(web::NAME, &format!("Measured on {}. {}", today(), web::run()?));
    }
    if names.is_empty() {
        document.head = header();
        let kept = workspace.benches.iter().filter(|(package, _)| package == PACKAGE);
        document.keep(|section| section == web::NAME || kept.clone().any(|(_, bench)| bench == section));
    }
    if names.is_empty() || names == [web::NAME] {
        fs::create_dir_all(paths::root().join("docs"))?;
        fs::write(&path, document.text())?;
        say!("\nwritten: {}", path.display())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The head of the document: the machine and the date.
fn header() -> String {
    let unknown = || "unknown".to_owned();
    let cores = thread::available_parallelism().map_or_else(|_| unknown(), |cores| cores.to_string());
    let rust = shell::read(Command::new("rustc").arg("--version")).unwrap_or_else(|_| unknown());
    format!(
        "# Benchmarks\n\n\
         Written by `cargo xtask bench`, except for notes. Every measurement is shown with its baseline, \
         which is measured in the same run, alternating with it.\n\n\
         | | |\n|---|---|\n\
         | Processor | {} |\n\
         | Cores | {cores} |\n\
         | Graphics | {} |\n\
         | System | {} {} |\n\
         | Rust | {} |\n\
         | Date | {} |",
        processor().unwrap_or_else(unknown),
        adapter().unwrap_or_else(unknown),
        env::consts::OS,
        env::consts::ARCH,
        rust.trim(),
        today(),
    )
}

fn today() -> String {
    let date = shell::read(Command::new("date").args(["-u", "+%Y-%m-%d"]));
    date.map_or_else(|_| "an unknown day".to_owned(), |date| date.trim().to_owned())
}

fn processor() -> Option<String> {
    value_of(&fs::read_to_string("/proc/cpuinfo").ok()?, "model name", ':')
}

/// Vulkan's name for the GPU or the software renderer.
fn adapter() -> Option<String> {
    let mut command = Command::new(shell::find_program("vulkaninfo")?);
    let text = shell::read(command.arg("--summary").envs(graphics::for_this_machine())).ok()?;
    let driver = value_of(&text, "driverInfo", '=').map_or(String::new(), |driver| format!(", {driver}"));
    Some(format!("{}{driver}", value_of(&text, "deviceName", '=')?))
}

/// The text after the separator in the first line that starts with `name`.
fn value_of(text: &str, name: &str, separator: char) -> Option<String> {
    let line = text.lines().find(|line| line.trim_start().starts_with(name))?;
    Some(line.split_once(separator)?.1.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_values_as_linux_and_vulkan_write_them() {
        assert_eq!(value_of("flags\t: a\nmodel name\t: Some CPU\n", "model name", ':').unwrap(), "Some CPU");
        assert_eq!(
            value_of("GPU0:\n\tdeviceName = llvmpipe (LLVM)\n", "deviceName", '=').unwrap(),
            "llvmpipe (LLVM)"
        );
        assert_eq!(value_of("", "deviceName", '='), None);
    }
}
