//! The command line.

use std::{path::PathBuf, time::Duration};

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;
use lexopt::prelude::*;
use viewfinder_examples::{seconds, source};

use crate::settings::Settings;

/// The help text.
pub const USAGE: &str = "\
usage: photobooth [OPTIONS]
  --settings FILE                                  settings of the booth, as in examples/photobooth/photobooth.ron
  --source default|synthetic|file:PATH|device:ID   where frames come from (default: default)
  --camera WxH                                     the size that the camera is asked for (default: 1280x720)
  --out DIR                                        where results go (default: the pictures folder; headless: out)
  --size WxH                                       the window's size in pixels (default: 1280x800)
  --tones                                          a tone at each number of the countdown (in browsers)
  --headless                                       no window: a strip, a collage, a GIF, a boomerang, a clip
  --timeout S                                      headless: give up after so long (default: 60)
";

/// The options of one run.
#[derive(Resource, Debug, Clone)]
pub struct Options {
    /// The settings file, with the options of the command line in place of its own.
    pub settings: Settings,
    pub headless: bool,
    pub timeout: Duration,
    /// Saves a screenshot to this path after this time, and ends the app.
    pub screenshot: Option<PathBuf>,
    pub after: Duration,
}

/// Why there are no options.
#[derive(Debug)]
pub enum Refusal {
    /// Help was requested.
    Help,
    /// The command line is wrong.
    CommandLine(String),
    /// The settings file is wrong.
    Settings(MediaError),
}

impl<E: std::fmt::Display> From<E> for Refusal {
    fn from(error: E) -> Self {
        Self::CommandLine(error.to_string())
    }
}

impl Options {
    /// Parses the command line, and reads the settings file that it names.
    ///
    /// # Errors
    /// Unknown options, invalid values, and those of the settings file.
    pub fn parse(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> Result<Self, Refusal> {
        let mut options = Self {
            settings: Settings::default(),
            headless: false,
            timeout: Duration::from_secs(60),
            screenshot: None,
            after: Duration::from_secs(3),
        };
        let mut file = None;
        let mut changes: Vec<Box<dyn FnOnce(&mut Settings)>> = Vec::new();
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("settings") => file = Some(PathBuf::from(parser.value()?)),
                Long("source") => {
                    let source = source(parser.value()?)?;
                    changes.push(Box::new(|settings| settings.source = source));
                }
                Long("camera") => {
                    let size = parser.value()?.parse_with(size)?;
                    changes.push(Box::new(move |settings| settings.camera = size));
                }
                Long("out") => {
                    let folder = PathBuf::from(parser.value()?);
                    changes.push(Box::new(|settings| settings.out = Some(folder)));
                }
                Long("size") => {
                    let size = parser.value()?.parse_with(size)?;
                    changes.push(Box::new(move |settings| settings.window = size));
                }
                Long("tones") => changes.push(Box::new(|settings| settings.tones = true)),
                Long("headless") => options.headless = true,
                Long("timeout") => options.timeout = parser.value()?.parse_with(seconds)?,
                Long("screenshot") => options.screenshot = Some(parser.value()?.into()),
                Long("after") => options.after = parser.value()?.parse_with(seconds)?,
                Short('h') | Long("help") => return Err(Refusal::Help),
                argument => return Err(argument.unexpected().into()),
            }
        }
        if let Some(file) = file {
            options.settings = Settings::read(&file).map_err(Refusal::Settings)?;
        }
        for change in changes {
            change(&mut options.settings);
        }
        Ok(options)
    }
}

fn size(text: &str) -> Result<UVec2, String> {
    let size =
        text.split_once('x').and_then(|(width, height)| Some((width.parse().ok()?, height.parse().ok()?)));
    match size {
        Some(size @ (1..=16_384, 1..=16_384)) => Ok(size.into()),
        _ => Err("a size is WxH in pixels, such as 1280x800".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Options, Refusal> {
        Options::parse(line.split(' ').map(Into::into))
    }

    #[test]
    fn an_option_that_makes_no_sense_is_an_error() {
        let options = parse("--headless --source synthetic --size 640x480").expect("options");
        assert_eq!(options.settings.window, UVec2::new(640, 480));
        for wrong in ["--source camera", "--timeout -1", "--size 0x5", "--camera 5", "--shots 5"] {
            assert!(matches!(parse(wrong), Err(Refusal::CommandLine(_))), "{wrong}");
        }
        assert!(matches!(parse("--help"), Err(Refusal::Help)));
    }

    #[test]
    fn the_command_line_comes_before_the_file() {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let file = folder.path().join("booth.ron");
        std::fs::write(&file, "(camera: (640, 480), event: \"Ada\")").expect("there is room");
        let file = file.display();
        for line in
            [format!("--camera 320x180 --settings {file}"), format!("--settings {file} --camera 320x180")]
        {
            let settings = parse(&line).expect("options").settings;
            assert_eq!((settings.camera, &*settings.event), (UVec2::new(320, 180), "Ada"));
        }
        let missing = parse(&format!("--settings {file}x")).expect_err("no file");
        assert!(matches!(missing, Refusal::Settings(error) if error.name == ErrorName::NotReadable));
    }
}
