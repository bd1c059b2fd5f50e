//! Command-line arguments that several examples have.

use std::{ffi::OsString, path::PathBuf, time::Duration};

use os_str_bytes::OsStrBytesExt;

/// The source of frames from a command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum SourceArgument {
    /// The default source: the devices of this machine.
    #[default]
    Default,
    /// The synthetic device.
    Synthetic,
    /// A file or folder.
    File(PathBuf),
    /// The device with this id.
    Device(String),
}

/// Parses `default`, `synthetic`, `file:PATH` or `device:ID`. The path needn't be Unicode.
///
/// # Errors
/// A message for the user, for any other text.
pub fn source(argument: OsString) -> Result<SourceArgument, String> {
    if let Some(path) = argument.strip_prefix("file:").filter(|path| !path.is_empty()) {
        return Ok(SourceArgument::File(path.into()));
    }
    let text = argument.to_str();
    if let Some(id) = text.and_then(|text| text.strip_prefix("device:")).filter(|id| !id.is_empty()) {
        return Ok(SourceArgument::Device(id.into()));
    }
    match text {
        Some("default") => Ok(SourceArgument::Default),
        Some("synthetic") => Ok(SourceArgument::Synthetic),
        _ => {
            let argument = argument.display();
            Err(format!("there is no source '{argument}': it is default, synthetic, file:PATH or device:ID"))
        }
    }
}

/// Parses a number of seconds.
///
/// # Errors
/// A message for the user, for anything but a number from 0 to 86400.
pub fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(Duration::from_secs_f64(seconds)),
        _ => Err("a time is a number of seconds from 0 to 86400".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_one_of_four() {
        let source = |text: &str| source(text.into());
        assert_eq!(source("default"), Ok(SourceArgument::Default));
        assert_eq!(source("synthetic"), Ok(SourceArgument::Synthetic));
        assert_eq!(source("device:/dev/video0"), Ok(SourceArgument::Device("/dev/video0".into())));
        assert_eq!(source("file:C:\\a.y4m"), Ok(SourceArgument::File("C:\\a.y4m".into())));
        for wrong in ["", "file", "file:", "device:", "camera", "synthetic:1"] {
            assert!(source(wrong).is_err(), "{wrong}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_path_need_not_be_unicode() {
        use std::os::unix::ffi::OsStringExt;

        let source = |bytes: &[u8]| source(OsString::from_vec(bytes.to_vec()));
        let path = OsString::from_vec(b"/tmp/caf\xe9.y4m".to_vec());
        assert_eq!(source(b"file:/tmp/caf\xe9.y4m"), Ok(SourceArgument::File(path.into())));
        assert!(source(b"device:caf\xe9").is_err());
        assert!(source(b"\xe9").is_err());
    }

    #[test]
    fn a_time_is_finite_and_not_negative() {
        assert_eq!(seconds("1.5"), Ok(Duration::from_millis(1500)));
        for wrong in ["-1", "NaN", "inf", "86401", "a while", ""] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
    }
}
