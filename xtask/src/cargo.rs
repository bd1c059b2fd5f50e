//! What cargo knows of this workspace, and what it builds.

use crate::{Result, paths, report::Tally, shell};
use serde_json::Value;
use std::{env, path::PathBuf, process::Command};

/// The library's package; the workspace's other one is this program.
const LIBRARY: &str = "bevy_viewfinder";

/// The cargo that runs us, in the workspace's root.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(paths::root());
    command
}

/// The library's manifest, as far as we need it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Package {
    /// The features, without `default`.
    pub features: Vec<String>,
    /// The features that examples and tests ask of the dependencies, as `dependency/feature`.
    pub development_features: Vec<String>,
    /// The files in `examples/`, `tests/` and `benches/`.
    pub examples: Vec<String>,
    pub tests: Vec<String>,
    pub benches: Vec<String>,
}

impl Package {
    /// Asks cargo.
    pub fn read() -> Result<Self> {
        let text = shell::read(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
        Self::parse(&text).ok_or_else(|| format!("cargo metadata doesn't describe {LIBRARY}").into())
    }

    fn parse(metadata: &str) -> Option<Self> {
        let metadata: Value = serde_json::from_str(metadata).ok()?;
        let package = metadata["packages"].as_array()?.iter().find(|package| package["name"] == LIBRARY)?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let targets = |kind: &str| {
            let all = package["targets"].as_array().into_iter().flatten();
            all.filter(|target| target["kind"][0] == kind)
                .filter_map(|target| text(&target["name"]))
                .collect()
        };
        let mut development_features = Vec::new();
        for dependency in package["dependencies"].as_array()? {
            if dependency["kind"] == "dev" {
                for feature in dependency["features"].as_array()? {
                    development_features.push(format!(
                        "{}/{}",
                        dependency["name"].as_str()?,
                        feature.as_str()?
                    ));
                }
            }
        }
        // Only what the library depends on too can be named so on the command line.
        let normal = |name: &str| {
            let all = package["dependencies"].as_array().into_iter().flatten();
            all.filter(|dependency| dependency["kind"].is_null()).any(|dependency| dependency["name"] == name)
        };
        development_features
            .retain(|feature| feature.split_once('/').is_some_and(|(dependency, _)| normal(dependency)));
        Some(Self {
            features: package["features"]
                .as_object()?
                .keys()
                .filter(|name| *name != "default")
                .cloned()
                .collect(),
            development_features,
            examples: targets("example"),
            tests: targets("test"),
            benches: targets("bench"),
        })
    }
}

/// Builds one example or test and gives back its executable: `kind` is `example` or `test`.
pub fn build(kind: &str, name: &str, options: &[&str]) -> Result<PathBuf> {
    let mut command = cargo();
    match kind {
        "test" => command.args(["test", "--no-run", "--test", name]),
        _ => command.args(["build", "--example", name]),
    };
    command.args(options).arg("--message-format=json-render-diagnostics");
    println!("$ {}", shell::display(&command));
    let messages = shell::read(&mut command)?;
    executable(&messages, kind, name).ok_or_else(|| format!("cargo built no {kind} {name}").into())
}

fn executable(messages: &str, kind: &str, name: &str) -> Option<PathBuf> {
    messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(|message| {
        let target = &message["target"];
        let ours = target["name"] == name && target["kind"][0] == kind;
        if ours { message["executable"].as_str().map(PathBuf::from) } else { None }
    })
}

/// Runs tests, shows what they print and counts them. A runner that fails without a failed test, or that ran
/// no test at all, counts as one failure.
pub fn test(command: &mut Command) -> Result<Tally> {
    println!("$ {}", shell::display(command));
    let (status, output) = shell::echo(command, "")?;
    let mut tally = Tally::of_tests(&output);
    if !status.success() && tally.failed == 0 {
        println!("`{}` ended with {status}", shell::display(command));
        tally.failed = 1;
    } else if tally.passed + tally.failed + tally.skipped == 0 {
        println!("`{}` ran no test", shell::display(command));
        tally.failed = 1;
    }
    Ok(tally)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_manifest() {
        let metadata = r#"{"packages": [{"name": "xtask"}, {
            "name": "bevy_viewfinder",
            "features": {"default": ["effects"], "effects": [], "native": []},
            "dependencies": [
                {"name": "bevy", "kind": null, "features": ["std"]},
                {"name": "bevy", "kind": "dev", "features": ["x11", "png"]},
                {"name": "tempfile", "kind": "dev", "features": ["nightly"]}
            ],
            "targets": [
                {"name": "bevy_viewfinder", "kind": ["lib"]},
                {"name": "minimal", "kind": ["example"]},
                {"name": "v4l2", "kind": ["test"]},
                {"name": "passes", "kind": ["bench"]}
            ]
        }]}"#;
        let package = Package::parse(metadata).unwrap();
        assert_eq!(package.features, ["effects", "native"]);
        assert_eq!(package.development_features, ["bevy/x11", "bevy/png"]);
        assert_eq!(package.examples, ["minimal"]);
        assert_eq!(package.tests, ["v4l2"]);
        assert_eq!(package.benches, ["passes"]);
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
