//! The command line.

use std::{path::PathBuf, sync::Arc};

use bevy_viewfinder::source::{DefaultSource, Source, SyntheticSource};
use lexopt::prelude::*;

/// How it is called.
pub const USAGE: &str = "\
usage: camera_report [OPTIONS]
  --device NAME_OR_ID   the camera: its id, its name or a part of it, or a path such as /dev/video0
                        (default: the first)
  --backend default|nokhwa|synthetic
                        the library's source of cameras (default: V4L2 on Linux, nokhwa elsewhere); `synthetic` is
                        no camera, and shows how a report looks
  --quick               a few modes in place of all: half a minute
  --unplug              also ask you to unplug the camera and to plug it in again
  --out FILE            the file with the report as JSON (default: camera_report.json)
  --json                print the report as JSON in place of the table; no file is written without --out
  --help                print this text
Judges a camera: its modes open, the rates hold, controls keep their values, time stamps rise, and closing frees it.
Controls are set to their bounds for a moment and then back. No image is stored or sent.
The status is 0 if nothing failed, 1 if something did, 2 without a camera or for a wrong command line, and 3 if the
report couldn't be written.
";

/// The file of the report.
const FILE: &str = "camera_report.json";

/// The command line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    pub device: Option<String>,
    pub backend: Backend,
    pub quick: bool,
    pub unplug: bool,
    pub json: bool,
    out: Option<PathBuf>,
}

/// The library's source of cameras.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Backend {
    #[default]
    Default,
    Nokhwa,
    Synthetic,
}

impl Backend {
    /// The source.
    pub fn source(self) -> Arc<dyn Source> {
        match self {
            #[cfg(all(feature = "native", not(target_family = "wasm")))]
            Self::Nokhwa => Arc::new(bevy_viewfinder::source::NokhwaSource::default()),
            Self::Synthetic => Arc::new(SyntheticSource::new()),
            _ => DefaultSource::default().0,
        }
    }

    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Synthetic => "synthetic",
            Self::Default if cfg!(target_os = "linux") => "V4L2",
            Self::Default | Self::Nokhwa => "nokhwa",
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "default" => Ok(Self::Default),
            "nokhwa" => Ok(Self::Nokhwa),
            "synthetic" => Ok(Self::Synthetic),
            _ => Err("a backend is default, nokhwa or synthetic".into()),
        }
    }
}

impl Options {
    /// Reads the command line; `None` where help is asked for.
    ///
    /// # Errors
    /// An unknown option, or a value that can't be read.
    pub fn parse(mut parser: lexopt::Parser) -> Result<Option<Self>, lexopt::Error> {
        let mut options = Self::default();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("device") => options.device = Some(parser.value()?.string()?),
                Long("backend") => options.backend = parser.value()?.parse_with(Backend::parse)?,
                Long("quick") => options.quick = true,
                Long("unplug") => options.unplug = true,
                Long("out") => options.out = Some(parser.value()?.into()),
                Long("json") => options.json = true,
                Short('h') | Long("help") => return Ok(None),
                argument => return Err(argument.unexpected()),
            }
        }
        Ok(Some(options))
    }

    /// The file to write. `None` if the report is only printed.
    pub fn file(&self) -> Option<PathBuf> {
        self.out.clone().or_else(|| (!self.json).then(|| FILE.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Option<Options>, lexopt::Error> {
        Options::parse(lexopt::Parser::from_args(arguments))
    }

    #[test]
    fn options_are_read() {
        let options =
            parse(&["--device", "Webcam", "--quick", "--backend=synthetic"]).expect("they are known");
        let expected = Options {
            device: Some("Webcam".into()),
            quick: true,
            backend: Backend::Synthetic,
            ..Options::default()
        };
        assert_eq!(options, Some(expected));
        assert_eq!(parse(&["--quick", "--help"]).expect("it is known"), None);
        for wrong in [&["--sauce"][..], &["--device"], &["--backend", "webcam"], &["--quick=1"], &["webcam"]]
        {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn a_file_is_written_unless_the_report_is_printed_as_json() {
        let file = |arguments: &[&str]| parse(arguments).expect("known").expect("no help").file();
        assert_eq!(file(&[]), Some(FILE.into()));
        assert_eq!(file(&["--json"]), None);
        assert_eq!(file(&["--json", "--out", "a.json"]), Some("a.json".into()));
    }
}
