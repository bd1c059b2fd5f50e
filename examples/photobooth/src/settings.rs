//! The settings of a booth, from a RON file and the command line.

#[cfg(not(target_family = "wasm"))]
use std::{fs, path::Path};
use std::{path::PathBuf, sync::Arc};

use bevy::prelude::*;
use bevy_viewfinder::prelude::*;
use photobooth::{
    venue::VenueSettings,
    words::{Language, Words},
};
use serde::{Deserialize, Deserializer, de::Error};
use viewfinder_examples::{SourceArgument, source};

use crate::{mode::Mode, system};

/// All settings. A file may leave out any of them.
#[derive(Resource, Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The name of the event, on prints.
    pub event: String,
    /// The text in place of the date on prints. By default today's date.
    pub date: Option<String>,
    /// The source of frames: `"default"`, `"synthetic"`, `"file:PATH"` or `"device:ID"`.
    #[serde(deserialize_with = "source_text")]
    pub source: SourceArgument,
    /// The size in pixels that is requested from the camera: `(1280, 720)`.
    #[serde(deserialize_with = "size")]
    pub camera: UVec2,
    /// The window's size in pixels.
    #[serde(deserialize_with = "size")]
    pub window: UVec2,
    /// The folder of results. By default the user's folder of pictures.
    pub out: Option<PathBuf>,
    /// The modes that guests can pick; the first is chosen.
    #[serde(deserialize_with = "some_modes")]
    pub modes: Vec<Mode>,
    /// A folder of layouts, in addition to those of the booth.
    pub layouts: Option<PathBuf>,
    /// Whether the guests stand in front of a green screen. Otherwise the looks with a picture behind them find people
    /// by a model.
    pub green_screen: bool,
    /// Whether faces are found, for the looks and the stickers that follow them.
    pub faces: bool,
    /// The countdown before a shot in seconds, from 0 to 30.
    #[serde(deserialize_with = "between::<_, 0, 30>")]
    pub countdown: f32,
    /// Whether the screen flashes at a shot.
    pub flash: bool,
    /// Whether the countdown has tones. Only browsers have them so far.
    pub tones: bool,
    /// The time in seconds to keep a shot or take it again, from 0 to 60; then it is kept. With 0 nobody is asked.
    #[serde(deserialize_with = "between::<_, 0, 60>")]
    pub approve: f32,
    pub gif: Gif,
    pub boomerang: Boomerang,
    pub clip: Clip,
    /// The settings of a booth in public.
    pub venue: VenueSettings,
    /// The venue's font, once [`Settings::read_font`] has read it.
    #[serde(skip)]
    pub font: Option<Arc<[u8]>>,
}

/// An animated GIF of shots.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gif {
    /// The number of shots, from 2 to 8.
    #[serde(deserialize_with = "shots")]
    pub shots: usize,
    /// The time for which each is shown in seconds, from 0 to 5.
    #[serde(deserialize_with = "between::<_, 0, 5>")]
    pub pause: f32,
    /// The width in pixels, from 100 to 800.
    #[serde(deserialize_with = "width")]
    pub width: u32,
}

/// A recording that runs there and back.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Boomerang {
    /// The length of the recording in seconds, from 1 to 4.
    #[serde(deserialize_with = "between::<_, 1, 4>")]
    pub seconds: f32,
    /// Frames per second, from 4 to 25.
    #[serde(deserialize_with = "between::<_, 4, 25>")]
    pub frame_rate: f32,
    /// The width in pixels, from 100 to 800.
    #[serde(deserialize_with = "width")]
    pub width: u32,
}

/// A video.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Clip {
    /// Its length in seconds, from 1 to 30.
    #[serde(deserialize_with = "between::<_, 1, 30>")]
    pub seconds: f32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            event: "Photobooth".into(),
            date: None,
            source: SourceArgument::Default,
            camera: UVec2::new(1280, 720),
            window: UVec2::new(1280, 800),
            out: None,
            modes: vec![Mode::Strip, Mode::Single, Mode::Collage, Mode::Gif, Mode::Boomerang, Mode::Clip],
            layouts: None,
            green_screen: false,
            faces: true,
            countdown: 3.0,
            flash: true,
            tones: false,
            approve: 6.0,
            gif: Gif::default(),
            boomerang: Boomerang::default(),
            clip: Clip::default(),
            venue: VenueSettings::default(),
            font: None,
        }
    }
}

impl Default for Gif {
    fn default() -> Self {
        Self { shots: 4, pause: 0.5, width: 480 }
    }
}

impl Default for Boomerang {
    fn default() -> Self {
        Self { seconds: 2.0, frame_rate: 12.5, width: 480 }
    }
}

impl Default for Clip {
    fn default() -> Self {
        Self { seconds: 5.0 }
    }
}

impl Settings {
    /// Reads a settings file.
    ///
    /// # Errors
    /// `DataError` that names the file and the line.
    #[cfg(not(target_family = "wasm"))]
    pub fn parse(file: &str, text: &str) -> Result<Self, MediaError> {
        crate::document::parse(file, text)
    }

    /// Reads the settings file at this path.
    ///
    /// # Errors
    /// Those of [`Settings::parse`], and `NotReadableError`.
    #[cfg(not(target_family = "wasm"))]
    pub fn read(path: &Path) -> Result<Self, MediaError> {
        let text = fs::read_to_string(path).map_err(|error| {
            let path = path.display();
            MediaError::not_readable(format!("{path} can't be read: {error}; --settings names another file"))
        })?;
        Self::parse(&path.display().to_string(), &text)
    }

    /// A page can't read files by their paths.
    ///
    /// # Errors
    /// Always.
    #[cfg(target_family = "wasm")]
    pub fn read(_: &std::path::Path) -> Result<Self, MediaError> {
        Err(MediaError::not_supported("a page can't read a settings file; leave --settings out"))
    }

    /// Reads the font file of the venue, if there is one.
    ///
    /// # Errors
    /// `NotReadableError`, and `DataError` for a file that is no font.
    pub fn read_font(&mut self) -> Result<(), MediaError> {
        let Some(path) = &self.venue.font else { return Ok(()) };
        let shown = path.display();
        let bytes = std::fs::read(path).map_err(|error| {
            MediaError::not_readable(format!("{shown} can't be read: {error}; set another venue.font"))
        })?;
        if swash::FontRef::from_index(&bytes, 0).is_none() {
            let message = format!("{shown} isn't an OpenType font; set venue.font to a .ttf or .otf file");
            return Err(MediaError::data(message));
        }
        self.font = Some(bytes.into());
        Ok(())
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

    /// The date on prints, in the language of the guest.
    pub fn date(&self, words: &Words) -> String {
        self.date.clone().unwrap_or_else(|| system::now().text(words))
    }

    /// The language of the first screen.
    pub fn first_language(&self) -> Language {
        let tags = system::languages();
        self.venue.first_language(tags.iter().map(String::as_str))
    }

    /// The folder of results.
    pub fn folder(&self) -> PathBuf {
        self.out.clone().unwrap_or_else(system::pictures_folder)
    }

    /// The path of a new result with this extension.
    pub fn result_path(&self, extension: &str) -> PathBuf {
        self.folder().join(format!("photobooth-{}.{extension}", system::now().stamp()))
    }
}

fn source_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SourceArgument, D::Error> {
    source(String::deserialize(deserializer)?.into()).map_err(D::Error::custom)
}

fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<UVec2, D::Error> {
    match <(u32, u32)>::deserialize(deserializer)? {
        size @ (1..=16_384, 1..=16_384) => Ok(size.into()),
        _ => Err(D::Error::custom("a size is (width, height) in pixels, such as (1280, 720)")),
    }
}

/// A number within these limits.
fn between<'de, D: Deserializer<'de>, const LEAST: u32, const MOST: u32>(
    deserializer: D,
) -> Result<f32, D::Error> {
    let number = f32::deserialize(deserializer)?;
    if (LEAST as f32..=MOST as f32).contains(&number) {
        Ok(number)
    } else {
        Err(D::Error::custom(format!("{number} is not from {LEAST} to {MOST}")))
    }
}

fn width<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        width @ 100..=800 => Ok(width),
        width => Err(D::Error::custom(format!("a width of {width} is not from 100 to 800 pixels"))),
    }
}

fn shots<'de, D: Deserializer<'de>>(deserializer: D) -> Result<usize, D::Error> {
    match usize::deserialize(deserializer)? {
        shots @ 2..=8 => Ok(shots),
        shots => Err(D::Error::custom(format!("a GIF has 2 to 8 shots, not {shots}"))),
    }
}

/// Modes, each once, at least one.
fn some_modes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Mode>, D::Error> {
    let mut modes = Vec::new();
    for mode in Vec::<Mode>::deserialize(deserializer)? {
        if !modes.contains(&mode) {
            modes.push(mode);
        }
    }
    if modes.is_empty() { Err(D::Error::custom("name at least one mode")) } else { Ok(modes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_font_of_the_venue_is_read_and_checked() {
        let folder = tempfile::tempdir().expect("a folder for temporary files");
        let path = folder.path().join("own.ttf");
        let mut settings = Settings::default();
        assert_eq!(settings.read_font(), Ok(()), "there is none");
        settings.venue.font = Some(path.clone());
        assert_eq!(settings.read_font().expect_err("no such file").name, ErrorName::NotReadable);
        std::fs::write(&path, "no font").expect("there is room");
        assert_eq!(settings.read_font().expect_err("no font").name, ErrorName::Data);
        std::fs::write(&path, viewfinder_examples::BOLD).expect("there is room");
        assert_eq!(settings.read_font(), Ok(()));
        assert_eq!(settings.font.as_deref(), Some(viewfinder_examples::BOLD));
    }

    fn message(text: &str) -> String {
        Settings::parse("booth.ron", text).expect_err(text).message.into_owned()
    }

    #[test]
    fn the_example_has_every_setting() {
        let text = include_str!("../photobooth.ron");
        let settings = Settings::parse("photobooth.ron", text).expect("it can be read");
        assert_eq!(settings, Settings { event: "Ada & Grace".into(), ..Settings::default() });
        for field in [
            "event",
            "date",
            "source",
            "camera",
            "window",
            "out",
            "modes",
            "layouts",
            "green_screen",
            "faces",
            "countdown",
            "flash",
            "tones",
            "approve",
            "gif",
            "boomerang",
            "shots",
            "pause",
            "width",
            "seconds",
            "frame_rate",
            "venue",
            "languages",
            "consent",
            "gallery",
            "idle_show",
            "retention",
            "pickup",
            "upload",
            "url",
            "automatic",
            "headers",
            "print",
            "kiosk",
            "pin",
        ] {
            assert!(text.contains(&format!("{field}: ")), "{field}");
        }
    }

    #[test]
    fn settings_may_be_left_out() {
        assert_eq!(Settings::parse("booth.ron", "()"), Ok(Settings::default()));
        let settings =
            Settings::parse("booth.ron", "(flash: false, modes: [Gif, Gif], gif: (shots: 3), out: \"/tmp\")");
        let settings = settings.expect("it can be read");
        assert_eq!((settings.flash, settings.modes, settings.gif.shots), (false, vec![Mode::Gif], 3));
        assert_eq!((settings.gif.width, settings.out), (480, Some("/tmp".into())));
    }

    #[test]
    fn nonsense_names_its_line() {
        for (text, line, part) in [
            ("(\n  flsh: true)", 2, "did you mean `flash`?"),
            ("(\n  Flash: true)", 2, "did you mean `flash`?"),
            ("(\n  gif: (\n    shot: 2))", 3, "did you mean `shots`?"),
            ("(\n  modes: [Gif,\n    Gyf])", 3, "did you mean `Gif`?"),
            ("(\n  modes: [])", 2, "at least one mode"),
            ("(\n  countdown: 31)", 2, "31 is not from 0 to 30"),
            ("(\n  countdown: -1)", 2, "-1 is not from 0 to 30"),
            ("(\n  countdown: NaN)", 2, "NaN is not from 0 to 30"),
            ("(\n  countdown: \"soon\")", 2, ""),
            ("(\n  flash: 1)", 2, ""),
            ("(\n  camera: (0, 5))", 2, "a size is (width, height)"),
            ("(\n  camera: (1280, 720, 30))", 2, ""),
            ("(\n  gif: (width: 8000))", 2, "from 100 to 800"),
            ("(\n  gif: (shots: 1))", 2, "2 to 8 shots"),
            ("(\n  boomerang: (frame_rate: 1000))", 2, "from 4 to 25"),
            ("(\n  clip: (seconds: 60))", 2, "60 is not from 1 to 30"),
            ("(\n  source: \"camera\")", 2, "there is no source 'camera'"),
            ("(\n  venue: (\n    upload: (enabled: true)))", 3, "upload.url `` is empty"),
            ("(\n  venue: (\n    upload: (url: \"photos\")))", 3, "upload.url `photos` has no scheme"),
            ("(\n  venue: (\n    upload: (uri: \"\")))", 3, "there is no option `uri`"),
            ("(\n  event: \"A\"\n  flash: true)", 3, ""),
            ("(event: \"A\")\n\nmore", 3, ""),
            ("{ \"event\": \"A\" }", 1, ""),
            ("\u{0}\u{1}\u{2}", 1, ""),
        ] {
            let message = message(text);
            assert!(message.starts_with(&format!("booth.ron:{line}: ")), "{text}: {message}");
            assert!(message.contains(part), "{text}: {message}");
        }
    }
}
