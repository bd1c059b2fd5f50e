//! The steps that check the code without running it.

use crate::{
    Result,
    cargo::{self, Workspace},
    paths,
    report::Tally,
    shell,
};
use std::{fs, process::Command};

/// `cargo fmt --check`, for the whole workspace and that of `tests/concurrency`. A macro declares the files of the
/// effects, so Cargo doesn't find them.
pub fn format() -> Result<Tally> {
    let effects = std::fs::read_dir(paths::root().join("src/effect/builtin"))?;
    let effects = effects.flatten().map(|file| file.path());
    shell::run(cargo::cargo().args(["fmt", "--all", "--check", "--"]).args(effects))?;
    let concurrency = ["fmt", "--all", "--check", "--manifest-path", "tests/concurrency/Cargo.toml"];
    shell::run(cargo::cargo().args(concurrency))?;
    Ok(Tally::pass())
}

/// Clippy on all targets with all features of the library. Warnings are errors.
pub fn lint() -> Result<Tally> {
    let mut command = cargo::cargo();
    command.args(["clippy", "--all-targets"]).args(whole_workspace(&Workspace::read()?));
    shell::run(command.args(["--", "-D", "warnings"]))?;
    Ok(Tally::pass())
}

/// Selects all packages, and all features of the library.
fn whole_workspace(workspace: &Workspace) -> [String; 3] {
    let features: Vec<_> =
        workspace.features.iter().map(|feature| format!("{}/{feature}", cargo::LIBRARY)).collect();
    ["--workspace".to_owned(), "--features".to_owned(), features.join(",")]
}

/// Clippy on the library with no features, with the default features, and with each feature alone that the last change
/// touched. ([`lint`] covers all features.)
pub fn features() -> Result<Tally> {
    let workspace = Workspace::read()?;
    let touched = touched_features(&workspace.features, &change());
    let mut sets = vec![Vec::new(), vec!["default".to_owned()]];
    sets.extend(touched.into_iter().map(|feature| vec![feature]));
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
                .args(["clippy", "--lib"])
                .args(library_features(workspace, set))
                .args(["--", "-D", "warnings"]),
        );
    }
    Ok(tally)
}

/// The diff of this branch against `origin/main`, or of the last commit if there is none. Empty if git fails.
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

/// The features that occur in the changed lines of a diff.
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

/// Type-checks an app outside of this workspace. It depends on this crate by path, and on the newest versions of the
/// other crates for this Bevy.
pub fn downstream() -> Result<Tally> {
    let folder = paths::root().join("tests/downstream");
    let manifest = folder.join("Cargo.toml");
    let mut tally = Tally::default();
    // There is no lock file in the repository, so each run resolves the newest versions.
    tally += attempt(cargo::cargo().args(["generate-lockfile", "--quiet", "--manifest-path"]).arg(&manifest));
    tally += attempt(cargo::cargo().args(["check", "--manifest-path"]).arg(&manifest));
    Ok(tally)
}

/// The documentation: of the library with the default features, of all packages with all of them, and as docs.rs builds
/// it. Warnings are errors.
pub fn docs() -> Result<Tally> {
    let workspace = Workspace::read()?;
    let mut tally = Tally::default();
    let default = library_features(&workspace, &["default".to_owned()]);
    tally += attempt(doc().args(default).env("RUSTDOCFLAGS", "-D warnings"));
    tally += attempt(doc().args(whole_workspace(&workspace)).env("RUSTDOCFLAGS", "-D warnings"));
    // Only rustdoc is told to allow unstable features. Cargo would build all dependencies again if it knew of that.
    let rustdoc = paths::root().join("xtask/stand-in/rustdoc");
    let flags = format!("-D warnings {}", workspace.docs_rs.arguments.join(" "));
    let published = library_features(&workspace, &workspace.docs_rs.features);
    tally += attempt(doc().args(published).env("RUSTDOC", rustdoc).env("RUSTDOCFLAGS", flags));
    Ok(tally)
}

fn doc() -> Command {
    let mut command = cargo::cargo();
    command.args(["doc", "--no-deps", "--lib"]);
    command
}

/// The size that a package may have, in bytes.
const PACKAGE_LIMIT: u64 = 2_000_000;

/// Folders whose files are of no use in a package.
const NOT_PACKAGED: &[&str] =
    &["examples/", "tests/", "benches/", "xtask/", "assets/luts/", "assets/pictures/"];

/// The package for crates.io: it can be made, has no more files than it needs, and stays below the limit.
pub fn package() -> Result<Tally> {
    let list = shell::read(cargo::cargo().args(["package", "--list", "--allow-dirty", "--quiet"]))?;
    let needless: Vec<_> =
        list.lines().filter(|file| NOT_PACKAGED.iter().any(|folder| file.starts_with(folder))).collect();
    let mut tally = Tally::default();
    if needless.is_empty() {
        tally += Tally::pass();
    } else {
        say!("error: the package has files that it doesn't need: {}", needless.join(", "))?;
        tally += Tally::fail();
    }
    // All crates at once: the library depends on the others, which may not be published yet.
    let packages = [cargo::LIBRARY].into_iter().chain(cargo::CRATES.iter().copied());
    let packages = packages.flat_map(|name| ["-p", name]);
    shell::run(cargo::cargo().args(["package", "--no-verify", "--allow-dirty", "--quiet"]).args(packages))?;
    let file =
        paths::target().join(format!("package/{}-{}.crate", cargo::LIBRARY, Workspace::read()?.version));
    let size = fs::metadata(&file)?.len();
    say!("{}: {:.2} MB, at most {:.2} MB", file.display(), megabytes(size), megabytes(PACKAGE_LIMIT))?;
    tally += if size <= PACKAGE_LIMIT { Tally::pass() } else { Tally::fail() };
    Ok(tally)
}

fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

/// Selects features of the library. The features of dependencies that tests and examples enable are added, so that all
/// sets share one build of Bevy.
fn library_features(workspace: &Workspace, features: &[String]) -> [String; 3] {
    let all: Vec<_> = features.iter().chain(&workspace.development_features).map(String::as_str).collect();
    ["--no-default-features".to_owned(), "--features".to_owned(), all.join(",")]
}

/// Runs one of several checks. A failure is printed and counted, and the next check runs.
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
        assert_eq!(library_features(&workspace, &[])[2], "bevy/x11,bevy/png");
        assert_eq!(library_features(&workspace, &workspace.features)[2], "effects,bevy/x11,bevy/png");
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
