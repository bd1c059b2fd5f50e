//! `cargo xtask web`: builds an example as a folder of static files.

mod bindings;
mod build;
mod gallery;
mod page;
pub mod server;
mod shrink;
mod site;
pub mod size;

pub use build::{TEST_PROFILE, packages, supported};
pub use site::Site;

use crate::{
    Result,
    cargo::{self, Example, Workspace},
    packages::ensure,
};
use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    process::ExitCode,
};

/// The port of `--serve`, if it is free.
const PORT: u16 = 8080;

/// The arguments of `cargo xtask web`.
#[derive(Debug, PartialEq, Eq)]
struct Options {
    site: Site,
    /// All examples, and a page with links to them.
    all: bool,
    serve: bool,
}

/// `cargo xtask web [EXAMPLE | --all] [--webgpu] [--release] [--serve]`
pub fn main(arguments: &[String]) -> Result<ExitCode> {
    let Options { site, all, serve } = parse(arguments)?;
    ensure(&packages())?;
    let folder = if all { gallery::build(&site)? } else { site.build()? };
    say!("\nthe page: {}", folder.display())?;
    if serve {
        let server = server::Server::start(folder, SocketAddr::from((Ipv4Addr::LOCALHOST, PORT)))?;
        say!("open http://localhost:{} (Ctrl+C ends the server)", server.port())?;
        server.wait()?;
    } else {
        say!("serve it over https, without which browsers hide their devices, or view it with --serve")?;
    }
    Ok(ExitCode::SUCCESS)
}

fn parse(arguments: &[String]) -> Result<Options> {
    let mut site = Site { example: cargo::PHOTOBOOTH.to_owned(), webgpu: false, release: false };
    let (mut all, mut serve) = (false, false);
    let mut names = Vec::new();
    for argument in arguments {
        match argument.as_str() {
            "--webgpu" => site.webgpu = true,
            "--release" => site.release = true,
            "--all" => all = true,
            "--serve" => serve = true,
            option if option.starts_with('-') => {
                return Err(format!("web has no option {option}: see cargo xtask help").into());
            }
            name => names.push(name),
        }
    }
    match names[..] {
        [] => {}
        [name] if !all => site.example = name.to_owned(),
        _ => return Err("web builds one example, or --all".into()),
    }
    Ok(Options { site, all, serve })
}

impl Site {
    /// Builds the page, prints its size, and returns the folder.
    pub fn build(&self) -> Result<PathBuf> {
        let workspace = Workspace::read()?;
        let Some(example) = workspace.examples.iter().find(|example| example.name == self.example) else {
            let names: Vec<_> = workspace.examples.iter().map(|example| example.name.as_str()).collect();
            let names = names.join(", ");
            return Err(format!("there is no example {}: the examples are {names}", self.example).into());
        };
        self.build_example(example, workspace.web_features.of(example))
    }

    /// Builds the page of this example with these features.
    fn build_example<'a>(
        &self,
        example: &Example,
        features: impl Iterator<Item = &'a str>,
    ) -> Result<PathBuf> {
        let wasm = build::wasm(self, example, features)?;
        let folder = self.folder();
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(&folder)?;
        let module = bindings::generate(&wasm, &folder, &self.example)?;
        let linked = fs::metadata(&wasm)?.len();
        say!("{:<40} {}", "as linked", size::megabytes(linked))?;
        if self.release {
            shrink::shrink(&module)?;
        }
        size::print(&[&module, &folder.join(format!("{}.js", self.example))])?;
        page::write(self, example, &module, &folder)?;
        Ok(folder)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Options> {
        parse(&arguments.iter().map(|&argument| argument.to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn the_photobooth_is_built_unless_another_is_named() {
        let site = |example: &str, webgpu| Site { example: example.to_owned(), webgpu, release: false };
        let options = parsed(&[]).unwrap();
        assert_eq!(options, Options { site: site("photobooth", false), all: false, serve: false });
        let options = parsed(&["--serve", "minimal", "--webgpu"]).unwrap();
        assert_eq!(options, Options { site: site("minimal", true), all: false, serve: true });
        assert!(parsed(&["--all"]).unwrap().all);
    }

    #[test]
    fn unknown_options_are_errors() {
        assert!(parsed(&["--webgl"]).unwrap_err().to_string().contains("--webgl"));
        assert!(parsed(&["a", "b"]).is_err());
        assert!(parsed(&["a", "--all"]).is_err());
    }

    #[test]
    fn builds_for_both_apis_have_their_own_folders() {
        let Options { site, .. } = parsed(&["minimal"]).unwrap();
        assert_ne!(site.folder(), Site { webgpu: true, ..site.clone() }.folder());
    }
}
