//! `cargo xtask bundle`: a bundle for macOS around a program, with the texts and the entitlements that its cameras and
//! microphones need.

use crate::{Result, demo, paths, shell};
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// The identity of a signature that is valid on this machine alone.
const AD_HOC: &str = "-";

/// The options of the command.
#[derive(Debug, Default, PartialEq, Eq)]
struct Options {
    release: bool,
    /// The name of a signing identity of the keychain.
    identity: Option<String>,
    /// The program. Without one it is the photobooth.
    program: Option<PathBuf>,
}

/// `cargo xtask bundle [--release] [--identity NAME] [PROGRAM]`
pub fn main(arguments: &[String]) -> Result<ExitCode> {
    let options = options(arguments)?;
    if !cfg!(target_os = "macos") {
        return Err("a bundle is for macOS: run this command there, where `codesign` is".into());
    }
    let program = match options.program {
        Some(program) => program,
        None => demo::build(options.release)?,
    };
    let bundle = lay_out(&program, &paths::target().join("bundle"))?;
    let rights = paths::target().join("bundle/entitlements.plist");
    fs::write(&rights, entitlements())?;
    let identity = options.identity.as_deref().unwrap_or(AD_HOC);
    let mut sign = Command::new("codesign");
    sign.args(["--force", "--options", "runtime", "--sign", identity, "--entitlements"]);
    shell::run(sign.arg(&rights).arg(&bundle))?;
    say!("the bundle: {}\nstart it by `open {}`", bundle.display(), bundle.display())?;
    Ok(ExitCode::SUCCESS)
}

fn options(arguments: &[String]) -> Result<Options> {
    let mut options = Options::default();
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        match argument.as_str() {
            "--release" => options.release = true,
            "--identity" => {
                let name = rest.next().ok_or("--identity needs the name of a signing identity")?;
                options.identity = Some(name.clone());
            }
            unknown if unknown.starts_with('-') => {
                return Err(format!("bundle has no option {unknown}: see cargo xtask help").into());
            }
            program if options.program.is_none() => options.program = Some(program.into()),
            second => return Err(format!("one program makes a bundle: leave out {second}").into()),
        }
    }
    Ok(options)
}

/// Copies the program into a new bundle in this folder. Returns the bundle.
fn lay_out(program: &Path, folder: &Path) -> Result<PathBuf> {
    let name = program
        .file_name()
        .and_then(|name| name.to_str())
        .filter(|_| program.is_file())
        .ok_or_else(|| format!("{} is no program", program.display()))?;
    let bundle = folder.join(format!("{name}.app"));
    if bundle.exists() {
        fs::remove_dir_all(&bundle)?;
    }
    let contents = bundle.join("Contents");
    fs::create_dir_all(contents.join("MacOS"))?;
    fs::copy(program, contents.join("MacOS").join(name))?;
    fs::write(contents.join("Info.plist"), info(name))?;
    Ok(bundle)
}

/// The description of a bundle, with the texts that macOS shows when it asks for the camera and the microphone.
fn info(name: &str) -> String {
    let text = escape(name);
    // Identifiers have letters, digits, hyphens and points.
    let identifier: String =
        name.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
    let entries = [
        ("CFBundleExecutable", format!("<string>{text}</string>")),
        ("CFBundleIdentifier", format!("<string>org.bevy-viewfinder.{identifier}</string>")),
        ("CFBundleName", format!("<string>{text}</string>")),
        ("CFBundlePackageType", "<string>APPL</string>".to_owned()),
        ("CFBundleShortVersionString", format!("<string>{}</string>", env!("CARGO_PKG_VERSION"))),
        ("LSMinimumSystemVersion", "<string>10.15</string>".to_owned()),
        ("NSCameraUsageDescription", format!("<string>{text} shows the picture of your camera.</string>")),
        (
            "NSMicrophoneUsageDescription",
            format!("<string>{text} records the sound of your microphone.</string>"),
        ),
        ("NSCameraUseContinuityCameraDeviceType", "<true/>".to_owned()),
        ("NSHighResolutionCapable", "<true/>".to_owned()),
    ];
    plist(entries.iter().map(|(key, value)| (*key, value.as_str())))
}

/// The rights of a program with the hardened runtime to use cameras and microphones.
fn entitlements() -> String {
    let rights = ["com.apple.security.device.camera", "com.apple.security.device.audio-input"];
    plist(rights.into_iter().map(|right| (right, "<true/>")))
}

/// The head of a property list.
const HEAD: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
"#;

fn plist<'a>(entries: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let entries: String = entries.map(|(key, value)| format!("  <key>{key}</key>\n  {value}\n")).collect();
    format!("{HEAD}<plist version=\"1.0\">\n<dict>\n{entries}</dict>\n</plist>\n")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Options> {
        options(&arguments.iter().map(|argument| (*argument).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn options_are_read() {
        assert_eq!(parsed(&[]).unwrap(), Options::default());
        let all = parsed(&["--release", "--identity", "Developer ID", "target/game"]).unwrap();
        assert_eq!(
            all,
            Options {
                release: true,
                identity: Some("Developer ID".into()),
                program: Some("target/game".into())
            }
        );
        for wrong in [&["--fast"][..], &["--identity"], &["a", "b"]] {
            assert!(parsed(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_bundle_has_the_program_and_the_text_for_the_camera() {
        let folder = std::env::temp_dir().join(format!("viewfinder-bundle-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let program = folder.join("a&b");
        fs::write(&program, "program").unwrap();
        let bundle = lay_out(&program, &folder).unwrap();
        let again = lay_out(&program, &folder).unwrap();
        assert_eq!(bundle, again, "an old one is replaced");
        assert_eq!(fs::read(bundle.join("Contents/MacOS/a&b")).unwrap(), b"program");
        let info = fs::read_to_string(bundle.join("Contents/Info.plist")).unwrap();
        assert!(info.contains("<key>NSCameraUsageDescription</key>\n  <string>a&amp;b shows"), "{info}");
        assert!(info.contains("<string>org.bevy-viewfinder.a-b</string>"), "{info}");
        assert!(lay_out(&folder.join("missing"), &folder).is_err());
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_entitlements_name_both_devices() {
        for device in ["camera", "audio-input"] {
            assert!(entitlements().contains(&format!("com.apple.security.device.{device}")));
        }
    }
}
