//! The steps that look at the code without running it.

use crate::{
    Result,
    cargo::{self, Workspace},
    paths,
    report::Tally,
    shell,
};
use std::process::Command;

/// `cargo fmt --check`, for the whole workspace. A macro declares the files of the effects, so Cargo doesn't find them.
pub fn format() -> Result<Tally> {
    let effects = std::fs::read_dir(paths::root().join("src/effect/builtin"))?;
    let effects = effects.flatten().map(|file| file.path());
    shell::run(cargo::cargo().args(["fmt", "--all", "--check", "--"]).args(effects))?;
    Ok(Tally::pass())
}

/// Clippy on everything there is, with the default features. Warnings are errors.
pub fn lint() -> Result<Tally> {
    shell::run(cargo::cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    Ok(Tally::pass())
}

/// Clippy on the library with no features, with each feature alone that the last change touched, and with all of them.
/// (With the default ones it is linted with everything else.)
pub fn features() -> Result<Tally> {
    let workspace = Workspace::read()?;
    let touched = touched_features(&workspace.features, &change());
    let mut sets = vec![Vec::new()];
    sets.extend(touched.into_iter().map(|feature| vec![feature]));
    sets.push(workspace.features.clone());
    lint_sets(&workspace, &sets)
}

/// Clippy on the library with each feature alone.
pub fn every_feature() -> Result<Tally> {
    let workspace = Workspace::read()?;
    let sets: Vec<_> = workspace.features.iter().map(|feature| vec![feature.clone()]).collect();
    lint_sets(&workspace, &sets)
}

fn lint_sets(workspace: &Workspace, sets: &[Vec<String>]) -> Result<Tally> {
    let mut tally = Tally::default();
    for set in sets {
        say!("\nfeatures: {}", if set.is_empty() { "none".to_owned() } else { set.join(", ") })?;
        tally += attempt(
            cargo::cargo()
                .args(["clippy", "--lib", "--no-default-features", "--features"])
                .arg(aligned(workspace, set))
                .args(["--", "-D", "warnings"]),
        );
    }
    Ok(tally)
}

/// The diff of what was changed last: since the branch left the one that it follows, or else the last commit. Empty where
/// git says nothing.
fn change() -> String {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        shell::read(command.current_dir(paths::root()).args(arguments)).unwrap_or_default()
    };
    let head = git(&["rev-parse", "HEAD"]);
    let mut base = git(&["merge-base", "HEAD", "origin/main"]);
    if base.is_empty() || base == head {
        base = "HEAD~1".to_owned();
    }
    git(&["diff", "--unified=0", base.trim(), "--", "src", "Cargo.toml"])
}

/// The features that a diff names in its lines.
fn touched_features(features: &[String], diff: &str) -> Vec<String> {
    let changed: Vec<_> = diff
        .lines()
        .filter(|line| line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---"))
        .collect();
    let names = |feature: &&String| {
        let (condition, definition) = (format!("feature = \"{feature}\""), format!("{feature} = ["));
        changed.iter().any(|line| line.contains(&condition) || line[1..].starts_with(&definition))
    };
    features.iter().filter(names).cloned().collect()
}

/// An app outside of this workspace: it takes this crate by its path, and of everything else the newest versions that
/// there are for this Bevy.
pub fn downstream() -> Result<Tally> {
    let folder = paths::root().join("tests/downstream");
    let manifest = folder.join("Cargo.toml");
    let mut tally = Tally::default();
    // Without a lock file each run resolves anew.
    tally += attempt(cargo::cargo().args(["generate-lockfile", "--quiet", "--manifest-path"]).arg(&manifest));
    tally += attempt(cargo::cargo().args(["check", "--manifest-path"]).arg(&manifest));
    Ok(tally)
}

/// The documentation, with default and with all features. Warnings are errors.
pub fn docs() -> Result<Tally> {
    let workspace = Workspace::read()?;
    let mut tally = Tally::default();
    for set in [vec!["default".to_owned()], workspace.features.clone()] {
        tally += attempt(
            cargo::cargo()
                .args(["doc", "--no-deps", "--lib", "--no-default-features", "--features"])
                .arg(aligned(&workspace, &set))
                .env("RUSTDOCFLAGS", "-D warnings"),
        );
    }
    Ok(tally)
}

/// Features of ours, with what the tests and examples ask of Bevy added, so that Bevy isn't built anew for
/// each set.
fn aligned(workspace: &Workspace, features: &[String]) -> String {
    features.iter().chain(&workspace.development_features).map(String::as_str).collect::<Vec<_>>().join(",")
}

/// Runs one of several checks: a failure is told and counted, and the next one runs.
fn attempt(command: &mut Command) -> Tally {
    match shell::run(command) {
        Ok(()) => Tally::pass(),
        Err(error) => {
            let _ = say!("error: {error}");
            Tally::fail()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feature_set_keeps_what_the_examples_ask_of_bevy() {
        let workspace = Workspace {
            features: vec!["effects".into()],
            development_features: vec!["bevy/x11".into(), "bevy/png".into()],
            ..Workspace::default()
        };
        assert_eq!(aligned(&workspace, &[]), "bevy/x11,bevy/png");
        assert_eq!(aligned(&workspace, &workspace.features), "effects,bevy/x11,bevy/png");
    }

    #[test]
    fn features_that_a_diff_names_are_touched() {
        let features = ["effects", "native", "menus"].map(str::to_owned);
        let diff =
            "--- a/src/menus.rs\n+++ b/src/menus.rs\n+#[cfg(feature = \"effects\")]\n-menus = []\n+native\n";
        assert_eq!(touched_features(&features, diff), ["effects", "menus"]);
        assert!(touched_features(&features, " feature = \"native\"\n").is_empty(), "a line that stayed");
    }

    #[test]
    fn a_failed_attempt_is_counted() {
        assert_eq!(attempt(&mut Command::new("false")).failed, 1);
        assert_eq!(attempt(&mut Command::new("true")).passed, 1);
    }
}
