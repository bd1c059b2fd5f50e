//! The command line.

use std::{path::PathBuf, time::Duration};

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;
use lexopt::prelude::*;
use viewfinder_examples::{SourceArgument, seconds, source};

use crate::system;

/// The help text.
pub const USAGE: &str = "\
usage: photobooth [OPTIONS]
  --source default|synthetic|file:PATH|device:ID   where frames come from (default: default)
  --camera WxH                                     the size that the camera is asked for (default: 1280x720)
  --out DIR                                        where strips go (default: the pictures folder; headless: out)
  --size WxH                                       the window's size in pixels (default: 1280x800)
  --headless                                       no window: four shots, a strip, the end
  --timeout S                                      headless: give up after so long (default: 60)
";

/// The options.
#[derive(Resource, Debug, Clone)]
pub struct Options {
    pub source: SourceArgument,
    pub camera: UVec2,
    pub out: Option<PathBuf>,
    pub size: UVec2,
    pub headless: bool,
    pub timeout: Duration,
    /// Saves a screenshot to this path after this time, and ends the app.
    pub screenshot: Option<PathBuf>,
    pub after: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            source: SourceArgument::Default,
            camera: UVec2::new(1280, 720),
            out: None,
            size: UVec2::new(1280, 800),
            headless: false,
            timeout: Duration::from_secs(60),
            screenshot: None,
            after: Duration::from_secs(3),
        }
    }
}

impl Options {
    /// Parses the command line. `None` if help is requested.
    ///
    /// # Errors
    /// Unknown options and invalid values.
    pub fn parse(
        arguments: impl IntoIterator<Item = std::ffi::OsString>,
    ) -> Result<Option<Self>, lexopt::Error> {
        let mut options = Self::default();
        let mut parser = lexopt::Parser::from_args(arguments);
        while let Some(argument) = parser.next()? {
            match argument {
                Long("source") => options.source = source(parser.value()?)?,
                Long("camera") => options.camera = parser.value()?.parse_with(size)?,
                Long("out") => options.out = Some(parser.value()?.into()),
                Long("size") => options.size = parser.value()?.parse_with(size)?,
                Long("headless") => options.headless = true,
                Long("timeout") => options.timeout = parser.value()?.parse_with(seconds)?,
                Long("screenshot") => options.screenshot = Some(parser.value()?.into()),
                Long("after") => options.after = parser.value()?.parse_with(seconds)?,
                Short('h') | Long("help") => return Ok(None),
                argument => return Err(argument.unexpected()),
            }
        }
        Ok(Some(options))
    }

    /// The constraints for any device.
    pub fn size_constraints(&self) -> VideoConstraints {
        VideoConstraints::new().width(self.camera.x).height(self.camera.y)
    }

    /// The constraints with the requested device.
    pub fn constraints(&self) -> VideoConstraints {
        let constraints = self.size_constraints();
        match &self.source {
            SourceArgument::Device(id) => constraints.device_id(exact(id.as_str())),
            _ => constraints.facing_mode(FacingMode::User),
        }
    }

    /// The source. `None` for the default source.
    pub fn track_source(&self) -> Option<TrackSource> {
        match &self.source {
            SourceArgument::Default | SourceArgument::Device(_) => None,
            SourceArgument::Synthetic => Some(TrackSource::synthetic()),
            SourceArgument::File(path) => system::file(path),
        }
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

    fn parse(line: &str) -> Option<Options> {
        Options::parse(line.split(' ').map(Into::into)).ok().flatten()
    }

    #[test]
    fn an_option_that_makes_no_sense_is_an_error() {
        assert!(parse("--headless --source synthetic --size 640x480").is_some());
        for wrong in ["--source camera", "--timeout -1", "--size 0x5", "--camera 5", "--shots 5"] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }
}
