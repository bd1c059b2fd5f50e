//! The command line.

use std::{path::PathBuf, time::Duration};

use bevy::prelude::*;
use bevy_viewfinder::{
    prelude::*,
    source::{FileSource, SyntheticSource},
};
use lexopt::prelude::*;

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
  --seconds S                                      how long to run or record
  --stats OUT.json                                 settings and figures, written at the end
  --timeout S                                      give up after so long (default: 60)
  --list                                           print devices, modes and controls
  --list-effects                                   print effects, their parameters and ranges
A file is played from its first frame in real time; for photos alone its first frame is shown.";

/// What is asked for.
#[derive(Resource, Debug, Clone, Default)]
pub struct Options {
    source: SourceOption,
    width: Option<u32>,
    height: Option<u32>,
    frame_rate: Option<f64>,
    facing_mode: Option<FacingMode>,
    seconds: Option<f64>,
    pub effects: String,
    pub photo: Option<PathBuf>,
    pub raw_photo: Option<PathBuf>,
    pub record: Option<PathBuf>,
    pub stats: Option<PathBuf>,
    pub timeout: Duration,
    pub list: bool,
    pub list_effects: bool,
}

/// Where frames come from.
#[derive(Debug, Clone, Default)]
enum SourceOption {
    #[default]
    Default,
    Synthetic,
    File(PathBuf),
    Device(String),
}

impl Options {
    /// Reads the command line; none where help is asked for.
    pub fn parse() -> Result<Option<Self>, lexopt::Error> {
        let mut options = Self { timeout: Duration::from_secs(60), ..default() };
        let mut parser = lexopt::Parser::from_env();
        while let Some(argument) = parser.next()? {
            match argument {
                Long("source") => options.source = parser.value()?.parse_with(source)?,
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
                Long("timeout") => {
                    options.timeout = Duration::from_secs_f64(parser.value()?.parse_with(seconds)?);
                }
                Long("list") => options.list = true,
                Long("list-effects") => options.list_effects = true,
                Short('h') | Long("help") => return Ok(None),
                argument => return Err(argument.unexpected()),
            }
        }
        Ok(Some(options))
    }

    /// What the device should be like.
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
        if let SourceOption::Device(id) = &self.source {
            constraints = constraints.device_id(exact(id.as_str()));
        }
        constraints
    }

    /// The source; none for the machine's own.
    pub fn track_source(&self) -> Option<TrackSource> {
        match &self.source {
            SourceOption::Default | SourceOption::Device(_) => None,
            SourceOption::Synthetic => Some(TrackSource::new(SyntheticSource::default())),
            SourceOption::File(path) => {
                let only_photos = (self.photo.is_some() || self.raw_photo.is_some())
                    && self.record.is_none()
                    && self.seconds.is_none();
                Some(TrackSource::new(FileSource::new(path).with_paused(only_photos)))
            }
        }
    }

    /// How long to run at least.
    pub fn run_for(&self) -> Duration {
        let needed = if self.stats.is_some() && self.photo.is_none() { 1.0 } else { 0.0 };
        Duration::from_secs_f64(self.seconds.unwrap_or(needed))
    }
}

fn source(text: &str) -> Result<SourceOption, String> {
    match text.split_once(':') {
        Some(("file", path)) if !path.is_empty() => Ok(SourceOption::File(path.into())),
        Some(("device", id)) if !id.is_empty() => Ok(SourceOption::Device(id.into())),
        None if text == "default" => Ok(SourceOption::Default),
        None if text == "synthetic" => Ok(SourceOption::Synthetic),
        _ => Err("a source is default, synthetic, file:PATH or device:ID".into()),
    }
}

fn facing_mode(text: &str) -> Result<FacingMode, String> {
    match text {
        "user" => Ok(FacingMode::User),
        "environment" => Ok(FacingMode::Environment),
        _ => Err("a camera faces the user or the environment".into()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("a time is a number of seconds from 0 to 86400".into()),
    }
}
