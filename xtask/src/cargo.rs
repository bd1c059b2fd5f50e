//! Cargo: metadata of the workspace, builds and test runs.

use crate::{Result, paths, report::Tally, shell};
use serde_json::Value;
use std::{
    collections::BTreeSet,
    env,
    path::{Path, PathBuf},
    process::Command,
};

/// The library's package.
pub const LIBRARY: &str = "bevy_viewfinder";

/// The packages that the library is published with.
pub const CRATES: &[&str] =
    &["viewfinder-cameras", "viewfinder-fiducial", "viewfinder-people", "viewfinder-rtsp", "viewfinder-vpx"];

/// The package of code that the examples share.
const EXAMPLES: &str = "viewfinder-examples";

/// The package that the demo is.
pub const PHOTOBOOTH: &str = "photobooth";

/// The features that the photobooth is built with: VP8 on Linux, where `packages::BUILD` has libvpx.
pub const PHOTOBOOTH_FEATURES: &[&str] =
    if cfg!(target_os = "linux") { &["--features", "photobooth/vpx"] } else { &[] };

/// Selects the packages whose tests and examples share one build of their dependencies and of the library: the features
/// of a dependency are those that all selected packages enable.
pub fn tested_packages() -> impl Iterator<Item = &'static str> {
    let packages = [LIBRARY, EXAMPLES, PHOTOBOOTH].into_iter().chain(CRATES.iter().copied());
    packages.flat_map(|package| ["-p", package]).chain(PHOTOBOOTH_FEATURES.iter().copied())
}

/// The cargo that runs this program, in the workspace's root.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(paths::root());
    command
}

/// Removes the variables that cargo has set for this program, for a cargo of another toolchain.
pub fn forget_ours(command: &mut Command) {
    for name in ["CARGO", "RUSTUP_TOOLCHAIN", "RUSTDOC", "LD_LIBRARY_PATH"] {
        command.env_remove(name);
    }
}

/// The parts of the workspace's metadata that the commands use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Workspace {
    /// The library's version.
    pub version: String,
    /// The library's features, without `default`.
    pub features: Vec<String>,
    /// The features of dependencies that the library's examples and tests enable, as `dependency/feature`.
    pub development_features: Vec<String>,
    /// The examples, those that are packages of their own included.
    pub examples: Vec<Example>,
    /// The features that examples have in the browser.
    pub web_features: WebFeatures,
    /// How docs.rs builds the documentation.
    pub docs_rs: DocsRs,
    /// The integration tests of the library, of the crates that it is published with, and of the photobooth.
    pub tests: Vec<String>,
    /// All benches, as (package, bench).
    pub benches: Vec<(String, String)>,
}

impl Workspace {
    /// Reads `cargo metadata`.
    pub fn read() -> Result<Self> {
        let text = shell::read(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
        Self::parse(&text).ok_or_else(|| format!("cargo metadata doesn't describe {LIBRARY}").into())
    }

    fn parse(metadata: &str) -> Option<Self> {
        let metadata: Value = serde_json::from_str(metadata).ok()?;
        let packages = metadata["packages"].as_array()?;
        let library = packages.iter().find(|package| package["name"] == LIBRARY)?;
        let dependencies = library["dependencies"].as_array()?;
        let is_normal = |name: &Value| {
            let mut normal = dependencies.iter().filter(|dependency| dependency["kind"].is_null());
            normal.any(|dependency| &dependency["name"] == name)
        };
        let mut development_features = Vec::new();
        // The command line can name only direct dependencies of the library.
        for dependency in dependencies.iter().filter(|dependency| dependency["kind"] == "dev") {
            for feature in
                dependency["features"].as_array()?.iter().filter(|_| is_normal(&dependency["name"]))
            {
                development_features.push(format!("{}/{}", dependency["name"].as_str()?, feature.as_str()?));
            }
        }
        let is_tested = |package: &&Value| {
            package["name"]
                .as_str()
                .is_some_and(|name| [LIBRARY, PHOTOBOOTH].contains(&name) || CRATES.contains(&name))
        };
        let tests: BTreeSet<_> =
            packages.iter().filter(is_tested).flat_map(|package| targets(package, "test")).collect();
        Some(Self {
            version: library["version"].as_str()?.to_owned(),
            features: library["features"]
                .as_object()?
                .keys()
                .filter(|name| *name != "default")
                .cloned()
                .collect(),
            development_features,
            examples: examples(library).chain(packages.iter().flat_map(programs)).collect(),
            web_features: WebFeatures::parse(&library["metadata"]["web"]),
            docs_rs: DocsRs::parse(&library["metadata"]["docs"]["rs"]),
            tests: tests.into_iter().collect(),
            benches: packages.iter().flat_map(benches).collect(),
        })
    }
}

/// The names of a package's targets of one kind.
fn targets(package: &Value, kind: &str) -> Vec<String> {
    let all = package["targets"].as_array().into_iter().flatten();
    all.filter(|target| target["kind"][0] == kind)
        .filter_map(|target| target["name"].as_str().map(str::to_owned))
        .collect()
}

/// An example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    pub name: String,
    /// Its main source file.
    pub source: PathBuf,
    /// The folder of its package, if it is a package of its own, of the same name.
    pub package: Option<PathBuf>,
}

/// The examples among a package's targets.
fn examples(package: &Value) -> impl Iterator<Item = Example> {
    let all = package["targets"].as_array().into_iter().flatten();
    all.filter(|target| target["kind"][0] == "example").filter_map(|target| {
        Some(Example {
            name: target["name"].as_str()?.to_owned(),
            source: PathBuf::from(target["src_path"].as_str()?),
            package: None,
        })
    })
}

/// The example that this package is: a program in a folder of `examples`.
fn programs(package: &Value) -> Option<Example> {
    let folder = Path::new(package["manifest_path"].as_str()?).parent()?;
    let all = package["targets"].as_array()?;
    let program =
        all.iter().find(|target| target["kind"][0] == "bin" && target["name"] == package["name"])?;
    (folder.parent()?.file_name()? == "examples").then_some(Example {
        name: package["name"].as_str()?.to_owned(),
        source: PathBuf::from(program["src_path"].as_str()?),
        package: Some(folder.to_owned()),
    })
}

/// `[package.metadata.web]`: the features of an example in the browser, instead of the default features.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebFeatures {
    all: Vec<String>,
    /// Features by example.
    named: Vec<(String, Vec<String>)>,
    others: Vec<String>,
    /// The examples that don't run in browsers.
    without_page: Vec<String>,
}

impl WebFeatures {
    fn parse(metadata: &Value) -> Self {
        let named = metadata["examples"].as_object().into_iter().flatten();
        Self {
            all: texts(&metadata["all"]),
            named: named.map(|(example, features)| (example.clone(), texts(features))).collect(),
            others: texts(&metadata["others"]),
            without_page: texts(&metadata["without-page"]),
        }
    }

    /// Whether an example runs in browsers.
    pub fn has_page(&self, example: &Example) -> bool {
        !self.without_page.contains(&example.name)
    }

    /// The examples that don't run in browsers.
    #[cfg(test)]
    pub fn without_page(&self) -> &[String] {
        &self.without_page
    }

    /// The features of all examples of the library.
    pub fn union(&self) -> Vec<String> {
        let named = self.named.iter().flat_map(|(_, features)| features);
        let all: BTreeSet<_> = self.all.iter().chain(&self.others).chain(named).cloned().collect();
        all.into_iter().collect()
    }

    /// The features of one example on the command line. None for a package of its own, whose manifest lists those that
    /// it has in the browser.
    pub fn of(&self, example: &Example) -> impl Iterator<Item = &str> {
        let own = self.named.iter().find(|(name, _)| *name == example.name);
        let own = own.map_or(&self.others, |(_, own)| own);
        let is_target = example.package.is_none();
        self.all.iter().chain(own).filter(move |_| is_target).map(String::as_str)
    }
}

/// `[package.metadata.docs.rs]`: how docs.rs builds the documentation.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DocsRs {
    pub features: Vec<String>,
    /// The arguments of rustdoc.
    pub arguments: Vec<String>,
}

impl DocsRs {
    fn parse(metadata: &Value) -> Self {
        Self { features: texts(&metadata["features"]), arguments: texts(&metadata["rustdoc-args"]) }
    }
}

/// The strings of a list; none if it is no list.
fn texts(list: &Value) -> Vec<String> {
    list.as_array().into_iter().flatten().filter_map(|text| text.as_str().map(str::to_owned)).collect()
}

fn benches(package: &Value) -> impl Iterator<Item = (String, String)> {
    let name = package["name"].as_str().unwrap_or_default();
    targets(package, "bench").into_iter().map(move |bench| (name.to_owned(), bench))
}

/// Builds a test of the library and returns its executable.
pub fn build_test(name: &str) -> Result<PathBuf> {
    built(cargo().args(["test", "--no-run"]).args(tested_packages()).args(["--test", name]), "test", name)
}

/// Runs a cargo command that builds an example, test or program, and returns the executable.
pub fn built(command: &mut Command, kind: &str, name: &str) -> Result<PathBuf> {
    command.arg("--message-format=json-render-diagnostics");
    say!("$ {}", shell::display(command))?;
    let messages = shell::read(command)?;
    executable(&messages, kind, name).ok_or_else(|| format!("cargo built no {kind} {name}").into())
}

fn executable(messages: &str, kind: &str, name: &str) -> Option<PathBuf> {
    messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(|message| {
        let target = &message["target"];
        let is_ours = target["name"] == name && target["kind"][0] == kind;
        if is_ours { message["executable"].as_str().map(PathBuf::from) } else { None }
    })
}

/// Runs tests, prints their output and counts them. A runner that fails without a failed test, or that runs no test at
/// all, counts as one failure.
pub fn test(command: &mut Command) -> Result<Tally> {
    say!("$ {}", shell::display(command))?;
    let (status, output) = shell::echo(command, "")?;
    let mut tally = Tally::of_tests(&output);
    if !status.success() && tally.failed == 0 {
        say!("`{}` ended with {status}", shell::display(command))?;
        tally.failed = 1;
    } else if tally.passed + tally.failed + tally.skipped == 0 {
        say!("`{}` ran no test", shell::display(command))?;
        tally.failed = 1;
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_manifests() {
        let metadata = r#"{"packages": [{
            "name": "benches",
            "targets": [{"name": "passes", "kind": ["bench"]}]
        }, {
            "name": "viewfinder-vpx",
            "targets": [{"name": "ffmpeg", "kind": ["test"]}]
        }, {
            "name": "photobooth",
            "manifest_path": "/examples/photobooth/Cargo.toml",
            "targets": [
                {"name": "photobooth", "kind": ["bin"], "src_path": "/examples/photobooth/src/main.rs"},
                {"name": "command_line", "kind": ["test"]}
            ]
        }, {
            "name": "xtask",
            "manifest_path": "/xtask/Cargo.toml",
            "targets": [{"name": "xtask", "kind": ["bin"], "src_path": "/xtask/src/main.rs"}]
        }, {
            "name": "bevy_viewfinder",
            "version": "0.1.0",
            "features": {"default": ["effects"], "effects": [], "native": []},
            "metadata": {
                "docs": {"rs": {"features": ["effects"], "rustdoc-args": ["--cfg", "docsrs"]}},
                "web": {"all": ["a"], "others": ["ui"], "examples": {"minimal": ["b"]}}
            },
            "dependencies": [
                {"name": "bevy", "kind": null, "features": ["std"]},
                {"name": "bevy", "kind": "dev", "features": ["x11", "png"]},
                {"name": "tempfile", "kind": "dev", "features": ["nightly"]}
            ],
            "targets": [
                {"name": "bevy_viewfinder", "kind": ["lib"]},
                {"name": "minimal", "kind": ["example"], "src_path": "/examples/minimal.rs"},
                {"name": "v4l2", "kind": ["test"]}
            ]
        }]}"#;
        let workspace = Workspace::parse(metadata).unwrap();
        assert_eq!(workspace.version, "0.1.0");
        assert_eq!(workspace.features, ["effects", "native"]);
        assert_eq!(workspace.docs_rs.features, ["effects"]);
        assert_eq!(workspace.docs_rs.arguments, ["--cfg", "docsrs"]);
        assert_eq!(workspace.development_features, ["bevy/x11", "bevy/png"]);
        let minimal =
            Example { name: "minimal".into(), source: "/examples/minimal.rs".into(), package: None };
        let photobooth = Example {
            name: "photobooth".into(),
            source: "/examples/photobooth/src/main.rs".into(),
            package: Some("/examples/photobooth".into()),
        };
        assert_eq!(workspace.examples, [minimal.clone(), photobooth.clone()]);
        assert!(workspace.web_features.of(&minimal).eq(["a", "b"]));
        let other = Example { name: "settings".into(), ..minimal };
        assert!(workspace.web_features.of(&other).eq(["a", "ui"]));
        assert!(workspace.web_features.of(&photobooth).eq([""; 0]), "its manifest has them");
        assert_eq!(workspace.tests, ["command_line", "ffmpeg", "v4l2"]);
        assert_eq!(workspace.benches, [("benches".to_owned(), "passes".to_owned())]);
    }

    #[test]
    fn finds_the_executable_among_the_messages() {
        let messages = concat!(
            r#"{"reason":"compiler-artifact","target":{"name":"v4l2","kind":["lib"]},"executable":null}"#,
            "\n",
            r#"{"reason":"compiler-artifact","target":{"name":"v4l2","kind":["test"]},"executable":"/t/v4l2-1"}"#,
            "\n"
        );
        assert_eq!(executable(messages, "test", "v4l2"), Some(PathBuf::from("/t/v4l2-1")));
        assert_eq!(executable(messages, "example", "v4l2"), None);
    }
}
