//! The command line.

use std::{path::PathBuf, time::Duration};

use bevy::prelude::*;
use bevy_viewfinder::{
    prelude::*,
    source::{FileSource, SyntheticSource},
};
use lexopt::prelude::*;
use viewfinder_examples::{SourceArgument, seconds, source};

/// How it is called.
pub const USAGE: &str = "\
usage: headless [OPTIONS]
  --source default|synthetic|file:PATH|device:ID   where frames come from (default: default)
  --width N  --height N  --fps N                   wished size in pixels and rate in Hz
  --facing user|environment                        wished way to look
  --effects \"NAME:PARAMETER=VALUE,...+NAME2\"       effects, first to last
  --photo OUT.png|jpg|webp                         a photo with effects
  --raw-photo OUT.png|jpg|webp                     a photo without effects
  --record OUT.webm|mp4|mkv                        a recording
  --seconds S                                      how long to run or record (a recording: 5)
  --stats OUT.json                                 settings and figures, written at the end
  --timeout S                                      give up after so long (default: 60)
  --list                                           print devices, modes and controls
  --list-effects                                   print effects, their parameters and ranges
A file is played from its first frame in real time; for photos alone its first frame is shown.
A VALUE with + or , in it stands in quotes: --effects 'lut:image=\"luts/a+b.cube\"'. A quote in it is written twice.
The status is 0 for success, 2 for a wrong command line and 3 for any other error, with one line that says why.
";

/// The command line.
#[derive(Resource, Debug, Clone, Default)]
pub struct Options {
    source: SourceArgument,
    width: Option<u32>,
    height: Option<u32>,
    frame_rate: Option<f64>,
    facing_mode: Option<FacingMode>,
    seconds: Option<Duration>,
    pub effects: String,
    pub photo: Option<PathBuf>,
    pub raw_photo: Option<PathBuf>,
    pub record: Option<PathBuf>,
    pub stats: Option<PathBuf>,
    pub timeout: Duration,
    pub list: bool,
    pub list_effects: bool,
}

impl Options {
    /// Reads the command line; `None` where help is asked for.
    ///
    /// # Errors
    /// An unknown option, or a value that can't be read.
    pub fn parse() -> Result<Option<Self>, lexopt::Error> {
        let mut options = Self { timeout: Duration::from_secs(60), ..default() };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("source") => options.source = source(parser.value()?)?,
                Long("width") => options.width = Some(parser.value()?.parse()?),
                Long("height") => options.height = Some(parser.value()?.parse()?),
                Long("fps") => options.frame_rate = Some(parser.value()?.parse()?),
                Long("facing") => options.facing_mode = Some(parser.value()?.parse_with(facing_mode)?),
                Long("effects") => options.effects = parser.value()?.string()?,
                Long("photo") => options.photo = Some(parser.value()?.into()),
                Long("raw-photo") => options.raw_photo = Some(parser.value()?.into()),
                Long("record") => options.record = Some(parser.value()?.into()),
                Long("seconds") => options.seconds = Some(parser.value()?.parse_with(seconds)?),
                Long("stats") => options.stats = Some(parser.value()?.into()),
                Long("timeout") => options.timeout = parser.value()?.parse_with(seconds)?,
                Long("list") => options.list = true,
                Long("list-effects") => options.list_effects = true,
                Short('h') | Long("help") => return Ok(None),
                argument => return Err(argument.unexpected()),
            }
        }
        Ok(Some(options))
    }

    /// The constraints for the device.
    pub fn constraints(&self) -> VideoConstraints {
        let mut constraints = VideoConstraints::new();
        if let Some(width) = self.width {
            constraints = constraints.width(width);
        }
        if let Some(height) = self.height {
            constraints = constraints.height(height);
        }
        if let Some(frame_rate) = self.frame_rate {
            constraints = constraints.frame_rate(frame_rate);
        }
        if let Some(facing_mode) = self.facing_mode {
            constraints = constraints.facing_mode(facing_mode);
        }
        if let SourceArgument::Device(id) = &self.source {
            constraints = constraints.device_id(exact(id.as_str()));
        }
        constraints
    }

    /// The source; none for the machine's own.
    pub fn track_source(&self) -> Option<TrackSource> {
        match &self.source {
            SourceArgument::Default | SourceArgument::Device(_) => None,
            SourceArgument::Synthetic => Some(TrackSource::new(SyntheticSource::new())),
            SourceArgument::File(path) => {
                let only_photos = (self.photo.is_some() || self.raw_photo.is_some())
                    && self.record.is_none()
                    && self.seconds.is_none();
                Some(TrackSource::new(FileSource::new(path).paused(only_photos)))
            }
        }
    }

    /// The length of the recording.
    pub fn record_for(&self) -> Duration {
        self.seconds.unwrap_or(Duration::from_secs(5))
    }

    /// How long to run at least.
    pub fn run_for(&self) -> Duration {
        if self.record.is_some() {
            return Duration::ZERO;
        }
        let needed = if self.stats.is_some() && self.photo.is_none() { 1 } else { 0 };
        self.seconds.unwrap_or(Duration::from_secs(needed))
    }
}

fn facing_mode(text: &str) -> Result<FacingMode, String> {
    match text {
        "user" => Ok(FacingMode::User),
        "environment" => Ok(FacingMode::Environment),
        _ => Err("a camera faces the user or the environment".into()),
    }
}
