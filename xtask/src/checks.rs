//! The steps that look at the code without running it.

use crate::{
    Result,
    cargo::{self, Workspace},
    report::Tally,
    shell,
};
use std::process::Command;

/// `cargo fmt --check`, for the whole workspace.
pub fn format() -> Result<Tally> {
    shell::run(cargo::cargo().args(["fmt", "--all", "--check"]))?;
    Ok(Tally::pass())
}

/// Clippy on everything there is, with the default features. Warnings are errors.
pub fn lint() -> Result<Tally> {
    shell::run(cargo::cargo().args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    Ok(Tally::pass())
}

/// Clippy on the library with no features, each one alone, and all of them; then a plain check as another
/// crate would build it, in which nothing that our examples ask of Bevy can hide what the library forgot to.
pub fn features() -> Result<Tally> {
    let workspace = Workspace::read()?;
    let mut tally = Tally::default();
    let mut sets = vec![Vec::new()];
    sets.extend(workspace.features.iter().map(|feature| vec![feature.clone()]));
    sets.push(workspace.features.clone());
    for set in sets {
        say!("\nfeatures: {}", if set.is_empty() { "none".to_owned() } else { set.join(", ") })?;
        tally += attempt(
            cargo::cargo()
                .args(["clippy", "--lib", "--no-default-features", "--features"])
                .arg(aligned(&workspace, &set))
                .args(["--", "-D", "warnings"]),
        );
    }
    say!("\nas another crate builds it")?;
    tally += attempt(cargo::cargo().args(["check", "--lib"]));
    tally += attempt(cargo::cargo().args(["check", "--lib", "--no-default-features"]));
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
    fn a_failed_attempt_is_counted() {
        assert_eq!(attempt(&mut Command::new("false")).failed, 1);
        assert_eq!(attempt(&mut Command::new("true")).passed, 1);
    }
}
